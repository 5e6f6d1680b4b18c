"""The store: one journal, the rows that its entries brought, and the one way in and the one way out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from recon_kit import durable
from recon_kit.errors import Fault, StoreError
from recon_kit.store import engine, journal, migrations, notes
from recon_kit.store.journal import Head
from recon_kit.store.live import DATES
from recon_kit.store.schema import BUSINESS
from recon_kit.store.verify import Flaw, verify
from recon_kit.store.view import Reread, View, superseded
from recon_kit.store.writing import Writer
from recon_kit.tables import Table
from recon_kit.tables.declare import INSTANT


class Store:
    """What was taken in and decided, append-only; opened with `Store.open`, closed with `close` or as a context.

    Reads need no lock: an entry, once there, never changes, so what was known `at` an entry is the same for ever.
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.place = engine.shown(url)
        self._engine = engine.engine(url)

    @classmethod
    def open(cls, url: str, *, create: bool = False, migrate: bool = False) -> Store:
        """The store at an address: `sqlite:///path` or `postgresql+psycopg://...`.

        Args:
            create: make an empty one where there is none.
            migrate: bring an older one to today's schema first (take a backup before).
        Raises:
            StoreError: none there, one of another version, on a shared folder, or not to be reached; says what to do.
        """
        parsed = engine.connectable(url)
        file = engine.file_of(parsed)
        if file and not create and not file.exists():
            raise StoreError(str(file), [Fault("a store, but there is no such file; `recon init` makes one")])
        if file and create:
            file.parent.mkdir(parents=True, exist_ok=True)
        store = cls(parsed)
        with engine.told(store.place):
            if file:
                engine.use_wal(store._engine)
            if create:
                migrations.create(store._engine, store.place)
            if migrate:
                migrations.migrate(store._engine, store.place)
            with engine.reading(store._engine, store.place) as connection:
                migrations.require_current(connection, store.place)
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self, *, by: str, at: datetime, expected: Head | None = None) -> Iterator[Writer]:
        """One transaction under the store-wide lock, committed when the block ends and undone if it fails.

        Within the block this store still reads what was committed before, which nobody else can change meanwhile.

        Args:
            by: who does it; kept in the notes, so that the name can be erased.
            at: when, with its time zone.
            expected: the head that the caller's reasoning rests on.
        Raises:
            StoreError: another process wrote since `expected`, or held the lock too long; nothing was written.
        """
        moment = journal.instant_text(at)
        with engine.locked(self._engine, self.place) as connection:
            found = journal.head(connection)
            if expected is not None and found != expected:
                told = f"entry {expected.seq} as the last one, but somebody wrote entry {found.seq} meanwhile; look again"
                raise StoreError(self.place, [Fault(told)])
            writer = Writer(connection, found, notes.name(connection, by), moment)
            yield writer
            writer.finish()
            durable.commit(connection, "store.write")

    def head(self) -> Head:
        """The journal's last entry; seq 0 while it is empty."""
        with engine.reading(self._engine, self.place) as connection:
            return journal.head(connection)

    def fetch(
        self,
        table: Table,
        *,
        at: int | None = None,
        since: date | None = None,
        entity: str | None = None,
        entry: int | None = None,
        without: Collection[int] = (),
    ) -> pd.DataFrame:
        """The rows of a declared table that count, every column of its exact type, in the order in which they came.

        Args:
            at: as known when this entry was the last; now if None.
            since: only rows whose business date is this day or later, or that have none.
            entity: only rows of this legal entity.
            entry: instead of what counts, every row that this one entry brought.
            without: as if these entries had been superseded; shows what an unload would leave.
        Raises:
            StoreError: `since` for a table without a date, or a table that the store does not keep.
        """
        if table.name not in BUSINESS:
            raise StoreError(self.place, [Fault(f"a table that the store keeps, but {table.name} is made at closing")])
        if since is not None and table.name not in DATES:
            raise StoreError(self.place, [Fault(f"a table with a date, but {table.name} has none", field="since")])
        with engine.reading(self._engine, self.place) as connection:
            view = View(connection, at, entity, without)
            return view.brought_by(table, entry) if entry is not None else view.fetch(table, since)

    def preview(self, table: Table, reread: Reread) -> pd.DataFrame:
        """The rows of a table that would count if an entry were superseded by its file read again, as `fetch` gives them."""
        with engine.reading(self._engine, self.place) as connection:
            return View(connection, None, None, reread=reread).fetch(table)

    def advices(self, *, at: int | None = None, entity: str | None = None) -> pd.DataFrame:
        """Bank lines of advices (camt.054), which enrich booked lines and never count themselves; each once."""
        with engine.reading(self._engine, self.place) as connection:
            return View(connection, at, entity).advices()

    def overlaps(self, *, at: int | None = None, entity: str | None = None) -> pd.DataFrame:
        """Days of accounts that two families of formats tell, side by side; see `live.overlaps` for the columns."""
        with engine.reading(self._engine, self.place) as connection:
            return View(connection, at, entity).overlaps()

    def payouts_told_twice(self, *, at: int | None = None, entity: str | None = None) -> pd.DataFrame:
        """Payouts that two formats of a provider's exports tell, side by side, with the columns of `overlaps`."""
        with engine.reading(self._engine, self.place) as connection:
            return View(connection, at, entity).payouts_told_twice()

    def entries(self, *kinds: str, after: int = 0, at: int | None = None) -> pd.DataFrame:
        """Journal entries as a frame: seq, at (UTC), by (the name, or "erased"), kind, payload (dict), hash.

        Args:
            kinds: only these; all if none are given.
            after, at: only those with after < seq <= at.
        """
        with engine.reading(self._engine, self.place) as connection:
            found = list(journal.entries(connection, kinds=kinds, after=after, at=at))
            names = notes.texts(connection, {entry.by for entry in found})
        columns = {
            "seq": pd.Series([entry.seq for entry in found], dtype="int64"),
            "at": pd.Series(pd.to_datetime([entry.at for entry in found], utc=True, errors="coerce"), dtype=INSTANT),
            "by": pd.Series([names.get(entry.by) or "erased" for entry in found], dtype="str"),
            "kind": pd.Series([entry.kind for entry in found], dtype="str"),
            "payload": pd.Series([json.loads(entry.payload) for entry in found], dtype=object),
            "hash": pd.Series([entry.hash for entry in found], dtype="str"),
        }
        return pd.DataFrame(columns)

    def exported(self, at: int) -> tuple[list[dict[str, Any]], dict[str, str | None]]:
        """The journal up to an entry, each as stored (`payload` the exact text that its hash covers), and the names and
        comments that it refers to; None where one was erased."""
        with engine.reading(self._engine, self.place) as connection:
            found = list(journal.entries(connection, at=at))
            told = {entry.by for entry in found}
            for entry in found:
                payload = json.loads(entry.payload)
                told |= {payload[key] for key in ("why", "note") if isinstance(payload.get(key), str)}
            return [entry._asdict() for entry in found], notes.texts(connection, told)

    def superseded(self, at: int | None = None) -> dict[int, int]:
        """Entries whose rows no longer count, each with the entry that superseded it."""
        with engine.reading(self._engine, self.place) as connection:
            return superseded(connection, at)

    def notes(self, *refs: str) -> dict[str, str | None]:
        """The text behind each reference; None where it was erased. A reference that the store never gave is left out."""
        with engine.reading(self._engine, self.place) as connection:
            return notes.texts(connection, refs)

    def erase(self, ref: str, *, by: str, at: datetime) -> list[str]:
        """Erase a note, and with a name all comments about that person; journaled as `erase`, the chain stays whole.

        Returns:
            the references that now have no text.
        """
        with self.writing(by=by, at=at) as writer:
            erased = writer.erase(ref)
        self._wipe()
        return erased

    def verify(self, head: Head | None = None) -> list[Flaw]:
        """Everything in the store that is not as it was written; empty if it is whole.

        Args:
            head: the journal's head as kept elsewhere (a manifest, a signature): without it a cut tail cannot be seen.
        """
        with engine.reading(self._engine, self.place) as connection:
            return verify(connection, head)

    def _wipe(self) -> None:
        if self.url.get_backend_name() == "sqlite":
            with engine.told(self.place), self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
