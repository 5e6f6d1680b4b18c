"""Takes the trees out of a fitted gradient boosting, so that no pickle and no scikit-learn is needed to score."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from recon_kit.errors import ModelError
from recon_kit.matching.model.trees import UNIT, Trees

_FIELDS = ("value", "count", "feature_idx", "num_threshold", "missing_go_to_left", "left", "right", "is_leaf", "is_categorical")


def trees_of(classifier: HistGradientBoostingClassifier) -> Trees:
    """The trees of a fitted two-class classifier; on float32 rows their score is its `decision_function` within 1e-9.

    Raises:
        ModelError: more than two classes, categorical splits, over 64 leaves, or nodes of a shape not known here
            (scikit-learn keeps them in a private field).
    """
    try:
        predictors, base = classifier._predictors, np.asarray(classifier._baseline_prediction)
        nodes = [predictor.nodes for per_class in predictors for predictor in per_class]
        missing = [name for name in _FIELDS if any(name not in tree.dtype.names for tree in nodes)]
    except AttributeError as error:
        raise ModelError("classifier", [f"a fitted HistGradientBoostingClassifier of a known version ({error})"]) from error
    if missing:
        raise ModelError("classifier", [f"nodes with a field {name!r}" for name in missing])
    if base.size != 1 or any(len(per_class) != 1 for per_class in predictors):
        raise ModelError("classifier", ["two classes"])
    if any(tree["is_categorical"].any() for tree in nodes):
        raise ModelError("classifier", ["splits by size alone, no categorical feature"])
    parts = [_preorder(tree) for tree in nodes]
    joined = {
        name: np.concatenate([part[name] for part in parts]) for name in ("feature", "threshold", "missing_left", "value")
    }
    return Trees.of(int(classifier.n_features_in_), _steps(float(base.item())), joined)


def _preorder(nodes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """One tree's nodes, parents before children and left before right, with the mean of its training rows in each split."""
    order, stack, means = [], [0], {}
    while stack:
        at = stack.pop()
        order.append(at)
        if not nodes[at]["is_leaf"]:
            stack += [int(nodes[at]["right"]), int(nodes[at]["left"])]
    for at in reversed(order):
        left, right = int(nodes[at]["left"]), int(nodes[at]["right"])
        if nodes[at]["is_leaf"]:
            means[at] = float(nodes[at]["value"])
        else:
            n_left, n_right = int(nodes[left]["count"]), int(nodes[right]["count"])
            means[at] = (means[left] * n_left + means[right] * n_right) / max(1, n_left + n_right)
    sorted_nodes = nodes[order]
    leaf = sorted_nodes["is_leaf"].astype(bool)
    return {
        "feature": np.where(leaf, -1, sorted_nodes["feature_idx"]).astype(np.int32),
        "threshold": np.where(leaf, np.float32(0), floor32(sorted_nodes["num_threshold"])).astype(np.float32),
        "missing_left": np.where(leaf, False, sorted_nodes["missing_go_to_left"].astype(bool)),
        "value": np.array([_steps(means[at]) for at in order], np.int64),
    }


def floor32(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 that is not above each threshold: for float32 values "at most" means the same with either."""
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    return np.where(near.astype(np.float64) > thresholds, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _steps(log_odds: float) -> int:
    return round(log_odds / UNIT)
