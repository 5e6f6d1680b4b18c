"""Whether the store is as it was written: the chain, the rows under each entry, the notes, and the triggers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.store import journal, notes
from recon_kit.store.digest import Digest
from recon_kit.store.guards import unguarded
from recon_kit.store.journal import GENESIS, Entry, Head
from recon_kit.store.rows import read, source
from recon_kit.store.schema import BUSINESS, NOTES, SUPERSEDED
from recon_kit.tables import Table

_TRIED = 50
_REF = re.compile(rf"{notes.PREFIX}[0-9a-f]{{64}}")


@dataclass(frozen=True)
class Flaw:
    """One thing that is not as it was written.

    Args:
        problem: edited, deleted, inserted, reordered, cut_off or rewritten (of the journal); rows_edited, rows_added or
            rows_deleted (of a business table); supersession, note, unguarded.
        table: where.
        seq: the journal entry that it concerns; None where it concerns none.
        detail: one sentence for a person.
    """

    problem: str
    table: str
    seq: int | None
    detail: str

    def __str__(self) -> str:
        place = self.table if self.seq is None else f"{self.table}, entry {self.seq}"
        return f"{place}: {self.detail}"


def verify(connection: Connection, head: Head | None) -> list[Flaw]:
    """Every flaw, the journal's first."""
    chain = list(journal.entries(connection))
    payloads = {entry.seq: _payload(entry) for entry in chain}
    flaws = [*_chain(chain), *_head(chain, head), *_supersessions(connection, payloads)]
    for table in BUSINESS.values():
        expected = {seq: brought[table.name] for seq, payload in payloads.items() if table.name in (brought := _rows(payload))}
        flaws += _business(connection, table, expected)
    flaws += _notes(connection, chain, payloads)
    guards = "a trigger that forbids changes is gone or was replaced"
    return flaws + [Flaw("unguarded", table, None, guards) for table in unguarded(connection)]


def _chain(chain: list[Entry]) -> Iterator[Flaw]:
    broken = [entry.seq for entry in chain if journal.digest(entry) != entry.hash]
    before = Head(0, GENESIS)
    for entry in chain:
        if entry.seq > before.seq + 1:
            last = f" to {entry.seq - 1}" if entry.seq > before.seq + 2 else ""
            yield Flaw("deleted", "journal", entry.seq, f"entry {before.seq + 1}{last} before it is gone")
        elif entry.prev != before.hash and entry.seq not in broken:
            yield Flaw(
                "inserted", "journal", entry.seq, f"it does not follow from entry {before.seq}; it was inserted or replaced"
            )
        if entry.seq in broken:
            yield _changed(entry, broken)
        before = Head(entry.seq, entry.hash)


def _changed(entry: Entry, broken: list[int]) -> Flaw:
    for seq in (entry.seq - 1, entry.seq + 1, *broken[:_TRIED]):
        if journal.digest(entry._replace(seq=seq)) == entry.hash:
            return Flaw("reordered", "journal", entry.seq, f"it was written as entry {seq}")
    return Flaw("edited", "journal", entry.seq, "its content was changed after it was written")


def _head(chain: list[Entry], head: Head | None) -> Iterator[Flaw]:
    if head is None or head.seq == 0:
        return
    found = {entry.seq: entry.hash for entry in chain}
    if not found or max(found) < head.seq:
        yield Flaw(
            "cut_off", "journal", head.seq, f"the journal ends at {max(found, default=0)}, but entry {head.seq} was there"
        )
    elif found.get(head.seq) != head.hash:
        yield Flaw("rewritten", "journal", head.seq, "its hash is not the one that was kept elsewhere")


def _supersessions(connection: Connection, payloads: dict[int, dict[str, Any]]) -> Iterator[Flaw]:
    journaled = {old: seq for seq, payload in payloads.items() for old in _listed(payload, "supersedes", int)}
    stored = {int(old): int(new) for old, new in connection.execute(sa.select(SUPERSEDED.c.source_seq, SUPERSEDED.c.seq))}
    for old in sorted(journaled.keys() | stored.keys()):
        if journaled.get(old) != stored.get(old):
            told = f"entry {old} is superseded by {stored.get(old)}, the journal says by {journaled.get(old)}"
            yield Flaw("supersession", "superseded", old, told)


def _business(connection: Connection, table: Table, expected: dict[int, dict[str, Any]]) -> Iterator[Flaw]:
    try:
        found = _contents(connection, table)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        yield Flaw("rows_edited", table.name, None, f"a value is not of its column's kind ({error})")
        return
    for seq in sorted(expected.keys() | found.keys()):
        wanted = expected.get(seq, {"n": 0, "sha256": ""})
        actual = found.get(seq, Digest())
        if actual.n != wanted["n"]:
            problem = "rows_added" if actual.n > wanted["n"] else "rows_deleted"
            yield Flaw(problem, table.name, seq, f"{actual.n:,} rows are there, but the entry brought {wanted['n']:,}")
        elif actual.n and actual.hexdigest() != wanted["sha256"]:
            yield Flaw("rows_edited", table.name, seq, "a row is not as the entry brought it")


def _contents(connection: Connection, table: Table) -> dict[int, Digest]:
    found: dict[int, Digest] = {}
    for chunk in read(connection, table, sa.select(*source(table).c)):
        seqs = chunk["seq"].to_numpy()
        cuts = [0, *(np.flatnonzero(np.diff(seqs)) + 1).tolist(), len(seqs)]
        for start, end in pairwise(cuts):
            rows = {name: chunk[name].slice(start, end - start) for name in table.columns}
            found.setdefault(int(seqs[start]), Digest()).update(rows)
    return found


def _notes(connection: Connection, chain: list[Entry], payloads: dict[int, dict[str, Any]]) -> Iterator[Flaw]:
    erased = {ref for entry in chain if entry.kind == "erase" for ref in _listed(payloads[entry.seq], "notes", str)}
    stored = {ref: (salt, text) for ref, salt, text in connection.execute(sa.select(NOTES.c.ref, NOTES.c.salt, NOTES.c.text))}
    for ref, (salt, text) in stored.items():
        if text is None and ref not in erased:
            yield Flaw("note", "notes", None, f"{ref} was emptied, but the journal tells of no such erasure")
        elif text is not None and (salt is None or notes.reference(salt, text) != ref):
            yield Flaw("note", "notes", None, f"{ref} was changed after it was written")
    for entry in chain:
        for ref in sorted({entry.by, *_REF.findall(entry.payload)} - stored.keys()):
            yield Flaw("note", "notes", entry.seq, f"{ref} is named by the entry, but it is gone")


def _payload(entry: Entry) -> dict[str, Any]:
    try:
        payload = json.loads(entry.payload)
    except json.JSONDecodeError:  # the chain names the entry
        return {}
    return payload if isinstance(payload, dict) else {}


def _rows(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    brought = payload.get("rows")
    sound = brought.items() if isinstance(brought, dict) else ()
    return {name: told for name, told in sound if isinstance(told, dict) and {"n", "sha256"} <= told.keys()}


def _listed(payload: dict[str, Any], key: str, kind: type) -> list[Any]:
    found = payload.get(key)
    return [item for item in found if isinstance(item, kind)] if isinstance(found, list) else []
