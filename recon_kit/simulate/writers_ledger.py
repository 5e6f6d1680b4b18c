"""Open-item lists as two ledgers export them: Exact Online's cashflow/Receivables as JSON, Xero's SalesInvoices.csv."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from recon_kit.simulate import vat
from recon_kit.simulate.company import DIVISIONS, RECEIVABLES, SNAPSHOTS
from recon_kit.simulate.exchange import in_euro
from recon_kit.simulate.files import Files, csv_text, decimal
from recon_kit.simulate.ledger import Ledger
from recon_kit.simulate.model import Item
from recon_kit.simulate.trade import XERO_TYPES

_TYPES = {"invoice": 20, "credit_note": 21, "payment_on_account": 40}
_XERO_HEADER = (
    "ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,"
    "SAAddressLine1,SAAddressLine2,SAAddressLine3,SAAddressLine4,SACity,SARegion,SAPostalCode,SACountry,InvoiceNumber,Reference,"
    "InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,"
    "UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,"
    "Currency,Type,Sent,Status"
).split(",")
_GOODS = ("Outdoor jacket", "Trekking boots", "Rucksack 40 l", "Tent two persons", "Climbing rope", "Rain trousers", "Headlamp")
_BOOKS, _REDUCED = "Trail maps and books", 10
_PAID_SHOWN_DAYS = 12


def write_lists(files: Files, ledger: Ledger) -> None:
    """Both ledgers' lists at each month's end."""
    for on in SNAPSHOTS:
        found = ledger.open_on(on)
        files.write(f"nord/open_items/receivables-{on}.json", _exact([row for row in found if row[0].entity == "NORD"], on))
        rows = [row for row in found if row[0].entity == "ALPEN"]
        files.write(f"alpen/open_items/SalesInvoices-{on}.csv", _xero(rows + _just_paid(ledger, on)))


def _exact(rows: list[tuple[Item, int]], on: date) -> str:
    records = [json.dumps(_exact_record(item, left, on), ensure_ascii=False, separators=(",", ":")) for item, left in rows]
    return '{"d":{"results":[\n' + ",\n".join(records) + "\n]}}\n"


def _exact_record(item: Item, left: int, on: date) -> dict[str, object]:
    """A selection of the service's fields; as there, money to be received has a minus beside a positive transaction amount."""
    customer = item.customer
    assert customer
    record: dict[str, object] = {
        "ID": item.item_id,
        "AccountCode": customer.customer_id,
        "AccountName": customer.name,
        "AmountDC": _number(-in_euro(left, item.currency, on)),
        "AmountFC": _number(-left),
        "Currency": item.currency,
        "Division": DIVISIONS["NORD"],
        "DueDate": _odata(item.due_on),
        "EntryNumber": item.entry_no,
        "GLAccountCode": RECEIVABLES[item.entity, item.currency],
        "InvoiceDate": _odata(item.issued_on),
        "IsFullyPaid": False,
        "Status": 20,
        "TransactionAmountFC": _number(item.amount),
        "TransactionType": _TYPES[item.kind],
    }
    if item.kind != "payment_on_account":
        record["InvoiceNumber"] = item.document_no
    if item.reference:
        record["PaymentReference"] = item.reference
    if item.order_no:
        record["YourRef"] = item.order_no
    if customer.mandate:
        record["DirectDebitMandateReference"] = customer.mandate
    if item.discount:
        record["AmountDiscountFC"] = _number(-item.discount)
        record["DiscountDueDate"] = _odata(item.discount_on or item.due_on)
        record["PaymentDiscountPercentage"] = customer.discount / 100
    if customer.known:
        record["AccountBankAccountNumber"] = customer.accounts[0]
    if item.currency != "EUR":
        record["RateFC"] = in_euro(10_000, item.currency, on) / 10_000
    return record


def _number(minor: int) -> float:
    """JSON has one kind of number; cents over 100 print with the two decimals that they have."""
    return minor / 100


def _odata(day: date) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int(at.timestamp()) * 1000})/"


def _just_paid(ledger: Ledger, on: date) -> list[tuple[Item, int]]:
    """Some documents that were settled in the last days of the month stand in the export as Paid."""
    since = on - timedelta(days=_PAID_SHOWN_DAYS)
    found = []
    for item in ledger.items:
        posted = [day for day, _ in ledger.postings[item] if day <= on]
        if item.entity == "ALPEN" and item.kind == "invoice" and posted and max(posted) > since and not ledger.left(item, on):
            found.append((item, 0))
    return found[:40]


def _xero(rows: list[tuple[Item, int]]) -> str:
    return csv_text(_XERO_HEADER, [cells for item, left in rows for cells in _xero_rows(item, left)])


def _xero_rows(item: Item, left: int) -> list[list[str]]:
    """A row a line item, net of its tax; money on account has none."""
    lines = vat.lines(item) if item.kind != "payment_on_account" else [(0, item.amount)]
    taxes = sum(vat.contained(gross, rate) for rate, gross in lines)
    return [_xero_row(item, left, line, taxes, at) for at, line in enumerate(lines)]


def _xero_row(item: Item, left: int, line: tuple[int, int], taxes: int, at: int) -> list[str]:
    customer, (rate, part) = item.customer, line
    assert customer
    tax = vat.contained(part, rate)
    goods = _BOOKS if rate == _REDUCED else _GOODS[(item.entry_no + at) % len(_GOODS)]
    told = {
        "ContactName": customer.name,
        "EmailAddress": customer.e_mail,
        "POAddressLine1": customer.street,
        "POCity": customer.city,
        "POPostalCode": customer.postal_code,
        "POCountry": customer.country,
        "InvoiceNumber": item.document_no if item.kind != "payment_on_account" else "",
        "Reference": item.document_no if item.kind == "payment_on_account" else item.reference or item.order_no or "",
        "InvoiceDate": f"{item.issued_on:%d/%m/%Y}",
        "DueDate": f"{item.due_on:%d/%m/%Y}",
        "Total": _four(item.amount),
        "TaxTotal": _four(taxes),
        "InvoiceAmountPaid": _four(item.amount - left),
        "InvoiceAmountDue": _four(left),
        "Description": goods if item.kind == "invoice" else item.text,
        "Quantity": "1.0000",
        "UnitAmount": _four(part - tax),
        "LineAmount": _four(part - tax),
        "AccountCode": "200",
        "TaxType": _tax_type(item, rate),
        "TaxAmount": _four(tax),
        "Currency": item.currency,
        "Type": XERO_TYPES[item.kind],
        "Sent": "Sent" if item.kind == "invoice" else "",
        "Status": "Awaiting Payment" if left else "Paid",
    }
    return [told.get(name, "") for name in _XERO_HEADER]


def _tax_type(item: Item, rate: int) -> str:
    if item.kind == "payment_on_account":
        return "No VAT"
    if rate:
        return f"{rate}% (VAT on Income)"
    return "Zero Rated EC Goods Income" if item.customer and item.customer.country == "DE" else "Zero Rated Income"


def _four(minor: int) -> str:
    return f"{decimal(minor)}00"
