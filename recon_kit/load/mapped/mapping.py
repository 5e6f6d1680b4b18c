"""A column-mapping file: how a sheet of one's own becomes a declared table, in TOML, checked before any row is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recon_kit.errors import Fault, PolicyError, nearest
from recon_kit.policy import parse
from recon_kit.tables import (
    BANK_LINES,
    CUSTOMERS,
    LEDGER_BALANCES,
    LEDGER_MOVEMENTS,
    OPEN_ITEMS,
    ORDERS,
    SETTLEMENT_LINES,
    Table,
)  # fmt: skip

TABLES = {
    table.name: table
    for table in (OPEN_ITEMS, CUSTOMERS, LEDGER_MOVEMENTS, LEDGER_BALANCES, SETTLEMENT_LINES, BANK_LINES, ORDERS)
}
ROLES = {
    "open_items": "ledger", "ledger_movements": "ledger", "ledger_balances": "ledger", "customers": "customers",
    "settlement_lines": "settlement", "bank_lines": "booked", "orders": "orders",
}  # fmt: skip
FILLED_IN = frozenset({"entity", "source_file", "source_line", "currency"})
DERIVED = {
    "open_items": {"item_id", "kind", "amount"},
    "bank_lines": {"line_id"},
    "settlement_lines": {"gross", "fee", "tax_on_fee", "net"},
    "orders": {"refunded"},
}
"""Columns that can be made where a mapping does not name them; `read` of `mapped` says how."""


@dataclass(frozen=True)
class Skip:
    """Rows that are no records (subtotals, page heads), left out by this named rule and counted.

    Args:
        rule: its name, as the checks show it.
        equals: the texts of `column` that it takes; "" is an empty cell.
        matches: a regular expression that the whole cell fits.
    """

    rule: str
    column: str
    equals: tuple[str, ...] = ()
    matches: str | None = None


@dataclass(frozen=True)
class Sign:
    """A column of words that give unsigned amounts their sign (S and H, D and C).

    Args:
        negative: the words of amounts that are against us.
        positive: the others; a word in neither list is an error.
        applies_to: the amounts they sign; every mapped one if empty.
    """

    column: str
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    applies_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping file.

    Args:
        table: the declared table that the sheet becomes.
        columns: for each of its columns the sheet's caption, its position (counted from 1), a list of captions whose
            texts are joined by a blank, or `{ plus = "Haben", minus = "Soll" }` for an amount in two columns.
        sheet: title of the workbook's sheet; the first that has the columns if absent.
        header: line of the captions; the first that has them all if absent.
        date_format: as in Python's strptime; else `date_order`, else decided from the file where it fits one only.
        minor_units: whether amounts are whole minor units already.
        time_zone: of times without an offset.
        complete: whether an open-item list holds every open item; not, unless said.
        constants: values for columns that the sheet does not have.
        values: for a column, the sheet's words and ours; "*" stands for every other word.
        negate: amounts that the sheet gives with the opposite sign (fees printed positive).
    """

    table: str
    columns: dict[str, Any]
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header: int | None = None
    decimal_mark: Literal[",", "."] | None = None
    date_format: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    minor_units: bool = False
    time_zone: str | None = None
    snapshot_on: date | None = None
    complete: bool | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    sign: Sign | None = None
    negate: tuple[str, ...] = ()
    skip: tuple[Skip, ...] = ()

    @property
    def into(self) -> Table:
        """The declared table."""
        return TABLES[self.table]


def load_mapping(path: Path) -> Mapping:
    """The mapping of a file.

    Raises:
        PolicyError: no such file, broken TOML, unknown keys, tables or columns (with the nearest right one), and columns
            of the table that nothing fills; all at once.
    """
    if not path.is_file():
        raise PolicyError(str(path), [Fault("a column-mapping file (TOML), but there is none here")])
    mapping = parse(Mapping, path.read_text("utf-8"), path.name)
    if faults := list(_contradictions(mapping)):
        raise PolicyError(path.name, faults)
    return mapping


def _contradictions(mapping: Mapping) -> Iterator[Fault]:
    if mapping.table not in TABLES:
        yield Fault(f"one of {', '.join(TABLES)}{nearest(mapping.table, TABLES)}", field="table", found=mapping.table)
        return
    known = mapping.into.columns
    signed = mapping.sign.applies_to if mapping.sign else ()
    named = {
        "columns": mapping.columns, "constants": mapping.constants, "values": mapping.values, "negate": mapping.negate,
        "sign.applies_to": signed,
    }  # fmt: skip
    for place, names in named.items():
        for name in names:
            if name not in known:
                yield Fault(f"a column of {mapping.table}, but {place} names {name!r}{nearest(name, known)}")
            elif place in ("negate", "sign.applies_to") and name not in mapping.into.money:
                yield Fault(f"an amount of {mapping.table}, but {place} names {name!r}{nearest(name, mapping.into.money)}")
    for name, source in mapping.columns.items():
        if name in mapping.constants:
            yield Fault(f"{name} in columns or in constants, not in both")
        if not _is_source(source, name in mapping.into.money):
            told = "a caption, a position from 1, a list of captions, or for amounts { plus = ..., minus = ... }"
            yield Fault(told, field=f"columns.{name}", found=str(source))
    yield from _unfilled(mapping)
    if mapping.time_zone:
        try:
            ZoneInfo(mapping.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield Fault("a time zone such as Europe/Berlin", field="time_zone", found=mapping.time_zone)


def _unfilled(mapping: Mapping) -> Iterator[Fault]:
    filled = {*mapping.columns, *mapping.constants, *FILLED_IN, *DERIVED.get(mapping.table, ())}
    for name, column in mapping.into.columns.items():
        if not column.nullable and name not in filled:
            yield Fault(f"a column or constant for {name} ({column.description})")
    if mapping.table == "settlement_lines" and not {"gross", "net"} & {*mapping.columns, *mapping.constants}:
        yield Fault("a column for gross or for net")


def _is_source(source: object, is_money: bool) -> bool:
    if isinstance(source, dict):
        return is_money and set(source) == {"plus", "minus"} and all(isinstance(text, str) for text in source.values())
    if isinstance(source, list):
        return bool(source) and not is_money and all(isinstance(text, str) for text in source)
    return (isinstance(source, str) and bool(source)) or (type(source) is int and source > 0)
