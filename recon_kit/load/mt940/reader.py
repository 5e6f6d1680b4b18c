"""MT940 and MT942 statements of any bank: read tag by tag, each statement proven by its balances."""

from __future__ import annotations

import re

from recon_kit.load.bank_line import Lines
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.mt940 import fields
from recon_kit.load.mt940.fields import Balance, Days, Entry
from recon_kit.load.mt940.statement import Statement, line_of, take_in
from recon_kit.load.mt940.tags import Tag, tags
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import exponent, minor_units
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_ENCODINGS = ("utf-8", "cp1252", "cp850")
_FIELD = re.compile(r"^\s{0,3}:(20|25P?|28C?|34F|60[FM]|61|62[FM]|90[CD]):", re.MULTILINE)
_ENTRY = re.compile(r"^\s{0,3}:61:\d{6}", re.MULTILINE)
_ENVELOPE = re.compile(r"\{2:[IO]94([02])")
_ONCE = ("25", "28", "60", "62")
_NO_DAY = "000000"


def claims(head: SourceFile) -> str | None:
    """ "mt940" or "mt942" by the tags at the beginning of lines, or by the envelope around them."""
    text = head.head_text
    found = set(_FIELD.findall(text))
    if not (_ENTRY.search(text) or found & {"60F", "60M", "34F"} or ("20" in found and len(found) > 1)):
        return None
    envelope = _ENVELOPE.search(text)
    interim = envelope[1] == "2" if envelope else ("34F" in found and not found & {"60F", "60M", "62F", "62M"})
    return "mt942" if interim else "mt940"


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """`STATEMENTS` and `BANK_LINES` of an MT940 ("booked") or MT942 ("provisional") file.

    Pages of one statement (:60M:, :62M:) become one row; a statement that stands in the file twice is read once.

    Raises:
        LoadError: naming every field that cannot be read, with its line.
    Source: SWIFT MT940 and MT942; DFÜ-Abkommen Anlage 3 chapter 8 for the German :86:.
    """
    collector = Collector(file, hints)
    collector.table(STATEMENTS)
    collector.table(BANK_LINES)
    encoding = file.encoding((hints.encoding,) if hints.encoding else _ENCODINGS)
    if encoding not in ("utf-8", "utf-8-sig"):
        collector.check("encoding", "file", "note", detail=f"read as {encoding}")
    reading = _Reading(collector)
    for tag in tags(file.blocks(encoding)):
        reading.take(tag)
    format_ = claims(file) or "mt940"
    reading.finish(format_)
    return collector.loaded(format_, "provisional" if format_ == "mt942" else "booked")


class _Reading:
    """Walks through the tags of a file; every fault goes to the collector and the walk goes on."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.statements: list[Statement] = []
        self.lines = Lines()
        self.entry: tuple[int, Entry, Days, int] | None = None
        self.texts: list[list[str]] | None = None  # the :86: of the entry now open; None where they are the statement's

    def take(self, tag: Tag) -> None:
        """One tag, in the order of the file."""
        name = tag.name[:2]
        if name == "86" and self.texts is not None:
            self.texts.append(tag.lines)
        elif name == "61" and self.statements:
            self._flush()
            self._entry(tag, self.statements[-1])
        elif name == "86":
            self._statement_text(tag)
        elif name == "NS":
            if self.texts is not None:
                self.texts.append([line[2:] if line[:2].isdigit() else line for line in tag.lines])
        else:
            self._flush()
            if name == "20" or not self.statements:
                self.statements.append(Statement(tag.line, self.lines.part()))
            self._field(tag, name, self.statements[-1])

    def _field(self, tag: Tag, name: str, statement: Statement) -> None:
        if name == "61":
            self._entry(tag, statement)
        elif name in _ONCE:
            self._once(tag, name, statement)
        elif name == "34":
            self._floor(tag, statement)
        elif name == "90":
            self._announced(tag, statement)
        elif name == "13":
            statement.made = tag.lines[0].strip()

    def _flush(self) -> None:
        if self.entry and self.texts is not None:
            self.lines.append(line_of(*self.entry, self.texts, self.statements[-1]))
        self.entry = self.texts = None

    def _once(self, tag: Tag, name: str, statement: Statement) -> None:
        if name in statement.seen:
            told = f"one :{name}: a statement (the other is in line {statement.seen[name]}); a :20: begins the next"
            self.collector.fault(tag.line, f":{tag.name}:", tag.lines[0], told)
            return
        statement.seen[name] = tag.line
        if name == "25":
            statement.account = fields.own_account(tag.lines)
        elif name == "28":
            statement.number = fields.number(tag.lines)
        elif balance := self._balance(tag, statement):
            amount = self._money(tag.line, f":{tag.name}: amount", balance.amount, balance.currency)
            signed = None if amount is None else balance.sign * amount
            if name == "60":
                statement.opened, statement.opening, statement.first = balance, signed, tag.name
            else:
                statement.closed, statement.closing, statement.last = balance, signed, tag.name

    def _balance(self, tag: Tag, statement: Statement) -> Balance | None:
        balance = fields.balance(tag.lines)
        if balance is None or not self._currency(tag, balance.currency, statement):
            if balance is None:
                self.collector.fault(tag.line, f":{tag.name}:", tag.lines[0], fields.A_BALANCE)
            return None
        if fields.day(balance.day) is None and balance.day != _NO_DAY:
            self.collector.fault(tag.line, f":{tag.name}: date", balance.day, fields.A_DAY)
        return balance

    def _currency(self, tag: Tag, currency: str, statement: Statement) -> bool:
        try:
            exponent(currency)
        except ValueError:
            self.collector.fault(tag.line, f":{tag.name}: currency", currency, "an ISO 4217 currency code")
            return False
        if statement.currency not in (None, currency):
            told = f"the statement's currency {statement.currency}"
            self.collector.fault(tag.line, f":{tag.name}: currency", currency, told)
            return False
        statement.currency = currency
        return True

    def _money(self, line: int, name: str, text: str, currency: str) -> int | None:
        try:
            if "," not in text or "." in text:
                raise ValueError(text)
            if text[0] == "," or text[-1] == ",":
                text = f"0{text}0"
            return minor_units(text, currency, ",")
        except ValueError:
            told = f"an amount with ',' as decimal mark and no more decimals than {currency} has"
            self.collector.fault(line, name, text, told)
            return None

    def _entry(self, tag: Tag, statement: Statement) -> None:
        self.collector.n_read += 1
        self.texts = []
        if first := "61" not in statement.seen:
            statement.seen["61"] = tag.line
            statement.currency = statement.currency or self.collector.hints.currency
        currency = statement.currency
        entry = fields.entry(tag.lines)
        if entry is None:
            self.collector.fault(tag.line, ":61:", " ".join(tag.lines[:2]).strip(), fields.AN_ENTRY)
        elif currency is None:
            if first:
                told = "an opening balance before the first entry; it names the currency (or the hint currency)"
                self.collector.fault(tag.line, ":60F:", None, told)
        else:
            amount = self._money(tag.line, ":61: amount", entry.amount, currency)
            on = self._days(tag.line, entry)
            if amount is not None and on is not None:
                self.entry = (tag.line, entry, on, amount if entry.mark in ("C", "RD", "EC") else -amount)

    def _days(self, line: int, entry: Entry) -> Days | None:
        try:
            on = fields.days(entry.value, entry.booked)
        except ValueError:
            self.collector.fault(line, ":61: entry date", entry.booked, "a day of the calendar as MMDD")
            return None
        if on is None:
            self.collector.fault(line, ":61: value date", entry.value, fields.A_DAY)
        elif on.moved:
            told = f"{entry.value} {entry.booked} is read as {on.value}, booked {on.booked}: February as 30 days of interest"
            self.collector.check("dates", f"line {line}", "note", detail=told, source_line=line)
        return on

    def _statement_text(self, tag: Tag) -> None:
        if text := " ".join(" ".join(tag.lines).split()):
            subject = f"line {tag.line}"
            self.collector.check("statement_text", subject, "note", detail=text, source_line=tag.line)

    def _floor(self, tag: Tag, statement: Statement) -> None:
        currency = fields.floor_currency(tag.lines)
        if currency is None:
            self.collector.fault(tag.line, ":34F:", tag.lines[0], "a currency, C or D or nothing, and an amount")
        else:
            self._currency(tag, currency, statement)

    def _announced(self, tag: Tag, statement: Statement) -> None:
        found = fields.announced(tag.lines)
        if found is None:
            self.collector.fault(tag.line, f":{tag.name}:", tag.lines[0], "a count, a currency and an amount")
        elif self._currency(tag, found[1], statement):
            amount = self._money(tag.line, f":{tag.name}: amount", found[2], found[1])
            statement.announced[tag.name[2:]] = (tag.line, found[0], amount or 0)

    def finish(self, format_: str) -> None:
        """Rows and checks of everything taken, unless there are faults."""
        self._flush()
        for statement in self.statements:
            self._name_account(statement)
            self._complete(statement, format_)
        if not self.collector.faults:
            take_in(self.collector, self.statements, format_)

    def _complete(self, statement: Statement, format_: str) -> None:
        known = statement.seen.keys()
        if format_ == "mt940" and not known & {"60", "61", "62"}:
            self.collector.fault(statement.line, ":60F:", None, "an opening balance or entries; this is no whole statement")
        elif statement.currency is None and "61" not in known:
            told = "a balance or a floor limit, which names the currency"
            self.collector.fault(statement.line, ":60F:" if format_ == "mt940" else ":34F:", None, told)
        elif statement.to_on is None and not self.collector.faults:
            self.collector.fault(statement.line, ":62F:", None, "a closing balance, which dates the statement")

    def _name_account(self, statement: Statement) -> None:
        line, stated = statement.seen.get("25", statement.line), statement.account
        given = fields.own_account([self.collector.hints.account or ""])
        if any(character.isdigit() for character in stated):
            if given not in ("", stated):
                told = f"the file says {stated}; the hint {given} is for files that name no account"
                self.collector.check("account", f"line {line}", "note", detail=told, source_line=line)
        elif given:
            statement.account = given
        elif stated:
            told = f"the account is called {stated!r}, which names none; say which it is (the hint account)"
            self.collector.check("account", f"line {line}", "absent", detail=told, source_line=line)
        else:
            self.collector.fault(line, ":25:", None, "our account (or the hint account)")
