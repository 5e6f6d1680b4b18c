"""Carry-over: what was open a period ago, what came of it, and what is new; nothing can vanish between two months."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.cut import Cut, per_cut
from recon_kit.measures.lines import matched
from recon_kit.measures.proof import ledger_ties
from recon_kit.money import total
from recon_kit.tables import ITEM_ALLOCATIONS, with_lines

_ID = ["entity", "side", "id"]
FATES = (
    "explained", "allowed", "closed_in_ledger", "arrived", "waived", "agrees", "ties", "not_compared", "gone", "changed",
    "still_open",
)  # fmt: skip
"""What can become of a question: see `what_became`."""

LEDGER = "ledger "
"""What the id of a ledger account's balance begins with."""

KINDS = ("bank_line", "open_item", "expected", "balance", "records")
"""What a question may be about; see `kind_of`."""

_KINDS = {
    "balance_differs": "balance",
    **dict.fromkeys(("statement_differs", "settlement_differs", "totals_differ"), "records"),
}
_FATES = {"records": "agrees", "bank_line": "gone", "open_item": "closed_in_ledger"}


@per_cut
def what_became(cut: Cut) -> pd.DataFrame:
    """Each question that was open before the period or is open at its end. One row per (entity, side, id, kind).

    Columns: kind (see `kind_of`), currency, before and after (money left unexplained then and now, 0 where there is none),
    reason_before, reason, is_before, is_after, fate (null where it is new), by (how: a kind of allocation, or null),
    n_documents (proposed for it) and n_closed (of these, by the ledger; see `documents_behind`).

    fate: "explained" (a line or item by a match), "allowed" (an item by a granted difference), "closed_in_ledger" (an item
    that is no longer open there), "arrived" (something expected), "waived" (a source that one goes on without), "agrees"
    (two sources that differed), "ties" (a ledger balance, at this period's end), "not_compared" (a ledger balance of which
    this period's end has none), "gone" (the question no longer arises and no match tells why), "changed" (still open with
    another amount or reason), "still_open".
    """
    before, after = _one_each(cut.breaks_before, "before"), _one_each(cut.breaks, "after")
    rows = before.merge(after, on=_GROUP, how="outer")
    for name in ("before", "after"):
        rows[f"is_{name}"] = rows[name].notna()
        rows[name] = rows[name].fillna(0).astype("int64")
    by = _explained_by(cut)
    rows = rows.merge(by, on=_ID, how="left").rename(columns={"reason_after": "reason"})
    states = dict(zip(cut.checklist["source"], cut.checklist["state"], strict=True))
    compared = {(row["entity"], row["gl_account"]) for row in _compared(cut).to_dict("records")}
    rows["fate"] = [_fate(row, states, compared) for row in rows.to_dict("records")]
    rows = _with_documents(rows, documents_behind(cut))
    columns = [*_GROUP, "before", "after", "reason_before", "reason", "is_before", "is_after", "fate", "by"]
    return rows[[*columns, "n_documents", "n_closed"]].sort_values(_GROUP, na_position="first", ignore_index=True)


def kind_of(side: str, reason: str) -> str:
    """What a question is about, so that only like is added: "bank_line", "open_item", "expected" (to arrive), "balance" (of
    the ledger), "records" (two sources, or two parts of one, that differ)."""
    return _KINDS.get(reason, "expected") if side == "expected" else side


def documents_behind(cut: Cut) -> pd.DataFrame:
    """The documents that are proposed for lines carried over and still open, and whether the ledger has closed them since.

    One row per line and document of `breaks_before`: entity, side, id, currency (of the line), item_id, closed. Closed is
    what is no longer open on the ledger's list without a match of ours. A document that several lines may pay is there
    for each of them.
    """
    before = cut.breaks_before[cut.breaks_before["side"] == "bank_line"].drop_duplicates(_ID)
    proposed = with_lines(cut.allocations[cut.allocations["status"] == "proposed"])
    named = pd.concat([proposed[_LINE_ITEM], cut.undecided[_LINE_ITEM]]).dropna(subset=["line_id", "item_id"])
    rows = before[[*_ID, "currency"]].merge(named.drop_duplicates().rename(columns={"line_id": "id"}), on=["entity", "id"])
    listed = cut.open_items[cut.open_items["snapshot_on"].notna() & (cut.open_items["open_amount"] == 0)]
    ours = cut.allocations[cut.allocations["status"].isin(["auto", "confirmed", "exported"])]
    gone, matched_here = (pd.MultiIndex.from_frame(frame[["entity", "item_id"]]) for frame in (listed, ours))
    key = pd.MultiIndex.from_frame(rows[["entity", "item_id"]])
    return rows.assign(closed=key.isin(gone) & ~key.isin(matched_here)).reset_index(drop=True)


_LINE_ITEM = ["entity", "line_id", "item_id"]
_GROUP = [*_ID, "kind", "currency"]


def _with_documents(rows: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    counted = documents.groupby(_ID, dropna=False)["closed"].agg(n_documents="size", n_closed="sum").reset_index()
    rows = rows.merge(counted, on=_ID, how="left")
    return rows.assign(**{name: rows[name].fillna(0).astype("int64") for name in ("n_documents", "n_closed")})


def _one_each(breaks: pd.DataFrame, name: str) -> pd.DataFrame:
    kinds = pd.Series(
        [kind_of(*both) for both in zip(breaks["side"], breaks["reason"], strict=True)], breaks.index, dtype="str"
    )
    rows = breaks.assign(size=breaks["amount"].abs(), kind=kinds).sort_values(
        [*_ID, "size", "reason"], ascending=[True, True, True, False, True]
    )
    sums = rows.groupby(_GROUP, dropna=False, sort=True).agg(amount=("amount", "sum"), reason=("reason", "first")).reset_index()
    return sums.rename(columns={"amount": name, "reason": f"reason_{name}"}).astype({name: "Int64"})


def _explained_by(cut: Cut) -> pd.DataFrame:
    rows = matched(cut)
    rows = rows[rows["explained"]]
    groups = cut.allocations[cut.allocations["line_id"].isna() & cut.allocations["item_id"].notna()]
    sides = {"bank_line": ("line_id", rows), "open_item": ("item_id", pd.concat([rows, groups]))}
    frames = []
    for side, (name, found) in sides.items():
        found = found[found[name].notna()].sort_values([name, "kind"], ascending=[True, False])  # payment before discount
        frames.append(found.assign(side=side, id=found[name], by=found["kind"])[[*_ID, "by"]])
    return pd.concat(frames, ignore_index=True).drop_duplicates(_ID)


def _fate(row: dict[Any, Any], states: dict[str, str], compared: set[tuple[Any, str]]) -> str | None:
    if not row["is_before"]:
        return None
    if row["is_after"]:
        same = row["before"] == row["after"] and row["reason_before"] == row["reason"]
        return "still_open" if same else "changed"
    kind = row["kind"]
    if kind == "expected":
        return "waived" if states.get(row["id"]) == "overridden" else "arrived"
    if kind == "balance":
        return "ties" if (row["entity"], str(row["id"]).removeprefix(LEDGER)) in compared else "not_compared"
    if pd.notna(row["by"]):
        return "allowed" if row["by"] in ITEM_ALLOCATIONS[1:] else "explained"
    return _FATES[kind]


def _compared(cut: Cut) -> pd.DataFrame:
    """The ledger accounts of the bank that have a balance at the period's end, and a bank's to hold against it."""
    ties = ledger_ties(cut)
    return ties[(ties["role"] == "bank") & ties["difference"].notna()]


def roll_forward(cut: Cut) -> pd.DataFrame:
    """Open before + new + changed - cleared = open now, in number and money. One row per kind (see `kind_of`) and currency.

    Columns: n_before, n_new, n_cleared, n_after and before, new, changed, cleared (negative of what was open), after;
    n_documents proposed for what is still open of before, each once, and n_closed of them by the ledger meanwhile.
    difference = before + new + changed + cleared - after, n_difference = n_before + n_new - n_cleared - n_after: both 0.
    """
    rows, documents = what_became(cut), documents_behind(cut)
    after = cut.breaks.assign(kind=[kind_of(*both) for both in zip(cut.breaks["side"], cut.breaks["reason"], strict=True)])
    made = []
    for (kind, currency), found in rows.groupby(["kind", "currency"], sort=True):
        was, now = found["is_before"], found["is_after"]
        open_now = after[(after["kind"] == kind) & (after["currency"] == currency)]
        sums = {
            "before": total(found["before"]),
            "new": total(found.loc[~was, "after"]),
            "changed": total(found.loc[was & now, "after"]) - total(found.loc[was & now, "before"]),
            "cleared": -total(found.loc[~now, "before"]),
            "after": total(open_now["amount"]),
        }
        counts = {"n_before": int(was.sum()), "n_new": int((~was).sum()), "n_cleared": int((~now).sum())}
        counts["n_after"] = len(open_now[_ID].drop_duplicates())
        behind = documents[(documents["side"] == kind) & (documents["currency"] == currency)]
        behind = behind.drop_duplicates(["entity", "item_id"])
        counts |= {"n_documents": len(behind), "n_closed": int(behind["closed"].sum())}
        difference = sums["before"] + sums["new"] + sums["changed"] + sums["cleared"] - sums["after"]
        n_difference = counts["n_before"] + counts["n_new"] - counts["n_cleared"] - counts["n_after"]
        made.append(
            {"kind": kind, "currency": currency, **counts, **sums, "difference": difference, "n_difference": n_difference}
        )
    return pd.DataFrame(made, columns=list(ROLL))


ROLL = (
    "kind", "currency", "n_before", "n_new", "n_cleared", "n_after", "n_documents", "n_closed",
    "before", "new", "changed", "cleared", "after", "difference", "n_difference",
)  # fmt: skip
