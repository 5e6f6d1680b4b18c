"""Which settlement rows count when two exports of a provider tell the same payouts: each payout is expected once.

A payout report names its payout and the rows that it carries; an accountant export or an API answer has the same payout as
a single row, under another id or the same. The format that told an account first keeps its payouts, since matches may rest
on them already; what another format tells of the same payout is compared and never added. Pure functions over claims, as in
`live`: the declared columns that matter, `seq`, the entry that brought the row, and its `turn`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.store.live import OVERLAPS, Mask
from recon_kit.tables import SETTLEMENT_LINES

_ACCOUNT = ["entity", "psp", "psp_account", "currency"]
_PAYOUT = [*_ACCOUNT, "family", "name"]
_DAYS_APART = 3


def live_settlements(claims: pd.DataFrame, families: Mapping[int, str]) -> Mask:
    """Which claims count: the latest of each key, and of payouts that several formats tell those of the first.

    Rows of no payout count for the format that tells their day first.

    Args:
        families: entry -> format of the export that it took in.
    """
    key = list(SETTLEMENT_LINES.key)
    if claims["seq"].map(dict(families)).nunique(dropna=False) < 2:
        return ~np.asarray(claims.duplicated(key, keep="last"))
    told = _told(claims, families)
    last = ~told.duplicated([*key, "family"], keep="last")
    payouts = _payouts(told[last])
    foreign = payouts.loc[payouts["owner"].notna(), [*_PAYOUT]].assign(foreign=True)
    kept = last & told.merge(foreign, on=_PAYOUT, how="left")["foreign"].isna().to_numpy()
    kept &= told["name"].notna() | _first_of_day(told)
    order = told[kept].sort_values(["rank", "turn"], kind="stable")
    kept &= ~told.index.isin(order.index[order.duplicated(key)])
    return np.asarray(kept)


def payouts_told_twice(claims: pd.DataFrame, families: Mapping[int, str]) -> pd.DataFrame:
    """Where two formats tell the same payouts: count and sum side by side, with the columns of `live.overlaps`.

    One row per merchant account, day of the payout that counts, currency and format that does not; `agrees` says
    whether both are equal.
    """
    told = _told(claims, families)
    payouts = _payouts(told[~told.duplicated([*SETTLEMENT_LINES.key, "family"], keep="last")])
    twice = payouts[payouts["owner"].notna()]
    day = [*_ACCOUNT, "owner", "owned_on"]
    others = twice.groupby([*day, "family"], dropna=False, as_index=False).agg(
        n_other=("amount", "size"), amount_other=("amount", "sum")
    )
    own = payouts[payouts["owner"].isna()].rename(columns={"family": "own", "on": "own_on"})
    own = own.groupby([*_ACCOUNT, "own", "own_on"], dropna=False, as_index=False).agg(
        n_owner=("amount", "size"), amount_owner=("amount", "sum")
    )
    pairs = others.merge(own.rename(columns={"own": "owner", "own_on": "owned_on"}), on=day, how="left")
    pairs = pairs.rename(columns={"psp_account": "account", "owned_on": "booked_on", "family": "other"})
    agrees = (pairs["n_owner"] == pairs["n_other"]) & (pairs["amount_owner"] == pairs["amount_other"])
    shown = pairs[OVERLAPS].astype({name: "int64" for name in OVERLAPS if name.startswith(("n_", "amount_"))})
    return shown.assign(agrees=agrees).sort_values(OVERLAPS[:6], na_position="first", ignore_index=True)


def _told(claims: pd.DataFrame, families: Mapping[int, str]) -> pd.DataFrame:
    """The claims with their format, its rank (first taken in first), the payout's name and the day."""
    told = claims.reset_index(drop=True)
    day = told["settled_on"].fillna(told["created_at"].dt.tz_localize(None).dt.normalize())
    told = told.assign(family=told["seq"].map(dict(families)).fillna(""), day=day)
    is_payout = told["kind"] == "payout"
    told["name"] = told["payout_id"].where(told["payout_id"].notna() | ~is_payout, told["txn_id"])
    told["rank"] = told.groupby([*_ACCOUNT, "family"], dropna=False)["turn"].transform("min")
    return told


def _first_of_day(told: pd.DataFrame) -> pd.Series:
    first = told.groupby([*_ACCOUNT, "day"], dropna=False)["rank"].transform("min")
    return pd.Series(told["rank"] == first)


def _payouts(told: pd.DataFrame) -> pd.DataFrame:
    """One row a payout and format: day, amount, and `owner` and `owned_on` where another format told it before."""
    rows = told[told["name"].notna()]
    is_payout = rows["kind"] == "payout"
    work = rows.assign(
        of_lines=rows["net"].mask(is_payout, 0),
        of_payout=rows["net"].where(is_payout, 0),
        n_lines=(~is_payout).astype("int64"),
        row_id=rows["txn_id"].where(is_payout),
        row_on=rows["day"].where(is_payout),
    )
    found = work.groupby(_PAYOUT, dropna=False, as_index=False).agg(
        n_lines=("n_lines", "sum"), of_lines=("of_lines", "sum"), of_payout=("of_payout", "sum"), row_id=("row_id", "first"),
        row_on=("row_on", "max"), last_on=("day", "max"), rank=("rank", "min"),
    )  # fmt: skip
    found["amount"] = found["of_lines"].where(found["n_lines"] > 0, found["of_payout"])
    found["on"] = found["row_on"].fillna(found["last_on"])
    found = found.sort_values(["rank", "on", "name"], kind="stable", ignore_index=True)
    owned: dict[Any, Any] = {}
    for _, own in found.groupby(_ACCOUNT, dropna=False):
        if own["family"].nunique() > 1:
            owned |= _pairs(own)
    of = found.reindex([owned.get(at) for at in found.index])
    return found.assign(owner=of["family"].to_numpy(), owned_on=of["on"].to_numpy())


def _pairs(own: pd.DataFrame) -> dict[Any, Any]:
    """Of one account's payouts in the order of their formats: those told before, each to the one that counts.

    It is the same payout by the same id; else what another format told of the same day; else, one to one, the same
    amount within a few days, for exports date a payout by its order or by its transfer.
    """
    pairs: dict[Any, Any] = {}
    counting = own.iloc[:0]
    for _, later in own.groupby("family", sort=False):
        owned: dict[Any, Any] = {}
        free = set(counting.index)
        for at, payout in later.iterrows():
            by_id = counting[
                counting["name"].isin([payout["name"], payout["row_id"]]) | (counting["row_id"] == payout["row_id"])
            ]
            same_day = counting[counting["on"] == payout["on"]]
            found = by_id if len(by_id) else same_day[same_day["amount"] == payout["amount"]]
            found = found if len(found) else same_day
            if len(found):
                left = [index for index in found.index if index in free]
                owned[at] = (left or list(found.index))[0]
                free.discard(owned[at])
        for at, payout in later.drop(index=list(owned)).iterrows():
            apart = (counting["on"] - payout["on"]).abs() <= pd.Timedelta(days=_DAYS_APART)
            near = counting[apart & (counting["amount"] == payout["amount"]) & counting.index.isin(free)]
            if len(near):
                owned[at] = (near["on"] - payout["on"]).abs().idxmin()
                free.discard(owned[at])
        pairs |= owned
        counting = pd.concat([counting, later.drop(index=list(owned))])
    return pairs
