"""Writing the sample: files below one folder with LF or given line ends, and the little grammar that all formats share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass
class Files:
    """A folder to write into; remembers what was written, by path below it."""

    folder: Path
    written: list[str] = field(default_factory=list)

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file, its folders included; text is UTF-8 with the line ends it has."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        self.written.append(name)


def decimal(minor: int, mark: str = ".") -> str:
    """Minor units of a currency with two decimals as text.

    >>> decimal(-119005), decimal(5, ",")
    ('-1190.05', '0,05')
    """
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}{mark}{abs(minor) % 100:02d}"


def german(day: date) -> str:
    """DD.MM.YYYY."""
    return f"{day:%d.%m.%Y}"


def csv_field(text: str, delimiter: str = ",") -> str:
    """A field of a CSV, quoted only where it must be."""
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_text(header: list[str], rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    """A CSV with a header."""
    return "".join(delimiter.join(csv_field(cell, delimiter) for cell in row) + end for row in [header, *rows])
