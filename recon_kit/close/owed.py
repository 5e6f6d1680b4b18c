"""What a cut knows of receivables: what was open at both ends of the period on either basis, and how it moved in a year."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from recon_kit.close.posting import Books
from recon_kit.measures.aging import aging_rows
from recon_kit.measures.balances import Balances, balances
from recon_kit.measures.receivables_roll import of_receivables
from recon_kit.measures.settled import Known, settled
from recon_kit.policy import Period
from recon_kit.tables import AGED, CUSTOMERS, LEDGER_BALANCES, LEDGER_MOVEMENTS, OPEN_ITEMS
from recon_kit.workspace import Reading

_SETTLED_MONTHS = 14
"""Before the period: with it fifteen, so that a year of documents is seen to its end."""


def owed(
    reading: Reading, period: Period, known: Books, allocations: pd.DataFrame, now: Balances, ledger: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables of a cut that aging and collection are made of, by name.

    Args:
        allocations: that stand at the period's end. now: balances of that day. ledger: LEDGER_BALANCES of all days.
    """
    evening = period.first - timedelta(days=1)
    then = balances(known.items, allocations, evening, known.snapshots)
    moved = _as_known(reading.fetch(LEDGER_MOVEMENTS), period.last)
    told = Known(known.items, known.snapshots, allocations, of_receivables(moved, ledger), reading.fetch(CUSTOMERS))
    since = _months_before(period.first, 12)
    return {
        "ledger_items": OPEN_ITEMS.sorted(_by_the_ledger(now)),
        "items_before": OPEN_ITEMS.sorted(_open(then.items)),
        "ledger_items_before": OPEN_ITEMS.sorted(_by_the_ledger(then)),
        "ledger_movements": LEDGER_MOVEMENTS.sorted(_between(moved, "posted_on", since, period.last)),
        "ledger_balances": LEDGER_BALANCES.sorted(_between(ledger, "on", since - timedelta(days=1), period.last)),
        "aged": AGED.sorted(_aged(known, since - timedelta(days=1), period.last)),
        "settled": settled(told, _months_before(period.first, _SETTLED_MONTHS), period.last),
    }


def _months_before(first: date, n: int) -> date:
    return (pd.Timestamp(first) - pd.DateOffset(months=n)).date()


def _as_known(moved: pd.DataFrame, last: date) -> pd.DataFrame:
    """The postings up to a day, without the clearings that were made after it: then they were open, whenever it is told."""
    moved = moved[moved["posted_on"] <= pd.Timestamp(last)].reset_index(drop=True)
    later = moved["cleared_on"] > pd.Timestamp(last)
    return moved.assign(clearing_no=moved["clearing_no"].mask(later), cleared_on=moved["cleared_on"].mask(later))


def _between(rows: pd.DataFrame, day: str, first: date, last: date) -> pd.DataFrame:
    return rows[rows[day].between(pd.Timestamp(first), pd.Timestamp(last))].reset_index(drop=True)


def _open(items: pd.DataFrame) -> pd.DataFrame:
    return OPEN_ITEMS.conform(items.loc[items["open_amount"] != 0, list(OPEN_ITEMS.columns)].reset_index(drop=True))


def _by_the_ledger(found: Balances) -> pd.DataFrame:
    return _open(found.items.assign(open_amount=found.items["ledger_amount"]))


def _aged(known: Books, first: date, last: date) -> pd.DataFrame:
    """Every complete list before the last day by the age of what it shows, each as it was."""
    lists = known.snapshots[known.snapshots["complete"]]
    lists = _between(lists, "snapshot_on", first, last - timedelta(days=1))[["entity", "snapshot_on"]].drop_duplicates()
    rows = known.items.merge(lists, on=["entity", "snapshot_on"])
    days = [pd.Timestamp(on) for on in sorted(lists["snapshot_on"].unique())]
    parts = [
        aging_rows(rows[rows["snapshot_on"] == on].drop_duplicates(["entity", "item_id"]), on.date()).assign(on=on)
        for on in days
    ]
    if not parts:
        return AGED.empty()
    found = pd.concat(parts, ignore_index=True)
    return AGED.conform(found.loc[found["n"] > 0, list(AGED.columns)].reset_index(drop=True))
