"""`status`: where the work stands, and the one next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recon_kit.close.booking import unfinished, waiting
from recon_kit.close.deliveries import Attempt, Deliveries
from recon_kit.close.periods import PREPARER, Periods, State
from recon_kit.close.runs import Run, run_of
from recon_kit.load import SourceFile
from recon_kit.policy.booking import booking_text
from recon_kit.workspace import Reading, Workspace


@dataclass(frozen=True)
class Status:
    """What stands where.

    Args:
        lines: sentences, most important first.
        next_step: the one command to type now.
    """

    lines: list[str]
    next_step: str


def status(workspace: Workspace, today: date) -> Status:
    """What is new in the inbox, which periods are closed and how, what waits to go out, and what to do next."""
    inbox = workspace.path("inbox")
    known = set(workspace.sources()["sha256"])
    files = [path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith(".")] if inbox.is_dir() else []
    new = [path for path in files if SourceFile(path.name, path=path).sha256 not in known]
    start = workspace.start_on()
    lines = [
        f"{workspace.policy.company.name}: {len(known)} files taken in, {len(new)} new in the inbox",
        f"opening day: {start}" if start else "no opening day yet",
    ]
    reading = Reading.now(workspace)
    closed, deliveries = Periods.of(reading).closed, Deliveries.of(reading)
    for state in closed:
        if run := _run(workspace, state):
            lines.append(f"{state.period}: {_stands(state, run)}. {run.manifest['sentence']}")
            lines += [_undelivered(attempt) for attempt in deliveries.unsettled(run.run_id)]
    lines += _to_book(workspace, closed, today)
    unready = _unready(workspace, closed)
    return Status(lines, unready or _next(workspace, bool(known), bool(new), start, closed, today))


def _to_book(workspace: Workspace, closed: list[State], today: date) -> list[str]:
    """What waits to go out to the ledger, in a workspace that books out."""
    if not closed or booking_text(workspace.folder) is None:
        return []
    period = closed[-1].period
    if left := unfinished(workspace):
        return [f"booking: the files of batch {left.batch_no} are not there; recon book {period.name} writes them"]
    matches, undone = waiting(Reading.now(workspace), period, today)
    told = f"booking: {matches:,} matches up to {period} wait to go out" if matches else ""
    back = f"{undone:,} that went out are undone" if undone else ""
    said = "; ".join(filter(None, (told, back)))
    return [f"{said}; recon book {period.name}"] if said else []


def _run(workspace: Workspace, state: State) -> Run | None:
    return run_of(workspace.path("reports"), state.period.name, state.current.run_id) if state.current else None


def _stands(state: State, run: Run) -> str:
    said = str(run.manifest["status"]).replace("_", " ")
    if state.locked_by:
        return f"{said}, locked by {state.locked_by.by}"
    signed = state.standing(PREPARER)
    return f"{said}, signed by {signed.by} and waiting for a reviewer" if signed else said


def _undelivered(attempt: Attempt) -> str:
    """A delivery that was begun and did not end well."""
    what, command = ", ".join(attempt.reports), f"recon deliver {attempt.period} --to {attempt.target}"
    if attempt.is_open:
        return f"  {what}: nobody knows whether {attempt.target} got it; ask there, and if not: {command} --again"
    return f"  {what}: not delivered to {attempt.target}; again: {command}"


def _unready(workspace: Workspace, closed: list[State]) -> str | None:
    """What the newest closed period still lacks, if something blocks it."""
    run = _run(workspace, closed[-1]) if closed else None
    if run and run.manifest["status"] == "not_ready":
        page, name = run.file("reconciliation", "page"), closed[-1].period.name
        return f"see in {page} what blocks {name}, mend it (or give --override), then: recon close {name}"
    return None


def _next(workspace: Workspace, known: bool, new: bool, start: date | None, closed: list[State], today: date) -> str:
    if not known and not new:
        return f"drop statements and lists into {workspace.path('inbox')}, then: recon load"
    if not known:
        return "recon load"
    if start is None:
        return "recon start --on YYYY-MM-DD   (the day before the first period that you want to close)"
    calendar = workspace.policy.calendar
    done = {state.period.name for state in closed}
    period = calendar.containing(calendar.business_day_after(start, 1))
    while period.name in done:
        period = calendar.containing(calendar.business_day_after(period.last, 1))
    if period.last < today:
        return f"recon close {period.name}"
    return "recon load" if new else f"nothing to do before {period.last}, the end of {period.name}"
