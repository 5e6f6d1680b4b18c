"""Promises to pay: how many are kept, and how much of their money."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from recon_kit.measures.exact import whole
from recon_kit.measures.figure import Measure, quotient
from recon_kit.tables import PROMISES


def promise_states(promises: pd.DataFrame, as_of: date, grace: int = 0) -> pd.DataFrame:
    """The promises with their `state` on a day: kept, broken, pending, cancelled or superseded.

    Kept: all of it was paid; pending: the promised day and the days of grace are not over. A superseded promise is not
    kept, whatever came later; a cancelled one is neither kept nor broken.

    Args:
        promises: PROMISES, `paid` by the promised day and `grace` days. grace: calendar days.
    Raises:
        TableError: the frame breaks its declared table.
    """
    found = PROMISES.conform(promises)
    day = pd.Timestamp(as_of)
    over = found["promised_on"] + pd.Timedelta(days=grace) < day
    conditions = [
        found["superseded_by"].notna(),
        found["cancelled_on"].notna() & (found["cancelled_on"] <= day),
        found["paid"] >= found["amount"],
        over,
    ]
    states = np.select([one.to_numpy(bool) for one in conditions], ["superseded", "cancelled", "kept", "broken"], "pending")
    return found.assign(state=pd.array(states, "str"))


def promises_kept(states: pd.DataFrame) -> Measure:
    """Kept / all that were due, by count. Definition: `promises_kept`.

    Percent; pending and cancelled ones are not in the denominator, superseded ones are. `no_cases` where none was due.

    Source: catchpole.io, promises.
    """
    due = _due(states)
    return quotient("promises_kept", int((due["state"] == "kept").sum()), len(due), why="no_cases")


def promises_kept_amount(states: pd.DataFrame, currency: str) -> Measure:
    """Paid / promised in one currency, each promise at most with what it promised. Definition: `promises_kept_amount`.

    Percent; of the same promises as `promises_kept`. What came on a superseded one counts for nothing.

    Source: catchpole.io, promises.
    """
    due = _due(states)
    due = due[due["currency"] == currency]
    promised, paid = whole(due["amount"]), whole(due["paid"])
    counted = np.where(due["state"] == "superseded", 0, np.minimum(paid, promised))
    return quotient("promises_kept_amount", int(counted.sum()), int(promised.sum()), currency, why="no_cases")


def _due(states: pd.DataFrame) -> pd.DataFrame:
    return states[states["state"].isin(["kept", "broken", "superseded"])]
