"""Matching in a workspace: what the store knows goes to the pure engine, and what is sure comes back as a posting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from recon_kit.close.models import own
from recon_kit.errors import FaultyError
from recon_kit.matching import History, MatchResult, check_laws, match
from recon_kit.measures import EXPLAINED
from recon_kit.measures.balances import Balances, available, balances, of_open_documents
from recon_kit.payouts import expected_payouts
from recon_kit.policy import Period
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BANK_LINES, EVIDENCE, OPEN_ITEMS, SETTLEMENT_LINES, SNAPSHOTS
from recon_kit.workspace import Reading, Workspace

_BEFORE_ALL = date(1900, 1, 1)


class LawError(FaultyError):
    """The engine's result breaks a law of conservation; nothing of it is posted."""


@dataclass(frozen=True)
class Posted:
    """What matching did: the engine's last result, the reading that it is of, and how much was posted on the way."""

    result: MatchResult
    reading: Reading
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


def books(reading: Reading, at: date) -> Books:
    """Everything that matching needs, as far as it speaks of days up to `at`: files of later days change no earlier close."""
    policy, settled = reading.policy, reading.fetch(SETTLEMENT_LINES)
    holidays = policy.calendar.holidays_between(at - timedelta(days=400), at)
    payouts = expected_payouts(settled, at, bank_days=policy.matching.payout_days, holidays=holidays)
    lines, listed = _until(reading.fetch(BANK_LINES), "booked_on", at), _until(reading.fetch(OPEN_ITEMS), "snapshot_on", at)
    items = OPEN_ITEMS.conform(pd.concat([listed, payouts.items], ignore_index=True))
    snapshots = _until(reading.fetch(SNAPSHOTS), "snapshot_on", at)
    return Books(lines, items, snapshots, _allocations(reading, at), payouts.breaks)


def _allocations(reading: Reading, at: date) -> pd.DataFrame:
    """Those that stand, without what closes of later periods posted."""
    return _standing(reading, without=_later_postings(reading, at))


def _standing(reading: Reading, without: tuple[int, ...] = ()) -> pd.DataFrame:
    allocations = reading.fetch(ALLOCATIONS, without=without)
    return allocations[allocations["status"].isin(EXPLAINED)].reset_index(drop=True)


def _later_postings(reading: Reading, at: date) -> tuple[int, ...]:
    """Postings of later periods: what they explained was still open when an earlier one was closed."""
    entries = reading.entries("posting")
    later = [payload.get("through", "") > at.isoformat() for payload in entries["payload"]]
    return tuple(int(seq) for seq, is_later in zip(entries["seq"], later, strict=True) if is_later)


def _until(rows: pd.DataFrame, day: str, at: date) -> pd.DataFrame:
    return rows[rows[day].isna() | (rows[day] <= pd.Timestamp(at))].reset_index(drop=True)


def seen_in_ledger(allocations: pd.DataFrame, found: Balances) -> pd.DataFrame:
    """The same rows; those that a ledger's list explains, or answers with its own figure, have the status `in_ledger`."""
    key = ["match_id", "item_id", "kind"]
    seen = pd.concat([found.contained, found.answered], ignore_index=True)
    there = pd.MultiIndex.from_frame(allocations[key]).isin(pd.MultiIndex.from_frame(seen[key]))
    return allocations.assign(status=allocations["status"].mask(there, "in_ledger"))


def match_and_post(workspace: Workspace, period: Period, *, by: str, at: datetime) -> Posted:
    """Match what is unexplained up to the end of a period, and post what may be automatic, until nothing more is sure.

    Lines until the opening day are history: they can be returned or taught from, never left open. What is posted teaches
    who pays for whom, so matching is repeated until a pass posts nothing: then proposals and breaks follow from the store
    alone, and a second call finds the same.
    """
    n_matches = n_lines = 0
    reading = Reading.now(workspace)
    known = books(reading, period.last)
    while True:
        result = _matched(reading, period, known)
        certain = _postable(reading, result)
        if certain.empty:
            return Posted(_told(result, period, known), reading, n_matches, n_lines)
        n_matches += int(certain["match_id"].nunique())
        n_lines += int(certain["line_id"].nunique())
        _post(reading, period, result, certain, by, at)
        reading = Reading.now(workspace)
        known = replace(known, allocations=_allocations(reading, period.last))


def matched(reading: Reading, period: Period) -> MatchResult:
    """What the engine says of every line up to the end of a period that nothing explains yet; posts nothing."""
    known = books(reading, period.last)
    return _told(_matched(reading, period, known), period, known)


def certain(reading: Reading, period: Period) -> pd.DataFrame:
    """What one pass over a reading posts: the sure matches (ALLOCATIONS), in the order in which they are stored."""
    return ALLOCATIONS.sorted(_postable(reading, _matched(reading, period, books(reading, period.last))))


def _matched(reading: Reading, period: Period, known: Books) -> MatchResult:
    policy, start = reading.policy, reading.start_on()
    is_open = ~known.lines["line_id"].isin(set(known.allocations["line_id"].dropna()))
    if start:
        is_open &= known.lines["booked_on"] > pd.Timestamp(start)
    items = available(known.items, known.allocations, _first_day(known.lines[is_open], start), period.last, known.snapshots)
    history = History(known.lines[~is_open].reset_index(drop=True), known.items, known.allocations)
    lines = known.lines[is_open].reset_index(drop=True)
    result = match(lines, items, policy=policy, model=own(reading), history=history, as_of=period.last)
    _require_laws(result, lines, items, known.items)
    return result


def _told(result: MatchResult, period: Period, known: Books) -> MatchResult:
    """A last result, without what is asked of documents that the ledger has closed."""
    now = balances(known.items, known.allocations, period.last, known.snapshots)
    return replace(result, breaks=of_open_documents(result.breaks, now))


def _postable(reading: Reading, result: MatchResult) -> pd.DataFrame:
    """The sure matches, less those on lines that a later period has explained already: no line is posted twice."""
    sure = result.allocations[result.allocations["status"] == "auto"]
    taken = sure["line_id"].isin(set(_standing(reading)["line_id"].dropna()))
    return sure[~sure["match_id"].isin(sure.loc[taken, "match_id"])].reset_index(drop=True)


def _post(reading: Reading, period: Period, result: MatchResult, certain: pd.DataFrame, by: str, at: datetime) -> None:
    evidence = result.evidence[result.evidence["match_id"].isin(certain["match_id"])].reset_index(drop=True)
    others = result.alternatives[result.alternatives["line_id"].isin(certain["line_id"])].reset_index(drop=True)
    facts = {"period": period.name, "through": period.last.isoformat(), "matches": int(certain["match_id"].nunique())}
    with reading.workspace.store.writing(by=by, at=at, expected=reading.head) as writing:
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
