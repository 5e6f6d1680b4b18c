"""What a reader is given: the file, its head, and the hints that no content can tell."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from recon_kit.errors import Fault, LoadError, ParameterError, nearest

HEAD_BYTES = 65_536
_BLOCK = 32_768
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Hints:
    """What no content can tell; all optional.

    Args:
        account: our account, where the file does not name it.
        currency: ISO 4217, where the file does not name it.
        entity: legal entity to write into every row.
        date_order: "dmy", "mdy" or "ymd", where days and months could be swapped.
        decimal_mark: "," or ".", where amounts could be read both ways.
        layout: name of a CSV layout to use instead of recognising one.
        mapping: path of a column-mapping file (TOML) for a sheet of one's own.
        encoding: text encoding, where neither a byte-order mark nor the content tells.
        snapshot_on: day that an open-item list describes, where the file does not say ("2026-10-31" will do).
        complete: whether an open-item list holds every open item of its entity.
        psp_account: merchant account at the provider, where the file does not name it.
    """

    account: str | None = None
    currency: str | None = None
    entity: str | None = None
    date_order: str | None = None
    decimal_mark: str | None = None
    layout: str | None = None
    mapping: str | None = None
    encoding: str | None = None
    snapshot_on: date | None = None
    complete: bool | None = None
    psp_account: str | None = None

    @classmethod
    def of(cls, hints: dict[str, object]) -> Hints:
        """Hints from keyword arguments.

        Raises:
            ParameterError: a name that is no hint, or a value outside its choices; names the nearest right one.
        """
        known = [field.name for field in fields(cls)]
        hints = {**hints, "snapshot_on": _day(hints.get("snapshot_on"))}
        faults = [Fault(f"no hint {name!r}{nearest(name, known)}") for name in hints if name not in known]
        if hints.get("date_order") not in (None, "dmy", "mdy", "ymd"):
            faults.append(Fault("'dmy', 'mdy' or 'ymd'", field="date_order", found=str(hints["date_order"])))
        if hints.get("decimal_mark") not in (None, ",", "."):
            faults.append(Fault("',' or '.'", field="decimal_mark", found=str(hints["decimal_mark"])))
        if not isinstance(hints["snapshot_on"], date | None):
            faults.append(Fault("a day such as 2026-10-31", field="snapshot_on", found=str(hints["snapshot_on"])))
        if not _is_text_encoding(str(hints.get("encoding") or "utf-8")):
            faults.append(Fault("a text encoding such as 'cp1252'", field="encoding", found=str(hints["encoding"])))
        if faults:
            raise ParameterError("hints", faults)
        return cls(**hints)  # type: ignore[arg-type]


class SourceFile:
    """A file's bytes under the name that people know it by; may be a member of an archive, held in memory."""

    def __init__(self, name: str, *, path: Path | None = None, content: bytes | None = None) -> None:
        self.name = name
        self._path, self._content = path, content

    def open(self) -> BinaryIO:
        """The bytes from the start."""
        return self._path.open("rb") if self._path else io.BytesIO(self._content or b"")

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        with self.open() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def n_bytes(self) -> int:
        """Size."""
        return self._path.stat().st_size if self._path else len(self._content or b"")

    @cached_property
    def sha256(self) -> str:
        """Hash of the whole content, hexadecimal."""
        digest = hashlib.sha256()
        with self.open() as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()

    @cached_property
    def head_text(self) -> str:
        """The head as text for recognition only: by its mark, else UTF-8, else Latin-1; never used for values."""
        raw = self.head
        for bom, encoding in _BOMS:
            if raw.startswith(bom):
                return raw.decode(encoding, errors="replace")
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(raw)
        except UnicodeDecodeError:
            return raw.decode("latin-1")

    @cached_property
    def head_lines(self) -> list[str]:
        """The first 60 lines of the head, for recognition only."""
        return self.head_text.splitlines()[:60]

    def encoding(self, candidates: tuple[str, ...], *, nul: bool = False) -> str:
        """The first encoding that decodes the whole file; a byte-order mark decides before any candidate.

        Args:
            nul: whether NUL may stand in the text.
        Raises:
            LoadError: NUL, or a byte that no candidate can decode, with its line and offset; an encoding that does not exist.
        """
        if unknown := [candidate for candidate in candidates if not _is_text_encoding(candidate)]:
            raise LoadError(self.name, [Fault("a text encoding such as 'cp1252'", field="encoding", found=unknown[0])])
        for bom, marked in _BOMS:
            if self.head.startswith(bom):
                candidates = (marked,)
                break
        else:
            if not nul:
                self._refuse_nul()
        faults: list[Fault] = []
        for candidate in candidates:
            fault = self._undecodable(candidate, nul)
            if fault is None:
                return candidate
            faults = [fault]
        raise LoadError(self.name, faults)

    def lines(self, encoding: str) -> Iterator[tuple[int, str]]:
        """Numbered lines without their ends, streamed; CR LF and LF and CR all end one."""
        yield from enumerate(chain.from_iterable(block.split("\n") for block in self.blocks(encoding)), 1)

    def blocks(self, encoding: str) -> Iterator[str]:
        """As `lines`, some hundred at a time with LF between them: a third of the time where lines need not be told apart."""
        with io.TextIOWrapper(self.open(), encoding=encoding, newline=None) as text:
            while block := text.read(_BLOCK):
                yield (block + text.readline()).removesuffix("\n")

    def _refuse_nul(self) -> None:
        offset, line = 0, 1
        with self.open() as file:
            while block := file.read(1 << 20):
                if (at := block.find(b"\0")) >= 0:
                    line += block.count(b"\n", 0, at)
                    raise LoadError(self.name, [Fault(f"text, but byte {offset + at} is NUL", line=line)])
                offset, line = offset + len(block), line + block.count(b"\n")

    def _undecodable(self, encoding: str, nul: bool) -> Fault | None:
        decoder = codecs.getincrementaldecoder(encoding)()
        offset, line = 0, 1
        with self.open() as file:
            while block := file.read(1 << 20):
                pending = len(decoder.getstate()[0])
                try:
                    text = decoder.decode(block)
                except UnicodeDecodeError as error:
                    at = max(0, error.start - pending)
                    line += block.count(b"\n", 0, at)
                    byte = f"0x{block[at]:02X}" if at < len(block) else "the last one"
                    return Fault(f"text in {encoding}, but byte {offset + at} ({byte}) is not", line=line)
                except UnicodeError as error:
                    return Fault(f"text in {encoding}, but {error}", line=line)
                if not nul and (at := text.find("\0")) >= 0:  # in UTF-16, where a NUL byte is nothing strange
                    return Fault("text, but there is a NUL in it", line=line + text.count("\n", 0, at))
                offset, line = offset + len(block), line + block.count(b"\n")
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return Fault(f"text in {encoding}, but the file ends in the middle of a character", line=line)
        return None


def _is_text_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:  # unknown, or a codec of bytes such as base64
        return False
    return True


def _day(given: object) -> object:
    """A day written as 2026-10-31 as a date; whatever else was given as it is."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        return given
