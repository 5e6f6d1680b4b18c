"""Matching in a workspace: what the store knows goes to the pure engine, and what is sure comes back as a posting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from recon_kit.close.models import own
from recon_kit.errors import FaultyError
from recon_kit.matching import History, MatchResult, check_laws, match
from recon_kit.measures import EXPLAINED
from recon_kit.measures.balances import available, balances, of_open_documents
from recon_kit.payouts import expected_payouts
from recon_kit.policy import Period, Policy
from recon_kit.store import Store
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BANK_LINES, EVIDENCE, OPEN_ITEMS, SETTLEMENT_LINES, SNAPSHOTS
from recon_kit.workspace import Workspace

_BEFORE_ALL = date(1900, 1, 1)


class LawError(FaultyError):
    """The engine's result breaks a law of conservation; nothing of it is posted."""


@dataclass(frozen=True)
class Posted:
    """What matching did: the engine's last result, and how many matches and lines were posted on the way."""

    result: MatchResult
    n_matches: int
    n_lines: int


@dataclass(frozen=True)
class Books:
    """What the store knows, as the engine and the reports need it.

    Args:
        lines: BANK_LINES that count.
        items: OPEN_ITEMS of all lists, and expected payouts.
        allocations: those that stand.
        unsettled: BREAKS of settlement reports whose lines do not sum to their payout.
    """

    lines: pd.DataFrame
    items: pd.DataFrame
    snapshots: pd.DataFrame
    allocations: pd.DataFrame
    unsettled: pd.DataFrame


def books(store: Store, policy: Policy, at: date) -> Books:
    """Everything that matching needs, as far as it speaks of days up to `at`: files of later days change no earlier close."""
    settled = store.fetch(SETTLEMENT_LINES)
    holidays = policy.calendar.holidays_between(at - timedelta(days=400), at)
    payouts = expected_payouts(settled, at, bank_days=policy.matching.payout_days, holidays=holidays)
    lines, listed = _until(store.fetch(BANK_LINES), "booked_on", at), _until(store.fetch(OPEN_ITEMS), "snapshot_on", at)
    items = OPEN_ITEMS.conform(pd.concat([listed, payouts.items], ignore_index=True))
    snapshots = _until(store.fetch(SNAPSHOTS), "snapshot_on", at)
    return Books(lines, items, snapshots, _allocations(store, at), payouts.breaks)


def _allocations(store: Store, at: date) -> pd.DataFrame:
    """Those that stand, without what closes of later periods posted."""
    return _standing(store, without=_later_postings(store, at))


def _standing(store: Store, without: Sequence[int] = ()) -> pd.DataFrame:
    allocations = store.fetch(ALLOCATIONS, without=without)
    return allocations[allocations["status"].isin(EXPLAINED)].reset_index(drop=True)


def _later_postings(store: Store, at: date) -> list[int]:
    """Postings of later periods: what they explained was still open when an earlier one was closed."""
    entries = store.entries("posting")
    later = [payload.get("through", "") > at.isoformat() for payload in entries["payload"]]
    return [int(seq) for seq, is_later in zip(entries["seq"], later, strict=True) if is_later]


def _until(rows: pd.DataFrame, day: str, at: date) -> pd.DataFrame:
    return rows[rows[day].isna() | (rows[day] <= pd.Timestamp(at))].reset_index(drop=True)


def match_and_post(workspace: Workspace, period: Period, *, by: str, at: datetime) -> Posted:
    """Match what is unexplained up to the end of a period, and post what may be automatic, until nothing more is sure.

    Lines until the opening day are history: they can be returned or taught from, never left open. What is posted teaches
    who pays for whom, so matching is repeated until a pass posts nothing: then proposals and breaks follow from the store
    alone, and a second call finds the same.
    """
    n_matches = n_lines = 0
    known = books(workspace.store, workspace.policy, period.last)
    while True:
        result = _matched(workspace, period, known)
        certain = _postable(workspace.store, result)
        if certain.empty:
            return Posted(_told(result, period, known), n_matches, n_lines)
        n_matches += int(certain["match_id"].nunique())
        n_lines += int(certain["line_id"].nunique())
        _post(workspace.store, period, result, certain, by, at)
        known = replace(known, allocations=_allocations(workspace.store, period.last))


def matched(workspace: Workspace, period: Period) -> MatchResult:
    """What the engine says of every line up to the end of a period that nothing explains yet; posts nothing."""
    known = books(workspace.store, workspace.policy, period.last)
    return _told(_matched(workspace, period, known), period, known)


def _matched(workspace: Workspace, period: Period, known: Books) -> MatchResult:
    policy, start = workspace.policy, workspace.start_on()
    is_open = ~known.lines["line_id"].isin(set(known.allocations["line_id"].dropna()))
    if start:
        is_open &= known.lines["booked_on"] > pd.Timestamp(start)
    items = available(known.items, known.allocations, _first_day(known.lines[is_open], start), period.last, known.snapshots)
    history = History(known.lines[~is_open].reset_index(drop=True), known.items, known.allocations)
    lines = known.lines[is_open].reset_index(drop=True)
    result = match(lines, items, policy=policy, model=own(workspace), history=history, as_of=period.last)
    _require_laws(result, lines, items, known.items)
    return result


def _told(result: MatchResult, period: Period, known: Books) -> MatchResult:
    """A last result, without what is asked of documents that the ledger has closed."""
    now = balances(known.items, known.allocations, period.last, known.snapshots)
    return replace(result, breaks=of_open_documents(result.breaks, now))


def _postable(store: Store, result: MatchResult) -> pd.DataFrame:
    """The sure matches, less those on lines that a later period has explained already: no line is posted twice."""
    certain = result.allocations[result.allocations["status"] == "auto"]
    taken = certain["line_id"].isin(set(_standing(store)["line_id"].dropna()))
    return certain[~certain["match_id"].isin(certain.loc[taken, "match_id"])].reset_index(drop=True)


def _post(store: Store, period: Period, result: MatchResult, certain: pd.DataFrame, by: str, at: datetime) -> None:
    evidence = result.evidence[result.evidence["match_id"].isin(certain["match_id"])].reset_index(drop=True)
    others = result.alternatives[result.alternatives["line_id"].isin(certain["line_id"])].reset_index(drop=True)
    facts = {"period": period.name, "through": period.last.isoformat(), "matches": int(certain["match_id"].nunique())}
    with store.writing(by=by, at=at) as writing:
        seq = writing.journal("posting", facts)
        writing.append(ALLOCATIONS, ALLOCATIONS.sorted(certain), seq)
        writing.append(EVIDENCE, EVIDENCE.sorted(evidence), seq)
        writing.append(ALTERNATIVES, ALTERNATIVES.sorted(others), seq)


def _require_laws(result: MatchResult, lines: pd.DataFrame, items: pd.DataFrame, known: pd.DataFrame) -> None:
    others = known[~known["item_id"].isin(items["item_id"])].drop_duplicates(["entity", "item_id"], keep="last")
    every = pd.concat([items, others.assign(open_amount=0)], ignore_index=True)
    if faults := check_laws(lines, every, result.allocations, result.breaks):
        raise LawError("matching", faults)


def _first_day(lines: pd.DataFrame, start: date | None) -> date:
    if start:
        return start + timedelta(days=1)
    return lines["booked_on"].min().date() if len(lines) else _BEFORE_ALL
