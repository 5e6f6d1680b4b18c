"""Taking exported postings back: the same amounts between the same accounts, on the other side."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from recon_kit.book.postings import booking_id, one_batch
from recon_kit.book.texts import reversal_text
from recon_kit.tables import BATCH_LINES


def standing(batches: pd.DataFrame) -> pd.DataFrame:
    """The postings of all batches that no later batch takes back, in the order of the batches.

    Args:
        batches: BATCH_LINES of every batch so far.
    """
    rows = BATCH_LINES.conform(batches).sort_values(["batch_no", "entity", "line_no"], kind="stable", ignore_index=True)
    taken: dict[str, int] = {}
    for name, batch in zip(rows["reverses"].dropna(), rows.loc[rows["reverses"].notna(), "batch_no"], strict=True):
        taken[name] = max(batch, taken.get(name, batch))
    named = zip(rows["booking_id"], rows["batch_no"], rows["reverses"].isna(), strict=True)
    stands = [is_posting and taken.get(name, batch - 1) < batch for name, batch, is_posting in named]
    return rows[np.array(stands, bool)].reset_index(drop=True)


def reversal(bookings: pd.DataFrame, batch_no: int, posted_on: date, language: str = "de") -> pd.DataFrame:
    """BATCH_LINES that take `bookings` back: each row with the opposite side, `reverses` naming what it takes back.

    Debit and credit change places, so that accounts, tax and cost centres end where they were before. A row is dated on
    its own voucher date, but not before `posted_on`, the first day on which the ledger still takes vouchers.

    Args:
        bookings: BATCH_LINES; rows that are reversals themselves are not taken back.
        language: of the word before the texts, "de" or "en".
    """
    rows = BATCH_LINES.conform(bookings)
    rows = rows[rows["reverses"].isna()].reset_index(drop=True)
    named = zip(rows["booking_id"], rows["batch_no"], strict=True)
    first = pd.Timestamp(posted_on)
    told = {
        "booking_id": [booking_id("reversal", name, str(batch)) for name, batch in named],
        "side": ["credit" if side == "debit" else "debit" for side in rows["side"]],
        "text": [reversal_text(None if pd.isna(text) else text, language) for text in rows["text"]],
    }
    columns = {name: pd.Series(values, rows.index, BATCH_LINES.dtype(name)) for name, values in told.items()}
    dated = rows["posted_on"].where(rows["posted_on"] >= first, first)
    return one_batch(batch_no, [rows.assign(**columns, reverses=rows["booking_id"], posted_on=dated)])


def of_matches(batches: pd.DataFrame, match_ids: Collection[str]) -> pd.DataFrame:
    """The standing postings of some matches."""
    rows = standing(batches)
    return rows[rows["match_id"].isin(set(match_ids))].reset_index(drop=True)
