"""One statement of a camt file: its account, balances, period and entries."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from recon_kit.load.bank_line import Part
from recon_kit.load.bank_statement import BankStatement
from recon_kit.load.camt.details import account_number
from recon_kit.load.camt.entry import line_of, status_of
from recon_kit.load.camt.fields import amount_of, currency_of, day_of, number_of, sign_of
from recon_kit.load.camt.xml import Record
from recon_kit.load.loaded import Collector
from recon_kit.money import is_currency

_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)


@dataclass
class Entries:
    """The entries of the statement that is being read."""

    lines: Part
    parent: Record | None = None
    account: str = ""
    n_read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    content: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    def take(self, entry: Record, collector: Collector) -> None:
        """Read one entry; what is not booked is counted only."""
        if entry.parent is not self.parent and entry.parent is not None:
            self.parent, self.account = entry.parent, account_of(entry.parent, collector)
        self.n_read += 1
        self.content.update(entry.text.encode())
        status = status_of(entry, collector)
        if status == "BOOK":
            line = line_of(entry, self.account, collector)
            if line is not None:
                self.lines.of.append(line)
        elif status is not None:
            self.left_out[status] += 1


@dataclass(frozen=True)
class Balance:
    """A booked balance; `foreign` is the other currency that it claims to be in, its figure is kept as printed."""

    amount: int
    on: date | None
    line: int
    code: str
    foreign: str | None = None


@dataclass(frozen=True)
class Statement:
    """One statement, report or notification, or one page of it."""

    tag: str
    line: int
    account: str
    statement_id: str
    sequence: int | None
    currency: str
    opening: Balance | None
    closing: Balance | None
    from_on: date | None
    to_on: date
    page: int | None
    is_last_page: bool
    copy: str | None
    entries: Entries
    content: tuple[object, ...]

    @property
    def subject(self) -> str:
        """What checks call it."""
        return f"{self.account} {self.statement_id}"

    @property
    def row(self) -> BankStatement:
        """As the table and the proofs across statements have it."""
        return BankStatement(
            account=self.account,
            currency=self.currency,
            statement_id=self.statement_id,
            sequence=self.sequence,
            opening=self.opening.amount if self.opening else None,
            closing=self.closing.amount if self.closing else None,
            from_on=self.from_on,
            to_on=self.to_on,
            line=self.line,
        )


def account_of(record: Record, collector: Collector) -> str:
    """Our account, from the file, else from the hint; "" if neither tells."""
    return account_number(record.values.get("Acct") or collector.hints.account or "")


def statement_of(record: Record, entries: Entries, header: Record | None, collector: Collector) -> Statement | None:
    """The statement that a record and its entries make; None if something in it is wrong or nothing is told in it."""
    n_faults = len(collector.faults)
    account, statement_id = account_of(record, collector), record.values.get("Id")
    if not account:
        collector.fault(
            record.line_of("Acct"), f"{record.name}/Acct/Id", None, "an IBAN or account number, or the hint account"
        )
    if statement_id is None:
        collector.fault(record.line_of("Id"), f"{record.name}/Id", None, "the statement's id")
    currency = _currency(record, entries.lines, collector)
    opening = _balance(record, _OPENING, currency, collector)
    closing = _balance(record, _CLOSING, currency, collector)
    from_on, to_on = _period(record, header, opening, closing, entries.lines, collector)
    if len(collector.faults) > n_faults or statement_id is None:
        return None
    if currency is None or to_on is None:
        told = "neither entries nor balances, and no " + ("currency" if currency is None else "date")
        collector.check("statement", f"{account} {statement_id}", "note", detail=told, source_line=record.line)
        return None
    return Statement(
        tag=record.name,
        line=record.line,
        account=account,
        statement_id=statement_id,
        sequence=_sequence(record),
        currency=currency,
        opening=opening,
        closing=closing,
        from_on=from_on,
        to_on=to_on,
        page=number_of(record, "Pg"),
        is_last_page=record.values.get("LastPg", "true") in ("true", "1"),
        copy=record.values.get("CpyDplctInd"),
        entries=entries,
        content=_content(record, account, entries),
    )


def _sequence(record: Record) -> int | None:
    electronic = number_of(record, "ElctrncSeqNb")
    return number_of(record, "LglSeqNb") if electronic is None else electronic


def _content(record: Record, account: str, entries: Entries) -> tuple[object, ...]:
    told = tuple(record.values.get(name) for name in ("ElctrncSeqNb", "LglSeqNb", "FrDt", "ToDt", "Pg"))
    balances = tuple(tuple(sorted(part.values.items())) for part in record.all("Bal"))
    return (account, told, balances, entries.n_read, entries.content.digest())


def _currency(record: Record, lines: Part, collector: Collector) -> str | None:
    if (told := record.values.get("Ccy")) is not None:
        if not is_currency(told):
            collector.fault(record.line_of("Ccy"), f"{record.name}/Acct/Ccy", told, "an ISO 4217 currency code")
        return told
    for balance in record.all("Bal"):
        if balance.values.get("Tp") in (*_OPENING, *_CLOSING):
            return currency_of(balance, "Amt", collector)
    if lines:
        return lines.currencies[0]
    balances = record.all("Bal")
    return currency_of(balances[0], "Amt", collector) if balances else collector.hints.currency


def _balance(record: Record, codes: Iterable[str], currency: str | None, collector: Collector) -> Balance | None:
    """The first opening or the last closing balance by day; of several codes the first that the statement has."""
    for code in codes:
        found = [part for part in record.all("Bal") if part.values.get("Tp") == code]
        balances = [made for part in found if (made := _read(part, code, currency, collector)) is not None]
        if balances:
            by_day = sorted(balances, key=lambda balance: balance.on or date.min)
            return by_day[-1] if code == "CLBD" else by_day[0]
    return None


def _read(part: Record, code: str, currency: str | None, collector: Collector) -> Balance | None:
    given, sign, on = currency_of(part, "Amt", collector), sign_of(part, collector), day_of(part, "Dt", collector)
    if given is None or sign is None or currency is None or not is_currency(currency):
        return None
    amount = amount_of(part, "Amt", currency, collector)
    return None if amount is None else Balance(sign * amount, on, part.line, code, given if given != currency else None)


def _period(
    record: Record,
    header: Record | None,
    opening: Balance | None,
    closing: Balance | None,
    lines: Part,
    collector: Collector,
) -> tuple[date | None, date | None]:
    """First and last day: stated, else of the balances, else of the entries, else when it was made."""
    begin, end = day_of(record, "FrDt", collector), day_of(record, "ToDt", collector)
    closed_on = closing.on if closing else None
    if end and closed_on == end - timedelta(days=1) and record.values["ToDt"][10:19] == "T00:00:00":
        end = closed_on
    made_on = day_of(record, "CreDtTm", collector) or (day_of(header, "CreDtTm", collector) if header else None)
    end = end or closed_on or max(lines.booked_on, default=made_on)
    if begin is None and opening and opening.on:
        begin = opening.on + timedelta(days=1) if opening.code == "PRCD" else opening.on
    begin = begin or min(lines.booked_on, default=end)
    return (min(begin, end) if begin and end else begin), end
