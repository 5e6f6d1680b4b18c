"""Roll rates: what became of the documents of one list by the next, document by document, and so how debt grows old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from recon_kit.measures.aging import AGING_BUCKETS, aged
from recon_kit.measures.exact import Whole, looked_up, summed, whole
from recon_kit.measures.receivables import debts
from recon_kit.measures.receivables_roll import class_of

TERMINAL = ("paid", "credited", "written_off", "unknown")
"""Where money goes that is no longer open; unknown: the list no longer has it, and nothing tells why."""

STANDING = ("auto", "confirmed", "exported", "in_ledger")
_OF_KIND: Mapping[str, str] = MappingProxyType(
    {"payment": "paid", "fx_difference": "paid", "discount": "credited", "fee": "written_off", "write_off": "written_off"}
)
OF_CLASS: Mapping[str, str] = MappingProxyType(
    {"receipts": "paid", "credit_notes": "credited", "discounts": "credited", "write_offs": "written_off"}
)
_ITEM = ["entity", "item_id"]


@dataclass(frozen=True, eq=False)
class Lists:
    """Two open-item lists of one basis, the days that they describe, and what is known of how items ended (see `endings`)."""

    before: pd.DataFrame
    after: pd.DataFrame
    before_on: date
    after_on: date
    ends: pd.DataFrame


def endings(allocations: pd.DataFrame, items: pd.DataFrame, movements: pd.DataFrame) -> pd.DataFrame:
    """What reduced items, as far as it is known: entity, item_id, state (paid, credited, written_off), amount (positive).

    Our standing allocations tell it by their kind: a discount is a credit, a fee that was let go is written off, a payment in a
    match without a line is a credit note's. Where we know nothing of an item, the ledger's clearing does: the state that the
    most money of the clearing has, for as much as there may be to explain.

    Args:
        allocations: ALLOCATIONS that may explain a fall. items: OPEN_ITEMS of the earlier list. movements: LEDGER_MOVEMENTS.
    """
    ours = allocations[allocations["status"].isin(STANDING) & allocations["kind"].isin(_OF_KIND)]
    ours = ours[ours["item_id"].notna()]
    state = ours["kind"].map(dict(_OF_KIND)).mask((ours["kind"] == "payment") & _without_line(ours), "credited")
    told = summed(ours.assign(state=state), [*_ITEM, "state"], ["allocated"]).rename(columns={"allocated": "amount"})
    known = pd.MultiIndex.from_frame(told[_ITEM])
    theirs = _cleared(items, movements)
    theirs = theirs[~pd.MultiIndex.from_frame(theirs[_ITEM]).isin(known)]
    return pd.concat([told[[*_ITEM, "state", "amount"]], theirs], ignore_index=True)


def migration(lists: Lists, keys: Sequence[str] = ("entity",)) -> pd.DataFrame:
    """The debts of the earlier list followed to the later one. Definition: `migration`.

    One row per (keys, currency), `from` (bucket of `AGING_BUCKETS` then) and `to` (bucket now, or `TERMINAL`): n documents,
    amount (of what was open then), n_of and of (all of `from`). Amounts of one `from` sum to `of`: shares sum to 1. All ways
    are there, cures and skipped buckets too, because months are not buckets. A document paid in part is in two rows. What
    was not on the earlier list, or grew since, is no part of it.
    """
    then = aged(debts(lists.before), lists.before_on).reset_index(drop=True)
    now = aged(debts(lists.after), lists.after_on)
    opened = whole(then["open_amount"])
    left = np.minimum(opened, whole(looked_up(then, now, _ITEM, "open_amount").fillna(0)))
    ways = [then.assign(to=then[_ITEM].merge(now[[*_ITEM, "bucket"]], on=_ITEM, how="left")["bucket"], amount=left)]
    ways += [then.assign(to=state, amount=amounts) for state, amounts in _ended(then, opened - left, lists.ends).items()]
    flows = pd.concat([way[way["amount"] > 0] for way in ways], ignore_index=True)
    by = [*keys, "currency", "bucket"]
    made = summed(flows, [*by, "to"], ["amount"])
    of = summed(then, by, ["open_amount"]).rename(columns={"n": "n_of", "open_amount": "of"})
    return _in_order(made.merge(of, on=by), keys)


def roll_rates(moves: pd.DataFrame, least_n: int = 1) -> dict[str, dict[str, Fraction]]:
    """The share of each bucket's money that went each way. Definition: `roll_rates`.

    Bucket -> where to -> share, exact; the shares of a bucket sum to 1. A bucket with fewer than `least_n` documents is left
    out: too few to say.

    Args:
        moves: rows of `migration` of one population and currency; those of several months are taken together.
    Raises:
        ValueError: the rows are of more than one currency.
    """
    if moves["currency"].nunique() > 1:
        raise ValueError("rates of several currencies are not one rate")
    cohorts = moves.drop_duplicates([name for name in moves if name not in ("to", "n", "amount")])
    counts = summed(cohorts, ["from"], ["n_of"])
    enough = set(counts.loc[counts["n_of"] >= least_n, "from"])
    sums = summed(moves, ["from", "to"], ["amount"])
    rates: dict[str, dict[str, Fraction]] = {}
    for start, rows in sums[sums["from"].isin(enough)].groupby("from", sort=False):
        of = int(rows["amount"].sum())
        rates[str(start)] = {to: Fraction(int(part), of) for to, part in zip(rows["to"], rows["amount"], strict=True)}
    return rates


def bucket_ratio(before: pd.DataFrame, after: pd.DataFrame, keys: Sequence[str] = ("entity",)) -> pd.DataFrame:
    """Each bucket's balance now against the bucket before it a list ago. Definition: `bucket_ratio`.

    One row per (keys, currency) and bucket after the first: `from`, `to`, part (now), of (then). Not the same documents, so
    it can pass 100 %; where `of` is 0 there is no ratio.

    Args:
        before, after: `aging_due` of two lists, a bucket's width apart.
    """
    by, names = [*keys, "currency"], [name for name in AGING_BUCKETS if name != "no_due_date"]
    both = before.merge(after, on=by, suffixes=("_then", "_now"), how="inner")
    rows = [
        both[by].assign(start=start, to=end, part=both[f"{end}_now"], of=both[f"{start}_then"])
        for start, end in pairwise(names)
    ]
    made = pd.concat(rows, ignore_index=True).rename(columns={"start": "from"})
    return made.sort_values(by, kind="stable", na_position="first", ignore_index=True)


def _without_line(ours: pd.DataFrame) -> pd.Series:
    """Whether a row is of a match in which no row has a bank line: documents set off against one another."""
    lined: pd.Series = ours["line_id"].notna().groupby([ours["entity"].fillna(""), ours["match_id"]]).transform("any")
    return ~lined


def _cleared(items: pd.DataFrame, movements: pd.DataFrame) -> pd.DataFrame:
    """By the ledger's clearing documents: the state that most of a clearing's credits have, for each item that it cleared."""
    cleared = movements[movements["clearing_no"].notna()]
    state = class_of(cleared["kind"]).map(dict(OF_CLASS))
    ends = cleared.assign(state=state)[state.notna().to_numpy(bool)]
    by = ["entity", "clearing_no"]
    sums = summed(ends, [*by, "state"], ["amount"]).sort_values("amount", kind="stable").drop_duplicates(by)
    documents = cleared.loc[class_of(cleared["kind"]) == "sales", [*by, "document_no"]].drop_duplicates()
    known = items[[*_ITEM, "document_no", "open_amount"]].merge(documents, on=["entity", "document_no"])
    found = known.merge(sums[[*by, "state"]], on=by).drop_duplicates(_ITEM)
    return found[[*_ITEM, "state", "open_amount"]].rename(columns={"open_amount": "amount"})


def _ended(then: pd.DataFrame, gone: Whole, ends: pd.DataFrame) -> dict[str, Whole]:
    """How much of what is gone ended in each state; what nothing explains is unknown."""
    made: dict[str, Whole] = {}
    left = gone
    for state in TERMINAL[:-1]:
        sums = summed(ends[ends["state"] == state], _ITEM, ["amount"])
        told = looked_up(then, sums, _ITEM, "amount").fillna(0)
        made[state] = np.clip(whole(told), 0, left)
        left = left - made[state]
    return made | {"unknown": left}


def _in_order(made: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    order = {name: at for at, name in enumerate((*AGING_BUCKETS, *TERMINAL))}
    ranked = made.assign(_from=made["bucket"].map(order), _to=made["to"].map(order))
    rows = ranked.sort_values([*keys, "currency", "_from", "_to"], na_position="first", ignore_index=True)
    return rows.rename(columns={"bucket": "from"})[[*keys, "currency", "from", "to", "n", "amount", "n_of", "of"]]
