"""Where automation may begin: the lowest probability above which the share of errors is shown to stay under a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import ParameterError

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
NEVER = 1.0
"""A cut that nothing reaches, as probabilities stay below 1."""
AUTOMATIC = "automatic"
_Z95 = 1.959963984540054


def cut_name(target: float) -> str:
    """Under which name a model keeps the cut that holds a share of false automatic matches.

    >>> cut_name(0.001)
    'automatic 0.001'
    """
    return f"{AUTOMATIC} {target:g}"


@dataclass(frozen=True)
class Cut:
    """A threshold and what stood above it.

    Args:
        at: automatic from this probability on; `NEVER` where no cut holds the target.
        n, wrong: rows above it, and those of them that were wrong.
        upper95: the 95 % Wilson upper bound of their share.
        kind: the profile of the data that asked for it, if it is the strictest of several.
    """

    at: float
    n: int
    wrong: int
    upper95: float
    kind: str | None = None

    @property
    def false_share(self) -> float:
        """Wrong of all above the cut; 0 of none."""
        return self.wrong / self.n if self.n else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def cut_for(probability: Floats, truth: Truth, target: float, *, bounded: bool = True) -> Cut:
    """The lowest cut whose rows are wrong in at most `target` of cases.

    Args:
        probability, truth: of held-out rows, one each; rows of equal probability pass or fail together.
        bounded: the 95 % upper bound must stay under the target (so `target` 0.001 needs 3,838 rows without an error), not
            only the share that was seen.
    Raises:
        ParameterError: the target is not between 0 and 1, or a row lacks its truth.
    """
    _require(probability, truth, target)
    edge, n, wrong = _above(np.asarray(probability, np.float64), ~np.asarray(truth, bool))
    upper = upper95(wrong, n)
    good = np.flatnonzero((upper if bounded else wrong / np.maximum(n, 1)) <= target)
    if not len(good):
        return Cut(NEVER, 0, 0, 1.0)
    at = good[-1]
    return Cut(float(edge[at]), int(n[at]), int(wrong[at]), float(upper[at]))


def strictest_cut(probability: Floats, truth: Truth, kinds: NDArray[Any], target: float, *, bounded: bool = False) -> Cut:
    """The highest of the cuts that each kind of data (profile, segment) would need by itself, with what stands above it in all.

    A cut learned on an easy mixture is wrong on hard data; this one holds on the worst kind that was seen.
    """
    _require(probability, truth, target)
    probability, truth, kinds = np.asarray(probability, np.float64), np.asarray(truth, bool), np.asarray(kinds)
    cuts = [(cut_for(probability[kinds == kind], truth[kinds == kind], target, bounded=bounded).at, str(kind))
            for kind in np.unique(kinds)]  # fmt: skip
    if not cuts:
        return Cut(NEVER, 0, 0, 1.0)
    at, kind = max(cuts)
    return measured_at(probability, truth, at, kind)


def measured_at(probability: Floats, truth: Truth, at: float, kind: str | None = None) -> Cut:
    """What stands above a cut that was chosen elsewhere."""
    above = np.asarray(probability) >= at
    n, wrong = int(above.sum()), int((above & ~np.asarray(truth, bool)).sum())
    return Cut(at, n, wrong, float(upper95(np.array([wrong]), np.array([n]))[0]), kind)


def held_out(probability: Floats, truth: Truth, folds: NDArray[np.int64], target: float, *, bounded: bool = True) -> Cut:
    """What a cut is worth abroad: chosen on all folds but one, counted on that one, summed over all; `at` is their median.

    A cut is flattered by the rows it was chosen on; report this one, ship `cut_for` of all rows.
    """
    probability, truth, folds = np.asarray(probability, np.float64), np.asarray(truth, bool), np.asarray(folds)
    ats: list[float] = []
    n = wrong = 0
    for fold in np.unique(folds):
        here = folds == fold
        at = cut_for(probability[~here], truth[~here], target, bounded=bounded).at
        seen = measured_at(probability[here], truth[here], at)
        ats.append(at)
        n, wrong = n + seen.n, wrong + seen.wrong
    return Cut(float(np.median(ats or [NEVER])), n, wrong, float(upper95(np.array([wrong]), np.array([n]))[0]))


def frontier(probability: Floats, truth: Truth, targets: Sequence[float], *, bounded: bool = True) -> list[tuple[float, Cut]]:
    """For each target the cut that holds it: how much automation a stricter floor costs."""
    return [(target, cut_for(probability, truth, target, bounded=bounded)) for target in targets]


def upper95(wrong: NDArray[np.int64], n: NDArray[np.int64]) -> Floats:
    """Upper ends of the 95 % Wilson intervals of many shares at once; 1 of nothing.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    counted = np.maximum(n, 1).astype(np.float64)
    share, z2 = wrong / counted, _Z95**2
    half = _Z95 * np.sqrt(share * (1 - share) / counted + z2 / (4 * counted * counted))
    return np.where(n > 0, np.minimum(1.0, (share + z2 / (2 * counted) + half) / (1 + z2 / counted)), 1.0)


def _above(probability: Floats, wrong: Truth) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """For each distinct probability, highest first: rows at or above it, and how many of them are wrong."""
    edge, place = np.unique(-probability, return_inverse=True)
    n = np.cumsum(np.bincount(place, minlength=len(edge)))
    n_wrong = np.cumsum(np.bincount(place[wrong], minlength=len(edge)))
    return -edge, n, n_wrong


def _require(probability: Floats, truth: Truth, target: float) -> None:
    faults = []
    if not 0 < target < 1:
        faults.append("a target between 0 and 1")
    if len(probability) != len(truth):
        faults.append(f"a truth for each of {len(probability)} rows, not {len(truth)}")
    if np.isnan(np.asarray(probability, np.float64)).any():
        faults.append("probabilities that are numbers")
    if faults:
        raise ParameterError("cut", faults)
