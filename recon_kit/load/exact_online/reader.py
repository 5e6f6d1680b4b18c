"""Exact Online's receivables as open items: `cashflow/Receivables` and `read/financial/ReceivablesList`, as OData JSON."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from recon_kit.errors import Fault, LoadError
from recon_kit.load.exact_online.fields import Fields, plain_day
from recon_kit.load.exact_online.signs import Signs, is_overpaid, signs_of
from recon_kit.load.json_records import JsonRecords, json_records
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.open_lists import add_list, discount
from recon_kit.load.record import note_skipped
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

CASHFLOW, LIST = "exact-online:receivables", "exact-online:receivables-list"

_KINDS = {
    "10": "journal", "40": "payment_on_account", "80": "journal", "82": "journal", "83": "journal", "87": "down_payment",
    "90": "journal", "290": "journal",
}  # fmt: skip
_OPEN = {"20": "open", "30": "selected for collection", "40": "collection processed"}
_MATCHED = "50"
_NUMBER = "a number that names the document (InvoiceNumber, EntryNumber or YourRef)"
_TELLING = ("IsFullyPaid", "TransactionAmountDC", "TransactionAmountFC", "ReceivableBatchNumber", "DueDate", "InvoiceNumber")
_PAYABLE = ('"PaymentBatchNumber"', '"PaymentSelected"', "cashflow/Payments", "Cashflow.Payment", '"SalesEntryLines"')


def claims(head: SourceFile) -> str | None:
    """`exact-online:receivables` or `exact-online:receivables-list`, by their fields; other resources of Exact are not ours."""
    text = head.head_text.lstrip("\ufeff \t\r\n")
    if text[:1] not in ("{", "[") or any(mark in text for mark in _PAYABLE):
        return None
    if ('"AmountDC"' in text or '"AmountFC"' in text) and sum(f'"{name}"' in text for name in _TELLING) >= 2:
        return CASHFLOW
    if '"HID"' in text and '"Amount"' in text and '"CurrencyCode"' in text:
        return LIST
    return None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Open items, positive where the customer owes us, and their snapshot.

    Amounts are the invoice currency's (AmountFC in Currency); where only AmountDC was selected, the division's, which is
    the hint currency or the policy's. ReceivablesList gives no original amount: it is the open one. Fully paid, matched
    and zero rows are left out and counted. A type that is not known is kept as `other` and noted.

    Raises:
        LoadError: every field missing or unreadable, with the line its record begins on; no day for the list.
    """
    kind = claims(file)
    if kind is None:
        raise LoadError(file.name, [Fault("receivables of Exact Online: cashflow/Receivables or ReceivablesList")])
    into = Collector(file, hints)
    found = json_records(file)
    into.n_read = len(found.records)
    division = hints.currency or _entity_currency(policy, hints) or policy.base_currency
    items = _list(into, found) if kind == LIST else _receivables(into, found, division)
    _note_pages(into, found)
    complete = True if hints.complete is None else hints.complete
    add_list(into, items, _snapshot(into, found), complete=complete and not _next_page(found))
    return into.loaded(kind, "ledger")


def _entity_currency(policy: Policy, hints: Hints) -> str | None:
    entity = policy.entities.get(hints.entity or "")
    return entity.base_currency if entity else None


def _next_page(found: JsonRecords) -> Any:
    return found.beside.get("__next") or found.beside.get("@odata.nextLink") or found.beside.get("odata.nextLink")


def _note_pages(into: Collector, found: JsonRecords) -> None:
    if page := _next_page(found):
        into.check("pages", "__next", "failed", detail=f"the list goes on at {page}; this file is only one page of it")


def _snapshot(into: Collector, found: JsonRecords) -> date | None:
    if into.hints.snapshot_on:
        return into.hints.snapshot_on
    for name, value in found.beside.items():
        if name.lower() in ("asof", "reportingdate"):
            try:
                return plain_day(str(value))
            except ValueError as error:
                into.fault(1, name, str(value), str(error))
    return None


def _receivables(into: Collector, found: JsonRecords, division: str) -> list[dict[str, Any]]:
    rows = [Fields(into, line, row) for line, row in found.records]
    left_out: Counter[str] = Counter()
    open_rows = []
    for row in rows:
        if rule := _rule(row):
            left_out[rule] += 1
        else:
            open_rows.append((row, _amounts(row, division)))
    signs = signs_of(into, open_rows)
    items, unknown = [], Counter[str]()
    for row, amounts in open_rows:
        if amounts is None:
            continue
        if amounts["open"] == 0:
            left_out["nothing open in the invoice currency"] += 1
            continue
        items.append(_item(row, amounts, signs, unknown))
    for rule, count in sorted(left_out.items()):
        note_skipped(into, rule, count)
    for shown, count in sorted(unknown.items()):
        into.check("row_type", shown, "note", actual=count, detail=f"{count} rows of {shown}, not known here, kept as other")
    return items


def _rule(row: Fields) -> str | None:
    if row.flag("IsFullyPaid"):
        return "IsFullyPaid"
    status = row.text("Status")
    if status == _MATCHED:
        return "Status 50: matched with other items"
    if status and status not in _OPEN:
        row.fault("Status", f"one of {', '.join((*_OPEN, _MATCHED))}")
    return None


def _amounts(row: Fields, division: str) -> dict[str, Any] | None:
    """Open and original amount with the currency and the unit (FC or DC) that they are in, signed as in the file."""
    unit = "FC" if row.has("AmountFC") or (not row.has("AmountDC") and "AmountFC" in row.row) else "DC"
    currency = (row.text("Currency") or division) if unit == "FC" else division
    if unit == "DC" and row.text("Currency") not in (None, division):
        row.fault("AmountFC", f"the amount in {row.text('Currency')}, for AmountDC is in {division}; select AmountFC too")
        return None
    amount = row.amount(f"Amount{unit}", currency)
    if amount is None:
        if not row.has(f"Amount{unit}"):
            row.fault(f"Amount{unit}", "the open amount")
        return None
    original = row.amount(f"TransactionAmount{unit}", currency)
    return {"open": amount, "original": original, "unit": unit, "currency": currency}


def _item(row: Fields, amounts: dict[str, Any], signs: Signs, unknown: Counter[str]) -> dict[str, Any]:
    code = row.text("TransactionType")
    open_amount = signs.turned(amounts["open"])
    kind = _kind(code, positive=open_amount > 0)
    if is_overpaid(row, amounts, signs.factor):
        kind = "payment_on_account"
    if kind == "other":
        unknown[f"TransactionType {code}"] += 1
    original = signs.original(open_amount, amounts["original"])
    number = row.text("InvoiceNumber") or row.text("EntryNumber") or row.text("YourRef") or ""
    if not number:
        row.fault("InvoiceNumber", _NUMBER)
    currency = amounts["currency"]
    return {
        "item_id": row.text("ID") or f"{kind}:{number}", "kind": kind, "document_no": number, "amount": original,
        "open_amount": open_amount, "currency": currency, **_customer(row), **_dates(row),
        **(_discount(row, original, amounts) if kind in ("invoice", "credit_note") else {}),
        "customer_account": row.account("AccountBankAccountNumber"), "source_line": row.line,
        "reference": row.text("PaymentReference") or row.text("YourRef"), "order_no": row.text("YourRef"),
    }  # fmt: skip


def _kind(code: str | None, *, positive: bool) -> str:
    """The kind by transaction type; a sales entry below zero is a credit note, and the reversal of a credit note is none."""
    if code in (None, "20", "21"):
        return "invoice" if positive else "credit_note"
    if code == "40" and positive:
        return "journal"
    return _KINDS.get(code or "", "other")


def _customer(row: Fields) -> dict[str, Any]:
    number = row.text("AccountCode") or row.text("Account") or row.text("AccountId")
    return {"customer_id": number, "customer_name": row.text("AccountName")}


def _dates(row: Fields) -> dict[str, Any]:
    issued = row.day("InvoiceDate") or row.day("EntryDate")
    if issued is None and not row.has("InvoiceDate"):
        row.fault("InvoiceDate", "the date of the document")
    return {"issued_on": issued, "due_on": row.day("DueDate") or row.day("TransactionDueDate")}


def _discount(row: Fields, original: int, amounts: dict[str, Any]) -> dict[str, Any]:
    """Skonto: the amount that Exact gives, else its percentage of the original amount, while there is a day to take it by."""
    on = row.day("DiscountDueDate")
    given = row.amount(f"AmountDiscount{amounts['unit']}", amounts["currency"])
    percent = row.number("PaymentDiscountPercentage")
    sign = -1 if original < 0 else 1
    amount = sign * abs(given) if given else discount(original, percent) if percent else 0
    if not amount or on is None:
        return {}
    return {"discount_on": on, "discount_amount": amount}


def _list(into: Collector, found: JsonRecords) -> list[dict[str, Any]]:
    rows = [Fields(into, line, row) for line, row in found.records]
    items = [item for row in rows if (item := _listed(row))]
    note_skipped(into, "nothing open", sum(item["open_amount"] == 0 for item in items))
    into.check("original_amount", "open items", "absent", detail="the list has open amounts only; they stand for the original")
    if in_transit := sum(bool((row.text("AmountInTransit") or "").strip("0.")) for row in rows):
        told = f"{in_transit} documents have a direct debit under way (AmountInTransit); they are open until the bank books it"
        into.check("in_transit", "open items", "note", actual=in_transit, detail=told)
    return [item for item in items if item["open_amount"]]


def _listed(row: Fields) -> dict[str, Any] | None:
    """One row of ReceivablesList, whose Amount is what is unpaid; positive is owed to us."""
    currency, number = row.text("CurrencyCode") or "", row.text("InvoiceNumber")
    name = number or row.text("EntryNumber") or row.text("YourRef") or ""
    amount = row.amount("Amount", currency) if currency else None
    for field, there, expected in (
        ("CurrencyCode", currency, "an ISO 4217 currency code"),
        ("InvoiceNumber", name, _NUMBER),
        ("Amount", row.has("Amount"), "the open amount"),
    ):
        if not there:
            row.fault(field, expected)
    dates = _dates(row)
    if amount is None:
        return None
    kind = ("invoice" if amount > 0 else "credit_note") if number else ("journal" if amount > 0 else "payment_on_account")
    return {
        "item_id": row.text("HID") or row.text("Id") or f"{kind}:{name}", "kind": kind, "document_no": name, "amount": amount,
        "open_amount": amount, "currency": currency, **_customer(row), **dates, "reference": row.text("YourRef"),
        "source_line": row.line,
    }  # fmt: skip
