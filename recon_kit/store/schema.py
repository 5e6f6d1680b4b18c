"""The store's tables as SQL: which declared tables it keeps, and what a column is in either database."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.tables import (
    ALLOCATIONS,
    ALTERNATIVES,
    BANK_LINES,
    BATCH_LINES,
    BREAKS,
    CHECKS,
    CUSTOMERS,
    EVIDENCE,
    LEDGER_BALANCES,
    LEDGER_MOVEMENTS,
    OPEN_ITEMS,
    ORDERS,
    SETTLEMENT_LINES,
    SNAPSHOTS,
    STATEMENTS,
    Table,
)
from recon_kit.tables.declare import DAY, FLAG, INSTANT, SHARE, TEXT, WHOLE, WHOLE_OR_NULL

KINDS = {TEXT: "text", DAY: "day", INSTANT: "instant", WHOLE: "whole", WHOLE_OR_NULL: "whole", SHARE: "share", FLAG: "flag"}
_SQLITE = {"text": "TEXT", "day": "TEXT", "instant": "TEXT", "whole": "INTEGER", "share": "REAL", "flag": "INTEGER"}
_POSTGRESQL = {
    "text": "TEXT", "day": "DATE", "instant": "TIMESTAMPTZ", "whole": "BIGINT", "share": "DOUBLE PRECISION", "flag": "BOOLEAN",
}  # fmt: skip

_STORED = (
    STATEMENTS, BANK_LINES, OPEN_ITEMS, SNAPSHOTS, SETTLEMENT_LINES, ORDERS, CUSTOMERS, LEDGER_MOVEMENTS, LEDGER_BALANCES,
    ALLOCATIONS, ALTERNATIVES, EVIDENCE, BREAKS, CHECKS, BATCH_LINES,
)  # fmt: skip
BUSINESS: Mapping[str, Table] = {table.name: table for table in _STORED}
"""The declared tables that the store keeps, by name; those made when a period is closed are not among them."""


def kinds(table: Table) -> dict[str, str]:
    """What each column of a declared table is: text, day, instant, whole, share or flag."""
    return {name: KINDS[column.metadata["dtype"]] for name, column in table.columns.items()}


def described(table: Table) -> str:
    """A declared table in the words that migrations use: `name kind`, with `?` where the value may be missing."""
    optional = {name: "?" if column.nullable else "" for name, column in table.columns.items()}
    return ", ".join(f"{name} {kind}{optional[name]}" for name, kind in kinds(table).items())


def lightly(name: str, *columns: str) -> sa.TableClause:
    """A table for queries."""
    return sa.table(name, *(sa.column(column) for column in columns))


JOURNAL = lightly("journal", "seq", "at", "by", "kind", "payload", "prev", "hash")
SUPERSEDED = lightly("superseded", "source_seq", "seq")
NOTES = lightly("notes", "ref", "about", "salt", "text")
VERSIONS = lightly("schema_version", "version", "name")


def create_table(connection: Connection, name: str, columns: str, key: str, unique: str = "") -> None:
    """Create a table from columns described as `name kind, other kind?`; `?` allows missing values."""
    sqlite = connection.dialect.name == "sqlite"
    types = _SQLITE if sqlite else _POSTGRESQL
    parts = []
    for column in columns.split(", "):
        named, kind = column.removesuffix("?").split(" ")
        parts.append(f'"{named}" {types[kind]}{"" if column.endswith("?") else " NOT NULL"}')
    parts.append(f"PRIMARY KEY ({key})")
    parts += [f'UNIQUE ("{column}")' for column in unique.split()]
    options = " STRICT, WITHOUT ROWID" if sqlite else ""
    connection.exec_driver_sql(f'CREATE TABLE "{name}" ({", ".join(parts)}){options}')


def add_column(connection: Connection, table: str, column: str) -> None:
    """Add one column that may be missing, described as `name kind?`; what was stored before has none."""
    named, kind = column.removesuffix("?").split(" ")
    types = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    connection.exec_driver_sql(f'ALTER TABLE "{table}" ADD COLUMN "{named}" {types[kind]}')
