"""Thirteen month-ends from one cut: sales, receipts and receivables by the ledger's accounts, with the figures they make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from recon_kit.measures.dso import dso_account
from recon_kit.measures.effectiveness import Collected, cei
from recon_kit.measures.exact import summed
from recon_kit.measures.figure import Measure, undefined
from recon_kit.measures.flows import CLASSES, Span, flows, full_months
from recon_kit.money import total

N_MONTHS = 13
"""A year back and the same month of the year before."""


def spans_to(movements: pd.DataFrame, period: Span) -> list[Span]:
    """The period and those before it that the movements tell of, oldest first, at most `N_MONTHS`.

    Calendar months, where the period is one; else stretches of the period's own length.
    """
    months = full_months(movements, period.last)
    if months and months[-1] == period:
        return months[-N_MONTHS:]
    spans = [period]
    start = movements["posted_on"].min().date() if len(movements) else period.first
    while len(spans) < N_MONTHS and spans[0].first - timedelta(days=period.days) >= start:
        last = spans[0].first - timedelta(days=1)
        spans.insert(0, Span(last - timedelta(days=period.days - 1), last))
    return spans


def month_ends(movements: pd.DataFrame, balances: pd.DataFrame, spans: Sequence[Span]) -> pd.DataFrame:
    """One row per currency and span, all entities together, oldest first.

    first, last, days, each of `CLASSES` (Int64, the ledger's signs), net_sales (Int64, without VAT; null where it is not known
    of every row), receivables (Int64: what the receivables accounts hold on the last day, credits included; null where one
    of them has no balance of that day).

    Args:
        movements: LEDGER_MOVEMENTS of receivables accounts. balances: LEDGER_BALANCES.
    """
    together = movements.assign(entity=None)
    made = flows(together, spans).drop(columns=["entity", "why"])
    net = flows(together, spans, "net")
    made["net_sales"] = net["sales"].to_numpy()
    known = held(balances)
    days = known.rename(columns={"on": "last"})
    found = made[["currency", "last"]].merge(days, on=["currency", "last"], how="left")
    made["receivables"] = found["amount"].astype("Int64").to_numpy()
    return made[["currency", "first", "last", "days", *CLASSES, "n_sales", "net_sales", "receivables"]].sort_values(
        ["currency", "first"], ignore_index=True
    )


def held(balances: pd.DataFrame) -> pd.DataFrame:
    """What the receivables accounts of a currency hold, on each day for which all have a balance: currency, on, amount."""
    rows = balances[(balances["role"] == "receivables").to_numpy(bool)]
    sums = summed(rows, ["currency", "on"], ["amount"])
    accounts = rows.assign(entity=rows["entity"].fillna("")).drop_duplicates(["entity", "gl_account", "currency"])
    n_accounts = sums["currency"].map(accounts["currency"].value_counts().to_dict())
    return sums.loc[(sums["n"] == n_accounts).to_numpy(bool), ["currency", "on", "amount"]].reset_index(drop=True)


def sales(posted: int, currency: str) -> Measure:
    """What was sold on credit in a period, with VAT. Definition: `sales`. Money."""
    return Measure("sales", posted, currency)


def receipts(posted: int, currency: str) -> Measure:
    """What came in, less returns and refunds, as a positive amount; the ledger credits it. Definition: `receipts`. Money."""
    return Measure("receipts", -posted, currency)


def account_dso(ends: pd.DataFrame) -> list[Measure]:
    """`dso_account` of each row of `month_ends`."""
    rows = ends[["receivables", "sales", "days", "currency"]].to_dict("records")
    return [dso_account(_whole(row["receivables"]), _whole(row["sales"]), int(row["days"]), row["currency"]) for row in rows]


def cei_quarter(aged: pd.DataFrame, ends: pd.DataFrame, currency: str, over: Span) -> Measure:
    """The ledger's collection effectiveness over several months. Definition: `cei_quarter`.

    Undefined as `history_too_short` where a list at one end is missing, as `no_movements` where the sales are.

    Args:
        aged: AGED of the lists of both ends, as of all entities.
    """
    within = ends["first"].ge(pd.Timestamp(over.first)) & ends["last"].le(pd.Timestamp(over.last))
    sold = ends.loc[(within & (ends["currency"] == currency)).to_numpy(bool), "sales"]
    opening, closing = (_gross(aged, currency, on) for on in (over.first - timedelta(days=1), over.last))
    if opening is None or closing is None:
        return undefined("cei_quarter", "history_too_short", currency)
    if sold.empty or sold.isna().any():
        return undefined("cei_quarter", "no_movements", currency)
    current = aged[(aged["currency"] == currency) & (aged["on"] == pd.Timestamp(over.last))]
    current = current[current["bucket"].isin(["not_due", "no_due_date"])]
    found = cei(Collected(opening, closing, total(current["amount"]), total(sold.astype("int64")), currency=currency))
    return Measure("cei_quarter", found.value, currency, found.why)


def _gross(aged: pd.DataFrame, currency: str, on: date) -> int | None:
    """Debts on the lists of a day, if every entity that ever had one in this currency has one then."""
    rows = aged[aged["currency"] == currency]
    here = rows[rows["on"] == pd.Timestamp(on)]
    if here.empty or here["entity"].nunique(dropna=False) < rows["entity"].nunique(dropna=False):
        return None
    return total(here.loc[(here["amount"] > 0).to_numpy(bool), "amount"])


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]


def trailing(spans: Sequence[Span], n: int) -> Span | None:
    """The last so many spans as one; None where there are fewer."""
    return Span(spans[-n].first, spans[-1].last) if len(spans) >= n else None


def as_numbers(measures: Sequence[Measure]) -> list[float]:
    """For drawing only: the values, and gaps where there is none."""
    return [float("nan") if one.value is None else float(np.round(float(one.value), 2)) for one in measures]
