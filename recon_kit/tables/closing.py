"""Tables that are made when a period is closed, beside those that the store keeps."""

from __future__ import annotations

from recon_kit.tables.declare import Table, count, day, money, text

_ENTITY = "Legal entity."
_CURRENCY = "ISO 4217 code of the amounts in this row."

AGED = Table(
    name="aged",
    grain="age bucket of an earlier open-item list",
    key=("entity", "currency", "on", "bucket"),
    order=("entity", "currency", "on", "bucket"),
    columns={
        "entity": text(_ENTITY, null=True),
        "currency": text(_CURRENCY),
        "on": day("Day of the ledger's list."),
        "bucket": text("Days past due, or the credit column: `recon_kit.measures.aging`."),
        "n": count("Documents."),
        "amount": money("Open by that list; credits negative."),
    },
)

LATE = Table(
    name="late",
    grain="row of an earlier period that was not known when that period was closed",
    key=("entity", "period", "what", "id", "account", "change"),
    columns={
        "entity": text(_ENTITY, null=True),
        "period": text("Closed period that it belongs to by its date."),
        "what": text("What it is.", values=("bank_line", "movement", "balance")),
        "id": text("line_id, document and kind of the posting, or the role of the account."),
        "account": text("Bank or ledger account.", null=True),
        "change": text("What happened to it since that close.", values=("added", "removed", "changed")),
        "on": day("Its own date."),
        "amount": money("By how much the period's sum moves: new less old."),
        "currency": text(_CURRENCY),
        "customer_id": text("Customer, where it is one's.", null=True),
    },
)
