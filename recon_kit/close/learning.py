"""`recon train`: a model from the workspace's own decisions, champion only if it is better on a month that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.close.models import champion, keep
from recon_kit.close.posting import books
from recon_kit.learning.challengers import Judged, ran
from recon_kit.learning.championing import Comparison, better
from recon_kit.learning.labels import REVERSED, labels
from recon_kit.learning.own import LEAST_DECISIONS, trained
from recon_kit.learning.training import Case
from recon_kit.matching import LIVE, History
from recon_kit.matching.coding import columns
from recon_kit.matching.model import Cut, Model, measured_at
from recon_kit.measures.balances import available
from recon_kit.policy import Period, Policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES
from recon_kit.workspace import Reading, Workspace

DECIDED = ("confirmed", "exported", "in_ledger")
"""Statuses of a match that somebody stands for; an automatic one that nobody has looked at teaches nothing."""
LEAST_LATER = 30
"""Decided lines that a later month needs to compare two models on."""


@dataclass(frozen=True)
class Side:
    """What a model does on the later month.

    Args:
        exact: share of decided lines whose whole set is right. through: the same among the automatic, as a share of all.
        n_automatic, n_false: automatic matches, and wrong ones of them; upper95: of their share.
    """

    exact: float
    through: float
    n_automatic: int
    n_false: int
    upper95: float


@dataclass(frozen=True)
class Training:
    """What a training came to.

    Args:
        outcome: "too_few", "stays" (nothing is surely better), "stricter" (the champion with tighter cuts) or "replaced".
        sentence: the same in words. n_decisions: decided lines of each period, oldest first.
        learned: how the challenger came about. later: the period it was compared on. file: where the new champion lies.
    """

    outcome: str
    sentence: str
    n_decisions: dict[str, int]
    learned: str | None = None
    later: str | None = None
    comparison: Comparison | None = None
    champion: Side | None = None
    challenger: Side | None = None
    sha256: str | None = None
    file: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = asdict(self)
        return {**told, "file": None if self.file is None else str(self.file)}


def train_from_decisions(
    workspace: Workspace, *, by: str, at: datetime, dry_run: bool = False, step: Callable[[str], None] = lambda _: None
) -> Training:
    """Learn from all months but the last decided one, compare on that one, and replace the champion if it is surely better.

    A challenger that differs from the champion by stricter cuts alone takes its place at once: what went wrong is not to
    be repeated until more is known.

    Raises:
        ModelError: the champion's file was altered.
    """
    step("gathering decisions")
    found = decided_months(workspace)
    counts = {period.name: int(case.known().sum()) for period, case in found}
    later = max((at for at, (_, case) in enumerate(found) if case.known().sum() >= LEAST_LATER), default=0)
    n_before = sum(int(case.known().sum()) for _, case in found[:later])
    if not later or n_before < LEAST_DECISIONS:
        return Training("too_few", _too_few(counts), counts)
    current, (period, case) = champion(Reading.now(workspace)), found[later]
    step(f"learning from {n_before} decisions")
    window = {"first": found[0][0].first.isoformat(), "last": found[later - 1][0].last.isoformat(), "later": period.name}
    challenger = trained([each for _, each in found[:later]], current, {"window": window})
    told: dict[str, Any] = {"n_decisions": counts, "learned": str(challenger.about.get("learned")), "later": period.name}
    if challenger is current:
        return Training("stays", f"nothing learned from {n_before} decisions is surely better; the champion stays", **told)
    step(f"comparing on {period}")
    both = [ran([case], model).judged for model in (current, challenger)]
    compared = _compared(*both)
    sides = [_side(judged, model, workspace.policy) for judged, model in zip(both, (current, challenger), strict=True)]
    told |= {"comparison": compared, "champion": sides[0], "challenger": sides[1], "sha256": challenger.sha256}
    outcome = _outcome(current, challenger, compared, sides, workspace.policy)
    file = None
    if outcome != "stays" and not dry_run:
        metrics = {"compared": asdict(compared), "champion": asdict(sides[0]), "challenger": asdict(sides[1])}
        about = {**challenger.about, "features": [feature.name for feature in challenger.features], "metrics": metrics}
        file = keep(workspace, challenger, about, by=by, at=at)
    return Training(outcome, _sentence(outcome, compared, dry_run), **told, file=file)


def decided_months(workspace: Workspace) -> list[tuple[Period, Case]]:
    """Each period with decisions, oldest first: its lines and documents as they stood, and which of its lines are decided."""
    reading = Reading.now(workspace)
    policy = reading.policy
    rows = reading.fetch(ALLOCATIONS)
    rows = rows[rows["status"].isin([*DECIDED, REVERSED]) & rows["line_id"].notna()]
    if rows.empty:
        return []
    booked = reading.fetch(BANK_LINES)[["entity", "line_id", "booked_on"]]
    days = rows.merge(booked, on=["entity", "line_id"])["booked_on"].dropna()
    start = reading.start_on()
    periods = {policy.calendar.containing(day.date()) for day in days if start is None or day.date() > start}
    return [(period, _case(reading, period, rows)) for period in sorted(periods, key=lambda each: each.first)]


def _case(reading: Reading, period: Period, rows: pd.DataFrame) -> Case:
    known = books(reading, period.last)
    now = known.lines["booked_on"] >= pd.Timestamp(period.first)
    before = known.allocations[~known.allocations["line_id"].isin(set(known.lines.loc[now, "line_id"]))]
    before = before[(before["effective_on"] < pd.Timestamp(period.first)) & before["status"].isin(LIVE)]
    items = available(known.items, before, period.first, period.last, known.snapshots)
    history = History(known.lines[~now].reset_index(drop=True), known.items, before.reset_index(drop=True))
    lines = known.lines[now].reset_index(drop=True)
    both = columns(lines, items, reading.policy, history)
    found = labels(both, _followed(rows, lines, items))
    return Case(period.name, "own", both, found.line, found.item, found.decided)


def _followed(rows: pd.DataFrame, lines: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The decisions on these lines, without lines one of whose documents no list shows (nobody could have proposed it)."""
    mine = rows[_among(rows, lines, "line_id")]
    unknown = mine["item_id"].notna() & ~_among(mine, items, "item_id")
    return mine[~_among(mine, mine[unknown], "line_id")].reset_index(drop=True)


def _among(rows: pd.DataFrame, others: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    keys = [pd.MultiIndex.from_frame(frame[["entity", name]].fillna("")) for frame in (rows, others)]
    return np.asarray(keys[0].isin(keys[1]))


def _compared(old: Judged, new: Judged) -> Comparison:
    truth = np.ones(len(old.said), bool)
    group = old.group if len(np.unique(old.group)) > 1 else np.arange(len(truth))
    return better(old.said, new.said, truth, group)


def _side(judged: Judged, model: Model, policy: Policy) -> Side:
    cut = _automatic(model, judged, policy)
    passed = judged.chosen & (judged.probability >= cut.at)
    n = max(len(judged.right), 1)
    return Side(float((judged.right & judged.chosen).sum() / n), float((judged.right & passed).sum() / n), cut.n, cut.wrong,
                cut.upper95)  # fmt: skip


def _automatic(model: Model, judged: Judged, policy: Policy) -> Cut:
    return measured_at(judged.probability, judged.right, model.automatic(policy.matching.floor).at)


def _outcome(old: Model, new: Model, compared: Comparison, sides: Sequence[Side], policy: Policy) -> str:
    """Stricter cuts hold at once; a challenger has to be surely better on the later month; looser cuts of the same model have
    to let more right ones through there, and what is known of the wrong ones may not grow."""
    stricter = old.passes == new.passes and all(new.cuts[name].at >= cut.at for name, cut in old.cuts.items())
    if stricter:
        return "stricter"
    worse = sides[1].n_false > sides[0].n_false and sides[1].n_false > (1 - policy.matching.floor) * sides[1].n_automatic
    gains = sides[1].through > sides[0].through and sides[1].upper95 <= sides[0].upper95
    surely = compared.replace or (old.passes == new.passes and gains)
    return "replaced" if surely and not worse else "stays"


def _sentence(outcome: str, compared: Comparison, dry_run: bool) -> str:
    would = "would be" if dry_run else "is"
    return {
        "stays": f"the challenger is not surely better on a later month; the champion stays ({compared})",
        "stricter": f"errors were found among what was automatic: the champion {would} used with stricter cuts",
        "replaced": f"the challenger {would} the new champion ({compared})",
    }[outcome]


def _too_few(counts: dict[str, int]) -> str:
    told = ", ".join(f"{name}: {n}" for name, n in counts.items()) or "none"
    return (
        f"too few decisions to learn from ({told}); it takes {LEAST_DECISIONS} decided lines and {LEAST_LATER} more of a later "
        "period to compare on; the champion stays"
    )
