"""Rows of a CSV or XLSX sheet as text with their true line numbers: one way in for every reader of sheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from recon_kit.errors import Fault
from recon_kit.load.archive import is_workbook
from recon_kit.load.source import SourceFile
from recon_kit.load.workbook import Native, Unreadable, sheet_heads, sheet_rows

DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "cp1252")
HEAD_ROWS = 60

__all__ = [
    "DELIMITERS", "Columns", "Native", "Row", "Sheet", "Spot", "Unreadable", "caption", "find", "head_block",
    "heads", "read_sheet",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on, counted from 1, and its cells without outer blanks ("" for an empty one)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Spot:
    """Where a sheet's header stands.

    Args:
        index: rows before it.
        title: the workbook's sheet; None in a CSV.
        delimiter: of a CSV; None in a workbook.
    """

    index: int
    title: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A whole sheet; `encoding` is None for a workbook, `faults` are rows whose quotes are broken."""

    rows: list[Row]
    encoding: str | None
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def is_workbook(self) -> bool:
        """Whether numbers and dates may be `Native`."""
        return self.encoding is None

    def records(self, index: int) -> tuple[list[Row], list[Fault]]:
        """The rows below the header at `index`, blank ones left out, and a fault for each whose fields do not fit it.

        A CSV row may end in blank fields that the header does not have; cells that a workbook leaves out are filled in.
        """
        width = len(self.rows[index].cells)
        kept, faults = [], [*self.faults]
        for row in self.rows[index + 1 :]:
            if not any(row.cells):
                continue
            if len(row.cells) < width and self.is_workbook:
                row = Row(row.line, row.cells + ("",) * (width - len(row.cells)))
            if len(row.cells) < width or any(row.cells[width:]):
                faults.append(Fault(f"{width} fields as in the header, but the row has {len(row.cells)}", row.line))
                continue
            kept.append(row)
        return kept, faults


class Columns:
    """Which cell of a row holds which column.

    Args:
        header: the captions as the file has them.
        known: for each name that the reader uses, the captions it may have; compared by letters and digits only.
        positions: names that stand for a place, counted from 0, whatever its caption.
    """

    def __init__(
        self, header: Sequence[str], known: Mapping[str, Sequence[str]], positions: Mapping[str, int] | None = None
    ) -> None:
        self.header = header
        first = {caption(text): index for index, text in reversed(list(enumerate(header)))}
        self._at = dict(positions or {})
        for name, others in known.items():
            key = next((key for key in map(caption, (name, *others)) if key in first), None)
            if key is not None:
                self._at[name] = first[key]

    def __contains__(self, name: str) -> bool:
        return name in self._at

    def cell(self, row: Row, name: str) -> str:
        """The cell, or "" where the file has no such column."""
        at = self._at.get(name)
        return row.cells[at] if at is not None else ""

    def shown(self, name: str) -> str:
        """The column in the file's own words."""
        return self.header[self._at[name]] if name in self._at else name


def caption(text: str) -> str:
    """A caption by its letters and digits, so that `COMPLETEDDATETIME` is `Completed date/time`."""
    return "".join(c for c in text.casefold() if c.isalnum())


def find(file: SourceFile, fits: Callable[[tuple[str, ...]], bool]) -> Spot | None:
    """The first row of the head, in any sheet or by any delimiter, that `fits` takes for the header; None if none does."""
    return next((spot for spot, cells in heads(file) if fits(cells)), None)


def heads(
    file: SourceFile, *, delimiters: str = DELIMITERS, title: str | None = None, encoding: str | None = None
) -> Iterator[tuple[Spot, tuple[str, ...]]]:
    """Each row near the top that could be the header, in every sheet or by every delimiter, with its cells."""
    if file.head.startswith(b"PK\x03\x04"):
        for sheet, rows in sheet_heads(file, HEAD_ROWS) if is_workbook(file) else ():
            if title in (None, sheet):
                yield from ((Spot(index, sheet), cells) for index, cells in enumerate(rows))
        return
    text = file.head.decode(encoding, errors="replace") if encoding else file.head_text
    for delimiter in delimiters:
        if delimiter in text:
            rows = _csv_head(islice(io.StringIO(text, newline=""), HEAD_ROWS), delimiter)
            yield from ((Spot(index, None, delimiter), cells) for index, cells in enumerate(rows))


def read_sheet(file: SourceFile, spot: Spot, encoding: str | None = None) -> Sheet:
    """The whole sheet that `spot` names.

    Raises:
        LoadError: bytes that are no text or a damaged workbook, with the line.
    """
    if spot.delimiter is None:
        return Sheet([Row(line, cells) for line, cells in sheet_rows(file, spot.title)], None)
    used = file.encoding((encoding,) if encoding else ENCODINGS)
    faults: list[Fault] = []
    return Sheet(list(_csv_rows(file, spot.delimiter, used, faults)), used, faults)


def head_block(rows: Sequence[Row]) -> dict[str, tuple[int, str, str]]:
    """The captioned values above a header: caption -> (line, caption as written, value)."""
    found: dict[str, tuple[int, str, str]] = {}
    for row in rows:
        cells = [cell for cell in row.cells if cell]
        if len(cells) == 1 and ":" in cells[0]:
            cells = [part.strip() for part in cells[0].split(":", 1)]
        if len(cells) >= 2:
            found.setdefault(caption(cells[0]), (row.line, cells[0].rstrip(": "), cells[1]))
    return found


def _csv_head(lines: Iterable[str], delimiter: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            rows.append(tuple(cell.strip() for cell in cells))
    except csv.Error:  # what is no CSV has no header either
        return rows
    return rows


def _csv_rows(file: SourceFile, delimiter: str, encoding: str, faults: list[Fault]) -> Iterator[Row]:
    with io.TextIOWrapper(file.open(), encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                faults.append(Fault(f"fields in whole quotes, but {error}", line))
                cells = []  # keeps the place of a row above the header
            yield Row(line, tuple([cell.strip() for cell in cells]))
