"""Proof across statements: numbers without a gap, and each opening balance the closing one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from recon_kit.load.loaded import Collector


@dataclass(frozen=True)
class Span:
    """What the proof needs of one statement; balances in minor units of its currency."""

    account: str
    currency: str
    statement_id: str
    sequence: int | None
    opening: int | None
    closing: int | None
    to_on: date
    line: int


def prove_continuity(collector: Collector, spans: Iterable[Span]) -> None:
    """Check rows "continuity" and "sequence" for each pair of neighbours of an account in the file, by day.

    A number left out while the balances go on is a note (a bank may number days without entries); with balances that
    do not go on, or that are not told, it failed.
    """
    by_account: dict[tuple[str, str], list[Span]] = {}
    for span in spans:
        by_account.setdefault((span.account, span.currency), []).append(span)
    for statements in by_account.values():
        statements.sort(key=lambda span: (span.to_on, span.sequence or 0))
        for before, after in pairwise(statements):
            _prove(collector, before, after)


def _prove(collector: Collector, before: Span, after: Span) -> None:
    subject = f"{after.account} {after.statement_id}"
    goes_on = None
    if before.closing is not None and after.opening is not None:
        goes_on = before.closing == after.opening
        detail = None if goes_on else f"opens with another balance than {before.statement_id} closes with"
        collector.prove(
            "continuity", subject, before.closing, after.opening, currency=after.currency, detail=detail, source_line=after.line
        )
    if before.sequence is None or after.sequence is None:
        return
    expected = before.sequence + 1
    if after.sequence in (before.sequence, expected) or (after.sequence == 1 and after.to_on.year > before.to_on.year):
        outcome, detail = "ok", None
    else:
        outcome = "note" if goes_on else "failed"
        detail = f"number {after.sequence} follows {before.sequence}: what lies between is not in the file"
    values = {"expected": expected, "actual": after.sequence, "detail": detail, "source_line": after.line}
    collector.check("sequence", subject, outcome, **values)
