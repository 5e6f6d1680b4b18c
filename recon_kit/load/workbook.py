"""XLSX sheets as text: what a workbook keeps exactly becomes text that can be read one way only, the rest is named."""

from __future__ import annotations

import lzma
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import IO, Any, BinaryIO
from weakref import WeakKeyDictionary
from xml.parsers import expat

from recon_kit.errors import Fault, LoadError
from recon_kit.load.source import SourceFile

_SIGNIFICANT = 15
_ERRORS = frozenset("#DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE! #GETTING_DATA #SPILL! #CALC!".split())
_MAX_SHEETS = 20
_DAMAGED = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, expat.ExpatError, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl and its parts raise for bytes that are no workbook: it does not wrap them."""


class Native(str):
    """Text of a cell that is a number or a date in the workbook: '.' decimals, ISO dates, whatever the texts beside it use."""

    __slots__ = ()


class Unreadable(str):
    """What a cell shows where its value cannot be taken exactly; `expected` says what should stand there."""

    expected: str

    def __new__(cls, found: str, expected: str) -> Unreadable:
        made = super().__new__(cls, found)
        made.expected = expected
        return made


_heads: WeakKeyDictionary[SourceFile, list[tuple[str, list[tuple[str, ...]]]]] = WeakKeyDictionary()


def sheet_heads(file: SourceFile, n_rows: int) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Title and first rows of each sheet, for recognition; read once a file."""
    if file not in _heads:
        with _opened(file) as book:
            _heads[file] = [
                (sheet.title, [cells for _, cells in islice(_rows(sheet), n_rows)]) for sheet in book.worksheets[:_MAX_SHEETS]
            ]
    return _heads[file]


def sheet_rows(file: SourceFile, title: str | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every row of one sheet (the first if `title` is None) with its number in the workbook, blank rows included.

    Numbers have at most 15 significant digits, as Excel itself shows them; longer ones, error values and formulas whose
    result was never computed come as `Unreadable`.

    Raises:
        LoadError: a damaged workbook, a document type declaration in it, or no sheet of that title.
    """
    formulas = _uncomputed(file, title) if _has_formulas(file) else {}
    with _opened(file) as book:
        for line, cells in _rows(_sheet(file, book, title)):
            if line in formulas:
                filled = list(cells) + [""] * (max(formulas[line]) + 1 - len(cells))
                for at, formula in formulas[line].items():
                    filled[at] = filled[at] or Unreadable(formula, "a value, not a formula that was never computed")
                cells = tuple(filled)
            yield line, cells


def _uncomputed(file: SourceFile, title: str | None) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    with _opened(file, data_only=False) as book:
        for line, values in enumerate(_sheet(file, book, title).iter_rows(values_only=True), 1):
            here = {at: value for at, value in enumerate(values) if isinstance(value, str) and value.startswith("=")}
            if here:
                found[line] = here
    return found


def _has_formulas(file: SourceFile) -> bool:
    with _whole(file), file.open() as raw, zipfile.ZipFile(raw) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/"):
                content = archive.read(entry)
                if b"<f>" in content or b"<f " in content:
                    return True
    return False


@contextmanager
def _whole(file: SourceFile) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise LoadError(file.name, [Fault(f"a whole workbook, but it is damaged ({error})")]) from error


@contextmanager
def _opened(file: SourceFile, *, data_only: bool = True) -> Iterator[Any]:
    from openpyxl import load_workbook  # half a second that a CSV need not pay

    with _whole(file), file.open() as raw, warnings.catch_warnings():
        _refuse_doctype(file, raw)
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that carry no values
        book = load_workbook(raw, read_only=True, data_only=data_only)
        try:
            yield book
        finally:
            book.close()


def _refuse_doctype(file: SourceFile, raw: BinaryIO) -> None:
    with zipfile.ZipFile(raw) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as part:
                    if _has_doctype(part):
                        raise LoadError(file.name, [Fault(f"a workbook, but {entry.filename} has a document type declaration")])
    raw.seek(0)


def _has_doctype(part: IO[bytes]) -> bool:
    """Whether one stands before the first element, in whatever encoding and behind however long a comment."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    while not found and (block := part.read(4096)):
        parser.Parse(block)
    return found[:1] == [True]


def _sheet(file: SourceFile, book: Any, title: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets or (title is not None and title not in sheets):
        there = ", ".join(map(repr, sheets)) or "none"
        raise LoadError(file.name, [Fault(f"a sheet {title!r}, but the workbook has {there}")])
    sheet = sheets[title] if title is not None else next(iter(sheets.values()))
    sheet.reset_dimensions()
    return sheet


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    sheet.reset_dimensions()
    for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
        yield line, tuple(["" if value is None else _text(value) for value in values])


def _text(value: object) -> str:
    if isinstance(value, str):
        return Unreadable(value, "a value, not an error of the sheet") if value in _ERRORS else value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return Native(value.date().isoformat() if value.time() == time() else value.isoformat(sep=" "))
    if isinstance(value, date | time):
        return Native(value.isoformat())
    return Unreadable(str(value), "text, a number or a date")


def _number(value: int | float) -> str:
    if abs(value) >= 10**_SIGNIFICANT:
        shown = str(value) if isinstance(value, int) else f"{value:.0f}"
        return Unreadable(shown, f"at most {_SIGNIFICANT} digits: a workbook keeps no more of a number; export as CSV")
    if isinstance(value, int):
        return Native(value)
    exact = Decimal(f"{value:.{_SIGNIFICANT}g}")
    return Native(f"{exact.normalize():f}" if exact == exact.to_integral_value() else f"{exact:f}")
