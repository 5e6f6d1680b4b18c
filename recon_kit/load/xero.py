"""Xero's SalesInvoices.csv as open items: one row per line item there, one per document here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from recon_kit.errors import Fault, LoadError
from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.open_lists import add_list
from recon_kit.load.record import Records, note_encoding, note_skipped
from recon_kit.load.sheets import Columns, Row, Spot, find, read_sheet
from recon_kit.load.source import Hints, SourceFile
from recon_kit.load.xero_tax import Line, tax_split
from recon_kit.money import as_decimal
from recon_kit.policy import Policy

FORMAT, TEMPLATE = "xero:sales-invoices", "xero:import-template"

HEADER = tuple(
    """ContactName EmailAddress POAddressLine1 POAddressLine2 POAddressLine3 POAddressLine4 POCity PORegion POPostalCode
    POCountry SAAddressLine1 SAAddressLine2 SAAddressLine3 SAAddressLine4 SACity SARegion SAPostalCode SACountry InvoiceNumber
    Reference InvoiceDate DueDate PlannedDate Total TaxTotal InvoiceAmountPaid InvoiceAmountDue InventoryItemCode Description
    Quantity UnitAmount Discount LineAmount AccountCode TaxType TaxAmount TrackingName1 TrackingOption1 TrackingName2
    TrackingOption2 Currency Type Sent Status""".split()
)
"""The 44 columns of the export, in Xero's order."""

_NEEDED = (
    "ContactName", "InvoiceNumber", "InvoiceDate", "DueDate", "Total", "InvoiceAmountDue", "LineAmount", "Currency", "Type",
    "Status",
)  # fmt: skip
_SAME = (
    "ContactName", "Reference", "InvoiceDate", "DueDate", "Total", "TaxTotal", "InvoiceAmountPaid", "InvoiceAmountDue",
    "Currency", "Status",
)  # fmt: skip
_OPEN = frozenset({"awaiting payment"})
_CLOSED = frozenset({"paid", "voided", "deleted", "draft", "awaiting approval", "submitted"})
_KINDS = {
    "sales invoice": "invoice", "sales credit note": "credit_note", "sales overpayment": "payment_on_account",
    "sales prepayment": "payment_on_account",
}  # fmt: skip
_PURCHASES = re.compile(r"(bill|purchase|spend|expense)\b.*", re.IGNORECASE)


def claims(head: SourceFile) -> str | None:
    """`xero:sales-invoices` by its column names in any order; `xero:import-template` for the sheet that only Xero reads."""
    if find(head, _is_export):
        return FORMAT
    return TEMPLATE if find(head, _is_template) else None


def _is_export(cells: Sequence[str]) -> bool:
    return set(_NEEDED) <= set(cells)


def _is_template(cells: Sequence[str]) -> bool:
    return {"*ContactName", "*InvoiceNumber", "*InvoiceDate"} <= set(cells)


@dataclass
class _Document:
    """The rows of one document, in file order."""

    kind: str
    rows: list[Row]

    @property
    def first(self) -> Row:
        return self.rows[0]


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Open items, positive where the customer owes us, and their snapshot; credit notes and prepayments are negative.

    Only documents awaiting payment are open; the other statuses, and bills, are left out and counted. The line items of a
    document must sum to its total (a failed check otherwise). The contact's name, which Xero keeps unique, is the customer.
    `tax_split` comes from the line items' tax types where these name their rate.

    Raises:
        LoadError: the import template; rows that cannot be read; rows of one document that differ in what they must share;
            dates that fit both orders; no hint snapshot_on.
    """
    spot = find(file, _is_export)
    if spot is None:
        told = "the export SalesInvoices.csv, but this is Xero's import template, which has neither status nor amount due"
        raise LoadError(file.name, [Fault(told if find(file, _is_template) else "Xero's SalesInvoices.csv")])
    into = Collector(file, hints)
    records, rows = _records(into, spot)
    into.n_read = len(rows)
    documents = _documents(records, rows)
    found = [(item, len(document.rows)) for document in documents if (item := _item(records, document))]
    note_skipped(into, "nothing due", sum(n_rows for item, n_rows in found if item["open_amount"] == 0))
    items = [item for item, _ in found if item["open_amount"]]
    complete = True if hints.complete is None else hints.complete
    add_list(into, items, hints.snapshot_on, complete=complete)
    return into.loaded(FORMAT, "ledger")


def _records(into: Collector, spot: Spot) -> tuple[Records, list[Row]]:
    sheet = read_sheet(into.file, spot, into.hints.encoding)
    note_encoding(into, sheet)
    rows, faults = sheet.records(spot.index)
    into.faults += faults
    columns = Columns(sheet.rows[spot.index].cells, dict.fromkeys(HEADER, ()))
    amounts = ("Total", "InvoiceAmountDue", "InvoiceAmountPaid", "LineAmount", "TaxAmount")
    records = Records.of(columns, into, rows, ("InvoiceDate", "DueDate", "PlannedDate"), ())
    records.mark = into.hints.decimal_mark or _mark([columns.cell(row, name) for row in rows for name in amounts])
    return records, rows


def _mark(texts: list[str]) -> str:
    """Xero writes four decimals (1495.0000), so that three digits behind a mark never occur; a comma is another locale's."""
    return "," if any(re.fullmatch(r"-?\d[\d.]*,\d{1,4}", text) for text in texts) else "."


def _documents(records: Records, rows: list[Row]) -> list[_Document]:
    """The open documents; what a rule leaves out is counted, what no rule knows is kept as `other` under a failed check."""
    left_out: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    found: dict[tuple[str, ...], _Document] = {}
    for row in rows:
        type_, status = (records.needed(row, name, "Xero's word for it") for name in ("Type", "Status"))
        if _PURCHASES.fullmatch(type_):
            left_out[f"Type {type_}: not a receivable"] += 1
            continue
        if status.lower() in _CLOSED:
            left_out[f"Status {status}"] += 1
            continue
        if status and status.lower() not in _OPEN:
            unknown[f"Status {status}"] += 1
        if type_ and type_.lower() not in _KINDS:
            unknown[f"Type {type_}"] += 1
        kind = _KINDS.get(type_.lower(), "other") if status.lower() in _OPEN else "other"
        found.setdefault(_key(records, row, found), _Document(kind, [])).rows.append(row)
    for rule, count in sorted(left_out.items()):
        note_skipped(records.into, rule, count)
    for shown, count in sorted(unknown.items()):
        told = f"{count} rows of {shown}, not known here; kept as other, their meaning is open"
        records.into.check(
            "status" if shown.startswith("Status") else "row_type", shown, "failed", expected=0, actual=count, detail=told
        )
    return list(found.values())


def _key(records: Records, row: Row, found: dict[tuple[str, ...], _Document]) -> tuple[str, ...]:
    """Type and number; without a number what the document's rows share, a new one once the lines reach its total."""
    number = records.text(row, "InvoiceNumber")
    kind = (records.text(row, "Type") or "").lower()
    if number:
        return kind, number
    shared = (kind, "", *(records.columns.cell(row, name) for name in _SAME))
    n = 0
    while (document := found.get((*shared, str(n)))) and _sum(records, document) in _wanted(records, document):
        n += 1
    return (*shared, str(n))


def _item(records: Records, document: _Document) -> dict[str, Any] | None:
    first = document.first
    if not _alike(records, document):
        return None
    currency = records.needed(first, "Currency", "an ISO 4217 currency code")
    total, due = (_needed_amount(records, first, name, currency) for name in ("Total", "InvoiceAmountDue"))
    paid = records.amount(first, "InvoiceAmountPaid", currency)
    issued, due_on = records.day(first, "InvoiceDate"), records.day(first, "DueDate")
    if issued is None and not records.text(first, "InvoiceDate"):
        records.fault(first, "InvoiceDate", "the document's date")
    if total is None or due is None or issued is None:
        return None
    _prove_lines(records, document, total, currency)
    _prove_due(records, first, total, due, paid, currency)
    return _values(records, document, total, due, currency) | {"issued_on": issued, "due_on": due_on}


def _values(records: Records, document: _Document, total: int, due: int, currency: str) -> dict[str, Any]:
    first = document.first
    sign = -1 if document.kind in ("credit_note", "payment_on_account") else 1
    amount, open_amount = (-abs(total), -abs(due)) if sign < 0 else (total, due)
    number, reference = records.text(first, "InvoiceNumber"), records.text(first, "Reference")
    type_ = records.text(first, "Type") or ""
    shared = "|".join([type_, reference or "", *(records.columns.cell(first, name) for name in _SAME[:5])])
    return {
        "item_id": f"{type_}:{number}" if number else f"{type_}:{reference or ''}:{line_ids(None, [shared])[0]}",
        "kind": document.kind, "document_no": number or reference or type_, "customer_id": records.text(first, "ContactName"),
        "customer_name": records.text(first, "ContactName"), "amount": amount, "open_amount": open_amount, "currency": currency,
        "reference": reference, "tax_split": _tax_split(records, document, amount, currency), "source_line": first.line,
    }  # fmt: skip


def _tax_split(records: Records, document: _Document, amount: int, currency: str) -> str | None:
    """Gross by rate of what was invoiced or credited; where line amounts include their tax, it is taken out of them."""
    if document.kind not in ("invoice", "credit_note") or not records.text(document.first, "TaxType"):
        return None
    with_tax = _sum(records, document) == _decimal(records, document.first, "Total")
    lines = []
    for row in document.rows:
        net, tax = (_decimal(records, row, name) for name in ("LineAmount", "TaxAmount"))
        lines.append(Line(records.text(row, "TaxType") or "", net - tax if with_tax else net, tax))
    return tax_split(lines, amount, abs(as_decimal(1, currency)))


def _needed_amount(records: Records, row: Row, name: str, currency: str) -> int | None:
    records.needed(row, name, "an amount")
    return records.amount(row, name, currency)


def _alike(records: Records, document: _Document) -> bool:
    """Whether the rows share what a document has once; each that differs is a fault."""
    first, alike = document.first, True
    for row in document.rows[1:]:
        for name in _SAME:
            if records.columns.cell(row, name) != records.columns.cell(first, name):
                there = records.columns.cell(first, name)
                records.fault(row, name, f"{there!r} as in line {first.line}, for both are rows of one document")
                alike = False
    return alike


def _decimal(records: Records, row: Row, name: str) -> Decimal:
    text = records.columns.cell(row, name)
    plain = text.replace(".", "").replace(",", ".") if records.mark == "," else text.replace(",", "")
    try:
        return Decimal(plain or "0")
    except InvalidOperation:
        records.fault(row, name, f"a number with {records.mark!r} as decimal mark")
        return Decimal(0)


def _sum(records: Records, document: _Document) -> Decimal:
    return sum((_decimal(records, row, "LineAmount") for row in document.rows), Decimal(0))


def _wanted(records: Records, document: _Document) -> tuple[Decimal, ...]:
    """What the line amounts may sum to: the total less its tax, or the total where amounts include tax."""
    total, first = _decimal(records, document.first, "Total"), document.first
    tax = sum((_decimal(records, row, "TaxAmount") for row in document.rows), Decimal(0))
    return total, total - tax, total - _decimal(records, first, "TaxTotal")


def _prove_lines(records: Records, document: _Document, total: int, currency: str) -> None:
    """The line items must sum to the total, to half a minor unit a line (Xero keeps four decimals of a line)."""
    lines = _sum(records, document)
    slack = abs(as_decimal(1, currency)) * len(document.rows) / 2
    nearest = min(_wanted(records, document), key=lambda wanted: abs(wanted - lines))
    if abs(nearest - lines) > slack:
        number = records.text(document.first, "InvoiceNumber") or "(no number)"
        told = f"the line items sum to {lines}, the total without tax is {nearest}"
        scale = 1 / as_decimal(1, currency)
        values = {"expected": int(nearest * scale), "actual": int(lines * scale), "currency": currency}
        records.into.check(
            "totals", f"{document.kind} {number}", "failed", source_line=document.first.line, detail=told, **values
        )


def _prove_due(records: Records, row: Row, total: int, due: int, paid: int | None, currency: str) -> None:
    """What is due and paid cannot exceed the total; less than it means credits allocated, which Xero does not list."""
    if paid is not None and abs(due) + abs(paid) > abs(total):
        number = records.text(row, "InvoiceNumber") or f"in line {row.line}"
        told = "amount due and amount paid together are more than the total"
        records.into.check(
            "amount_due",
            number,
            "failed",
            expected=total,
            actual=due + paid,
            currency=currency,
            source_line=row.line,
            detail=told,
        )
