"""Numbered steps from an empty database to today's schema; each is applied in one transaction, whole or not at all.

A step that was released is never edited: a new one follows it. `STEPS` lists them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from recon_kit import durable
from recon_kit.errors import Fault, StoreError
from recon_kit.store.engine import locked
from recon_kit.store.migrations import m0001_first, m0002_batches
from recon_kit.store.schema import VERSIONS


class Step(NamedTuple):
    """One migration: its number, what it is for, and what it does within a transaction."""

    version: int
    name: str
    apply: Callable[[Connection], None]


STEPS: Sequence[Step] = (Step(1, "first", m0001_first.apply), Step(2, "batches", m0002_batches.apply))


def version(connection: Connection) -> int | None:
    """The schema's number in this database; 0 where it is empty, None where it holds somebody else's tables."""
    tables = sa.inspect(connection).get_table_names()
    if "schema_version" in tables:
        found = connection.execute(sa.select(sa.func.max(VERSIONS.c.version))).scalar()
        return int(found or 0)
    return None if tables else 0


def create(source: Engine, place: str) -> None:
    """Bring an empty database to today's schema in one commit; a store that is there already is left as it is.

    Raises:
        StoreError: the database holds other tables.
    """
    with locked(source, place) as connection:
        found = version(connection)
        if found is None:
            raise StoreError(place, [Fault("an empty database or a store, but it holds other tables; name another one")])
        if found == 0:
            _apply(connection, STEPS)
            durable.commit(connection, "store.create")


def migrate(source: Engine, place: str) -> list[int]:
    """Apply the steps that a store lacks, each in a transaction of its own; returns their numbers."""
    applied = []
    for step in STEPS:
        with locked(source, place) as connection:
            if step.version <= (version(connection) or 0):
                continue
            _apply(connection, [step])
            durable.commit(connection, "store.migrate")
        applied.append(step.version)
    return applied


def require_current(connection: Connection, place: str) -> None:
    """Refuse what is no store, or one of another version than this program.

    Raises:
        StoreError: says what to do.
    """
    found, ours = version(connection), STEPS[-1].version
    if not found:
        raise StoreError(place, [Fault("a store, but there is none here; `recon init` makes one")])
    if found > ours:
        told = f"schema {ours}, but this store is newer (schema {found}); install the newer recon-kit, as its other users have"
        raise StoreError(place, [Fault(told)])
    if found < ours:
        told = f"schema {ours}, but this store is older (schema {found}); back it up, then bring it up to date: recon migrate"
        raise StoreError(place, [Fault(told)])


def _apply(connection: Connection, steps: Sequence[Step]) -> None:
    for step in steps:
        step.apply(connection)
        connection.execute(sa.insert(VERSIONS).values(version=step.version, name=step.name))
