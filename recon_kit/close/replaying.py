"""`replay`: a closed period made again from what was kept, and every result held against the one of then."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import recon_kit
from recon_kit.close.before import looked_back
from recon_kit.close.building import frozen, write_reports
from recon_kit.close.cutting import build_cut
from recon_kit.close.hashing import file_sha256
from recon_kit.close.periods import Close, Periods
from recon_kit.close.posting import certain, matched
from recon_kit.close.runs import MANIFEST, Run
from recon_kit.errors import Fault, PeriodError
from recon_kit.policy import Period
from recon_kit.store import content
from recon_kit.tables import ALLOCATIONS
from recon_kit.workspace import Reading, Workspace, reread

Step = Callable[[str], None]
_NOT_COMPARED = (".ipynb", MANIFEST)
"""Executed notebooks and the manifest hold times; all else has to be the same to the last byte."""


@dataclass(frozen=True)
class Compared:
    """One thing that was made again.

    Args:
        kind: "source" (rows of a file), "posting" (automatic matches of one pass), "output" (a file of the run).
        same: whether it is as it was. why: what is otherwise.
    """

    kind: str
    name: str
    same: bool
    why: str = ""


@dataclass(frozen=True)
class Replayed:
    """A period made again.

    Args:
        run_id: of then. compared: everything that was made again, in the order of the work.
        versions: those of then and now where they are not the same; None if they are.
    """

    period: Period
    run_id: str
    compared: tuple[Compared, ...]
    versions: tuple[str, str] | None = None

    @property
    def same(self) -> bool:
        """Whether all of it is as it was."""
        return all(one.same for one in self.compared)


def replay(workspace: Workspace, period: Period, step: Step = lambda _: None) -> Replayed:
    """Make a closed period again from kept files and journal, and compare: rows, automatic matches, every file of the run.

    Nothing is written to store or reports. What it reads is what the close could know: the same entry of the journal.

    Raises:
        PeriodError: the period is not closed, or its run's folder is gone.
    """
    close = Periods.of(Reading.now(workspace)).current(period.name)
    if close is None:
        raise PeriodError(period.name, [Fault(f"a close of {period}, but there is none; first: recon close {period}")])
    run = Run(workspace.path("reports") / period.name / close.run_id)
    if not run.is_whole:
        raise PeriodError(period.name, [Fault(f"the run {close.run_id}, but its folder is gone")])
    reading = Reading.at(workspace, close.made_at)
    step("reading kept files again")
    compared = [Compared("source", one.name, one.same, one.why) for one in reread(reading)]
    step("matching again")
    compared += _postings(reading, close)
    step("making the reports again")
    compared += _outputs(reading, close, step)
    then, now = str(run.manifest["versions"]["recon_kit"]), recon_kit.__version__
    return Replayed(close.period, close.run_id, tuple(compared), None if then == now else (then, now))


def _postings(reading: Reading, close: Close) -> Iterator[Compared]:
    """Each pass of matching that posted for this period, again from what was known just before it."""
    store = reading.workspace.store
    entries = reading.entries("posting")
    for seq, told in zip(entries["seq"], entries["payload"], strict=True):
        if told.get("period") != close.period.name or "rows" not in told:
            continue
        again = certain(Reading.at(reading.workspace, int(seq) - 1), close.period)
        same = content(ALLOCATIONS, again) == told["rows"][ALLOCATIONS.name]
        why = "" if same else _other_matches(store.fetch(ALLOCATIONS, entry=int(seq)), again)
        yield Compared("posting", f"entry {seq}, {told['matches']} matches", same, why)


def _other_matches(then: pd.DataFrame, now: pd.DataFrame) -> str:
    ids = [set(frame["match_id"]) for frame in (then, now)]
    return f"{len(ids[0] - ids[1])} of its matches are not made again, {len(ids[1] - ids[0])} others are"


def _outputs(reading: Reading, close: Close, step: Step) -> Iterator[Compared]:
    before = looked_back(reading, close.period)
    cut = build_cut(reading, close.period, matched(reading, close.period), before=before, overrides=close.overrides)
    with tempfile.TemporaryDirectory(prefix="recon-replay-") as folder:
        aside = Path(folder) / "run"
        run_id = frozen(aside, cut)
        yield Compared("output", "run id", run_id == close.run_id, "" if run_id == close.run_id else f"it is {run_id} now")
        write_reports(aside, cut, step)
        for name, sha in close.outputs.items():
            if not name.endswith(_NOT_COMPARED):
                again = file_sha256(aside / name) if (aside / name).is_file() else None
                why = "" if again == sha else "it is not made any more" if again is None else "its bytes are others"
                yield Compared("output", name, again == sha, why)
