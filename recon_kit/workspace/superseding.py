"""Taking back: a file unloaded, or read again another way. Nothing is deleted, and what would move is shown first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, StoreError, nearest
from recon_kit.load import Hints, Loaded, SourceFile
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS, Table
from recon_kit.workspace.hints import hints_for
from recon_kit.workspace.taking import append_all, read_proven
from recon_kit.workspace.workspace import Workspace

_STANDING = ("auto", "confirmed", "exported", "in_ledger")
_AMOUNTS = {"bank_lines": ("line_id", "amount"), "open_items": ("item_id", "open_amount")}


@dataclass(frozen=True)
class Impact:
    """What taking a file back moves (or would move).

    Args:
        changes: one row per bank line or open item that changes: table, id, currency, before, after (minor units; null
            where it was or is not there).
        reversed_matches: ids of posted matches that no longer hold and are reversed.
        applied: whether it was done, or only shown.
    """

    source: str
    changes: pd.DataFrame
    reversed_matches: list[str]
    applied: bool

    def sums(self) -> pd.DataFrame:
        """Rows and money that move, per table and currency."""
        moved = self.changes.assign(difference=self.changes["after"].fillna(0) - self.changes["before"].fillna(0))
        return moved.groupby(["table", "currency"], as_index=False).agg(rows=("id", "size"), difference=("difference", "sum"))


def unload(workspace: Workspace, name: str, *, why: str, by: str, at: datetime, apply: bool = False) -> Impact:
    """Supersede a file by nothing: its rows no longer count, unless another file brought them too.

    Args:
        name: the file's name as taken in, or the beginning of its hash.
        apply: False shows what it would move and writes nothing.
    Raises:
        StoreError: no such file, or several.
    """
    source = _source(workspace, name)
    payload = {"unloads": int(source["seq"]), "name": source["name"], "why": why}
    return _supersede(workspace, source, payload, None, by, at, apply)


def reload(
    workspace: Workspace, name: str, *, by: str, at: datetime, apply: bool = False, override: str | None = None, **hints: Any
) -> Impact:
    """Read a kept file again, with today's reader and other hints (a corrected layout), and supersede what it brought.

    Rows keep their identity, which is taken from the raw row: matches and decisions on rows whose amount did not
    change stay; the others are reversed and named.

    Raises:
        StoreError: no such file. LoadError: as `read`. ParameterError: no such hint.
    """
    source = _source(workspace, name)
    file = SourceFile(source["name"], path=workspace.path("sources") / source["sha256"])
    told = hints_for(source["name"], workspace.policy, workspace.folder)
    told = replace(told, **{key: value for key, value in vars(Hints.of(hints)).items() if value is not None})
    loaded, facts = read_proven(file, workspace, told, override)
    payload = {**facts, "reloads": int(source["seq"])}
    return _supersede(workspace, source, payload, loaded, by, at, apply)


def _supersede(
    workspace: Workspace, source: Any, payload: dict[str, Any], loaded: Loaded | None, by: str, at: datetime, apply: bool
) -> Impact:
    store, seq = workspace.store, int(source["seq"])
    changes = pd.concat([_moved(workspace, table, seq, loaded) for table in (BANK_LINES, OPEN_ITEMS)], ignore_index=True)
    fallen = _fallen(store.fetch(ALLOCATIONS), changes)
    matches = sorted(fallen["match_id"].unique())
    if apply:
        with store.writing(by=by, at=at) as writing:
            entry = writing.journal("source", payload)
            writing.retire(seq, entry)
            if loaded is not None:
                append_all(writing, loaded, entry)
            if matches:
                told = {"reverses": matches, "why": f"{source['name']} was taken back or read again"}
                reversal = writing.journal("posting", told)
                writing.append(ALLOCATIONS, ALLOCATIONS.conform(fallen.assign(status="reversed")), reversal)
    return Impact(source["name"], changes, matches, apply)


def _moved(workspace: Workspace, table: Table, seq: int, loaded: Loaded | None) -> pd.DataFrame:
    before, after = workspace.store.fetch(table), workspace.store.fetch(table, without=[seq])
    if loaded is not None and table.name in loaded.tables:
        after = pd.concat([after, loaded.tables[table.name]]).drop_duplicates(list(table.key), ignore_index=True)
    return _changes(table.name, before, after)


def _changes(name: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    key, amount = _AMOUNTS[name]
    by = ["entity", key, "snapshot_on"] if name == "open_items" else ["entity", key]
    columns = [*by, "currency", amount]
    both = before[columns].merge(after[columns], on=[*by, "currency"], how="outer", suffixes=("_before", "_after"))
    old, new = both[f"{amount}_before"].astype("Int64"), both[f"{amount}_after"].astype("Int64")
    moved = ~(old.eq(new).fillna(False))
    told = {"table": name, "id": both[key], "currency": both["currency"], "before": old, "after": new}
    return pd.DataFrame(told)[moved.to_numpy()]


def _fallen(allocations: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    standing = allocations[allocations["status"].isin(_STANDING)]
    moved = set(changes.loc[changes["table"] == "bank_lines", "id"])
    gone_items = set(changes.loc[(changes["table"] == "open_items") & changes["after"].isna(), "id"])
    broken = standing["line_id"].isin(moved) | standing["item_id"].isin(gone_items)
    return standing[standing["match_id"].isin(standing.loc[broken, "match_id"])]


def _source(workspace: Workspace, name: str) -> pd.Series:
    sources = workspace.sources()
    found = sources[(sources["name"] == name) | sources["sha256"].str.startswith(name)]
    if len(found) != 1:
        told = nearest(name, sources["name"]) if found.empty else f"; {len(found)} files fit, give more of the hash"
        raise StoreError("source", [Fault(f"one file that was taken in{told}", field="name", found=name)])
    return found.iloc[0]
