"""Bank statements as CSV: one reader for every bank whose export a layout declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from recon_kit.errors import Fault, LoadError, nearest
from recon_kit.layouts import Layout, layouts
from recon_kit.load.bank_csv.amounts import Reading, amounts
from recon_kit.load.bank_csv.declared import Declared, declared
from recon_kit.load.bank_csv.dialect import HEADER_WITHIN, find_header, fitting, nearest_layout
from recon_kit.load.bank_csv.entries import Entries, days, identities, texts
from recon_kit.load.bank_csv.records import Records, cut
from recon_kit.load.bank_csv.statements import Booked, account_proofs
from recon_kit.load.bank_csv.values import Values, decimal_mark
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy
from recon_kit.tables import BANK_LINES, STATEMENTS


def claims(head: SourceFile, policy: Policy | None = None) -> str | None:
    """`csv:<layout>` if the file has the header of a layout, one of the policy's own included.

    Raises:
        LoadError: two layouts fit.
    """
    found = fitting(head, _known(policy))
    if len(found) > 1:
        told = f"the header of one layout, but it fits {' and '.join(found)}; name one by the hint layout"
        raise LoadError(head.name, [Fault(told)])
    return f"csv:{found[0]}" if found else None


def explain(head: SourceFile, policy: Policy | None = None) -> str | None:
    """What keeps an unrecognised file from having the layout it is nearest to: missing and unexpected columns."""
    return nearest_layout(head, _known(policy).values())


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Booked lines and one statement per account and currency.

    Rows that are pending, reverted or without money by the layout's rules are left out, counted and noted. Balances are
    proven where the export prints them after each row; a declared one is taken as it is.

    Raises:
        LoadError: with every row that has too few fields, broken quotes, an impossible or ambiguous date or amount, an
            unknown status or currency; or if no layout fits.
    """
    layout = _layout(file, policy, hints)
    encoding = file.encoding((hints.encoding,) if hints.encoding else layout.file.encodings)
    out = Collector(file, hints)
    out.table(BANK_LINES)
    out.table(STATEMENTS)
    records = _records(file, encoding, layout)
    out.faults += records.faults
    out.n_read = len(records.rows) + len(records.faults)
    if encoding not in (layout.file.encodings[0], "utf-8-sig"):
        out.check("encoding", encoding, "note", detail=f"read as {encoding}")
    _leave_out(records, out, _status(records, layout, out))
    _booked(records, layout, out)
    return out.loaded(f"csv:{layout.name}", "booked")


def _known(policy: Policy | None) -> Mapping[str, Layout]:
    own = Path(policy.folders.layouts) if policy else None
    return layouts(own if own and own.is_absolute() and own.is_dir() else None)


def _layout(file: SourceFile, policy: Policy, hints: Hints) -> Layout:
    known = _known(policy)
    if hints.layout:
        if hints.layout not in known:
            raise LoadError(file.name, [Fault(f"a layout that exists, not {hints.layout!r}{nearest(hints.layout, known)}")])
        return known[hints.layout]
    found = claims(file, policy)
    if found is None:
        raise LoadError(file.name, [Fault(explain(file, policy) or "the header of a known bank layout")])
    return known[found.removeprefix("csv:")]


def _records(file: SourceFile, encoding: str, layout: Layout) -> Records:
    head = []
    for number, line in file.lines(encoding):
        if number > HEADER_WITHIN:
            break
        head.append(line)
    header = find_header(layout, head)
    if header is None:
        told = nearest_layout(file, [layout]) or f"the header of layout {layout.name!r}, which none of the first lines is"
        raise LoadError(file.name, [Fault(told)])
    return cut(file, encoding, layout, header)


def _status(records: Records, layout: Layout, out: Collector) -> Callable[[int], str | None]:
    """The rule that leaves a row out by its status, if one does."""
    rule = layout.status
    column = records.column(rule.column) if rule else None
    if rule is None or column is None:
        return lambda row: None
    known: dict[str, str | None] = {word.casefold(): None for word in rule.booked}
    known |= {word.casefold(): name for name, words in rule.left_out.items() for word in words}
    shown = ", ".join(word for words in (rule.booked, *rule.left_out.values()) for word in words if word)
    for row, word in enumerate(column):
        if word.casefold() not in known:
            out.fault(records.lines[row], records.written(rule.column), word, f"one of {shown}")
    return lambda row: known.get(column[row].casefold())


def _skip(records: Records, layout: Layout, moved: Sequence[int], fees: Sequence[int | None]) -> Callable[[int], str | None]:
    """The rule that leaves a row out by its content, if one does."""
    rules = []
    for rule in layout.skip:
        column = records.column(rule.column) if rule.column else None
        rules.append((rule, column, re.compile(rule.pattern or "")))

    def left_out(row: int) -> str | None:
        for rule, column, pattern in rules:
            if rule.zero and (moved[row] or fees[row]):
                continue
            if rule.column and (column is None or not pattern.search(column[row])):
                continue
            return rule.name
        return None

    return left_out


def _leave_out(records: Records, out: Collector, rule_of: Callable[[int], str | None]) -> list[bool]:
    rules = [rule_of(row) for row in range(len(records.rows))]
    keep = [rule is None for rule in rules]
    for rule in dict.fromkeys(rule for rule in rules if rule):
        n = rules.count(rule)
        first = records.lines[rules.index(rule)]
        out.check(
            "left_out", rule, "note", actual=n, source_line=first, detail=f"{n} {'row' if n == 1 else 'rows'} left out: {rule}"
        )
    out.n_skipped += keep.count(False)
    records.only(keep)
    return keep


def _booked(records: Records, layout: Layout, out: Collector) -> None:
    values = Values(records.lines, out.hints.date_order, out.faults)
    said = declared(records, layout, values)
    currencies = _currencies(records, layout, said, values, out)
    reading = Reading(records, values, currencies, _mark(records, layout, out), layout.file.symbols)
    moved, fees = amounts(reading, layout)
    keep = _leave_out(records, out, _skip(records, layout, moved, fees))
    values.lines = records.lines
    currencies, moved, fees = _kept(currencies, keep), _kept(moved, keep), _kept(fees, keep)
    reading = replace(reading, currencies=currencies)
    entries = Entries(*_accounts(records, layout, said, out), currencies, moved, fees)
    on, other = days(reading, layout), texts(entries, reading, layout)
    columns: dict[str, Sequence[object]] = {
        "line_id": identities(entries.accounts, records, layout),
        "account": entries.accounts,
        "booked_on": on["booked_on"],
        "amount": moved,
        "currency": currencies,
        "source_line": records.lines,
        **other,
        "value_on": [day or extra for day, extra in zip(on["value_on"], other.get("value_on", on["value_on"]), strict=True)],
    }
    balances = reading.column(layout.balance.column) if layout.balance else [None] * len(moved)
    if out.faults:
        return
    out.rows(BANK_LINES, columns)
    booked = Booked(entries, [day or date.min for day in on["booked_on"]], balances, records, said, reading.mark)
    account_proofs(booked, layout, out)


def _kept(column: Sequence[object], keep: list[bool]) -> list:  # type: ignore[type-arg]
    return [value for value, kept in zip(column, keep, strict=True) if kept]


def _accounts(records: Records, layout: Layout, said: Declared, out: Collector) -> tuple[list[str | None], list[str]]:
    """Our account of each row (its column, else the declared one, else the hint) and its pot, "" for the main one."""
    default = said.account or "".join((out.hints.account or "").split())
    choice = layout.columns.account
    column = (records.column(choice.credit[0]) if choice else None) or [""] * len(records.rows)
    plain = {text: "".join(text.split()) or default or None for text in set(column)}
    accounts = [plain[text] for text in column]
    pots = records.column(layout.part.column) if layout.part else None
    if pots is None or layout.part is None:
        return accounts, [""] * len(accounts)
    main = {name.casefold() for name in layout.part.main}
    pots = ["" if pot.casefold() in main else pot for pot in pots]
    return [f"{account}/{pot}" if account and pot else account for account, pot in zip(accounts, pots, strict=True)], pots


def _currencies(records: Records, layout: Layout, said: Declared, values: Values, out: Collector) -> list[str]:
    choice = layout.columns.currency
    default = said.currency or layout.file.currency or out.hints.currency
    column = records.column(choice.credit[0]) if choice else None
    if column is None and default is None and records.rows:
        out.fault(None, "currency", None, "a currency, which this file does not name; say it by the hint currency")
        default = "EUR"
    name = records.written(choice.credit[0]) if choice else "currency"
    return values.currencies(column or [""] * len(records.rows), name, default)


def _mark(records: Records, layout: Layout, out: Collector) -> str:
    names = (layout.amount.column, layout.amount.debit, layout.amount.credit)
    columns = [column for name in names if name and (column := records.column(name)) is not None]
    try:
        return decimal_mark(columns, layout.file.decimal_mark, out.hints.decimal_mark)
    except ValueError as error:
        told, name = str(error), records.written(layout.amount.column or layout.amount.debit or "")
        cells = ((line, text) for column in columns for line, text in zip(records.lines, column, strict=True))
        line, text = next(((line, text) for line, text in cells if repr(text) in told), (None, ""))
        out.fault(line, name, text, f"amounts in one number format, but {told}; say decimal_mark")
        return "."
