"""QIF: bank, cash and card registers of Quicken and its kin; no currency, no balance, and dates of any order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import decimal_mark_of, exponent, minor_units
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_FIRST = re.compile(r"!(Type:|Account|Option:|Clear:)", re.IGNORECASE)
_REGISTERS = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
_DATE = re.compile(r"(\d{1,4})\s*[./\-]\s*(\d{1,2})\s*([./\-'])\s*(\d{1,4})", re.ASCII)
_ISO = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_SHOWN = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
_SPLITS = "SE$%"
_CODES = "DTUPMNLCA"
_OWN = re.compile(r"\[(.+)\]")


class _Entry(NamedTuple):
    """One record up to its `^`, as it stands there.

    Args:
        day, amount: text and line; "" and the record's line where it has none.
        own: the account that L names in brackets.
        raw: all its lines, which make its identity.
    """

    line: int
    account: str | None
    day: tuple[str, int]
    amount: tuple[str, int]
    payee: str
    memo: str
    number: str
    own: str
    raw: str

    @property
    def is_opening(self) -> bool:
        """Whether it is no movement but the account's opening balance, as Quicken writes it: L names the account itself."""
        return self.payee.casefold() == "opening balance" and bool(self.own)


@dataclass
class _Record:
    """A record that is being read; `fields` keeps the first text of each code with its line, splits apart."""

    line: int
    block: str
    account: str | None
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    raw: list[str] = field(default_factory=list)

    def text(self, code: str) -> str:
        """A field's text, "" if it is not there."""
        return self.fields.get(code, ("", 0))[0]

    def entry(self) -> _Entry:
        """The record, whole."""
        none = ("", self.line)
        own = _OWN.fullmatch(self.text("L"))
        return _Entry(
            line=self.line,
            account=self.account,
            day=self.fields.get("D", none),
            amount=self.fields.get("T") or self.fields.get("U") or none,
            payee=self.text("P"),
            memo=self.text("M"),
            number=self.text("N"),
            own=own[1] if own else "",
            raw=" ".join(self.raw),
        )


class _Line(NamedTuple):
    """A bank line but for its account and id; `raw` is what makes its identity."""

    raw: str
    booked_on: date
    amount: int
    currency: str
    counterparty_name: str | None
    remittance: str | None
    bank_reference: str | None
    source_line: int


def claims(head: SourceFile) -> str | None:
    """ "qif" if the first line that is no comment, blank or stray `^` is one of QIF's headers."""
    for line in head.head_lines:
        text = line.strip().lstrip("\ufeff")
        if text and text != "^" and not text.startswith("#"):
            return "qif" if _FIRST.match(text) else None
    return None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Booked lines of every bank, cash, card or other register; splits are parts of their record and never added.

    The order of day and month comes from the hint, else from the whole column if it can only mean one. QIF knows no
    currency: the hint, else the policy's base currency, which a check says. Investment blocks and lists are left out.

    Raises:
        LoadError: a record without date or amount or with an impossible one, dates that fit two orders, a line that QIF
            does not have, a file cut off inside a record.
    """
    out = Collector(file, hints)
    out.table(BANK_LINES)
    out.table(STATEMENTS)
    encoding = file.encoding((hints.encoding,) if hints.encoding else ("utf-8", "cp1252"))
    entries = _entries(file.lines(encoding), out)
    currency = _currency(policy, hints, out)
    order = _order([entry.day for entry in entries if entry.day[0]], hints, out)
    mark = _mark(entries, hints, out)
    lines = [_line(entry, currency, order, mark, out) for entry in entries]
    if not out.faults:
        _take(list(zip(entries, filter(None, lines), strict=True)), hints, out)
    return out.loaded("qif", "booked")


def _entries(lines: Iterable[tuple[int, str]], out: Collector) -> list[_Entry]:
    """The records of bank registers; of others only how many there are."""
    entries: list[_Entry] = []
    others: dict[str, list[int]] = {}
    block, account = "", None
    now: _Record | None = None
    for number, line in lines:
        text = line.strip().lstrip("\ufeff")
        if not text or (text.startswith("#") and now is None):
            continue
        if text == "^" or text.startswith("!"):
            if now and block == "account":
                account = now.text("N") or account
            elif now and block in _REGISTERS:
                entries.append(now.entry())
            elif now:
                others.setdefault(block, []).append(now.line)
            if now and text != "^":
                out.fault(number, "record", text, f"^ first, which ends the record begun on line {now.line}")
            block, now = (block if text == "^" else _block(text)), None
        elif not block:
            out.fault(number, "line", text, "a header such as !Type:Bank")
        else:
            now = now or _Record(number, block, account)
            _add(now, text, number, out)
    if now and block not in _REGISTERS:
        others.setdefault(block, []).append(now.line)
    elif now:
        out.fault(now.line, "record", now.raw[0], "a record that ends with ^; the file is cut off inside it")
    _note_others(others, out)
    out.n_read = len(entries) + out.n_skipped
    return entries


def _block(text: str) -> str:
    """What a header opens: a register, "account", or something that is none of ours."""
    name = text[1:].strip().lower()
    return " ".join(name.removeprefix("type:").split())


def _add(record: _Record, text: str, number: int, out: Collector) -> None:
    code, value = text[0].upper(), text[1:].strip()
    record.raw.append(text)
    in_split = "S" in record.fields and code not in _CODES
    if record.block in _REGISTERS and code not in _CODES + _SPLITS and not in_split and code not in "XFYIQO":
        out.fault(number, "line", text, f"a line of a transaction, which begins with one of {' '.join(_CODES + _SPLITS)}")
    if code == "A" and "A" in record.fields:
        return
    if "S" in record.fields and code == "D":  # a date inside a split belongs to the split
        return
    record.fields.setdefault(code, (value, number))


def _note_others(others: dict[str, list[int]], out: Collector) -> None:
    for block, left in others.items():
        told = f"{len(left)} records of {block!r} left out: a list or an investment account, no bank register"
        out.check("left_out", block, "note", actual=len(left), source_line=left[0], detail=told)
        out.n_skipped += len(left)


def _currency(policy: Policy, hints: Hints, out: Collector) -> str:
    code = hints.currency or policy.base_currency
    if not hints.currency:
        told = f"QIF names no currency; {code}, the company's own, is assumed. Say it by the hint currency"
        out.check("currency", code, "note", detail=told)
    try:
        exponent(code)
    except ValueError as error:
        out.fault(None, "currency", code, f"an ISO 4217 currency code ({error})")
        return "EUR"
    return code


def _order(dates: list[tuple[str, int]], hints: Hints, out: Collector) -> str:
    """The hint, else the only order that every date of the file fits."""
    if hints.date_order:
        return hints.date_order
    fit = [order for order in ("ymd", "dmy", "mdy") if all(_day(text, order) for text, _ in dates)]
    read = {tuple(_day(text, order) for text, _ in dates) for order in fit}
    if len(read) > 1:
        text, line = next((text, line) for text, line in dates if len({_day(text, order) for order in fit}) > 1)
        out.fault(line, "D", text, f"a date that can only mean one day, but {' and '.join(fit)} fit them all; say date_order")
    return (
        max(("dmy", "mdy", "ymd"), key=lambda order: sum(_day(text, order) is not None for text, _ in dates))
        if not fit
        else fit[0]
    )


def _mark(entries: list[_Entry], hints: Hints, out: Collector) -> str:
    """The hint, else what all amounts can only mean; "" where they fit both, which is one fault."""
    try:
        return hints.decimal_mark or decimal_mark_of([entry.amount[0] for entry in entries])
    except ValueError as error:
        told = str(error)
        text, line = next((entry.amount for entry in entries if repr(entry.amount[0]) in told), ("", None))
        out.fault(line, "T", text, f"amounts in one number format, but {told} (decimal_mark)")
        return ""


def _line(entry: _Entry, currency: str, order: str, mark: str, out: Collector) -> _Line | None:
    booked = _day(entry.day[0], order)
    if booked is None:
        out.fault(entry.day[1], "D", entry.day[0] or None, f"a date as {_SHOWN[order]} that exists")
    amount = _amount(entry, currency, mark, out)
    if booked is None or amount is None:
        return None
    return _Line(
        raw=f"{'minus' if amount < 0 else 'plus'} {entry.raw}",
        booked_on=booked,
        amount=amount,
        currency=currency,
        counterparty_name=entry.payee or None,
        remittance=entry.memo or None,
        bank_reference=entry.number or None,
        source_line=entry.line,
    )


def _amount(entry: _Entry, currency: str, mark: str, out: Collector) -> int | None:
    text, line = entry.amount
    for one in mark or ",.":
        try:
            return minor_units(text, currency, one)
        except ValueError as error:
            told = str(error)
    expected = f"an amount with {mark or '.'!r} as decimal mark" if "is not an amount" in told else f"an amount, but {told}"
    out.fault(line, "T", text or None, expected)
    return None


def _take(pairs: list[tuple[_Entry, _Line]], hints: Hints, out: Collector) -> None:
    """Lines and one statement an account; a record that gives the opening balance is no line."""
    mine: dict[str | None, list[tuple[_Entry, _Line]]] = {}
    for entry, line in pairs:
        mine.setdefault(entry.account, []).append((entry, line))
    if len(mine) == 1:
        own = next((entry.own for entry, _ in pairs if entry.is_opening), None)
        mine = {hints.account or next(iter(mine)) or own: pairs}
    if None in mine:
        out.check("account", out.file.name, "note", detail="QIF names no account here; say it by the hint account")
    for account, here in mine.items():
        ids = line_ids(account, [line.raw for _, line in here])
        moved = [(line_id, line) for line_id, (entry, line) in zip(ids, here, strict=True) if not entry.is_opening]
        if moved:
            columns = dict(zip(_Line._fields, zip(*(line for _, line in moved), strict=True), strict=True))
            del columns["raw"]
            owner: list[object] = [account] * len(moved)
            out.rows(BANK_LINES, {"line_id": [line_id for line_id, _ in moved], "account": owner, **columns})
        _statement(account, [line for _, line in here], [line for entry, line in here if entry.is_opening], out)


def _statement(account: str | None, lines: list[_Line], openings: list[_Line], out: Collector) -> None:
    currency, subject = lines[0].currency, account or "account not named"
    opening = openings[0].amount if len(openings) == 1 else None
    for n, line in enumerate(openings, 1):
        out.n_skipped += 1
        values = {"actual": line.amount, "currency": currency, "source_line": line.source_line}
        out.check("left_out", f"opening balance {n} of {subject}", "note", **values)
    told = "QIF has no closing balance that its entries could be proven by"
    out.check("balance", subject, "absent", currency=currency, detail=told)
    if account:
        first, last = min(line.booked_on for line in lines), max(line.booked_on for line in lines)
        name = f"{first}/{last} {currency}"
        out.row(STATEMENTS, account=account, statement_id=name, currency=currency, opening=opening, from_on=first, to_on=last)


def _day(text: str, order: str) -> date | None:
    """A date such as 2/14'2020, 1/ 1'01, 31.12.98 or 2022-09-23; after an apostrophe two digits are of this century."""
    parts = _parts(text)
    if parts is None:
        return None
    first, second, third, apostrophe = parts
    if len(first) == 4:
        year, month, day = first, second, third
    elif order == "ymd":
        return None
    else:
        year = third
        day, month = (first, second) if order == "dmy" else (second, first)
    century = 0 if len(year) == 4 else 2000 if apostrophe or int(year) < 70 else 1900
    try:
        return date(century + int(year), int(month), int(day)) if len(year) in (2, 4) and len(day) <= 2 else None
    except ValueError:
        return None


def _parts(text: str) -> tuple[str, str, str, bool] | None:
    if found := _ISO.fullmatch(text):
        return found[1], found[2], found[3], False
    found = _DATE.fullmatch(text)
    return (found[1], found[2], found[4], found[3] == "'") if found else None
