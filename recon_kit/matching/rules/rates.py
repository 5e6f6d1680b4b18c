"""What money of one currency is worth in another: as the bank says on a line, and as it said on other lines near that day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.records import Line, Records
from recon_kit.matching.rules.told_rates import as_told, told_in_text
from recon_kit.money import exponent, is_currency
from recon_kit.policy import Ceilings

_RATE = re.compile(r"\d{1,9}(\.\d{1,12})?")
_LEAST_TOLD = 10_000
"""From this many minor units on, two amounts tell their rate well enough without a printed one."""
_COARSE = Fraction(1, 1000)
"""A printed rate that leaves more than this share open proves no amount."""
_MOVES = Fraction(1, 100)
"""What a rate may move, and a bank add, from one day to another."""

_ALIKE = Ceilings().per_match
"""Amounts of the same order in each currency."""
_DRIFT = 4

Pair = tuple[str, str]
"""The currency of the line, and that of the documents."""


@dataclass(frozen=True, slots=True)
class DayRate:
    """What the bank took near a day: minor units of the line for one minor unit of the document, and the nearest such day.

    Args:
        usual: the middle one of `n` rates of that day. low, high: between these a rate may well be the bank's own.
    """

    usual: Fraction
    low: Fraction
    high: Fraction
    on: date
    n: int


class Rates:
    """Rates by pair of currencies, learned from lines on which the bank tells both amounts, and from own transfers.

    Args:
        transfers: both sides of transfers between own accounts of two currencies. days: how far from a line's day.
    """

    def __init__(self, records: Records, transfers: Iterable[tuple[Line, Line]], days: int) -> None:
        self._days = days
        self._seen: dict[Pair, dict[tuple[str, str], tuple[date, Fraction]]] = defaultdict(dict)
        for lines, known in ((records.both.lines, False), (records.both.known, True)):
            told = (lines.instructed != 0) & (lines.instructed_currency != NOTHING)
            told &= lines.instructed_currency != lines.currency
            for at in np.flatnonzero(told | told_in_text(lines)).tolist():
                line = as_told(records.line(at, known))
                if found := _told(line):
                    self._add((line.currency, line.instructed_currency or ""), line, found)
        for one, other in transfers:
            if min(abs(one.amount), abs(other.amount)) >= _LEAST_TOLD:
                self._add((one.currency, other.currency), one, Fraction(abs(one.amount), abs(other.amount)))

    def near(self, pair: Pair, line: Line) -> DayRate | None:
        """What the bank took for other lines on the nearest day; on another day than the line's, its rate may have moved."""
        seen = [(on, rate) for key, (on, rate) in self._seen.get(pair, {}).items() if key != line.key]
        seen = [(on, rate) for on, rate in seen if abs((on - line.on).days) <= self._days]
        if not seen:
            return None
        day = min((on for on, _ in seen), key=lambda on: (abs((on - line.on).days), on))
        rates = sorted(rate for on, rate in seen if on == day)
        every = rates if day == line.on else [rate for _, rate in seen]
        room = _MOVES if day != line.on else Fraction(0)
        return DayRate(rates[(len(rates) - 1) // 2], min(every) * (1 - room), max(every) * (1 + room), day, len(rates))

    def _add(self, pair: Pair, line: Line, rate: Fraction) -> None:
        self._seen[pair][line.key] = line.on, rate
        self._seen[pair[1], pair[0]][line.key] = line.on, 1 / rate


def exchanged(line: Line) -> list[tuple[int, int]]:
    """What of a line may have been exchanged, and the charges that were taken from it then: as stated, or none."""
    kept = line.amount - (line.charges or 0)
    apart = [(kept, line.charges)] if line.charges and kept * line.amount > 0 else []
    return [*apart, (line.amount, 0)]


def printed(line: Line, currency: str) -> list[Fraction]:
    """The printed rate as minor units of the line for one of that currency, read both ways; empty where there is none."""
    rate = Fraction(line.rate) if line.rate and _RATE.fullmatch(line.rate) else Fraction(0)
    if not rate or _fineness(line) > _COARSE:
        return []
    scale = Fraction(10) ** (exponent(line.currency) - exponent(currency))
    return [rate * scale, scale / rate]


def fits(line: Line, money: int, told: int, rate: Fraction, n: int) -> bool:
    """Whether money of the line is an amount at the printed rate, as far as the rate's digits and `n` roundings allow."""
    worth = abs(told) * rate
    return abs(worth - abs(money)) <= Fraction(n + 1, 2) * (1 + rate) + worth * _fineness(line)


def same_order(amount: int, currency: str, other: int, there: str) -> bool:
    """Whether two amounts may be one, where no rate is known: 100 GBP are not 99,999 EUR."""
    scale, beyond = _ALIKE.get(currency), _ALIKE.get(there)
    if scale is None or beyond is None:
        return True
    here, far = abs(amount) * beyond, abs(other) * scale
    return here <= far * _DRIFT and far <= here * _DRIFT


def rate_text(rate: Fraction, pair: Pair) -> str:
    """A rate of minor units as people write it: main units of the line for one of the document."""
    return f"{float(rate * Fraction(10) ** (exponent(pair[1]) - exponent(pair[0]))):.4f}"


def _fineness(line: Line) -> Fraction:
    """Half of the last printed digit, as a share of the rate."""
    text = line.rate or ""
    last = Fraction(1, 10 ** len(text.partition(".")[2]))
    return last / 2 / Fraction(text)


def _told(line: Line) -> Fraction | None:
    """The rate that the bank tells: as it printed it, if that fits its two amounts; else as they are to each other."""
    told, currency = abs(line.instructed or 0), line.instructed_currency or ""
    if not is_currency(currency) or not line.amount:
        return None
    rates = printed(line, currency)
    for money, _ in exchanged(line):
        for rate in rates:
            if fits(line, money, told, rate, 1):
                return rate
    money = abs(exchanged(line)[0][0])
    return None if line.rate or min(money, told) < _LEAST_TOLD else Fraction(money, told)
