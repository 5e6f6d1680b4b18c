"""The batches of a workspace as its journal knows them: their rows, their files, and which matches are out with them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit import durable
from recon_kit.book import BatchFile, batch_files, standing
from recon_kit.close.building import sweep
from recon_kit.close.hashing import file_sha256
from recon_kit.errors import BookingError, Fault
from recon_kit.policy.booking import booking_of
from recon_kit.tables import BATCH_LINES, EXPORTED
from recon_kit.workspace import Reading, Workspace

FOLDER = "booking"
"""Where batches lie in a period's reports, each in a folder named by its number."""


@dataclass(frozen=True)
class Batch:
    """One batch, as its journal entry tells it.

    Args:
        seq: that entry. batch_no: from 1, without gaps, each used once.
        period: name of the period up to whose end matches were offered. through: that end.
        created: when, in the company's time; the files' bytes hang on it.
        n: postings. totals: entity -> currency -> n, debit and credit of the postings' own accounts in minor units.
        files: name, sha256, n postings, and totals: currency -> debit and credit, as adding up the file's columns gives them.
        booking: text of the booking.toml by which it was made.
    """

    seq: int
    batch_no: int
    period: str
    through: date
    created: datetime
    n: int
    totals: Mapping[str, Mapping[str, Mapping[str, int]]]
    files: Sequence[Mapping[str, Any]]
    booking: str

    @property
    def sha256(self) -> dict[str, str]:
        """Name of each file -> its hash."""
        return {file["name"]: file["sha256"] for file in self.files}


def batches(reading: Reading) -> list[Batch]:
    """Every batch up to a reading, in the order of their numbers."""
    entries = reading.entries("batch")
    return [_batch(int(seq), told) for seq, told in zip(entries["seq"], entries["payload"], strict=True)]


def _batch(seq: int, told: Mapping[str, Any]) -> Batch:
    through, created = date.fromisoformat(told["through"]), datetime.fromisoformat(told["created"])
    return Batch(
        seq,
        told["batch_no"],
        told["period"],
        through,
        created,
        told["n"],
        told["totals"],
        told["files"],
        told["booking"]["text"],
    )


def exported(reading: Reading, before: date) -> pd.DataFrame:
    """The matches that are out with batches of earlier periods, those that end before a day (EXPORTED).

    A period's own batch is made of its close: it does not count in it, so that closing again after booking gives the same run.
    """
    early = [batch.batch_no for batch in batches(reading) if batch.through < before]
    if not early:
        return EXPORTED.empty()
    rows = reading.fetch(BATCH_LINES)
    out = standing(rows[rows["batch_no"].isin(early)])
    return EXPORTED.sorted(EXPORTED.conform(out[list(EXPORTED.columns)].drop_duplicates(["entity", "match_id"], keep="last")))


def folder_of(workspace: Workspace, batch: Batch) -> Path:
    """Where the files of a batch lie: reports/<period>/booking/<number>."""
    return workspace.path("reports") / batch.period / FOLDER / f"{batch.batch_no:06d}"


def files_of(workspace: Workspace, batch: Batch) -> list[BatchFile]:
    """The files of a batch, made again from its stored rows: the same bytes.

    Raises:
        BookingError: they are not, by the hashes that the journal has of them.
    """
    policy = Reading.at(workspace, batch.seq).policy
    rows = workspace.store.fetch(BATCH_LINES, entry=batch.seq)
    files = batch_files(rows, policy, booking_of(batch.booking, policy), batch.created)
    if {file.name: file.sha256 for file in files} != batch.sha256:
        told = "the bytes that the journal knows, but its rows give others now; install the version of recon-kit that made it"
        raise BookingError(f"batch {batch.batch_no}", [Fault(told)])
    return files


def placed(workspace: Workspace, batch: Batch, files: Sequence[BatchFile], at: datetime) -> list[str]:
    """Put the files of a batch in place, its folder whole or not at all; returns the names of those that were not there.

    Args:
        at: the clock; what calls that were killed left is removed a day later.
    """
    folder = folder_of(workspace, batch)
    sweep(folder.parent, at)
    if not folder.exists():
        aside = folder.with_name(f".building-{folder.name}-{os.getpid()}")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for file in files:
            (aside / file.name).write_bytes(file.bytes)
        durable.rename(aside, folder, "booking.keep")
        return [file.name for file in files]
    lacking = [file for file in files if not _is_there(folder / file.name, file.sha256)]
    for file in lacking:
        durable.write_file(folder / file.name, file.bytes, "booking.keep")
    return [file.name for file in lacking]


def _is_there(path: Path, sha256: str) -> bool:
    return path.is_file() and file_sha256(path) == sha256


def unlike(workspace: Workspace) -> Iterator[Fault]:
    """Every file of a batch that is gone or not as it was offered, and every folder of a batch that nobody journaled."""
    known = batches(Reading.now(workspace))
    folders = {folder_of(workspace, batch) for batch in known}
    for folder in sorted(workspace.path("reports").glob(f"*/{FOLDER}/[!.]*")):
        if folder not in folders:
            yield Fault(f"a batch in the journal for {folder.parent.parent.name}/{FOLDER}/{folder.name}, but it knows none")
    for batch in known:
        for name, sha256 in batch.sha256.items():
            path = folder_of(workspace, batch) / name
            place = f"reports {batch.period}/{FOLDER}/{path.parent.name}/{name}"
            again = f"`recon book --again {batch.batch_no}` writes it anew"
            if not path.is_file():
                yield Fault(f"{place}, which was offered to the ledger, but it is gone; {again}")
            elif file_sha256(path) != sha256:
                yield Fault(f"{place} as it was offered to the ledger, but it was changed; {again}")
