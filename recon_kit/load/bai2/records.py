"""BAI2 files as logical records: continuations joined, every record with its line and its count of physical lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODES = frozenset(("01", "02", "03", "16", "49", "98", "99"))
_FUNDS = {"": 0, "0": 0, "1": 0, "2": 0, "Z": 0, "V": 2, "S": 3}


@dataclass(slots=True)
class Record:
    """One record with its 88 continuations; `parts` are the bodies of its physical lines, without code and "/"."""

    line: int
    code: str
    parts: list[str]

    @property
    def fields(self) -> list[str]:
        """All fields, those of the continuations following on."""
        return [field.strip() for field in ",".join(self.parts).split(",")]


def records(numbered: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """The records of a file in order, streamed; a record with an unknown code keeps it, for the reader to refuse."""
    current: Record | None = None
    for number, line in numbered:
        text = line.strip(" \t\x1a\ufeff")
        if not text:
            continue
        code, _, body = text.partition(",")
        body = body[:-1] if body.endswith("/") else body
        if code == "88" and current is not None:
            current.parts.append(body)
            continue
        if current is not None:
            yield current
        current = Record(number, code.rstrip("/"), [body])
    if current is not None:
        yield current


def after_funds(fields: list[str], at: int) -> int:
    """Index of the field behind a funds type at `at` and whatever belongs to it.

    Raises:
        ValueError: no funds type, or a distribution without its count.
    Source: BAI2 funds types 0, 1, 2, Z (nothing more), V (date, time), S (three amounts), D (n, then n times days, amount).
    """
    kind = fields[at] if at < len(fields) else ""
    if kind == "D":
        count = fields[at + 1] if at + 1 < len(fields) else ""
        if not count.isdigit():
            raise ValueError(count)
        return at + 2 + 2 * int(count)
    if kind not in _FUNDS:
        raise ValueError(kind)
    return at + 1 + _FUNDS[kind]
