"""Rows of declared tables into the database and back, in chunks, as Arrow columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.store import sqlite
from recon_kit.store.schema import kinds, lightly
from recon_kit.tables import Table

PLACE = ("seq", "position")
"""The two columns that the store puts before the declared ones: the entry that brought the row, and its place in it."""


def insert(connection: Connection, table: Table, chunk: dict[str, pa.Array]) -> None:
    """Write rows that have `PLACE` and every declared column."""
    if connection.dialect.name == "postgresql":
        from recon_kit.store import postgresql

        postgresql.copy_in(connection, table.name, chunk)
    else:
        sqlite.insert(connection, table.name, chunk)


def read(connection: Connection, table: Table, query: sa.Select[Any]) -> Iterator[dict[str, pa.Array]]:
    """The rows of a query over a stored table, chunk by chunk, in order of seq and position.

    Args:
        query: selects columns of `source(table)` by their own names.
    Raises:
        pyarrow.ArrowInvalid: a stored value is not of its column's kind.
    """
    types = {"seq": "whole", "position": "whole", **kinds(table)}
    wanted = {column.name: types[column.name] for column in query.selected_columns}
    ordered = query.order_by(sa.column("seq"), sa.column("position"))
    if connection.dialect.name == "postgresql":
        from recon_kit.store import postgresql

        return postgresql.copy_out(connection, ordered, wanted)
    return sqlite.select(connection, ordered, wanted)


def source(table: Table) -> sa.TableClause:
    """A stored table for queries: `PLACE` and the declared columns."""
    return lightly(table.name, *PLACE, *table.columns)
