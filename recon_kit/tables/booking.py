"""Tables of what goes out to a ledger."""

from __future__ import annotations

from recon_kit.tables.business import ITEM_ALLOCATIONS, LINE_ALLOCATIONS
from recon_kit.tables.declare import Table, count, day, money, text

_ENTITY = "Legal entity; part of every key, filled in where the workspace has one."
_CURRENCY = "ISO 4217 code of the amounts in this row."

BOOKING_KINDS = (*ITEM_ALLOCATIONS, *LINE_ALLOCATIONS, "clearing")

BATCH_LINES = Table(
    name="batch_lines",
    grain="posting of an export batch: one amount from one ledger account to another",
    key=("entity", "batch_no", "line_no"),
    columns={
        "entity": text(_ENTITY, null=True),
        "batch_no": count("The batch that took it out; a number is used once."),
        "line_no": count("Place within the batch of this entity, from 1."),
        "booking_id": text("Identity of the posting, the same whenever the same part of the same match is posted."),
        "match_id": text("The match that it posts."),
        "line_id": text("Bank line whose money it posts; null where none moves.", null=True),
        "item_id": text("Document whose open amount it moves; null where there is none.", null=True),
        "customer_id": text("Customer whose account it touches.", null=True),
        "kind": text("What is posted: the allocation's kind, `clearing` for document against document.", values=BOOKING_KINDS),
        "account": text("Ledger or debtor account that `side` speaks of."),
        "side": text("Side of `account` that the amount goes to; `contra_account` has the other.", values=("debit", "credit")),
        "contra_account": text("The other account."),
        "amount": money("Gross amount, above 0."),
        "currency": text(_CURRENCY),
        "base_amount": money("Same in the ledger's currency, where that is another one.", null=True),
        "base_currency": text("The ledger's currency, where that is another one.", null=True),
        "rate": text("Units of `currency` for one unit of `base_currency`, decimal point.", null=True),
        "tax_code": text("The ledger's key of the tax contained (BU-Schlüssel); belongs to `contra_account`.", null=True),
        "tax_rate": text("Rate of the tax contained, percent.", null=True),
        "tax_amount": money("Tax contained in `amount`, to be taken out of `contra_account`.", null=True),
        "tax_account": text("Account of that tax; null where the ledger takes it from the code or the account.", null=True),
        "tax_basis": text("Where the rate comes from.", null=True, values=("document", "default", "rule")),
        "cost_centre": text("Cost centre of `contra_account`.", null=True),
        "document_no": text("Document that it refers to, in full.", null=True),
        "posted_on": day("Voucher date: the money's day, or the first open day if that one is locked."),
        "effective_on": day("Business date of the money."),
        "text": text("Posting text.", null=True),
        "reverses": text("The posting that it takes back.", null=True),
    },
)
