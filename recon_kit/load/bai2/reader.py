"""BAI2 balance reports: amounts in minor units, signs from type codes, every control total proven."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from recon_kit.load.bai2.accounts import Account, take_in
from recon_kit.load.bai2.records import CODES, Record, after_funds, records
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import exponent, printed_minor_units
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_HEADER = re.compile(r"\s*01,[^,\n]*,[^,\n]*,\d{6},\d{0,4},[^,\n]*,[^,\n]*,[^,\n]*,\s*\d")
_KINDS = {
    **dict.fromkeys("142 143 145 164 169 191 195 201 206 208".split(), "credit_transfer"),
    **dict.fromkeys("447 464 491 495 501 506 508".split(), "credit_transfer"),
    **dict.fromkeys("165 451 455".split(), "direct_debit"),
    **dict.fromkeys("255 257 266 555 557 566".split(), "return"),
    **dict.fromkeys("301 366".split(), "cash_deposit"),
    **dict.fromkeys("354 654".split(), "interest"),
    **dict.fromkeys("398 564 567 661 698".split(), "fee"),
}
"""By type code: only those that can mean nothing else. Source: BAI Cash Management Balance Reporting, version 2, appendix A."""


def claims(head: SourceFile) -> str | None:
    """ "bai2" if the file begins with a file header record."""
    return "bai2" if _HEADER.match(head.head_text.lstrip("\ufeff\r\n")) else None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """`STATEMENTS` (one per account record) and `BANK_LINES` of a BAI2 file.

    Control totals, record counts, credit and debit totals and balances are check rows. Interim reports of the same day
    (as-of-date modifier 3) are "provisional". Entries without money (type codes 890 to 899) are left out and counted.

    Raises:
        LoadError: naming every record that cannot be read, with its line.
    Source: BAI Cash Management Balance Reporting, version 2.
    """
    collector = Collector(file, hints)
    collector.table(STATEMENTS)
    collector.table(BANK_LINES)
    encoding = file.encoding((hints.encoding,) if hints.encoding else ("utf-8", "cp1252", "latin-1"))
    reading = _Reading(collector)
    for record in records(file.lines(encoding)):
        reading.take(record)
    return collector.loaded("bai2", reading.finish())


@dataclass
class _Sums:
    """What a trailer announces: the sum of the totals below it, how many they are, and records counted on the way."""

    total: int = 0
    n_below: int = 0
    n_records: int = 0


class _Reading:
    """Walks through the records; every fault goes to the collector and the walk goes on."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.accounts: list[Account] = []
        self.account: Account | None = None
        self.group: _Sums | None = None
        self.file: _Sums | None = None
        self.closed = False
        self.on: date | None = None
        self.currency = "USD"
        self.modifiers: set[str] = set()
        self.n_without_money = 0

    def take(self, record: Record) -> None:
        """One record, in the order of the file."""
        code, line = record.code, record.line
        if code in ("02", "03", "98", "99") and self.account is not None:
            told = "no account trailer (49)"
            self.collector.check("rows", f"{self.account.name}, line {self.account.line}", "failed", detail=told)
            self.account = None
        self._count(record)
        if code not in CODES:
            self.collector.fault(line, "record code", code, "01, 02, 03, 16, 49, 88, 98 or 99")
        elif code == "01":
            self._begin_file(record)
        elif code == "02":
            self._begin_group(record)
        elif code == "03":
            self._begin_account(record)
        elif code == "16" and self.account is None:
            self.collector.fault(line, "record code", code, "an account (03) before its first entry (16)")
        elif code == "16":
            self._entry(record)
        else:
            self._end(record)

    def _count(self, record: Record) -> None:
        n_lines = len(record.parts)
        if self.file is not None:
            self.file.n_records += n_lines
        if self.group is not None and record.code not in ("01", "02", "99"):
            self.group.n_records += n_lines
        if self.account is not None and record.code in ("16", "49"):
            self.account.n_records += n_lines

    def _begin_file(self, record: Record) -> None:
        if self.file is not None and not self.closed:
            self.collector.fault(record.line, "record code", "01", "a file trailer (99) before the next file header")
        self.file, self.closed = _Sums(n_records=len(record.parts)), False
        version = record.fields[7] if len(record.fields) > 7 else ""
        if version != "2":
            self.collector.fault(record.line, "version", version, "2")

    def _begin_group(self, record: Record) -> None:
        values = [*record.fields, *[""] * 7]
        self.group = _Sums(n_records=len(record.parts))
        self.currency = self._known(record.line, values[5] or self.collector.hints.currency or "USD")
        self.modifiers.add(values[6])
        if values[2] not in ("", "1", "3"):
            told = "1 (update) or 3 (correction): deletions and tests are not statements"
            self.collector.fault(record.line, "group status", values[2], told)
        self.on = _day(values[3])
        if self.on is None:
            self.collector.fault(record.line, "as-of date", values[3], "a day of the calendar as YYMMDD")

    def _known(self, line: int, currency: str) -> str:
        try:
            exponent(currency)
        except ValueError:
            self.collector.fault(line, "currency", currency, "an ISO 4217 currency code")
        return currency

    def _begin_account(self, record: Record) -> None:
        if self.group is None:
            self.collector.fault(record.line, "record code", "03", "a group (02) before its first account")
        fields = record.fields
        currency = fields[1] if len(fields) > 1 else ""
        name = fields[0] or self.collector.hints.account or ""
        if not name:
            self.collector.fault(record.line, "account", fields[0], "our account (or the hint account)")
        currency = self._known(record.line, currency or self.currency)
        self.account = Account(record.line, name, currency, self.on, n_records=len(record.parts))
        self.accounts.append(self.account)
        self._summaries(record.line, fields, self.account)

    def _summaries(self, line: int, fields: list[str], account: Account) -> None:
        at = 2
        while at < len(fields):
            if not fields[at]:
                at += 1
                continue
            code, text, count = [*fields[at : at + 3], "", ""][:3]
            if text and (amount := self._money(line, f"amount of type code {code}", text)) is not None:
                account.total += amount
                account.summaries.setdefault(code, (amount, int(count) if count.isdigit() else None))
            if not re.fullmatch(r"\d{3}", code):
                self.collector.fault(line, "type code", code, "three digits")
                return
            after = self._after_funds(line, fields, at + 3)
            if after is None:
                return
            at = after

    def _after_funds(self, line: int, fields: list[str], at: int) -> int | None:
        try:
            return after_funds(fields, at)
        except ValueError:
            found = fields[at] if at < len(fields) else ""
            self.collector.fault(line, "funds type", found, "0, 1, 2, S, V, D with its count, Z or nothing")
            return None

    def _money(self, line: int, name: str, text: str) -> int | None:
        try:
            return printed_minor_units(text)
        except ValueError:
            self.collector.fault(line, name, text or None, "digits only: the amount in minor units")
            return None

    def _entry(self, record: Record) -> None:
        assert self.account is not None
        self.collector.n_read += 1
        fields, rest = record.parts[0].split(","), record.parts[1:]
        code = fields[0].strip()
        text = fields[1].strip() if len(fields) > 1 else ""
        sign = _sign(code)
        amount = self._money(record.line, "amount", text) if text or sign else 0
        if sign is None:
            told = "a credit (100-399, 920-959), a debit (400-699, 960-999) or no money (890-899)"
            self.collector.fault(record.line, "type code", code, told)
        elif amount is not None and amount < 0:
            self.collector.fault(record.line, "amount", text, "digits without a sign: the type code tells it")
        behind = self._after_funds(record.line, [value.strip() for value in fields], 2)
        if sign is None or amount is None or behind is None:
            return
        self.account.total += amount
        if sign == 0:
            self.collector.n_skipped += 1
            self.n_without_money += 1
            return
        self._add_entry(record, self.account, sign * amount, fields, behind, rest)

    def _add_entry(
        self, record: Record, account: Account, amount: int, fields: list[str], behind: int, rest: list[str]
    ) -> None:
        bank, customer = [*(value.strip() for value in fields[behind : behind + 2]), "", ""][:2]
        text = " ".join(" ".join([",".join(fields[behind + 2 :]), *rest]).split())
        valued = fields[3].strip() if len(fields) > 3 and fields[2].strip() == "V" else ""
        value_on = _day(valued)
        if valued.strip("0") and value_on is None:
            self.collector.fault(record.line, "value date", valued, "a day of the calendar as YYMMDD")
        account.raws.append(" ".join([str(account.on), *record.parts]))
        account.amounts.append(amount)
        account.entries.append(
            {
                "account": account.name,
                "booked_on": account.on,
                "value_on": value_on,
                "amount": amount,
                "currency": account.currency,
                "remittance": text or None,
                "end_to_end_id": customer if customer.strip("0") else None,
                "bank_reference": bank if bank.strip("0") else None,
                "kind": _KINDS.get(fields[0].strip()),
                "source_line": record.line,
            }
        )

    def _end(self, record: Record) -> None:
        line, values = record.line, [*record.fields, "", ""]
        announced = self._money(line, "control total", values[0])
        counts = [int(value) if value.isdigit() else None for value in values[1:3]]
        if record.code == "49" and self.account is not None:
            account, above = self.account, self.group
            name, total, found = f"{account.name}, line {account.line}", account.total, [account.n_records]
            self.account = None
        elif record.code == "98" and self.group is not None:
            name, total, found = f"group, line {line}", self.group.total, [self.group.n_below, self.group.n_records]
            above, self.group = self.file, None
        elif record.code == "99" and self.file is not None:
            name, total, found = f"file, line {line}", self.file.total, [self.file.n_below, self.file.n_records]
            above, self.closed = None, True
        else:
            self.collector.fault(line, "record code", record.code, "the header that this trailer ends")
            return
        if above is not None:
            above.total += announced or 0
            above.n_below += 1
        self.collector.prove("totals", name, announced, total, source_line=line)
        what = ["rows"] if len(found) == 1 else ["sections", "rows"]
        for check, expected, actual in zip(what, counts, found, strict=False):
            self.collector.prove(check, name, expected, actual, source_line=line)

    def finish(self) -> str:
        """Rows and checks of everything taken; returns the role."""
        role = "provisional" if self.modifiers == {"3"} else "booked"
        if "3" in self.modifiers and role == "booked":
            self.collector.fault(None, "as-of-date modifier", "3", "interim and final reports in files of their own")
        if self.file is None:
            self.collector.fault(1, "record code", None, "a file header (01)")
        elif not self.closed:
            told = "no file trailer (99): the file is cut off"
            self.collector.check("rows", "file", "failed", actual=self.file.n_records, detail=told)
        if self.n_without_money:
            told = f"{self.n_without_money} entries without money (type codes 890 to 899) are left out"
            self.collector.check("non_monetary", "file", "note", actual=self.n_without_money, detail=told)
        if not self.collector.faults:
            take_in(self.collector, self.accounts)
        return role


def _sign(code: str) -> int | None:
    """+1 for a credit, -1 for a debit, 0 where no money moves; None for any other type code."""
    if not re.fullmatch(r"\d{3}", code):
        return None
    number = int(code)
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 960 <= number <= 999:
        return -1
    return 0 if 890 <= number <= 899 else None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%y%m%d").date() if re.fullmatch(r"\d{6}", text) else None
    except ValueError:
        return None
