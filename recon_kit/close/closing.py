"""`close_period`: inbox, match, cut, reports, proof; one run folder, built aside and put in place in one step."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from recon_kit import durable
from recon_kit.close.before import looked_back
from recon_kit.close.building import Made, build, frozen, sweep
from recon_kit.close.cutting import build_cut
from recon_kit.close.hashing import file_sha256
from recon_kit.close.indexing import write_index
from recon_kit.close.periods import Close, Periods
from recon_kit.close.posting import match_and_post
from recon_kit.close.runs import MANIFEST, POINTER, Run, run_of
from recon_kit.matching import compile_meanwhile
from recon_kit.policy import Period
from recon_kit.workspace import Reading, Workspace, take_in

Step = Callable[[str], None]


@dataclass(frozen=True)
class Closed:
    """A closed period.

    Args:
        new: False if nothing had changed and the run was there already.
        locked: True if the period is locked: nothing was taken in or matched, and this is the run that was signed off.
    """

    period: Period
    run: Run
    new: bool
    locked: bool = False

    @property
    def run_id(self) -> str:
        """The run's identity."""
        return self.run.run_id

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.run.folder

    @property
    def status(self) -> str:
        """`ready`, `needs_review` or `not_ready`."""
        return str(self.run.manifest["status"])

    @property
    def sentence(self) -> str:
        """The bottom line."""
        return str(self.run.manifest["sentence"])

    @property
    def report(self) -> Path:
        """The reconciliation's page."""
        return self.run.file("reconciliation", "page")


def close_period(
    workspace: Workspace,
    period: Period,
    *,
    by: str,
    at: datetime,
    overrides: Mapping[str, str] | None = None,
    override_totals: str | None = None,
    step: Step = lambda _: None,
) -> Closed:
    """Close a period: take in what is new, match, freeze the cut, run the reports, prove it, put it in place.

    The same contents give the same run: a second call returns the first one's folder. Killed anywhere, the next call
    finishes; a run folder is either whole or not there. A locked period stays as it was signed off.

    Args:
        overrides: expected source -> reason for closing without it.
        override_totals: reason for taking in files whose own totals do not tie.
    Raises:
        LoadError: a file is refused; nothing was written. ReportError: a report could not be made; its notebook is
            kept beside the runs as evidence and does not become the current one.
    """
    started = time.monotonic()
    if signed_off := _locked(workspace, period):
        return Closed(period, signed_off, new=False, locked=True)
    compile_meanwhile()
    workspace.record_policy(by, at)
    take_in(workspace, by=by, at=at, until=period.last, override=override_totals, step=step)
    step("matching")
    posted = match_and_post(workspace, period, by=by, at=at)
    step("freezing the cut")
    before = looked_back(posted.reading, period)
    cut = build_cut(posted.reading, period, posted.result, before=before, overrides=dict(overrides or {}))
    home = workspace.path("reports") / period.name
    sweep(home, at)
    aside = home / f".building-{os.getpid()}"
    run = Run(home / frozen(aside, cut))
    new = not run.is_whole
    if new:
        build(aside, run.folder, cut, Made(by, at, posted.reading.head, lambda: time.monotonic() - started), step)
    shutil.rmtree(aside, ignore_errors=True)
    point(workspace, _recorded(workspace, run, by, at))
    write_index(workspace)
    return Closed(period, run, new)


def _locked(workspace: Workspace, period: Period) -> Run | None:
    """The run that was signed off, where the period is locked and its folder is there."""
    state = Periods.of(Reading.now(workspace)).get(period.name)
    if state is None or state.locked_by is None or state.current is None:
        return None
    return run_of(workspace.path("reports"), period.name, state.current.run_id)


def _recorded(workspace: Workspace, run: Run, by: str, at: datetime) -> Close:
    """The journal's entry that closes the period with this run, made unless it is the newest one that stands."""
    name = run.folder.parent.name
    known = Periods.of(Reading.now(workspace)).current(name)
    if known and known.run_id == run.run_id:
        return known
    told = ("run_id", "period", "status", "overrides", "journal", "policy_sha256")
    outputs = {output["path"]: output["sha256"] for output in run.manifest["outputs"]}
    outputs[MANIFEST] = file_sha256(run.folder / MANIFEST)
    with workspace.store.writing(by=by, at=at) as writing:
        writing.journal("close", {**{fact: run.manifest[fact] for fact in told}, "outputs": outputs})
    made = Periods.of(Reading.now(workspace)).current(name)
    assert made is not None  # journaled just now
    return made


def point(workspace: Workspace, close: Close) -> None:
    """Have a period's pointer name the run of a close; with the journal's head, which is so kept outside of the store."""
    run = Run(workspace.path("reports") / close.period.name / close.run_id)
    told: dict[str, Any] = {name: run.manifest[name] for name in ("run_id", "status", "sentence")}
    text = json.dumps({**told, "journal": {"seq": close.seq, "hash": close.hash}}, indent=1)
    target = run.folder.with_name(POINTER)
    if not target.is_file() or target.read_text("utf-8") != text:
        durable.write_file(target, text.encode(), "current.point")
