"""When each document of a year ended, and how: from our matches where they tell it, else from the ledger's clearings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from recon_kit.measures.exact import summed, whole
from recon_kit.measures.migration import OF_CLASS, STANDING
from recon_kit.measures.receivables_roll import class_of
from recon_kit.tables import ITEM_ALLOCATIONS, SETTLED

ALMOST = (95, 100)
"""A document counts as paid once 95 % of it is: what is left is a deduction, and another question."""

_ITEM = ["entity", "item_id"]
_DOCUMENT = ["entity", "document_no", "currency"]
_CLEARING = ["entity", "clearing_no"]
_END = ["at", "ended_on", "how", "basis"]


@dataclass(frozen=True, eq=False)
class Known:
    """What tells of documents, as far as it was known on a day.

    Args:
        items: OPEN_ITEMS of all lists. snapshots: SNAPSHOTS; only a complete list proves that a document has gone.
        allocations: ALLOCATIONS; the standing ones count.
        movements: LEDGER_MOVEMENTS of receivables accounts. customers: CUSTOMERS, for the terms of what no list shows.
    """

    items: pd.DataFrame
    snapshots: pd.DataFrame
    allocations: pd.DataFrame
    movements: pd.DataFrame
    customers: pd.DataFrame


def settled(known: Known, first: date, last: date) -> pd.DataFrame:
    """Every invoice that was open on some day from `first` to `last`, and what became of it until `last` (SETTLED).

    A document ends on the bank day of the match that makes 95 % of what was open on the first list that shows it, and keeps it
    so: a payment that came back ended nothing. Else the ledger's clearing tells the end: a payment has the date of the receipt
    that makes 95 % of the clearing, anything else the day of the clearing. What a complete list no longer has, and nothing
    explains, ended unknown, and was last known to be open on the last list that shows it.
    """
    day = pd.Timestamp(last)
    listed, posted = _listed(known, day), _posted(known.movements, day)
    found = _every(listed, posted)
    ends = [_matched(found, known.allocations, day), _cleared(found, known.movements, day), _vanished(found, known, day)]
    told = pd.concat(ends, ignore_index=True).drop_duplicates("at")
    made = found.merge(told, on="at", how="left")
    made = made[(made["ended_on"].isna() | (made["ended_on"] >= pd.Timestamp(first))).to_numpy(bool)]
    made = made.assign(
        due_on=made["due_on"].fillna(_agreed(made, known.customers)),
        seen_from=_seen_from(made, known, first),
        how=made["how"].fillna("open"),
    )
    return SETTLED.sorted(SETTLED.conform(made[list(SETTLED.columns)].reset_index(drop=True)))


def _listed(known: Known, day: pd.Timestamp) -> pd.DataFrame:
    """Each invoice that any list shows, as the first one does, with the day of the last."""
    items = known.items
    shown = items[(items["kind"] == "invoice") & (items["open_amount"] > 0) & (items["snapshot_on"] <= day)]
    dated = shown.sort_values([*_ITEM, "snapshot_on"], na_position="first", kind="stable")
    last = dated.drop_duplicates(_ITEM, keep="last")["snapshot_on"].to_numpy()
    names = [*_ITEM, "document_no", "customer_id", "channel", "issued_on", "due_on", "open_amount", "currency"]
    return dated.drop_duplicates(_ITEM)[names].rename(columns={"open_amount": "amount"}).assign(last_list=last)


def _posted(movements: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Each invoice that the ledger posted until a day, once, with its clearing if it had one by then."""
    rows = movements[(movements["kind"] == "invoice") & (movements["posted_on"] <= day)]
    rows = rows.assign(clearing_no=rows["clearing_no"].where(rows["cleared_on"] <= day))
    rows = rows.sort_values([*_DOCUMENT, "posted_on", "clearing_no"], na_position="last", kind="stable")
    sums = summed(rows, _DOCUMENT, ["amount"]).drop(columns="n")
    first = rows.drop_duplicates(_DOCUMENT)[[*_DOCUMENT, "customer_id", "document_on", "clearing_no"]]
    return first.rename(columns={"document_on": "issued_on"}).merge(sums[(sums["amount"] > 0).to_numpy(bool)], on=_DOCUMENT)


def _every(listed: pd.DataFrame, posted: pd.DataFrame) -> pd.DataFrame:
    """The documents of both, each once and numbered (`at`); `is_posted` where the ledger's postings tell of one."""
    there = posted[[*_DOCUMENT, "clearing_no"]].assign(is_posted=True)
    both = listed.merge(there, on=_DOCUMENT, how="left")
    only = posted[~pd.MultiIndex.from_frame(posted[_DOCUMENT]).isin(pd.MultiIndex.from_frame(listed[_DOCUMENT]))]
    found = pd.concat([both, only.assign(is_posted=True)], ignore_index=True).reindex(columns=[*both.columns])
    return found.assign(is_posted=found["is_posted"].eq(True), amount=whole(found["amount"]), at=np.arange(len(found)))


def _matched(found: pd.DataFrame, allocations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """By our matches: the first day from which on they make 95 % of a document, and what the match of that day was."""
    stand = allocations["status"].isin(STANDING) & allocations["kind"].isin(ITEM_ALLOCATIONS)
    stand &= allocations["effective_on"] <= day
    ours = allocations.loc[stand, [*_ITEM, "match_id", "line_id", "kind", "allocated", "effective_on"]]
    rows = ours.merge(found.loc[found["item_id"].notna(), [*_ITEM, "amount", "at"]], on=_ITEM)
    rows = rows.sort_values(["at", "effective_on", "match_id", "kind"], kind="stable")
    end = _lasting(rows, rows["allocated"], rows["amount"])
    how = np.where(end["kind"] == "write_off", "written_off", np.where(end["line_id"].isna(), "credited", "paid"))
    return end.assign(ended_on=end["effective_on"], how=pd.array(how, "str"), basis="bank")[_END]


def _cleared(found: pd.DataFrame, movements: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """By the ledger's clearings: what most of the money of one was, and when it came."""
    rows = movements[movements["clearing_no"].notna() & (movements["cleared_on"] <= day)]
    state = class_of(rows["kind"]).map(dict(OF_CLASS)).fillna("unknown")
    below = rows.assign(how=state, amount=-rows["amount"])[(rows["amount"] < 0).to_numpy(bool)]
    most = summed(below, [*_CLEARING, "how"], ["amount"]).sort_values("amount", ascending=False, kind="stable")
    debits = summed(rows[(rows["amount"] > 0).to_numpy(bool)], _CLEARING, ["amount"]).rename(columns={"amount": "of"})
    dated = below.merge(debits[[*_CLEARING, "of"]], on=_CLEARING).sort_values([*_CLEARING, "document_on"], kind="stable")
    dated = dated.assign(at=dated.groupby(_CLEARING, dropna=False).ngroup())
    paid_on = _lasting(dated, dated["amount"], dated["of"])[[*_CLEARING, "document_on"]]
    ends = rows.groupby(_CLEARING, dropna=False, as_index=False)["cleared_on"].max()
    ends = ends.merge(most.drop_duplicates(_CLEARING)[[*_CLEARING, "how"]], on=_CLEARING, how="left")
    ends = ends.merge(paid_on, on=_CLEARING, how="left")
    is_receipt = ((ends["how"] == "paid") & (ends["document_on"] <= ends["cleared_on"])).to_numpy(bool)
    ends["ended_on"] = ends["document_on"].where(is_receipt, ends["cleared_on"])
    ends = ends.assign(how=ends["how"].fillna("unknown"), basis=np.where(is_receipt, "receipt", "ledger"))
    return found.loc[found["clearing_no"].notna(), [*_CLEARING, "at"]].merge(ends, on=_CLEARING)[_END]


def _lasting(rows: pd.DataFrame, parts: pd.Series, of: pd.Series) -> pd.DataFrame:
    """Of each group `at` of sorted rows the one from which on the parts so far are 95 % of the whole, if they stay so."""
    so_far = parts.groupby(rows["at"]).cumsum()
    enough = (so_far * ALMOST[1] >= of * ALMOST[0]).astype("int8")
    stays = enough[::-1].groupby(rows["at"][::-1]).cummin()[::-1]
    return rows[(stays == 1).to_numpy(bool)].drop_duplicates("at")


def _vanished(found: pd.DataFrame, known: Known, day: pd.Timestamp) -> pd.DataFrame:
    """What the newest complete list no longer has; and what was posted before it and is on none."""
    whole_lists = known.snapshots[known.snapshots["complete"] & (known.snapshots["snapshot_on"] <= day)]
    newest = _of_entity(found, whole_lists.groupby("entity", dropna=False)["snapshot_on"].max())
    gone = found.assign(ended_on=found["last_list"].fillna(found["issued_on"]))
    gone = gone[(found["last_list"].fillna(found["issued_on"]) < newest).to_numpy(bool)]
    return gone.assign(how="unknown", basis="list")[_END]


def _agreed(found: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    """Due days by the customer's terms, where nothing else tells them."""
    by = ["entity", "customer_id"]
    days = found[by].merge(customers.drop_duplicates(by)[[*by, "payment_days"]], on=by, how="left")["payment_days"]
    gaps = pd.to_timedelta(days.astype("Int64").to_numpy(dtype="float64", na_value=np.nan), unit="D")
    due: pd.Series = found["issued_on"] + pd.Series(gaps, index=found.index)
    return due.astype("datetime64[us]")


def _seen_from(found: pd.DataFrame, known: Known, first: date) -> pd.Series:
    """The evening after which a document's end shows: of the first posting, else of the first list; at the earliest `first`."""
    before = pd.Timestamp(first) - pd.Timedelta(days=1)
    eve = known.movements.groupby("entity", dropna=False)["posted_on"].min() - pd.Timedelta(days=1)
    lists = known.items.groupby("entity", dropna=False)["snapshot_on"].min()
    posted, listed = _of_entity(found, eve), _of_entity(found, lists)
    seen: pd.Series = posted.where(found["is_posted"], listed).fillna(before)
    return seen.where(seen > before, before).astype("datetime64[us]")


def _of_entity(found: pd.DataFrame, days: pd.Series) -> pd.Series:
    """A day of each document's entity; null where there is none."""
    known = days.reset_index(name="day").astype({"entity": "str", "day": "datetime64[us]"})
    told = found[["entity"]].astype({"entity": "str"}).merge(known, on="entity", how="left")["day"]
    return pd.Series(told.to_numpy(), found.index)
