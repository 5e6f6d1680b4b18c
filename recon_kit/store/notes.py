"""Names and comments beside the journal, referred to by salted hash: a person can be erased while the chain stays whole."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.errors import Fault, StoreError
from recon_kit.store.schema import NOTES

PREFIX = "note:"
_AT_ONCE = 500


def name(connection: Connection, text: str) -> str:
    """The reference by which a person or program is named in the journal; the same for the same name until it is erased."""
    known = sa.select(NOTES.c.ref).where(NOTES.c.text == text, NOTES.c.about == NOTES.c.ref)
    found = connection.execute(known).scalars().first()
    return str(found) if found else _add(connection, text, None)


def comment(connection: Connection, text: str, about: str | None = None) -> str:
    """A reference to a free text, new each time.

    Args:
        about: reference of the person whom it concerns, with whom it is to be erased.
    """
    return _add(connection, text, about or "")


def _add(connection: Connection, text: str, about: str | None) -> str:
    if "\0" in text:
        raise StoreError("notes", [Fault("text without NUL characters", field="note", found=text)])
    salt = secrets.token_hex(16)
    ref = reference(salt, text)
    connection.execute(sa.insert(NOTES).values(ref=ref, about=ref if about is None else about, salt=salt, text=text))
    return ref


def reference(salt: str, text: str) -> str:
    """What stands in the journal for a text."""
    return PREFIX + hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def texts(connection: Connection, refs: Iterable[str]) -> dict[str, str | None]:
    """The text of each reference that the store knows; None where it was erased."""
    wanted = sorted(set(refs))
    found: dict[str, str | None] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = sa.select(NOTES.c.ref, NOTES.c.text).where(NOTES.c.ref.in_(wanted[start : start + _AT_ONCE]))
        found |= {str(ref): text for ref, text in connection.execute(query)}
    return found


def erase(connection: Connection, ref: str) -> list[str]:
    """Forget a text, and with a person's name every comment about that person; returns the references that are now empty.

    Raises:
        StoreError: no such note, or erased before.
    """
    chosen = sa.select(NOTES.c.ref).where((NOTES.c.ref == ref) | (NOTES.c.about == ref), NOTES.c.text.is_not(None))
    refs = sorted(connection.execute(chosen).scalars())
    if not refs:
        raise StoreError("notes", [Fault("a note that is not erased yet", field="note", found=ref)])
    connection.execute(sa.update(NOTES).where(NOTES.c.ref.in_(refs)).values(text=None, salt=None))
    return refs
