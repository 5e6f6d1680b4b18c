"""Days sales outstanding, in its several forms: one name, many figures, so each has its own id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.exact import days_between, dot
from recon_kit.measures.figure import Measure, quotient, undefined
from recon_kit.measures.receivables import debts
from recon_kit.money import total

Month = tuple[int, int | None]
"""Days and sales (minor units) of a month or another span; None where its sales are not known."""


def dso_period_end(receivables: int, sales: int | None, days: int, currency: str | None = None) -> Measure:
    """Receivables at the end / credit sales of the period x its days. Definition: `dso_period_end`.

    Days. AR has VAT in it: with net sales the figure is longer, so say which sales these are. Undefined: `no_movements`,
    `no_sales` (not above zero), `below_0` (more credits than debts are open).

    Source: upflow.io, DSO formula.
    """
    return _outstanding("dso_period_end", receivables, sales, days, currency)


def dso_account(held: int | None, sales: int | None, days: int, currency: str | None = None) -> Measure:
    """What the ledger's receivables accounts hold / credit sales x days. Definition: `dso_account`.

    As `dso_period_end`, but with open credits taken off, because an account holds both: it needs no open-item list, and so
    it can be told of every month that has a balance. Undefined as `no_balance` where it is not there.
    """
    if held is None:
        return undefined("dso_account", "no_balance", currency)
    return _outstanding("dso_account", held, sales, days, currency)


def dso_average(month_ends: Sequence[int], sales: int | None, days: int, currency: str | None = None) -> Measure:
    """The mean of the period's month-end receivables / credit sales x days. Definition: `dso_average`.

    Source: crfweb.net, DSO calculator (takes month-ends and so, it seems, their average).
    """
    return _outstanding("dso_average", _mean(month_ends), sales, days, currency)


def dso_best_possible(current: int, sales: int | None, days: int, currency: str | None = None) -> Measure:
    """Receivables not yet due / credit sales x days: DSO if nobody paid late. Definition: `dso_best_possible`.

    Source: apruve.com, best possible DSO.
    """
    return _outstanding("dso_best_possible", current, sales, days, currency)


def dso_best_possible_average(currents: Sequence[int], sales: int | None, days: int, currency: str | None = None) -> Measure:
    """The mean of month-end receivables not yet due / credit sales x days. Definition: `dso_best_possible_average`.

    Source: crfweb.net, DSO calculator.
    """
    return _outstanding("dso_best_possible_average", _mean(currents), sales, days, currency)


def dso_count_back(receivables: int, history: Sequence[Month], currency: str | None = None) -> Measure:
    """How many days of sales the receivables are, counted back month by month. Definition: `dso_count_back`.

    Whole months count their own days, the last one its share of them. Where the history runs out before the receivables
    do, the figure is "more than" the days counted (`at_least`); it is not extrapolated.

    Args:
        history: days and sales of each month, the newest first; it ends at the first whose sales are not known.
    Source: academy.highako.com, count-back. Some examples use months of 30 days; these are the calendar's.
    """
    if receivables < 0:
        return undefined("dso_count_back", "below_0", currency)
    left, days, any_sales = receivables, Fraction(0), False
    for length, sales in history:
        if sales is None:
            break
        any_sales |= sales > 0
        if left <= sales:
            share = Fraction(left, sales) if sales else Fraction(0)
            return Measure("dso_count_back", days + share * length, currency)
        left, days = left - max(sales, 0), days + length
    if not any_sales:
        return undefined("dso_count_back", "no_sales" if days else "no_movements", currency)
    return Measure("dso_count_back", days, currency, at_least=True)


def dso_true(items: pd.DataFrame, as_of: date, sales: Mapping[tuple[int, int], int], currency: str | None = None) -> Measure:
    """Sum of age x amount / sales of the month in which the document was written. Definition: `dso_true`.

    Over the debts, without credits. Documents of months whose sales are not known (or were nothing) cannot be counted;
    the figure is then "more than" what the others make (`at_least`), and undefined as `history_too_short` if there are
    no others.

    Args:
        items: of one entity and currency. sales: (year, month) -> sales in minor units.
    Source: community.oracle.com 4521441. Not the weighted age, which shares the nickname: see `age_weighted`.
    """
    found = debts(items)
    if not sales:
        return undefined("dso_true", "no_movements", currency)
    month = found["issued_on"].dt.year.to_numpy(np.int64) * 12 + found["issued_on"].dt.month.to_numpy(np.int64)
    ages = _ages(found, as_of)
    value, missing = Fraction(0), False
    for number in np.unique(month).tolist():
        year, of_year = divmod(number - 1, 12)
        sold, here = sales.get((year, of_year + 1), 0), month == number
        missing |= sold <= 0
        if sold > 0:
            value += Fraction(dot(ages[here], found.loc[here, "open_amount"]), sold)
    if missing and not value:
        return undefined("dso_true", "history_too_short", currency)
    return Measure("dso_true", value, currency, at_least=missing)


def age_weighted(items: pd.DataFrame, as_of: date, currency: str | None = None) -> Measure:
    """The mean age of what is owed, weighted by amount, in days since the document date. Definition: `age_weighted`.

    Over the debts of one entity and currency; undefined as `no_receivables` where there are none.
    """
    found = debts(items)
    weighted = dot(_ages(found, as_of), found["open_amount"])
    return quotient("age_weighted", weighted, total(found["open_amount"]), currency, why="no_receivables")


def _ages(found: pd.DataFrame, as_of: date) -> np.ndarray:
    return np.maximum(days_between(np.datetime64(as_of), found["issued_on"]), 0)


def _mean(amounts: Sequence[int]) -> Fraction | None:
    return Fraction(sum(amounts), len(amounts)) if amounts else None


def _outstanding(
    definition: str, receivables: Fraction | int | None, sales: int | None, days: int, currency: str | None
) -> Measure:
    if receivables is not None and receivables < 0:
        return undefined(definition, "below_0", currency)
    part = None if receivables is None else receivables * days
    return quotient(definition, part, sales, currency, why="no_sales")
