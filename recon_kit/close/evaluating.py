"""`recon evaluate` in a workspace: what its own decisions, or a truth file, say of what the engine made automatic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from recon_kit.close.models import own
from recon_kit.close.posting import Books, books, matched
from recon_kit.evaluation import (
    Evaluation,
    Missed,
    RulesMeasured,
    blocking,
    candidates,
    evaluate,
    missed,
    rules_measured,
)
from recon_kit.evaluation.decisions import RIGHT, WRONG, Decisions, decided
from recon_kit.matching import LIVE, History, MatchResult, match_with_rules
from recon_kit.measures.balances import available, balances
from recon_kit.policy import Period
from recon_kit.tables import ALLOCATIONS, BANK_LINES, SNAPSHOTS
from recon_kit.workspace import Reading, Workspace

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
    lines, known, _ = _since_the_start(Reading.now(workspace))
    found = _decided(workspace, lines, known)
    return OwnEvaluation(found, _missed(workspace, lines, known.items, known.allocations))


def by_rules(workspace: Workspace, truth: pd.DataFrame | None = None, last: int = 3) -> RulesMeasured:
    """What the rules of rules.toml, as they stand there now, would have done with all lines since the opening position.

    All of it is matched anew, as if nothing had been posted; nothing is posted. Judged by a truth, else by decisions: what
    people confirmed and what the ledger's lists contain is right, another match of the same line is not, nor is what was
    taken back.

    Args:
        last: months, up to the newest, in which dead and overlapping rules are looked for.
    Raises:
        TableError: truth lacks one of its columns.
    """
    lines, known, until = _since_the_start(Reading.now(workspace))
    policy, first = workspace.policy, lines["booked_on"].min().date() if len(lines) else until
    before = known.lines[~known.lines["line_id"].isin(lines["line_id"])].reset_index(drop=True)
    items = available(known.items, known.allocations[:0], first, until, known.snapshots)
    history = History(before, known.items, known.allocations[:0])
    result, fits = match_with_rules(lines, items, policy, own(Reading.now(workspace)), history, until)
    if truth is not None:
        return rules_measured(policy.rules, fits, lines, evaluate(result, truth).lines, last)
    told = _decided(workspace, lines, known).matches
    return rules_measured(policy.rules, fits, lines, _judged(result, workspace.store.fetch(ALLOCATIONS), told), last)


def _judged(result: MatchResult, posted: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Lines of a run of which decisions on what was posted tell whether they are right.

    Args:
        told: one row per posted match and its fate, as `Decisions.matches`.
    """
    fate = told.set_index("match_id")["fate"]
    so = posted[posted["match_id"].isin(fate.index[fate.isin(RIGHT)])]
    right = evaluate(result, so).lines
    rows = result.allocations
    taken = rows[rows["match_id"].isin(fate.index[fate.isin(WRONG)]) & ~rows["line_id"].isin([*right["line_id"], None])]
    wrong = taken.drop_duplicates(["entity", "line_id"]).assign(exact=False, right=False)
    columns = ["entity", "line_id", "status", "exact", "right"]
    return pd.concat([right[columns], wrong[columns]], ignore_index=True)


def _since_the_start(reading: Reading) -> tuple[pd.DataFrame, Books, date]:
    """Lines since the opening position, all that is known, and the last day that anything is known of."""
    start, lines = reading.start_on(), reading.fetch(BANK_LINES)
    if start is not None:
        lines = lines[lines["booked_on"] > pd.Timestamp(start)]
    last = max(_last(lines["booked_on"]), _last(reading.fetch(SNAPSHOTS)["snapshot_on"]))
    return lines.reset_index(drop=True), books(reading, last), last


def _decided(workspace: Workspace, lines: pd.DataFrame, known: Books) -> Decisions:
    store, last = workspace.store, max(_last(lines["booked_on"]), _last(known.snapshots["snapshot_on"]))
    said = balances(known.items, known.allocations, last, known.snapshots)
    posted = store.entries("posting")["payload"]
    withdrawn = frozenset(match for payload in posted for match in payload.get("reverses", ()))
    return decided(store.fetch(ALLOCATIONS), len(lines), said.contained, said.answered, withdrawn)


def by_truth(workspace: Workspace, truth: pd.DataFrame) -> Evaluation:
    """What is posted, and what is proposed for the rest, against a truth; nothing is posted.

    Raises:
        TableError: truth lacks one of its columns.
    """
    lines = workspace.store.fetch(BANK_LINES)
    first, last = (lines["booked_on"].min().date(), _last(lines["booked_on"])) if len(lines) else (_NO_DAY, _NO_DAY)
    posted = workspace.store.fetch(ALLOCATIONS)
    posted = posted[posted["status"].isin(LIVE)]
    now = matched(Reading.now(workspace), Period("evaluation", first, last))
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
