"""Aging: how long what is open has been due, or has existed. Credits stand beside the buckets: a negative one hides debt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from recon_kit.measures.exact import days_between, grouped, summed, tabled
from recon_kit.measures.receivables import CREDITS, debts, population

By = Literal["due", "invoice"]
Credits = Literal["apart", "aged"]

AGING_BUCKETS = (
    "not_due", "past_1_30", "past_31_60", "past_61_90", "past_91_120", "past_121_180", "past_over_180", "no_due_date",
)  # fmt: skip
"""By due date. Not due: at most 0 days past due on the day itself; no_due_date: documents that have none."""

INVOICE_BUCKETS = ("age_0_30", "age_31_60", "age_61_90", "age_91_120", "age_121_180", "age_over_180")
"""By document date; nothing here is "not due". A document of tomorrow is in the first."""

CREDIT_COLUMNS = ("credit_notes", "on_account", "other_credits")
"""Beside the buckets: open credit notes, payments on account, and whatever else stands below zero."""

_DUE_EDGES = (0, 30, 60, 90, 120, 180)
_INVOICE_EDGES = (30, 60, 90, 120, 180)
_BUCKETS: Mapping[str, tuple[str, ...]] = {"due": AGING_BUCKETS, "invoice": INVOICE_BUCKETS}


def aging_due(
    items: pd.DataFrame, as_of: date, *, credits_: Credits = "apart", keys: Sequence[str] = ("entity",)
) -> pd.DataFrame:
    """What is open by days past due. Definition: `aging_due`.

    One row per (keys, currency), amounts in minor units of it: n_items, each of `AGING_BUCKETS`, over_90 (the last three
    that have a number), overdue (all but not_due and no_due_date), gross, credit_notes, on_account, other_credits (each <=
    0), net. gross + credits = net = the sum of the population's open amounts. The buckets sum to gross; with `credits_`
    "aged", where each credit stands in the bucket of its own document date, they sum to net, and a bucket may be negative.

    Args:
        items: OPEN_ITEMS of that day, each once, or what `receivables` made of them.
        keys: columns of the items to tell apart, besides currency: customer_id, channel ...
    """
    return _aging(items, as_of, "due", credits_, keys)


def aging_invoice(
    items: pd.DataFrame, as_of: date, *, credits_: Credits = "apart", keys: Sequence[str] = ("entity",)
) -> pd.DataFrame:
    """What is open by days since the document date. Definition: `aging_invoice`.

    As `aging_due`, with `INVOICE_BUCKETS` and without overdue. Long terms make a document look older than it is late.
    """
    return _aging(items, as_of, "invoice", credits_, keys)


def aging(
    items: pd.DataFrame, as_of: date, by: By = "due", *, credits_: Credits = "apart", keys: Sequence[str] = ("entity",)
) -> pd.DataFrame:
    """`aging_due` or `aging_invoice`, as `by` says."""
    return (aging_due if by == "due" else aging_invoice)(items, as_of, credits_=credits_, keys=keys)


def aging_rows(
    items: pd.DataFrame, as_of: date, by: By = "due", *, credits_: Credits = "apart", keys: Sequence[str] = ("entity",)
) -> pd.DataFrame:
    """The same aging with one row per (keys, currency) and bucket, in the buckets' order: n items and amount.

    Every bucket has its row, empty ones too; the credit columns follow. The amounts of a key and currency sum to net.
    """
    keyed, numbers, amounts, _ = _tables(items, as_of, by, credits_, keys)
    names = [*_BUCKETS[by], *CREDIT_COLUMNS]
    rows = keyed.loc[keyed.index.repeat(len(names))].reset_index(drop=True)
    return rows.assign(bucket=np.tile(np.asarray(names, object), len(keyed)), n=numbers.ravel(), amount=amounts.ravel()).astype(
        {"bucket": "str"}
    )


def aged(items: pd.DataFrame, as_of: date, by: By = "due", *, credits_: Credits = "apart") -> pd.DataFrame:
    """The receivables, each with its `days` (past due, or old; null without a due date) and its `bucket` or credit column."""
    found = population(items).reset_index(drop=True)
    places, days = _places(found, as_of, by, credits_)
    names = np.asarray([*_BUCKETS[by], *CREDIT_COLUMNS], object)
    return found.assign(days=days, bucket=pd.Series(names[places], found.index, dtype="str"))


def small_rests(items: pd.DataFrame, limits: Mapping[str, int], keys: Sequence[str] = ("entity",)) -> pd.DataFrame:
    """Debts too small to chase, counted apart; they stay in their buckets. Definition: `small_rests`.

    One row per (keys, currency) that has any: n, amount.

    Args:
        limits: currency -> the largest amount, in minor units, that counts as small; other currencies have none.
    """
    found = debts(items)
    most = found["currency"].map(dict(limits)).fillna(0).to_numpy(np.int64)
    small = found[(found["open_amount"] <= most).to_numpy(bool)]
    return summed(small, [*keys, "currency"], ["open_amount"]).rename(columns={"open_amount": "amount"})


def _aging(items: pd.DataFrame, as_of: date, by: By, credits_: Credits, keys: Sequence[str]) -> pd.DataFrame:
    made, numbers, amounts, beside = _tables(items, as_of, by, credits_, keys)
    buckets = _BUCKETS[by]
    made = made.assign(n_items=numbers.sum(axis=1), **{name: amounts[:, at] for at, name in enumerate(buckets)})
    made["over_90"] = made[[name for name in buckets if name.endswith(("_91_120", "_121_180", "_over_180"))]].sum(axis=1)
    if by == "due":
        made["overdue"] = made[[name for name in buckets if name.startswith("past_")]].sum(axis=1)
    net = amounts.sum(axis=1)
    made["gross"] = net - beside.sum(axis=1)
    made = made.assign(**{name: beside[:, at] for at, name in enumerate(CREDIT_COLUMNS)})
    return made.assign(net=net)


_Tables = tuple[pd.DataFrame, npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _tables(items: pd.DataFrame, as_of: date, by: By, credits_: Credits, keys: Sequence[str]) -> _Tables:
    """Keys; number of items and amounts by bucket and credit column; and the credits by credit column wherever they stand."""
    found = population(items)
    rows, made = grouped(found, [*keys, "currency"])
    places, _ = _places(found, as_of, by, credits_)
    shape = (len(made), len(_BUCKETS[by]) + len(CREDIT_COLUMNS))
    amounts = tabled(rows, places, found["open_amount"], shape)
    numbers = tabled(rows, places, np.ones(len(found), np.int64), shape)
    below = (found["open_amount"] < 0).to_numpy(bool)
    beside = tabled(
        rows[below], _credit_columns(found[below]), found.loc[below, "open_amount"], (len(made), len(CREDIT_COLUMNS))
    )
    return made, numbers, amounts, beside


def _credit_columns(credits_: pd.DataFrame) -> npt.NDArray[np.int64]:
    at = {name: place for place, name in enumerate(CREDIT_COLUMNS)}
    places = credits_["class"].map({one: at[column] for one, column in CREDITS.items()})
    return np.asarray(places, np.int64)


def _places(found: pd.DataFrame, as_of: date, by: By, credits_: Credits) -> tuple[npt.NDArray[np.int64], pd.Series]:
    """The number of each item's column, and its days."""
    below = (found["open_amount"] < 0).to_numpy(bool)
    since = found["issued_on"].where(below, found["due_on"]) if by == "due" else found["issued_on"]
    known = since.notna().to_numpy(bool)
    days = np.zeros(len(found), np.int64)
    days[known] = days_between(np.datetime64(as_of), since[known])
    edges = _DUE_EDGES if by == "due" else _INVOICE_EDGES
    places = np.searchsorted(np.asarray(edges), days, side="left").astype(np.int64)
    if by == "due":
        places[~known] = AGING_BUCKETS.index("no_due_date")
    if credits_ == "apart":
        places[below] = len(_BUCKETS[by]) + _credit_columns(found[below])
    shown: pd.Series = pd.Series(days, found.index, dtype="Int64").mask(~known)
    return places, shown
