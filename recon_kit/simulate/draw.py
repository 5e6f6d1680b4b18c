"""Chance that is the same on every machine: one named stream a purpose, and only exact arithmetic on what it gives.

`random.Random.random()` is the one generator call whose sequence Python promises to keep; everything else is made of it
here. Distributions are tables of quantiles joined by straight lines, so no logarithm of some platform plays a part.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
Quantiles = Sequence[tuple[float, float]]
"""Pairs (share, value), ascending from share 0 to 1."""


class Draw:
    """A stream of draws that depends on the seed and on its name alone, never on what other streams drew."""

    def __init__(self, seed: int, *name: str) -> None:
        self._next = random.Random("/".join([str(seed), *name])).random  # noqa: S311 (invented data, no secret)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self._next() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def one(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[int(self._next() * len(choices))]

    def of(self, weights: Mapping[T, float]) -> T:
        """One key, by weight."""
        left = self._next() * sum(weights.values())
        for choice, weight in weights.items():
            left -= weight
            if left < 0:
                return choice
        return next(reversed(list(weights)))

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones, in drawn order; all of them if there are fewer."""
        left = list(choices)
        return [left.pop(int(self._next() * len(left))) for _ in range(min(count, len(left)))]

    def digits(self, count: int) -> str:
        """A number of that many digits as text, the first not 0."""
        return str(self.whole(1, 9)) + "".join(str(self.whole(0, 9)) for _ in range(count - 1))

    def quantile(self, table: Quantiles) -> float:
        """A value of the distribution that the table of quantiles describes."""
        share = self._next()
        for (low, first), (high, last) in pairwise(table):
            if share <= high:
                return first + (last - first) * (share - low) / (high - low)
        return table[-1][1]

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both included."""
        return first + timedelta(days=self.whole(0, (last - first).days))
