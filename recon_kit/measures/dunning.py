"""Reminders: who pays after them, and whether they would have paid without. Without a control group that is association,
not effect."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pandas as pd

from recon_kit.measures.figure import Measure, quotient, undefined

_Z95 = 1.959963984540054
_ITEM = ["entity", "item_id"]


@dataclass(frozen=True)
class Uplift:
    """What a reminder adds to the share that pays.

    Args:
        points: percentage points over the control group; not defined without one.
        low95, high95: its 95 % interval in points; None without one.
    """

    points: Measure
    low95: float | None = None
    high95: float | None = None

    @property
    def proven(self) -> bool:
        """Whether the whole interval is above zero."""
        return self.low95 is not None and self.low95 > 0


def answered(contacts: pd.DataFrame, paid: pd.DataFrame, level: int, days: int) -> tuple[int, int]:
    """How many documents were paid after a reminder of that level, within some days and before the next level, of how many
    reminded.

    The denominator is fixed when the reminder is sent: what is disputed or cancelled later stays in it.

    Args:
        contacts: CONTACTS of one group, reminded or held back. paid: entity, item_id, on: the day a document was paid in full.
    """
    at = contacts[contacts["level"] == level].sort_values("contacted_on", kind="stable").drop_duplicates(_ITEM)
    later = contacts[contacts["level"] > level].sort_values("contacted_on", kind="stable").drop_duplicates(_ITEM)
    after = later[[*_ITEM, "contacted_on"]].rename(columns={"contacted_on": "next_on"})
    rows = at.merge(after, on=_ITEM, how="left").merge(paid[[*_ITEM, "on"]], on=_ITEM, how="left")
    in_time = (rows["on"] >= rows["contacted_on"]) & (rows["on"] <= rows["contacted_on"] + pd.Timedelta(days=days))
    return int((in_time & (rows["next_on"].isna() | (rows["on"] < rows["next_on"]))).sum()), len(at)


def dunning_recovery(recovered: int, dunned: int) -> Measure:
    """Paid before the next level / reminded at this one. Definition: `dunning_recovery`. Percent; `no_cases` without any.

    Args:
        recovered, dunned: as `answered` gives.
    """
    return quotient("dunning_recovery", recovered, dunned, why="no_cases")


def dunning_uplift(reminded: tuple[int, int], control: tuple[int, int] | None) -> Uplift:
    """The recovery of those reminded less that of those held back, with its interval. Definition: `dunning_uplift`.

    Undefined as `no_control` without a control group, as `no_cases` where one of the two is empty.

    Args:
        reminded, control: recovered and how many, as `answered` gives.
    Source: Wald interval of a difference of two independent shares.
    """
    if control is None:
        return Uplift(undefined("dunning_uplift", "no_control"))
    if not reminded[1] or not control[1]:
        return Uplift(undefined("dunning_uplift", "no_cases"))
    ours, theirs = (quotient("dunning_recovery", *group, why="no_cases").value for group in (reminded, control))
    assert ours is not None and theirs is not None
    spread = sum(recovered * (n - recovered) / n**3 for recovered, n in (reminded, control))
    points, half = ours - theirs, 100 * _Z95 * sqrt(spread)
    return Uplift(Measure("dunning_uplift", points), float(points) - half, float(points) + half)


def collector_productivity(collected: int, expected: int, currency: str | None = None) -> Measure:
    """Collected / what delay curves expected without contact. Definition: `collector_productivity`.

    Times; `not_above_zero` where nothing was expected. Euro per head measures the portfolio, not the work; personnel data,
    so aggregate.
    """
    return quotient("collector_productivity", collected, expected, currency, why="not_above_zero")
