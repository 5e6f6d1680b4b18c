"""SEPA direct debits: collected in weekly batches as one credit, some of them returned days later with a charge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from recon_kit.simulate.company import ACCOUNTS, END, FIRST_INVOICE, FIRST_TRADE, after, business_days
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Customer, Detail, Item, Line, Part

_RETURNED_SHARE = 0.06
_REASONS = {"MS03": 50, "AM04": 15, "AC04": 15, "MD06": 15, "MD01": 5}
_REASON_TEXTS = {
    "MS03": "SONSTIGE GRUENDE",
    "AM04": "MANGELS DECKUNG",
    "AC04": "KONTO AUFGELOEST",
    "MD06": "WIDERSPRUCH DURCH ZAHLER",
    "MD01": "KEIN MANDAT",
}
_CHARGES = (3_00, 3_50, 4_20, 8_15)
_PAYS_AFTER_RETURN = 0.5


def collect(seed: int, customers: Iterable[Customer], items: list[Item], book: Book) -> None:
    """Collect every due invoice of customers with a mandate, on Thursdays."""
    mandates = {customer for customer in customers if customer.mandate}
    invoices = [item for item in items if item.customer in mandates and item.kind == "invoice"]
    _weekly(Draw(seed, "debits", "past"), FIRST_TRADE, [item for item in invoices if item.is_past], book)
    _weekly(Draw(seed, "debits"), FIRST_INVOICE, [item for item in invoices if not item.is_past], book)


def _weekly(draw: Draw, first: date, invoices: list[Item], book: Book) -> None:
    for day in business_days(first, END):
        if day.weekday() == 3 and (
            due := [item for item in invoices if item.due_on <= day and item.left and not item.disputed]
        ):
            _batch(draw, day, due, book)
            invoices = [item for item in invoices if item.left]


def _batch(draw: Draw, day: date, due: list[Item], book: Book) -> None:
    parts = [Part("payment", item.left, item.currency, item.left, item) for item in due]
    for item in due:
        item.paid = item.amount
    account = ACCOUNTS["main"]
    name = f"SEPA-Lastschrift Sammler {day:%Y%m%d} {len(due)} Posten"
    amount = sum(part.of_line for part in parts)
    line = Line(account, day, amount, "", "", name, "192", "customer", "direct_debit_batch", parts)
    line.end_to_end_id = f"LS-{day:%Y%m%d}"
    line.details = [_detail(part) for part in parts]
    book.add(line)
    if day < account.since and not due[0].is_past:
        return
    for part, detail in zip(parts, line.details, strict=True):
        if draw.chance(_RETURNED_SHARE):
            _return(draw, day, part, detail, book)


def _detail(part: Part) -> Detail:
    item = part.item
    assert item and item.customer and item.customer.mandate
    text = f"Rechnung {item.document_no} vom {item.issued_on:%d.%m.%Y}"
    customer = item.customer
    return Detail(part.of_line, customer.name, customer.accounts[0], text, item.document_no, item.customer.mandate)


def _return(draw: Draw, collected: date, part: Part, detail: Detail, book: Book) -> None:
    reason = draw.of(_REASONS)
    day = after(collected, draw.whole(12, 30) if reason.startswith("MD") else draw.whole(2, 5))
    item = part.item
    since = ACCOUNTS["main"].since
    if day > END or collected < since <= day or not item or not item.customer:
        return
    charge = draw.one(_CHARGES)
    taken = Part("payment", -part.allocated, part.currency, -part.of_line, item)
    cost = Part("charge", -charge, "EUR", -charge, customer_id=item.customer.ledger_id, gl_account="6855")
    text = f"RETOURE SEPA-LASTSCHRIFT {reason} {_REASON_TEXTS[reason]} {detail.text}"
    line = Line(ACCOUNTS["main"], day, -part.of_line - charge, detail.name, detail.iban, text, "109", "customer", "")
    line.parts, line.reason, line.charges = [taken, cost], reason, -charge
    line.phenomenon = f"direct_debit_return+return_{reason.lower()}"
    line.instructed = (-part.of_line, "EUR")
    line.end_to_end_id, line.mandate = detail.end_to_end_id, detail.mandate
    item.paid, item.disputed = 0, True
    book.add(line)
    if draw.chance(_PAYS_AFTER_RETURN):
        _pays_after(draw, day, item, book)


def _pays_after(draw: Draw, returned: date, item: Item, book: Book) -> None:
    """The customer transfers what was returned."""
    day = after(returned, draw.whole(3, 15))
    customer = item.customer
    if day > END or not customer:
        return
    part = Part("payment", item.amount, item.currency, item.amount, item)
    text = f"{item.document_no} nach Ruecklastschrift vom {returned:%d.%m.%Y}"
    line = Line(
        ACCOUNTS["main"], day, item.amount, customer.name, customer.accounts[0], text, "166", "customer", "paid_after_return"
    )
    line.parts = [part]
    item.paid = item.amount
    book.add(line)
