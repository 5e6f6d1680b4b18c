"""Orders and folds that depend on what rows hold, never on where they stand: a permuted table trains the same model."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def content_order(rows: NDArray[np.float32], *beside: NDArray[Any]) -> NDArray[np.int64]:
    """Positions of the rows sorted by a hash of all that they hold, `beside` (truth, weight, group) included.

    Rows that hold the same may change places, which nothing can notice.
    """
    total = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        total = _mixed(total, (np.where(np.isnan(column), np.float32(np.nan), column) + np.float32(0)).view(np.uint32))
    for values in beside:
        total = _mixed(total, pd.util.hash_array(np.asarray(values)))
    return np.argsort(total, kind="stable")


def grouped_folds(groups: NDArray[Any], n_folds: int) -> NDArray[np.int64]:
    """The fold of each row, 0 to n_folds - 1: groups (customers, feeds) stay whole, folds have about equally many rows.

    The largest group goes first, always to the fold that has least; equal groups go by a hash of their name.
    """
    labels, place, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    order = np.lexsort((pd.util.hash_array(labels), -sizes))
    loads = [(0, fold) for fold in range(n_folds)]
    fold_of = np.empty(len(labels), np.int64)
    for group in order.tolist():
        load, fold = loads[0]
        fold_of[group] = fold
        heapq.heapreplace(loads, (load + int(sizes[group]), fold))
    return fold_of[place]


def splits(folds: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """For each fold the rows to learn from and those to hold out."""
    for fold in np.unique(folds):
        yield folds != fold, folds == fold


def _mixed(total: NDArray[np.uint64], values: NDArray[Any]) -> NDArray[np.uint64]:
    mixed = (total + _ODD) ^ values.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
