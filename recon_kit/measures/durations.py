"""How long each document was open, as far as lists and matches tell: what delay curves are made of."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.delays import FROM_THE_START
from recon_kit.measures.exact import Whole, days_between, dot, whole
from recon_kit.measures.migration import STANDING
from recon_kit.tables import ITEM_ALLOCATIONS

_ITEM = ["entity", "item_id"]
_ALMOST = (95, 100)
"""A document counts as paid once 95 % of it is: what is left is a deduction, and another question."""


def durations(items: pd.DataFrame, allocations: pd.DataFrame, as_of: date, ends: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per invoice that was ever listed: entity, item_id, customer_id, currency, amount, entry, exit, event, terms.

    Days count from the document date. event: "paid" on the bank day of the money that makes 95 % of what was open on the
    first list that shows it; "written_off" or "credited" where such a row of a match does; another end given in `ends`, if
    it was earlier; else "open", known until `as_of`, or until the last list that shows it where a later one does not: when
    it was paid is then not known.
    entry: the day of the entity's first list for older documents (one that was paid before is on no list), else
    `FROM_THE_START`.
    terms: days from date to due, Int64.

    Args:
        items: OPEN_ITEMS of all lists up to `as_of`. allocations: ALLOCATIONS; the standing ones up to `as_of` count.
        ends: entity, item_id, on, event: disputes, credit notes and the like, that end the wait for money.
    """
    day = pd.Timestamp(as_of)
    listed = items[(items["kind"] == "invoice") & (items["open_amount"] > 0) & (items["snapshot_on"] <= day)]
    dated = listed.sort_values([*_ITEM, "snapshot_on"], na_position="first", kind="stable")
    found = dated.drop_duplicates(_ITEM).reset_index(drop=True)
    last = dated.drop_duplicates(_ITEM, keep="last").reset_index(drop=True)["snapshot_on"]
    days = listed.groupby("entity", dropna=False)["snapshot_on"].agg(["min", "max"])
    first_list, last_list = (found["entity"].map(days[name]) for name in ("min", "max"))
    until = last.where(last < last_list, day)
    known = _earliest(_settled(found, allocations, day), ends, day)
    found = found.merge(known, on=_ITEM, how="left")
    found["on"] = found["on"].fillna(until)
    age = _since(found, first_list)
    terms = pd.Series(found["due_on"] - found["issued_on"]).dt.days.astype("Int64")
    made = found.assign(
        amount=found["open_amount"],
        entry=np.where((found["issued_on"] <= first_list).to_numpy(bool), age, FROM_THE_START),
        exit=np.maximum(_since(found, found["on"]), 0),
        event=found["event"].fillna("open").astype("str"),
        terms=terms,
    )
    return made[["entity", "item_id", "customer_id", "currency", "amount", "entry", "exit", "event", "terms"]]


def mean_delay(found: pd.DataFrame) -> Fraction | None:
    """The mean of days from due to paid, over the paid ones only: biased short. None of nothing."""
    paid = found[(found["event"] == "paid") & found["terms"].notna()]
    late = whole(paid["exit"]) - whole(paid["terms"].astype("int64"))
    return Fraction(dot(late, np.ones(len(late), np.int64)), len(late)) if len(late) else None


def _since(found: pd.DataFrame, day: pd.Series) -> Whole:
    return days_between(day, found["issued_on"])


def _settled(found: pd.DataFrame, allocations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The day on which the matches of a document first make 95 % of it, and what the last of them was."""
    stand = allocations["status"].isin(STANDING) & allocations["kind"].isin(ITEM_ALLOCATIONS)
    stand &= allocations["effective_on"] <= day
    ours = allocations.loc[stand, [*_ITEM, "match_id", "line_id", "kind", "allocated", "effective_on"]]
    rows = ours.merge(found[[*_ITEM, "open_amount"]], on=_ITEM)
    rows = rows.sort_values([*_ITEM, "effective_on", "match_id", "kind"], na_position="first", kind="stable")
    so_far = rows.groupby(_ITEM, dropna=False)["allocated"].cumsum()
    enough = rows[(so_far * _ALMOST[1] >= rows["open_amount"] * _ALMOST[0]).to_numpy(bool)].drop_duplicates(_ITEM)
    event = np.where(enough["kind"] == "write_off", "written_off", np.where(enough["line_id"].isna(), "credited", "paid"))
    return enough.assign(on=enough["effective_on"], event=pd.array(event, "str"))[[*_ITEM, "on", "event"]]


def _earliest(settled: pd.DataFrame, ends: pd.DataFrame | None, day: pd.Timestamp) -> pd.DataFrame:
    if ends is None:
        return settled
    every = pd.concat([settled, ends.loc[ends["on"] <= day, [*_ITEM, "on", "event"]]], ignore_index=True)
    return every.sort_values([*_ITEM, "on"], kind="stable").drop_duplicates(_ITEM)
