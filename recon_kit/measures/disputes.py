"""Disputes: how much is disputed, why, how long it takes and how often the customer is right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.delays import FROM_THE_START, delay_curve, reached
from recon_kit.measures.exact import days_between, summed
from recon_kit.measures.figure import Measure, quotient


def disputed_of_issued(n_disputed: int, n_issued: int) -> Measure:
    """Documents disputed / documents issued, by count. Definition: `disputed_of_issued`. Percent; `no_sales` without any."""
    return quotient("disputed_of_issued", n_disputed, n_issued, why="no_sales")


def disputed_amount_of_issued(disputed: int, issued: int | None, currency: str | None = None) -> Measure:
    """Money disputed / money issued. Definition: `disputed_amount_of_issued`. Percent; `no_movements`, `no_sales`."""
    return quotient("disputed_amount_of_issued", disputed, issued, currency, why="no_sales")


def disputed_of_receivables(disputed: int, gross: int, currency: str | None = None) -> Measure:
    """Money of open disputes / gross receivables. Definition: `disputed_of_receivables`. Percent; `no_receivables`."""
    return quotient("disputed_of_receivables", disputed, gross, currency, why="no_receivables")


def dispute_days_median(disputes: pd.DataFrame, as_of: date) -> Measure:
    """The days until half of the disputes are settled; open ones are counted as such. Definition: `dispute_days_median`.

    "More than" the longest known where more than half are open; `no_cases` without disputes.

    Args:
        disputes: DISPUTES opened by `as_of`.
    """
    day = pd.Timestamp(as_of)
    closed = disputes["closed_on"].notna() & (disputes["closed_on"] <= day)
    exits = np.maximum(days_between(disputes["closed_on"].where(closed, day), disputes["opened_on"]), 0)
    rows = pd.DataFrame({"exit": exits, "entry": FROM_THE_START, "event": np.where(closed, "settled", "open")})
    return reached("dispute_days_median", delay_curve(rows), Fraction(1, 2))


def disputes_by_reason(disputes: pd.DataFrame, keys: Sequence[str] = ("entity",)) -> pd.DataFrame:
    """Disputes by reason, the largest sum first. Definition: `disputes_by_reason`.

    One row per (keys, currency, reason): n, amount, n_open, n_valid.
    """
    counted = disputes.assign(
        n_open=disputes["closed_on"].isna().astype("int64"), n_valid=(disputes["outcome"] == "valid").astype("int64")
    )
    made = summed(counted, [*keys, "currency", "reason"], ["amount", "n_open", "n_valid"])
    ascending = [True] * (len(keys) + 1) + [False, True]
    return made.sort_values([*keys, "currency", "amount", "reason"], ascending=ascending, ignore_index=True)


def disputes_valid(disputes: pd.DataFrame) -> Measure:
    """Disputes in which the customer was right / those that were decided. Definition: `disputes_valid`.

    Percent, by count; withdrawn ones were decided, for us. `no_cases` where none was.
    """
    decided = disputes["outcome"].dropna()
    return quotient("disputes_valid", int((decided == "valid").sum()), len(decided), why="no_cases")
