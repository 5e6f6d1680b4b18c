"""Standing for a close: signed by who prepared it and by somebody else, which locks the period; opened again for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from recon_kit.close.closing import point
from recon_kit.close.hashing import file_sha256
from recon_kit.close.indexing import write_index
from recon_kit.close.periods import PREPARER, REVIEWER, Close, Periods, State
from recon_kit.close.runs import POINTER
from recon_kit.errors import Fault, PeriodError
from recon_kit.policy import Period
from recon_kit.workspace import Reading, Workspace

UNPROVEN = "who signs is who the system or RECON_USER says: where several people share one login, nothing proves who it was"
"""Said beside every signature."""


@dataclass(frozen=True)
class Signed:
    """A signature that was given.

    Args:
        role: "preparer", or "reviewer", whose signature locks the period.
        manifest_sha256: what it binds to: the manifest, which holds the hash of every file of the run.
    """

    period: Period
    run_id: str
    role: str
    by: str
    manifest_sha256: str


def sign(workspace: Workspace, period: Period, *, by: str, at: datetime, note: str = "") -> Signed:
    """Sign the current run of a period: first who prepared it, then another person as its reviewer, who locks the period.

    A signature binds to the run's contents; another close makes it void, and both sign anew.

    Raises:
        PeriodError: the period is not closed, is locked, has something that blocks it, lies behind an earlier one that is
            open, its files are not as they were made, or the same person would sign twice. Every reason at once.
    """
    reading = Reading.now(workspace)
    periods = Periods.of(reading)
    state = periods.get(period.name)
    faults = list(_unsignable(workspace, periods, state, period, by))
    if faults or state is None or state.current is None:
        raise PeriodError(period.name, faults)
    close = state.current
    role = REVIEWER if state.standing(PREPARER) else PREPARER
    with workspace.store.writing(by=by, at=at, expected=reading.head) as writing:
        told = {**_about(close), "role": role, "manifest_sha256": close.manifest_sha256}
        writing.journal("sign", told | ({"note": writing.note(note)} if note else {}))
    write_index(workspace)
    return Signed(close.period, close.run_id, role, by, close.manifest_sha256)


def _unsignable(workspace: Workspace, periods: Periods, state: State | None, period: Period, by: str) -> Iterator[Fault]:
    if state is None or state.current is None:
        yield Fault(f"a close of {period}, but there is none; first: recon close {period}")
        return
    if state.locked_by:
        yield Fault(f"an open period, but {state.locked_by.by} locked it; to open it again: recon reopen {period} --why ...")
        return
    if state.current.status == "not_ready":
        yield Fault("a period that nothing blocks; its page says what does, mend it and close it again")
    earlier = [other.period.name for other in periods.closed if other.period.last < period.first and not other.locked_by]
    if earlier:
        yield Fault(f"every earlier period locked before it, but {', '.join(earlier)} is open")
    prepared = state.standing(PREPARER)
    if prepared and prepared.by == by:
        yield Fault("another person than the one who prepared it", field="reviewer", found=by)
    yield from altered(workspace, state.current)


def altered(workspace: Workspace, close: Close) -> Iterator[Fault]:
    """Each file of a run that is gone or is not as the journal recorded it."""
    folder = workspace.path("reports") / close.period.name / close.run_id
    for name, sha in close.outputs.items():
        if not (folder / name).is_file():
            yield Fault(f"the file {name} of the run {close.run_id}, but it is gone")
        elif file_sha256(folder / name) != sha:
            yield Fault(f"the file {name} of the run {close.run_id} as it was made, but it was changed")


def reopen(workspace: Workspace, period: Period, why: str, *, by: str, at: datetime) -> Close:
    """Open a locked period again; the run that was signed off is kept, and what changes is held against it.

    Raises:
        PeriodError: it is not locked, a later one is, or no reason is given.
    """
    reading = Reading.now(workspace)
    periods = Periods.of(reading)
    state = periods.get(period.name)
    faults = []
    if state is None or not state.locked_by:
        faults.append(Fault(f"a locked period, but {period} is open"))
    later = [other.period.name for other in periods if other.locked_by and other.period.first > period.last]
    if later:
        faults.append(Fault(f"no later period locked; first: recon reopen {later[-1]}"))
    faults += _reason(why)
    if faults or state is None or state.current is None:
        raise PeriodError(period.name, faults)
    with workspace.store.writing(by=by, at=at, expected=reading.head) as writing:
        writing.journal("reopen", {**_about(state.current), "why": writing.note(why)})
    write_index(workspace)
    return state.current


def undo_close(workspace: Workspace, period: Period, why: str, *, by: str, at: datetime) -> int:
    """Take back the newest close: its automatic matches end, the one before it is current again; nothing is deleted.

    What people decided stays, and so do the files that were taken in. The run's folder is kept, for the journal knows it.

    Returns:
        how many postings of matches were taken back.
    Raises:
        PeriodError: the period is not closed or is locked, a later one is closed, or no reason is given.
    """
    reading = Reading.now(workspace)
    periods = Periods.of(reading)
    state = periods.get(period.name)
    faults = []
    if state is None or state.current is None:
        faults.append(Fault(f"a close of {period}, but there is none"))
    elif state.locked_by:
        faults.append(Fault(f"an open period, but {state.locked_by.by} locked it; first: recon reopen {period} --why ..."))
    later = [other.period.name for other in periods.closed if other.period.first > period.last]
    if later:
        faults.append(Fault(f"the newest close first; that is the one of {later[-1]}"))
    faults += _reason(why)
    if faults or state is None or state.current is None:
        raise PeriodError(period.name, faults)
    postings = _postings(reading, state)
    with workspace.store.writing(by=by, at=at, expected=reading.head) as writing:
        seq = writing.journal("undo", {**_about(state.current), "why": writing.note(why), "postings": postings})
        for posting in postings:
            writing.retire(posting, seq)
    _point_back(workspace, period)
    write_index(workspace)
    return len(postings)


def _postings(reading: Reading, state: State) -> list[int]:
    """The entries that posted matches for the newest close of a period and not for one before it."""
    since = state.closes[-2].seq if len(state.closes) > 1 else 0
    gone = reading.workspace.store.superseded(reading.head.seq)
    entries = reading.entries("posting")
    mine = [payload.get("period") == state.period.name for payload in entries["payload"]]
    return [int(seq) for seq in entries.loc[mine, "seq"] if seq > since and seq not in gone]


def _point_back(workspace: Workspace, period: Period) -> None:
    before = Periods.of(Reading.now(workspace)).current(period.name)
    if before:
        point(workspace, before)
    else:
        (workspace.path("reports") / period.name / POINTER).unlink(missing_ok=True)


def _about(close: Close) -> dict[str, object]:
    period = close.period
    told = {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()}
    return {"period": told, "run_id": close.run_id}


def _reason(why: str) -> list[Fault]:
    return [] if why.strip() else [Fault("a reason, for the journal", field="--why")]
