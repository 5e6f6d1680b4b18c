"""A copy of an SQLite store that is whole whatever is being written meanwhile, and the way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from recon_kit import durable
from recon_kit.errors import Fault, StoreError
from recon_kit.store import engine
from recon_kit.store.journal import Head
from recon_kit.store.store import Store


def backup(store: Store, target: Path) -> Head:
    """Copy the store to a new file; returns the journal's head in the copy.

    Raises:
        StoreError: the file exists, or the store is a PostgreSQL database (says how to dump it).
    """
    file = engine.file_of(store.url)
    if file is None:
        told = f"SQLite; save a PostgreSQL store with: pg_dump --format=custom --file={target} '{store.place}'"
        raise StoreError(store.place, [Fault(told)])
    if target.exists():
        raise StoreError(str(target), [Fault("a new file, but there is one already; name another or move it away")])
    return _copied(file, target, "store.backup")


def restore(saved: Path, url: str) -> Head:
    """Put a saved copy where there is no store; the copy is verified before it takes its place.

    Raises:
        StoreError: a store stands there, the copy is none or not whole, or the target is PostgreSQL.
    """
    parsed = engine.connectable(url)
    file = engine.file_of(parsed)
    if file is None:
        told = f"SQLite; restore a PostgreSQL store with: pg_restore --dbname='{engine.shown(parsed)}' {saved}"
        raise StoreError(engine.shown(parsed), [Fault(told)])
    there = [str(path) for path in (file, *_beside(file)) if path.exists()]
    if there:
        raise StoreError(str(file), [Fault(f"no store, but there is one; move these away first: {', '.join(there)}")])
    file.parent.mkdir(parents=True, exist_ok=True)
    return _copied(saved, file, "store.restore")


def _copied(origin: Path, target: Path, point: str) -> Head:
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with engine.told(str(origin)), closing(_reader(origin)) as source, closing(sqlite3.connect(aside)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one whole file, nothing beside it
        with Store.open(f"sqlite:///{aside}") as store:
            if point == "store.restore" and (flaws := store.verify()):
                raise StoreError(str(origin), [Fault(f"a store that is whole, but {flaw}") for flaw in flaws])
            head = store.head()
        durable.rename(aside, target, point)
    finally:
        for left in (aside, *_beside(aside)):
            left.unlink(missing_ok=True)
    return head


def _reader(origin: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{origin.absolute().as_uri()}?mode=ro", uri=True)


def _beside(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm")]
