"""What signing, opening again, taking back and making again say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from recon_kit.cli.screen import say
from recon_kit.close import reopen, replay, sign, undo_close
from recon_kit.close.periods import PREPARER
from recon_kit.close.signing import UNPROVEN
from recon_kit.errors import Fault, ParameterError
from recon_kit.policy import Period
from recon_kit.workspace import Workspace


def sign_one(workspace: Path, period: str, note: str, by: str, at: datetime) -> None:
    """`recon sign`."""
    opened = Workspace.open(workspace)
    made = sign(opened, _period(opened, period, at), by=by, at=at, note=note)
    say(f"{made.period}: signed by {made.by} as {made.role}, for the run {made.run_id} (manifest {made.manifest_sha256})")
    if made.role == PREPARER:
        say(f"next: another person reviews it and types: recon sign {made.period}")
    else:
        say(f"{made.period} is locked; what arrives for it later is reported in the first open period")
    say(f"note: {UNPROVEN}")


def reopen_one(workspace: Path, period: str, why: str, by: str, at: datetime) -> None:
    """`recon reopen`."""
    opened = Workspace.open(workspace)
    kept = reopen(opened, _period(opened, period, at), why, by=by, at=at)
    say(f"{kept.period} is open again; the run {kept.run_id} is kept, and what changes is held against it")


def undo_one(workspace: Path, what: str, period: str, why: str, by: str, at: datetime) -> None:
    """`recon undo`."""
    if what != "close":
        raise ParameterError("undo", [Fault("close", field="what", found=what)])
    opened = Workspace.open(workspace)
    wanted = _period(opened, period, at)
    postings = undo_close(opened, wanted, why, by=by, at=at)
    say(f"{wanted}: the newest close is taken back, {postings} postings of automatic matches with it; its run is kept")


def pack_one(workspace: Path, period: str, out: Path | None, at: datetime) -> None:
    """`recon evidence`."""
    from recon_kit.close.evidence import evidence

    opened = Workspace.open(workspace)
    made = evidence(opened, _period(opened, period, at), out)
    say(f"{made.path}: {made.n_files} files, run {made.run_id}")
    say(f"contents.json is {made.contents_sha256}; kept elsewhere, this line proves the whole")
    say("check it with Python alone: unpack it, then: python verify.py   (it holds names and account numbers in full)")


def replay_one(workspace: Path, period: str, at: datetime, step: Callable[[str], None]) -> bool:
    """`recon replay`; whether everything is as it was."""
    opened = Workspace.open(workspace)
    made = replay(opened, _period(opened, period, at), step)
    for kind, told in (("source", "files read again"), ("posting", "passes of matching"), ("output", "results")):
        mine = [one for one in made.compared if one.kind == kind]
        say(f"{told}: {sum(one.same for one in mine)} of {len(mine)} are the same")
        for one in mine:
            if not one.same:
                say(f"  {one.name}: {one.why}")
    if made.versions:
        say(f"note: then it was recon-kit {made.versions[0]}, now it is {made.versions[1]}")
    say(f"{made.period}, run {made.run_id}: {'made again, to the last byte' if made.same else 'NOT the same'}")
    return made.same


def _period(opened: Workspace, name: str, at: datetime) -> Period:
    return opened.policy.calendar.period(name, at.date())
