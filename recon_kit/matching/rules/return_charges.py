"""What a return may cost: how well its amount takes back what was paid, the bank's charges aside."""

from __future__ import annotations

from recon_kit.matching.records import Line
from recon_kit.money import exponent

SURE, ASKED, NOT = 2, 1, 0
"""Takes it back without a person; perhaps, so it is proposed; does not."""

_SHARE, _LEAST, _MOST = 15, 15, 100
"""Charges without a person: this many percent of the original or this many main units, and never more main units than that."""


def most_charged(paid: int, currency: str) -> int:
    """The largest charge of a return that needs no person, minor units.

    >>> most_charged(9_000, "EUR"), most_charged(50_000, "EUR"), most_charged(900_000, "EUR"), most_charged(90, "JPY")
    (1500, 7500, 10000, 15)
    """
    unit: int = 10 ** exponent(currency)
    return min(max(abs(paid) * _SHARE // 100, _LEAST * unit), _MOST * unit)


def takes_back(line: Line, paid: int) -> int:
    """How well a return takes back what was paid: in full, with charges that the bank tells, or with a small rest.

    Args:
        paid: what the original had brought or cost, signed as it was.
    """
    rest = line.amount + paid
    if line.amount * paid >= 0:
        return NOT
    if not rest:
        return SURE
    small = abs(rest) <= most_charged(paid, line.currency)
    if rest == line.charges or (rest < 0 and _instructed(line) == abs(paid)):
        return SURE if small else ASKED
    return ASKED if small and rest < 0 else NOT


def _instructed(line: Line) -> int | None:
    """The amount as instructed, if it is told in the line's own currency."""
    same = line.instructed is not None and line.instructed_currency in (None, line.currency)
    return abs(line.instructed or 0) if same else None
