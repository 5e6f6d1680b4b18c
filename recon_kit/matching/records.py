"""Single lines and documents in the terms of the tables: for what is told one by one, when the columns have decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pyarrow as pa

from recon_kit.matching.columns import NEVER, NOTHING, Code, Columns, Lines
from recon_kit.tables import ITEM_KINDS, LINE_KINDS

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One bank line; `payer` and `account` are plain numbers, `e2e` is None where the payer gave no reference.

    Args:
        at: its position in Lines; `known` says that it is one of the known lines, else of those to be matched.
        in_text: instructed amount and rate were read out of its text, as its file has no fields for them.
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
    rate: str | None
    in_text: bool = False

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
    """Lines and documents by position, each made once; columns become lists when the first of them is asked for."""

    def __init__(self, both: Columns) -> None:
        self.both = both
        self._lines: dict[tuple[int, bool], Line] = {}
        self._items: dict[int, Item] = {}

    def line(self, at: int, known: bool = False) -> Line:
        """A line to be matched, or one of the known ones."""
        found = self._lines.get((at, known))
        if found is None:
            columns = self._of_known if known else self._of_lines
            found = self._lines[at, known] = Line(int(at), known, *[column[at] for column in columns])
        return found

    def item(self, at: int) -> Item:
        """A document."""
        found = self._items.get(at)
        if found is None:
            found = self._items[at] = Item(int(at), *[column[at] for column in self._of_items])
        return found

    @cached_property
    def _of_lines(self) -> list[list[Any]]:
        return self._columns(self.both.lines)

    @cached_property
    def _of_known(self) -> list[list[Any]]:
        return self._columns(self.both.known)

    def _columns(self, lines: Lines) -> list[list[Any]]:
        names = self.both.names
        return [
            _named(names.entities, lines.entity, ""), lines.ids.to_pylist(), _named(names.accounts, lines.account, ""),
            _dates(lines.on), _dates(lines.paid_on), lines.amount.tolist(), _named(names.currencies, lines.currency, ""),
            _named(names.names, lines.name), _named(names.accounts, lines.payer, ""), lines.texts.to_pylist(),
            lines.reference.to_pylist(), lines.e2e.to_pylist(),
            [None if kind == NOTHING else LINE_KINDS[kind] for kind in lines.kind.tolist()], lines.reason.to_pylist(),
            [amount or None for amount in lines.instructed.tolist()], _named(names.currencies, lines.instructed_currency),
            [amount or None for amount in lines.charges.tolist()], lines.rate.to_pylist(),
        ]  # fmt: skip

    @cached_property
    def _of_items(self) -> list[list[Any]]:
        items, names = self.both.items, self.both.names
        ids = items.ids.to_pylist()
        return [
            _named(names.entities, items.entity, ""), ids, [ITEM_KINDS[kind] for kind in items.kind.tolist()],
            [number or own for number, own in zip(items.document.to_pylist(), ids, strict=True)],
            _named(names.customers, items.customer), _named(names.names, items.name), _dates(items.due), _dates(items.issued),
            items.amount.tolist(), items.open.tolist(), _named(names.currencies, items.currency, ""),
            [None if on == NEVER else day(on) for on in items.discount_on.tolist()], items.discount.tolist(),
        ]  # fmt: skip


def plain(text: str | None) -> str:
    """A text's small letters and digits alone."""
    return "".join(filter(str.isalnum, (text or "").casefold()))


def day(number: Any) -> date:
    """A day since 1970-01-01 as a date."""
    return _EPOCH + timedelta(days=int(number))


def days_of(value: date) -> int:
    """A date as days since 1970-01-01."""
    return (value - _EPOCH).days


def _dates(numbers: Code) -> list[date]:
    found: list[date] = numbers.astype("datetime64[D]").tolist()
    return found


def _named(texts: Any, codes: Code, otherwise: str | None = None) -> list[Any]:
    """The text of each code; for NOTHING the other."""
    found = texts.take(pa.array(codes, mask=codes == NOTHING)).to_pylist()
    return found if otherwise is None else [otherwise if text is None else text for text in found]


__all__ = ["Item", "Line", "Records", "day", "days_of", "plain"]
