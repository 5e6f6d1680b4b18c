"""What enters the ledger when its month is over: posted into September, first told by October's export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from recon_kit.simulate.company import after
from recon_kit.simulate.model import Book, Item

_MONTH = date(2026, 9, 30)
_LATE = (("NORD", "credit_note", 2), ("ALPEN", "credit_note", 1), ("NORD", "invoice", 1))
"""Entity, kind and how many; a written-off rest comes besides."""
_BACK = timedelta(days=5)


def enter_late(items: Iterable[Item], book: Book) -> None:
    """Let a few of September's last documents, and one write-off, be entered in October with their day in September."""
    first = _first_moves(book)
    entered = after(_MONTH, 2)
    ready = [
        item for item in items if _MONTH - _BACK <= item.issued_on <= _MONTH and first.get(item, date.max) > after(entered, 5)
    ]
    for entity, kind, count in _LATE:
        for item in [item for item in ready if (item.entity, item.kind) == (entity, kind)][:count]:
            entered = after(entered, 1)
            item.listed_from = entered
    for at, clearing in enumerate(book.clearings):
        if clearing.parts[0].kind == "write_off" and _MONTH < clearing.on <= after(_MONTH, 6):
            book.clearings[at] = replace(clearing, posted_on=_MONTH)
            return


def _first_moves(book: Book) -> dict[Item, date]:
    found: dict[Item, date] = {}
    dated = [*((line.booked_on, line.parts) for line in book.lines), *((c.on, c.parts) for c in book.clearings)]
    for day, parts in dated:
        for part in parts:
            if part.item:
                found[part.item] = min(day, found.get(part.item, day))
    return found
