"""Matching in a workspace: what the store knows goes to the pure engine, and what is sure comes back as a posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from recon_kit.matching import History, MatchResult, check_laws, match
from recon_kit.measures.balances import available
from recon_kit.payouts import expected_payouts
from recon_kit.policy import Period
from recon_kit.store import Store
from recon_kit.tables import ALLOCATIONS, BANK_LINES, EVIDENCE, OPEN_ITEMS, SETTLEMENT_LINES, SNAPSHOTS
from recon_kit.workspace import Workspace

STANDING = ("auto", "confirmed", "exported", "in_ledger")
"""The statuses that explain a line."""


@dataclass(frozen=True)
class Posted:
    """What a run of the engine did: its whole result, and how many matches of it were posted."""

    result: MatchResult
    n_matches: int
    n_lines: int


@dataclass(frozen=True)
class Books:
    """What the store knows, as the engine and the reports need it.

    Args:
        lines: BANK_LINES that count, of all days.
        items: OPEN_ITEMS of all lists, and expected payouts.
        allocations: those that stand.
    """

    lines: pd.DataFrame
    items: pd.DataFrame
    snapshots: pd.DataFrame
    allocations: pd.DataFrame


def books(store: Store, policy_payout_days: int) -> Books:
    """Everything that matching needs, from the store as it is now."""
    payouts = expected_payouts(store.fetch(SETTLEMENT_LINES), business_days=policy_payout_days)
    items = OPEN_ITEMS.conform(pd.concat([store.fetch(OPEN_ITEMS), payouts], ignore_index=True))
    allocations = store.fetch(ALLOCATIONS)
    standing = allocations[allocations["status"].isin(STANDING)].reset_index(drop=True)
    return Books(store.fetch(BANK_LINES), items, store.fetch(SNAPSHOTS), standing)


def match_and_post(workspace: Workspace, period: Period, *, by: str, at: datetime) -> Posted:
    """Match what is unexplained up to the end of a period; post what may be automatic as one journal entry.

    Lines until the opening day are history: they can be returned or taught from, never left open. A second call finds
    nothing more to post.
    """
    store, policy = workspace.store, workspace.policy
    known = books(store, policy.matching.payout_days)
    start = workspace.start_on()
    explained = set(known.allocations["line_id"].dropna())
    is_open = ~known.lines["line_id"].isin(explained) & (known.lines["booked_on"] <= pd.Timestamp(period.last))
    if start:
        is_open &= known.lines["booked_on"] > pd.Timestamp(start)
    items = available(known.items, known.allocations, _first_day(known.lines[is_open], start), period.last, known.snapshots)
    history = History(known.lines[~is_open].reset_index(drop=True), known.items, known.allocations)
    lines = known.lines[is_open].reset_index(drop=True)
    result = match(lines, items, policy=policy, history=history, as_of=period.last)
    check_laws(result, lines, items)
    certain = result.allocations[result.allocations["status"] == "auto"].reset_index(drop=True)
    if len(certain):
        evidence = result.evidence[result.evidence["match_id"].isin(certain["match_id"])].reset_index(drop=True)
        with store.writing(by=by, at=at) as writing:
            n_matches = int(certain["match_id"].nunique())
            seq = writing.journal("posting", {"period": period.name, "through": period.last.isoformat(), "matches": n_matches})
            writing.append(ALLOCATIONS, ALLOCATIONS.sorted(certain), seq)
            writing.append(EVIDENCE, EVIDENCE.sorted(evidence), seq)
    return Posted(result, int(certain["match_id"].nunique()), int(certain["line_id"].nunique()))


def _first_day(lines: pd.DataFrame, start: date | None) -> date:
    if start:
        return start + timedelta(days=1)
    return lines["booked_on"].min().date() if len(lines) else date.min
