"""What cash will come, week by week, from delay curves: what is here already is told apart, and nothing is drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from math import floor, fsum, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from recon_kit.measures.delays import DelayCurve
from recon_kit.measures.exact import Whole, days_between, grouped, half_up, looked_up, summed, tabled, whole
from recon_kit.measures.receivables import debts, population

Shares = npt.NDArray[np.float64]
Curves = Mapping[tuple[int, tuple[str, ...]], DelayCurve]
LEVELS = (("entity", "customer_id"), ("entity",), ())
_Z80 = 1.2815515655446004
PARTS = ("here", "week", "later", "unknown")
"""here: covered by credits that are on the account already; later: not in these weeks, or never; unknown: no curve fits."""


@dataclass(frozen=True)
class Horizon:
    """The weeks that are looked at: so many, each of seven days, the first beginning the day after `as_of`."""

    as_of: date
    n_weeks: int = 13

    @property
    def weeks(self) -> list[tuple[date, date]]:
        """First and last day of each."""
        starts = [self.as_of + timedelta(days=1 + 7 * at) for at in range(self.n_weeks)]
        return [(start, start + timedelta(days=6)) for start in starts]


def reserved(items: pd.DataFrame, pending: pd.DataFrame | None = None) -> pd.DataFrame:
    """The debts with two more columns: `here`, what cash or credit that is here already will pay of each, and `left`.

    First what our matches took off a document and the ledger has not posted; then the customer's own open credits, oldest debt
    first: a policy, since nobody has said what they pay. Credits of unknown customers pay nothing here.

    Args:
        items: OPEN_ITEMS. pending: entity, item_id, amount; None where the items are less it already.
    """
    found = population(items)
    owed = debts(found).sort_values(
        ["entity", "currency", "customer_id", "due_on", "item_id"], na_position="last", kind="stable"
    )
    opened = whole(owed["open_amount"])
    taken = np.zeros(len(owed), np.int64)
    if pending is not None:
        told = looked_up(owed, summed(pending, ["entity", "item_id"], ["amount"]), ["entity", "item_id"], "amount")
        taken = np.clip(whole(told.fillna(0)), 0, opened)
    left = opened - taken
    by = ["entity", "currency", "customer_id"]
    below = found[(found["open_amount"] < 0) & found["customer_id"].notna()]
    have = -whole(looked_up(owed, summed(below, by, ["open_amount"]), by, "open_amount").fillna(0))
    before = owed.assign(left=left).groupby(by, dropna=False)["left"].cumsum().to_numpy(np.int64) - left
    paid = np.clip(have - before, 0, left)
    return owed.assign(here=taken + paid, left=left - paid)


def cash_forecast(owed: pd.DataFrame, curves: Curves, horizon: Horizon) -> pd.DataFrame:
    """What is expected to be paid, week by week, with an interval of 80 %. Definition: `cash_forecast`.

    One row per (entity, currency) and part: "here" and "unknown" once, each week, then "later"; columns part, first, last,
    n documents, expected, low, high (Int64, minor units; low and high of weeks only). The expected amounts sum to what is owed.
    A document pays in a week with the chance that its curve gives, knowing that it is still open at its age: of the first of
    customer, entity, all that has a curve reaching that age. The interval is in closed form:
    all-or-nothing payments, those of one customer in a week taken to come together or not at all (they are paid in one run),
    those of different customers independent, their sum normal. What moves all customers at once, a holiday, is not in it.

    Args:
        owed: as `reserved` gives. curves: as `recon_kit.measures.delays.curves` gives, for `LEVELS`.
    """
    groups, keys = grouped(owed, ["entity", "currency"])
    chances, known = _chances(owed, curves, horizon)
    left = whole(owed["left"])
    table = _Parts(keys, horizon)
    for group in range(len(keys)):
        here = groups == group
        mine, ways = left[here & known], chances[here & known]
        sums = [fsum(column) for column in (ways * mine[:, None].astype(np.float64)).T.tolist()]
        weeks = np.diff([min(_rounded(value), int(mine.sum())) for value in accumulate(sums)], prepend=0)
        halves = _half_widths(ways, mine, owed.loc[here & known, "customer_id"])
        unknown, covered = left[here & ~known], whole(owed.loc[here, "here"])
        table.add(group, "here", int((covered > 0).sum()), int(covered.sum()))
        table.add_weeks(group, len(mine), weeks.tolist(), halves)
        table.add(group, "later", len(mine), int(mine.sum() - weeks.sum()))
        table.add(group, "unknown", len(unknown), int(unknown.sum()))
    return table.frame()


def first_week(owed: pd.DataFrame, curves: Curves, horizon: Horizon) -> pd.DataFrame:
    """The documents with `chance`, of each to be paid in the first week, null where no curve tells: what a forecast adds up."""
    chances, known = _chances(owed, curves, horizon)
    return owed.assign(chance=np.where(known, chances[:, 0] if horizon.n_weeks else 0.0, np.nan))


def naive_forecast(owed: pd.DataFrame, delay: Fraction, horizon: Horizon) -> pd.DataFrame:
    """Everything on its due day plus the mean delay; what is late already, in the first week. Definition: `naive_forecast`.

    As `cash_forecast`, without low and high: what a forecast has to beat. Without a due date a document is "unknown".
    """
    groups, keys = grouped(owed, ["entity", "currency"])
    dated = owed["due_on"].notna().to_numpy(bool)
    day = np.full(len(owed), 10**6, np.int64)
    day[dated] = days_between(owed.loc[dated, "due_on"], np.datetime64(horizon.as_of)) + half_up(delay)
    week = np.where(dated, np.minimum(np.maximum(day - 1, 0) // 7, horizon.n_weeks), horizon.n_weeks + 1)
    shape = (len(keys), horizon.n_weeks + 2)
    left = whole(owed["left"])
    sums, counts = tabled(groups, week, left, shape), tabled(groups, week, np.ones(len(owed), np.int64), shape)
    covered = tabled(groups, np.zeros(len(owed), np.int64), owed["here"], (len(keys), 1))[:, 0].tolist()
    table = _Parts(keys, horizon)
    for group, (amounts, numbers) in enumerate(zip(sums.tolist(), counts.tolist(), strict=True)):
        table.add(group, "here", 0, covered[group])
        table.add_weeks(group, sum(numbers[:-2]), amounts[:-2], None)
        table.add(group, "later", numbers[-2], amounts[-2])
        table.add(group, "unknown", numbers[-1], amounts[-1])
    return table.frame()


def _half_widths(ways: Shares, amounts: Whole, customers: pd.Series) -> list[float]:
    """Half the interval of each week: deviations add up within a customer, variances between customers."""
    payers, _ = pd.factorize(customers)
    alone = payers < 0
    payers[alone] = payers.max(initial=-1) + 1 + np.arange(alone.sum())
    deviations = np.zeros((int(payers.max(initial=-1)) + 1, ways.shape[1]))
    np.add.at(deviations, payers, np.sqrt(ways * (1 - ways)) * amounts[:, None])
    return [_Z80 * sqrt(fsum(column)) for column in (deviations**2).T.tolist()]


class _Parts:
    """The rows of a forecast as they are made."""

    def __init__(self, keys: pd.DataFrame, horizon: Horizon) -> None:
        self.keys, self.weeks = keys, horizon.weeks
        self.rows: list[tuple[object, ...]] = []

    def add(self, group: int, part: str, n: int, amount: int) -> None:
        """A part that is no week."""
        self.rows.append((*self.keys.iloc[group], part, None, None, n, amount, None, None))

    def add_weeks(self, group: int, n: int, amounts: Sequence[int], halves: Sequence[float] | None) -> None:
        """The weeks, with half the width of each interval."""
        for at, ((first, last), amount) in enumerate(zip(self.weeks, amounts, strict=True)):
            half = None if halves is None else _rounded(halves[at])
            low, high = (None, None) if half is None else (max(amount - half, 0), amount + half)
            self.rows.append((*self.keys.iloc[group], "week", first, last, n, amount, low, high))

    def frame(self) -> pd.DataFrame:
        """All of them, with exact types."""
        names = ["entity", "currency", "part", "first", "last", "n", "expected", "low", "high"]
        made = pd.DataFrame(self.rows, columns=names)
        days = dict.fromkeys(("first", "last"), "datetime64[us]")
        return made.astype({**days, "n": "int64", **dict.fromkeys(("expected", "low", "high"), "Int64"), "part": "str"})


def _chances(owed: pd.DataFrame, curves: Curves, horizon: Horizon) -> tuple[Shares, npt.NDArray[np.bool_]]:
    """The chance of each document to be paid in each week, and whether there is a curve that can tell."""
    ages = np.maximum(days_between(np.datetime64(horizon.as_of), owed["issued_on"]), 0)
    made = np.zeros((len(owed), horizon.n_weeks))
    known = np.zeros(len(owed), bool)
    for level, names in enumerate(LEVELS):
        places, which = _of_level(owed, curves, level, names)
        order = np.argsort(places, kind="stable")
        of_curve = np.split(order, np.searchsorted(places[order], np.arange(len(which) + 1)))[1:]
        for number, curve in enumerate(which):
            mine = of_curve[number]
            mine = mine[~known[mine] & (ages[mine] <= (curve.longest or 0))]
            if not len(mine):
                continue
            chances, fits = _weekly(curve, ages[mine], horizon.n_weeks)
            made[mine[fits]], known[mine[fits]] = chances[fits], True
    return made, known


def _of_level(owed: pd.DataFrame, curves: Curves, level: int, names: Sequence[str]) -> tuple[Whole, list[DelayCurve]]:
    """For each document the number of its curve at a level, -1 for none; and these curves."""
    found = {values: curve for (at, values), curve in curves.items() if at == level}
    numbers = {values: number for number, values in enumerate(found)}
    if not names:
        return np.full(len(owed), 0 if found else -1, np.int64), list(found.values())
    groups, keys = grouped(owed, names)
    of_group = [numbers.get(tuple(str(value) for value in values), -1) for values in keys.itertuples(index=False)]
    return np.asarray(of_group, np.int64)[groups], list(found.values())


def _weekly(curve: DelayCurve, ages: Whole, n_weeks: int) -> tuple[Shares, npt.NDArray[np.bool_]]:
    """For documents of these ages the chances of each week, and whether the curve has any that was open so long."""
    days = np.asarray(curve.days, np.int64)
    left = np.asarray([1.0, *map(float, curve.survival)])[np.searchsorted(days, ages, side="right")]
    ends = np.searchsorted(days, ages[:, None] + 7 * np.arange(n_weeks + 1), side="right")
    paid = np.asarray([0.0, *map(float, curve.incidence.get("paid", ()))])
    chances = np.diff(paid[np.minimum(ends, len(paid) - 1)]) / np.where(left > 0, left, 1.0)[:, None]
    return np.clip(chances, 0, 1), left > 0


def _rounded(value: float) -> int:
    return floor(value + 0.5)
