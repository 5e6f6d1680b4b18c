"""From a score to a probability that holds: one rising curve for each pass, as a few points of log-odds against log-odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.errors import ModelError

Floats = NDArray[np.float64]
_MOST = 30.0


@dataclass(frozen=True)
class Calibration:
    """A curve through points, straight between them; beyond the ends it flattens out towards what the sample could show.

    Args:
        scores: scores of the points, rising; at least one.
        log_odds: calibrated log-odds of the points, rising.
        slopes: how steeply the curve leaves the first point downwards and the last one upwards.
        bounds: log-odds that it only comes near: no error rarer than the sample could have shown is ever claimed.
    """

    scores: tuple[float, ...]
    log_odds: tuple[float, ...]
    slopes: tuple[float, float]
    bounds: tuple[float, float]

    def __post_init__(self) -> None:
        faults = []
        if not self.scores or len(self.scores) != len(self.log_odds):
            faults.append("at least one point, with as many scores as log-odds")
        if any(low >= high for values in (self.scores, self.log_odds) for low, high in pairwise(values)):
            faults.append("points that rise")
        if not faults and not -_MOST <= self.bounds[0] < self.log_odds[0] <= self.log_odds[-1] < self.bounds[1] <= _MOST:
            faults.append(f"bounds outside all points, within {_MOST:g} log-odds")
        if min(self.slopes) <= 0:
            faults.append("slopes above 0")
        if faults:
            raise ModelError("calibration", faults)

    def calibrated(self, scores: Floats) -> Floats:
        """Log-odds that hold, float64[n]; each element depends on its score alone, never on where it stands."""
        points = np.array([self.scores, self.log_odds])
        return np.asarray(_along(np.ascontiguousarray(scores, np.float64), points, np.array([*self.slopes, *self.bounds])))

    def probability(self, scores: Floats) -> Floats:
        """The probability of each score, strictly between 0 and 1 and never falling with the score."""
        return np.asarray(_odds_to_probability(self.calibrated(scores)))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: list(getattr(self, name)) for name in ("bounds", "log_odds", "scores", "slopes")}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Calibration:
        """The curve that `to_dict` told.

        Raises:
            ModelError: a part is missing, or the curve does not rise.
        """
        if missing := [name for name in ("bounds", "log_odds", "scores", "slopes") if name not in told]:
            raise ModelError("calibration", [f"a value for {name!r}" for name in missing])
        (low, high), (down, up) = told["bounds"], told["slopes"]
        return cls(tuple(told["scores"]), tuple(told["log_odds"]), (down, up), (low, high))


@njit(cache=True)
def _along(scores, points, ends):  # type: ignore[no-untyped-def]
    x, y = points[0], points[1]
    down, up, lowest, highest = ends
    out = np.empty(len(scores))
    for i in range(len(scores)):
        score = scores[i]
        if score >= x[-1]:
            room = highest - y[-1]
            out[i] = y[-1] + room * (1.0 - np.exp(-(score - x[-1]) * up / room))
        elif score <= x[0]:
            room = y[0] - lowest
            out[i] = y[0] - room * (1.0 - np.exp(-(x[0] - score) * down / room))
        else:
            k = np.searchsorted(x, score, side="right") - 1
            out[i] = min(y[k + 1], y[k] + (y[k + 1] - y[k]) * ((score - x[k]) / (x[k + 1] - x[k])))
    return out


@njit(cache=True)
def _odds_to_probability(log_odds):  # type: ignore[no-untyped-def]
    out = np.empty(len(log_odds))
    for i in range(len(log_odds)):
        out[i] = 1.0 / (1.0 + np.exp(-log_odds[i]))
    return out
