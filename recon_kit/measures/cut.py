"""The cut: what was known about a period when it was closed, as frames. Every measure begins here, so none can disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from recon_kit.tables import (
    AGED,
    ALLOCATIONS,
    ALTERNATIVES,
    BANK_LINES,
    BREAKS,
    CHECKLIST,
    CHECKS,
    EVIDENCE,
    EXPORTED,
    LATE,
    LEDGER_BALANCES,
    LEDGER_MOVEMENTS,
    OPEN_ITEMS,
    SETTLED,
    SOURCES,
    STATEMENTS,
    Table,
)

EXPLAINED = ("auto", "confirmed", "exported", "in_ledger")
"""The statuses of an allocation that count as explained; `proposed` does not."""

CUT_TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "statements": STATEMENTS,
        "bank_lines": BANK_LINES,
        "open_items": OPEN_ITEMS,
        "allocations": ALLOCATIONS,
        "alternatives": ALTERNATIVES,
        "evidence": EVIDENCE,
        "breaks": BREAKS,
        "breaks_before": BREAKS,
        "checks": CHECKS,
        "sources": SOURCES,
        "checklist": CHECKLIST,
        "ledger_balances": LEDGER_BALANCES,
        "ledger_items": OPEN_ITEMS,
        "ledger_movements": LEDGER_MOVEMENTS,
        "items_before": OPEN_ITEMS,
        "ledger_items_before": OPEN_ITEMS,
        "aged": AGED,
        "late": LATE,
        "exported": EXPORTED,
        "settled": SETTLED,
    }
)
"""Name of a cut's frame -> the table that declares it."""


@dataclass(frozen=True, eq=False)
class Cut:
    """One period of one company, frozen.

    Args:
        meta: company, period {name, first, last}, as_of, locale, base_currency, entities {id: name}, accounts [{id, entity,
            currency, name, gl_account, psp}], policy_sha256, package_version, journal_seq, journal_head, start_on,
            overrides [{subject, reason}], previous {period, metrics} or null. Plain JSON values.
        statements: those that overlap the period.
        bank_lines: booked in the period, and older ones that were unexplained before it (booked before its first day).
        open_items: one row per item, open amount as of the end of the period.
        allocations: live rows on these lines and items; at most one proposal a line.
        alternatives: other sets of documents for lines, those that are undecided and those that are matched.
        breaks, breaks_before: what was open at the end of this period and of the one before it.
        ledger_balances: from the evening a year before the period began to its last day.
        ledger_items: as `open_items`, but by the ledger's own list, without what our matches took off it since.
        ledger_movements: postings of the period and of the year before it.
        items_before, ledger_items_before: what was open on the evening before the period, on either basis, as known now.
        aged: the ledger's earlier lists by age. late: rows of earlier periods that their closes did not know.
        exported: matches that are out with batches of earlier periods and on no list of the ledger yet.
        settled: every invoice that was open in the fifteen months up to the last day, and how it ended.
    """

    meta: Mapping[str, Any]
    statements: pd.DataFrame
    bank_lines: pd.DataFrame
    open_items: pd.DataFrame
    allocations: pd.DataFrame
    alternatives: pd.DataFrame
    evidence: pd.DataFrame
    breaks: pd.DataFrame
    breaks_before: pd.DataFrame
    checks: pd.DataFrame
    sources: pd.DataFrame
    checklist: pd.DataFrame
    ledger_balances: pd.DataFrame
    ledger_items: pd.DataFrame
    ledger_movements: pd.DataFrame
    items_before: pd.DataFrame
    ledger_items_before: pd.DataFrame
    aged: pd.DataFrame
    late: pd.DataFrame
    exported: pd.DataFrame
    settled: pd.DataFrame

    @classmethod
    def of(cls, meta: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> Cut:
        """A cut from its frames, each through its gate and in canonical order; frames left out are empty.

        Raises:
            TableError: a frame breaks its declared table.
        """
        built = {}
        for name, table in CUT_TABLES.items():
            found = frames.get(name)
            built[name] = table.empty() if found is None else table.sorted(table.conform(found))
        return cls(meta=meta, **built)

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Every frame by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "meta"}

    @cached_property
    def first(self) -> pd.Timestamp:
        """First day of the period."""
        return pd.Timestamp(self.meta["period"]["first"])

    @cached_property
    def last(self) -> pd.Timestamp:
        """Last day of the period; ages count to this day."""
        return pd.Timestamp(self.meta["period"]["last"])

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The bank lines of the period itself, without those carried over into it."""
        return self.bank_lines[self.bank_lines["booked_on"] >= self.first].reset_index(drop=True)

    @cached_property
    def undecided(self) -> pd.DataFrame:
        """The alternatives of lines that nothing explains yet."""
        explained = self.allocations[self.allocations["status"].isin(EXPLAINED)]
        taken = pd.MultiIndex.from_frame(explained[["entity", "line_id"]])
        return self.alternatives[~pd.MultiIndex.from_frame(self.alternatives[["entity", "line_id"]]).isin(taken)]

    @cached_property
    def currencies(self) -> list[str]:
        """Every currency with an account, a line or an open question: the base currency first, then by number of lines."""
        seen = self.lines["currency"].value_counts()
        named = [account["currency"] for account in self.meta["accounts"] if account.get("currency")]
        known = {*seen.index, *self.breaks["currency"], *self.breaks_before["currency"], *self.statements["currency"], *named}
        base = self.meta["base_currency"]
        return sorted(known, key=lambda code: (code != base, -int(seen.get(code, 0)), code))

    @cached_property
    def account_names(self) -> dict[str, str]:
        """The company's own name for each of its accounts."""
        return {account["id"]: account.get("name") or "" for account in self.meta["accounts"]}


def narrowed(cut: Cut, entity: str = "", currency: str = "") -> Cut:
    """The same cut with the rows of one entity or currency only; without earlier metrics, which are the whole company's."""
    wanted = {name: value for name, value in (("entity", entity), ("currency", currency)) if value}
    if not wanted:
        return cut
    frames = {}
    for name, frame in cut.frames.items():
        held = [frame[column].isna() | (frame[column] == value) for column, value in wanted.items() if column in frame]
        frames[name] = frame[np.logical_and.reduce(held)].reset_index(drop=True) if held else frame
    return Cut(meta={**cut.meta, "previous": None, "year_ago": None}, **frames)


def per_cut(measure: Callable[[Cut], pd.DataFrame]) -> Callable[[Cut], pd.DataFrame]:
    """Compute a measure once for each cut, which is frozen; a caller gets a copy and may change it."""
    known: WeakKeyDictionary[Cut, pd.DataFrame] = WeakKeyDictionary()

    @wraps(measure)
    def once(cut: Cut) -> pd.DataFrame:
        if cut not in known:
            known[cut] = measure(cut)
        return known[cut].copy()

    return once
