"""Taking back: a file unloaded, or read again another way. Nothing is deleted, and what would move is shown first.

An auditor asks of each such step who did it, when, why, and whether it touched what was closed. So a file is unloaded only
with a reason, and read again only with one where rows of a closed period move; the reason stands in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, ParameterError, StoreError, nearest
from recon_kit.load import Hints, Loaded, SourceFile
from recon_kit.store.view import Reread
from recon_kit.tables import ALLOCATIONS
from recon_kit.workspace.comparing import Moved, closed_periods, moved
from recon_kit.workspace.hints import hints_for, require_layout
from recon_kit.workspace.taking import append_all, read_proven
from recon_kit.workspace.workspace import Workspace

_STANDING = ("auto", "confirmed", "exported", "in_ledger")
_NONE = pd.DataFrame(columns=["table", "id", "currency", "before", "after"])


@dataclass(frozen=True)
class Impact:
    """What taking a file back moves (or would move).

    Args:
        changes: one row per bank line or open item that changes: table, id, currency, before, after (minor units; null
            where it was or is not there).
        tables: what moves in each table, every column compared; tables in which nothing does are left out.
        closed: names of the closed periods whose rows move.
        reversed_matches: ids of posted matches that no longer hold and are reversed.
        applied: whether it was done, or only shown.
    """

    source: str
    changes: pd.DataFrame
    tables: list[Moved]
    closed: list[str]
    reversed_matches: list[str]
    applied: bool

    def sums(self) -> pd.DataFrame:
        """Rows and money that move, per table and currency."""
        both = self.changes.assign(difference=self.changes["after"].fillna(0) - self.changes["before"].fillna(0))
        return both.groupby(["table", "currency"], as_index=False).agg(rows=("id", "size"), difference=("difference", "sum"))


def unload(workspace: Workspace, name: str, *, why: str, by: str, at: datetime, apply: bool = False) -> Impact:
    """Supersede a file by nothing: its rows no longer count, unless another file brought them too.

    Args:
        name: the file's name as taken in, or the beginning of its hash.
        why: the reason, for the journal; may be empty while it is only shown.
        apply: False shows what it would move and writes nothing.
    Raises:
        StoreError: no such file, or several. ParameterError: it is to be done, and there is no reason.
    """
    source = _source(workspace, name)
    if apply and not why.strip():
        raise ParameterError("unload", [Fault("a reason, which the journal keeps", field="--why")])
    payload = {"unloads": int(source["seq"]), "name": source["name"], "why": why}
    return _supersede(workspace, source, payload, None, by, at, apply)


def reload(
    workspace: Workspace,
    name: str,
    *,
    by: str,
    at: datetime,
    why: str = "",
    apply: bool = False,
    override: str | None = None,
    **hints: Any,
) -> Impact:
    """Read a kept file again, with today's reader and other hints (a corrected layout), and supersede what it brought.

    Rows keep their identity, which is taken from the raw row: matches and decisions on rows whose amount did not
    change stay; the others are reversed and named.

    Args:
        why: the reason, for the journal; needed where rows of a closed period move.
    Raises:
        StoreError: no such file. LoadError: as `read`. ParameterError: no such hint; or rows of a closed period move and
            there is no reason.
    """
    source = _source(workspace, name)
    file = SourceFile(source["name"], path=workspace.path("sources") / source["sha256"])
    seq = int(source["seq"])
    (before,) = workspace.store.entries("source", after=seq - 1, at=seq)["payload"]
    archive = {"archive": before["archive"]} if "archive" in before else {}
    told = hints_for(archive["archive"]["name"] if archive else source["name"], workspace.policy, workspace.folder)
    if hints.get("layout"):
        require_layout(str(hints["layout"]), workspace.policy)
    told = replace(told, **{key: value for key, value in vars(Hints.of(hints)).items() if value is not None})
    loaded, facts = read_proven(file, workspace, told, override)
    payload = {**facts, **archive, "reloads": seq, "why": why}
    return _supersede(workspace, source, payload, loaded, by, at, apply)


def _supersede(
    workspace: Workspace, source: Any, payload: dict[str, Any], loaded: Loaded | None, by: str, at: datetime, apply: bool
) -> Impact:
    store, seq = workspace.store, int(source["seq"])
    parts = moved(store, seq, Reread(seq, payload, loaded.tables) if loaded else None)
    changes = pd.concat([part.changes for part in parts if len(part.changes)] or [_NONE], ignore_index=True)
    closed = closed_periods(store, parts)
    fallen = _fallen(store.fetch(ALLOCATIONS), changes)
    matches = sorted(fallen["match_id"].unique())
    if apply:
        _require_reason(source["name"], str(payload["why"]), closed)
        with store.writing(by=by, at=at) as writing:
            entry = writing.journal("source", payload)
            writing.retire(seq, entry)
            if loaded is not None:
                append_all(writing, loaded, entry)
            if matches:
                told = {"reverses": matches, "why": f"{source['name']} was taken back or read again: {payload['why']}"}
                reversal = writing.journal("posting", told)
                writing.append(ALLOCATIONS, ALLOCATIONS.conform(fallen.assign(status="reversed")), reversal)
    return Impact(source["name"], changes, [part for part in parts if part.n_rows], closed, matches, apply)


def _require_reason(name: str, why: str, closed: list[str]) -> None:
    if closed and not why.strip():
        told = f"a reason, for rows of closed periods move ({', '.join(closed)}) by reading {name} again; the journal keeps it"
        raise ParameterError("reload", [Fault(told, field="--why")])


def _fallen(allocations: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    standing = allocations[allocations["status"].isin(_STANDING)]
    lines = set(changes.loc[changes["table"] == "bank_lines", "id"])
    gone_items = set(changes.loc[(changes["table"] == "open_items") & changes["after"].isna(), "id"])
    broken = standing["line_id"].isin(lines) | standing["item_id"].isin(gone_items)
    return standing[standing["match_id"].isin(standing.loc[broken, "match_id"])]


def _source(workspace: Workspace, name: str) -> pd.Series:
    sources = workspace.sources()
    found = sources[(sources["name"] == name) | sources["sha256"].str.startswith(name)]
    if len(found) != 1:
        told = nearest(name, sources["name"]) if found.empty else f"; {len(found)} files fit, give more of the hash"
        raise StoreError("source", [Fault(f"one file that was taken in{told}", field="name", found=name)])
    return found.iloc[0]
