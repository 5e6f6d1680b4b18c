"""Small corrections of a model that stands: its probabilities shifted, its trees gone on with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from recon_kit.learning.converting import trees_of
from recon_kit.learning.fitting import Learner
from recon_kit.learning.folds import content_order
from recon_kit.matching.model import Calibration, Trees

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SPREAD = np.array([1.0, 0.25])
"""How far start and slope are expected to be off before any decision is seen (standard deviations)."""
_LEAST_SLOPE, _MOST, _CURVATURE = 0.2, 30.0, 0.25


def shift(odds: Floats, truth: Flags) -> tuple[float, float]:
    """Start and slope of the line that makes calibrated log-odds hold here; (0, 1) without rows, and near it with few.

    The likelihood of the rows times a normal prior around "as they are", by Newton steps.
    """
    inputs = np.column_stack([np.ones(len(odds)), odds])
    found, middle = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    for _ in range(50):
        chance = _chance(inputs @ found)
        gradient = inputs.T @ (truth - chance) - (found - middle) / _SPREAD**2
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(1 / _SPREAD**2)
        step = np.clip(np.linalg.solve(curvature, gradient), -1, 1)
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    return round(float(found[0]), 6), round(max(float(found[1]), _LEAST_SLOPE), 6)


def shifted(curve: Calibration, start: float, slope: float) -> Calibration:
    """The curve with its log-odds taken along that line."""
    low, high = (float(np.clip(start + slope * bound, -_MOST, _MOST)) for bound in curve.bounds)
    log_odds = tuple(float(np.clip(start + slope * odds, low + 1e-3, high - 1e-3)) for odds in curve.log_odds)
    kept = [at for at in range(len(log_odds)) if at == 0 or log_odds[at] > log_odds[at - 1]]
    scores, log_odds = tuple(curve.scores[at] for at in kept), tuple(log_odds[at] for at in kept)
    return Calibration(scores, log_odds, (curve.slopes[0] * slope, curve.slopes[1] * slope), (low, high))


def correction(rows: NDArray[np.float32], truth: Flags, scores: Floats, directions: list[int], learner: Learner) -> Trees:
    """Trees whose score is to be added to `scores`: boosting that begins there; the same for any order of rows.

    Each tree follows what is left unexplained, by steps that are safe for any score (no weights: scikit-learn 1.9 sorts a
    weighted column once for each of its 255 bins).

    Source: D. Böhning, B. Lindsay (1988): a quarter bounds the curvature of the logistic likelihood.
    """
    order = content_order(rows, truth, scores)
    rows, truth = rows[order].copy(), truth[order]
    rows[:, np.isnan(rows).all(axis=0)] = 0
    odds, grown = scores[order], Trees.of(rows.shape[1], 0, _no_nodes())
    for _ in range(learner.n_trees):
        tree = HistGradientBoostingRegressor(
            max_iter=1, learning_rate=1.0, max_leaf_nodes=learner.leaves, min_samples_leaf=learner.least_rows,
            l2_regularization=learner.l2, monotonic_cst=directions, early_stopping=False, random_state=learner.seed,
        )  # fmt: skip
        with threadpool_limits(learner.threads, user_api="openmp"):
            tree.fit(rows, truth - _chance(odds))
        more = scaled(trees_of(tree), learner.rate / _CURVATURE)
        odds = odds + more.score(rows)
        grown = joined(grown, more)
    return grown


def scaled(trees: Trees, factor: float) -> Trees:
    """The same trees, each adding that share."""
    return replace(trees, base=round(trees.base * factor), value=np.round(trees.value * factor).astype(np.int64))


def joined(first: Trees, second: Trees) -> Trees:
    """Trees whose score is the sum of both."""
    nodes = {name: np.concatenate([getattr(first, name), getattr(second, name)])
             for name in ("feature", "threshold", "missing_left", "value")}  # fmt: skip
    return Trees.of(first.n_features, first.base + second.base, nodes)


def _no_nodes() -> dict[str, NDArray[np.int64]]:
    return {name: np.zeros(0, np.int64) for name in ("feature", "threshold", "missing_left", "value")}


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -_MOST, _MOST))))
