"""Bulk traffic with SQLite: rows in by tuples, rows out as one text each, so that no cell becomes a Python object."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.engine import Connection

from recon_kit.store.columns import ARROW, whole_array

_CHUNK = 50_000
_PLAIN = dialect.dialect(paramstyle="named")
_SEPARATOR, _MISSING = b"\xff", b"\xfe"  # bytes that occur in no UTF-8 text, so that no value can look like them
_PARSED_BY = b"\x1f"  # what the parser takes for a separator


def insert(connection: Connection, name: str, chunk: dict[str, pa.Array]) -> None:
    """Append rows."""
    names = ", ".join(f'"{column}"' for column in chunk)
    marks = ", ".join("?" * len(chunk))
    _driver(connection).executemany(
        f'INSERT INTO "{name}" ({names}) VALUES ({marks})',  # noqa: S608 (names are our own)
        zip(*(_values(column) for column in chunk.values()), strict=True),
    )


def select(connection: Connection, query: sa.Select[Any], wanted: dict[str, str]) -> Iterator[dict[str, pa.Array]]:
    """The rows of a query, chunk by chunk.

    SQLite prints each row into one text; floats alone, which it would not print exactly, travel beside it.
    """
    floats = [name for name, kind in wanted.items() if kind == "share"]
    printed = {name: kind for name, kind in wanted.items() if kind != "share"}
    form = _SEPARATOR.join([b"%s"] * len(printed)).hex()
    cells = ", ".join(f"ifnull(\"{name}\", CAST(x'{_MISSING.hex()}' AS TEXT))" for name in printed)
    row: sa.ColumnClause[Any] = sa.literal_column(f"CAST(printf(CAST(x'{form}' AS TEXT), {cells}) AS BLOB)")
    beside: list[sa.ColumnClause[Any]] = [sa.literal_column(f'"{name}"') for name in floats]
    only = query.with_only_columns(row, *beside, maintain_column_froms=True)
    cursor = _driver(connection).execute(str(only.compile(dialect=_PLAIN, compile_kwargs={"literal_binds": True})))
    while rows := cursor.fetchmany(_CHUNK):
        columns = _parsed([found[0] for found in rows], printed)
        for place, name in enumerate(floats, 1):
            columns[name] = pa.array([found[place] for found in rows], pa.float64())
        yield {name: columns[name] for name in wanted}


def _parsed(rows: list[bytes], kinds: dict[str, str]) -> dict[str, pa.Array]:
    content = b"\n".join(rows)
    if b"\r" in content or _PARSED_BY in content or content.count(b"\n") != len(rows) - 1:
        return _split(rows, kinds)
    table = pcsv.read_csv(
        pa.py_buffer(content.replace(_SEPARATOR, _PARSED_BY)),
        pcsv.ReadOptions(column_names=list(kinds), block_size=4 * 2**20),
        pcsv.ParseOptions(delimiter=_PARSED_BY.decode(), quote_char=False),
        pcsv.ConvertOptions(
            column_types={name: ARROW[kind] for name, kind in kinds.items()}, null_values=[_MISSING], strings_can_be_null=True
        ),
    )
    return {name: whole_array(table.column(name)) for name in kinds}


def _split(rows: list[bytes], kinds: dict[str, str]) -> dict[str, pa.Array]:
    """As `_parsed`, for texts with line breaks or control characters in them."""
    columns = zip(*(row.split(_SEPARATOR) for row in rows), strict=True)
    built = {}
    for (name, kind), values in zip(kinds.items(), columns, strict=True):
        texts = pa.array([None if value == _MISSING else value for value in values], pa.large_binary())
        built[name] = pc.cast(pc.cast(texts, pa.large_string()), ARROW[kind])
    return built


def _values(column: pa.Array) -> Sequence[object]:
    if pa.types.is_date32(column.type):
        column = pc.cast(column, pa.large_string())
    elif pa.types.is_timestamp(column.type):
        column = pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.int8())
    if column.null_count and not pa.types.is_large_string(column.type):
        return list(column.to_pylist())
    return list(column.to_numpy(zero_copy_only=False).tolist())


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.driver_connection  # type: ignore[return-value]
