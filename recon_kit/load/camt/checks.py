"""What a camt file proves of itself: balances, totals, pages, numbers, and what was left out by a rule."""

from __future__ import annotations

from collections.abc import Iterable

from recon_kit.load.bank_statement import prove_continuity, prove_period
from recon_kit.load.camt.fields import exact, number_of
from recon_kit.load.camt.statement import Entries, Statement
from recon_kit.load.camt.xml import Record
from recon_kit.load.loaded import Collector

_NOT_BOOKED = {"PDNG": "pending", "INFO": "for information", "FUTR": "future"}


def check_totals(record: Record, entries: Entries, collector: Collector) -> None:
    """TxsSummry against the entries, booked alone or all: a difference is only a note, banks fill it as they like."""
    amounts, currencies = entries.lines.amounts, set(entries.lines.currencies)
    currency = currencies.pop() if len(currencies) == 1 else None
    groups = {
        "TtlNtries": amounts,
        "TtlCdtNtries": [amount for amount in amounts if amount > 0],
        "TtlDbtNtries": [-amount for amount in amounts if amount < 0],
    }
    told = []
    for name, group in groups.items():
        announced = number_of(record, f"{name}.Nb")
        if announced is not None and announced != len(group) and (name, announced) != ("TtlNtries", entries.n_read):
            told.append(f"{name}/NbOfNtries is {announced}, booked are {len(group)}")
        stated = record.values.get(f"{name}.Sum")
        if stated and currency and exact(stated, currency) != sum(map(abs, group)):
            told.append(f"{name}/Sum is {stated}")
    if told:
        subject = f"{record.values.get('Id', '')} at line {record.line}"
        collector.check("totals", subject, "note", detail="; ".join(told), source_line=record.line)


def check_message(header: Record, collector: Collector) -> None:
    """A message of several pages of which the file holds one is noted."""
    page, last = number_of(header, "Pg"), header.values.get("LastPg", "true") in ("true", "1")
    if not last or (page or 1) > 1:
        detail = f"page {page or 1} of a message" + ("" if last else "; more follow")
        collector.check("pages", f"message at line {header.line}", "note", detail=detail, source_line=header.line)


def check_left_out(record: Record, entries: Entries, collector: Collector) -> None:
    """Entries that are not booked are counted by status and named."""
    for status, count in sorted(entries.left_out.items()):
        collector.n_skipped += count
        subject = f"{record.values.get('Id', '')} at line {record.line}: {status}"
        detail = f"{count} {'entry' if count == 1 else 'entries'} left out: {_NOT_BOOKED[status]}, not booked"
        collector.check("status", subject, "note", actual=count, detail=detail, source_line=record.line)


def check_statements(statements: Iterable[Statement], collector: Collector) -> None:
    """Opening + entries = closing for each, and each statement against the one before it.

    Only booked statements are held to their balances and numbers: reports within a day overlap, advices have neither.
    """
    statements = list(statements)
    for statement in statements:
        _check_copy(statement, collector)
        ties = _prove_balance(statement, collector)
        days = statement.entries.lines.booked_on
        prove_period(collector, statement.row, days, ties=ties or statement.tag != "Stmt")
    prove_continuity(collector, [statement.row for statement in statements if statement.tag == "Stmt"])


def _check_copy(statement: Statement, collector: Collector) -> None:
    if statement.copy:
        detail = f"the bank marks the statement as a copy or duplicate ({statement.copy})"
        collector.check("copy", statement.subject, "note", detail=detail, source_line=statement.line)


def _prove_balance(statement: Statement, collector: Collector) -> bool:
    opening, closing, currency = statement.opening, statement.closing, statement.currency
    lines = statement.entries.lines
    foreign = sorted(set(lines.currencies) - {currency})
    booked = sum(amount for amount, code in zip(lines.amounts, lines.currencies, strict=True) if code == currency)
    other = [f"a balance is in {balance.foreign}" for balance in (opening, closing) if balance and balance.foreign]
    other += [f"entries are in {code}" for code in foreign]
    place = {"currency": currency, "source_line": statement.line}
    if opening is None or closing is None:
        missing = " and ".join(name for name, found in (("opening", opening), ("closing", closing)) if found is None)
        detail = "; ".join([f"no booked {missing} balance", *other])
        outcome = "note" if other and statement.tag != "Stmt" else "failed" if other and (opening or closing) else "absent"
        collector.check("balance", statement.subject, outcome, detail=detail, **place)
        return False
    if other:
        values = {"expected": closing.amount, "actual": opening.amount + booked, "detail": "; ".join(other)}
        collector.check("balance", statement.subject, "failed", **values, **place)
    else:
        collector.prove("balance", statement.subject, closing.amount, opening.amount + booked, **place)
    return not other and opening.amount + booked == closing.amount
