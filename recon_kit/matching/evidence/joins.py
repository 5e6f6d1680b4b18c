"""Joins on whole numbers: what equal keys bring together, without a frame and without a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def span(values: NDArray[Any], value: int) -> slice:
    """Where a value stands in ascending values; asked in their own type, as any other would copy them all."""
    asked = values.dtype.type(value)
    return slice(int(np.searchsorted(values, asked, "left")), int(np.searchsorted(values, asked, "right")))


class RowsBy:
    """The rows of a column by their value, each ascending.

    >>> RowsBy(np.array([7, 5, 7])).of(7).tolist()
    [0, 2]
    """

    def __init__(self, values: NDArray[Any]) -> None:
        self._rows = np.argsort(values, kind="stable")
        self._values = values[self._rows]

    def of(self, value: int) -> Positions:
        """The rows that have a value."""
        return self._rows[span(self._values, value)]


def joined(left: NDArray[Any], right: NDArray[Any]) -> tuple[Positions, Positions]:
    """Positions in `left` and `right` of every pair with equal keys, by left position, then right position."""
    order = np.argsort(right, kind="stable")
    keys = right[order]
    start = heads(keys)
    place = np.searchsorted(keys[start], left)
    found = np.append(keys[start], 0)[place] == left
    found &= place < len(start)
    first = np.append(start, 0)[place]
    count = np.where(found, np.diff(np.append(start, [len(keys), len(keys)]))[place], 0)
    at = np.repeat(np.arange(len(left), dtype=np.int64), count)
    return at, order[np.repeat(first, count) + steps(count)]


def steps(count: NDArray[Any]) -> Positions:
    """0, 1, 2 ... anew for each of the counts."""
    total = int(count.sum())
    ends = np.cumsum(count)
    return np.asarray(np.arange(total, dtype=np.int64) - np.repeat(ends - count, count))


def distinct(*parts: NDArray[Any]) -> tuple[NDArray[np.int64], ...]:
    """The different rows of some columns of whole numbers >= 0, sorted."""
    kept = different(packed(*parts))
    return unpacked(kept, *(spread(part) for part in parts))


def packed(*parts: NDArray[Any]) -> NDArray[np.int64]:
    """One number per row, in the order of the columns.

    Raises:
        OverflowError: the columns are too wide for one number.
    """
    sizes = [spread(part) for part in parts]
    _fits(sizes)
    key = np.zeros(len(parts[0]), np.int64)
    for part, size in zip(parts, sizes, strict=True):
        key = key * size + part
    return key


def unpacked(key: NDArray[np.int64], *sizes: int) -> tuple[NDArray[np.int64], ...]:
    """The columns that `packed` made a number of, given how wide each was."""
    found: list[NDArray[np.int64]] = []
    for size in reversed(sizes[1:]):
        key, part = np.divmod(key, size)
        found.append(part)
    return (key, *reversed(found))


def spread(part: NDArray[Any]) -> int:
    """How many values a column of codes needs."""
    return int(part.max(initial=0)) + 1


def different(values: NDArray[Any]) -> NDArray[Any]:
    """The different values, sorted (numpy's own way by hashing takes ten times as long on a million codes)."""
    found = np.sort(values)
    return found[heads(found)]


def among(values: NDArray[Any], others: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values are among the others."""
    if not len(others):
        return np.zeros(len(values), np.bool_)
    known = different(others)
    at = np.searchsorted(known, values)
    return np.asarray(known[np.minimum(at, len(known) - 1)] == values)


def heads(sorted_keys: NDArray[Any]) -> Positions:
    """Where each run of equal keys begins."""
    if not len(sorted_keys):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))


def how_many(sorted_keys: NDArray[Any]) -> Positions:
    """For each row how many rows have its key."""
    start = heads(sorted_keys)
    size = np.diff(np.append(start, len(sorted_keys)))
    return np.repeat(size, size)


def buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of some texts and where each begins and ends (one more offset than texts); nothing stands for null."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.null_count:
        texts = texts.fill_null("")
    if not len(texts):
        return np.zeros(1, np.uint8), np.zeros(1, np.int64)
    _, offsets, data = texts.buffers()
    place = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    found = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return found, place


def _fits(sizes: list[int]) -> None:
    total = 1
    for size in sizes:
        total *= size
    if total >= 2**63:
        raise OverflowError(f"columns of {sizes} values do not fit into one whole number")
