"""Whether a challenger may replace the champion: only if it is better on data neither has seen, and surely so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.errors import ParameterError

Floats = NDArray[np.float64]
Measure = Literal["log_score", "through"]
_WORDS: Mapping[str, str] = {"log_score": "mean log score", "through": "share automatic and right"}
_BATCH = 50


@dataclass(frozen=True)
class Comparison:
    """Champion and challenger on the same rows.

    Args:
        measure: "log_score" (mean log of the probability given to what was so) or "through" (share of rows that may be
            automatic and are right, at the target of false ones). More is better.
        champion, challenger: the measure of each.
        lower95, upper95: 95 % interval of challenger minus champion, by drawing whole groups anew.
        n, n_groups: rows and groups compared.
    """

    measure: Measure
    champion: float
    challenger: float
    lower95: float
    upper95: float
    n: int
    n_groups: int

    @property
    def replace(self) -> bool:
        """Whether the challenger is surely better: the whole interval is above 0."""
        return self.lower95 > 0

    def __str__(self) -> str:
        gain = self.challenger - self.champion
        told = f"{_WORDS[self.measure]} {self.champion:.5f} -> {self.challenger:.5f}, difference {gain:+.5f} "
        return told + f"(95 %: {self.lower95:+.5f} to {self.upper95:+.5f}; {self.n} rows in {self.n_groups} groups)"


def better(
    champion: Floats,
    challenger: Floats,
    truth: NDArray[np.bool_],
    groups: NDArray[Any],
    measure: Measure = "log_score",
    *,
    target: float = 0.001,
    draws: int = 1000,
    seed: int = 0,
) -> Comparison:
    """How much better the challenger's probabilities are, with a bootstrap interval over groups; the same for any row order.

    Args:
        champion, challenger: probabilities of the same rows, of a month that neither was trained on.
        groups: what may not be torn apart (customers): their rows go wrong together.
        target: highest false share of what counts as automatic, for "through".
    Raises:
        ParameterError: fewer than two groups, sides of unequal length, or probabilities outside (0, 1).
    """
    _require(champion, challenger, truth, groups)
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    chance = np.random.default_rng(seed)
    even = np.ones((1, len(labels)))
    if measure == "log_score":
        rate = [_log_scores(side, truth, group) for side in (champion, challenger)]
    else:
        rate = [_throughs(side, truth, group, target) for side in (champion, challenger)]
    gains = []
    for begin in range(0, draws, _BATCH):
        drawn = chance.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), min(_BATCH, draws - begin)).astype(float)
        gains.append(rate[1](drawn) - rate[0](drawn))
    low, high = np.quantile(np.concatenate(gains), [0.025, 0.975])
    sides = [float(side(even)[0]) for side in rate]
    return Comparison(measure, sides[0], sides[1], float(low), float(high), len(truth), len(labels))


def _log_scores(probability: Floats, truth: NDArray[np.bool_], group: NDArray[np.int64]) -> Any:
    """A function from how often each group was drawn, float64[draws, groups], to the mean log score of each draw."""
    said = np.log(np.where(truth, probability, 1 - probability))
    order = np.lexsort((said, group))
    total, n = np.bincount(group[order], said[order]), np.bincount(group)
    return lambda drawn: (drawn @ total) / (drawn @ n)


def _throughs(probability: Floats, truth: NDArray[np.bool_], group: NDArray[np.int64], target: float) -> Any:
    """The same for the share of rows above the lowest cut whose false share is within the target and that are right."""
    order = np.lexsort((truth, -probability))
    right, rows_group = truth[order], group[order]
    ends = np.append(np.flatnonzero(np.diff(probability[order])), len(order) - 1)

    def of(drawn: Floats) -> Floats:
        shares = []
        for times in drawn:
            weight = times[rows_group]
            n, n_right = np.cumsum(weight)[ends], np.cumsum(weight * right)[ends]
            good = np.flatnonzero(n - n_right <= target * n)
            shares.append(n_right[good[-1]] / n[-1] if len(good) else 0.0)
        return np.array(shares)

    return of


def compared(
    sides: Mapping[str, Floats], truth: NDArray[np.bool_], groups: NDArray[Any], target: float = 0.001
) -> pd.DataFrame:
    """Several models on the same held-out rows, each against the first; one row per model and measure.

    Columns: model, measure, value, and the 95 % interval of its difference to the first (lower95, upper95).
    """
    first = next(iter(sides))
    rows = []
    for name, said in sides.items():
        for measure in ("log_score", "through"):
            found = better(sides[first], said, truth, groups, measure, target=target, draws=200)
            rows.append((name, measure, found.challenger, found.lower95, found.upper95))
    return pd.DataFrame(rows, columns=["model", "measure", "value", "lower95", "upper95"])


def _require(champion: Floats, challenger: Floats, truth: NDArray[np.bool_], groups: NDArray[Any]) -> None:
    faults = []
    if not len(champion) == len(challenger) == len(truth) == len(groups):
        faults.append("a probability of each side, a truth and a group for each row")
    elif len(np.unique(np.asarray(groups))) < 2:
        faults.append("at least two groups")
    if any(not ((side > 0) & (side < 1)).all() for side in (champion, challenger)):
        faults.append("probabilities above 0 and below 1")
    if faults:
        raise ParameterError("comparison", faults)
