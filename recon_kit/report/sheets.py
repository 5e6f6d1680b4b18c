"""Writing blocks of rows into a workbook: typed cells, formats by currency, and the address of every column for the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from recon_kit.money import as_decimal, exponent, total
from recon_kit.report.words import plain

_LONGEST, _LONGEST_SENTENCE = 60, 84
_TEXT = 4_000
_NUMBERS = ("whole", "share", "exact", "chance", "odds", "days", "times")


@dataclass(frozen=True)
class Field:
    """One column of a block.

    Args:
        name: of the column in the frame.
        head: its heading.
        kind: "text", "wrap" (sentences, in as many lines as they need), "day", "whole", "share", "days", "times", "exact" (six
            decimals), "chance" (a probability to the hundredth of a percent), "odds" (log-odds) or "money", which takes its
            decimals from the row's currency. "any" takes the kind that the row itself names in its column `kind`.
        currency: column that names the currency of a money column.
    """

    name: str
    head: str
    kind: str = "text"
    currency: str = "currency"


@dataclass
class Block:
    """Rows as they stand on a sheet; knows where each column is and what it sums to."""

    sheet: str
    first: int
    fields: Sequence[Field]
    rows: pd.DataFrame

    def address(self, name: str) -> str:
        """The absolute range of a column, as formulas name it."""
        from xlsxwriter.utility import xl_range_abs

        place = [f.name for f in self.fields].index(name)
        last = self.first + max(len(self.rows), 1) - 1
        return f"'{self.sheet}'!{xl_range_abs(self.first, place, last, place)}"

    def sum_of(self, name: str, conditions: Mapping[str, str]) -> tuple[str, int]:
        """A column's sum where other columns have given texts: as a live formula, and in minor units."""
        holds = pd.Series(True, index=self.rows.index)
        said = []
        for column, value in conditions.items():
            holds &= self.rows[column] == value
            said.append(f'{self.address(column)},"{value}"')
        formula = f"=ROUND(SUMIFS({','.join([self.address(name), *said])}),4)"
        return formula, total(self.rows.loc[holds, name].dropna().astype("int64"))


@dataclass
class Paper:
    """A workbook being written: sheets in order, formats made once."""

    book: Any
    _sheets: dict[str, Any] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)
    _widths: dict[tuple[str, int], int] = field(default_factory=dict)

    @cached_property
    def looks(self) -> dict[str, Any]:
        """Cell formats by name; money by its number of decimals."""
        made = {
            "text": self.book.add_format({"valign": "top"}),
            "head": self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF4F9", "valign": "bottom"}),
            "title": self.book.add_format({"bold": True, "font_size": 12, "font_color": "#16202A"}),
            "large": self.book.add_format({"bold": True, "font_size": 15}),
            "wrap": self.book.add_format({"text_wrap": True, "valign": "top"}),
            "day": self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
            "whole": self.book.add_format({"num_format": "#,##0", "valign": "top"}),
            "share": self.book.add_format({"num_format": "0.0%", "valign": "top"}),
            "exact": self.book.add_format({"num_format": "0.000000", "valign": "top"}),
            "chance": self.book.add_format({"num_format": "0.00%", "valign": "top"}),
            "days": self.book.add_format({"num_format": "#,##0.0", "valign": "top"}),
            "times": self.book.add_format({"num_format": "0.00", "valign": "top"}),
            "odds": self.book.add_format({"num_format": "+0.00;[Red]-0.00;0.00", "valign": "top"}),
        }
        for places in (0, 2, 3, 4):
            number = "#,##0" + ("." + "0" * places if places else "")
            made[f"money{places}"] = self.book.add_format({"num_format": f"{number};[Red]-{number}", "valign": "top"})
        return made

    def sheet(self, name: str) -> Any:
        """The sheet of that name, made on first use."""
        if name not in self._sheets:
            self._sheets[name] = self.book.add_worksheet(name)
            self._next[name] = 0
        return self._sheets[name]

    def line(self, sheet: str, text: str, look: str = "text") -> None:
        """One line of text over the whole width."""
        self.sheet(sheet).write_string(self._next_row(sheet), 0, plain(text, _TEXT), self.looks[look])

    def space(self, sheet: str) -> None:
        """An empty line."""
        self._next_row(sheet)

    def block(self, sheet: str, fields: Sequence[Field], rows: pd.DataFrame, *, title: str = "", whole: bool = False) -> Block:
        """Write rows under their headings.

        Args:
            whole: the block is the sheet: headings stay in view and can be filtered.
        """
        target = self.sheet(sheet)
        if title:
            self.line(sheet, title, "title")
        top = self._next_row(sheet)
        for place, column in enumerate(fields):
            target.write_string(top, place, column.head, self.looks["head"])
            self._widen(sheet, place, len(column.head) + 2)
        rows = rows.reset_index(drop=True)
        for place, column in enumerate(fields):
            self._column(sheet, top + 1, place, column, rows)
        n = len(rows)
        self._next[sheet] = top + 1 + n
        if whole:
            target.freeze_panes(top + 1, 0)
            target.autofilter(top, 0, top + max(n, 1), len(fields) - 1)
        return Block(sheet, top + 1, fields, rows)

    def formula(self, sheet: str, row: int, place: int, formula: str, minor: int, currency: str) -> None:
        """A live formula with the amount that it gives."""
        look = self.looks[f"money{exponent(currency)}"]
        value = float(as_decimal(minor, currency))
        self.sheet(sheet).write_formula(row, place, formula, look, value)
        self._widen(sheet, place, len(f"{value:,.2f}") + 2)

    def count(self, sheet: str, row: int, place: int, formula: str, count: int) -> None:
        """A live formula with the whole number that it gives."""
        self.sheet(sheet).write_formula(row, place, formula, self.looks["whole"], count)

    def finish(self) -> None:
        """Set the widths and how each sheet prints."""
        for (sheet, place), width in self._widths.items():
            self._sheets[sheet].set_column(place, place, max(width, 8))
        for made in self._sheets.values():
            made.set_landscape()
            made.set_paper(9)
            made.fit_to_pages(1, 0)
            made.hide_gridlines(2)

    def _next_row(self, sheet: str) -> int:
        self.sheet(sheet)
        row = self._next[sheet]
        self._next[sheet] = row + 1
        return row

    def _widen(self, sheet: str, place: int, width: int) -> None:
        self._widths[sheet, place] = max(self._widths.get((sheet, place), 0), width)

    def _column(self, sheet: str, first: int, place: int, column: Field, rows: pd.DataFrame) -> None:
        """Write one column: whole columns at a time, as a workbook of a large month has millions of cells."""
        target, texts = self._sheets[sheet], dict[str, str]()
        there = rows[column.name].notna().tolist()
        kinds = rows["kind"].tolist() if column.kind == "any" else [column.kind] * len(there)
        currencies = rows[column.currency].tolist() if "money" in kinds else [""] * len(there)
        written = zip(rows[column.name].tolist(), there, kinds, currencies, strict=True)
        longest = 0
        for row, (value, is_there, kind, currency) in enumerate(written, first):
            if not is_there:
                continue
            if isinstance(value, str):  # "n/a" in a column of numbers is text, too
                text = texts.get(value)
                if text is None:
                    text = texts.setdefault(value, plain(value, _TEXT))
                    longest = max(longest, len(text) + 2)
                target.write_string(row, place, text, self.looks["wrap" if kind == "wrap" else "text"])
            elif kind == "day":
                target.write_datetime(row, place, value.to_pydatetime(), self.looks["day"])
                longest = max(longest, 12)
            elif kind == "money":
                number, places = _major(int(value), currency)
                target.write_number(row, place, number, self.looks[f"money{places}"])
                longest = max(longest, len(f"{number:,.{places}f}") + 2)
            elif kind in _NUMBERS:
                target.write_number(row, place, float(value), self.looks[kind])
            else:
                target.write_string(row, place, plain(value, _TEXT), self.looks["text"])
                longest = max(longest, len(str(value)) + 2)
        self._widen(sheet, place, min(longest, _LONGEST_SENTENCE if column.kind == "wrap" else _LONGEST))


def _major(minor: int, currency: str) -> tuple[float, int]:
    """An amount as a number of whole currency units, the nearest there is, and its decimals."""
    places = exponent(currency)
    return minor / 10**places, places
