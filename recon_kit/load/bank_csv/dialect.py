"""Which layout a CSV file has, told by its header alone, and how far it is from the nearest one if it has none."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from recon_kit.layouts.declare import Layout
from recon_kit.load.source import SourceFile

HEADER_WITHIN = 40
_ENOUGH_TO_NAME = 0.4
_LONGEST_HEADER = 4_000


@dataclass(frozen=True)
class Header:
    """Where a layout's header stands in a file.

    Args:
        line: counted from 1; 0 where the layout has no header.
        cells: the layout's own names of the columns, in the file's order; "" behind a trailing delimiter.
        written: the names as the file writes them.
    """

    line: int
    delimiter: str
    cells: tuple[str, ...]
    written: tuple[str, ...]

    def position(self, column: str) -> int | None:
        """Where a column stands; "Währung@Betrag" is the Währung right of Betrag."""
        name, _, left = column.partition("@")
        for index, cell in enumerate(self.cells):
            if cell == name and (not left or (index and self.cells[index - 1] == left)):
                return index
        return None


def find_header(layout: Layout, lines: Iterable[str]) -> Header | None:
    """The layout's header within the first lines of a file, if it stands there exactly."""
    if layout.header.absent:
        return Header(0, layout.file.delimiters[0], layout.header.columns, layout.header.columns)
    allowed = Counter((*layout.header.columns, *layout.header.optional))
    needed = Counter(layout.header.columns)
    for number, delimiter, cells in _heads(lines, layout.file.delimiters):
        names = _own_names(layout, cells)
        body = Counter(names[:-1] if names[-1] == "" else names)
        if body <= allowed and needed <= body:
            return Header(number, delimiter, names, tuple(cells))
    return None


def fitting(file: SourceFile, known: Mapping[str, Layout]) -> list[str]:
    """The names of the layouts whose header the file has."""
    return [
        name
        for name, layout in known.items()
        if not layout.header.absent and any(find_header(layout, lines) for lines in _heads_as_text(file, layout))
    ]


def nearest_layout(file: SourceFile, known: Iterable[Layout]) -> str | None:
    """What keeps a file from having the layout that it is nearest to, as part of a sentence; None if none is near."""
    best: tuple[float, str] = (_ENOUGH_TO_NAME, "")
    for layout in known:
        if layout.header.absent:
            continue
        for lines in _heads_as_text(file, layout):
            for number, _, cells in _heads(lines, layout.file.delimiters):
                score, told = _distance(layout, number, cells)
                best = max(best, (score, told))
    return best[1] or None


def _distance(layout: Layout, number: int, cells: list[str]) -> tuple[float, str]:
    names = [name for name in _own_names(layout, cells) if name]
    needed, known = set(layout.header.columns), {*layout.header.columns, *layout.header.optional}
    score = len(needed & set(names)) / len(needed | set(names))
    missing = [repr(name) for name in layout.header.columns if name not in names]
    unexpected = [repr(name) for name in names if name not in known]
    repeated = [repr(name) for name, n in Counter(names).items() if n > 1 and name in known]
    parts = [f"{word} {', '.join(found)}" for word, found in _words(missing, unexpected, repeated) if found]
    return score, f"line {number} is nearest to the bank layout {layout.name!r}, but {' and '.join(parts)}"


def _words(missing: list[str], unexpected: list[str], repeated: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield "lacks", missing
    yield "has the unknown column", unexpected
    if not missing and not unexpected:
        yield "repeats", repeated


def _heads(lines: Iterable[str], delimiters: tuple[str, ...]) -> Iterator[tuple[int, str, list[str]]]:
    for number, line in enumerate(lines, 1):
        for delimiter in delimiters:
            if delimiter in line and len(line) < _LONGEST_HEADER:
                try:
                    yield number, delimiter, next(csv.reader([line], delimiter=delimiter, strict=True))
                except (csv.Error, StopIteration):  # a line of the preamble, no header
                    continue


def _heads_as_text(file: SourceFile, layout: Layout) -> Iterator[list[str]]:
    raw = file.head
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else layout.file.encodings
    for encoding in encodings:
        yield raw.decode(encoding, errors="replace").lstrip("\ufeff").splitlines()[:HEADER_WITHIN]


def _own_names(layout: Layout, cells: list[str]) -> tuple[str, ...]:
    own = {plain(name): name for name in (*layout.header.columns, *layout.header.optional)}
    own |= {plain(other): name for name, others in layout.header.spellings.items() for other in others}
    return tuple(own.get(plain(cell), cell.strip()) for cell in cells)


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A column's name as it is compared: composed characters, single blanks, no case."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\ufeff", "").split()).casefold()
