"""What a run said of each line, held against what was so: the one table that every measure is taken from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.errors import Fault, TableError
from recon_kit.matching import LIVE, MatchResult
from recon_kit.matching.columns import text
from recon_kit.tables import ITEM_ALLOCATIONS, LINE_ALLOCATIONS, with_lines

LABELS = ("phenomenon", "shape", "quoting", "noise", "payer_is", "is_tie")
"""Columns of truth that say what sort of line it is; they are kept if they are there."""
_CASH = ("payment", *LINE_ALLOCATIONS)
_DEDUCTIONS = tuple(kind for kind in ITEM_ALLOCATIONS if kind != "payment")
_GAP = "\x1f"

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """`lines` as `Evaluation.lines`; `wrong` as there; `unseen`: lines of the truth that the run did not know."""

    lines: pd.DataFrame
    wrong: pd.DataFrame
    unseen: int


@dataclass(frozen=True)
class _Side:
    """Parts of lines as codes, one element a row: line and item (-1: none), kind and account as one code, amount; whether the
    part is cash that pays a document, and whether it is a deduction."""

    line: Whole
    item: Whole
    sort: Whole
    amount: Whole
    links: Flags
    deducts: Flags


def judged(result: MatchResult, truth: pd.DataFrame) -> Judged:
    """Judge every line that both the truth and the run know.

    Raises:
        TableError: truth lacks one of its three columns.
    """
    if missing := [name for name in ("line_id", "item_id", "allocated") if name not in truth]:
        raise TableError("truth", [Fault(f"a column {name}") for name in missing])
    with_entity = "entity" in truth
    so, rows = _of_lines(truth), _of_lines(result.allocations)
    rows = rows[rows["status"].isin([*LIVE, "proposed"])]
    so_key, said_key = _key(so, with_entity), _key(rows, with_entity)
    seen = _seen(result, with_entity)
    seen = seen[_places(seen.index.to_series(), so_key) >= 0]
    so_line, said_line = (_places(key, seen.index.to_series()) for key in (so_key, said_key))
    both = _coded(so, so_line), _coded(rows, said_line)
    said, true = _sides(both[0], both[1], [name for name in ("kind", "gl_account") if name in truth])
    lines = _lines(seen, rows[said_line >= 0], said_line[said_line >= 0], said, true)
    lines = lines.join(_labels(so, so_key), on="key")
    told = _wrong(lines, both[1], both[0], [name for name in ("item_id", "kind", "gl_account") if name in truth])
    return Judged(lines.drop(columns="key"), told, so_key.nunique() - len(seen))


def _of_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """What lines pay; documents of another currency count in theirs, not by the money that was exchanged for them."""
    rows = with_lines(rows) if "match_id" in rows else rows
    counts = rows["line_id"].notna() & (rows["kind"].ne("exchange") if "kind" in rows else True)
    return rows[counts]


def _key(frame: pd.DataFrame, with_entity: bool, name: str = "line_id") -> pd.Series:
    line = frame[name].astype("str")
    return frame["entity"].fillna("").astype("str") + _GAP + line if with_entity else line


def _places(asked: pd.Series, among: pd.Series) -> Whole:
    """Where each text stands first among others; -1 where it does not."""
    found: Whole = (
        pc.fill_null(pc.index_in(text(asked), value_set=text(among)), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    return found


def _seen(result: MatchResult, with_entity: bool) -> pd.DataFrame:
    """One row per line of the run, by key: entity, line_id, currency, amount (absolute), reason of its break."""
    rows = result.allocations
    cash = rows[rows["status"].isin(LIVE) & rows["kind"].isin(_CASH) & rows["line_id"].notna()]
    cash = cash[["entity", "line_id", "currency", "allocated"]]
    left = result.breaks[result.breaks["side"] == "bank_line"]
    left = left[["entity", "id", "currency", "amount", "reason"]].set_axis([*cash.columns, "reason"], axis=1)
    both = pd.concat([cash.assign(reason=None).astype({"reason": left["reason"].dtype}), left], ignore_index=True)
    found = both.groupby(_key(both, with_entity), sort=False).agg(
        entity=("entity", "first"), line_id=("line_id", "first"), currency=("currency", "first"), amount=("allocated", "sum"),
        reason=("reason", "last"),
    )  # fmt: skip
    return found.assign(amount=found["amount"].abs()).rename_axis("key")


def _coded(frame: pd.DataFrame, line: Whole) -> pd.DataFrame:
    return frame.assign(line=line)[line >= 0]


def _sides(so: pd.DataFrame, rows: pd.DataFrame, told: list[str]) -> tuple[_Side, _Side]:
    """Both sides in the same codes; without kinds only what is paid to items counts, without accounts none does."""
    n_said = len(rows)
    items = pd.factorize(pd.concat([rows["item_id"], so["item_id"]], ignore_index=True))[0].astype(np.int64)
    kinds = [_texts(side, "kind") if "kind" in told else np.full(len(side), "", object) for side in (rows, so)]
    accounts = [_accounts(side, told) for side in (rows, so)]
    names = pd.Series(np.concatenate(kinds)).astype("str") + _GAP + pd.Series(np.concatenate(accounts)).astype("str")
    sorts = pd.factorize(names)[0].astype(np.int64)
    found = []
    for at, side in ((slice(0, n_said), rows), (slice(n_said, None), so)):
        item, amount = items[at], side["allocated"].to_numpy(np.int64)
        pays = side["kind"].eq("payment").to_numpy(bool) if "kind" in side else np.ones(len(side), bool)
        if "kind" not in told:
            amount = np.where(pays & (item >= 0), amount, 0)
        deducts = side["kind"].isin(_DEDUCTIONS).to_numpy(bool) if "kind" in side else np.zeros(len(side), bool)
        links = pays & (item >= 0) & (amount != 0)
        found.append(_Side(side["line"].to_numpy(np.int64), item, sorts[at], amount, links, deducts))
    return found[0], found[1]


def _texts(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    return frame[name].astype(object).where(frame[name].notna(), "").to_numpy(object)


def _accounts(frame: pd.DataFrame, told: list[str]) -> NDArray[np.object_]:
    if "gl_account" not in told or "gl_account" not in frame:
        return np.full(len(frame), "", object)
    counts = frame["kind"].eq("ledger_account").to_numpy(bool) if "kind" in frame else np.ones(len(frame), bool)
    return np.where(counts, _texts(frame, "gl_account"), "")


def _lines(seen: pd.DataFrame, rows: pd.DataFrame, line: Whole, said: _Side, true: _Side) -> pd.DataFrame:
    """One row per judged line, in the order in which the run told them."""
    n = len(seen)
    n_said, n_true, n_hit = _links(said, true, n)
    differs, ungranted = _differs(said, true, n)
    right = ~differs & ((n_said > 0) | ~ungranted)
    matched = rows.assign(line=line).sort_values("status", key=lambda status: status == "proposed", kind="stable")
    first = matched.drop_duplicates("line").set_index("line")
    decided = seen.reset_index().join(first[["match_id", "status", "basis", "probability"]])
    status = decided["status"].astype(object).where(decided["status"].notna(), "open").astype("str")
    is_decided = (status != "open").to_numpy(bool)
    same = np.where((n_said > 0) | (n_true > 0), (n_said == n_true) & (n_hit == n_true), right)
    return decided.assign(
        status=status, n_said=n_said, n_true=n_true, n_hit=n_hit, pays=n_true > 0,
        exact=same & is_decided, right=right & is_decided, ungranted=right & is_decided & ungranted,
    )  # fmt: skip


def _links(said: _Side, true: _Side, n: int) -> tuple[Whole, Whole, Whole]:
    """Of each line: documents that were said, that are true, and that are both."""
    width = max(int(said.item.max(initial=0)), int(true.item.max(initial=0))) + 1
    pairs = [np.unique(side.line[side.links] * width + side.item[side.links]) for side in (said, true)]
    both = pairs[0][np.isin(pairs[0], pairs[1], assume_unique=True)]
    counts = [np.bincount(pair // width, minlength=n) for pair in (*pairs, both)]
    return counts[0], counts[1], counts[2]


def _differs(said: _Side, true: _Side, n: int) -> tuple[Flags, Flags]:
    """Of each line: whether anything that was said is otherwise, to the cent, and whether a deduction was only not granted."""
    frames = [
        pd.DataFrame({"line": side.line, "item": side.item, "sort": side.sort, "amount": sign * side.amount,
                      "is_said": np.full(len(side.line), sign > 0), "deducts": side.deducts})
        for side, sign in ((said, 1), (true, -1))
    ]  # fmt: skip
    parts = pd.concat(frames, ignore_index=True).groupby(["line", "item", "sort"], sort=False)
    sums = parts.agg(amount=("amount", "sum"), is_said=("is_said", "any"), deducts=("deducts", "all")).reset_index()
    apart = sums[sums["amount"] != 0]
    open_still = apart["deducts"] & ~apart["is_said"]
    found = np.zeros((2, n), bool)
    found[0, apart.loc[~open_still, "line"]] = True
    found[1, apart.loc[open_still, "line"]] = True
    return found[0], found[1]


def _labels(so: pd.DataFrame, key: pd.Series) -> pd.DataFrame:
    names = [name for name in LABELS if name in so]
    return so[names].assign(key=key).drop_duplicates("key").set_index("key")


def _wrong(lines: pd.DataFrame, rows: pd.DataFrame, so: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The lines that were decided wrongly, in words: what was said, what is true."""
    bad = lines[(lines["status"] != "open") & ~lines["right"]]
    columns = ["entity", "match_id", "line_id", "basis", "status", "exact"]
    said, true = (_told(side[side["line"].isin(bad.index)], names) for side in (rows, so))
    told = {"said": said.reindex(bad.index, fill_value="no item"), "truth": true.reindex(bad.index, fill_value="no item")}
    return bad[columns].assign(**told).reset_index(drop=True)


def _told(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    """By line its parts as "item kind account amount; ...", the same part summed up; without kinds items alone."""
    if "kind" not in names:
        rows = rows[rows["item_id"].notna() & (rows["kind"].eq("payment") if "kind" in rows else True)]
    elif "gl_account" in names:
        rows = rows.assign(gl_account=rows["gl_account"].where(rows["kind"].eq("ledger_account")))
    plain = rows[["line", *names, "allocated"]].astype(dict.fromkeys(names, object)).fillna(dict.fromkeys(names, ""))
    sums = plain.groupby(["line", *names], as_index=False)["allocated"].sum()
    sums = sums[sums["allocated"] != 0]
    words = sums[names[0]].astype("str")
    for name in (*names[1:], "allocated"):
        words = words.str.cat(sums[name].astype("str"), sep=" ")
    words = words.str.replace(" +", " ", regex=True).str.strip()
    line, start = np.unique(sums["line"].to_numpy(), return_index=True)
    offsets = np.append(start, len(words)).astype(np.int32)
    parts = pa.ListArray.from_arrays(offsets, pa.array(words.to_numpy(object), pa.string()))
    return pd.Series(pc.binary_join(parts, "; ").to_pandas(), dtype="str").set_axis(line)
