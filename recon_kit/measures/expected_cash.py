"""What is expected to come in the next weeks, and how the same method did on weeks that it did not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import floor, fsum, sqrt

import pandas as pd

from recon_kit.measures.backtest import backtest, cash_by_week
from recon_kit.measures.delays import curves
from recon_kit.measures.durations import durations, mean_delay
from recon_kit.measures.exact import grouped, summed, whole
from recon_kit.measures.figure import Measure, undefined
from recon_kit.measures.forecast import PARTS, Curves, Horizon, cash_forecast, first_week, naive_forecast, reserved
from recon_kit.measures.receivables import debts
from recon_kit.money import total

N_WEEKS, N_SOON, N_TRIES = 13, 4, 3
LEAST_PAID = 12
"""Payments that a customer must have made to have a curve of its own."""


@dataclass(frozen=True, eq=False)
class ExpectedCash:
    """The forecast of one day, made of SETTLED and of what is open that day.

    Args:
        settled: SETTLED. items: OPEN_ITEMS of `as_of`, less our matches; credits pay the oldest debts first.
    """

    settled: pd.DataFrame
    items: pd.DataFrame
    as_of: date

    @cached_property
    def forecast(self) -> pd.DataFrame:
        """By entity, currency and week, as `cash_forecast`."""
        return cash_forecast(self._owed, self._curves, Horizon(self.as_of, N_WEEKS))

    @cached_property
    def by_currency(self) -> pd.DataFrame:
        """The same of all entities together."""
        return together(self.forecast)

    @cached_property
    def naive(self) -> pd.DataFrame:
        """What due days and the mean delay would say, of all entities together; no rows where nothing was ever paid."""
        delay = mean_delay(self._known)
        owed = self._owed if delay is not None else self._owed.iloc[:0]
        return together(naive_forecast(owed, delay or Fraction(0), Horizon(self.as_of, N_WEEKS)))

    def soon(self, currency: str) -> Measure:
        """The sum of the first four weeks, as `cash_four_weeks`."""
        return cash_four_weeks(self.by_currency if self._curves else self.by_currency.iloc[:0], self.items, currency)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """What is owed, document by document, with what is covered already, what is left and the chance of the first week."""
        return first_week(self._owed, self._curves, Horizon(self.as_of, N_WEEKS))

    @cached_property
    def tries(self) -> pd.DataFrame:
        """The weeks before `as_of`, each forecast without knowing it: currency, origin, first, last, expected, low, high,
        naive, actual.

        Three times four weeks: what was known on the evening before the first of them makes both forecasts. Of documents open
        on that evening, by what they were worth as a whole.
        """
        parts = [self._tried(self.as_of - timedelta(days=7 * N_SOON * back)) for back in range(N_TRIES, 0, -1)]
        parts = [part for part in parts if len(part)]
        names = ["currency", "origin", "first", "last", "expected", "low", "high", "naive", "actual"]
        return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)

    @cached_property
    def scores(self) -> dict[tuple[str, str], dict[str, Measure]]:
        """(currency, "curves" or "naive") -> definition id -> bias, mean error, coverage over all weeks tried."""
        if self.tries.empty:
            return {}
        weeks = self.tries.assign(entity=None, part="week")
        nothing = pd.Series(pd.NA, weeks.index, dtype="Int64")
        naive = weeks.assign(expected=weeks["naive"], low=nothing, high=nothing)
        told = backtest({"curves": weeks.drop(columns="actual"), "naive": naive.drop(columns="actual")},
                        weeks[["entity", "currency", "first", "actual"]])  # fmt: skip
        return {(currency, name): figures for (_, currency, name), figures in told.items()}

    @cached_property
    def _known(self) -> pd.DataFrame:
        return durations(self.settled, self.as_of)

    @cached_property
    def _curves(self) -> Curves:
        return curves(self._known, least_paid=LEAST_PAID)

    @cached_property
    def _owed(self) -> pd.DataFrame:
        return reserved(self.items)

    def _tried(self, origin: date) -> pd.DataFrame:
        known = durations(self.settled, origin)
        delay, fitted = mean_delay(known), curves(known, least_paid=LEAST_PAID)
        owed = open_on(self.settled, origin)
        if delay is None or not fitted or owed.empty:
            return pd.DataFrame()
        horizon = Horizon(origin, N_SOON)
        made, plain = (
            together(found) for found in (cash_forecast(owed, fitted, horizon), naive_forecast(owed, delay, horizon))
        )
        by = ["currency", "first"]
        weeks, naive = (found[found["part"] == "week"] for found in (made, plain))
        naive = naive[[*by, "expected"]].rename(columns={"expected": "naive"})
        came = summed(cash_by_week(owed, horizon), by, ["actual"]).drop(columns="n")
        return weeks.merge(naive, on=by).merge(came, on=by).assign(origin=pd.Timestamp(origin))


def cash_four_weeks(forecast: pd.DataFrame, items: pd.DataFrame, currency: str) -> Measure:
    """What a forecast expects in its first four weeks, in one currency. Definition: `cash_four_weeks`.

    Money; undefined as `no_receivables` where nothing is open, as `no_cases` where nothing was ever paid and so there is no
    forecast.

    Args:
        forecast: as `together` gives; without rows where no curve is known. items: OPEN_ITEMS that it is of.
    """
    if not (debts(items)["currency"] == currency).any():
        return undefined("cash_four_weeks", "no_receivables", currency)
    weeks = forecast[((forecast["currency"] == currency) & (forecast["part"] == "week")).to_numpy(bool)]
    if weeks.empty:
        return undefined("cash_four_weeks", "no_cases", currency)
    return Measure("cash_four_weeks", total(weeks["expected"].astype("int64")[:N_SOON]), currency)


def together(forecast: pd.DataFrame) -> pd.DataFrame:
    """A forecast of all entities: amounts added up; the intervals' half widths as of sums of independent payments.

    The columns of a forecast without entity, one row per currency, part and week.
    """
    by = ["currency", "part", "first", "last"]
    groups, keys = grouped(forecast, by)
    counted = forecast.rename(columns={"n": "documents"})
    sums = summed(counted, by, ["documents", "expected"])
    half = (forecast["high"] - forecast["expected"]).astype("Float64").fillna(0).to_numpy(dtype="float64")
    squares = [fsum((half[groups == group] ** 2).tolist()) for group in range(len(keys))]
    known = [bool(forecast.loc[groups == group, "high"].notna().all()) for group in range(len(keys))]
    halves = [floor(sqrt(one) + 0.5) if there else None for one, there in zip(squares, known, strict=True)]
    wide = pd.Series(halves, keys.index, dtype="Int64")
    expected = pd.Series(whole(sums["expected"]), keys.index, dtype="Int64")
    made = keys.assign(n=sums["documents"], expected=expected)
    made["low"] = (expected - wide).clip(lower=0)
    made["high"] = expected + wide
    order = {part: at for at, part in enumerate(PARTS)}
    return (
        made.assign(_at=made["part"].map(order))
        .sort_values(["currency", "_at", "first"], ignore_index=True)
        .drop(columns="_at")
    )


def open_on(settled: pd.DataFrame, day: date) -> pd.DataFrame:
    """The documents that were open on the evening of a day, as a forecast is given them: their whole amount left."""
    on = pd.Timestamp(day)
    stood = (
        (settled["issued_on"] <= on) & (settled["ended_on"].isna() | (settled["ended_on"] > on)) & (settled["seen_from"] <= on)
    )
    found = settled[stood.to_numpy(bool)].reset_index(drop=True)
    return found.assign(left=found["amount"], here=0, open_amount=found["amount"], kind="invoice")
