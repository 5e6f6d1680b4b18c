"""QIF: bank, cash and card registers of Quicken and its kin; no currency, no balance, and dates of any order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

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


@dataclass
class _Record:
    """One record up to its `^`; `fields` keeps the first text of each code with its line, splits apart."""

    line: int
    block: str
    account: str | None
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    raw: list[str] = field(default_factory=list)

    @property
    def is_opening(self) -> bool:
        """Whether it is no movement but the account's opening balance, as Quicken writes it: L names the account itself."""
        return self.text("P").casefold() == "opening balance" and bool(_OWN.fullmatch(self.text("L")))

    def text(self, code: str) -> str:
        """A field's text, "" if it is not there."""
        return self.fields.get(code, ("", 0))[0]


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
    records = _records(file.lines(encoding), out)
    kept = _booked(records, out)
    out.n_read = len(records)
    currency = _currency(policy, hints, out)
    order = _order([record.fields["D"] for record in kept if record.text("D")], hints, out)
    mark = _mark(kept, hints, out)
    lines = [_line(record, currency, order, mark, out) for record in kept]
    if not out.faults:
        _take([(record, line) for record, line in zip(kept, lines, strict=True) if line], hints, out)
    return out.loaded("qif", "booked")


def _records(lines: Iterable[tuple[int, str]], out: Collector) -> list[_Record]:
    records: list[_Record] = []
    block, account, now = "", None, None
    for number, line in lines:
        text = line.strip().lstrip("\ufeff")
        if not text or (text.startswith("#") and now is None):
            continue
        if text == "^" or text.startswith("!"):
            if now and block == "account":
                account = now.text("N") or account
            elif now:
                records.append(now)
            if now and text != "^":
                out.fault(number, "record", text, f"^ first, which ends the record begun on line {now.line}")
            block, now = (block if text == "^" else _block(text)), None
        elif not block:
            out.fault(number, "line", text, "a header such as !Type:Bank")
        else:
            now = now or _Record(number, block, account)
            _add(now, text, number, out)
    if now and block not in _REGISTERS:
        records.append(now)
    elif now:
        out.fault(now.line, "record", now.raw[0], "a record that ends with ^; the file is cut off inside it")
    return records


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


def _booked(records: list[_Record], out: Collector) -> list[_Record]:
    others: dict[str, list[_Record]] = {}
    for record in records:
        if record.block not in _REGISTERS:
            others.setdefault(record.block, []).append(record)
    for block, left in others.items():
        told = f"{len(left)} records of {block!r} left out: a list or an investment account, no bank register"
        out.check("left_out", block, "note", actual=len(left), source_line=left[0].line, detail=told)
        out.n_skipped += len(left)
    return [record for record in records if record.block in _REGISTERS]


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


def _mark(records: list[_Record], hints: Hints, out: Collector) -> str:
    try:
        return hints.decimal_mark or decimal_mark_of([_amount_text(record)[0] for record in records])
    except ValueError as error:
        out.fault(None, "T", "", f"amounts in one number format, but {error} (decimal_mark)")
        return "."


def _amount_text(record: _Record) -> tuple[str, int]:
    return record.fields.get("T") or record.fields.get("U") or ("", record.line)


def _line(record: _Record, currency: str, order: str, mark: str, out: Collector) -> dict[str, object] | None:
    text, line = record.fields.get("D", ("", record.line))
    booked = _day(text, order)
    if booked is None:
        out.fault(line, "D", text or None, f"a date as {_SHOWN[order]} that exists")
    text, line = _amount_text(record)
    try:
        amount = minor_units(text, currency, mark)
    except ValueError as error:
        told = f"an amount with {mark!r} as decimal mark" if "is not an amount" in str(error) else f"an amount, but {error}"
        out.fault(line, "T", text or None, told)
        return None
    side = "minus" if amount < 0 else "plus"
    return {
        "raw": f"{side} {' '.join(record.raw)}",
        "account": record.account,
        "booked_on": booked,
        "amount": amount,
        "currency": currency,
        "counterparty_name": record.text("P") or None,
        "remittance": record.text("M") or None,
        "bank_reference": record.text("N") or None,
        "source_line": record.line,
    }


def _take(pairs: list[tuple[_Record, dict[str, object]]], hints: Hints, out: Collector) -> None:
    """Lines and one statement an account; a record that gives the opening balance is no line."""
    accounts = dict.fromkeys(line["account"] for _, line in pairs)
    if len(accounts) == 1:
        own = next((found[1] for record, _ in pairs if record.is_opening and (found := _OWN.fullmatch(record.text("L")))), None)
        accounts = {hints.account or next(iter(accounts)) or own: None}
        pairs = [(record, {**line, "account": next(iter(accounts))}) for record, line in pairs]
    if None in accounts:
        out.check("account", out.file.name, "note", detail="QIF names no account here; say it by the hint account")
    for account in accounts:
        mine = [(record, line) for record, line in pairs if line["account"] == account]
        raws = [str(line.pop("raw")) for _, line in mine]
        openings = [line for record, line in mine if record.is_opening]
        ids = line_ids(str(account or ""), raws)
        moved = [{"line_id": i, **line} for i, (record, line) in zip(ids, mine, strict=True) if not record.is_opening]
        if moved:
            out.rows(BANK_LINES, {name: [line[name] for line in moved] for name in moved[0]})
        _statement(str(account) if account else None, [line for _, line in mine], openings, out)


def _statement(account: str | None, lines: list[dict[str, object]], openings: list[dict[str, object]], out: Collector) -> None:
    currency, subject = str(lines[0]["currency"]), account or "account not named"
    opening = openings[0]["amount"] if len(openings) == 1 else None
    for n, line in enumerate(openings, 1):
        out.n_skipped += 1
        facts = {"actual": line["amount"], "currency": currency, "source_line": line["source_line"]}
        out.check("left_out", f"opening balance {n} of {subject}", "note", **facts)
    told = "QIF has no closing balance that its entries could be proven by"
    out.check("balance", subject, "absent", currency=currency, detail=told)
    days = [day for line in lines if isinstance(day := line["booked_on"], date)]
    if account:
        first, last = min(days), max(days)
        name = f"{first}/{last} {currency}"
        facts = {"opening": opening, "from_on": first, "to_on": last}
        out.row(STATEMENTS, account=account, statement_id=name, currency=currency, **facts)


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
