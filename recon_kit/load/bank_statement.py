"""A bank statement on its way into the table, and what the statements of a file prove of each other and of their days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from recon_kit.load.loaded import Collector
from recon_kit.tables import STATEMENTS


@dataclass(frozen=True)
class BankStatement:
    """One row of `STATEMENTS` and the line it begins on; balances in minor units of its currency, None if not told."""

    account: str
    currency: str
    statement_id: str
    sequence: int | None
    opening: int | None
    closing: int | None
    from_on: date | None
    to_on: date
    line: int | None

    @property
    def subject(self) -> str:
        """What checks call it."""
        return f"{self.account} {self.statement_id}"


def add_statement(collector: Collector, statement: BankStatement) -> None:
    """Its row, from its first to its last day, the first never behind the last."""
    from_on = statement.from_on
    collector.row(
        STATEMENTS,
        account=statement.account,
        statement_id=statement.statement_id,
        sequence=statement.sequence,
        currency=statement.currency,
        opening=statement.opening,
        closing=statement.closing,
        from_on=min(from_on, statement.to_on) if from_on else None,
        to_on=statement.to_on,
    )


def prove_period(collector: Collector, statement: BankStatement, days: Sequence[date], *, ties: bool) -> None:
    """A check row "period" where bookings are dated behind the statement's last day, or before the first that it states.

    Behind it the statement contradicts itself, which only its balances can settle: some banks date a booking by the next
    working day. Before it an entry is merely late. Nothing is said of a statement whose bookings lie within its days.

    Args:
        days: the booking day of each entry.
        ties: whether the balances prove that the entries are its own, or nothing holds it to them; then it is a note.
    """
    late = [day for day in days if day > statement.to_on]
    early = [day for day in days if statement.from_on and day < statement.from_on]
    told = []
    if late:
        told.append(f"{_bookings(late)} dated as late as {max(late)}, behind its last day {statement.to_on}")
    if early:
        told.append(f"{_bookings(early)} dated as early as {min(early)}, before its first day {statement.from_on}")
    if told:
        values = {"expected": 0, "actual": len(late) + len(early), "source_line": statement.line}
        collector.check(
            "period", statement.subject, "failed" if late and not ties else "note", detail="; ".join(told), **values
        )


def _bookings(days: Sequence[date]) -> str:
    return f"{len(days)} {'entry is' if len(days) == 1 else 'entries are'}"


def note_twice(collector: Collector, what: str, subject: str, line: int, first: int, n_entries: int) -> None:
    """A check row for a statement that stands in the file twice and is read once.

    Args:
        what: "statement" or "report".
        line: where it stands the second time; `first`, the first time.
    """
    collector.n_skipped += n_entries
    told = f"the same {what} as in line {first}, read once; {n_entries} entries left out"
    collector.check("duplicate", f"{subject}, line {line}", "note", detail=told, source_line=line)


def prove_continuity(collector: Collector, statements: Iterable[BankStatement]) -> None:
    """Check rows "continuity" and "sequence" for each pair of neighbours of an account in the file, by day.

    A number left out while the balances go on is a note (a bank may number days without entries); with balances that
    do not go on, or that are not told, it failed.
    """
    by_account: dict[tuple[str, str], list[BankStatement]] = {}
    for statement in statements:
        by_account.setdefault((statement.account, statement.currency), []).append(statement)
    for neighbours in by_account.values():
        neighbours.sort(key=lambda statement: (statement.to_on, statement.sequence or 0))
        for before, after in pairwise(neighbours):
            prove_neighbours(collector, before, after)


def prove_neighbours(collector: Collector, before: BankStatement, after: BankStatement) -> None:
    """As `prove_continuity`, for one statement and the one before it."""
    subject = after.subject
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
