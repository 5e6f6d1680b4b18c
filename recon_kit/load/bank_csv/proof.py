"""What proves the rows of a CSV: the balance printed after each entry, and the bank's running numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Chain:
    """What the printed balances say about the rows of one account and currency.

    Args:
        opening, closing: proven balances before the first and after the last entry; None where they do not tie.
        n_breaks: how often a balance does not follow from its neighbour; 0 if they tie.
        at: position of the first such row.
        expected, found: the balance there as it would have to be, and as printed.
        order: "oldest first", "newest first" or "no order".
    """

    opening: int | None
    closing: int | None
    n_breaks: int = 0
    at: int | None = None
    expected: int | None = None
    found: int | None = None
    order: str = "oldest first"


def chain(amounts: Sequence[int], balances: Sequence[int | None]) -> Chain | None:
    """Whether each printed balance is the one before it plus the amount, in whatever order the rows stand.

    Rows without a balance are carried over. None if no row prints one.

    >>> chain([5, -2], [15, 13])
    Chain(opening=10, closing=13, n_breaks=0, at=None, expected=None, found=None, order='oldest first')
    >>> chain([-2, 5], [13, 15]).order, chain([-2, 5, 1], [13, 15, 14]).order
    ('newest first', 'no order')
    """
    known = [(row, balance) for row, balance in enumerate(balances) if balance is not None]
    if not known:
        return None
    moved = np.cumsum(np.array(amounts, dtype=object))
    total = int(moved[-1])
    printed = [row for row, _ in known]
    forward = [int(balance - moved[row]) for row, balance in known]
    backward = [int(balance + moved[row] - amounts[row]) for row, balance in known]
    down, up = _breaks(forward), _breaks(backward)
    if not down:
        return Chain(forward[0], forward[0] + total)
    if not up:
        return Chain(backward[0] - total, backward[0], order="newest first")
    if len(printed) == len(amounts) and (ends := _trail(amounts, [balance for _, balance in known])):
        return Chain(ends[0], ends[1], order="no order")
    if len(down) <= len(up):
        return _broken(printed, balances, forward, down)
    return _broken(printed, balances, backward, up, "newest first")


def gaps(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The stretches of running numbers that are missing between the lowest and the highest.

    >>> gaps([7, 3, 4, 8])
    [(5, 6)]
    """
    there = sorted(set(numbers))
    return [(a + 1, b - 1) for a, b in pairwise(there) if b > a + 1]


def repeated(numbers: Sequence[int]) -> list[int]:
    """Running numbers that occur more than once."""
    return sorted(number for number, n in Counter(numbers).items() if n > 1)


def _breaks(constant: list[int]) -> list[int]:
    return [at for at in range(1, len(constant)) if constant[at] != constant[at - 1]]


def _broken(
    printed: list[int], balances: Sequence[int | None], constant: list[int], breaks: list[int], order: str = "oldest first"
) -> Chain:
    at = breaks[0]
    found = balances[printed[at]]
    assert found is not None
    expected = found - (constant[at] - constant[at - 1])
    return Chain(None, None, len(breaks), printed[at], expected, found, order)


def _trail(amounts: Sequence[int], balances: Sequence[int]) -> tuple[int | None, int | None] | None:
    """Opening and closing if the rows, each a step from balance less amount to balance, can be walked in one go; else None.

    That is so if every balance is entered as often as it is left, but for the first and the last one, and all steps hang
    together (Euler). A walk that ends where it began may have begun anywhere: its opening and closing are None.
    """
    steps = [(balance - amount, balance) for amount, balance in zip(amounts, balances, strict=True) if amount]
    surplus = Counter(before for before, _ in steps)
    surplus.subtract(after for _, after in steps)
    ends = {balance: n for balance, n in surplus.items() if n}
    if sorted(ends.values()) not in ([], [-1, 1]) or not _hangs_together(steps):
        return None
    if not ends:
        return None, None
    return next(b for b, n in ends.items() if n == 1), next(b for b, n in ends.items() if n == -1)


def _hangs_together(steps: list[tuple[int, int]]) -> bool:
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent.get(above, above)
            node = above
        return node

    for before, after in steps:
        parent[root(before)] = root(after)
    return len({root(node) for node in list(parent)}) <= 1
