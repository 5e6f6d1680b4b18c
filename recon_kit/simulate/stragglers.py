"""What became of the past's open ends, so that the records begin as a company's do: most of it settled, some of it lost.

Invoices that their customers disputed, whose debit came back, or that a payment on account passed over are paid in the end,
written off, or stay open; larger rests are given up; payments on account are set against what they were meant for.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from recon_kit.simulate.company import END, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Clearing, Customer, Item, Part
from recon_kit.simulate.paying import Payer
from recon_kit.simulate.settling import SMALL, give_up, last_moves
from recon_kit.simulate.texts import payment_text

_BECOMES = {"paid": 74, "written_off": 17, "open": 9}
_REST_GIVEN_UP_SHARE = 0.85
_PAID_AFTER, _LOST_AFTER, _REST_AFTER = (20, 85), (110, 210), (50, 140)
_USED_AFTER = (45, 80)
"""Days after the document was due, or last moved."""


def settle_past(seed: int, items: list[Item], book: Book) -> None:
    """Bring the past's open documents to their end, as far as that comes before the end of the records."""
    draw = Draw(seed, "stragglers")
    invoices: defaultdict[Customer | None, list[Item]] = defaultdict(list)
    for item in items:
        if item.is_past and item.kind == "invoice":
            invoices[item.customer].append(item)
    for credit in [item for item in book.items if item.is_past and item.left]:
        _use_up(draw, credit, invoices[credit.customer], book)
    moved = last_moves(book)
    for customer, own in invoices.items():
        payer = Payer(seed, customer, [], book) if customer else None
        for item in own:
            if item.left and payer:
                _end(draw, payer, item, book, moved.get(item, item.due_on))


def _use_up(draw: Draw, credit: Item, invoices: list[Item], book: Book) -> None:
    """Set a payment on account against the invoices that were open when it came, oldest first."""
    day = on_or_after(credit.issued_on + timedelta(days=draw.whole(*_USED_AFTER)))
    for item in invoices:
        unpaid = not item.paid and item.issued_on <= credit.issued_on and item.currency == credit.currency
        if unpaid and credit.left and day <= END:
            taken = min(item.left, -credit.left)
            parts = (Part("payment", -taken, credit.currency, 0, credit), Part("payment", taken, item.currency, 0, item))
            book.clearings.append(Clearing(day, parts))
            credit.paid, item.paid = credit.paid - taken, item.paid + taken


def _end(draw: Draw, payer: Payer, item: Item, book: Book, moved: date) -> None:
    last = max(moved, item.due_on)
    becomes = draw.of(_BECOMES) if not item.paid else "rest"
    if becomes == "rest" and item.left > SMALL and draw.chance(_REST_GIVEN_UP_SHARE):
        give_up(item, _later(draw, last, _REST_AFTER), book)
    elif becomes == "written_off":
        give_up(item, _later(draw, last, _LOST_AFTER), book)
    elif becomes == "paid":
        payer.draw = draw
        day = _later(draw, last, _PAID_AFTER)
        text = payment_text(draw, payer.customer, [item], day, [])
        payer.line(day, [Part("payment", item.left, item.currency, item.left, item)], text, [])


def _later(draw: Draw, day: date, days: tuple[int, int]) -> date:
    return on_or_after(day + timedelta(days=draw.whole(*days)))
