"""OFX and QFX, versions 1 and 2: bank and card statements as banks really write them."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from datetime import date

from recon_kit.errors import Fault, LoadError
from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.ofx_markup import Node, parse
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import decimal_mark_of, exponent, minor_units
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_BEGINS = re.compile(
    r"[\s\0\ufeff]*(OFXHEADER\s*:|<\?OFX|<OFX>|(<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*(<\?OFX|<OFX>))", re.I | re.S
)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d{2,6})?(\.\d*)?\s*(\[[^\]]*\]?)?", re.ASCII)
_CHARSETS = {"1252": "cp1252", "WINDOWS-1252": "cp1252", "8859-1": "latin-1", "ISO-8859-1": "latin-1", "UTF-8": "utf-8",
             "UNICODE": "utf-8", "US-ASCII": "ascii", "USASCII": "ascii"}  # fmt: skip
_KINDS = {
    "INT": "interest", "FEE": "fee", "SRVCHG": "fee", "XFER": "credit_transfer", "PAYMENT": "credit_transfer",
    "DIRECTDEP": "credit_transfer", "REPEATPMT": "credit_transfer", "DIRECTDEBIT": "direct_debit", "ATM": "other",
    "POS": "other", "CASH": "other", "CHECK": "other", "DIV": "other", "OTHER": "other",
}  # fmt: skip


def claims(head: SourceFile) -> str | None:
    """ "ofx" if the file begins as OFX 1 or 2 does, whatever its name."""
    return "ofx" if _BEGINS.match(head.head_text) else None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Booked lines and one statement per STMTRS or CCSTMTRS; the ledger balance is its closing balance.

    The day is the one written in DTPOSTED, whatever its time zone. A transaction that two statements of the file repeat
    is one line; pending ones and investment statements are left out, counted and noted.

    Raises:
        LoadError: a transaction without day or amount or with an impossible one, a DOCTYPE, a document that is cut off,
            an answer of the bank that holds no bank or card statement.
    Source: OFX 1.6 and 2.3, sections 3 (data types) and 11 (banking).
    """
    out = Collector(file, hints)
    out.table(BANK_LINES)
    out.table(STATEMENTS)
    tree = parse(_text(file, hints, out), out.faults)
    statements = list(tree.all("STMTRS", "CCSTMTRS"))
    investments = list(tree.all("INVSTMTRS"))
    if not statements and not out.faults:
        raise LoadError(file.name, [_nothing_there(tree, investments)])
    if investments:
        out.n_skipped += len(investments)
        out.n_read += len(investments)
        out.check("left_out", "investment statements", "note", actual=len(investments), source_line=investments[0].line)
    seen: dict[str, Counter[str]] = {}
    for number, statement in enumerate(statements, 1):
        _Statement(statement, number, out).take(seen)
    return out.loaded("ofx", "booked")


class _Statement:
    """One STMTRS or CCSTMTRS on its way into the tables."""

    def __init__(self, node: Node, number: int, out: Collector) -> None:
        self.node, self.number, self.out = node, number, out
        owner = node.child("BANKACCTFROM", "CCACCTFROM")
        self.account = "".join((owner.text("ACCTID") if owner else "").split()) or out.hints.account
        self.currency = self._currency()
        self.rows = [row for part in node.all("BANKTRANLIST") for row in part.all("STMTTRN")]
        ledger = node.child("LEDGERBAL")
        self.ledger = ledger if ledger and ledger.text("BALAMT") else None
        self.mark = self._mark()

    def take(self, seen: dict[str, Counter[str]]) -> None:
        """Adds the lines and the statement; `seen` counts what earlier statements of the account brought."""
        self.out.n_read += len(self.rows)
        lines = [line for row in self.rows if (line := self._line(row)) is not None]
        if self.account is None:
            self.out.fault(self.node.line, "ACCTID", None, "an account number; say it by the hint account")
        ids = line_ids(self.account, [str(line.pop("raw")) for line in lines])
        earlier = seen.setdefault(self.account or "", Counter())
        fresh = [(line_id, line) for line_id, line in zip(ids, lines, strict=True) if line_id not in earlier]
        if fresh:
            columns: dict[str, list[object]] = {name: [line[name] for _, line in fresh] for name in fresh[0][1]}
            owner: list[object] = [self.account] * len(fresh)
            self.out.rows(BANK_LINES, {"line_id": [line_id for line_id, _ in fresh], "account": owner, **columns})
        earlier.update(ids)
        self._left_out(len(lines) - len(fresh), "already in an earlier statement of this file")
        self._left_out(sum(1 for _ in self.node.all("STMTTRNP")), "pending", read=True)
        self._close([line for _, line in fresh], earlier)

    def _left_out(self, n: int, rule: str, *, read: bool = False) -> None:
        if n:
            self.out.n_skipped += n
            self.out.n_read += n if read else 0
            self.out.check("left_out", f"{self._subject}: {rule}", "note", actual=n, source_line=self.node.line)

    @property
    def _subject(self) -> str:
        return f"statement {self.number} of {self.account}"

    def _currency(self) -> str:
        code = self.node.text("CURDEF").upper() or self.out.hints.currency
        if code is None:
            self.out.fault(self.node.line, "CURDEF", None, "a currency; say it by the hint currency")
        elif not _is_currency(code):
            self.out.fault(self.node.leaves["CURDEF"].line, "CURDEF", code, "an ISO 4217 currency code")
        return code if code and _is_currency(code) else "EUR"

    def _mark(self) -> str | None:
        """The decimal mark of the statement's amounts; None if each has to tell its own."""
        if self.out.hints.decimal_mark:
            return self.out.hints.decimal_mark
        try:
            balance = [self.ledger.text("BALAMT")] if self.ledger else []
            return decimal_mark_of([*(row.text("TRNAMT") for row in self.rows), *balance])
        except ValueError:
            return None

    def _amount(self, node: Node, name: str, currency: str) -> int | None:
        leaf = node.leaves.get(name)
        if leaf is None or not leaf.text:
            line, found = (leaf.line, "") if leaf else (node.line, None)
            self.out.fault(line, name, found, "a signed amount")
            return None
        try:
            mark = self.mark or decimal_mark_of([leaf.text])
            return minor_units(leaf.text, currency, mark)
        except ValueError as error:
            told = "an amount without currency sign" if "is not an amount" in str(error) else f"an amount, but {error}"
            self.out.fault(leaf.line, name, leaf.text, told)
            return None

    def _posted(self, row: Node) -> date | None:
        leaf = row.leaves.get("DTPOSTED")
        day = _day(leaf.text) if leaf else None
        if day is None:
            line, found = (leaf.line, leaf.text) if leaf else (row.line, None)
            self.out.fault(line, "DTPOSTED", found, "a date as YYYYMMDD that exists")
        return day

    def _line(self, row: Node) -> dict[str, object] | None:
        posted = self._posted(row)
        own = row.child("CURRENCY")
        currency = self._row_currency(own) if own else self.currency
        amount = self._amount(row, "TRNAMT", currency)
        if posted is None or amount is None:
            return None
        fitid = row.text("FITID")
        payee, other = row.child("PAYEE"), row.child("BANKACCTTO", "CCACCTTO")
        converted = row.child("ORIGCURRENCY")
        check = row.text("CHECKNUM").strip("0")
        told = [row.text("MEMO"), f"CHECKNUM {row.text('CHECKNUM')}" if check else ""]
        side = "minus" if amount < 0 else "plus"
        raw = f"FITID {fitid} {posted:%Y%m%d} {side} {abs(amount)}" if fitid else f"{side} {_raw(row)}"
        return {
            "raw": raw,
            "booked_on": posted,
            "value_on": _day(row.text("DTAVAIL")),
            "amount": amount,
            "currency": currency,
            "counterparty_name": row.text("EXTDNAME") or row.text("NAME") or (payee.text("NAME") if payee else "") or None,
            "counterparty_account": "".join(other.text("ACCTID").split()) or None if other else None,
            "remittance": " ".join(filter(None, told)) or None,
            "reference": row.text("REFNUM") or None,
            "bank_reference": fitid or None,
            "kind": _KINDS.get(row.text("TRNTYPE").upper()),
            "instructed_currency": converted.text("CURSYM").upper() or None if converted else None,
            "rate": (converted or own or row).text("CURRATE").replace(",", ".") or None,
            "source_line": row.line,
        }

    def _row_currency(self, own: Node) -> str:
        code = own.text("CURSYM").upper()
        if not _is_currency(code):
            leaf = own.leaves.get("CURSYM")
            self.out.fault(leaf.line if leaf else own.line, "CURSYM", code, "an ISO 4217 currency code")
            return self.currency
        return code

    def _close(self, lines: list[dict[str, object]], earlier: Counter[str]) -> None:
        """The statement with its closing balance; `earlier` tells a second one of the same days apart."""
        days = [day for line in lines if isinstance(day := line["booked_on"], date)]
        listed = self.node.child("BANKTRANLIST")
        starts, ends = (self._listed(listed, name) for name in ("DTSTART", "DTEND"))
        closing = self._amount(self.ledger, "BALAMT", self.currency) if self.ledger else None
        as_of = _day(self.ledger.text("DTASOF")) if self.ledger else None
        told = "OFX gives a closing balance but no opening one to prove the entries by"
        if self.ledger is None:
            told = "the statement gives no ledger balance"
        elif as_of and days and as_of < max(days):
            told, closing = f"the ledger balance is of {as_of}, before the last entry", None
        self.out.check("balance", self._subject, "absent", actual=closing, currency=self.currency, detail=told)
        to_on = max([day for day in (ends, *days) if day], default=as_of)
        if to_on is None or self.account is None:
            return
        from_on = min([day for day in (starts, *days) if day], default=None)
        name = f"{from_on or ''}/{to_on} {self.currency}"
        earlier[name] += 1
        self.out.row(
            STATEMENTS,
            account=self.account,
            statement_id=name if earlier[name] == 1 else f"{name} ({earlier[name]})",
            currency=self.currency,
            closing=closing,
            from_on=from_on,
            to_on=to_on,
        )

    def _listed(self, listed: Node | None, name: str) -> date | None:
        text = listed.text(name) if listed else ""
        day = _day(text)
        if text and day is None and listed:
            told = f"{name} {text!r} is no date as YYYYMMDD; the period is taken from the entries"
            self.out.check("period", f"{self._subject}: {name}", "note", detail=told, source_line=listed.leaves[name].line)
        return day


def _text(file: SourceFile, hints: Hints, out: Collector) -> str:
    """The whole file as text: UTF-8 if it is that, else as its header says; NUL only between two documents."""
    with file.open() as opened:
        raw = opened.read()
    encoding = hints.encoding or _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        told = f"text in {encoding}, but byte {error.start} (0x{raw[error.start]:02X}) is not"
        raise LoadError(file.name, [Fault(told, line)]) from error
    text = text.lstrip("\ufeff")
    for found in re.finditer("\0+", text):
        rest = text[found.end() : found.end() + 200]
        if rest.strip("\0\r\n\t ") and not _BEGINS.match(rest):
            line = text.count("\n", 0, found.start()) + 1
            out.faults.append(Fault(f"text, but character {found.start()} is NUL", line))
    return text.replace("\0", " ").replace("\r\n", "\n").replace("\r", "\n")


def _encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        head = raw[:2_000].decode("latin-1")
        said = re.search(r"CHARSET\s*:\s*([\w-]+?)(?=\s|COMPRESSION|$)|<\?xml[^>]*encoding=[\"']([\w-]+)", head)
        found = _CHARSETS.get((said[1] or said[2]).upper(), "cp1252") if said else "cp1252"
        return "cp1252" if found in ("ascii", "utf-8") else found
    return "utf-8"


def _nothing_there(tree: Node, investments: list[Node]) -> Fault:
    if investments:
        return Fault("a bank or card statement, but this is a statement of investments", investments[0].line)
    status = [node for node in tree.all("STATUS") if node.text("SEVERITY").upper() == "ERROR"]
    said = "; ".join(f"status {node.text('CODE')} {node.text('MESSAGE')}".strip() for node in status)
    told = f"a bank or card statement, but the bank's answer holds none{f' ({said})' if said else ''}"
    return Fault(told, status[0].line if status else None)


def _day(text: str) -> date | None:
    found = _MOMENT.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _raw(row: Node) -> str:
    parts = [f"{name} {leaf.text}" for name, leaf in row.leaves.items()]
    return " ".join([*parts, *(_raw(child) for child in row.children)])


def _is_currency(code: str) -> bool:
    try:
        exponent(code)
    except ValueError:
        return False
    return True
