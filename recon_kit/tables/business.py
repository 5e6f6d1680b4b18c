"""The declared tables. Amounts are minor units of the row's currency; positive is toward us."""

from recon_kit.tables.declare import Table, count, day, flag, instant, money, share, text
from recon_kit.tables.reasons import REASONS

_ENTITY = "Legal entity; part of every key, filled in where the workspace has one."
_FILE = "File that the row was read from, as named when taken in."
_LINE = "Line (or row) of that file, counted from 1."
_CURRENCY = "ISO 4217 code of the amounts in this row."

LINE_KINDS = ("credit_transfer", "direct_debit", "return", "payout", "cash_deposit", "fee", "interest", "other")
ITEM_KINDS = (
    "invoice", "credit_note", "down_payment", "payment_on_account", "journal",
    "payout", "refund", "chargeback", "cash_deposit", "other",
)  # fmt: skip
SETTLEMENT_KINDS = (
    "payment", "refund", "chargeback", "chargeback_reversal", "fee",
    "reserve_hold", "reserve_release", "adjustment", "payout",
)  # fmt: skip
ITEM_ALLOCATIONS = ("payment", "discount", "fee", "write_off", "fx_difference")
LINE_ALLOCATIONS = ("on_account", "charge", "ledger_account", "own_transfer", "exchange")
STATUSES = ("proposed", "auto", "confirmed", "exported", "in_ledger", "reversed")
LEDGER_ROLES = ("bank", "receivables", "psp_clearing", "cash_in_transit")

STATEMENTS = Table(
    name="statements",
    grain="bank statement",
    key=("entity", "account", "statement_id"),
    order=("entity", "account", "to_on", "statement_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "account": text("IBAN, or the bank's account number where there is no IBAN."),
        "statement_id": text("The bank's own id of the statement; unique within the account."),
        "sequence": count("The bank's running number, for the gap check.", null=True),
        "currency": text(_CURRENCY),
        "opening": money("Booked balance before the first entry.", null=True),
        "closing": money("Booked balance after the last entry.", null=True),
        "from_on": day("First day covered.", null=True),
        "to_on": day("Last day covered."),
        "source_file": text(_FILE),
    },
)

BANK_LINES = Table(
    name="bank_lines",
    grain="booked statement entry",
    key=("entity", "line_id"),
    order=("entity", "account", "booked_on", "source_file", "source_line", "line_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "line_id": text("Identity of the entry: from the bank's own reference, else from the raw row."),
        "account": text("Our account: IBAN, or the bank's account number.", null=True),
        "booked_on": day("Day the bank booked it."),
        "value_on": day("Day it counts for interest.", null=True),
        "amount": money("Booked amount; money in is positive."),
        "currency": text(_CURRENCY),
        "counterparty_name": text("Payer of a credit, payee of a debit.", null=True),
        "counterparty_account": text("The other side's IBAN or account number, without blanks.", null=True),
        "remittance": text("Payment text as sent, parts joined as the format says.", null=True),
        "reference": text("Structured creditor reference (RF, QRR, OGM ...).", null=True),
        "end_to_end_id": text("The payer's reference; NOTPROVIDED counts as none.", null=True),
        "bank_reference": text("The bank's own reference of the entry.", null=True),
        "kind": text("What sort of entry the bank says it is.", null=True, values=LINE_KINDS),
        "return_reason": text("ISO 20022 reason code of a return (AC04, MD06 ...).", null=True),
        "instructed_amount": money("Amount as instructed, in `instructed_currency`, signed like `amount`.", null=True),
        "instructed_currency": text("Currency of the instruction where it differs or is given.", null=True),
        "rate": text("Exchange rate as printed, decimal point.", null=True),
        "charges": money("Bank charges taken out of or added to this entry; negative = at our cost.", null=True),
        "source_file": text(_FILE, null=True),
        "source_line": count(_LINE, null=True),
    },
)

OPEN_ITEMS = Table(
    name="open_items",
    grain="open document, as of one ledger export",
    key=("entity", "item_id", "snapshot_on"),
    order=("entity", "snapshot_on", "due_on", "item_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "item_id": text("Identity of the document within the entity, the same in every export."),
        "kind": text("What sort of document it is.", values=ITEM_KINDS),
        "document_no": text("The number that customers quote."),
        "customer_id": text("Customer in the ledger.", null=True),
        "customer_name": text("Customer's name as the ledger writes it.", null=True),
        "customer_account": text("Customer's bank account, if the ledger knows it.", null=True),
        "issued_on": day("Document date."),
        "due_on": day("Day it is due.", null=True),
        "amount": money("Original amount; what is owed to us is positive, credit notes are negative."),
        "open_amount": money("Still open, signed alike."),
        "currency": text(_CURRENCY),
        "reference": text("Structured reference or the customer's own order reference.", null=True),
        "order_no": text("Shop or purchase order.", null=True),
        "discount_on": day("Last day on which the cash discount may be taken.", null=True),
        "discount_amount": money("Cash discount agreed, signed like `amount`.", null=True),
        "tax_split": text('Gross amount by tax rate as JSON, {"19": 119000}.', null=True),
        "channel": text("Sales channel.", null=True),
        "snapshot_on": day("Day that the ledger's list describes; null for items that no list owns.", null=True),
        "source_file": text(_FILE, null=True),
        "source_line": count(_LINE, null=True),
    },
)

SNAPSHOTS = Table(
    name="snapshots",
    grain="open-item list",
    key=("entity", "source_file"),
    order=("entity", "snapshot_on", "source_file"),
    columns={
        "entity": text(_ENTITY, null=True),
        "snapshot_on": day("Day that the list describes."),
        "complete": flag("Whether an item that is missing from the list is thereby closed in the ledger."),
        "n_items": count("Rows of the list."),
        "source_file": text(_FILE),
    },
)

SETTLEMENT_LINES = Table(
    name="settlement_lines",
    grain="PSP row",
    key=("entity", "psp", "psp_account", "txn_id", "kind"),
    order=("entity", "psp", "psp_account", "payout_id", "created_at", "txn_id", "kind"),
    columns={
        "entity": text(_ENTITY, null=True),
        "psp": text("Payment service provider."),
        "psp_account": text("Our merchant account there."),
        "txn_id": text("The provider's id of the row."),
        "parent_id": text("The payment that a refund, chargeback or fee belongs to.", null=True),
        "payout_id": text("Payout that carries this row to the bank.", null=True),
        "kind": text("What the row is.", values=SETTLEMENT_KINDS),
        "order_no": text("The merchant's order.", null=True),
        "method": text("Payment method.", null=True),
        "channel": text("Sales channel.", null=True),
        "created_at": instant("When it happened."),
        "settled_on": day("Day it counted at the provider.", null=True),
        "gross": money("Amount before fees; money toward us is positive."),
        "fee": money("Provider's fee; at our cost is negative."),
        "tax_on_fee": money("VAT on the fee, signed like it."),
        "net": money("gross + fee + tax_on_fee."),
        "currency": text("Currency of the payout and of the four amounts."),
        "txn_currency": text("Currency the customer paid in.", null=True),
        "txn_amount": money("Amount in that currency.", null=True),
        "source_file": text(_FILE),
        "source_line": count(_LINE),
    },
)

ORDERS = Table(
    name="orders",
    grain="order or till closing",
    key=("entity", "channel", "order_no"),
    columns={
        "entity": text(_ENTITY, null=True),
        "order_no": text("Order, or till and closing number."),
        "channel": text("Sales channel."),
        "store": text("Store or till.", null=True),
        "ordered_at": instant("When it was placed or closed."),
        "amount": money("Gross order total."),
        "refunded": money("Refunded so far; negative."),
        "currency": text(_CURRENCY),
        "status": text("Status in the shop's words."),
        "customer_id": text("Customer.", null=True),
        "tender": text("How it was paid.", null=True),
        "source_file": text(_FILE),
        "source_line": count(_LINE),
    },
)

CUSTOMERS = Table(
    name="customers",
    grain="customer",
    key=("entity", "customer_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "customer_id": text("Customer in the ledger."),
        "name": text("Name."),
        "other_names": text("Other names, one a line.", null=True),
        "accounts": text("Bank accounts, one a line.", null=True),
        "e_mail": text("Address for statements and reminders.", null=True),
        "phone": text("Phone number.", null=True),
        "language": text("ISO 639-1 code.", null=True),
        "country": text("ISO 3166-1 alpha-2 code.", null=True),
        "is_business": flag("Business rather than consumer."),
        "payment_days": count("Agreed days until due.", null=True),
        "hold_reason": text("Why the customer is not to be reminded.", null=True),
        "hold_until": day("Until when.", null=True),
    },
)

LEDGER_MOVEMENTS = Table(
    name="ledger_movements",
    grain="posting",
    key=("entity", "gl_account", "document_no", "kind", "posted_on", "customer_id", "clearing_no"),
    order=("entity", "gl_account", "posted_on", "document_no"),
    columns={
        "entity": text(_ENTITY, null=True),
        "gl_account": text("General-ledger account."),
        "customer_id": text("Customer of a receivables posting.", null=True),
        "document_no": text("Document posted."),
        "kind": text(
            "invoice, credit_note, receipt, return, refund, payment_on_account, discount, write_off, other: the ledger's word "
            "mapped."
        ),
        "posted_on": day("Posting date."),
        "document_on": day("Document date."),
        "amount": money("Debit positive, credit negative."),
        "tax": money("VAT contained, signed alike.", null=True),
        "currency": text(_CURRENCY),
        "clearing_no": text("Clearing document.", null=True),
        "cleared_on": day("When it was cleared.", null=True),
    },
)

LEDGER_BALANCES = Table(
    name="ledger_balances",
    grain="ledger account and day",
    key=("entity", "gl_account", "on", "currency"),
    columns={
        "entity": text(_ENTITY, null=True),
        "gl_account": text("General-ledger account."),
        "role": text("What the account holds.", values=LEDGER_ROLES),
        "on": day("Balance at the end of this day."),
        "amount": money("Balance, debit positive."),
        "currency": text(_CURRENCY),
    },
)

_ALLOCATION = {
    "entity": text(_ENTITY, null=True),
    "match_id": text("Hash of the match's sorted (line, item, kind, allocated)."),
    "line_id": text(
        "Bank line; null in a group without one, and on a document that is paid out of another currency (`exchange`).",
        null=True,
    ),
    "item_id": text("Open item; null where the money goes to no item.", null=True),
    "customer_id": text("Customer whose account it touches.", null=True),
    "gl_account": text("Ledger account of a row without an item.", null=True),
    "allocated": money("Signed like the item, else like the line."),
    "currency": text(_CURRENCY),
    "kind": text("How this part counts.", values=(*ITEM_ALLOCATIONS, *LINE_ALLOCATIONS)),
    "probability": share(
        "That the whole match is right; null where the company's instruction decided and nothing was measured.", null=True
    ),
    "status": text("Where the match stands.", values=STATUSES),
    "basis": text("Rule or model that made it."),
    "effective_on": day("Business date of the money."),
}
_PART = ("entity", "match_id", "line_id", "item_id", "kind", "gl_account", "customer_id")

ALLOCATIONS = Table("allocations", "part of a match", _PART, _ALLOCATION)
ALTERNATIVES = Table(
    "alternatives",
    "part of a match that was not chosen",
    (*_PART, "rank"),
    {**_ALLOCATION, "rank": count("1 = best not chosen.")},
)

EVIDENCE = Table(
    name="evidence",
    grain="reason for a match",
    key=("entity", "match_id", "feature"),
    columns={
        "entity": text(_ENTITY, null=True),
        "match_id": text("The match."),
        "feature": text("What was looked at."),
        "level": text("What was found, on a named ladder; 'missing' is a level of its own."),
        "value": text("The value seen, as text.", null=True),
        "log_odds": share("Contribution to the score."),
    },
)

BREAKS = Table(
    name="breaks",
    grain="line or item not explained",
    key=("entity", "side", "id", "reason"),
    columns={
        "entity": text(_ENTITY, null=True),
        "side": text("Where it lies.", values=("bank_line", "open_item", "expected")),
        "id": text("line_id, item_id, or the name of what was expected."),
        "reason": text("Coded reason, explained in `recon_kit.tables.REASONS`.", values=tuple(REASONS)),
        "amount": money("Left unexplained, signed like the line or item."),
        "currency": text(_CURRENCY),
        "detail": text("One sentence for a person, in English."),
        "facts": text("What the sentence says, as JSON: its name and values, for `recon_kit.sentences.told`.", null=True),
    },
)

CHECKS = Table(
    name="checks",
    grain="control that was run",
    key=("entity", "check", "subject", "source_file"),
    columns={
        "entity": text(_ENTITY, null=True),
        "check": text("What was proven: balance, totals, rows, sequence, duplicate, batch_detail ..."),
        "subject": text("Of what: statement, payout, file, account and day."),
        "outcome": text("What came of it.", values=("ok", "failed", "absent", "note")),
        "expected": money("Expected amount or count.", null=True),
        "actual": money("Found amount or count.", null=True),
        "currency": text("Currency of the two; null where they are counts.", null=True),
        "detail": text("One sentence for a person.", null=True),
        "source_file": text(_FILE, null=True),
        "source_line": count(_LINE, null=True),
    },
)
