"""OFX and QFX, versions 1 and 2: bank and card statements as banks really write them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import NamedTuple

from recon_kit.errors import Fault, LoadError
from recon_kit.load.bank_line import Line
from recon_kit.load.bank_statement import BankStatement, add_statement
from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.ofx.markup import Leaf, Node, closed_names, nodes
from recon_kit.load.ofx.text import BEGINS, encoding_of, texts
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import decimal_mark_of, is_currency, minor_units
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d{2,6})?(\.\d*)?\s*(\[[^\]]*\]?)?", re.ASCII)
_KINDS = {
    "INT": "interest", "FEE": "fee", "SRVCHG": "fee", "XFER": "credit_transfer", "PAYMENT": "credit_transfer",
    "DIRECTDEP": "credit_transfer", "REPEATPMT": "credit_transfer", "DIRECTDEBIT": "direct_debit", "ATM": "other",
    "POS": "other", "CASH": "other", "CHECK": "other", "DIV": "other", "OTHER": "other",
}  # fmt: skip
_MOST_ERRORS = 5


def claims(head: SourceFile) -> str | None:
    """ "ofx" if the file begins as OFX 1 or 2 does, whatever its name."""
    return "ofx" if BEGINS.match(head.head_text) else None


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
    encoding = encoding_of(file, hints)
    closed = closed_names(texts(file, encoding, out.faults))
    walk = _Walk(out)
    for node in nodes(texts(file, encoding, []), closed, out.faults):
        walk.take(node)
    walk.finish()
    return out.loaded("ofx", "booked")


class _Walk:
    """Takes the aggregates as they end."""

    def __init__(self, out: Collector) -> None:
        self.out = out
        self.number = 0
        self.investments: list[int] = []
        self.errors: list[tuple[str, int]] = []
        self.seen: dict[str, Counter[str]] = {}

    def take(self, node: Node) -> None:
        """One transaction, statement or status."""
        owner = node.owner
        if node.name == "STATUS":
            if node.text("SEVERITY").upper() == "ERROR" and len(self.errors) < _MOST_ERRORS:
                self.errors.append((f"status {node.text('CODE')} {node.text('MESSAGE')}".strip(), node.line))
        elif node.name == "INVSTMTRS":
            self.investments.append(node.line)
        elif node.name in ("STMTRS", "CCSTMTRS"):
            self.number += 1
            _Statement(node, self.number, self.out).take(self.seen)
        elif owner is None:
            self.out.fault(node.line, node.name, "", "a statement (STMTRS or CCSTMTRS) around the transaction")
        elif owner.name != "INVSTMTRS":
            owner.rows.append(_row(node) if node.name == "STMTTRN" else None)

    def finish(self) -> None:
        """What was left out; or that there is nothing to read.

        Raises:
            LoadError: no bank or card statement at all.
        """
        if self.investments:
            self.out.n_skipped += len(self.investments)
            self.out.n_read += len(self.investments)
            values = {"actual": len(self.investments), "source_line": self.investments[0]}
            self.out.check("left_out", "investment statements", "note", **values)
        if not self.number and not self.out.faults:
            raise LoadError(self.out.file.name, [self._nothing_there()])

    def _nothing_there(self) -> Fault:
        if self.investments:
            return Fault("a bank or card statement, but this is a statement of investments", self.investments[0])
        said = "; ".join(told for told, _ in self.errors)
        told = f"a bank or card statement, but the bank's answer holds none{f' ({said})' if said else ''}"
        return Fault(told, self.errors[0][1] if self.errors else None)


class _Row(NamedTuple):
    """A transaction as it stands there; leaves are None where it has none."""

    line: int
    posted: Leaf | None
    amount: Leaf | None
    own_currency: Leaf | None
    fitid: str
    raw: str
    value_on: date | None
    name: str | None
    account: str | None
    remittance: str | None
    reference: str | None
    kind: str | None
    instructed_currency: str | None
    rate: str | None


def _row(node: Node) -> _Row:
    own, converted = node.child("CURRENCY"), node.child("ORIGCURRENCY")
    payee, other = node.child("PAYEE"), node.child("BANKACCTTO", "CCACCTTO")
    fitid, check = node.text("FITID"), node.text("CHECKNUM")
    told = [node.text("MEMO"), f"CHECKNUM {check}" if check.strip("0") else ""]
    return _Row(
        line=node.line,
        posted=node.leaves.get("DTPOSTED"),
        amount=node.leaves.get("TRNAMT"),
        own_currency=own.leaves.get("CURSYM", Leaf("", own.line)) if own else None,
        fitid=fitid,
        raw="" if fitid else _raw(node),
        value_on=_day(node.text("DTAVAIL")),
        name=node.text("EXTDNAME") or node.text("NAME") or (payee.text("NAME") if payee else "") or None,
        account="".join(other.text("ACCTID").split()) or None if other else None,
        remittance=" ".join(filter(None, told)) or None,
        reference=node.text("REFNUM") or None,
        kind=_KINDS.get(node.text("TRNTYPE").upper()),
        instructed_currency=converted.text("CURSYM").upper() or None if converted else None,
        rate=(converted or own or node).text("CURRATE").replace(",", ".") or None,
    )


class _Statement:
    """One STMTRS or CCSTMTRS on its way into the tables."""

    def __init__(self, node: Node, number: int, out: Collector) -> None:
        self.node, self.number, self.out = node, number, out
        owner = node.child("BANKACCTFROM", "CCACCTFROM")
        self.account = "".join((owner.text("ACCTID") if owner else "").split()) or out.hints.account
        self.currency = self._currency()
        self.rows = [row for row in node.rows if isinstance(row, _Row)]
        self.n_pending = len(node.rows) - len(self.rows)
        node.rows.clear()
        ledger = node.child("LEDGERBAL")
        self.ledger = ledger if ledger and ledger.text("BALAMT") else None
        self.mark = self._mark()

    def take(self, seen: dict[str, Counter[str]]) -> None:
        """Adds the lines and the statement; `seen` counts what earlier statements of the account brought."""
        self.out.n_read += len(self.rows)
        lines = [line for row in self.rows if (line := self._line(row)) is not None]
        if self.account is None:
            self.out.fault(self.node.line, "ACCTID", None, "an account number; say it by the hint account")
        ids = line_ids(self.account, [line.raw for line in lines])
        earlier = seen.setdefault(self.account or "", Counter())
        fresh = [(line_id, line) for line_id, line in zip(ids, lines, strict=True) if line_id not in earlier]
        if fresh:
            columns = dict(zip(Line._fields, zip(*(line for _, line in fresh), strict=True), strict=True))
            del columns["raw"]
            owner: list[object] = [self.account] * len(fresh)
            self.out.rows(BANK_LINES, {"line_id": [line_id for line_id, _ in fresh], "account": owner, **columns})
        earlier.update(ids)
        self._left_out(len(lines) - len(fresh), "already in an earlier statement of this file")
        self._left_out(self.n_pending, "pending", read=True)
        self._close([line.booked_on for _, line in fresh], earlier)

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
        elif not is_currency(code):
            self.out.fault(self.node.leaves["CURDEF"].line, "CURDEF", code, "an ISO 4217 currency code")
        return code if code and is_currency(code) else "EUR"

    def _mark(self) -> str | None:
        """The decimal mark of the statement's amounts; None if each has to tell its own."""
        if self.out.hints.decimal_mark:
            return self.out.hints.decimal_mark
        try:
            balance = [self.ledger.text("BALAMT")] if self.ledger else []
            return decimal_mark_of([*(row.amount.text for row in self.rows if row.amount), *balance])
        except ValueError:
            return None

    def _amount(self, leaf: Leaf | None, line: int, name: str, currency: str) -> int | None:
        if leaf is None or not leaf.text:
            self.out.fault(leaf.line if leaf else line, name, "" if leaf else None, "a signed amount")
            return None
        try:
            mark = self.mark or decimal_mark_of([leaf.text])
            return minor_units(leaf.text, currency, mark)
        except ValueError as error:
            told = (
                "an amount with '.' or ',' as decimal mark" if "is not an amount" in str(error) else f"an amount, but {error}"
            )
            self.out.fault(leaf.line, name, leaf.text, told)
            return None

    def _posted(self, row: _Row) -> date | None:
        day = _day(row.posted.text) if row.posted else None
        if day is None:
            line, found = (row.posted.line, row.posted.text) if row.posted else (row.line, None)
            self.out.fault(line, "DTPOSTED", found, "a date as YYYYMMDD that exists")
        return day

    def _line(self, row: _Row) -> Line | None:
        posted = self._posted(row)
        currency = self._row_currency(row.own_currency) if row.own_currency else self.currency
        amount = self._amount(row.amount, row.line, "TRNAMT", currency)
        if posted is None or amount is None:
            return None
        side = "minus" if amount < 0 else "plus"
        return Line(
            raw=f"FITID {row.fitid} {posted:%Y%m%d} {side} {abs(amount)}" if row.fitid else f"{side} {row.raw}",
            booked_on=posted,
            value_on=row.value_on,
            amount=amount,
            currency=currency,
            counterparty_name=row.name,
            counterparty_account=row.account,
            remittance=row.remittance,
            reference=row.reference,
            end_to_end_id=None,
            bank_reference=row.fitid or None,
            kind=row.kind,
            return_reason=None,
            instructed_amount=None,
            instructed_currency=row.instructed_currency,
            rate=row.rate,
            charges=None,
            source_line=row.line,
        )

    def _row_currency(self, own: Leaf) -> str:
        code = own.text.upper()
        if not is_currency(code):
            self.out.fault(own.line, "CURSYM", code, "an ISO 4217 currency code")
            return self.currency
        return code

    def _close(self, days: list[date], earlier: Counter[str]) -> None:
        """The statement with its closing balance; `earlier` tells a second one of the same days apart."""
        listed = self.node.child("BANKTRANLIST")
        starts, ends = (self._listed(listed, name) for name in ("DTSTART", "DTEND"))
        closing = None
        if self.ledger:
            closing = self._amount(self.ledger.leaves["BALAMT"], self.ledger.line, "BALAMT", self.currency)
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
        row = BankStatement(
            account=self.account,
            currency=self.currency,
            statement_id=name if earlier[name] == 1 else f"{name} ({earlier[name]})",
            sequence=None,
            opening=None,
            closing=closing,
            from_on=from_on,
            to_on=to_on,
            line=self.node.line,
        )
        add_statement(self.out, row)

    def _listed(self, listed: Node | None, name: str) -> date | None:
        text = listed.text(name) if listed else ""
        day = _day(text)
        if text and day is None and listed:
            told = f"{name} {text!r} is no date as YYYYMMDD; the period is taken from the entries"
            self.out.check("period", f"{self._subject}: {name}", "note", detail=told, source_line=listed.leaves[name].line)
        return day


def _day(text: str) -> date | None:
    found = _MOMENT.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _raw(row: Node) -> str:
    parts = [f"{name} {leaf.text}" for name, leaf in row.leaves.items()]
    return " ".join([*parts, *(_raw(child) for child in row.children)])
