"""What superseding a file moves, table by table: every column compared, rows that come and go, the days of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.store import Store
from recon_kit.store.live import DATES
from recon_kit.store.view import Reread
from recon_kit.tables import ALL, CHECKS, Table

_AMOUNTS = {"bank_lines": ("line_id", "amount"), "open_items": ("item_id", "open_amount")}
_TOLD_TOGETHER = frozenset(("bank_lines", "statements"))


@dataclass(frozen=True)
class Moved:
    """What moves in one table.

    Args:
        changes: one row per bank line or open item whose amount moves: table, id, currency, before, after (minor units;
            null where it was or is not there); empty for other tables.
        columns: column -> rows that are there before and after with another value in it.
        n_changed, n_added, n_removed: rows.
        days: business days of all these rows.
    """

    table: str
    changes: pd.DataFrame
    columns: dict[str, int]
    n_changed: int
    n_added: int
    n_removed: int
    days: pd.Series

    @property
    def n_rows(self) -> int:
        """All of them."""
        return self.n_changed + self.n_added + self.n_removed


def moved(store: Store, seq: int, reread: Reread | None) -> list[Moved]:
    """What moves if an entry is superseded by a file read again, or by nothing; one for each table that either holds."""
    (payload,) = store.entries("source", after=seq - 1, at=seq)["payload"]
    names = {*payload.get("rows", ()), *(reread.tables if reread else ())} - {CHECKS.name}
    if names & _TOLD_TOGETHER:  # which lines count depends on statements, and which statements count on lines
        names |= _TOLD_TOGETHER
    return [_moved(table, *_before_and_after(store, table, seq, reread)) for table in ALL if table.name in names]


def closed_periods(store: Store, parts: list[Moved]) -> list[str]:
    """The names of the closed periods in which rows move."""
    days = pd.concat([part.days for part in parts]) if parts else pd.Series(dtype="datetime64[us]")
    periods = [payload["period"] for payload in store.entries("close")["payload"]]
    return sorted({period["name"] for period in periods if _within(days, period["first"], period["last"])})


def _within(days: pd.Series, first: str, last: str) -> bool:
    return bool(((days >= pd.Timestamp(first)) & (days < pd.Timestamp(last) + pd.Timedelta(days=1))).any())


def _before_and_after(store: Store, table: Table, seq: int, reread: Reread | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that count, and those that would: what is read again stands in the turn of what it supersedes."""
    after = store.fetch(table, without=[seq]) if reread is None else store.preview(table, reread)
    return store.fetch(table), after


def _moved(table: Table, before: pd.DataFrame, after: pd.DataFrame) -> Moved:
    key = list(table.key)
    both = before.merge(after, on=key, how="outer", suffixes=("_before", "_after"), indicator="side")
    stays = both["side"] == "both"
    moving = ~stays
    columns = {}
    for name in (name for name in table.columns if name not in (*key, "source_file")):
        old, new = both[f"{name}_before"], both[f"{name}_after"]
        differs = stays & ~(old.eq(new).fillna(value=False).astype(bool) | (old.isna() & new.isna()))
        if differs.any():
            columns[name] = int(differs.sum())
            moving |= differs
    return Moved(
        table=table.name,
        changes=_changes(table.name, before, after),
        columns=columns,
        n_changed=int((moving & stays).sum()),
        n_added=int((both["side"] == "right_only").sum()),
        n_removed=int((both["side"] == "left_only").sum()),
        days=_days(table, both[moving]),
    )


def _days(table: Table, rows: pd.DataFrame) -> pd.Series:
    """The business days of rows, before and after; none for a table that has no such day."""
    name = DATES.get(table.name, "")
    found = [rows[column] for column in (name, f"{name}_before", f"{name}_after") if column in rows]
    days = [pd.to_datetime(column, utc=True).dt.tz_localize(None) for column in found]
    return pd.concat(days).dropna() if days else pd.Series(dtype="datetime64[us]")


def _changes(name: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    if name not in _AMOUNTS:
        return pd.DataFrame(columns=["table", "id", "currency", "before", "after"])
    key, amount = _AMOUNTS[name]
    by = ["entity", key, "snapshot_on"] if name == "open_items" else ["entity", key]
    columns = [*by, "currency", amount]
    both = before[columns].merge(after[columns], on=[*by, "currency"], how="outer", suffixes=("_before", "_after"))
    old, new = both[f"{amount}_before"].astype("Int64"), both[f"{amount}_after"].astype("Int64")
    differs = ~(old.eq(new).fillna(value=False))
    told = {"table": name, "id": both[key], "currency": both["currency"], "before": old, "after": new}
    return pd.DataFrame(told)[differs.to_numpy()]
