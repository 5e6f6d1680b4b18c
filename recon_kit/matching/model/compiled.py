"""The compiled loops of `trees`: whole numbers only, parallel over rows that know nothing of each other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

_BLOCK = 256
_NARROW = 32
_SPREADER = {32: (0x077CB531, 27), 64: (0x03F79D71B4CB0A89, 58)}
"""Multiplying a single bit by a de Bruijn number puts a code of its own into the highest bits: how a leaf is looked up."""


class Masks(NamedTuple):
    """Trees as bit masks; splits tree after tree, in a tree by feature.

    Args:
        start: first split of each tree, and the end.
        feature, threshold, missing_left: of each split.
        keep: leaves that are still possible if a row goes right, one bit each (uint32 or uint64).
        leaf: value of each leaf, 32 or 64 places a tree, where the leaf's code says.
        full: all bits. spreader, shift: the de Bruijn number and how far its code is shifted.
    """

    start: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    keep: NDArray[Any]
    leaf: NDArray[np.int64]
    full: Any
    spreader: np.uint64
    shift: np.uint64


@njit(cache=True)
def right_children(feature):  # type: ignore[no-untyped-def]
    """Roots, right children (0 in leaves) and whether the last tree is whole, of nodes in preorder."""
    n = len(feature)
    right = np.zeros(n, np.int32)
    root = np.empty(n, np.int32)
    open_ = np.empty(n + 1, np.int32)
    n_open, n_trees, at_root = 0, 0, True
    for i in range(n):
        if at_root:
            root[n_trees] = i
            n_trees += 1
            at_root = False
        if feature[i] >= 0:
            open_[n_open] = i
            n_open += 1
        elif n_open == 0:
            at_root = True
        else:
            n_open -= 1
            right[open_[n_open]] = i + 1
    return root[:n_trees].copy(), right, at_root


def masks_of(root: Any, feature: Any, threshold: Any, missing_left: Any, right: Any, value: Any) -> Masks:
    """The masks of trees given as nodes in preorder."""
    n, split = len(feature), feature >= 0
    tree = np.searchsorted(root, np.arange(n), side="right") - 1
    before = np.concatenate([[0], np.cumsum(~split)])
    first = before[root][tree] if n else before[:0]
    bits = 32 if np.bincount(tree[~split], minlength=1).max() <= _NARROW else 64
    word = np.uint32 if bits == 32 else np.uint64
    at = np.flatnonzero(split)
    at = at[np.lexsort((at, feature[at], tree[at]))]
    low, high = before[at + 1] - first[at], before[right[at]] - first[at]
    one = np.uint64(1)
    gone = ((one << (high - low).astype(np.uint64)) - one) << low.astype(np.uint64)
    spreader, shift = _SPREADER[bits]
    leaves = np.flatnonzero(~split)
    code = _codes(bits)[before[leaves] - first[leaves]]
    table = np.zeros(len(root) * bits, np.int64)
    table[tree[leaves] * bits + code] = value[leaves]
    start = np.searchsorted(tree[at], np.arange(len(root) + 1)).astype(np.int32)
    return Masks(
        start, feature[at], threshold[at], missing_left[at], (~gone).astype(word), table, word(2**bits - 1),
        np.uint64(spreader), np.uint64(shift),
    )  # fmt: skip


def _codes(bits: int) -> NDArray[np.int64]:
    """The place of each leaf, by its number from the left."""
    spreader, shift = _SPREADER[bits]
    return np.array([((spreader << leaf) & (2**bits - 1)) >> shift for leaf in range(bits)], np.int64)


@njit(cache=True, parallel=True)
def score_rows(flat, row_step, column_step, n, masks, base, total):  # type: ignore[no-untyped-def]
    """Fill `total` with base plus each tree's leaf, in whole steps; blocks of rows side by side."""
    start, feature, threshold, missing_left, keep, leaf, full, spreader, shift = masks
    width = 0
    for split in range(len(feature)):
        width = max(width, feature[split] + 1)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        first = block * _BLOCK
        size = min(_BLOCK, n - first)
        columns = np.zeros((width, _BLOCK), np.float32)
        for c in range(width):
            for r in range(size):
                columns[c, r] = flat[(first + r) * row_step + c * column_step]
        sums = np.full(_BLOCK, base, np.int64)
        alive = np.empty(_BLOCK, keep.dtype)
        _score_block(columns, alive, sums, start, feature, threshold, missing_left, keep, leaf, full, spreader, shift)
        for r in range(size):
            total[first + r] = sums[r]


@njit(cache=True)
def _score_block(columns, alive, sums, start, feature, threshold, missing_left, keep, leaf, full, spreader, shift):  # type: ignore[no-untyped-def]
    per_tree = len(leaf) // max(1, len(start) - 1)
    last = np.uint64(per_tree - 1)
    for tree in range(len(start) - 1):
        alive[:] = full
        for split in range(start[tree], start[tree + 1]):
            column, limit, kept = columns[feature[split]], threshold[split], keep[split]
            if missing_left[split]:
                for r in range(_BLOCK):
                    alive[r] &= kept if column[r] > limit else full
            else:
                for r in range(_BLOCK):
                    alive[r] &= full if column[r] <= limit else kept
        place = tree * per_tree
        for r in range(_BLOCK):
            left_over = np.uint64(alive[r])
            lowest = left_over & (~left_over + np.uint64(1))
            sums[r] += leaf[place + np.int64(((lowest * spreader) >> shift) & last)]


@njit(cache=True, nogil=True)
def contribute(rows, root, feature, threshold, missing_left, right, value, moved):  # type: ignore[no-untyped-def]
    """Add to `moved` [row, feature] how each step down each tree changed the row's expectation, in whole steps."""
    for r in range(len(rows)):
        for tree in range(len(root)):
            node = root[tree]
            while feature[node] >= 0:
                found = rows[r, feature[node]]
                left = missing_left[node] if np.isnan(found) else found <= threshold[node]
                child = node + 1 if left else right[node]
                moved[r, feature[node]] += value[child] - value[node]
                node = child
