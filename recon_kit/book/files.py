"""The files of a batch: each entity's in the format that its ledger reads."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from recon_kit.book.batchfile import BatchFile
from recon_kit.book.datev import write_datev
from recon_kit.book.journal_csv import write_journal
from recon_kit.errors import BookingError, Fault
from recon_kit.policy import Policy
from recon_kit.policy.booking import Booking
from recon_kit.tables import BATCH_LINES


def batch_files(rows: pd.DataFrame, policy: Policy, booking: Booking, created: datetime) -> list[BatchFile]:
    """The files of one batch, entity by entity; nothing of it is made if one of them cannot be.

    Args:
        rows: BATCH_LINES of one batch.
        created: the instant that DATEV's header tells, in the company's time; the same rows and instant give the same bytes.
    Raises:
        BookingError: naming everything, of all entities, that its format cannot hold.
    """
    rows = BATCH_LINES.conform(rows)
    files: list[BatchFile] = []
    faults: list[Fault] = []
    for entity, part in rows.groupby("entity", sort=True):
        name = str(entity)
        how, base = booking.entities[name], policy.entities[name].base_currency
        try:
            files += write_datev(part, how, created, base) if how.format == "datev" else write_journal(part)
        except BookingError as error:
            faults += error.faults
    if faults:
        raise BookingError("batch", faults)
    return files
