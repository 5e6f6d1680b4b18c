"""Statements of an MT940 or MT942 file as they become rows: pages joined, each kept once, each proven."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from recon_kit.load.bank_line import Line, Part, add_lines
from recon_kit.load.bank_statement import BankStatement, add_statement, note_twice, prove_continuity, prove_period
from recon_kit.load.loaded import Collector
from recon_kit.load.mt940 import fields
from recon_kit.load.mt940.details import details, kind
from recon_kit.load.mt940.fields import Balance, Days, Entry
from recon_kit.money import minor_units

_STATED = re.compile(r"\s*([A-Z]{3})?\s*(\d+,\d*)")


@dataclass
class Statement:
    """One statement or page as it is read; balances in minor units of `currency`."""

    line: int
    lines: Part
    account: str = ""
    number: tuple[str, str] = ("", "")
    currency: str | None = None
    opening: int | None = None
    closing: int | None = None
    opened: Balance | None = None
    closed: Balance | None = None
    first: str = ""
    last: str = ""
    made: str = ""
    seen: dict[str, int] = field(default_factory=dict)
    announced: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def to_on(self) -> date | None:
        """The last day covered: of the closing balance, else of the report or its last entry, else of the opening one."""
        if self.closed and (on := fields.day(self.closed.day)):
            return on
        made = fields.day(self.made) if re.match(r"\d{6}", self.made) else None
        if known := [*([made] if made else []), *self.lines.booked_on]:
            return max(known)
        return fields.day(self.opened.day) if self.opened else None

    @property
    def statement_id(self) -> str:
        """Day and number, since numbers begin anew each year or are all nought; with its page where pages are missing."""
        number, page = self.number
        made = self.made[6:10]
        parts = [f"{self.to_on}{'T' + made if made else ''}", number]
        if self.first == "60M" or self.last == "62M":
            parts.append(page.lstrip("0"))
        return "/".join(part for part in parts if part)


def line_of(at: int, entry: Entry, on: Days, amount: int, texts: list[list[str]], statement: Statement) -> Line:
    """One entry of a statement with everything that its :86: fields say.

    Args:
        at: line of the :61: in the file.
        amount: signed minor units of the statement's currency.
        texts: the lines of each :86:.
    """
    currency = statement.currency
    assert currency is not None
    swiss = currency == "CHF" or statement.account[:2] in ("CH", "LI")
    said = details(texts, entry.supplementary, swiss=swiss)
    sort = kind(entry.code, entry.mark, said)
    instructed, instructed_currency = _stated(said.original, currency) if said.original else (None, None)
    charged, charge_currency = _stated(said.charges, currency) if said.charges else (None, None)
    return Line(
        _raw(entry, texts),
        on.booked,
        on.value,
        amount,
        currency,
        said.name,
        said.account,
        said.remittance,
        said.reference,
        said.end_to_end_id or fields.own_reference(entry.reference),
        entry.bank_reference if entry.bank_reference not in ("", "NONREF") else None,
        sort,
        said.return_reason if sort == "return" else None,
        None if instructed is None else instructed if amount >= 0 else -instructed,
        instructed_currency,
        said.rate.strip().replace(",", ".") if said.rate else None,
        -charged if charged and charge_currency == currency else None,
        at,
    )


def _raw(entry: Entry, texts: list[list[str]]) -> str:
    fixed = [entry.value, entry.booked, entry.mark, entry.amount, entry.code, entry.reference, entry.bank_reference]
    return " ".join([*fixed, *entry.supplementary, *(texts[0] if len(texts) == 1 else chain.from_iterable(texts))])


def _stated(text: str, currency: str) -> tuple[int | None, str | None]:
    """An amount told in free text, with or without its currency; nothing where it is no amount."""
    found = _STATED.match(text)
    if not found:
        return None, None
    stated = found[1] or currency
    try:
        return minor_units(found[2] + "0" * found[2].endswith(","), stated, ","), stated
    except ValueError:
        return None, None


def take_in(collector: Collector, statements: Sequence[Statement], format_: str) -> None:
    """Rows and checks of all statements of a file, each whole; says of pages and repeats what became of them."""
    kept = _once_each(collector, _joined(collector, statements))
    names: dict[tuple[str, str], int] = defaultdict(int)
    rows = []
    for statement in kept:
        name = statement.statement_id
        names[statement.account, name] += 1
        if (nth := names[statement.account, name]) > 1:
            name = f"{name}#{nth}"
        row = _row(statement, name)
        rows.append(row)
        add_statement(collector, row)
        if format_ == "mt940":
            ties = _prove_balance(collector, statement, name)
            prove_period(collector, row, statement.lines.booked_on, ties=ties)
        _prove_announced(collector, statement, name)
    if format_ == "mt940":
        prove_continuity(collector, rows)
    add_lines(collector, [(statement.account, statement.lines) for statement in kept])


def _joined(collector: Collector, statements: Sequence[Statement]) -> list[Statement]:
    joined: list[Statement] = []
    newest: dict[tuple[str, str | None], Statement] = {}
    for page in statements:
        before = newest.get((page.account, page.currency))
        if before is None or (before.last, page.first) != ("62M", "60M") or before.number[0] != page.number[0]:
            joined.append(page)
            newest[page.account, page.currency] = page
            continue
        subject = f"{page.account} {page.number[0] or '0'}, line {page.line}"
        values = {"currency": page.currency, "source_line": page.line}
        collector.prove("pages", subject, before.closing, page.opening or 0, **values)
        before.lines = before.lines + page.lines
        before.closing, before.closed, before.last = page.closing, page.closed, page.last
    return joined


def _once_each(collector: Collector, statements: Sequence[Statement]) -> list[Statement]:
    kept: list[Statement] = []
    by_look: dict[object, list[Statement]] = defaultdict(list)
    for statement in statements:
        look = (statement.account, statement.number, statement.opened, statement.closed, statement.made, len(statement.lines))
        alike = by_look[look]
        first = next((other for other in alike if other.lines.raws == statement.lines.raws), None)
        if first is None:
            alike.append(statement)
            kept.append(statement)
            continue
        subject = f"{statement.account} {statement.statement_id}"
        note_twice(collector, "statement", subject, statement.line, first.line, len(statement.lines))
    return kept


def _row(statement: Statement, name: str) -> BankStatement:
    number = statement.number[0]
    assert statement.to_on is not None
    assert statement.currency is not None
    return BankStatement(
        account=statement.account,
        currency=statement.currency,
        statement_id=name,
        sequence=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
        opening=statement.opening,
        closing=statement.closing,
        from_on=min(statement.lines.booked_on, default=None),
        to_on=statement.to_on,
        line=statement.line,
    )


def _prove_balance(collector: Collector, statement: Statement, name: str) -> bool:
    closing = None if statement.opening is None else statement.closing
    found = (statement.opening or 0) + sum(statement.lines.amounts)
    values = {"currency": statement.currency, "detail": _missing(statement), "source_line": statement.line}
    collector.prove("balance", f"{statement.account} {name}", closing, found, **values)
    return closing == found


def _missing(statement: Statement) -> str | None:
    if statement.closing is None:
        return "no closing balance: the file may be cut off"
    if statement.opening is None:
        return "no opening balance"
    if statement.last == "62M":
        return "ends with an interim balance: its next page is not in this file"
    return "begins with an interim balance: its first page is not in this file" if statement.first == "60M" else None


def _prove_announced(collector: Collector, statement: Statement, name: str) -> None:
    for mark, (line, n_expected, expected) in statement.announced.items():
        sign, side = (1, "credits") if mark == "C" else (-1, "debits")
        amounts = [sign * amount for amount in statement.lines.amounts if sign * amount > 0]
        subject = f"{statement.account} {name} {side}"
        collector.prove("totals", subject, expected, sum(amounts), currency=statement.currency, source_line=line)
        collector.prove("rows", subject, n_expected, len(amounts), source_line=line)
