"""`recon evaluate` in a workspace: what its own decisions, or a truth file, say of what the engine made automatic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from recon_kit.close.posting import books, matched
from recon_kit.evaluation import Evaluation, Missed, blocking, candidates, evaluate, missed
from recon_kit.evaluation.decisions import Decisions, decided
from recon_kit.matching import LIVE, MatchResult
from recon_kit.measures.balances import balances
from recon_kit.policy import Period
from recon_kit.tables import ALLOCATIONS, BANK_LINES, SNAPSHOTS
from recon_kit.workspace import Workspace

_NO_DAY = date(1900, 1, 1)
_LEAST = 100
"""Sure matches below which nothing is said of what the search misses."""


@dataclass(frozen=True)
class OwnEvaluation:
    """What a workspace tells of its matches.

    Args:
        decisions: by what was found out later. missed: estimate of right sets that the search does not find, None where too
            few matches are sure.
    """

    decisions: Decisions
    missed: Missed | None


def by_decisions(workspace: Workspace) -> OwnEvaluation:
    """Automatic matches since the opening position, judged by people's decisions and by the ledger's later lists."""
    store, start = workspace.store, workspace.start_on()
    lines = store.fetch(BANK_LINES)
    if start is not None:
        lines = lines[lines["booked_on"] > pd.Timestamp(start)]
    last = max(_last(lines["booked_on"]), _last(store.fetch(SNAPSHOTS)["snapshot_on"]))
    known = books(store, workspace.policy, last)
    said = balances(known.items, known.allocations, last, known.snapshots)
    posted = store.entries("posting")["payload"]
    withdrawn = frozenset(match for payload in posted for match in payload.get("reverses", ()))
    found = decided(store.fetch(ALLOCATIONS), len(lines), said.contained, said.answered, withdrawn)
    return OwnEvaluation(found, _missed(workspace, lines.reset_index(drop=True), known.items, known.allocations))


def by_truth(workspace: Workspace, truth: pd.DataFrame) -> Evaluation:
    """What is posted, and what is proposed for the rest, against a truth; nothing is posted.

    Raises:
        TableError: truth lacks one of its columns.
    """
    lines = workspace.store.fetch(BANK_LINES)
    first, last = (lines["booked_on"].min().date(), _last(lines["booked_on"])) if len(lines) else (_NO_DAY, _NO_DAY)
    posted = workspace.store.fetch(ALLOCATIONS)
    posted = posted[posted["status"].isin(LIVE)]
    now = matched(workspace, Period("evaluation", first, last))
    both = MatchResult(pd.concat([posted, now.allocations], ignore_index=True), now.alternatives, now.breaks, now.evidence)
    return evaluate(both, truth)


def _missed(workspace: Workspace, lines: pd.DataFrame, items: pd.DataFrame, allocations: pd.DataFrame) -> Missed | None:
    """From posted payments: would the search find them again, and by which ways, if nothing had been paid yet."""
    paid = allocations[allocations["kind"].eq("payment") & allocations["line_id"].isin(lines["line_id"])]
    if paid["match_id"].nunique() < _LEAST:
        return None
    first = items.sort_values("snapshot_on", na_position="first").drop_duplicates(["entity", "item_id"])
    whole = first.assign(open_amount=first["amount"]).reset_index(drop=True)
    sure = blocking(candidates(lines, whole, workspace.policy), paid)
    return missed(sure) if sure.sets["proposed"].sum() >= _LEAST else None


def _last(days: pd.Series) -> date:
    known = days.dropna()
    return known.max().date() if len(known) else _NO_DAY
