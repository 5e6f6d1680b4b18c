"""`read`: which reader a file belongs to, told by its content alone."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from recon_kit.errors import Fault, LoadError, ManyLoadErrors
from recon_kit.load.archive import is_archive, members
from recon_kit.load.bundle import bundled
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.load.uncollected import uncollected
from recon_kit.policy import Policy

READERS = ("camt", "mt940", "ofx", "qif", "bai2", "bank_csv", "multisafepay", "exact_online", "xero", "mapped")
"""Modules of this room that each read one family of formats; others join by the entry point `recon_kit.readers`."""

_PROLOGUE = r"\s*+(?:(?><\?(?!OFX).*?\?>|<!--.*?-->)\s*+)*+"
_WEB_PAGE = re.compile(_PROLOGUE + r"<(?:!doctype\s+html|(?:html|head|body)[\s>])", re.IGNORECASE | re.DOTALL)
_DOCTYPE = re.compile(_PROLOGUE + "<!doctype", re.IGNORECASE | re.DOTALL)


class Reader(Protocol):
    """What a reader module offers."""

    def claims(self, head: SourceFile) -> str | None:
        """The format's name if the head of the file is of this family, else None; reads nothing but the head."""

    def read(self, file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
        """The whole file, or a `LoadError` with every fault."""


def read(path: str | Path, *, policy: Policy | None = None, **hints: object) -> Loaded:
    """Read a file of any known format into declared tables.

    Args:
        path: the file; its name plays no part in recognising it. An archive is read member by member.
        policy: the workspace's policy, for readers with switches; the defaults if None.
        hints: see `Hints`.
    Raises:
        LoadError: the file is refused whole; names file, line, field, value and expectation of every fault.
        ParameterError: a hint that does not exist.
    """
    where = Path(path)
    return read_source(SourceFile(where.name, path=where), policy or Policy(), Hints.of(hints))


def read_text(text: str, *, policy: Policy | None = None, **hints: object) -> Loaded:
    """As `read`, for rows that are written down or copied from a sheet: `|`, tab, `;` or `,` parts the columns.

    Args:
        text: blank lines before and after do not count; errors name the lines that are left.
    Raises:
        LoadError, ParameterError: as `read`.
    """
    content = text.strip("\r\n").encode()
    return read_source(SourceFile("text", content=content), policy or Policy(), Hints.of(hints))


def read_source(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """As `read`, for a file already opened and hints already checked."""
    _refuse_hopeless(file)
    if is_archive(file):
        return bundled(file, hints, [loaded for _, loaded in read_members(file, policy, hints)])
    with uncollected():
        return _reader(file, policy, hints).read(file, policy, hints)


def read_members(archive: SourceFile, policy: Policy, hints: Hints) -> list[tuple[SourceFile, Loaded]]:
    """Every member of an archive, each with its rows.

    Raises:
        LoadError: the faults of all members that are refused, together.
    """
    found, refused = [], []
    for member in members(archive):
        try:
            found.append((member, read_source(member, policy, hints)))
        except LoadError as error:
            refused.append(error)
    if refused:
        raise refused[0] if len(refused) == 1 else ManyLoadErrors(refused)
    return found


@cache
def readers() -> dict[str, Reader]:
    """All readers by module name, those of other packages included."""
    own: dict[str, Reader] = {name: import_module(f"recon_kit.load.{name}") for name in READERS}
    return own | {found.name: found.load() for found in entry_points(group="recon_kit.readers")}


def _reader(file: SourceFile, policy: Policy, hints: Hints) -> Reader:
    known = readers()
    if hints.mapping:
        return known["mapped"]
    if hints.layout:
        return known["bank_csv"]
    claimed = {name: found for name, reader in known.items() if (found := reader.claims(file))}
    if len(claimed) > 1:
        both = " and ".join(f"{found} ({name})" for name, found in claimed.items())
        raise LoadError(file.name, [Fault(f"one format, but its content fits {both}; name the layout")])
    if not claimed and import_module("recon_kit.load.bank_csv").claims(file, policy):  # a layout of the workspace's own
        return known["bank_csv"]
    if not claimed:
        raise LoadError(file.name, [Fault(_unrecognised(file, known), line=1)])
    return known[next(iter(claimed))]


def _unrecognised(file: SourceFile, known: dict[str, Reader]) -> str:
    first = next((line.strip() for line in file.head_lines if line.strip()), "")[:80]
    told = f"a format that is known, but nothing recognises a file that begins {first!r}"
    explained = [text for reader in known.values() if (text := getattr(reader, "explain", lambda _: None)(file))]
    return "; ".join([told, *explained])


def _refuse_hopeless(file: SourceFile) -> None:
    if file.n_bytes == 0:
        raise LoadError(file.name, [Fault("content, but the file is empty (0 bytes)")])
    if not file.head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise LoadError(file.name, [Fault("content, but there are only blanks", line=1)])
    text = file.head_text.lstrip("\ufeff")
    if _WEB_PAGE.match(text):
        raise LoadError(file.name, [Fault("a statement, but this is a web page (perhaps a login or error page)", line=1)])
    if found := _DOCTYPE.match(text):
        told = "XML without a DOCTYPE (it could define entities)"
        raise LoadError(file.name, [Fault(told, line=text.count("\n", 0, found.end()) + 1)])
