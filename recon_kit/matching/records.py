"""Single lines and documents in the terms of the tables: for what is told one by one, when the columns have decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recon_kit.matching.columns import NEVER, NOTHING, Columns, Lines
from recon_kit.tables import ITEM_KINDS, LINE_KINDS

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One bank line; `payer` and `account` are plain numbers, `e2e` is None where the payer gave no reference.

    Args:
        at: its position in Lines; `known` says that it is one of the known lines, else of those to be matched.
    """

    at: int
    known: bool
    entity: str
    id: str
    account: str
    on: date
    paid_on: date
    amount: int
    currency: str
    name: str | None
    payer: str
    remittance: str | None
    reference: str | None
    e2e: str | None
    kind: str | None
    return_reason: str | None
    instructed: int | None
    instructed_currency: str | None
    charges: int | None

    @property
    def key(self) -> tuple[str, str]:
        """What it is called everywhere."""
        return self.entity, self.id


@dataclass(frozen=True, slots=True)
class Item:
    """One document; `open` is what it was worth when the run began, 0 if only history knows it."""

    at: int
    entity: str
    id: str
    kind: str
    document_no: str
    customer_id: str | None
    customer_name: str | None
    due_on: date
    issued_on: date
    amount: int
    open: int
    currency: str
    discount_on: date | None
    discount: int


class Records:
    """Lines and documents by position, each made once."""

    def __init__(self, both: Columns) -> None:
        self.both = both
        self._lines: dict[tuple[int, bool], Line] = {}
        self._items: dict[int, Item] = {}

    def line(self, at: int, known: bool = False) -> Line:
        """A line to be matched, or one of the known ones."""
        found = self._lines.get((at, known))
        if found is None:
            found = self._lines[at, known] = self._line(self.both.known if known else self.both.lines, int(at), known)
        return found

    def item(self, at: int) -> Item:
        """A document."""
        found = self._items.get(at)
        if found is None:
            found = self._items[at] = self._item(int(at))
        return found

    def _line(self, lines: Lines, at: int, known: bool) -> Line:
        names, kind = self.both.names, int(lines.kind[at])
        return Line(
            at, known, _text(names.entities, lines.entity[at]) or "", lines.ids[at].as_py(),
            _text(names.accounts, lines.account[at]) or "", day(lines.on[at]), day(lines.paid_on[at]), int(lines.amount[at]),
            _text(names.currencies, lines.currency[at]) or "", _text(names.names, lines.name[at]),
            _text(names.accounts, lines.payer[at]) or "", lines.texts[at].as_py(), lines.reference[at].as_py(),
            lines.e2e[at].as_py(), None if kind == NOTHING else LINE_KINDS[kind], lines.reason[at].as_py(),
            int(lines.instructed[at]) or None, _text(names.currencies, lines.instructed_currency[at]),
            int(lines.charges[at]) or None,
        )  # fmt: skip

    def _item(self, at: int) -> Item:
        items, names = self.both.items, self.both.names
        until = items.discount_on[at]
        return Item(
            at, _text(names.entities, items.entity[at]) or "", items.ids[at].as_py(), ITEM_KINDS[int(items.kind[at])],
            items.document[at].as_py() or items.ids[at].as_py(), _text(names.customers, items.customer[at]),
            _text(names.names, items.name[at]), day(items.due[at]), day(items.issued[at]), int(items.amount[at]),
            int(items.open[at]), _text(names.currencies, items.currency[at]) or "", None if until == NEVER else day(until),
            int(items.discount[at]),
        )  # fmt: skip


def day(number: Any) -> date:
    """A day since 1970-01-01 as a date."""
    return _EPOCH + timedelta(days=int(number))


def days_of(value: date) -> int:
    """A date as days since 1970-01-01."""
    return (value - _EPOCH).days


def _text(texts: Any, code: Any) -> str | None:
    return None if code == NOTHING else texts[int(code)].as_py()


__all__ = ["Item", "Line", "Records", "day", "days_of"]
