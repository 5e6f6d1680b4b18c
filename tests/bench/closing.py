"""A simulated workspace read file by file and matched month by month, as a close does it, without a store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit.load import read
from recon_kit.matching import History, MatchResult, match
from recon_kit.measures.balances import available
from recon_kit.payouts import expected_payouts
from recon_kit.policy import ExpectedSource, Policy, load_policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS, SETTLEMENT_LINES, SNAPSHOTS

_HINTS = ("entity", "account", "currency", "date_order", "decimal_mark", "layout", "encoding", "complete")


@dataclass(frozen=True)
class Books:
    """Everything a workspace's inbox holds, as declared tables; `source_file` is the path below the inbox."""

    policy: Policy
    bank_lines: pd.DataFrame
    open_items: pd.DataFrame
    snapshots: pd.DataFrame


def read_books(workspace: Path) -> Books:
    """Read every file of the inbox with the hints of recon.toml; payouts become open items."""
    policy = load_policy(workspace)
    found: dict[str, list[pd.DataFrame]] = {}
    for path in sorted(p for p in (workspace / "inbox").rglob("*") if p.is_file()):
        name = str(path.relative_to(workspace / "inbox"))
        source = next((s for s in policy.sources if fnmatch(name, s.files)), None)
        for table, rows in read(path, policy=policy, **_hints(workspace, name, source)).tables.items():
            named = rows.assign(source_file=name) if "source_file" in rows else rows
            found.setdefault(table, []).append(named)
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}
    lines = BANK_LINES.conform(tables["bank_lines"])
    lines = lines.assign(entity=lines["entity"].fillna(lines["account"].map(policy.entity_of)))
    settled = tables.get("settlement_lines", SETTLEMENT_LINES.empty())
    settled = settled.assign(entity=settled["entity"].fillna(settled["psp_account"].map(policy.entity_of)))
    payouts = expected_payouts(SETTLEMENT_LINES.conform(settled)).items
    items = OPEN_ITEMS.conform(pd.concat([tables["open_items"], payouts], ignore_index=True))
    return Books(policy, BANK_LINES.conform(lines), items, SNAPSHOTS.conform(tables.get("snapshots", SNAPSHOTS.empty())))


def _hints(workspace: Path, name: str, source: ExpectedSource | None) -> dict[str, Any]:
    hints = {hint: value for hint in _HINTS if (value := getattr(source, hint, None)) is not None}
    if source and source.mapping:
        hints["mapping"] = str(workspace / source.mapping)
    if source and source.snapshot == "from_name" and (day := re.search(r"\d{4}-\d\d-\d\d", name)):
        hints["snapshot_on"] = date.fromisoformat(day[0])
    if source and source.kind == "psp":
        hints["psp_account"] = hints.pop("account", None)
    return hints


def months(books: Books, first: date, last: date) -> Iterator[MatchResult]:
    """Match each month from `first` to `last` with what the months before left open, and post what is automatic.

    As a close does it, documents count with what the opening list and each one's first list say, less what was posted.
    """
    lines, posted = books.bank_lines, ALLOCATIONS.empty()
    opened = books.policy.start_on or first - timedelta(days=1)
    for start in pd.date_range(first, last, freq="MS"):
        end = (start + pd.offsets.MonthEnd(0)).date()
        done = lines["line_id"].isin(posted["line_id"])
        mine = (lines["booked_on"] > pd.Timestamp(opened)) & (lines["booked_on"] <= pd.Timestamp(end)) & ~done
        old = lines[done | (lines["booked_on"] <= pd.Timestamp(opened))]
        items = available(books.open_items, posted, opened + timedelta(days=1), end, books.snapshots)
        result = match(lines[mine], items, books.policy, history=History(old, books.open_items, posted), as_of=end)
        posted = pd.concat([posted, result.allocations[result.allocations["status"] == "auto"]], ignore_index=True)
        yield result


def read_truth(workspace: Path, books: Books) -> pd.DataFrame:
    """truth/allocations.csv with the readers' line and item ids."""
    truth = pd.read_csv(workspace / "truth" / "allocations.csv", dtype=str).astype({"allocated": "int64"})
    truth["source_line"] = truth["source_line"].astype("Int64")
    keys = books.bank_lines[["source_file", "source_line", "line_id"]]
    truth = truth.merge(keys, on=["source_file", "source_line"], how="inner")
    ours = books.open_items[["entity", "document_no", "kind", "item_id"]].drop_duplicates(["entity", "document_no", "kind"])
    ours = ours.rename(columns={"kind": "item_kind", "item_id": "read_id"})
    truth = truth.merge(ours, on=["entity", "document_no", "item_kind"], how="left")
    truth = truth.assign(item_id=truth["read_id"].fillna(truth["item_id"])).drop(columns="read_id")
    return by_bag(truth, books)


def by_bag(rows: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Rows whose cash deposits are named by their bag: truth knows bags, the ledger's list each till closing in them."""
    deposits = books.open_items[books.open_items["kind"] == "cash_deposit"]
    bags = dict(zip(deposits["item_id"], "bag " + deposits["document_no"], strict=True))
    return rows.assign(item_id=rows["item_id"].map(lambda item: bags.get(item, item), na_action="ignore"))
