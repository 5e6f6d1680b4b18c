"""Taking files in: each is read, proven, kept under its hash, then journalled with its rows; wholly or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from recon_kit import durable
from recon_kit.errors import Fault, LoadError, ManyLoadErrors
from recon_kit.load import Hints, Loaded, SourceFile
from recon_kit.load.paging import joined
from recon_kit.load.reading import read_source
from recon_kit.money import money_text, total
from recon_kit.tables import ALL, CHECKS
from recon_kit.workspace.entities import foreign_spellings, with_entities
from recon_kit.workspace.hints import hints_for, require_layout
from recon_kit.workspace.unpacking import known_members, parts
from recon_kit.workspace.workspace import Workspace

_DECLARED = {table.name: table for table in ALL}
_DAYS = {
    "statements": ("from_on", "to_on"),
    "bank_lines": ("booked_on", "booked_on"),
    "open_items": ("snapshot_on", "snapshot_on"),
    "snapshots": ("snapshot_on", "snapshot_on"),
    "settlement_lines": ("settled_on", "settled_on"),
    "ledger_balances": ("on", "on"),
    "ledger_movements": ("posted_on", "posted_on"),
}
_SUMS = {"bank_lines": "amount", "open_items": "open_amount", "settlement_lines": "net", "ledger_movements": "amount"}

Outcome = Literal["new", "known", "later"]
Step = Callable[[str], None]


@dataclass(frozen=True)
class Taken:
    """What became of one file: taken in now ("new"), before ("known"), or left because it speaks of later days ("later")."""

    name: str
    outcome: Outcome
    format: str = ""
    n_rows: int = 0
    n_skipped: int = 0
    seq: int | None = None


@dataclass(frozen=True)
class _Read:
    file: SourceFile
    hints: Hints
    loaded: Loaded
    archive: SourceFile | None = None


@dataclass(frozen=True)
class _Ready:
    file: SourceFile
    loaded: Loaded
    facts: dict[str, Any]
    begins: str


def take_in(
    workspace: Workspace,
    paths: Sequence[Path] | None = None,
    *,
    by: str,
    at: datetime,
    until: date | None = None,
    override: str | None = None,
    layout: str | None = None,
    dry_run: bool = False,
    step: Step = lambda _: None,
) -> list[Taken]:
    """Take in what is new: the inbox, or the files and folders given.

    All files are read and proven before the first is written, so that a bad one leaves the store as it was.
    The policy by which they are taken in enters the journal before them, if it changed.

    Args:
        until: leave files alone that speak only of days after this one.
        override: reason for taking in files whose own totals do not tie; the report will show it.
        layout: layout to read all of them by, whatever they look like.
        dry_run: read and prove everything, write nothing.
    Returns:
        One entry a file, in the order of their days.
    Raises:
        LoadError: every fault of every file that is refused; or there is no such layout.
    """
    if layout:
        require_layout(layout, workspace.policy)
    read, taken, refused = _new_and_known(workspace, paths, layout, step)
    ready = _proven(read, workspace, override, refused)
    if refused:
        raise _all_faults(refused)
    if not dry_run:
        workspace.record_policy(by, at)
    for one in sorted(ready, key=lambda one: (one.facts["last_on"] or "", one.file.name)):
        if until and one.begins > until.isoformat():
            taken.append(Taken(one.file.name, "later", one.loaded.source.format))
        else:
            step(f"taking in {one.file.name}")
            taken.append(_take(one, workspace, by, at, dry_run))
    return taken


def read_proven(file: SourceFile, workspace: Workspace, hints: Hints, override: str | None) -> tuple[Loaded, dict[str, Any]]:
    """A file's rows with their entities, and the facts that the journal keeps of it.

    Raises:
        LoadError: as `read`; or its control totals do not tie and there is no reason to override that.
    """
    return _named(_Read(file, hints, read_source(file, workspace.policy, hints)), workspace, override)


def _new_and_known(
    workspace: Workspace, paths: Sequence[Path] | None, layout: str | None, step: Step
) -> tuple[list[_Read], list[Taken], list[LoadError]]:
    """What is new, read; what is known; and what is refused."""
    known = {sha: int(seq) for sha, seq in zip(*(workspace.sources()[name] for name in ("sha256", "seq")), strict=True)}
    apart = _taken_apart(workspace, set(known.values()))
    read: list[_Read] = []
    taken: list[Taken] = []
    refused: list[LoadError] = []
    for path in _files(workspace, paths):
        file = SourceFile(_name(path, workspace), path=path)
        there = [file] if file.sha256 in known else known_members(file, known) if file.sha256 in apart else []
        if there:
            taken += [Taken(one.name, "known", seq=known[one.sha256]) for one in there]
            continue
        step(f"reading {file.name}")
        try:
            found = _read(file, workspace, layout)
        except LoadError as error:
            refused.append(error)
            found = []
        known[file.sha256] = -1
        for new in found:
            if new.archive and new.file.sha256 in known:
                taken.append(Taken(new.file.name, "known", seq=known[new.file.sha256]))
            else:
                known[new.file.sha256] = -1
                read.append(new)
    return read, taken, refused


def _taken_apart(workspace: Workspace, live: set[int]) -> set[str]:
    """Hashes of the archives that were taken in by their members."""
    entries = workspace.store.entries("source")
    told = zip(entries["seq"], entries["payload"], strict=True)
    return {facts["archive"]["sha256"] for seq, facts in told if int(seq) in live and "archive" in facts}


def _read(file: SourceFile, workspace: Workspace, layout: str | None) -> list[_Read]:
    hints = hints_for(file.name, workspace.policy, workspace.folder)
    hints = replace(hints, layout=layout, mapping=None) if layout else hints
    return [_Read(part.file, hints, part.loaded, part.archive) for part in parts(file, workspace.policy, hints)]


def _proven(read: list[_Read], workspace: Workspace, override: str | None, refused: list[LoadError]) -> list[_Ready]:
    """Files that are ready to be taken in; the pages of a statement in several files are put together before."""
    whole, together = joined([one.loaded for one in read])
    ready: dict[int, _Ready] = {}
    for number, (one, loaded) in enumerate(zip(read, whole, strict=True)):
        try:
            named, facts = _named(replace(one, loaded=loaded), workspace, override)
        except LoadError as error:
            refused.append(error)
        else:
            ready[number] = _Ready(one.file, named, facts, _begins(named, facts))
    for group in together:  # pages of one statement are taken in together
        begins = min((ready[number].begins for number in group if number in ready), default="")
        ready |= {number: replace(ready[number], begins=begins) for number in group if number in ready}
    return list(ready.values())


def _named(one: _Read, workspace: Workspace, override: str | None) -> tuple[Loaded, dict[str, Any]]:
    loaded = with_entities(one.loaded, workspace.policy, one.hints)
    if len(loaded.failed) and not override:
        raise LoadError(one.file.name, [_failed_check(check) for check in loaded.failed.to_dict("records")])
    facts = _facts(one.file, loaded, one.hints, override if len(loaded.failed) else None)
    if spelled := foreign_spellings(one.loaded, loaded):
        facts["spelled"] = spelled
    if one.archive:
        facts["archive"] = {"name": one.archive.name, "sha256": one.archive.sha256}
    return loaded, facts


def _begins(loaded: Loaded, facts: Mapping[str, Any]) -> str:
    """First day that the file speaks of; a ledger's export tells late postings of earlier days, but was made after its last."""
    return facts["last_on" if "ledger_movements" in loaded.tables else "first_on"] or ""


def _take(one: _Ready, workspace: Workspace, by: str, at: datetime, dry_run: bool) -> Taken:
    source = one.loaded.source
    seq = None
    if not dry_run:
        keep(one.file, workspace)
        with workspace.store.writing(by=by, at=at) as writing:
            seq = writing.journal("source", one.facts)
            append_all(writing, one.loaded, seq)
    return Taken(one.file.name, "new", source.format, one.facts["n_rows"], source.n_skipped, seq)


def append_all(writing: Any, loaded: Loaded, seq: int) -> None:
    """Every table of a file, and its checks, under one journal entry."""
    for name, frame in loaded.tables.items():
        if len(frame):
            writing.append(_DECLARED[name], frame, seq)
    if len(loaded.checks):
        writing.append(CHECKS, loaded.checks, seq)


def keep(file: SourceFile, workspace: Workspace) -> None:
    """The file's bytes under its hash among the sources, once."""
    target = workspace.path("sources") / file.sha256
    if not target.exists():
        with file.open() as content:
            durable.write_file(target, content.read(), "sources.keep")


def _files(workspace: Workspace, paths: Sequence[Path] | None) -> Iterable[Path]:
    for path in paths or [workspace.path("inbox")]:
        if path.is_dir():
            found = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "~$")))
            yield from sorted(found, key=lambda file: file.as_posix())
        elif path.is_file():
            yield path
        elif paths:
            raise LoadError(str(path), [Fault("a file or folder, but there is none")])


def _name(path: Path, workspace: Workspace) -> str:
    inbox = workspace.path("inbox")
    resolved = path.resolve()
    return resolved.relative_to(inbox).as_posix() if resolved.is_relative_to(inbox) else path.name


def _facts(file: SourceFile, loaded: Loaded, hints: Hints, override: str | None) -> dict[str, Any]:
    source = loaded.source
    first, last = _span(loaded.tables)
    entities = sorted({entity for frame in loaded.tables.values() for entity in frame["entity"].dropna().unique()})
    return {
        "name": file.name,
        "sha256": source.sha256,
        "n_bytes": source.n_bytes,
        "format": source.format,
        "family": source.format.split(".")[0],
        "role": source.role,
        "entity": entities[0] if len(entities) == 1 else None,
        "first_on": first,
        "last_on": last,
        "n_read": source.n_read,
        "n_rows": sum(len(frame) for name, frame in loaded.tables.items() if name not in ("statements", "snapshots")),
        "n_skipped": source.n_skipped,
        "control_sums": json.dumps(_control_sums(loaded.tables), sort_keys=True),
        "override": override,
        "hints": {name: str(value) for name, value in vars(hints).items() if value is not None and name != "mapping"},
    }


def _span(tables: dict[str, pd.DataFrame]) -> tuple[str | None, str | None]:
    firsts, lasts = [], []
    for name, (first, last) in _DAYS.items():
        if name in tables:
            rows = _cleared(tables[name]) if name == "ledger_movements" else tables[name]
            firsts.append(rows[first].min())
            lasts.append(rows[last].max())
    days = [[day for day in found if not pd.isna(day)] for found in (firsts, lasts)]
    return (min(days[0]).date().isoformat() if days[0] else None, max(days[1]).date().isoformat() if days[1] else None)


def _cleared(postings: pd.DataFrame) -> pd.DataFrame:
    """A posting that is told again because it was cleared speaks of the day of its clearing."""
    return postings.assign(posted_on=postings["cleared_on"].fillna(postings["posted_on"]))


def _control_sums(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    for name, column in _SUMS.items():
        if name in tables and len(tables[name]):
            groups = tables[name].groupby("currency")[column]
            return {str(currency): money_text(total(amounts), str(currency)) for currency, amounts in groups}
    return {}


def _failed_check(check: Mapping[Hashable, Any]) -> Fault:
    currency = check["currency"] if isinstance(check["currency"], str) else None

    def shown(value: Any) -> str:
        return "none" if pd.isna(value) else f"{money_text(value, currency)} {currency}" if currency else str(value)

    detail = check["detail"] if isinstance(check["detail"], str) else ""
    line = None if pd.isna(check["source_line"]) else int(check["source_line"])
    subject, rest = f"{check['check']} of {check['subject']}", "; `--override REASON` takes it in all the same"
    if pd.isna(check["expected"]):
        return Fault(f"{subject} to hold{', but ' if detail else ''}{detail}{rest}", line=line)
    expected = f"{shown(check['expected'])}{f' ({detail})' if detail else ''}"
    return Fault(f"{expected}{rest}", line=line, field=subject, found=shown(check["actual"]))


def _all_faults(refused: list[LoadError]) -> LoadError:
    if len(refused) == 1:
        return refused[0]
    return ManyLoadErrors(refused)
