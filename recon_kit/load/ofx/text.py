"""The text of an OFX file, block by block: its encoding found, line ends alike, NUL only where one document follows another."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from recon_kit.errors import Fault
from recon_kit.load.source import Hints, SourceFile

BEGINS = re.compile(
    r"[\s\0\ufeff]*+(?:(?><\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)\s*+)*+(?:OFXHEADER\s*:|<\?OFX|<OFX>)", re.I | re.S
)
"""How a document begins, whatever stands before it."""

_BLOCK = 1 << 16
_AHEAD = 200
_CHARSETS = {"1252": "cp1252", "WINDOWS-1252": "cp1252", "8859-1": "latin-1", "ISO-8859-1": "latin-1"}


def encoding_of(file: SourceFile, hints: Hints) -> str:
    """The hint's encoding; else UTF-8 if the file is that; else the one that its header names; else Windows-1252.

    Raises:
        LoadError: the file does not fit it; names line and byte.
    """
    head = file.head[:2_000].decode("latin-1")
    said = re.search(r"CHARSET\s*:\s*([\w-]+?)(?=\s|COMPRESSION|$)|<\?xml[^>]*encoding=[\"']([\w-]+)", head)
    declared = _CHARSETS.get((said[1] or said[2]).upper(), "cp1252") if said else "cp1252"
    return file.encoding((hints.encoding,) if hints.encoding else ("utf-8", declared), nul=True)


def texts(file: SourceFile, encoding: str, faults: list[Fault]) -> Iterator[str]:
    """The text in blocks; a NUL in the middle of a document is a fault, one between two of them a blank."""
    kept, line = "", 1
    with io.TextIOWrapper(file.open(), encoding=encoding, newline=None) as text:
        while block := text.read(_BLOCK):
            done, kept = _split(kept + block)
            yield _without_nul(done, kept, line, faults)
            line += done.count("\n")
        yield _without_nul(kept, "", line, faults)


def _split(text: str) -> tuple[str, str]:
    """What can be told already, and what needs the text behind it: a run of NUL and what follows it."""
    at = text.find("\0", max(0, len(text) - _AHEAD))
    if at < 0:
        return text, ""
    while at and text[at - 1] == "\0":
        at -= 1
    return text[:at], text[at:] if text[at:].strip("\0") else "\0"


def _without_nul(text: str, behind: str, line: int, faults: list[Fault]) -> str:
    if "\0" not in text:
        return text
    for found in re.finditer("\0++", text):
        rest = (text[found.end() : found.end() + _AHEAD] + behind)[:_AHEAD]
        if rest.strip("\0\r\n\t ") and not BEGINS.match(rest):
            faults.append(Fault("text, but there is a NUL in it", line + text.count("\n", 0, found.start())))
    return text.replace("\0", " ")
