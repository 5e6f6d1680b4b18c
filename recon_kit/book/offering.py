"""What the next batch takes out and takes back: each match once, none that the ledger has by itself."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.book.parts import POSTED
from recon_kit.book.reversal import standing
from recon_kit.tables import ALLOCATIONS


@dataclass(frozen=True)
class Offered:
    """What a batch would hold.

    Args:
        allocations: ALLOCATIONS of whole matches that are not out yet.
        held: ALLOCATIONS of matches of which the ledger's lists contain a part already: somebody has booked that money, so
            the rest is for a person to look at, and not posted. Where nothing but the exchange of the money is left, the
            ledger has the match.
        undone: BATCH_LINES of postings that stand although their match does not any more.
    """

    allocations: pd.DataFrame
    held: pd.DataFrame
    undone: pd.DataFrame


def offered(allocations: pd.DataFrame, batches: pd.DataFrame) -> Offered:
    """Which matches the next batch posts, and which postings it takes back.

    Args:
        allocations: ALLOCATIONS that stand, all of them: with status `in_ledger` where a list contains or answers a row.
        batches: BATCH_LINES of every batch so far.
    """
    rows = ALLOCATIONS.conform(allocations)
    out = standing(batches)
    live = rows[rows["status"].isin((*POSTED, "exported", "in_ledger"))]
    there = live[live["status"] == "in_ledger"]
    mine = _keys(live).isin(_keys(out))
    todo = live[~mine & live["status"].isin(POSTED)]
    partly = _keys(todo).isin(_keys(there))
    asked = _keys(todo).isin(_keys(todo[partly & (todo["kind"] != "exchange")]))
    undone = out[~_keys(out).isin(_keys(live))]
    return Offered(*(found.reset_index(drop=True) for found in (todo[~partly], todo[asked], undone)))


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([rows["entity"].fillna(""), rows["match_id"]])
