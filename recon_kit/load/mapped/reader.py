"""Sheets of one's own: any CSV or XLSX by a column-mapping file, and sheets whose captions are a declared table's columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from recon_kit.errors import Fault, LoadError
from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.mapped.mapping import DERIVED, ROLES, TABLES, Mapping, load_mapping
from recon_kit.load.mapped.rows import RowReader
from recon_kit.load.open_lists import add_list
from recon_kit.load.record import Records, note_encoding, note_skipped
from recon_kit.load.sheets import DELIMITERS, Columns, Row, Spot, caption, heads, read_sheet
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def claims(head: SourceFile) -> str | None:
    """`table:<name>` for a sheet whose captions are exactly column names of one declared table; otherwise only by hint."""
    found = next((tables for _, cells in heads(head) if (tables := _tables_of(cells))), [])
    return f"table:{found[0]}" if len(found) == 1 else None


def explain(file: SourceFile) -> str:
    """For a sheet that nothing recognises: its captions, and that a mapping file can name them."""
    if file.head.startswith(_OLD_WORKBOOK):
        return "an XLS workbook of the old kind cannot be read; save it as XLSX or CSV"
    widest = max((cells for _, cells in heads(file)), key=lambda cells: sum(map(bool, cells)), default=())
    if sum(map(bool, widest)) < 3:
        return ""
    return f"a column-mapping file (hint mapping) can name its columns, which may be {', '.join(filter(None, widest))[:300]}"


def _tables_of(cells: Sequence[str]) -> list[str]:
    captions = [cell for cell in cells if cell]
    if len(set(captions)) < len(captions) or len(captions) < 3:
        return []
    return [name for name, table in TABLES.items() if set(captions) <= set(table.columns) and _needed(name) <= set(captions)]


def _needed(name: str) -> set[str]:
    columns = {column for column, declared in TABLES[name].columns.items() if not declared.nullable}
    made = DERIVED.get(name, set()) | {"entity", "source_file", "source_line"}
    return (columns - made) | ({"currency"} & set(TABLES[name].columns))


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """The sheet as the table that its mapping names, or that its captions are.

    Made where no column is named: item_id from kind and number, kind of an open item from its sign, its original amount
    from the open one, line_id from the raw row, net from gross, fee and tax or gross from net, refunded as 0. A sheet in
    a table's own captions has ISO dates, '.' decimals and times in UTC.

    Raises:
        LoadError: columns that the mapping names and the sheet has not, and every cell that cannot be read one way only.
        PolicyError: the mapping itself cannot be followed.
    """
    if hints.mapping:
        mapping, name = load_mapping(Path(hints.mapping)), "mapped"
    else:
        mapping, name = _own_captions(file)
    into = Collector(file, _told(hints, mapping))
    into.table(mapping.into)
    spot = _spot(file, mapping)
    sheet = read_sheet(file, spot, mapping.encoding or hints.encoding)
    note_encoding(into, sheet)
    rows, faults = sheet.records(spot.index)
    into.faults += faults
    into.n_read = len(rows)
    columns = _columns(file, mapping, spot, sheet.rows[spot.index].cells)
    kept = _kept(into, mapping, columns, rows)
    reader = RowReader(mapping, _records(mapping, columns, into, kept))
    values = [(row, reader.values(row)) for row in kept]
    _append(into, mapping, hints, [(row, found) for row, found in values if found is not None])
    return into.loaded(f"{name}:{mapping.table}" if name == "mapped" else name, ROLES[mapping.table])


def _own_captions(file: SourceFile) -> tuple[Mapping, str]:
    for _, cells in heads(file):
        if len(tables := _tables_of(cells)) == 1:
            same = {cell: cell for cell in cells if cell and cell not in ("source_file", "source_line")}
            own = Mapping(tables[0], same, decimal_mark=".", date_order="ymd", time_zone="UTC")
            return own, f"table:{tables[0]}"
    raise LoadError(file.name, [Fault("the columns of a declared table, or the hint mapping")])


def _told(hints: Hints, mapping: Mapping) -> Hints:
    return replace(
        hints, date_order=mapping.date_order or hints.date_order, decimal_mark=mapping.decimal_mark or hints.decimal_mark,
        encoding=mapping.encoding or hints.encoding, snapshot_on=mapping.snapshot_on or hints.snapshot_on,
    )  # fmt: skip


def _captions(mapping: Mapping) -> list[str]:
    """Every caption that the mapping names, once."""
    sources: list[Any] = [*mapping.columns.values(), *(rule.column for rule in mapping.skip)]
    if mapping.sign:
        sources.append(mapping.sign.column)
    flat: list[str] = []
    for source in sources:
        parts = source.values() if isinstance(source, dict) else source if isinstance(source, list) else [source]
        flat += [part for part in parts if isinstance(part, str)]
    return list(dict.fromkeys(flat))


def _spot(file: SourceFile, mapping: Mapping) -> Spot:
    """Where the captions stand: the row that has them all; else an error that names the missing and the present ones."""
    wanted = {caption(text): text for text in _captions(mapping)}
    best: tuple[int, tuple[str, ...]] = (-1, ())
    delimiters = mapping.delimiter or DELIMITERS
    for spot, cells in heads(file, delimiters=delimiters, title=mapping.sheet, encoding=mapping.encoding):
        if mapping.header not in (None, spot.index + 1):
            continue
        there = len(wanted.keys() & {caption(cell) for cell in cells})
        if there == len(wanted) and any(cells):
            return spot
        best = max(best, (there, cells), key=lambda pair: (pair[0], len(pair[1])))
    have = {caption(cell) for cell in best[1]}
    missing = [text for key, text in wanted.items() if key not in have]
    present = ", ".join(repr(cell) for cell in best[1] if cell) or "none"
    raise LoadError(
        file.name, [Fault(f"a column {text!r}, but the columns here are {present}", mapping.header) for text in missing]
    )


def _columns(file: SourceFile, mapping: Mapping, spot: Spot, header: tuple[str, ...]) -> Columns:
    places = {f"#{source}": source - 1 for source in mapping.columns.values() if type(source) is int}
    beyond = [place for place, at in places.items() if at >= len(header)]
    if beyond:
        raise LoadError(
            file.name, [Fault(f"a column {place}, but there are {len(header)}", spot.index + 1) for place in beyond]
        )
    wanted = {caption(text) for text in _captions(mapping)}
    counts = Counter(caption(cell) for cell in header if cell)
    if twice := [cell for cell in dict.fromkeys(header) if counts[caption(cell)] > 1 and caption(cell) in wanted]:
        told = "stands twice; name it by its position"
        raise LoadError(file.name, [Fault(f"one column {cell!r}, but it {told}", spot.index + 1) for cell in twice])
    return Columns(header, dict.fromkeys(_captions(mapping), ()), places)


def _kept(into: Collector, mapping: Mapping, columns: Columns, rows: list[Row]) -> list[Row]:
    kept, counts = [], Counter[str]()
    for row in rows:
        for rule in mapping.skip:
            cell = columns.cell(row, rule.column)
            if cell in rule.equals or (rule.matches is not None and re.fullmatch(rule.matches, cell)):
                counts[rule.rule] += 1
                break
        else:
            kept.append(row)
    for name, count in sorted(counts.items()):
        note_skipped(into, name, count)
    return kept


def _records(mapping: Mapping, columns: Columns, into: Collector, rows: list[Row]) -> Records:
    money = set(mapping.into.money)
    days, amounts = [], []
    for name, source in mapping.columns.items():
        parts = source.values() if isinstance(source, dict) else source if isinstance(source, list) else [source]
        names = [f"#{part}" if type(part) is int else part for part in parts]
        if name in money and not mapping.minor_units:
            amounts += names
        elif mapping.into.dtype(name).kind == "M" and not mapping.date_format:
            days += names
    return Records.of(columns, into, rows, days, amounts)


def _append(into: Collector, mapping: Mapping, hints: Hints, found: list[tuple[Row, dict[str, Any]]]) -> None:
    table = mapping.into
    rows = [values for _, values in found]
    if "source_line" in table.columns:
        for row, values in found:
            values["source_line"] = row.line
    if table.name == "open_items":
        days = (
            {values.get("snapshot_on"): row.line for row, values in reversed(found)} if "snapshot_on" in mapping.columns else {}
        )
        if len(days) > 1:
            into.fault(max(days.values()), "snapshot_on", None, "one day for the whole list, but it has several")
        complete = hints.complete if hints.complete is not None else mapping.complete
        add_list(into, rows, next(iter(days), into.hints.snapshot_on), complete=bool(complete))
        return
    if table.name == "bank_lines":
        _identify(found, hints.account)
    if table.name == "ledger_movements":
        rows = _merged(into, rows)
    _refuse_repeats(into, table.key, found if table.name != "ledger_movements" else [])
    if not into.faults:
        for values in rows:
            into.row(table, **values)


def _identify(found: list[tuple[Row, dict[str, Any]]], account: str | None) -> None:
    """line_id of each bank line from its raw row, where the sheet names none."""
    raws = ["|".join(row.cells) for row, _ in found]
    accounts = [values.get("account") or account or "" for _, values in found]
    for own in set(accounts):
        here = [index for index, name in enumerate(accounts) if name == own]
        for index, line_id in zip(here, line_ids(own or None, [raws[index] for index in here]), strict=True):
            values = found[index][1]
            values["line_id"] = values.get("line_id") or line_id
            values["account"] = own or None


def _merged(into: Collector, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Postings of one key summed into one, as a note tells: a document may touch an account more than once."""
    key = TABLES["ledger_movements"].key
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for values in rows:
        name = (*(values.get(column) for column in key), values["currency"])
        if (first := merged.get(name)) is None:
            merged[name] = dict(values)
            continue
        first["amount"] += values["amount"]
        if values.get("tax") is not None:
            first["tax"] = (first.get("tax") or 0) + values["tax"]
    if len(merged) < len(rows):
        told = f"{len(rows) - len(merged)} postings added to another of the same document, account and day"
        into.check("merged", "ledger_movements", "note", actual=len(rows) - len(merged), detail=told)
    return list(merged.values())


def _refuse_repeats(into: Collector, key: tuple[str, ...], found: list[tuple[Row, dict[str, Any]]]) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row, values in found:
        name = tuple(values.get(column) for column in key)
        if name in first:
            shown = ", ".join(str(part) for part in name if part is not None)
            into.fault(row.line, None, None, f"each {key[-1]} once, but {shown} stands in line {first[name]} too")
        first.setdefault(name, row.line)
