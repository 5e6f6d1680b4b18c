"""Archives: members in memory, and a bomb refused before it is unpacked. A workbook is an archive of its own kind."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator

from recon_kit.errors import Fault, LoadError
from recon_kit.load.source import SourceFile

_MAX_RATIO = 100
_SMALL = 4 * 2**20
_MAX_BYTES = 1 * 2**30
_MAX_MEMBERS = 1_000


def is_archive(file: SourceFile) -> bool:
    """Whether the file is a ZIP that holds other files, not a workbook."""
    return file.head.startswith(b"PK\x03\x04") and not is_workbook(file)


def is_workbook(file: SourceFile) -> bool:
    """Whether the file is an XLSX workbook; checks its size unpacked on the way.

    Raises:
        LoadError: a ZIP that is damaged, or unpacks to more than any statement would.
    """
    if not file.head.startswith(b"PK\x03\x04"):
        return False
    return any(entry.filename == "xl/workbook.xml" for entry in _entries(file))


def members(file: SourceFile) -> Iterator[SourceFile]:
    """Each file of the archive under `archive/member`, folders left out.

    Raises:
        LoadError: a member that is damaged or packed in an unknown way, or an archive within the archive.
    """
    entries = [entry for entry in _entries(file) if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
    with file.open() as raw, zipfile.ZipFile(raw) as archive:
        for entry in sorted(entries, key=lambda entry: entry.filename):
            try:
                content = archive.read(entry)
            except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
                told = f"a whole archive, but {entry.filename!r} in it is damaged ({error})"
                raise LoadError(file.name, [Fault(told)]) from error
            member = SourceFile(f"{file.name}/{entry.filename}", content=content)
            if is_archive(member):
                raise LoadError(file.name, [Fault(f"statements, but {entry.filename!r} is an archive within the archive")])
            yield member


def _entries(file: SourceFile) -> list[zipfile.ZipInfo]:
    try:
        with file.open() as raw, zipfile.ZipFile(raw) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, ArithmeticError, LookupError, OSError, RuntimeError, ValueError) as error:
        raise LoadError(file.name, [Fault(f"a whole archive or workbook, but it is damaged ({error})")]) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if any(entry.flag_bits & 1 for entry in entries):
        raise LoadError(file.name, [Fault("an archive without a password")])
    if len(entries) > _MAX_MEMBERS:
        raise LoadError(file.name, [Fault(f"at most {_MAX_MEMBERS} files in an archive, but it has {len(entries)}")])
    if unpacked > _MAX_BYTES or (unpacked > _SMALL and unpacked / packed > _MAX_RATIO):
        told = f"an archive of ordinary size, but {packed:,} bytes unpack to {unpacked:,}"
        raise LoadError(file.name, [Fault(told)])
    return entries
