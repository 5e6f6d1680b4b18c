"""Fits the curve from score to probability on rows that the score was not learned from."""

from __future__ import annotations

from math import log
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from recon_kit.errors import ParameterError
from recon_kit.learning.folds import splits
from recon_kit.matching.model.calibration import Calibration

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
Method = Literal["isotonic", "logistic"]
_LEAST, _MOST_POINTS = 25.0, 40
_SLOPES = (0.3, 1.0)


def calibrate(scores: Floats, truth: Truth, weight: Floats | None = None, method: Method = "isotonic") -> Calibration:
    """The curve that makes out-of-fold scores hold.

    Rows are pooled along the score into bins that hold equal information (the sum of p(1 - p) under a two-parameter
    logistic, at least 25, so no bin's edge looks at the truth); isotonic regression over the bins keeps them rising.

    Args:
        scores: log-odds of held-out rows. weight: how much each row counts, 0 for not at all; all alike if None.
        method: "logistic" keeps the two-parameter curve alone: for few rows.
    Raises:
        ParameterError: there are no right rows or no wrong ones, or more score does not mean more right ones.
    Source: J. Platt (1999) for smoothed targets; B. Zadrozny, C. Elkan, KDD 2002 for isotonic calibration.
    """
    truth = np.asarray(truth, bool)
    if weight is not None:
        kept = np.asarray(weight) > 0
        scores, truth, weight = scores[kept], truth[kept], weight[kept]
    n_right, n_wrong = int(truth.sum()), int((~truth).sum())
    if not n_right or not n_wrong:
        raise ParameterError("calibration", ["held-out rows of both kinds, right and wrong ones"])
    order = np.lexsort((truth, scores))
    ordered, right = np.asarray(scores, np.float64)[order], truth[order]
    counts = np.ones(len(order)) if weight is None else np.asarray(weight, np.float64)[order]
    start, slope = _logistic(ordered, right, counts)
    if slope <= 0:
        raise ParameterError("calibration", ["scores that are higher where rows are right"])
    bounds = (-log(2 * n_wrong + 1), log(2 * n_right + 1))
    straight = _straight(ordered, start, slope, bounds)
    points = straight if method == "logistic" else _pooled(ordered, right, counts, start, slope)
    tail = slope if method == "logistic" else float(np.clip(slope, *_SLOPES))
    return _curve(points, tail, bounds)


def cross_calibrated(
    scores: Floats, truth: Truth, folds: NDArray[np.int64], weight: Floats | None = None, method: Method = "isotonic"
) -> Floats:
    """The probability of each row by a curve that was fitted without its fold: what may be reported of a calibration."""
    held = np.empty(len(scores))
    for learn, out in splits(folds):
        curve = calibrate(scores[learn], truth[learn], None if weight is None else weight[learn], method)
        held[out] = curve.probability(scores[out])
    return held


def _logistic(scores: Floats, right: Truth, counts: Floats) -> tuple[float, float]:
    """Start and slope of the logistic curve, by Newton steps (halved while they overshoot) to targets never quite 0 or 1."""
    n_right, n_wrong = counts[right].sum(), counts[~right].sum()
    target = np.where(right, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))
    centre, width = scores.mean(), scores.std() or 1.0
    inputs = np.column_stack([np.ones(len(scores)), (scores - centre) / width])

    def loss(found: Floats) -> float:
        odds = inputs @ found
        return float((counts * (np.logaddexp(0, odds) - target * odds)).sum())

    found = np.array([log(n_right / n_wrong), 0.0])
    for _ in range(100):
        chance = _chance(inputs @ found)
        curvature = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, inputs.T @ (counts * (target - chance)))
        while loss(found + step) > loss(found) and np.abs(step).max() > 1e-12:
            step = step / 2
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    slope = float(found[1] / width)
    return float(found[0]) - slope * float(centre), slope


def _straight(scores: Floats, start: float, slope: float, bounds: tuple[float, float]) -> list[tuple[float, float]]:
    """Ends of the logistic line: where scores end, or one log-odd before a bound."""
    odds = np.clip(start + slope * scores[[0, -1]], bounds[0] + 1, bounds[1] - 1)
    return [((each - start) / slope, each) for each in odds.tolist()]


def _pooled(scores: Floats, right: Truth, counts: Floats, start: float, slope: float) -> list[tuple[float, float]]:
    """Points of the isotonic curve: mean score of each rising block against the log-odds of its share."""
    chance = _chance(start + slope * scores)
    weight = np.maximum(counts * chance * (1 - chance), 1e-12)
    known = np.cumsum(weight)
    least = max(_LEAST, known[-1] / _MOST_POINTS)
    edge = np.append(True, np.diff(scores) > 0)
    told = np.floor((known - weight / 2) / least)
    told = np.minimum(np.maximum.accumulate(np.where(edge, told, 0)), max(0.0, np.floor(known[-1] / least) - 1))
    n, mass = np.bincount(told.astype(int), counts), np.bincount(told.astype(int), weight)
    filled = n > 0
    n_right, by_curve = np.bincount(told.astype(int), counts * right), np.bincount(told.astype(int), counts * chance)
    at = (np.bincount(told.astype(int), weight * scores)[filled] / mass[filled]).astype(float)
    share = (n_right[filled] + by_curve[filled] / n[filled]) / (n[filled] + 1)
    rising = IsotonicRegression(y_min=0, y_max=1).fit_transform(at, share, sample_weight=n[filled])
    _, block = np.unique(rising, return_inverse=True)
    heavy = np.bincount(block, mass[filled])
    place = np.bincount(block, mass[filled] * at) / heavy
    level = np.bincount(block, rising) / np.bincount(block)
    return list(zip(place.tolist(), np.log(level / (1 - level)).tolist(), strict=True))


def _curve(points: list[tuple[float, float]], tail: float, bounds: tuple[float, float]) -> Calibration:
    """The curve through the points, rounded as it will stand in the file; the bounds give way where a point is beyond."""
    low = round(max(-30.0, min(bounds[0], points[0][1] - 1)), 6)
    high = round(min(30.0, max(bounds[1], points[-1][1] + 1)), 6)
    kept: list[tuple[float, float]] = []
    for score, odds in ((round(s, 6), round(min(max(o, low + 0.01), high - 0.01), 6)) for s, o in points):
        if not kept or (score > kept[-1][0] and odds > kept[-1][1]):
            kept.append((score, odds))
    return Calibration(tuple(s for s, _ in kept), tuple(o for _, o in kept), (round(tail, 6), round(tail, 6)), (low, high))


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
