"""What a pass has before it: both sides, what is left, the evidence, and the sets that are to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Whole
from recon_kit.matching.evidence.habits import Habits
from recon_kit.matching.evidence.payers import Links
from recon_kit.matching.evidence.quotes import GLUED, Quotes
from recon_kit.matching.scoring.pools import Pools
from recon_kit.matching.sets.search import Hypotheses

Column = NDArray[Any]
WHOLE_NUMBER = GLUED
"""Quotes at least as strong name the document by its whole number."""


@dataclass(frozen=True)
class Seen:
    """Everything that a set's features are made of.

    Args:
        left: what is still open of each document, minor units.
    """

    lines: Lines
    items: Items
    left: Whole
    pools: Pools
    quotes: Quotes
    links: Links
    habits: Habits
    sets: Hypotheses

    @property
    def line(self) -> Code:
        """The line of each set."""
        return self.sets.line


def log(counts: Column) -> Column:
    """Counts as the logarithm of one more."""
    return np.log1p(np.maximum(counts, 0)).astype(np.float32)


def noughts(amounts: Whole) -> Column:
    """How many decimal noughts whole amounts end with; 0 has none."""
    found = np.zeros(len(amounts), np.float32)
    for power in range(1, 9):
        found += (amounts % 10**power == 0) & (amounts != 0)
    return found


def bits(masks: Whole) -> Column:
    """How many of the lowest forty bits each number has.

    >>> bits(np.array([0, 5]))
    array([0., 2.], dtype=float32)
    """
    return np.asarray(np.bitwise_count(masks & np.int64(2**40 - 1)), np.float32)
