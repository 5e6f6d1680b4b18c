"""The bridge: from what was booked, step by named step, to what nobody can explain; it closes to 0 or says by how much."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.cut import Cut
from recon_kit.measures.lines import STEPS, line_states, matched, parts
from recon_kit.money import total
from recon_kit.tables import ITEM_ALLOCATIONS

BRIDGE_STEPS = (*STEPS, "proposed", "unexplained")
"""Every step of the bridge, in order."""

_ACCOUNT = ["entity", "account", "currency", "direction"]


def bridge(cut: Cut) -> pd.DataFrame:
    """One row per account, currency and direction (in, out, and both ways between own accounts); minor units, signed.

    Columns: n_lines, booked, one per step of `BRIDGE_STEPS`, difference.
    difference = booked - sum of the steps; 0, or money that the software lost track of.
    """
    states = line_states(cut)
    steps = parts(cut).merge(states[["entity", "line_id", "currency", "direction"]], on=["entity", "line_id"])
    rows = []
    for values, lines in states.groupby(_ACCOUNT, dropna=False, sort=True):
        row: dict[Any, Any] = dict(zip(_ACCOUNT, values, strict=True))
        here = steps[_same(steps, row)]
        sums = {step: total(here.loc[here["step"] == step, "amount"]) for step in STEPS}
        sums |= {"proposed": total(lines["proposed"]), "unexplained": total(lines["unexplained"])}
        booked = total(lines["amount"])
        rows.append({**row, "n_lines": len(lines), "booked": booked, **sums, "difference": booked - sum(sums.values())})
    return pd.DataFrame(rows, columns=[*_ACCOUNT, "n_lines", "booked", *BRIDGE_STEPS, "difference"])


def _same(frame: pd.DataFrame, row: dict[Any, Any]) -> pd.Series:
    holds = pd.Series(True, index=frame.index)
    for name, value in row.items():
        holds &= frame[name].isna() if pd.isna(value) else frame[name] == value
    return holds


def bridge_by_currency(cut: Cut) -> pd.DataFrame:
    """The bridge with all accounts of a currency together: one row per currency and direction."""
    return _summed(bridge(cut), ["currency", "direction"])


def bridge_by_account(cut: Cut) -> pd.DataFrame:
    """The bridge net: one row per account and currency, with credits and debits apart, own transfers among them."""
    rows = bridge(cut)
    by = ["entity", "account", "currency"]
    net = _summed(rows, by)
    apart = {"credits": ("in", "own_in"), "debits": ("out", "own_out")}
    for place, (name, directions) in enumerate(apart.items(), start=4):
        side = rows[rows["direction"].isin(directions)]
        net.insert(place, name, [total(side.loc[_same(side, dict(key)), "booked"]) for key in net[by].to_dict("records")])
    return net


def _summed(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = ["n_lines", "booked", *BRIDGE_STEPS, "difference"]
    groups = [
        {**dict(zip(by, values if isinstance(values, tuple) else (values,), strict=True)), **{s: total(found[s]) for s in sums}}
        for values, found in rows.groupby(by, dropna=False, sort=True)
    ]
    return pd.DataFrame(groups, columns=[*by, *sums])


def granted(cut: Cut) -> pd.DataFrame:
    """What was allowed on items without money moving: discount, fee, write-off, rate difference.

    One row per kind and currency: n, amount (signed like the item).
    """
    rows = matched(cut)
    rows = rows[rows["explained"] & rows["kind"].isin(ITEM_ALLOCATIONS[1:])]
    sums = [
        {"kind": kind, "currency": currency, "n": len(found), "amount": total(found["allocated"])}
        for (kind, currency), found in rows.groupby(["kind", "currency"], sort=True)
    ]
    return pd.DataFrame(sums, columns=["kind", "currency", "n", "amount"])


def by_day(cut: Cut) -> pd.DataFrame:
    """Money in by booking day and state: one row per currency and day with a credit from outside; minor units."""
    states = line_states(cut)
    states = states[states["direction"] == "in"]
    rows = [
        {"currency": currency, "on": on, **{name: total(found[name]) for name in ("explained", "proposed", "unexplained")}}
        for (currency, on), found in states.groupby(["currency", "booked_on"], sort=True)
    ]
    return pd.DataFrame(rows, columns=["currency", "on", "explained", "proposed", "unexplained"])
