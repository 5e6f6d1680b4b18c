"""Amounts in another currency: open foreign items at the closing rate, and any frame at dated rates. A missing rate is
never 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pandas as pd

from recon_kit.measures.exact import half_up, whole
from recon_kit.money import exponent

MOST_DAYS = 7
"""How old a rate may be: over a weekend and holidays the last one holds, longer not."""


@dataclass(frozen=True)
class Rate:
    """How much of one currency a unit of another is worth, with the day and the source of the word."""

    value: Fraction
    on: date
    source: str


class Rates:
    """Rates of RATES, looked up by pair and day.

    Args:
        table: RATES; where several sources name a pair's rate of one day, the first in alphabetical order holds.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        rows = table.sort_values(["base", "currency", "on", "source"], ascending=[True, True, False, True])
        self._known: dict[tuple[str, str], list[Rate]] = {}
        for base, currency, on, rate, source in rows[["base", "currency", "on", "rate", "source"]].itertuples(index=False):
            self._known.setdefault((base, currency), []).append(Rate(Fraction(Decimal(rate)), on.date(), source))
        self.bases = sorted({base for base, _ in self._known})
        self.of = cache(self._of)

    def _of(self, currency: str, to: str, on: date) -> Rate | None:
        """What one unit of `currency` is worth in `to` on a day: the newest rate until then, not older than `MOST_DAYS`;
        else None.

        By way of a base that prices both, if no rate names the pair; the older of the two days is told.
        """
        if currency == to:
            return Rate(Fraction(1), on, "same currency")
        for base in self.bases:
            priced, wanted = self._priced(base, currency, on), self._priced(base, to, on)
            if priced and wanted:
                sources = dict.fromkeys(one.source for one in (priced, wanted) if one.source)
                return Rate(wanted.value / priced.value, min(priced.on, wanted.on), ", ".join(sources))
        return None

    def _priced(self, base: str, currency: str, on: date) -> Rate | None:
        """One unit of base in a currency."""
        if base == currency:
            return Rate(Fraction(1), on, "")
        known = self._known.get((base, currency), [])
        return next((rate for rate in known if on - timedelta(days=MOST_DAYS) <= rate.on <= on), None)


def exchanged(amount: int, currency: str, to: str, rate: Fraction) -> int:
    """Minor units of one currency in minor units of another, rounded half up; exact until then.

    >>> exchanged(1000, "JPY", "EUR", Fraction(6, 1000)), exchanged(100000, "USD", "EUR", Fraction(92, 100))
    (600, 92000)
    """
    return half_up(Fraction(amount) * rate * Fraction(10) ** (exponent(to) - exponent(currency)))


def converted(frame: pd.DataFrame, rates: Rates, to: str, on: date, columns: Sequence[str]) -> pd.DataFrame:
    """The frame with its amounts in one reporting currency beside them: a view, no bookkeeping. Definition: `converted`.

    For each of `columns` a column <name>_in_<to> (Int64, rounded half up by row), and rate (exact, as a fraction's text),
    rate_on, rate_source, why. Where there is no rate the amount is null and `why` is "no_rate". A sum of such amounts is
    of this view only.

    Args:
        frame: with `currency` and the columns, in minor units. on: the day whose rates hold.
    """
    found = {code: rates.of(code, to, on) for code in frame["currency"].unique()}
    per_row = [found[code] for code in frame["currency"]]
    made = frame.copy()
    for name in columns:
        amounts = zip(whole(frame[name]).tolist(), frame["currency"], per_row, strict=True)
        made[f"{name}_in_{to.lower()}"] = pd.array(
            [None if rate is None else exchanged(amount, code, to, rate.value) for amount, code, rate in amounts], "Int64"
        )
    return _told(made, per_row)


def unrealised_fx(items: pd.DataFrame, rates: Rates, to: str, on: date) -> pd.DataFrame:
    """Open foreign items at the closing rate against the rate at which they were booked. Definition: `unrealised_fx`.

    The items of other currencies than `to`, with at_book, at_closing and unrealised = at_closing - at_book (Int64, minor
    units of `to`, a gain is positive), rate, rate_on, rate_source (of the closing), why: "no_rate" or "no_book_rate", and
    then null.

    Args:
        items: OPEN_ITEMS and `book_rate`: what one unit of the item's currency was worth in `to` when it was booked, as decimal
            text; null where that is not known.
    Source: IAS 21.23 and 21.28.
    """
    foreign = items[items["currency"] != to].reset_index(drop=True)
    closing = [rates.of(code, to, on) for code in foreign["currency"]]
    book = [_decimal(text) for text in foreign["book_rate"]]
    rows = list(zip(whole(foreign["open_amount"]).tolist(), foreign["currency"], strict=True))
    at_book = [None if rate is None else exchanged(*row, to, rate) for row, rate in zip(rows, book, strict=True)]
    at_closing = [None if rate is None else exchanged(*row, to, rate.value) for row, rate in zip(rows, closing, strict=True)]
    made = _told(foreign, closing)
    made["at_book"], made["at_closing"] = pd.array(at_book, "Int64"), pd.array(at_closing, "Int64")
    made["unrealised"] = made["at_closing"] - made["at_book"]
    made["why"] = made["why"].mask((made["why"] == "") & made["at_book"].isna(), "no_book_rate")
    return made


def realised_fx(settled: pd.DataFrame, to: str) -> pd.DataFrame:
    """What the exchange of settled foreign items gained or lost, apart from the bank's charges. Definition: `realised_fx`.

    The rows with at_book and realised = arrived - charges - at_book (Int64, minor units of `to`, a loss is negative), why
    ("no_book_rate").

    Args:
        settled: amount (of the item that was settled, in `currency`), book_rate (as for `unrealised_fx`), arrived (in
            `to`), charges (in `to`; at our cost is negative).
    Source: IAS 21.28.
    """
    book = [_decimal(text) for text in settled["book_rate"]]
    rows = zip(whole(settled["amount"]).tolist(), settled["currency"], book, strict=True)
    at_book = pd.array([None if rate is None else exchanged(amount, code, to, rate) for amount, code, rate in rows], "Int64")
    gross = pd.Series(whole(settled["arrived"]) - whole(settled["charges"]), settled.index, dtype="Int64")
    why = pd.array(["no_book_rate" if rate is None else "" for rate in book], "str")
    return settled.assign(at_book=at_book, realised=gross - at_book, why=why)


def _decimal(text: object) -> Fraction | None:
    return Fraction(Decimal(text)) if isinstance(text, str) else None


def _told(made: pd.DataFrame, per_row: Sequence[Rate | None]) -> pd.DataFrame:
    """The frame with the rate of each row, its day and its source."""
    return made.assign(
        rate=pd.array([None if rate is None else str(rate.value) for rate in per_row], "str"),
        rate_on=pd.Series([None if rate is None else rate.on for rate in per_row], made.index, dtype="datetime64[us]"),
        rate_source=pd.array([None if rate is None else rate.source for rate in per_row], "str"),
        why=pd.array(["no_rate" if rate is None else "" for rate in per_row], "str"),
    )
