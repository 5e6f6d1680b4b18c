"""The open questions: what nobody can explain yet, since when, about whom, how much, and the best proposal there is."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.measures.carried import KINDS, kind_of
from recon_kit.measures.cut import Cut
from recon_kit.money import total
from recon_kit.tables import with_lines

BUCKETS = ("0-7", "8-30", "31-60", ">60", "undated")
"""Age in days at the end of the period; undated where nothing tells since when."""

MISSING = ("payout_missing", "deposit_missing", "statement_missing", "source_missing", "source_stale")
"""Reasons that speak of something expected that is not there."""

QUESTIONS = (
    "entity", "side", "id", "reason", "amount", "currency", "detail", "facts", "account", "since", "age", "bucket", "direction",
    "name", "text", "document", "carried", "list",
)  # fmt: skip


def open_questions(cut: Cut) -> pd.DataFrame:
    """Every break as of the end of the period, beside what it is about. One row per break.

    Adds to BREAKS: account, since (line: booked; item: due, else issued; expected: due, else the day a source had to reach,
    else the day that two sources tell), age = last day - since in days (never negative), bucket of `BUCKETS`, direction (in,
    out by sign), name and text of the line or customer of the item, document, carried (in the previous period's list too),
    list: "missing" for what was expected and is not there, else "decision".
    """
    rows = cut.breaks.reset_index(drop=True)
    lines = cut.bank_lines.rename(columns={"line_id": "id", "counterparty_name": "name", "remittance": "text"})
    lines = lines.assign(since=lines["booked_on"], document=lines["reference"])
    about = [_about(rows, "bank_line", lines), _about(rows, "open_item", _items(cut, "item_id"))]
    things = [_items(cut, "item_id"), _items(cut, "document_no"), _sources(cut), _told_days(rows)]
    expected = pd.concat(things).drop_duplicates(["entity", "id"])
    about.append(_about(rows, "expected", expected))
    found = pd.concat(about, ignore_index=True) if len(rows) else rows.assign(**dict.fromkeys(_ABOUT, None))
    found["since"] = pd.to_datetime(found["since"]).astype("datetime64[us]")
    age = (cut.last - found["since"]).dt.days.clip(lower=0)
    found["age"] = age.astype("Int64")
    found["bucket"] = np.select([age <= 7, age <= 30, age <= 60, age > 60], BUCKETS[:4], BUCKETS[4])
    found["direction"] = np.where(found["amount"] < 0, "out", "in")
    found["carried"] = _carried(cut, found)
    found["list"] = np.where(found["reason"].isin(MISSING), "missing", "decision")
    return found.sort_values(["entity", "side", "id", "reason"], na_position="first", ignore_index=True)[list(QUESTIONS)]


_ABOUT = ("account", "since", "name", "text", "document")


def _about(rows: pd.DataFrame, side: str, things: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["side"] == side].merge(things[["entity", "id", *_ABOUT]], on=["entity", "id"], how="left")


def _items(cut: Cut, identity: str) -> pd.DataFrame:
    items = cut.open_items.drop_duplicates(["entity", identity])
    since = items["due_on"].fillna(items["issued_on"])
    values = {"entity": items["entity"], "id": items[identity], "account": None, "since": since}
    return pd.DataFrame({**values, "name": items["customer_name"], "text": None, "document": items["document_no"]})


def _sources(cut: Cut) -> pd.DataFrame:
    due = cut.checklist
    since = due["reaches"].fillna(due["through"])
    return pd.DataFrame(
        {
            "entity": due["entity"],
            "id": due["source"],
            "account": due["account"],
            "since": since,
            "name": None,
            "text": None,
            "document": None,
        }
    )


def told_day(identity: Any) -> tuple[str, pd.Timestamp, str] | None:
    """Account, day and other source behind the id of a question about a day that two sources tell; None for other ids."""
    found = _TOLD_DAY.fullmatch(str(identity))
    return (found[1], pd.Timestamp(found[2]), found[3]) if found else None


_TOLD_DAY = re.compile(r"(.+) (\d{4}-[01]\d-[0-3]\d) (.+)")
_TWO_SOURCES = ("statement_differs", "settlement_differs")


def _told_days(rows: pd.DataFrame) -> pd.DataFrame:
    asked = rows[rows["reason"].isin(_TWO_SOURCES)].drop_duplicates(["entity", "id"])
    days = [told_day(identity) for identity in asked["id"]]
    columns = {"account": [day and day[0] for day in days], "since": pd.Series([day and day[1] for day in days], dtype=_DAY)}
    kept = {"entity": asked["entity"].to_numpy(), "id": asked["id"].to_numpy(), **columns}
    found = pd.DataFrame({**kept, "name": None, "text": None, "document": None})
    return found[found["since"].notna()]


_DAY = "datetime64[us]"


def _carried(cut: Cut, found: pd.DataFrame) -> np.ndarray:
    key = ["entity", "side", "id"]
    before = pd.MultiIndex.from_frame(cut.breaks_before[key])
    return np.asarray(pd.MultiIndex.from_frame(found[key]).isin(before))


def by_reason_and_age(questions: pd.DataFrame) -> pd.DataFrame:
    """Open questions counted by kind (see `carried.kind_of`), reason and age: a column per bucket of `BUCKETS`, and n.

    n = sum over the buckets; a question is one (side, id, reason). Kinds in the order of `KINDS`, in each the most frequent
    reason first.
    """
    counts = (
        questions.assign(kind=_kinds(questions)).groupby(["kind", "reason", "bucket"], sort=True).size().unstack(fill_value=0)
    )
    counts = counts.reindex(columns=list(BUCKETS), fill_value=0).astype("int64")
    counts["n"] = counts.sum(axis=1).astype("int64")
    counts = counts.reset_index().rename_axis(None, axis=1)
    place = counts["kind"].map(KINDS.index)
    order = counts.assign(place=place).sort_values(["place", "n", "reason"], ascending=[True, False, True]).index
    return counts.loc[order].reset_index(drop=True)


def _kinds(questions: pd.DataFrame) -> pd.Series:
    both = zip(questions["side"], questions["reason"], strict=True)
    return pd.Series([kind_of(side, reason) for side, reason in both], questions.index, dtype="str")


def by_reason_and_money(questions: pd.DataFrame) -> pd.DataFrame:
    """What is left unexplained by kind, reason, currency and direction: n, amount (signed sum of the breaks)."""
    keys = ["kind", "reason", "currency", "direction"]
    rows = [
        {**dict(zip(keys, values, strict=True)), "n": len(found), "amount": total(found["amount"])}
        for values, found in questions.assign(kind=_kinds(questions)).groupby(keys, sort=True)
    ]
    return pd.DataFrame(rows, columns=[*keys, "n", "amount"])


def largest(questions: pd.DataFrame, currency: str, count: int) -> pd.DataFrame:
    """The `count` questions of one currency with the most money, whatever its sign; ties by id."""
    rows = questions[questions["currency"] == currency]
    order = pd.DataFrame({"size": -rows["amount"].abs(), "side": rows["side"], "id": rows["id"], "reason": rows["reason"]})
    return rows.loc[order.sort_values(list(order.columns)).index[:count]].reset_index(drop=True)


def best_proposals(cut: Cut) -> pd.DataFrame:
    """The best explanation of each undecided line. One row per line that has any.

    Columns: entity, id (line_id), chosen (proposed by the match, else the best alternative), documents (list of document
    numbers), names (distinct customers), n_items, kinds (list), gl_account, probability, allocated (sum over items), currency.
    """
    proposed = _of_documents(with_lines(cut.allocations[cut.allocations["status"] == "proposed"]))
    others = cut.undecided[cut.undecided["rank"] == 1]
    key = ["entity", "line_id"]
    taken = pd.MultiIndex.from_frame(proposed[key])
    others = others[~pd.MultiIndex.from_frame(others[key]).isin(taken)]
    rows = pd.concat([proposed.assign(chosen=True), others.drop(columns="rank").assign(chosen=False)], ignore_index=True)
    items = cut.open_items[["entity", "item_id", "document_no", "customer_name"]].drop_duplicates(["entity", "item_id"])
    rows = rows[rows["line_id"].notna()].merge(items, on=["entity", "item_id"], how="left")
    rows = rows.assign(quoted=rows["document_no"].fillna(rows["item_id"]))
    groups = rows.groupby([*key, "match_id"], dropna=False, sort=True)
    made = groups.agg(
        chosen=("chosen", "first"),
        documents=("quoted", _distinct),
        names=("customer_name", _distinct),
        n_items=("item_id", "nunique"),
        kinds=("kind", _distinct),
        gl_account=("gl_account", "first"),
        probability=("probability", "first"),
        allocated=("allocated", "sum"),
        currency=("currency", "first"),
    )
    made = made.reset_index().rename(columns={"line_id": "id"})[list(PROPOSAL)]
    return made.drop_duplicates(["entity", "id"], ignore_index=True)


def _of_documents(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the line's own side of an exchange: its documents count in their currency."""
    exchanged = rows["match_id"].isin(rows.loc[rows["kind"].eq("exchange"), "match_id"])
    return rows[~exchanged | rows["item_id"].notna()]


def _distinct(values: pd.Series) -> list[str]:
    return sorted({value for value in values if isinstance(value, str)})


PROPOSAL = (
    "entity",
    "id",
    "chosen",
    "documents",
    "names",
    "n_items",
    "kinds",
    "gl_account",
    "probability",
    "allocated",
    "currency",
)
