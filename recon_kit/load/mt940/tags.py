"""SWIFT statement files as numbered tags: wrappers, trailers and head lines off, wrapped text kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TAG = re.compile(r"\s{0,3}:(NS|(?:13|20|21|25|28|34|60|61|62|64|65|86|90)[A-Z]?):")
_HEADER = frozenset(("13", "21", "25", "28", "34", "60"))
_NEVER_AFTER_TEXT = frozenset(("13", "21", "25", "28"))
_WRAPPER = re.compile(r":94[02]:$|(?:-\})?(?:\{[1-5S]:(?:[^{}]|\{[^{}]*\})*\})*(?:\{4:)?")
_CLOCK = re.compile(r"\d\d(?:\D|$)")
_CONTROL = "\x01\x03\x1a"
_ENTRY_TAGS = frozenset((":61:", ":86:"))
_MAY_BEGIN = frozenset(":{- " + _CONTROL)
_BETWEEN = re.compile(rf"\n(?=[{re.escape(''.join(sorted(_MAY_BEGIN)))}])")


@dataclass(slots=True)
class Tag:
    """One field: the line it begins on, its name without colons, and its lines as they stand in the file."""

    line: int
    name: str
    lines: list[str]


def tags(blocks: Iterable[str]) -> Iterator[Tag]:
    """The fields of a file in order, streamed; what stands outside the messages is left out.

    A lone "-" ends a message only if a new one, or nothing, follows: a line of payment text may begin with "-" or be
    nothing else. Likewise payment text that breaks inside a time of day (":20:15 Uhr") is no tag.

    Source: SWIFT MT940/MT942 and DFÜ-Abkommen Anlage 3 chapter 8; the rest as banks write it.
    """
    current: Tag | None = None
    doubtful: Tag | None = None  # text before a ":20:" that may be a time of day
    aside: list[str] | None = None  # what follows a "-" that may be a trailer
    text: list[str] = []  # where the lines that begin no field go: the field now open, or aside
    for number, lines in _runs(blocks):
        if lines[0][:1] not in _MAY_BEGIN:
            text.extend(lines)
            continue
        lines[0] = line = lines[0].strip(_CONTROL)
        if aside is None and doubtful is None and line[:4] in _ENTRY_TAGS:  # nearly all tags, told without a pattern
            if current is not None:
                yield current
            lines[0] = line[4:]
            current, text = Tag(number, line[1:3], lines), lines
            continue
        if line.startswith(("{", "-}", ":94")) and (wrapper := _WRAPPER.match(line)) and wrapper.end():
            lines[0] = line = line[wrapper.end() :]
            text = aside = ["-}"]
            if not line.strip():
                text.extend(lines[1:])
                continue
        found = _TAG.match(line)
        if found is None:
            if aside is None and line.rstrip() == "-":
                text = aside = lines
            else:
                text.extend(lines)
            continue
        name = found[1]
        if aside is not None:
            if aside[0] != "-}" and current is not None and name[:2] in ("61", "86", "62", "NS"):
                current.lines.extend(aside)
            aside = None
        elif current is not None and current.name == "86" and name[:2] in _NEVER_AFTER_TEXT:
            text.extend(lines)
            continue
        elif current is not None and current.name == "86" and name == "20":
            lines[0] = line[found.end() :]
            doubtful, current, text = current, Tag(number, name, lines), lines
            continue
        if doubtful is not None and current is not None:
            if name[:2] in _HEADER:
                yield doubtful
            else:
                current = _as_text(doubtful, current)
            doubtful = None
        if current is not None:
            yield current
        lines[0] = line[found.end() :]
        current, text = Tag(number, name, lines), lines
    if doubtful is not None and current is not None:
        if _CLOCK.match(current.lines[0]):
            current = _as_text(doubtful, current)
        else:
            yield doubtful
    if current is not None:
        yield current


def _runs(blocks: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines that may begin a field, each with its number and the lines below that cannot."""
    number = 1
    for block in blocks:
        for run in _BETWEEN.split(block):
            lines = run.split("\n")
            yield number, lines
            number += len(lines)


def _as_text(before: Tag, mistaken: Tag) -> Tag:
    before.lines.extend([f":{mistaken.name}:{mistaken.lines[0]}", *mistaken.lines[1:]])
    return before
