"""camt.052, camt.053 and camt.054 of every version and namespace: streamed, each entry with its true line in the file."""

from __future__ import annotations

import re

from recon_kit.errors import LoadError
from recon_kit.load.bank_line import Lines, Part, add_lines
from recon_kit.load.bank_statement import add_statement
from recon_kit.load.camt.checks import check_left_out, check_message, check_statements, check_totals
from recon_kit.load.camt.pages import once
from recon_kit.load.camt.schema import FORMATS, MESSAGES
from recon_kit.load.camt.statement import Entries, Statement, statement_of
from recon_kit.load.camt.xml import Record, records
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS

_ROLES = {"camt.052": "provisional", "camt.053": "booked", "camt.054": "advice"}
_MESSAGE = re.compile(rf"<(?:[\w.-]+:)?({'|'.join(MESSAGES)})(?:V\d\d)?[\s/>]")
_NAMESPACE = re.compile(r"""<(?:[\w.-]+:)?Document\s[^<>]*["'][^"'<>]*\b(camt\.05[234])\.""")
_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")


def claims(head: SourceFile) -> str | None:
    """ "camt.052", "camt.053" or "camt.054" by the message element, else by the document's namespace."""
    text = head.head_text.lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return None
    if message := _MESSAGE.search(text):
        return FORMATS[MESSAGES[message[1]]]
    namespace = _NAMESPACE.search(text)
    return namespace[1] if namespace else None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """`STATEMENTS` and `BANK_LINES` of an account report, statement or advice; one line an entry, never a detail.

    Entries that are not booked are counted and left out; a statement that stands in the file twice is read once.

    Raises:
        LoadError: XML that is broken, cut off or dangerous; no statement at all; each entry that lacks its amount, sign,
            currency or date or has an impossible one, all at once.
    Source: ISO 20022 camt.052/053/054.001.01 to .13; DFÜ agreement annex 3, chapter 7 for the German codes.
    """
    collector = Collector(file, hints)
    collector.table(STATEMENTS)
    collector.table(BANK_LINES)
    statements: list[Statement] = []
    tags: list[str] = []
    try:
        _walk(file, collector, statements, tags)
    except LoadError as stop:
        raise LoadError(file.name, [*collector.faults, *stop.faults]) from stop
    if not tags:
        root = "/".join(_TAG.findall(file.head_text)[:2]) or "none"
        collector.fault(1, None, None, f"a statement (Stmt, Rpt or Ntfctn), but there is none; the root is {root}")
    for tag in sorted(set(tags))[1:]:
        collector.fault(None, None, None, f"one kind of message, but the file also holds {FORMATS[tag]}")
    if not collector.faults:
        _write(once(statements, collector), collector)
    format_ = FORMATS[min(tags)] if tags else ""
    return collector.loaded(format_, _ROLES.get(format_, ""))


def _walk(file: SourceFile, collector: Collector, statements: list[Statement], tags: list[str]) -> None:
    header: Record | None = None
    lines = Lines()
    entries = Entries(lines.part())
    for record in records(file, collector.hints.encoding, collector.faults):
        if record.name == "Ntry":
            collector.n_read += 1
            entries.take(record, collector)
        elif record.name == "GrpHdr":
            header = record
            check_message(record, collector)
        else:
            tags.append(record.name)
            check_left_out(record, entries, collector)
            check_totals(record, entries, collector)
            if statement := statement_of(record, entries, header, collector):
                statements.append(statement)
            entries = Entries(lines.part())


def _write(statements: list[Statement], collector: Collector) -> None:
    check_statements(statements, collector)
    by_account: dict[str, list[tuple[str, Part]]] = {}
    for statement in statements:
        by_account.setdefault(statement.account, []).append((statement.account, statement.entries.lines))
        add_statement(collector, statement.row)
    add_lines(collector, [owned for parts in by_account.values() for owned in parts])
