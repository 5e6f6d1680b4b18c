"""The journal: an append-only chain in which each entry carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from numbers import Integral
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.errors import Fault, StoreError
from recon_kit.store.schema import JOURNAL

ENTRY_KINDS = (
    "source", "posting", "decision", "policy", "model", "close", "sign", "reopen", "undo", "start", "batch", "send", "erase",
)  # fmt: skip
OURS = frozenset({"rows", "supersedes"})
"""Keys of a payload that the store writes itself: what it appended under the entry, and which entries it superseded."""

GENESIS = "0" * 64


class Head(NamedTuple):
    """The last entry of the journal; kept outside of the store, it proves that no tail was cut off."""

    seq: int
    hash: str


class Entry(NamedTuple):
    """One row of the journal as stored."""

    seq: int
    at: str
    by: str
    kind: str
    payload: str
    prev: str
    hash: str


def canonical(payload: Mapping[str, Any]) -> str:
    """A payload as the one JSON text that it can have: keys sorted, no blanks, no floats.

    Raises:
        StoreError: naming each value that is no text, whole number, yes or no, null, list or mapping with text keys.

    >>> canonical({"b": [1, None], "a": "ü"})
    '{"a":"ü","b":[1,null]}'
    """
    faults = [Fault(expected, field=place, found=found) for place, found, expected in _unfit(payload, "payload")]
    if faults:
        raise StoreError("journal", faults)
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=int)


def _unfit(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str):
                yield from _unfit(inner, f"{place}.{key}")
            else:
                yield place, repr(key), "keys of text"
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _unfit(inner, f"{place}[{index}]")
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield place, ascii(value), "text that can be written as UTF-8"
    elif isinstance(value, float):
        yield place, repr(value), "a whole number or text, for a float is not exact"
    elif value is not None and not isinstance(value, bool | Integral):
        yield place, repr(value), "text, a whole number, true, false, null, a list or a mapping"


def digest(entry: Entry) -> str:
    """The hash that an entry must carry: SHA-256 of the JSON list [seq, at, by, kind, payload, prev] in UTF-8."""
    covered = [entry.seq, entry.at, entry.by, entry.kind, entry.payload, entry.prev]
    text = json.dumps(covered, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def chained(head: Head, at: str, by: str, kind: str, payload: str) -> Entry:
    """The entry that follows `head`."""
    open_entry = Entry(head.seq + 1, at, by, kind, payload, head.hash, "")
    return open_entry._replace(hash=digest(open_entry))


def instant_text(at: datetime) -> str:
    """An instant as the journal writes it.

    Raises:
        StoreError: it has no time zone, so nobody could tell when it was.

    >>> instant_text(datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    '2026-11-02T08:00:00.000000Z'
    """
    if at.tzinfo is None:
        raise StoreError(
            "journal", [Fault("an instant with its time zone, such as datetime.now(UTC)", field="at", found=str(at))]
        )
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def head(connection: Connection) -> Head:
    """The last entry; seq 0 and zeros where there is none yet."""
    query = sa.select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)
    found = connection.execute(query).first()
    return Head(*found) if found else Head(0, GENESIS)


def entries(connection: Connection, *, kinds: tuple[str, ...] = (), after: int = 0, at: int | None = None) -> Iterator[Entry]:
    """Entries in order, streamed."""
    query = sa.select(*(JOURNAL.c[name] for name in Entry._fields)).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)
    if kinds:
        query = query.where(JOURNAL.c.kind.in_(kinds))
    if at is not None:
        query = query.where(JOURNAL.c.seq <= at)
    for row in connection.execution_options(yield_per=1_000).execute(query):
        yield Entry(*row)
