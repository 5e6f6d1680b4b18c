"""The records of a CSV file with the line that each begins on; nothing is guessed and no record is lost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recon_kit.errors import Fault
from recon_kit.layouts.declare import Layout
from recon_kit.load.bank_csv.dialect import Header
from recon_kit.load.source import SourceFile


@dataclass
class Records:
    """A file cut into its parts.

    Args:
        rows: as many fields each as the header; wholly empty rows are no records.
        lines: the line on which each row begins, counted from 1.
        preamble, footer: (line, text) around the rows; in the footer only those that the layout's patterns know.
    """

    header: Header
    preamble: list[tuple[int, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    footer: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def column(self, name: str) -> list[str] | None:
        """One column's fields without outer blanks; None where this file does not have it."""
        at = self.header.position(name)
        return None if at is None else [row[at].strip() for row in self.rows]

    def written(self, name: str) -> str:
        """A column's name as this file writes it."""
        at = self.header.position(name)
        return name if at is None else self.header.written[at].strip()

    def only(self, keep: list[bool]) -> None:
        """Leave out rows by rule; who calls counts and notes them."""
        self.rows = [row for row, kept in zip(self.rows, keep, strict=True) if kept]
        self.lines = [line for line, kept in zip(self.lines, keep, strict=True) if kept]


def cut(file: SourceFile, encoding: str, layout: Layout, header: Header) -> Records:
    """The file's preamble, rows and footer; what breaks the CSV grammar is a fault with its line."""
    records = Records(header)
    with io.TextIOWrapper(file.open(), encoding=encoding, newline="") as text:
        for number in range(1, header.line + 1):
            line = next(text).rstrip("\r\n")
            if number < header.line:
                records.preamble.append((number, line))
        _walk(records, csv.reader(text, delimiter=header.delimiter, strict=True), layout)
    return records


def _walk(records: Records, reader: Iterator[list[str]], layout: Layout) -> None:
    width = len(records.header.cells)
    spare = layout.file.trailing_delimiter and records.header.cells[-1] != ""
    footers = [re.compile(pattern) for pattern in layout.footer.patterns]
    offset = records.header.line
    while True:
        line = offset + reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            records.faults.append(Fault(f"a record with sound quotes, but: {error}", line))
            continue
        if footers and any(pattern.search(records.header.delimiter.join(row)) for pattern in footers):
            records.footer.append((line, records.header.delimiter.join(row)))
        elif len(row) == width or (spare and len(row) == width + 1 and not row[-1]):
            if any(row):
                records.rows.append(row)
                records.lines.append(line)
        elif any(row):
            begins = records.header.delimiter.join(row)[:60]
            records.faults.append(Fault(f"{width} fields as in the header, but there are {len(row)}: {begins!r}", line))
