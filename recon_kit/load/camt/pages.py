"""The statements of a camt file as a whole: pages put together, a statement that stands there twice read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from operator import add

from recon_kit.load.camt.statement import Entries, Statement
from recon_kit.load.loaded import Collector
from recon_kit.load.paging import part_id, part_told


def once(statements: Iterable[Statement], collector: Collector) -> list[Statement]:
    """The statements of a file with their pages put together; one that stands there twice is left out and named."""
    kept: dict[tuple[str, str, str], list[Statement]] = {}
    seen: set[object] = set()
    for statement in statements:
        proven = statement.opening is not None and statement.closing is not None and statement.entries.lines
        identity = (statement.content, None if proven else statement.statement_id)
        if identity in seen:
            _leave_out(statement, collector)
            continue
        seen.add(identity)
        key = (statement.account, statement.statement_id, statement.currency)
        parts = kept.setdefault(key, [])
        if parts and not _is_page(parts, statement):
            statement = _renamed(statement, len(kept), collector)
            parts = kept.setdefault((statement.account, statement.statement_id, statement.currency), [])
        parts.append(statement)
    return [_together(parts, collector) for parts in kept.values()]


def _leave_out(statement: Statement, collector: Collector) -> None:
    n_lines = len(statement.entries.lines)
    collector.n_skipped += n_lines
    detail = f"stands in the file a second time; its {n_lines} entries are read once"
    subject = f"{statement.subject} at line {statement.line}"
    collector.check("duplicate", subject, "note", actual=n_lines, detail=detail, source_line=statement.line)


def _is_page(parts: list[Statement], statement: Statement) -> bool:
    if statement.page is not None:
        return all(part.page is not None and part.page != statement.page for part in parts)
    before = parts[-1].closing
    goes_on = before is not None and statement.opening is not None and before.amount == statement.opening.amount
    return goes_on and parts[-1].sequence == statement.sequence


def _renamed(statement: Statement, number: int, collector: Collector) -> Statement:
    detail = "another statement of this account has the same id but other content"
    outcome = "failed" if statement.tag == "Stmt" else "note"
    subject = f"{statement.subject} at line {statement.line}"
    collector.check("duplicate", subject, outcome, detail=detail, source_line=statement.line)
    return replace(statement, statement_id=f"{statement.statement_id}#{number + 1}")


def _together(parts: list[Statement], collector: Collector) -> Statement:
    parts = sorted(parts, key=lambda part: part.page or 0)
    first, last = parts[0], parts[-1]
    numbers = [part.page for part in parts]
    if numbers[0] is not None and (numbers != list(range(1, len(parts) + 1)) or not last.is_last_page):
        first = _part(parts, [number or 0 for number in numbers], collector)
    if len(parts) == 1:
        return first
    entries = Entries(reduce(add, (part.entries.lines for part in parts)))
    entries.n_read = sum(part.entries.n_read for part in parts)
    closings = [part.closing for part in parts if part.closing]
    return replace(
        first,
        opening=next((part.opening for part in parts if part.opening), None),
        closing=closings[-1] if closings else None,
        from_on=min((part.from_on for part in parts if part.from_on), default=None),
        to_on=max(part.to_on for part in parts),
        entries=entries,
    )


def _part(parts: list[Statement], pages: list[int], collector: Collector) -> Statement:
    """The first page, called by its number: other files hold the other pages, see `load.paging`."""
    first, last = parts[0], parts[-1]
    lines = [
        (amount, code)
        for part in parts
        for amount, code in zip(part.entries.lines.amounts, part.entries.lines.currencies, strict=True)
    ]
    collector.check(
        "pages", first.subject, "failed" if first.tag == "Stmt" else "note", detail=part_told(pages, is_last=last.is_last_page),
        actual=sum(amount for amount, code in lines if code == first.currency), currency=first.currency, source_line=first.line,
    )  # fmt: skip
    return replace(first, statement_id=part_id(first.statement_id, pages[0]))
