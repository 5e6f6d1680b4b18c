"""Whether probabilities hold: said against seen, bin by bin, and the mean gap between the two."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.matching.precision import wilson

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
Bins = Literal["mass", "width"]


def reliability(probability: Floats, truth: Truth, n_bins: int = 15, bins: Bins = "mass") -> pd.DataFrame:
    """One row per bin that holds something: n, said (mean probability), seen (share that was true), lower95, upper95 (Wilson).

    Args:
        bins: "mass" gives all bins about equally many rows (equal probabilities stay together), "width" equal ranges.
    """
    if len(probability) == 0:
        return pd.DataFrame({name: [] for name in ("n", "said", "seen", "lower95", "upper95")}, dtype=float)
    place = _bins(np.asarray(probability, np.float64), n_bins, bins)
    counted = pd.DataFrame({"bin": place, "said": probability, "seen": np.asarray(truth, bool).astype(float)})
    table = counted.sort_values(["bin", "said", "seen"]).groupby("bin").agg(n=("said", "size"), said=("said", "mean"),
                                                                            seen=("seen", "mean"))  # fmt: skip
    bounds = [wilson(round(seen * n), n) for seen, n in zip(table["seen"], table["n"].tolist(), strict=True)]
    return table.assign(lower95=[low for low, _ in bounds], upper95=[high for _, high in bounds]).reset_index(drop=True)


def calibration_error(probability: Floats, truth: Truth, n_bins: int = 15, bins: Bins = "mass") -> float:
    """Expected calibration error (ECE): the gap between said and seen, mean over bins weighted by their rows; NaN of nothing.

    Source: M. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015.

    >>> calibration_error(np.array([0.9] * 10), np.array([True] * 8 + [False] * 2))
    0.1
    """
    table = reliability(probability, truth, n_bins, bins)
    if table.empty:
        return float("nan")
    return float(round((table["n"] * (table["said"] - table["seen"]).abs()).sum() / table["n"].sum(), 12))


def _bins(probability: Floats, n_bins: int, bins: Bins) -> NDArray[np.int64]:
    if bins == "width":
        return np.minimum((probability * n_bins).astype(np.int64), n_bins - 1)
    ordered = np.sort(probability)
    edges = ordered[(np.arange(1, n_bins) * len(ordered)) // n_bins]
    return np.searchsorted(np.unique(edges), probability, side="right").astype(np.int64)
