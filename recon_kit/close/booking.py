"""`recon book`: what is matched and not in the ledger yet goes out once, as a numbered batch of postings with its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from recon_kit.book import BatchFile, Matched, Offered, batch_files, offered, one_batch, postings, reversal
from recon_kit.book.batchfile import sides
from recon_kit.close.batches import Batch, batches, files_of, folder_of, placed
from recon_kit.close.periods import Periods
from recon_kit.close.posting import Books, books, seen_in_ledger
from recon_kit.errors import BookingError, Fault, ParameterError
from recon_kit.measures.balances import balances
from recon_kit.policy import Period
from recon_kit.policy.booking import Booking, booking_of, required_text
from recon_kit.tables import ALLOCATIONS, BATCH_LINES, CUSTOMERS
from recon_kit.workspace import Reading, Workspace

_BEFORE_ALL = date(1900, 1, 1)


@dataclass(frozen=True)
class Booked:
    """What a call of `book` did, or would do.

    Args:
        state: "made" a batch; "finished" one that an earlier call had journaled and not written; "nothing" to book;
            "dry_run".
        rows: BATCH_LINES of the batch. files: as `Batch.files`.
        held: ALLOCATIONS of matches of which a list of the ledger shows a part: a person has to look, they are not posted.
        batch: as journaled; None where nothing was. folder: where its files lie.
    """

    state: Literal["made", "finished", "nothing", "dry_run"]
    rows: pd.DataFrame
    files: Sequence[Mapping[str, Any]]
    held: pd.DataFrame
    batch: Batch | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class _Draft:
    """A batch before it is journaled, and what was known when it was made."""

    reading: Reading
    rows: pd.DataFrame
    held: pd.DataFrame
    files: list[BatchFile]
    facts: Mapping[str, Any]


def book(workspace: Workspace, period: Period, *, by: str, at: datetime, dry_run: bool = False) -> Booked:
    """Take what is matched up to a period's end out to the ledger, all entities in one batch; what is undone is taken back.

    The batch is journaled with its rows and the hashes of its files before the files appear. Killed in between, the next
    call writes that batch's files and makes no other. Nothing new: nothing is written.

    Raises:
        PolicyError: there is no booking.toml, or it has faults.
        BookingError: naming everything that it does not tell or that a file cannot hold; nothing is written.
        StoreError: somebody else wrote meanwhile.
    """
    if not dry_run and (left := unfinished(workspace)):
        return _finished(workspace, left, at)
    draft = _draft(Reading.now(workspace), period, at)
    if dry_run or draft.rows.empty:
        return Booked("dry_run" if dry_run else "nothing", draft.rows, draft.facts["files"], draft.held)
    workspace.record_policy(by, at)
    if workspace.store.head() != draft.reading.head:
        draft = _draft(Reading.now(workspace), period, at)
    with workspace.store.writing(by=by, at=at, expected=draft.reading.head) as writing:
        seq = writing.journal("batch", draft.facts)
        writing.append(BATCH_LINES, draft.rows, seq)
    made = next(batch for batch in batches(Reading.now(workspace)) if batch.seq == seq)
    placed(workspace, made, draft.files, at)
    return Booked("made", draft.rows, made.files, draft.held, made, folder_of(workspace, made))


def unfinished(workspace: Workspace) -> Batch | None:
    """The newest batch, if its files were never put in place; None else."""
    known = batches(Reading.now(workspace))
    return known[-1] if known and not folder_of(workspace, known[-1]).exists() else None


def write_again(workspace: Workspace, batch_no: int, *, at: datetime) -> tuple[Batch, list[str]]:
    """Write those files of a batch anew that are gone or were changed, the same bytes; returns it and their names.

    Raises:
        ParameterError: there is no such batch. BookingError: its rows do not give the bytes that were offered.
    """
    known = {batch.batch_no: batch for batch in batches(Reading.now(workspace))}
    if batch_no not in known:
        told = f"a batch from 1 to {max(known)}" if known else "the number of a batch, but none was made yet"
        raise ParameterError("book", [Fault(told, field="--again", found=str(batch_no))])
    batch = known[batch_no]
    return batch, placed(workspace, batch, files_of(workspace, batch), at)


def waiting(reading: Reading, period: Period, today: date) -> tuple[int, int]:
    """How many matches the next batch would post up to a period's end, and how many it would take back."""
    found = _offer(reading, _everything(reading, period, today), period)
    return int(found.allocations["match_id"].nunique()), int(found.undone["match_id"].nunique())


def _finished(workspace: Workspace, batch: Batch, at: datetime) -> Booked:
    rows = workspace.store.fetch(BATCH_LINES, entry=batch.seq)
    placed(workspace, batch, files_of(workspace, batch), at)
    return Booked("finished", rows, batch.files, ALLOCATIONS.empty(), batch, folder_of(workspace, batch))


def _draft(reading: Reading, period: Period, at: datetime) -> _Draft:
    policy = reading.policy
    text = required_text(reading.workspace.folder)
    booking = booking_of(text, policy)
    created = at.astimezone(ZoneInfo(policy.company.time_zone))
    known = _everything(reading, period, created.date())
    found = _offer(reading, known, period)
    number = max((batch.batch_no for batch in batches(reading)), default=0) + 1
    matched = Matched(found.allocations, known.lines, known.items, reading.fetch(CUSTOMERS))
    rows = _rows(reading, matched, found.undone, booking, number)
    files = batch_files(rows, policy, booking, created)
    facts = {
        "period": period.name, "through": period.last.isoformat(), "batch_no": number, "n": len(rows), "totals": _totals(rows),
        "created": created.isoformat(), "files": [_file(file) for file in files], "read_to": reading.head.seq,
        "booking": {"sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text},
    }  # fmt: skip
    return _Draft(reading, rows, found.held, files, facts)


def _everything(reading: Reading, period: Period, today: date) -> Books:
    """All that is known on a day, not what a close of the period would know: lists that came since tell what is booked."""
    through = [date.fromisoformat(told["through"]) for told in reading.entries("posting")["payload"] if "through" in told]
    last = max([period.last, today, *through])
    known = books(reading, last)
    found = seen_in_ledger(known.allocations, balances(known.items, known.allocations, last, known.snapshots))
    entities = list(reading.policy.entities)
    if len(entities) == 1:
        found = found.assign(entity=found["entity"].fillna(entities[0]))
    return replace(known, allocations=found)


def _offer(reading: Reading, known: Books, period: Period) -> Offered:
    """Matches up to a period's end, whole; whatever was undone is taken back, of any period."""
    found = offered(known.allocations, reading.fetch(BATCH_LINES))
    return replace(found, allocations=_through(found.allocations, period), held=_through(found.held, period))


def _through(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    later = rows.loc[rows["effective_on"] > pd.Timestamp(period.last), "match_id"]
    return rows[~rows["match_id"].isin(later)].reset_index(drop=True)


def _rows(reading: Reading, matched: Matched, undone: pd.DataFrame, booking: Booking, number: int) -> pd.DataFrame:
    """The batch's postings, then its reversals."""
    locked = Periods.of(reading).locked_to
    open_from = locked + timedelta(days=1) if locked else None
    if untold := sorted(set(undone["entity"]) - booking.entities.keys()):
        raise BookingError("booking.toml", [Fault("a table with its accounts", field=f"entities.{name}") for name in untold])
    posted = postings(matched, reading.policy, booking, number, open_from)
    back = [
        reversal(rows, number, open_from or _BEFORE_ALL, booking.entities[str(entity)].language)
        for entity, rows in undone.groupby("entity", sort=True)
    ]
    return one_batch(number, [posted, *back])


def _totals(rows: pd.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    """Control totals by entity and currency."""
    return {
        str(entity): {
            currency: {"n": int((part["currency"] == currency).sum()), "debit": debit, "credit": credit}
            for currency, (debit, credit) in sides(part).items()
        }
        for entity, part in rows.groupby("entity", sort=True)
    }


def _file(file: BatchFile) -> dict[str, Any]:
    totals = {currency: {"debit": debit, "credit": credit} for currency, (debit, credit) in file.totals.items()}
    return {"name": file.name, "sha256": file.sha256, "n": file.n, "totals": totals}
