"""One row of a sheet by column name: text, amounts, days and instants, each fault noted with its line and caption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from recon_kit.errors import Fault
from recon_kit.load.days import day, instant, order_of
from recon_kit.load.loaded import Collector
from recon_kit.load.sheets import Columns, Native, Row, Sheet, Unreadable
from recon_kit.money import decimal_mark_of, minor_units


@dataclass
class Records:
    """How the rows of one sheet are read.

    Args:
        order: of day and month, see `days.order_of`.
        mark: decimal mark of amounts that are text, "" where it is undecided; numbers of a workbook always have '.'.
    """

    columns: Columns
    into: Collector
    order: str
    mark: str

    @classmethod
    def of(
        cls,
        columns: Columns,
        into: Collector,
        rows: Sequence[Row],
        days: Iterable[str],
        amounts: Iterable[str],
        beside: Sequence[str] = (),
    ) -> Records:
        """Decide date order and decimal mark once for the whole sheet, from the columns named; hints decide first.

        What fits both ways is one fault, for the file.

        Args:
            beside: amounts that stand above the rows and are written alike.
        """
        order = _decided(into, columns, rows, days, lambda texts: order_of(texts, into.hints.date_order)) or "dmy"
        above = [text for text in beside if not isinstance(text, Native | Unreadable)]
        mark = into.hints.decimal_mark or _decided(
            into, columns, rows, amounts, lambda texts: decimal_mark_of([*texts, *above])
        )
        return cls(columns, into, order, mark or "")

    def text(self, row: Row, name: str) -> str | None:
        """The cell's text; None if it is empty or the column absent."""
        cell = self.columns.cell(row, name)
        if isinstance(cell, Unreadable):
            self.fault(row, name, cell.expected)
        return str(cell) or None

    def needed(self, row: Row, name: str, expected: str = "a value") -> str:
        """The cell's text; an empty one is a fault."""
        found = self.text(row, name)
        if found is None:
            self.fault(row, name, expected)
        return found or ""

    def amount(self, row: Row, name: str, currency: str) -> int | None:
        """Minor units of `currency`; None if empty or faulty."""
        cell = self.columns.cell(row, name)
        if not cell:
            return None
        if isinstance(cell, Unreadable):
            self.fault(row, name, cell.expected)
            return None
        mark = "." if isinstance(cell, Native) else self.mark
        for one in mark or ",.":
            try:
                return minor_units(cell, currency, one, symbols=True)
            except ValueError as error:
                told = amount_expected(error, currency, mark or one)
        self.fault(row, name, told)
        return None

    def day(self, row: Row, name: str) -> date | None:
        """A calendar day; None if empty or faulty."""
        found = self.text(row, name)
        try:
            return day(found, self.order) if found else None
        except ValueError as error:
            self.fault(row, name, str(error))
            return None

    def instant(self, row: Row, name: str, zone: tzinfo) -> datetime | None:
        """An instant in UTC from local time in `zone`; None if empty or faulty."""
        found = self.text(row, name)
        try:
            return instant(found, self.order, zone) if found else None
        except ValueError as error:
            self.fault(row, name, str(error))
            return None

    def fault(self, row: Row, name: str, expected: str) -> None:
        """Note that this cell is wrong."""
        self.into.fault(row.line, self.columns.shown(name), str(self.columns.cell(row, name)) or None, expected)


def amount_expected(error: ValueError, currency: str, mark: str) -> str:
    """What should stand where `minor_units` found no amount."""
    told = str(error)
    if "ISO 4217" in told:
        return "an amount in a known currency"
    if "more decimals" in told:
        return f"an amount with no more decimals than {currency} has"
    return "an amount that fits 64 bits" if "larger" in told else f"an amount with {mark!r} as decimal mark"


def note_encoding(into: Collector, sheet: Sheet) -> None:
    """A check row for text that is no UTF-8 and was therefore read in the encoding of Windows, unless a hint said so."""
    if sheet.encoding == "cp1252" and into.hints.encoding is None:
        told = "the text is no UTF-8 and was read as Windows-1252; the hint encoding settles it"
        into.check("encoding", "cp1252", "note", detail=told)


def note_skipped(into: Collector, rule: str, count: int) -> None:
    """Count rows that a named rule left out, as a check row that says so."""
    if count:
        into.n_skipped += count
        into.check("skipped", rule, "note", actual=count, detail=f"left out by the rule: {rule}")


def _decided(
    into: Collector, columns: Columns, rows: Sequence[Row], names: Iterable[str], decide: Callable[[list[str]], str]
) -> str | None:
    cells = [(row.line, name, columns.cell(row, name)) for name in names if name in columns for row in rows]
    texts = [cell for _, _, cell in cells if cell and not isinstance(cell, Native | Unreadable)]
    try:
        return decide(texts)
    except ValueError as error:
        told = str(error)
        at = next((cell for cell in cells if cell[2] and repr(str(cell[2])) in told), None)
        place = (at[0], columns.shown(at[1]), str(at[2])) if at else (None, None, None)
        into.faults.append(Fault(f"one reading only, but {told}", *place))
        return None
