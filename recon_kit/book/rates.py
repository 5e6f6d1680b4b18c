"""What a posting in a foreign currency is worth in the ledger's own: at the rate of the match itself, else at the day's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Protocol

from recon_kit.money import exponent, split

_PLACES = 6


class Amount(Protocol):
    """What is needed of a part of a match."""

    @property
    def match_id(self) -> str: ...
    @property
    def line_id(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def allocated(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def on(self) -> date: ...


def rate_text(rate: Fraction) -> str:
    """A rate as it is kept: two to six decimals, decimal point.

    >>> rate_text(Fraction("0.9362")), rate_text(Fraction(1, 3)), rate_text(Fraction(160))
    ('0.9362', '0.333333', '160.00')
    """
    units = int(rate * 10**_PLACES + Fraction(1, 2))
    whole, decimals = divmod(units, 10**_PLACES)
    digits = f"{decimals:0{_PLACES}d}"
    return f"{whole}.{digits[:2]}{digits[2:].rstrip('0')}"


def known_rate(rates: Mapping[str, Mapping[str, str]], currency: str, on: date) -> Fraction | None:
    """Units of a currency for one of the ledger's on a day: that day's rate, else that month's; None if neither is told."""
    told = rates.get(currency, {})
    found = told.get(on.isoformat()) or told.get(f"{on:%Y-%m}")
    return Fraction(found) if found else None


def in_base(amount: int, currency: str, base: str, rate: Fraction) -> int:
    """A foreign amount in minor units of the ledger's currency, rounded half away from zero.

    >>> in_base(9362, "CHF", "EUR", Fraction("0.9362")), in_base(-16000, "JPY", "EUR", Fraction(160))
    (10000, -10000)
    """
    units = abs(amount) * Fraction(10) ** (exponent(base) - exponent(currency)) / rate
    rounded = int(units + Fraction(1, 2))
    return rounded if amount >= 0 else -rounded


def base_amounts(
    parts: Sequence[Amount], base: str, rates: Mapping[str, Mapping[str, str]]
) -> tuple[list[int | None], list[str | None]]:
    """What each part of one entity's matches is worth in `base`, and the rate of it; None for parts that are in `base`.

    Documents that money of another currency paid are worth what that money was; the rest of such a match is valued at the
    rate which that makes. Everything else is valued at the day's rate, a bank line as a whole: its parts share the sum by
    largest remainder.

    Returns:
        Amounts signed like the part, and rates (None where nobody told one: amount None too).
    """
    amounts: list[int | None] = [None] * len(parts)
    told: list[str | None] = [None] * len(parts)
    for places in _by_match(parts):
        implied = _exchanged(parts, places, base, rates, amounts)
        for place in places:
            if amounts[place] is not None and parts[place].currency in implied:
                told[place] = rate_text(implied[parts[place].currency])
        for currency, group in _open_groups(parts, places, amounts, base):
            rate = implied.get(currency) or known_rate(rates, currency, parts[group[0]].on)
            if rate is None:
                continue
            for place, worth in zip(group, _valued([parts[p] for p in group], base, rate), strict=True):
                amounts[place], told[place] = worth, rate_text(rate)
    return amounts, told


def _by_match(parts: Sequence[Amount]) -> Iterable[list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        found[part.match_id].append(place)
    return found.values()


def _exchanged(
    parts: Sequence[Amount],
    places: list[int],
    base: str,
    rates: Mapping[str, Mapping[str, str]],
    amounts: list[int | None],
) -> dict[str, Fraction]:
    """Value the two sides of an exchange alike, and tell the rates that this makes."""
    money = [place for place in places if parts[place].kind == "exchange"]
    documents = [place for place in places if parts[place].line_id is None and parts[place].kind == "payment"]
    if not money or not documents:
        return {}
    paid, bought = parts[money[0]].currency, parts[documents[0]].currency
    given, taken = (sum(parts[place].allocated for place in side) for side in (money, documents))
    if not given or not taken:
        return {}
    worth: int | None = given if paid == base else taken if bought == base else None
    if worth is None:
        rate = known_rate(rates, paid, parts[money[0]].on)
        worth = None if rate is None else in_base(given, paid, base, rate)
    if not worth:
        return {}
    implied = {}
    for side, currency, total in ((money, paid, given), (documents, bought, taken)):
        if currency != base:
            _share(parts, side, worth, amounts)
            implied[currency] = Fraction(total, worth) * Fraction(10) ** (exponent(base) - exponent(currency))
    return implied


def _share(parts: Sequence[Amount], places: list[int], worth: int, amounts: list[int | None]) -> None:
    weights = [parts[place].allocated for place in places]
    if sum(weights) < 0:
        weights = [-weight for weight in weights]
    for place, share in zip(places, split(worth, weights), strict=True):
        amounts[place] = share


def _open_groups(
    parts: Sequence[Amount], places: list[int], amounts: list[int | None], base: str
) -> list[tuple[str, list[int]]]:
    """The foreign parts that are not valued yet: those of one line's money together, every other part alone."""
    groups: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place in places:
        part = parts[place]
        if part.currency != base and amounts[place] is None:
            of_line = part.line_id is not None and part.kind not in ("discount", "fee", "write_off", "fx_difference")
            groups[part.currency, part.line_id if of_line else place].append(place)
    return [(currency, group) for (currency, _), group in groups.items()]


def _valued(parts: list[Amount], base: str, rate: Fraction) -> list[int]:
    weights = [part.allocated for part in parts]
    whole = sum(weights)
    if not whole:
        return [in_base(part.allocated, part.currency, base, rate) for part in parts]
    worth = in_base(whole, parts[0].currency, base, rate)
    return split(worth, weights if whole > 0 else [-weight for weight in weights])
