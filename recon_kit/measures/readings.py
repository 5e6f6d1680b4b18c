"""The two readings of what is open, by the ledger's list and less our matches not in it yet, and the bridge between them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.cut import Cut
from recon_kit.measures.exact import looked_up, summed
from recon_kit.measures.receivables import is_receivable, population
from recon_kit.tables import ITEM_ALLOCATIONS

_BY = ["entity", "currency"]
_NOT_YET = ("auto", "confirmed", "exported")
"""Statuses of a match that counts, and that no list of the ledger contains yet."""


def not_in_ledger(cut: Cut) -> pd.DataFrame:
    """Our matches that the ledger's list does not have yet: allocations on receivables, with the item's customer and kind."""
    rows = cut.allocations
    rows = rows[rows["status"].isin(_NOT_YET) & rows["kind"].isin(ITEM_ALLOCATIONS) & rows["item_id"].notna()]
    items = cut.open_items[is_receivable(cut.open_items["kind"])]
    named = items[["entity", "item_id", "customer_id", "kind"]].rename(columns={"kind": "item_kind"})
    found: pd.DataFrame = rows.drop(columns="customer_id").merge(named, on=["entity", "item_id"], how="inner")
    return found


def readings_bridge(cut: Cut) -> pd.DataFrame:
    """From the ledger's list to what is owed once our matches are in it. Definition: `readings_bridge`.

    One row per (entity, currency): ledger (net of credits), each kind of our matches (payment, discount, fee, write_off,
    fx_difference; as they change the balance, so payments are negative), applied, difference = ledger + kinds - applied. A
    difference is money that one of the two readings lost.
    """
    sides = {name: _net(frame) for name, frame in (("ledger", cut.ledger_items), ("applied", cut.open_items))}
    pending = not_in_ledger(cut)
    sums = summed(pending, [*_BY, "kind"], ["allocated"])
    keys = pd.concat([*(side[_BY] for side in sides.values()), sums[_BY]]).drop_duplicates()
    made = keys.sort_values(_BY, na_position="first", ignore_index=True)
    amounts = {name: looked_up(made, side, _BY, "open_amount").fillna(0) for name, side in sides.items()}
    for kind in ITEM_ALLOCATIONS:
        amounts[kind] = -looked_up(made, sums[sums["kind"] == kind], _BY, "allocated").fillna(0)
    amounts["difference"] = amounts["ledger"] + sum(amounts[kind] for kind in ITEM_ALLOCATIONS) - amounts["applied"]
    order = ["ledger", *ITEM_ALLOCATIONS, "applied", "difference"]
    return made.assign(**{name: amounts[name].astype("int64") for name in order})


def _net(items: pd.DataFrame) -> pd.DataFrame:
    return summed(population(items), _BY, ["open_amount"])


def list_tie(cut: Cut) -> pd.DataFrame:
    """The ledger's list against its own control accounts on the last day. Definition: `list_tie`.

    One row per (entity, currency) with either: gl_account (their numbers), control (their balance), listed (the list, net of
    credits), difference = control - listed, why. A balance that is not there is null, and so is the difference: `why` says
    "no_balance".
    """
    held = cut.ledger_balances
    held = held[(held["role"] == "receivables") & (held["on"] == cut.last)]
    control = summed(held, _BY, ["amount"])
    listed = _net(cut.ledger_items)
    keys = pd.concat([control[_BY], listed[_BY]]).drop_duplicates().sort_values(_BY, na_position="first", ignore_index=True)
    made = keys.assign(
        gl_account=[_numbers(held, *key) for key in keys.itertuples(index=False)],
        control=looked_up(keys, control, _BY, "amount"),
        listed=looked_up(keys, listed, _BY, "open_amount").fillna(0),
    )
    made["difference"] = made["control"] - made["listed"]
    return made.assign(why=["no_balance" if missing else "" for missing in made["control"].isna()])


def _numbers(held: pd.DataFrame, entity: Any, currency: str) -> str:
    same = held["entity"].isna() if pd.isna(entity) else held["entity"] == entity
    return " + ".join(sorted(held.loc[same & (held["currency"] == currency), "gl_account"].unique()))
