"""Shares with their intervals, of things that weigh differently: lines by count, links by set, money by amount."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z95 = 1.959963984540054
COLUMNS = ("part", "of", "share", "lower95", "upper95")


def bounds(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Ends of the 95 % Wilson intervals of many shares at once; 0 and 1 of nothing. `n` need not be whole.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).

    >>> [float(end.round(4)[0]) for end in bounds(np.array([0.99]), np.array([100]))]
    [0.9455, 0.9982]
    """
    share, counted, z2 = np.nan_to_num(share), np.maximum(n, 1e-9), _Z95**2
    middle = share + z2 / (2 * counted)
    half = _Z95 * np.sqrt(np.maximum(share * (1 - share), 0) / counted + z2 / (4 * counted * counted))
    low, high = (middle - half) / (1 + z2 / counted), (middle + half) / (1 + z2 / counted)
    return np.where(n > 0, np.clip(low, 0, 1), 0.0), np.where(n > 0, np.clip(high, 0, 1), 1.0)


def share(part: NDArray[Any], of: NDArray[Any] | None = None) -> dict[str, Any]:
    """The share that the parts have in the wholes: part, of, share (NaN of nothing), lower95, upper95.

    Args:
        part: one element a line: whether it counts, or how much of it does.
        of: what could have counted, one element a line; 1 each if None. Where lines weigh differently, one large line says
            less than many small ones: the interval is that of (sum w)^2 / sum w^2 lines of equal weight.

    Source: L. Kish, Survey Sampling (1965), on the effective sample size.

    >>> share(np.array([True, False, True]))["part"]
    2
    """
    whole = np.ones(len(part), np.int64) if of is None else np.asarray(of)
    total, counted = int(whole.sum()), int(np.asarray(part).sum())
    weight = whole.astype(np.float64)
    n = weight.sum() ** 2 / max((weight * weight).sum(), 1e-300)
    found = counted / total if total else float("nan")
    low, high = bounds(np.array([found]), np.array([n]))
    return dict(zip(COLUMNS, (counted, total, found, float(low[0]), float(high[0])), strict=True))


def with_bounds(table: pd.DataFrame, part: str, of: str, named: str) -> pd.DataFrame:
    """The table with a share of two of its counts, and the ends of its interval."""
    found = table[part] / table[of].where(table[of] > 0)
    low, high = bounds(found.to_numpy(float), table[of].to_numpy(float))
    return table.assign(lower95=low, upper95=high, **{named: found})
