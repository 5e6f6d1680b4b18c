"""`close_period`: inbox, match, cut, report, proof; one run folder, built aside and put in place in one step."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

import recon_kit
from recon_kit import durable
from recon_kit.close.cutting import build_cut
from recon_kit.close.hashing import file_sha256
from recon_kit.close.notebooks import find_notebook, run_notebook
from recon_kit.close.posting import match_and_post
from recon_kit.errors import ReconError
from recon_kit.matching import compile_meanwhile
from recon_kit.measures import Reconciliation, metrics
from recon_kit.policy import Period
from recon_kit.report import bottom_line
from recon_kit.report.cut import Cut, read_cut, write_cut
from recon_kit.store import Head
from recon_kit.tables import BANK_LINES
from recon_kit.workspace import Workspace, take_in

NOTEBOOK = "reconciliation"
_ABANDONED = timedelta(days=1)
Step = Callable[[str], None]


@dataclass(frozen=True)
class Closed:
    """A closed period.

    Args:
        new: False if nothing had changed and the run was there already.
        status: "ready", "needs_review" or "not_ready"; sentence: the bottom line.
    """

    period: Period
    run_id: str
    folder: Path
    status: str
    sentence: str
    new: bool

    @property
    def report(self) -> Path:
        """The page."""
        return self.folder / "report.html"


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
    """Close a period: take in what is new, match, freeze the cut, run the report, prove it, put it in place.

    The same contents give the same run: a second call returns the first one's folder. Killed anywhere, the next call
    finishes; a run folder is either whole or not there.

    Args:
        overrides: expected source -> reason for closing without it.
        override_totals: reason for taking in files whose own totals do not tie.
    Raises:
        LoadError: a file is refused; nothing was written. ReconError: the report could not be made; its notebook is
            kept beside the runs as evidence and does not become the current one.
    """
    overrides = dict(overrides or {})
    started = time.monotonic()
    compile_meanwhile()
    workspace.record_policy(by, at)
    take_in(workspace, by=by, at=at, until=period.last, override=override_totals, step=step)
    step("matching")
    posted = match_and_post(workspace, period, by=by, at=at)
    step("freezing the cut")
    previous, skipped = _previous(workspace, period)
    cut = build_cut(workspace, period, posted, previous=previous, overrides=overrides)
    cut = replace(cut, meta={**cut.meta, "skipped": skipped})
    home = workspace.path("reports") / period.name
    _sweep(home, at)
    aside = _frozen(home, cut)
    folder = home / _run_id(aside)
    new = not (folder / "manifest.json").is_file()
    if new:
        _build(aside, folder, cut, {"by": by, "at": at.isoformat(), "started": started}, workspace, step)
    shutil.rmtree(aside, ignore_errors=True)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    _point(home, manifest, _recorded(workspace, folder, manifest, by, at))
    return Closed(period, folder.name, folder, manifest["status"], manifest["sentence"], new)


def current_run(reports: Path, period: str) -> Path | None:
    """The folder of a period's newest good run, or None."""
    pointer = reports / period / "current.json"
    if not pointer.is_file():
        return None
    folder = pointer.parent / json.loads(pointer.read_text("utf-8"))["run_id"]
    return folder if (folder / "manifest.json").is_file() else None


def _sweep(home: Path, at: datetime) -> None:
    """Remove what killed closes began and left; a day old, so that one that still runs keeps its own."""
    for left in home.glob(".building-*"):
        if at.timestamp() - left.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def _frozen(home: Path, cut: Cut) -> Path:
    aside = home / f".building-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    write_cut(aside, cut)
    return aside


def _run_id(aside: Path) -> str:
    """The identity of a run: a hash over the frozen cut (its sources, policy, matches, breaks and the package's version
    among it) and the notebook that shows it. The same contents have one id, and one id has one content."""
    digest = hashlib.sha256(find_notebook(NOTEBOOK).read_bytes())
    for path in sorted(file for file in (aside / "data").rglob("*") if file.is_file()):
        digest.update(f"{path.name}\0{file_sha256(path)}\0".encode())
    return digest.hexdigest()[:16]


def _previous(workspace: Workspace, period: Period) -> tuple[tuple[Cut, Mapping[str, Any]] | None, list[str]]:
    """The newest closed period before this one, and the periods with bookings in between that nobody closed."""
    booked = workspace.store.fetch(BANK_LINES)["booked_on"]
    start = workspace.start_on()
    booked = booked[booked > pd.Timestamp(start)] if start else booked
    before, skipped = workspace.policy.calendar.before(period), list[str]()
    while len(booked) and before.last >= booked.min().date():
        if folder := current_run(workspace.path("reports"), before.name):
            return (read_cut(folder), json.loads((folder / "manifest.json").read_text("utf-8"))["metrics"]), skipped
        if booked.between(pd.Timestamp(before.first), pd.Timestamp(before.last)).any():
            skipped.insert(0, before.name)
        before = workspace.policy.calendar.before(before)
    return None, skipped


def _build(aside: Path, folder: Path, cut: Cut, told: dict[str, Any], workspace: Workspace, step: Step) -> None:
    from recon_kit.report import to_html, workbook

    home = folder.parent
    step("running the report")
    try:
        notebook = run_notebook(find_notebook(NOTEBOOK), aside / "run.ipynb", {"run": str(aside)})
    except Exception as error:
        failed = home / f"failed-{folder.name}"
        shutil.rmtree(failed, ignore_errors=True)
        durable.rename(aside, failed, "failed.keep")
        raise ReconError(
            f"the report of {home.name} failed; its notebook is kept at {failed / 'run.ipynb'}:\n{error}"
        ) from error
    step("writing page and workbook")
    title = f"{cut.meta['company']} · {home.name}"
    (aside / "report.html").write_text(to_html(notebook, title), encoding="utf-8")
    workbook(cut, aside / "report.xlsx")
    (aside / "manifest.json").write_text(
        json.dumps(_manifest(aside, folder.name, cut, told, workspace), indent=1), encoding="utf-8"
    )
    try:
        durable.rename(aside, folder, "cut.write")
    except OSError:
        if not (folder / "manifest.json").is_file():  # else another close of the same contents was faster
            raise


def _manifest(aside: Path, run_id: str, cut: Cut, told: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    measured = Reconciliation(cut)
    head = workspace.store.head()
    outputs = sorted(path for path in aside.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        "schema": 1,
        "run_id": run_id,
        "period": cut.meta["period"],
        "status": measured.verdict.status,
        "sentence": bottom_line(cut).replace("\u00a0", " "),
        "metrics": metrics(measured),
        "by": told["by"],
        "at": told["at"],
        "seconds": round(time.monotonic() - told["started"], 1),
        "journal": {"seq": head.seq, "hash": head.hash},
        "policy_sha256": cut.meta["policy_sha256"],
        "overrides": cut.meta["overrides"],
        "inputs": [
            {"name": name, "sha256": sha, "rows": int(rows)}
            for name, sha, rows in zip(*(cut.sources[column] for column in ("name", "sha256", "n_rows")), strict=True)
        ],
        "outputs": [
            {"path": path.relative_to(aside).as_posix(), "sha256": file_sha256(path), "bytes": path.stat().st_size}
            for path in outputs
        ],
        "versions": {"recon_kit": recon_kit.__version__, "python": platform.python_version()},
    }


def _recorded(workspace: Workspace, folder: Path, manifest: Mapping[str, Any], by: str, at: datetime) -> Head:
    """The journal's entry that closes the run, made unless it is there: the head that current.json keeps outside the store."""
    if known := _entry(workspace, manifest["run_id"]):
        return known
    facts = {name: manifest[name] for name in ("run_id", "period", "status", "overrides", "journal", "policy_sha256")}
    outputs = {output["path"]: output["sha256"] for output in manifest["outputs"]}
    outputs["manifest.json"] = file_sha256(folder / "manifest.json")
    with workspace.store.writing(by=by, at=at) as writing:
        writing.journal("close", {**facts, "outputs": outputs})
    return _entry(workspace, manifest["run_id"]) or workspace.store.head()


def _entry(workspace: Workspace, run_id: str) -> Head | None:
    entries = workspace.store.entries("close")
    mine = entries[[closed["run_id"] == run_id for closed in entries["payload"]]]
    return None if mine.empty else Head(int(mine["seq"].iloc[0]), str(mine["hash"].iloc[0]))


def _point(home: Path, manifest: Mapping[str, Any], head: Head) -> None:
    told = {name: manifest[name] for name in ("run_id", "status", "sentence")}
    text = json.dumps({**told, "journal": {"seq": head.seq, "hash": head.hash}}, indent=1)
    target = home / "current.json"
    if not target.is_file() or target.read_text("utf-8") != text:
        durable.write_file(target, text.encode(), "current.point")
