"""Boosted trees as flat arrays: read from JSON, scored by compiled code, every score told feature by feature.

Leaf values are whole multiples of 2**-40 log-odds. So each sum is exact whatever its order: threads and row order change no
bit, and the contributions of the features add up to the score without a rest. Rows are compared with all splits of a tree
at once: each split that sends a row to the right strikes out the leaves on its left, the first leaf left over is the row's.

Source: C. Lucchese et al., "QuickScorer", SIGIR 2015 (leaves struck out by bit masks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import ModelError
from recon_kit.matching.model.compiled import Masks, contribute, masks_of, right_children, score_rows

UNIT = 2.0**-40
"""What one step of a stored value is worth, in log-odds."""
MOST_LEAVES = 64
_LIMIT = 2**52
_KEYS = ("base", "feature", "missing_left", "n_features", "threshold", "value")


@dataclass(frozen=True, eq=False)
class Trees:
    """An ensemble whose score is `base` plus one leaf of each tree.

    Nodes stand in preorder, tree after tree: a left child follows its parent, `right` names the other one.

    Args:
        n_features: columns that a row has.
        base: the score before any tree, in steps of `UNIT`.
        root: position of each tree's first node.
        feature: column that a node asks for; -1 in a leaf.
        threshold: a row goes left if its value is at most this (float32: rows are float32, so nothing is lost).
        missing_left: whether a row without that value (NaN) goes left.
        right: position of the right child; 0 in a leaf.
        value: what a leaf adds, in steps of `UNIT`; in a split the mean of its training rows, for contributions alone.
    """

    n_features: int
    base: int
    root: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    right: NDArray[np.int32]
    value: NDArray[np.int64]

    @classmethod
    def of(cls, n_features: int, base: int, nodes: Mapping[str, Any]) -> Trees:
        """Trees from their nodes in preorder: `feature`, `value` and for all nodes or the splits `threshold`, `missing_left`.

        Raises:
            ModelError: the nodes form no whole trees, ask for a column that is not there, or a tree has over 64 leaves.
        """
        feature = np.asarray(nodes["feature"], np.int32)
        value = np.asarray(nodes["value"], np.int64)
        split = feature >= 0
        threshold, missing = _spread(nodes["threshold"], split, np.float32), _spread(nodes["missing_left"], split, np.bool_)
        root, right, whole = right_children(feature)
        faults = []
        if not whole or len(value) != len(feature):
            faults.append("nodes that form whole trees in preorder, with one value each")
        if len(feature) and not -1 <= feature.min() <= feature.max() < n_features:
            faults.append(f"splits that ask for one of {n_features} features")
        if not faults and _highest_total(base, root, value) >= _LIMIT:
            faults.append("values whose sum stays below 4096 log-odds")
        if (
            not faults
            and np.diff(np.append(np.cumsum(~split)[root] - ~split[root], (~split).sum())).max(initial=0) > MOST_LEAVES
        ):
            faults.append(f"trees of at most {MOST_LEAVES} leaves")
        if faults or np.isnan(threshold).any():
            raise ModelError("trees", faults or ["thresholds that are numbers"])
        return cls(n_features, base, root, feature, threshold, missing, right, value)

    def __len__(self) -> int:
        return len(self.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trees) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row, float64[n]; the same bits for any order of rows and number of threads.

        Args:
            rows: float32[n, n_features] in either memory order; NaN is "not known".
        Raises:
            ModelError: another type or number of columns.
        """
        self._require(rows)
        flat, row_step, column_step = _flat(rows)
        total = np.empty(len(rows), np.int64)
        score_rows(flat, row_step, column_step, len(rows), self._masks, self.base, total)
        return total.astype(np.float64) * UNIT

    def contributions(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
        """What each feature adds to a row's score, float64[n, n_features], and the base all rows share.

        On its way down each tree a row's expectation moves from the mean of a node to that of the child it goes to; the
        feature that the node asks for gets the move. `base + contributions.sum(axis=1)` is the score to the last bit.

        Source: A. Saabas, "Interpreting random forests" (2014): path attribution.
        """
        self._require(rows)
        moved = np.zeros(rows.shape, np.int64)
        rows = np.ascontiguousarray(rows)
        contribute(rows, self.root, self.feature, self.threshold, self.missing_left, self.right, self.value, moved)
        return moved.astype(np.float64) * UNIT, (self.base + int(self.value[self.root].sum())) * UNIT

    def used(self) -> NDArray[np.int64]:
        """How many splits ask for each feature, int64[n_features]; 0 says that a feature is idle."""
        return np.bincount(self.feature[self.feature >= 0], minlength=self.n_features)

    @cached_property
    def _masks(self) -> Masks:
        return masks_of(self.root, self.feature, self.threshold, self.missing_left, self.right, self.value)

    def _require(self, rows: NDArray[np.float32]) -> None:
        if rows.dtype != np.float32 or rows.ndim != 2 or rows.shape[1] != self.n_features:
            raise ModelError("rows", [f"float32[n, {self.n_features}], not {rows.dtype}{list(rows.shape)}"])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: whole numbers, and thresholds in the fewest digits that give back each float32."""
        split = self.feature >= 0
        return {
            "base": self.base,
            "feature": self.feature.tolist(),
            "missing_left": "".join("1" if left else "0" for left in self.missing_left[split]),
            "n_features": self.n_features,
            "threshold": _texts(self.threshold[split]),
            "value": self.value.tolist(),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Trees:
        """The trees that `to_dict` told.

        Raises:
            ModelError: a key is missing, or the values form no trees.
        """
        if missing := [key for key in _KEYS if key not in told]:
            raise ModelError("trees", [f"a value for {key!r}" for key in missing])
        left = np.frombuffer(told["missing_left"].encode("ascii"), np.uint8) == ord("1")
        nodes = {
            "feature": told["feature"],
            "value": told["value"],
            "missing_left": left,
            "threshold": [_ENDS.get(number, number) for number in told["threshold"]],
        }
        return cls.of(int(told["n_features"]), int(told["base"]), nodes)


_ENDS: dict[Any, float] = {"inf": float("inf"), "-inf": float("-inf")}


def _highest_total(base: int, root: NDArray[np.int32], value: NDArray[np.int64]) -> float:
    """The largest size that any score or contribution can reach, in steps of `UNIT` (a float: no overflow)."""
    sizes = np.abs(value.astype(np.float64))
    return abs(base) + (4.0 * np.maximum.reduceat(sizes, root).sum() if len(root) else 0.0)


def _spread(given: Any, split: NDArray[np.bool_], kind: type) -> NDArray[Any]:
    """One value a node; what is given for the splits alone goes to them."""
    values: NDArray[Any] = np.asarray(given, kind)
    if len(values) == len(split):
        return values
    if len(values) != split.sum():
        raise ModelError("trees", [f"{split.sum()} values for as many splits, not {len(values)}"])
    spread: NDArray[Any] = np.zeros(len(split), kind)
    spread[split] = values
    return spread


def _flat(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], int, int]:
    """The rows as one run of memory and the steps to the next row and column: one compiled form for both orders."""
    n, width = rows.shape
    if rows.flags.f_contiguous:
        return rows.ravel(order="F"), 1, n
    return np.ascontiguousarray(rows).ravel(), width, 1


def _texts(thresholds: NDArray[np.float32]) -> Sequence[float | str]:
    """Numbers that print short and still give back the same float32; the two infinities as words."""
    short = thresholds.astype(str).astype(np.float64)
    exact = np.where(short.astype(np.float32) == thresholds, short, thresholds.astype(np.float64))
    return [number if np.isfinite(number) else str(number) for number in exact.tolist()]
