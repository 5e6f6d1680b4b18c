"""What one transaction adds: journal entries, the rows that they bring, and what they supersede."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.errors import Fault, StoreError, nearest
from recon_kit.store import journal, notes
from recon_kit.store.columns import to_arrow
from recon_kit.store.digest import Digest
from recon_kit.store.journal import ENTRY_KINDS, OURS, Head
from recon_kit.store.live import BANK_ROLES, family
from recon_kit.store.rows import insert
from recon_kit.store.schema import BUSINESS, JOURNAL, SUPERSEDED
from recon_kit.tables import BANK_LINES, Table

_CHUNK = 20_000


@dataclass
class _Pending:
    kind: str
    payload: dict[str, Any]
    brought: dict[str, Digest] = field(default_factory=dict)
    supersedes: list[int] = field(default_factory=list)


class Writer:
    """Adds to the store within `Store.writing`; entries are chained when the block ends, with the hashes of their rows."""

    def __init__(self, connection: Connection, head: Head, by: str, at: str) -> None:
        self.head = head
        self._connection, self._by, self._at = connection, by, at
        self._pending: list[_Pending] = []

    def journal(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Add an entry; returns its seq.

        Args:
            payload: text, whole numbers, yes and no, null, lists and mappings. The store adds `rows` (count and hash of
                what was appended, by table) and `supersedes`. A `source` has `format` and `role`, as `Source` has.
        Raises:
            StoreError: an unknown kind, a float or a foreign type in the payload, a key that the store writes itself.
        """
        faults = []
        if kind not in ENTRY_KINDS:
            faults.append(Fault(f"one of {', '.join(ENTRY_KINDS)}{nearest(kind, ENTRY_KINDS)}", field="kind", found=kind))
        faults += [Fault(f"a payload without {key!r}, which the store writes itself") for key in sorted(OURS & set(payload))]
        if faults:
            raise StoreError("journal", faults)
        journal.canonical(payload)
        self._pending.append(_Pending(kind, dict(payload)))
        return self.head.seq + len(self._pending)

    def append(self, table: Table, frame: pd.DataFrame, seq: int) -> None:
        """Store the rows of a conforming frame as brought by entry `seq` of this transaction; may be called again for more.

        Raises:
            TableError: the frame does not conform.
            StoreError: no such entry in this transaction, a table that is not stored, or bank lines of a source whose
                role or format does not tell how they count.
        """
        entry = self._entry(seq)
        if table.name not in BUSINESS:
            raise StoreError("store", [Fault(f"a table that the store keeps, but {table.name} is made at closing")])
        if table.name == BANK_LINES.name:
            _require_feed(entry)
        rows = to_arrow(table, table.conform(frame))
        content = entry.brought.setdefault(table.name, Digest())
        for start in range(0, len(frame), _CHUNK):
            chunk = {name: column.slice(start, _CHUNK) for name, column in rows.items()}
            size = len(next(iter(chunk.values())))
            positions = pa.array(range(content.n, content.n + size), pa.int64())
            insert(self._connection, table, {"seq": pa.array([seq] * size, pa.int64()), "position": positions, **chunk})
            content.update(chunk)

    def retire(self, source_seq: int, seq: int) -> None:
        """Have entry `seq` of this transaction supersede everything that an earlier entry brought; nothing is deleted.

        Raises:
            StoreError: no such earlier entry, or superseded already.
        """
        entry = self._entry(seq)
        by = self._connection.execute(sa.select(SUPERSEDED.c.seq).where(SUPERSEDED.c.source_seq == source_seq)).scalar()
        if by is not None:
            raise StoreError("store", [Fault(f"an entry that still counts, but {source_seq} was superseded by {by}")])
        if not 1 <= source_seq <= self.head.seq:
            raise StoreError("store", [Fault(f"an entry from 1 to {self.head.seq}", field="source", found=str(source_seq))])
        self._connection.execute(sa.insert(SUPERSEDED).values(source_seq=source_seq, seq=seq))
        entry.supersedes.append(source_seq)

    def name(self, text: str) -> str:
        """A reference that stands for a person's name in a payload; the same for the same name."""
        return notes.name(self._connection, text)

    def note(self, text: str, *, about: str | None = None) -> str:
        """A reference that stands for a comment in a payload.

        Args:
            about: reference (from `name`) of the person with whom it is to be erased.
        """
        return notes.comment(self._connection, text, about)

    def erase(self, ref: str) -> list[str]:
        """Empty a note and the comments about it, and journal that; see `Store.erase`."""
        erased = notes.erase(self._connection, ref)
        self.journal("erase", {"notes": erased})
        return erased

    def finish(self) -> None:
        """Chain the entries of the block, in order; called by `Store.writing`.

        Raises:
            StoreError: nothing was journaled.
        """
        if not self._pending:
            raise StoreError("journal", [Fault("at least one entry in a block that writes")])
        head = self.head
        for entry in self._pending:
            chained = journal.chained(head, self._at, self._by, entry.kind, journal.canonical(_whole(entry)))
            self._connection.execute(sa.insert(JOURNAL).values(**chained._asdict()))
            head = Head(chained.seq, chained.hash)
        self.head = head

    def _entry(self, seq: int) -> _Pending:
        index = seq - self.head.seq - 1
        if not 0 <= index < len(self._pending):
            raise StoreError("journal", [Fault("an entry that this transaction has journaled", field="seq", found=str(seq))])
        return self._pending[index]


def _whole(entry: _Pending) -> dict[str, Any]:
    rows = {name: {"n": content.n, "sha256": content.hexdigest()} for name, content in entry.brought.items()}
    ours: dict[str, Any] = {"rows": rows} if rows else {}
    if entry.supersedes:
        ours["supersedes"] = sorted(entry.supersedes)
    return entry.payload | ours


def _require_feed(entry: _Pending) -> None:
    faults = []
    role, fmt = entry.payload.get("role"), entry.payload.get("format")
    if entry.kind != "source" or role not in BANK_ROLES:
        faults.append(
            Fault(f"a source with one of {', '.join(BANK_ROLES)}", field="role", found=None if role is None else str(role))
        )
    if not isinstance(fmt, str) or "+" in family(fmt):
        told = "one family of formats for bank lines; take the files of a mixed archive one by one"
        faults.append(Fault(told, field="format", found=None if fmt is None else str(fmt)))
    if faults:
        raise StoreError(str(entry.payload.get("name", "source")), faults)
