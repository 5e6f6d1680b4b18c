"""What the ledger settles by itself: credit notes against invoices without money, and small rests that are written off."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from recon_kit.simulate.company import END, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Clearing, Customer, Item, Part

_SETTLED_SHARE = 0.9
_WRITTEN_OFF_SHARE = 0.7
SMALL = 30_00
"""Rests up to this amount are given up after some weeks."""


def settle(seed: int, items: list[Item], book: Book) -> None:
    """Add the ledger's own clearings to the book; those of the past are drawn apart."""
    draws = {False: Draw(seed, "settling"), True: Draw(seed, "settling", "past")}
    moved = last_moves(book)
    invoices: defaultdict[Customer | None, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind == "invoice":
            invoices[item.customer].append(item)
    for credit in items:
        draw = draws[credit.is_past]
        if credit.takes_back:
            _take_back(draw, credit, credit.takes_back, book)
        elif credit.kind == "credit_note" and not credit.paid and draw.chance(_SETTLED_SHARE):
            _against_invoice(draw, credit, invoices[credit.customer], book, moved)
    moved = last_moves(book)
    for item in items:
        draw = draws[item.is_past]
        if item.kind == "invoice" and 0 < item.left <= SMALL and item.paid and draw.chance(_WRITTEN_OFF_SHARE):
            give_up(item, on_or_after(moved.get(item, item.due_on) + timedelta(days=draw.whole(35, 60))), book)


def give_up(item: Item, day: date, book: Book) -> None:
    """Write off what is left of an invoice, unless that day lies after the end."""
    if day <= END:
        book.clearings.append(Clearing(day, (Part("write_off", item.left, item.currency, 0, item),)))
        item.paid = item.amount


def _take_back(draw: Draw, credit: Item, invoice: Item, book: Book) -> None:
    day = on_or_after(credit.issued_on + timedelta(days=draw.whole(0, 4)))
    if day <= END and not invoice.paid:
        _clear(day, credit, invoice, book)


def _against_invoice(draw: Draw, credit: Item, invoices: list[Item], book: Book, moved: dict[Item, date]) -> None:
    """The oldest unpaid invoice of the same customer that is larger takes the credit note, after all that happened to both."""
    for item in invoices:
        if not item.paid and item.amount > -credit.amount and not (credit.is_past and item.disputed):
            both = (item.issued_on, credit.issued_on, moved.get(item, item.issued_on), moved.get(credit, credit.issued_on))
            day = on_or_after(max(both) + timedelta(days=draw.whole(5, 30)))
            if day <= END:
                _clear(day, credit, item, book)
            return


def _clear(day: date, credit: Item, invoice: Item, book: Book) -> None:
    parts = (
        Part("payment", credit.amount, credit.currency, 0, credit),
        Part("payment", -credit.amount, invoice.currency, 0, invoice),
    )
    book.clearings.append(Clearing(day, parts))
    credit.paid, invoice.paid = credit.amount, invoice.paid - credit.amount


def last_moves(book: Book) -> dict[Item, date]:
    """The day on which each document was last paid or settled."""
    found: dict[Item, date] = {}
    dated = [
        *((line.booked_on, line.parts) for line in [*book.lines, *book.earlier]),
        *((c.on, c.parts) for c in book.clearings),
    ]
    for day, parts in dated:
        for part in parts:
            if part.item:
                found[part.item] = max(day, found.get(part.item, day))
    return found
