"""How many right sets no search finds, estimated without truth: from how far independent ways of looking agree.

Biologists count fish so: catch, mark, catch again; the fewer marked ones come back, the more fish were never seen. The ways
here (`ways.WAYS`) are the text, the payer's account or name, and an amount that only one open document has. The estimate
supposes that a set which one way misses is as easy for the others as any. It is not: a payment that quotes nothing, from a
stranger, for thirty documents, is hard for all alike; and what no amount of looking tells apart (a hundred equal documents of
one customer) none of them sees. Such dependence makes the estimates tend *below* what is missed; sure matches, from which they
are taken, are easier than others besides. How far off they were on simulated companies, whose truth is known, stands in
docs/evaluation.md: about half of it (Chapman) and two thirds (Chao) over all, and for single companies nothing or 1.7 times.

Source: D. Chapman, University of California Publications in Statistics 1 (1951); A. Chao, Biometrics 43 (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.evaluation.blocking import Blocking
from recon_kit.evaluation.ways import WAYS

_Z95 = 1.959963984540054

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Missed:
    """How many right sets were found, and how many more there are thought to be.

    Args:
        found: right sets that at least one way found.
        overlap: one row per combination of ways: a column a way (bool), n.
        estimates: one row per method: method, missed, lower95, upper95 (of the method's own chance error, not of its
            assumption), share (missed of found and missed).
    """

    found: int
    overlap: pd.DataFrame
    estimates: pd.DataFrame


def missed(sure: Blocking, by: str = "size") -> Missed:
    """Estimate the right sets that all ways of looking miss, from sets that are known to be right.

    Args:
        sure: `blocking` of what was matched surely (automatic, confirmed) instead of the truth.
        by: Chapman's estimate is taken for each value of this label apart and summed up: sets of one size are more alike.
    """
    known = sure.sets[sure.sets["proposed"]]
    caught = known[list(WAYS)].to_numpy(bool)
    patterns = list(product([True, False], repeat=len(WAYS)))
    counts = np.array([int((caught == np.array(pattern)).all(axis=1).sum()) for pattern in patterns])
    overlap = pd.DataFrame(patterns, columns=list(WAYS)).assign(n=counts)
    groups = known[by].astype("str").to_numpy()
    rows = [
        ("chapman", *_chapman(caught[:, 0], caught[:, 1])),
        (f"chapman by {by}", *_summed([_chapman(*caught[groups == group, :2].T) for group in np.unique(groups)])),
        ("chao", *_chao(caught)),
    ]
    found = pd.DataFrame(rows, columns=["method", "missed", "lower95", "upper95"])
    return Missed(len(known), overlap, found.assign(share=found["missed"] / (found["missed"] + max(len(known), 1))))


def _chapman(one: Flags, other: Flags) -> tuple[float, float, float]:
    """Missed by both of two ways, with the interval of its normal approximation. A third way's finds are not missed."""
    both, a, b = int((one & other).sum()), int(one.sum()), int(other.sum())
    total = (a + 1) * (b + 1) / (both + 1) - 1
    variance = (a + 1) * (b + 1) * (a - both) * (b - both) / ((both + 1) ** 2 * (both + 2))
    return _around(total - (a + b - both) - int((~one & ~other).sum()), variance)


def _chao(caught: Flags) -> tuple[float, float, float]:
    """Chao's lower bound: what was found once tells what was found never."""
    times = caught.sum(axis=1)
    once, twice = int((times == 1).sum()), int((times == 2).sum())
    if twice == 0:
        return _around(once * (once - 1) / 2, float(once**2))
    ratio = once / twice
    return _around(once * ratio / 2, twice * (ratio**4 / 4 + ratio**3 + ratio**2 / 2))


def _summed(parts: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Several estimates together; their errors are independent."""
    total = sum(at for at, _, _ in parts)
    spread = float(np.sqrt(sum((high - at) ** 2 for at, _, high in parts)))
    return total, max(0.0, total - spread), total + spread


def _around(at: float, variance: float) -> tuple[float, float, float]:
    at, half = max(0.0, float(at)), _Z95 * float(np.sqrt(max(variance, 0.0)))
    return at, max(0.0, at - half), at + half
