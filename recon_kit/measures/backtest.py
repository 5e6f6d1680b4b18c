"""How good a forecast was, on weeks that it did not know: bias, mean error and how often its interval held, beside a naive
one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.exact import days_between, grouped, tabled, whole
from recon_kit.measures.figure import Measure, quotient, undefined
from recon_kit.measures.forecast import Horizon

_WEEK = ["entity", "currency", "first"]


def cash_by_week(owed: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """What did arrive in each week on the documents that the forecast knew: entity, currency, first, actual.

    The whole of a document in the week in which it was paid; every week has its row, also one of nothing.

    Args:
        owed: as the forecast was given, with what became of each since: left, how and ended_on, as in SETTLED.
    """
    paid = (owed["how"] == "paid").to_numpy(bool)
    places, keys = grouped(owed, ["entity", "currency"])
    week = np.full(len(owed), -1, np.int64)
    week[paid] = (days_between(owed.loc[paid, "ended_on"], np.datetime64(horizon.as_of)) - 1) // 7
    inside = (week >= 0) & (week < horizon.n_weeks)
    sums = tabled(places[inside], week[inside], owed.loc[inside, "left"], (len(keys), horizon.n_weeks))
    rows = keys.loc[keys.index.repeat(horizon.n_weeks)].reset_index(drop=True)
    firsts = [first for first, _ in horizon.weeks] * len(keys)
    return rows.assign(first=pd.Series(firsts, dtype="datetime64[us]"), actual=sums.ravel())


def backtest(
    forecasts: Mapping[str, pd.DataFrame], actual: pd.DataFrame
) -> dict[tuple[str | None, str, str], dict[str, Measure]]:
    """(entity, currency, forecast's name) -> definition id -> bias, mean error and coverage over the weeks looked at.

    Args:
        forecasts: name -> `cash_forecast` or `naive_forecast` of one horizon. actual: as `cash_by_week` gives.
    """
    found = {}
    for name, forecast in forecasts.items():
        weeks = forecast[forecast["part"] == "week"].merge(actual, on=_WEEK)
        for _, rows in weeks.groupby(["entity", "currency"], dropna=False, sort=True):
            entity, currency = rows[["entity", "currency"]].iloc[0]
            key = (None if pd.isna(entity) else entity, currency, name)
            figures = (forecast_bias(rows), forecast_mape(rows), forecast_coverage(rows))
            found[key] = {one.id: one for one in figures}
    return found


def forecast_bias(weeks: pd.DataFrame) -> Measure:
    """(forecast - actual) / actual over all weeks: above 0, too much was promised. Definition: `forecast_bias`.

    Percent; undefined as `no_receipts` where nothing arrived.

    Args:
        weeks: one currency; expected, actual and, for coverage, low and high of each week.
    """
    off = whole(weeks["expected"]) - whole(weeks["actual"])
    return quotient("forecast_bias", int(off.sum()), int(whole(weeks["actual"]).sum()), why="no_receipts")


def forecast_mape(weeks: pd.DataFrame) -> Measure:
    """The mean of |forecast - actual| / actual over the weeks in which something arrived. Definition: `forecast_mape`.

    Percent; undefined as `no_receipts` where nothing arrived in any.
    """
    pairs = zip(whole(weeks["expected"]).tolist(), whole(weeks["actual"]).tolist(), strict=True)
    errors = [Fraction(abs(told - came), came) for told, came in pairs if came > 0]
    return quotient("forecast_mape", sum(errors, Fraction(0)), len(errors), why="no_receipts")


def forecast_coverage(weeks: pd.DataFrame) -> Measure:
    """The share of weeks whose actual lies in the interval: 80 % if the interval is right. Definition: `forecast_coverage`.

    Percent; undefined as `no_cases` for a forecast without intervals.
    """
    known = weeks[weeks["low"].notna()]
    if known.empty:
        return undefined("forecast_coverage", "no_cases")
    held = (known["actual"] >= known["low"]) & (known["actual"] <= known["high"])
    return quotient("forecast_coverage", int(held.sum()), len(known), why="no_cases")
