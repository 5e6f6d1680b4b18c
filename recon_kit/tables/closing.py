"""Tables that are made when a period is closed, beside those that the store keeps."""

from __future__ import annotations

from recon_kit.tables.declare import Table, count, day, money, text

_ENTITY = "Legal entity; part of every key, filled in where the workspace has one."
_CURRENCY = "ISO 4217 code of the amounts in this row."

SOURCES = Table(
    name="sources",
    grain="file taken in",
    key=("seq",),
    columns={
        "seq": count("Journal entry that took it in; in a cut, a running number."),
        "name": text("Path below the inbox when it was taken in."),
        "sha256": text("Hash of its bytes, hexadecimal; the file is kept under this name."),
        "n_bytes": count("Size."),
        "format": text("What the content turned out to be."),
        "role": text("What its rows are worth: booked, provisional, advice, settlement, ledger, orders, customers."),
        "entity": text(_ENTITY, null=True),
        "first_on": day("First day that its rows speak of.", null=True),
        "last_on": day("Last day that its rows speak of.", null=True),
        "n_read": count("Records in the file."),
        "n_rows": count("Rows taken from it."),
        "n_skipped": count("Records left out by a named rule."),
        "control_sums": text('Sum of the amounts by currency as JSON of texts, {"EUR": "12.50"}.', null=True),
        "override": text("Reason given for taking it in although its totals do not tie.", null=True),
    },
)

CHECKLIST = Table(
    name="checklist",
    grain="source expected in a period",
    key=("entity", "source"),
    columns={
        "entity": text(_ENTITY, null=True),
        "source": text("Name in recon.toml."),
        "kind": text("bank, psp, open_items ..."),
        "account": text("Account, where it is one's.", null=True),
        "through": day("Day it has to reach."),
        "reaches": day("Day it does reach; null if there is no file.", null=True),
        "n_files": count("Files of the period."),
        "state": text("What that means.", values=("there", "stale", "missing", "overridden")),
        "reason": text("Reason given for going on without it.", null=True),
    },
)

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

SETTLED = Table(
    name="settled",
    grain="invoice that was open in the last fifteen months, and how it ended",
    key=("entity", "document_no", "currency", "item_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "document_no": text("Number of the document."),
        "item_id": text("As in OPEN_ITEMS; null for what no list ever showed.", null=True),
        "customer_id": text("Customer.", null=True),
        "channel": text("Channel that the list names.", null=True),
        "issued_on": day("Date of the document."),
        "due_on": day("Due day of the list, else by the customer's terms.", null=True),
        "seen_from": day("Evening after which its end would show here; what ended before is not told."),
        "ended_on": day("When it ended, or for `unknown` was last known to be open; null while it is open.", null=True),
        "how": text("What became of it.", values=("open", "paid", "credited", "written_off", "unknown")),
        "amount": money("Open on the first list that shows it, else as posted; positive."),
        "currency": text(_CURRENCY),
        "basis": text(
            "Whose word the end is: our match (the bank's day), the ledger's receipt or clearing, or a list's silence.",
            null=True,
            values=("bank", "receipt", "ledger", "list"),
        ),
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

EXPORTED = Table(
    name="exported",
    grain="match that a batch of an earlier period took out, and that no list of the ledger shows yet",
    key=("entity", "match_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "match_id": text("The match."),
        "batch_no": count("The batch that took it out."),
    },
)
