"""What the ledger settles by itself: credit notes against invoices without money, and small rests that are written off."""

from __future__ import annotations

from datetime import date, timedelta

from recon_kit.simulate.company import END, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Clearing, Item, Part

_SETTLED_SHARE = 0.9
_WRITTEN_OFF_SHARE = 0.7
_SMALL = 30_00
"""Rests up to this amount are given up after some weeks."""


def settle(seed: int, items: list[Item], book: Book) -> None:
    """Add the ledger's own clearings to the book."""
    draw = Draw(seed, "settling")
    last_paid = _last_payments(book)
    for credit in items:
        if credit.kind == "credit_note" and not credit.paid and draw.chance(_SETTLED_SHARE):
            _against_invoice(draw, credit, items, book, last_paid)
    last_paid = _last_payments(book)
    for item in items:
        if item.kind == "invoice" and 0 < item.left <= _SMALL and item.paid and draw.chance(_WRITTEN_OFF_SHARE):
            day = on_or_after(last_paid.get(item, item.due_on) + timedelta(days=draw.whole(35, 60)))
            if day <= END:
                book.clearings.append(Clearing(day, (Part("write_off", item.left, item.currency, 0, item),)))
                item.paid = item.amount


def _against_invoice(draw: Draw, credit: Item, items: list[Item], book: Book, moved: dict[Item, date]) -> None:
    """The oldest unpaid invoice of the same customer that is larger takes the credit note, after all that happened to both."""
    for item in items:
        if item.customer is credit.customer and item.kind == "invoice" and not item.paid and item.amount > -credit.amount:
            both = (item.issued_on, credit.issued_on, moved.get(item, item.issued_on), moved.get(credit, credit.issued_on))
            day = on_or_after(max(both) + timedelta(days=draw.whole(5, 30)))
            if day <= END:
                parts = (
                    Part("payment", credit.amount, credit.currency, 0, credit),
                    Part("payment", -credit.amount, item.currency, 0, item),
                )
                book.clearings.append(Clearing(day, parts))
                credit.paid, item.paid = credit.amount, -credit.amount
            return


def _last_payments(book: Book) -> dict[Item, date]:
    found: dict[Item, date] = {}
    dated = [*((line.booked_on, line.parts) for line in book.lines), *((c.on, list(c.parts)) for c in book.clearings)]
    for day, parts in dated:
        for part in parts:
            if part.item:
                found[part.item] = max(day, found.get(part.item, day))
    return found
