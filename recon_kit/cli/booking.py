"""What `recon book` does and says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from recon_kit.cli.screen import say
from recon_kit.close.batches import folder_of
from recon_kit.close.booking import Booked, book, write_again
from recon_kit.errors import Fault, ParameterError
from recon_kit.money import money_text
from recon_kit.policy import Period
from recon_kit.workspace import Workspace

_SHOWN = 20


def book_out(workspace: Path, period: str, dry_run: bool, by: str, at: datetime) -> None:
    """`recon book PERIOD`."""
    opened = Workspace.open(workspace)
    wanted = opened.policy.calendar.period(period or "previous-period", at.date())
    for line in _told(book(opened, wanted, by=by, at=at, dry_run=dry_run), wanted):
        say(line)


def write_lost(workspace: Path, batch_no: int, period: str, dry_run: bool, at: datetime) -> None:
    """`recon book --again N`.

    Raises:
        ParameterError: with a period or --dry-run, for neither has a meaning there.
    """
    if period or dry_run:
        raise ParameterError("book", [Fault("--again N alone: the batch knows its period, and nothing new is booked")])
    opened = Workspace.open(workspace)
    batch, names = write_again(opened, batch_no, at=at)
    say(f"batch {batch_no} of {batch.period}, the bytes that the journal knows, in {folder_of(opened, batch)}:")
    for name in batch.sha256:
        say(f"  {name}: {'written again' if name in names else 'was there'}")


def _told(booked: Booked, period: Period) -> Iterator[str]:
    back = int(booked.rows["reverses"].notna().sum())
    counts = f"{len(booked.rows):,} postings of {booked.rows['match_id'].nunique():,} matches"
    counts += f", {back:,} of them reversals" if back else ""
    if booked.state == "nothing" or not len(booked.rows):
        yield f"nothing to book up to {period}: what is matched is in the ledger or went out already"
    elif booked.batch is None:
        yield f"dry run for {period}, nothing written: {counts}"
    elif booked.state == "finished":
        yield f"batch {booked.batch.batch_no} of {booked.batch.period} was made before, its files were not written: {counts}"
    else:
        yield f"batch {booked.batch.batch_no} for {period}: {counts}"
    if booked.folder:
        yield f"files in {booked.folder}:"
    for file in booked.files:
        yield f"  {file['name']}   {file['n']:,} postings" + (f"   SHA-256 {file['sha256']}" if booked.batch else "")
        for code, sums in file["totals"].items():
            debit, credit = (money_text(sums[side], code, group=",") for side in ("debit", "credit"))
            yield f"    debit {debit:>16} {code}   credit {credit:>16} {code}"
    if booked.state == "finished":
        yield "look whether the ledger has read them; what came since goes out with the next call"
    yield from _held(booked.held)


def _held(held: pd.DataFrame) -> Iterator[str]:
    """The matches that a person has to look at, each with what of it the ledger's lists do not show."""
    found = list(held.groupby(["effective_on", "match_id", "currency"], sort=True))
    if found:
        n = held["match_id"].nunique()
        yield f"{n:,} matches held: a list of the ledger shows a part of each, so somebody has booked that money; book the rest"
        yield "by hand, or undo the match:"
    for (on, match, code), rows in found[:_SHOWN]:
        documents = ", ".join(sorted(rows["item_id"].dropna().unique())) or "no document"
        amount = money_text(int(rows["allocated"].sum()), str(code), group=",")
        yield f"  {on:%Y-%m-%d} {amount:>16} {code}  {', '.join(rows['kind'].unique())} of match {match}, {documents}"
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN:,} more"
