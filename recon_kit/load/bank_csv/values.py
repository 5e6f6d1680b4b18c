"""Columns of text become days and exact amounts; every value that does not fit its declared form is a fault with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from recon_kit.errors import Fault
from recon_kit.money import decimal_mark_of, is_currency, minor_units

_PARTS = re.compile("DD|D|MM|M|YYYY|YY|hh|mm|ss")
_DIGITS = {"DD": r"(?P<d>\d\d)", "D": r"(?P<d>\d{1,2})", "MM": r"(?P<m>\d\d)", "M": r"(?P<m>\d{1,2})", "YYYY": r"(?P<y>\d{4})",
           "YY": r"(?P<y>\d\d)", "hh": r"\d\d", "mm": r"\d\d", "ss": r"\d\d"}  # fmt: skip
_ORDER = {"dmy": ("D", "M"), "mdy": ("M", "D"), "ymd": ("Y",)}
_LEAP = 2000
"""The year that stands for none until the value date gives it; 29 February has to fit."""

Days = list[date | None]


@dataclass
class Values:
    """Turns the columns of one file into values.

    Args:
        lines: the line that each row begins on.
        date_order: the hint, if the caller gave one.
    """

    lines: Sequence[int]
    date_order: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, column: str, found: str, expected: str) -> None:
        """Note one wrong value."""
        self.faults.append(Fault(expected, self.lines[row], column, found))

    def days(self, columns: Mapping[str, list[str]], formats: Sequence[str], required: str | None = None) -> dict[str, Days]:
        """Days of several columns, read alike; empty is None unless the column is `required`.

        Where two formats differ only in the order of day and month, all columns together decide.
        """
        texts = {text for column in columns.values() for text in column if text}
        chosen = self._chosen(texts, formats)
        if chosen is None:
            self._ask_order(columns, formats)
            return {name: [None] * len(column) for name, column in columns.items()}
        known: dict[str, date | None] = {text: _first_day(text, chosen) for text in texts}
        for name, column in columns.items():
            for row, text in enumerate(column):
                if not text and name == required:
                    self.fault(row, name, text, f"a date as {' or '.join(formats)}")
                elif text and known[text] is None:
                    self.fault(row, name, text, _wanted(text, chosen))
        return {name: [known.get(text) for text in column] for name, column in columns.items()}

    def _chosen(self, texts: set[str], formats: Sequence[str]) -> list[str] | None:
        chosen: list[str] = []
        for rivals in _rivals(formats):
            if len(rivals) == 1:
                chosen.append(rivals[0])
                continue
            here = [text for text in texts if _pattern(rivals[0]).fullmatch(text)]
            told = [f for f in rivals if _order(f) == self.date_order] or rivals
            fit = [f for f in told if all(_day(text, f) for text in here)] or told[:1]
            if len(fit) > 1 and any(_day(text, fit[0]) != _day(text, fit[1]) for text in here):
                return None
            chosen.append(fit[0])
        return chosen

    def _ask_order(self, columns: Mapping[str, list[str]], formats: Sequence[str]) -> None:
        rivals = next(group for group in _rivals(formats) if len(group) > 1)
        for name, column in columns.items():
            for row, text in enumerate(column):
                if _day(text, rivals[0]) != _day(text, rivals[1]):
                    self.fault(row, name, text, f"a date that is {' or '.join(rivals)} beyond doubt; say date_order")
                    return

    def amounts(
        self, column: Sequence[str], name: str, currencies: Sequence[str], mark: str, symbols: bool
    ) -> list[int | None]:
        """Signed minor units of each row's currency; empty is None."""
        units: list[int | None] = []
        for row, (text, currency) in enumerate(zip(column, currencies, strict=True)):
            try:
                units.append(minor_units(text, currency, mark, symbols=symbols) if text else None)
            except ValueError as error:
                units.append(None)
                self.fault(row, name, text, _amount_wanted(error, mark))
        return units

    def currencies(self, column: Sequence[str], name: str, default: str | None) -> list[str]:
        """ISO codes; an empty one is the file's own. Wrong ones are faults, and EUR until the file is refused."""
        known = {text: is_currency(text.upper() or default or "") for text in set(column)}
        codes = []
        for row, text in enumerate(column):
            if not known[text]:
                self.fault(row, name, text, "an ISO 4217 currency code")
            codes.append((text.upper() or default or "") if known[text] else "EUR")
        return codes


def decimal_mark(columns: Sequence[Sequence[str]], declared: str, hint: str | None) -> str:
    """The declared decimal mark; where the layout leaves it open, the hint, else what all amounts can only mean.

    Raises:
        ValueError: the amounts fit both marks.
    """
    if declared != "detect":
        return declared
    return hint or decimal_mark_of([text for column in columns for text in column if text])


def with_years(days: Days, near: Days) -> Days:
    """Days written without a year get the one that brings them nearest to the row's other date."""
    return [_nearest_year(day, other) if day and day.year == _LEAP else day for day, other in zip(days, near, strict=True)]


def _nearest_year(day: date, other: date | None) -> date | None:
    if other is None or other.year == _LEAP:
        return None
    fits = []
    for year in (other.year - 1, other.year, other.year + 1):
        try:
            fits.append(day.replace(year=year))
        except ValueError:  # 29 February
            continue
    return min(fits, key=lambda fit: abs(fit - other), default=None)


def _amount_wanted(error: ValueError, mark: str) -> str:
    told = str(error)
    return f"an amount with {mark!r} as decimal mark" if "is not an amount" in told else f"an amount, but {told}"


@cache
def _pattern(written: str) -> re.Pattern[str]:
    parts, at = [], 0
    for found in _PARTS.finditer(written):
        parts += [re.escape(written[at : found.start()]), _DIGITS[found[0]]]
        at = found.end()
    return re.compile("".join([*parts, re.escape(written[at:])]), re.ASCII)


def _day(text: str, written: str) -> date | None:
    found = _pattern(written).fullmatch(text)
    if not found:
        return None
    parts = found.groupdict()
    year = int(parts.get("y") or _LEAP)
    if len(parts.get("y") or "") == 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None


def _first_day(text: str, formats: Sequence[str]) -> date | None:
    return next((day for written in formats if (day := _day(text, written))), None)


def _wanted(text: str, formats: Sequence[str]) -> str:
    shaped = [written for written in formats if _pattern(written).fullmatch(text)]
    return f"a date as {shaped[0]} that exists" if shaped else f"a date as {' or '.join(formats)}"


def _rivals(formats: Sequence[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for written in formats:
        groups.setdefault(re.sub("[DM]", "N", written), []).append(written)
    return list(groups.values())


def _order(written: str) -> str | None:
    letters = "".join(dict.fromkeys(re.sub("[^DMY]", "", written)))
    return next((order for order, first in _ORDER.items() if letters.startswith("".join(first))), None)
