"""What arrived after its period was closed: listed with its effect, so that no figure that was reported moves unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from recon_kit.close.periods import Close
from recon_kit.policy import Period
from recon_kit.tables import BANK_LINES, LATE, LEDGER_BALANCES, LEDGER_MOVEMENTS, Table
from recon_kit.workspace import Reading

_LOOKED_AT: tuple[tuple[str, Table, str, str], ...] = (
    ("bank_line", BANK_LINES, "booked_on", "account"),
    ("movement", LEDGER_MOVEMENTS, "posted_on", "gl_account"),
    ("balance", LEDGER_BALANCES, "on", "gl_account"),
)
_KEY = ["entity", "id", "account", "currency"]


def late(reading: Reading, closed: Sequence[Close]) -> pd.DataFrame:
    """Rows of closed periods that came, went or changed since the close that they are held against (LATE).

    Args:
        closed: of each earlier period the run that was signed off last, else its first one.
    """
    touched = _touched(reading, closed)
    if not touched:
        return LATE.empty()
    parts = [part for looked in _LOOKED_AT for part in _of_table(reading, touched, *looked) if len(part)]
    return LATE.sorted(LATE.conform(pd.concat(parts, ignore_index=True))) if parts else LATE.empty()


def _touched(reading: Reading, closed: Sequence[Close]) -> list[Close]:
    """The closes since which a file came that speaks of days of their period, or one was taken back: usually none."""
    entries = reading.entries("source")
    facts = list(zip(entries["seq"], entries["payload"], strict=True))
    found = []
    for close in closed:
        since = [told for seq, told in facts if seq > close.made_at]
        last = close.period.last.isoformat()
        if any(told.get("supersedes") or (told.get("first_on") or "") <= last for told in since):
            found.append(close)
    return found


def _of_table(
    reading: Reading, closed: Sequence[Close], what: str, table: Table, day: str, account: str
) -> Iterator[pd.DataFrame]:
    first = min(close.period.first for close in closed)
    now = _keyed(reading.fetch(table, since=first), what, day, account)
    for close in closed:
        period = close.period
        here = _within(now, period)
        then = Reading.at(reading.workspace, close.made_at).fetch(table, since=period.first)
        yield _differing(_within(_keyed(then, what, day, account), period), here).assign(period=period.name, what=what)


def _keyed(rows: pd.DataFrame, what: str, day: str, account: str) -> pd.DataFrame:
    ids = {"bank_line": "line_id", "balance": "role"}
    named = rows["document_no"] + " " + rows["kind"] if what == "movement" else rows[ids[what]]
    kept = rows[["entity", "amount", "currency"]].assign(id=named, account=rows[account], on=rows[day])
    customer = rows["customer_id"] if "customer_id" in rows else pd.Series(None, index=rows.index, dtype="str")
    return kept.assign(customer_id=customer)


def _within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return rows[rows["on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))]


def _differing(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """One row for each key and day whose sum is another one now, with the difference."""
    both = pd.concat([then.assign(then=1, amount=-then["amount"]), now.assign(then=0)], ignore_index=True)
    sides = both.groupby([*_KEY, "on", "customer_id"], dropna=False, sort=True)
    made = sides.agg(amount=("amount", "sum"), n=("then", "size"), n_then=("then", "sum")).reset_index()
    added, removed = made["n_then"] == 0, made["n_then"] == made["n"]
    change = pd.Series("changed", index=made.index).mask(added, "added").mask(removed, "removed")
    return made.assign(change=change)[made["amount"] != 0].drop(columns=["n", "n_then"])
