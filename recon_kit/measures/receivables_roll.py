"""The roll-forward of receivables: opening + movements = closing, to the cent; a difference is shown, never plugged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pandas as pd

from recon_kit.measures.exact import looked_up, summed
from recon_kit.measures.receivables import population

MOVEMENT_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "invoice": "sales",
        "credit_note": "credit_notes",
        "receipt": "receipts",
        "payment_on_account": "receipts",
        "return": "receipts",
        "refund": "receipts",
        "discount": "discounts",
        "write_off": "write_offs",
        "reclass": "other",
        "revaluation": "other",
        "other": "other",
    }
)
"""Kind of a ledger movement -> what it counts as, in the order of the roll-forward; a kind that is not here is "other" by
its own name. A return takes a receipt back and a refund gives one back, so both lessen receipts."""

LEDGER_KEYS = ("entity", "gl_account", "currency")
CUSTOMER_KEYS = ("entity", "customer_id", "currency")
POSTED_EARLIER = "posted_earlier"
_AT_START, _AT_END = ("opening", POSTED_EARLIER), ("closing", "difference")
LEGS = (*_AT_START, *MOVEMENT_CLASSES)
"""The legs in order; kinds that are not named here follow, then closing and difference."""


def of_receivables(movements: pd.DataFrame, balances: pd.DataFrame) -> pd.DataFrame:
    """The movements on accounts that the ledger's balances name as receivables; all of them, where no balance names any."""
    if "role" not in balances or balances.empty:
        return movements
    named = balances.loc[balances["role"] == "receivables", ["entity", "gl_account"]].drop_duplicates()
    if named.empty:
        return movements
    account = pd.MultiIndex.from_frame(movements[["entity", "gl_account"]])
    found: pd.DataFrame = movements[account.isin(pd.MultiIndex.from_frame(named))]
    return found


def class_of(kinds: pd.Series) -> pd.Series:
    """What each kind of movement counts as: sales, credit_notes, receipts, discounts, write_offs or other."""
    return kinds.map(dict(MOVEMENT_CLASSES)).fillna("other").astype("str")


def receivables_roll(
    movements: pd.DataFrame,
    balances: pd.DataFrame,
    period: tuple[date, date],
    *,
    earlier: pd.DataFrame | None = None,
    keys: Sequence[str] = LEDGER_KEYS,
) -> pd.DataFrame:
    """How opening became closing: one row per (keys) and leg, in order. Definition: `receivables_roll`.

    Columns: the keys, leg, class (of a kind, else the leg's own name), n postings, amount (debit positive, Int64), why.
    Legs: "opening" (the evening before the period), "posted_earlier", each kind that moved, "closing", "difference" =
    opening + posted_earlier + kinds - closing. A balance that is not there is null, and so is the difference: `why` says
    "no_balance". A difference says that movements are missing or were posted behind our back; nothing fills it.

    Args:
        movements: LEDGER_MOVEMENTS; those posted in the period count.
        balances: LEDGER_BALANCES, or any frame with the keys, on and amount (as `customer_balances` gives).
        period: first and last day.
        earlier: the closings that the close before this one showed: keys and amount. Where the ledger now tells another
            opening, the opening is the one shown then, and the leg "posted_earlier" what was posted into earlier periods since.
    """
    first, last = period
    moved = _within(of_receivables(movements, balances), first, last)
    held = balances[balances["role"] == "receivables"] if "role" in balances else balances
    opening, closing = (_on(held, day, keys) for day in (first - timedelta(days=1), last))
    then = None if earlier is None else summed(earlier, keys, ["amount"]).drop(columns="n")
    legs = _legs(opening, closing, then, summed(moved, [*keys, "kind"], ["amount"]), keys)
    return _in_order(legs, keys)


def customer_balances(items: pd.DataFrame, on: date) -> pd.DataFrame:
    """Each customer's receivables on an open-item list, as balances of its day: entity, customer_id, currency, on, amount."""
    made = summed(population(items), CUSTOMER_KEYS, ["open_amount"]).drop(columns="n")
    return made.rename(columns={"open_amount": "amount"}).assign(on=pd.Timestamp(on))


def _within(movements: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    posted = movements["posted_on"]
    found: pd.DataFrame = movements[(posted >= pd.Timestamp(first)) & (posted <= pd.Timestamp(last))]
    return found


def _on(held: pd.DataFrame, day: date, keys: Sequence[str]) -> pd.DataFrame:
    return summed(held[held["on"] == pd.Timestamp(day)], keys, ["amount"]).drop(columns="n")


def _legs(
    opening: pd.DataFrame, closing: pd.DataFrame, then: pd.DataFrame | None, moved: pd.DataFrame, keys: Sequence[str]
) -> pd.DataFrame:
    every = pd.concat([frame[list(keys)] for frame in (opening, closing, moved)]).drop_duplicates(ignore_index=True)
    now, end = looked_up(every, opening, keys, "amount"), looked_up(every, closing, keys, "amount")
    shown = now if then is None else looked_up(every, then, keys, "amount").where(lambda told: told.notna(), now)
    late = now - shown
    sums = looked_up(every, summed(moved, keys, ["amount"]), keys, "amount").fillna(0)
    made = [
        every.assign(leg="opening", amount=shown),
        every.assign(leg=POSTED_EARLIER, amount=late)[(late.fillna(0) != 0).to_numpy(bool)],
        moved.rename(columns={"kind": "leg"}).astype({"amount": "Int64"}),
        every.assign(leg="closing", amount=end),
        every.assign(leg="difference", amount=now + sums - end),
    ]
    return pd.concat(made, ignore_index=True).astype({"leg": "str", "amount": "Int64"})


def _in_order(legs: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    unknown = sorted(set(legs["leg"]) - {*LEGS, *_AT_END})
    order = {name: at for at, name in enumerate([*LEGS, *unknown, *_AT_END])}
    fixed = legs["leg"].isin([*_AT_START, *_AT_END])
    legs = legs.assign(
        **{"class": legs["leg"].where(fixed, class_of(legs["leg"]))},
        n=legs["n"].fillna(0).astype("int64"),
        why=np.where(legs["amount"].isna(), "no_balance", ""),
        _at=legs["leg"].map(order),
    )
    rows = legs.sort_values([*keys, "_at"], na_position="first", ignore_index=True)
    return rows[[*keys, "leg", "class", "n", "amount", "why"]].astype({"why": "str"})


def posted_since(roll: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """The roll-forward with what was posted into earlier periods after their close and is in no opening.

    An opening that was read before such a posting arrived lacks it, the closing has it: the leg "posted_earlier" is the sum of
    those postings, each of which stands in the list of late arrivals, and the difference is what remains without them.
    Accounts whose opening was told anew are left as they are: there the opening has it already.

    Args:
        roll: as `receivables_roll` gives, per `LEDGER_KEYS`.
        late: LATE rows of receivables accounts.
    """
    rows = late.rename(columns={"account": "gl_account"})
    keys = list(LEDGER_KEYS)
    told_anew = pd.MultiIndex.from_frame(rows.loc[rows["what"] == "balance", keys])
    moved = rows[(rows["what"] == "movement").to_numpy(bool)]
    moved = summed(moved[~pd.MultiIndex.from_frame(moved[keys]).isin(told_anew)], keys, ["amount"])
    moved = moved[pd.MultiIndex.from_frame(moved[keys]).isin(pd.MultiIndex.from_frame(roll[keys]))]
    if moved.empty:
        return roll
    by_key = looked_up(roll, moved, keys, "amount").fillna(0)
    changed = roll.assign(amount=roll["amount"] + by_key.where(roll["leg"] == "difference", 0))
    legs = [changed.drop(columns=["class", "why"]), moved.assign(leg=POSTED_EARLIER)]
    return _in_order(pd.concat(legs, ignore_index=True).astype({"leg": "str", "amount": "Int64"}), keys)


def closings(roll: pd.DataFrame, keys: Sequence[str] = LEDGER_KEYS) -> pd.DataFrame:
    """The closings that a roll-forward showed, as the next one's `earlier`: keys and amount."""
    found = roll.loc[(roll["leg"] == "closing") & roll["amount"].notna(), [*keys, "amount"]]
    return found.astype({"amount": "int64"}).reset_index(drop=True)
