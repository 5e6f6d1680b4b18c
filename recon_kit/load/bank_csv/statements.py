"""One statement per account and currency of a CSV, with the balances that can be proven and what they prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recon_kit.layouts.declare import Layout
from recon_kit.load.bank_csv.declared import Declared
from recon_kit.load.bank_csv.entries import Entries
from recon_kit.load.bank_csv.proof import Chain, chain, gaps, repeated
from recon_kit.load.bank_csv.records import Records
from recon_kit.load.bank_statement import BankStatement, add_statement
from recon_kit.load.loaded import Collector
from recon_kit.money import money_text

Balances = tuple[int | None, int | None]


@dataclass(frozen=True)
class Booked:
    """The booked rows of a file with what is printed beside them; `days` and `balances` are one per row."""

    entries: Entries
    days: Sequence[date]
    balances: Sequence[int | None]
    records: Records
    said: Declared
    mark: str


@dataclass(frozen=True)
class _Group:
    account: str | None
    pot: str
    currency: str
    rows: list[int]

    @property
    def subject(self) -> str:
        return f"{self.account or self.pot or 'account not named'} {self.currency}"


def account_proofs(booked: Booked, layout: Layout, out: Collector) -> None:
    """Adds each account's statement to the result, and a check for its balances and its running numbers."""
    groups = _groups(booked)
    if any(group.account is None for group in groups):
        told = "the export does not name the account; say it by the hint account to get statements"
        out.check("account", out.file.name, "note", detail=told)
    for group in groups:
        proven = _prove_chain(booked, group, layout, out)
        opening, closing = _balances(booked, group, proven, out, alone=len(groups) == 1)
        _prove_sequence(booked, group, layout, out)
        _statement(booked, group, (opening, closing), out)


def _groups(booked: Booked) -> list[_Group]:
    found: dict[tuple[str | None, str, str], list[int]] = {}
    entries = booked.entries
    for row, key in enumerate(zip(entries.accounts, entries.pots, entries.currencies, strict=True)):
        found.setdefault(key, []).append(row)
    if not found and booked.said.account and booked.said.currency:
        found[booked.said.account, "", booked.said.currency] = []
    return [_Group(*key, rows) for key, rows in found.items()]


def _prove_chain(booked: Booked, group: _Group, layout: Layout, out: Collector) -> Chain | None:
    found = chain([booked.entries.amounts[row] for row in group.rows], [booked.balances[row] for row in group.rows])
    if found is None:
        return None
    column = booked.records.written(layout.balance.column if layout.balance else "")
    facts: dict[str, object] = {"currency": group.currency, "expected": found.expected, "actual": found.found}
    if found.n_breaks and found.at is not None:
        line = booked.records.lines[group.rows[found.at]]
        told = f"{column} does not follow from its neighbour in {found.n_breaks} rows ({found.order}); the first is line {line}"
        out.check("balance", group.subject, "failed", source_line=line, detail=told, **facts)
        return None
    if found.closing is not None:
        facts |= {"expected": found.closing, "actual": found.closing}
    out.check("balance", group.subject, "ok", detail=f"{column} follows from row to row ({found.order})", **facts)
    return found


def _balances(booked: Booked, group: _Group, proven: Chain | None, out: Collector, *, alone: bool) -> Balances:
    """Opening and closing: from the chain, else as declared for the very end of the file."""
    said, faults = booked.said, out.faults
    opening = said.balance("opening", group.currency, booked.mark, faults) if alone else None
    closing = said.balance("closing", group.currency, booked.mark, faults) if alone else None
    fitting = closing is not None and _ends_there(booked, group)
    if proven and proven.closing is not None:
        if closing is not None:
            _compare(booked, group, proven.closing, closing, out, fitting=fitting)
        return proven.opening, proven.closing
    moved = sum(booked.entries.amounts[row] for row in group.rows)
    if opening is not None and closing is not None and fitting:
        out.prove("declared_balance", group.subject, closing, opening + moved, currency=group.currency)
        return opening, closing
    if all(booked.balances[row] is None for row in group.rows):
        told = "the export prints no balance that its rows could be proven by"
        out.check("balance", group.subject, "absent", currency=group.currency, detail=told)
    return opening, closing if fitting else None


def _ends_there(booked: Booked, group: _Group) -> bool:
    """Whether the declared closing balance is that of the statement's last day."""
    last = max((booked.days[row] for row in group.rows), default=None)
    day, end = booked.said.closing_on, booked.said.to_on
    if day is None:
        return False
    return day == end if end else last is None or day >= last


def _compare(booked: Booked, group: _Group, proven: int, said: int, out: Collector, *, fitting: bool) -> None:
    outcome = "ok" if proven == said else "failed" if fitting and booked.said.to_on else "note"
    told = f"the file declares a balance of {money_text(said, group.currency)} {group.currency}"
    if outcome == "note":
        told += ", which need not be that of its last row"
    facts: dict[str, object] = {"expected": said, "actual": proven, "currency": group.currency}
    out.check("declared_balance", group.subject, outcome, detail=told, source_line=booked.said.lines["closing"], **facts)


def _prove_sequence(booked: Booked, group: _Group, layout: Layout, out: Collector) -> None:
    column = booked.records.column(layout.sequence.column) if layout.sequence else None
    if column is None or layout.sequence is None:
        return
    texts = [column[row] for row in group.rows]
    name = booked.records.written(layout.sequence.column)
    if not all(text.isdecimal() for text in texts):
        out.check("sequence", group.subject, "absent", detail=f"not every row has a running number in {name}")
        return
    numbers = [int(text) for text in texts]
    missing, twice = gaps(numbers), repeated(numbers)
    told = [f"{name} {a} to {b} missing" if a != b else f"{name} {a} missing" for a, b in missing[:5]]
    told += [f"{name} {n} occurs more than once" for n in twice[:5]]
    expected = max(numbers) - min(numbers) + 1
    outcome = "failed" if told else "ok"
    out.check("sequence", group.subject, outcome, expected=expected, actual=len(numbers), detail="; ".join(told) or None)


def _statement(booked: Booked, group: _Group, balances: tuple[int | None, int | None], out: Collector) -> None:
    days = [booked.days[row] for row in group.rows]
    to_on = max([day for day in (booked.said.to_on, *days) if day], default=booked.said.closing_on)
    from_on = min([day for day in (booked.said.from_on, *days) if day], default=None)
    if group.account is None or to_on is None:
        return
    row = BankStatement(
        account=group.account,
        currency=group.currency,
        statement_id=f"{from_on or ''}/{to_on} {group.currency}",
        sequence=None,
        opening=balances[0],
        closing=balances[1],
        from_on=from_on,
        to_on=to_on,
        line=booked.records.lines[group.rows[0]] if group.rows else None,
    )
    add_statement(out, row)
