"""Bulk traffic with PostgreSQL by COPY; imported only where the store is one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as dialect
from sqlalchemy.engine import Connection

from recon_kit.store.columns import ARROW, whole_array

_BLOCK = 8 * 2**20
_PLAIN = dialect.dialect(paramstyle="named")  # type: ignore[no-untyped-call] # a driver's style would double every % of a value


def copy_in(connection: Connection, name: str, chunk: dict[str, pa.Array]) -> None:
    """Append rows."""
    content = io.BytesIO()
    pcsv.write_csv(pa.table(chunk), content, pcsv.WriteOptions(include_header=False, quoting_style="needed"))
    columns = ", ".join(f'"{column}"' for column in chunk)
    with (
        _told(),
        _driver(connection).cursor() as cursor,
        cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN (FORMAT csv)') as copy,
    ):
        copy.write(content.getbuffer())


def copy_out(connection: Connection, query: sa.Select[Any], wanted: dict[str, str]) -> Iterator[dict[str, pa.Array]]:
    """The rows of a query; instants travel as whole microseconds."""
    instants = [name for name, kind in wanted.items() if kind == "instant"]
    micros: dict[str, sa.ColumnElement[Any]] = {
        name: sa.literal_column(f'(extract(epoch FROM "{name}") * 1000000)::bigint').label(name) for name in instants
    }
    exact = query.with_only_columns(
        *(micros.get(column.name, column) for column in query.selected_columns), maintain_column_froms=True
    )
    text = str(exact.compile(dialect=_PLAIN, compile_kwargs={"literal_binds": True}))
    with _told(), _driver(connection).cursor() as cursor, cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)") as copy:
        content = io.BytesIO()
        for block in copy:  # the server sends whole rows
            content.write(block)
            if content.tell() >= _BLOCK:
                yield _parsed(content, wanted)
                content = io.BytesIO()
        if content.tell():
            yield _parsed(content, wanted)


def _parsed(content: io.BytesIO, wanted: dict[str, str]) -> dict[str, pa.Array]:
    types = {name: pa.int64() if kind == "instant" else ARROW[kind] for name, kind in wanted.items()}
    table = pcsv.read_csv(
        pa.BufferReader(content.getvalue()),
        pcsv.ReadOptions(column_names=list(wanted)),
        pcsv.ParseOptions(newlines_in_values=True),
        pcsv.ConvertOptions(
            column_types=types,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    columns = {name: whole_array(table.column(name)) for name in wanted}
    return {name: pc.cast(column, ARROW[wanted[name]]) for name, column in columns.items()}


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return connection.connection.driver_connection  # type: ignore[return-value]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise sa.exc.DBAPIError(None, None, error) from error
