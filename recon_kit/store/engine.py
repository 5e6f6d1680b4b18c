"""Connections to SQLite or PostgreSQL that keep what they promise: synchronous commits, one writer, errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from recon_kit.errors import Fault, StoreError
from recon_kit.store.shared_folder import refuse_shared_folder

WAIT_SECONDS = 120
_LOCK = 0x5EC0_1217  # one number for the whole database: there is one journal in it
_LOCKED = ("database is locked", "lock timeout", "lock_timeout")


def connectable(url: str) -> URL:
    """The address of a store, checked; a bare `postgresql://` means psycopg.

    Raises:
        StoreError: neither an SQLite file nor a PostgreSQL database, or SQLite on a shared folder.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreError(url, [Fault("a store's URL: sqlite:///path/to/store.db or postgresql+psycopg://...")]) from error
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "postgresql+psycopg":
        return parsed
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        told = f"SQLite (sqlite:///path) or PostgreSQL (postgresql+psycopg://...), but it is {parsed.drivername}"
        raise StoreError(shown(parsed), [Fault(told)])
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(url, [Fault("a file: an SQLite store in memory would be gone with the program")])
    refuse_shared_folder(Path(parsed.database))
    return parsed


def shown(url: URL) -> str:
    """The store's address for messages: a path, or a URL without its password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """The store's file; None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def engine(url: URL) -> Engine:
    """An engine whose every connection commits to disk before it says so."""
    if url.get_backend_name() == "sqlite":
        made = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
        sa.event.listen(made, "connect", _sqlite_connected)
        sa.event.listen(made, "begin", _sqlite_begins)
    else:
        made = sa.create_engine(url, pool_size=1, max_overflow=4, pool_pre_ping=True)
        sa.event.listen(made, "connect", _postgresql_connected)
    return made


def _sqlite_connected(dbapi: Any, _: Any) -> None:
    dbapi.isolation_level = None  # the driver begins nothing by itself: _sqlite_begins does
    dbapi.execute("PRAGMA synchronous=FULL")
    dbapi.execute("PRAGMA foreign_keys=ON")
    dbapi.execute("PRAGMA secure_delete=FAST")


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get("recon_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_connected(dbapi: Any, _: Any) -> None:
    dbapi.autocommit = True
    dbapi.execute("SET TIME ZONE 'UTC'")
    dbapi.execute("SET datestyle TO ISO")
    dbapi.autocommit = False


def use_wal(source: Engine) -> None:
    """Have an SQLite file write ahead, so that readers and the one writer do not wait for each other."""
    with source.connect() as connection:
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        if driver.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            driver.execute("PRAGMA journal_mode=WAL")


@contextmanager
def locked(source: Engine, place: str) -> Iterator[Connection]:
    """A connection in a transaction that holds the store-wide lock; rolled back unless it was committed.

    Raises:
        StoreError: another writer held the lock for `WAIT_SECONDS`, or the database refused.
    """
    with told(place), source.connect().execution_options(recon_writes=True) as connection:
        connection.exec_driver_sql("SELECT 1")  # the first statement begins the transaction: SQLite takes the lock here
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield connection


@contextmanager
def reading(source: Engine, place: str) -> Iterator[Connection]:
    """A connection for queries.

    Raises:
        StoreError: the database refused.
    """
    with told(place), source.connect() as connection:
        yield connection


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what a database driver raises into a `StoreError` that says what to do."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).strip()
        raise StoreError(place, [Fault(_advice(said))]) from error


def _advice(said: str) -> str:
    if any(sign in said for sign in _LOCKED):
        return f"to be free within {WAIT_SECONDS} s, but another process is writing; wait for it, then try again"
    if "not a database" in said:
        return "a store, but this file is something else; name the store in recon.toml"
    if "unable to open" in said or "readonly" in said:
        return f"a file that may be opened and written here ({said}); check the folder and its permissions"
    if "disk is full" in said or "No space left" in said:
        return "room on the disk; nothing was written: free some and try again"
    return f"a database that does as it is told, but it says: {said}"
