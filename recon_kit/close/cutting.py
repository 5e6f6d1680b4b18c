"""The cut: everything that a period's reports may know, taken out of the store at one moment and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

import recon_kit
from recon_kit.book.parts import POSTED
from recon_kit.close.batches import exported
from recon_kit.close.before import Before
from recon_kit.close.expecting import compared, expected_breaks, told_by_others
from recon_kit.close.late import late
from recon_kit.close.owed import owed
from recon_kit.close.posting import books, seen_in_ledger
from recon_kit.matching import MatchResult
from recon_kit.measures.balances import balances
from recon_kit.policy import Period, plain_account
from recon_kit.report.cut import SCHEMA, Cut
from recon_kit.tables import (
    ALLOCATIONS,
    ALTERNATIVES,
    BREAKS,
    CHECKS,
    EVIDENCE,
    LEDGER_BALANCES,
    OPEN_ITEMS,
    STATEMENTS,
)
from recon_kit.workspace import Reading, checklist


def build_cut(reading: Reading, period: Period, result: MatchResult, *, before: Before, overrides: Mapping[str, str]) -> Cut:
    """What the reports of a period are made from.

    Args:
        reading: all that the cut may know.
        result: the engine's last run over it; its proposals and breaks stand in the cut as they are.
        before: earlier runs, for what was carried over and how figures moved.
        overrides: source -> reason for going on without it.
    """
    policy = reading.policy
    known = books(reading, period.last)
    last = pd.Timestamp(period.last)
    allocations = known.allocations[known.allocations["effective_on"] <= last]
    breaks_before = before.previous[0].breaks if before.previous else BREAKS.empty()
    lines = _lines(reading.start_on(), known.lines, allocations, period, breaks_before)
    proposed = result.allocations[result.allocations["status"] == "proposed"]
    balance = balances(known.items, allocations, period.last, known.snapshots)
    standing = seen_in_ledger(allocations, balance)
    shown = pd.concat([standing[_touches(standing, lines, period)], proposed], ignore_index=True)
    sources = reading.sources()
    sources = _numbered(sources[sources["first_on"].isna() | (sources["first_on"] <= last)])
    there = checklist(policy, sources, period, overrides)
    statements = _begun(reading.fetch(STATEMENTS), period)
    ledger = reading.fetch(LEDGER_BALANCES)
    overlaps, twice = (
        told_until(found, reading.start_on(), period) for found in (reading.overlaps(), reading.payouts_told_twice())
    )
    expected = expected_breaks(policy, period, balance.items, there, statements, ledger, overlaps, twice)
    breaks = BREAKS.conform(pd.concat([result.breaks, balance.breaks, known.unsettled, expected], ignore_index=True))
    checks = reading.fetch(CHECKS)
    seen = [compared(_of_period(found, period), what) for found, what in ((overlaps, "bank lines"), (twice, "payouts"))]
    seen.append(told_by_others(sources[sources["last_on"] <= last], known.lines))
    checks = pd.concat([checks[checks["source_file"].isin(sources["name"])], *seen], ignore_index=True)
    alternatives = _alternatives(reading.fetch(ALTERNATIVES), result.alternatives, standing, lines)
    evidence = _evidence(reading.fetch(EVIDENCE), result.evidence, shown, proposed)
    return Cut(
        meta=_meta(reading, period, before, overrides),
        statements=STATEMENTS.sorted(_overlapping(statements, period)),
        bank_lines=lines,
        open_items=OPEN_ITEMS.sorted(_shown_items(balance.items, shown, alternatives)),
        allocations=ALLOCATIONS.sorted(ALLOCATIONS.conform(shown)),
        alternatives=ALTERNATIVES.sorted(ALTERNATIVES.conform(alternatives)),
        evidence=EVIDENCE.sorted(EVIDENCE.conform(evidence)),
        breaks=BREAKS.sorted(breaks),
        breaks_before=breaks_before,
        checks=CHECKS.sorted(CHECKS.conform(checks)),
        sources=sources,
        checklist=there,
        **owed(reading, period, known, allocations, balance, ledger),
        late=late(reading, before.closed),
        exported=_out(exported(reading, period.last), shown),
    )


def _lines(
    start: date | None, lines: pd.DataFrame, allocations: pd.DataFrame, period: Period, breaks_before: pd.DataFrame
) -> pd.DataFrame:
    inside = (lines["booked_on"] >= pd.Timestamp(period.first)) & (lines["booked_on"] <= pd.Timestamp(period.last))
    carried = lines["line_id"].isin(breaks_before.loc[breaks_before["side"] == "bank_line", "id"])
    unexplained = ~lines["line_id"].isin(allocations["line_id"].dropna())
    carried |= unexplained & (lines["booked_on"] < pd.Timestamp(period.first))  # also of a period that nobody closed
    if start:
        inside &= lines["booked_on"] > pd.Timestamp(start)
        carried &= lines["booked_on"] > pd.Timestamp(start)
    return lines[inside | carried].reset_index(drop=True)


def _out(exported: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Of the matches that are out already, those that no list of the ledger shows yet."""
    waiting = shown[shown["status"].isin(POSTED)]
    there = pd.MultiIndex.from_frame(exported[["entity", "match_id"]])
    return exported[there.isin(pd.MultiIndex.from_frame(waiting[["entity", "match_id"]]))].reset_index(drop=True)


def _touches(allocations: pd.DataFrame, lines: pd.DataFrame, period: Period) -> pd.Series:
    """Rows on the period's lines, rows of the period without a line, and whatever still waits to be seen in the ledger."""
    inside = allocations["effective_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
    of_customer = allocations["item_id"].notna() | (allocations["kind"] == "on_account")
    waiting = of_customer & (allocations["status"] != "in_ledger")
    return allocations["line_id"].isin(lines["line_id"]) | (allocations["line_id"].isna() & inside) | waiting


def _shown_items(items: pd.DataFrame, *named: pd.DataFrame) -> pd.DataFrame:
    """What is open, and what a match or another proposal of it names."""
    wanted = items["open_amount"] != 0
    for rows in named:
        wanted |= items["item_id"].isin(rows["item_id"].dropna())
    return OPEN_ITEMS.conform(items[wanted][list(OPEN_ITEMS.columns)])


def _numbered(sources: pd.DataFrame) -> pd.DataFrame:
    """Files in the order of their days, numbered anew: in what steps they were taken in is no matter of the page."""
    ordered = sources.sort_values(["last_on", "name", "sha256"], na_position="first", kind="stable", ignore_index=True)
    return ordered.assign(seq=range(1, len(ordered) + 1))


def _begun(statements: pd.DataFrame, period: Period) -> pd.DataFrame:
    return statements[statements["from_on"].fillna(statements["to_on"]) <= pd.Timestamp(period.last)].reset_index(drop=True)


def told_until(overlaps: pd.DataFrame, start: date | None, period: Period) -> pd.DataFrame:
    """Days up to the period's end: what differs stays a question in later periods too, until a source is taken back."""
    since = overlaps["booked_on"] > pd.Timestamp(start) if start else True
    return overlaps[(overlaps["booked_on"] <= pd.Timestamp(period.last)) & since]


def _of_period(overlaps: pd.DataFrame, period: Period) -> pd.DataFrame:
    return overlaps[overlaps["booked_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))]


def _evidence(kept: pd.DataFrame, said: pd.DataFrame, shown: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """What was kept of the matches that stand, and what the engine says now of its proposals.

    A later period may have posted what this one only proposes: then the match has both, and here its proposal counts.
    """
    open_ones = set(proposed["match_id"])
    stands = kept["match_id"].isin(set(shown["match_id"]) - open_ones)
    return pd.concat([kept[stands], said[said["match_id"].isin(open_ones)]], ignore_index=True)


def _alternatives(kept: pd.DataFrame, said: pd.DataFrame, standing: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """What else the lines of standing matches could have paid when they were posted, and what the engine says of open lines."""
    told = kept["line_id"].isin(standing["line_id"].dropna()) & kept["line_id"].isin(lines["line_id"])
    told &= ~kept["line_id"].isin(said["line_id"])
    rows = kept[told].drop_duplicates(list(ALTERNATIVES.key), keep="last")  # a match taken back and made again has them twice
    return pd.concat([rows, said], ignore_index=True)


def _overlapping(statements: pd.DataFrame, period: Period) -> pd.DataFrame:
    return statements[statements["to_on"] >= pd.Timestamp(period.first)]


def _meta(reading: Reading, period: Period, before: Before, overrides: Mapping[str, str]) -> dict[str, Any]:
    policy, start = reading.policy, reading.start_on()
    name, metrics = (before.previous[0].meta["period"]["name"], before.previous[1]) if before.previous else ("", {})
    return {
        "schema": SCHEMA,
        "company": policy.company.name,
        "period": {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "as_of": period.last.isoformat(),
        "locale": policy.company.locale,
        "base_currency": policy.base_currency,
        "entities": {name: entity.name for name, entity in policy.entities.items()},
        "accounts": [
            {
                "id": plain_account(account.id),
                **{name: getattr(account, name) for name in ("entity", "currency", "name", "gl_account", "psp")},
            }
            for account in policy.accounts
        ],
        "policy_sha256": reading.policy_sha256,
        "package_version": recon_kit.__version__,
        "start_on": start.isoformat() if start else None,
        "overrides": [{"subject": name, "reason": reason} for name, reason in sorted(overrides.items())],
        "skipped": list(before.skipped),
        "previous": {"period": name, "metrics": dict(metrics)} if before.previous else None,
        "year_ago": {"period": before.year_ago[0], "metrics": dict(before.year_ago[1])} if before.year_ago else None,
    }
