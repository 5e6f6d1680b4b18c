"""Sums and extremes over the documents of each proposed set, which stand one behind another in one flat array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.joins import steps

Array = NDArray[Any]


def total(values: Array, start: Array) -> Array:
    """Sum of each segment; whole numbers stay whole."""
    wide = values.astype(np.int64 if values.dtype.kind in "iub" else np.float64)
    return np.add.reduceat(wide, start[:-1]) if len(start) > 1 else wide[:0]


def least(values: Array, start: Array) -> Array:
    """Smallest of each segment."""
    return np.minimum.reduceat(values, start[:-1]) if len(start) > 1 else values[:0]


def most(values: Array, start: Array) -> Array:
    """Greatest of each segment."""
    return np.maximum.reduceat(values, start[:-1]) if len(start) > 1 else values[:0]


def mean(values: Array, start: Array) -> Array:
    """Mean of each segment."""
    return total(values.astype(np.float64), start) / np.diff(start)


def chosen(start: Array, which: Array) -> tuple[Array, Array]:
    """Positions of the elements of some segments, one behind another, and where each of these segments begins then.

    >>> at, begins = chosen(np.array([0, 2, 3, 6]), np.array([2, 0]))
    >>> at.tolist(), begins.tolist()
    ([3, 4, 5, 0, 1], [0, 3, 5])
    """
    size = np.diff(start)[which]
    return np.repeat(start[which], size) + steps(size), np.append(0, np.cumsum(size))


def rows(start: Array) -> Array:
    """The segment that each element belongs to."""
    return np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))


def by(keys: Array, n: int, values: Array | None = None) -> Array:
    """How often each key 0..n-1 occurs, or the sum of its values (summed in the order of the rows)."""
    return np.bincount(keys, weights=values, minlength=n)


def most_by(keys: Array, n: int, values: Array) -> Array:
    """Greatest value of each key 0..n-1; 0 where there is none."""
    found = np.zeros(n, values.dtype)
    np.maximum.at(found, keys, values)
    return found
