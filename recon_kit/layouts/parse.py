"""A layout file becomes a `Layout`: every key and type is checked, every column named is one of the header's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from recon_kit.errors import Fault, PolicyError, nearest
from recon_kit.layouts.declare import Choice, ColumnRule, Layout
from recon_kit.tables.business import LINE_KINDS

DECLARED = frozenset({"account", "currency", "from_on", "to_on", "opening", "closing", "closing_on"})
"""What the lines above and below the rows may declare."""

_DATE = re.compile(r"(DD|D|MM|M|YYYY|YY|hh|mm|ss|[^A-Za-z])+")
_EXTRACTED = frozenset(f.name for f in fields(ColumnRule)) - {"booked_on", "account", "currency", "remittance", "charges"}


def parse_layout(text: str, name: str, place: str) -> Layout:
    """A layout from the text of its TOML file.

    Raises:
        PolicyError: naming the file, every unknown key with the nearest right one, every missing or mistyped value, every
            column that the header does not list, every pattern that does not compile.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(place, [Fault(f"valid TOML: {error}")]) from error
    faults: list[Fault] = []
    layout = _built(Layout, {**table, "name": name}, "", faults)
    if not faults:
        faults = list(_contradictions(layout))
    if faults:
        raise PolicyError(place, faults)
    assert isinstance(layout, Layout)
    return layout


def read_layout(path: Path) -> Layout:
    """A layout from its file; its name is the file's stem."""
    return parse_layout(path.read_text(encoding="utf-8"), path.stem, path.name)


def _built(cls: type, table: object, where: str, faults: list[Fault]) -> Any:
    if cls is Choice:
        return _choice(table, where, faults)
    if not isinstance(table, dict):
        return faults.append(Fault("a table", field=where, found=str(table)))
    known = {f.name: f for f in fields(cls)}
    here = f"{where}." if where else ""
    faults += [Fault(f"no key {here + key!r}{nearest(key, known)}") for key in table if key not in known]
    faults += [
        Fault(f"a value for {here + name!r}")
        for name, f in known.items()
        if name not in table and f.default is MISSING and f.default_factory is MISSING
    ]
    hints = get_type_hints(cls)
    values = {key: _value(hints[key], value, here + key, faults) for key, value in table.items() if key in known}
    return None if faults else cls(**values)


def _value(hint: Any, value: object, where: str, faults: list[Fault]) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if NoneType in inner:
        return _value(next(arg for arg in inner if arg is not NoneType), value, where, faults)
    if is_dataclass(hint):
        return _built(hint, value, where, faults)  # type: ignore[arg-type]
    if origin is tuple and is_dataclass(inner[0]) and isinstance(value, list):
        return tuple(_built(inner[0], item, f"{where}[{n}]", faults) for n, item in enumerate(value, 1))  # type: ignore[arg-type]
    if origin is tuple:
        return _texts(value, where, faults)
    if origin is Mapping and isinstance(value, dict):
        return {key: _texts(item, f"{where}.{key}", faults) for key, item in value.items()}
    if isinstance(hint, type) and isinstance(value, hint):
        return value
    expected = {str: "a text in quotes", bool: "true or false"}.get(hint, "a table")
    return faults.append(Fault(expected, field=where, found=str(value)))


def _texts(value: object, where: str, faults: list[Fault]) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    faults.append(Fault("a text or a list of texts", field=where, found=str(value)))
    return ()


def _choice(value: object, where: str, faults: list[Fault]) -> Choice:
    if not isinstance(value, dict):
        names = _texts(value, where, faults)
        return Choice(names, names)
    both = ("credit", "debit")
    faults += [Fault(f"no key '{where}.{key}'{nearest(key, both)}") for key in value if key not in both]
    sides = {side: _texts(value.get(side, []), f"{where}.{side}", faults) for side in both}
    return Choice(**sides)


def _contradictions(layout: Layout) -> Iterator[Fault]:
    header = {*layout.header.columns, *layout.header.optional}
    for where, column in _named_columns(layout):
        for name in column.split("@"):
            if name not in header:
                yield Fault(f"one of the header's columns{nearest(name, header)}", field=where, found=column)
    for mark in (layout.file.decimal_mark,):
        if mark not in (",", ".", "detect"):
            yield Fault("',', '.' or 'detect'", field="file.decimal_mark", found=mark)
    for written in (*layout.file.dates, *(d for rule in layout.extract for d in rule.dates)):
        if not _DATE.fullmatch(written) or "D" not in written or "M" not in written:
            yield Fault("a date format of DD, D, MM, M, YYYY, YY, hh, mm, ss and marks", field="dates", found=written)
    yield from _bad_patterns(layout)
    yield from _bad_amount(layout)
    for kind in (*(layout.kind.words if layout.kind else ()), *(k for rule in layout.extract for k in rule.kinds)):
        if kind not in LINE_KINDS:
            yield Fault(f"one of {', '.join(LINE_KINDS)}{nearest(kind, LINE_KINDS)}", field="kind", found=kind)
    names = [*(layout.status.left_out if layout.status else ()), *(rule.name for rule in layout.skip)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("a name of its own for each rule that leaves rows out", field="skip.name", found=name)
    for rule in layout.extract:
        if rule.field not in _EXTRACTED:
            yield Fault(f"a field of bank_lines{nearest(rule.field, _EXTRACTED)}", field="extract.field", found=rule.field)


def _named_columns(layout: Layout) -> Iterator[tuple[str, str]]:
    for f in fields(ColumnRule):
        choice: Choice | None = getattr(layout.columns, f.name)
        for column in (*choice.credit, *choice.debit) if choice else ():
            yield f"columns.{f.name}", column
    amount = layout.amount
    single = {
        "amount.column": amount.column, "amount.word": amount.word, "amount.debit": amount.debit,
        "amount.credit": amount.credit, "amount.less": amount.less,
        "status.column": layout.status and layout.status.column, "balance.column": layout.balance and layout.balance.column,
        "sequence.column": layout.sequence and layout.sequence.column, "part.column": layout.part and layout.part.column,
    }  # fmt: skip
    yield from ((where, column) for where, column in single.items() if column)
    yield from (("skip.column", rule.column) for rule in layout.skip if rule.column)
    yield from (("extract.column", rule.column) for rule in layout.extract)
    yield from (("kind.columns", column) for column in (layout.kind.columns if layout.kind else ()))
    yield from (("identity.ignore", column) for column in layout.identity.ignore)
    yield from (("header.spellings", column) for column in layout.header.spellings)


def _bad_patterns(layout: Layout) -> Iterator[Fault]:
    patterns = [(f"{where}.patterns", p, DECLARED) for where in ("preamble", "footer") for p in getattr(layout, where).patterns]
    patterns += [("extract.pattern", rule.pattern, frozenset({"value"})) for rule in layout.extract]
    patterns += [("skip.pattern", rule.pattern, frozenset()) for rule in layout.skip if rule.pattern is not None]
    for where, pattern, groups in patterns:
        try:
            named = re.compile(pattern).groupindex
        except re.error as error:
            yield Fault(f"a regular expression ({error})", field=where, found=pattern)
            continue
        for name in named.keys() - groups:
            yield Fault(f"no group {name!r}{nearest(name, groups)}", field=where, found=pattern)
        if where == "extract.pattern" and "value" not in named:
            yield Fault("a group (?P<value>...)", field=where, found=pattern)


def _bad_amount(layout: Layout) -> Iterator[Fault]:
    rule = layout.amount
    if bool(rule.debit) != bool(rule.credit):
        yield Fault("both debit and credit, or neither", field="amount")
    if not rule.column and not rule.debit:
        yield Fault("a column, or debit and credit", field="amount")
    if rule.word and not (rule.column and rule.credit_words and rule.debit_words):
        yield Fault("column, credit_words and debit_words beside word", field="amount")
    for skip in layout.skip:
        if not skip.zero and not (skip.column and skip.pattern):
            yield Fault("zero = true, or a column and a pattern", field=f"skip {skip.name!r}")
