"""A camt message as a stream of records with true line numbers, and every refusal that concerns XML itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any
from xml.parsers import expat

from recon_kit.errors import Fault, LoadError
from recon_kit.load.camt.schema import DOCUMENT, EACH, INSIDE, MIXED, ONCE, RECORD, Node
from recon_kit.load.source import SourceFile

_CHUNK = 1 << 16
_LONGEST = 1_000_000
_TOO_LONG = f"values of at most {_LONGEST:,} characters, but here is a longer one"
_DEEPEST = 500
_MOST_PIECES = 10_000_000
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_STREAMED = frozenset({"GrpHdr", "Ntry", "Rpt", "Stmt", "Ntfctn"})


class Record:
    """One element that repeats (a statement, an entry, a balance ...) with what is declared for it in `SHAPES`.

    Args:
        name: its tag.
        line: the line it begins on.
        parent: the record around it.
    """

    __slots__ = ("each", "line", "lines", "name", "parent", "parts", "text", "values")

    def __init__(self, name: str, line: int, parent: Record | None) -> None:
        self.name, self.line, self.parent = name, line, parent
        self.values: dict[str, str] = {}
        self.each: dict[str, list[str]] = {}
        self.lines: dict[str, int] = {}
        self.parts: dict[str, list[Record]] = {}
        self.text = ""

    def all(self, name: str) -> list[Record]:
        """The records of one sort within this one."""
        return self.parts.get(name, [])

    def line_of(self, field: str) -> int:
        """The line that a field stands on; the record's own if it is missing."""
        return self.lines.get(field, self.line)


def records(file: SourceFile, encoding: str | None, faults: list[Fault]) -> Iterator[Record]:
    """Group headers, entries and statements as each is complete; a statement comes after its entries.

    Args:
        encoding: overrides what the file declares of itself.
        faults: gets what is wrong in single elements; reading goes on.
    Raises:
        LoadError: no well-formed XML, a DOCTYPE (and so every entity), a value or a nesting beyond all measure.
    """
    done: list[Record] = []
    path: list[Node] = []
    text: list[str] = []
    parser = _parser(encoding)
    parser.StartElementHandler, parser.EndElementHandler = _handlers(parser, done, path, text, faults)
    parser.CharacterDataHandler = text.append

    def refuse(*_: Any) -> None:
        raise LoadError(file.name, [Fault("XML without a DOCTYPE (it could define entities)", parser.CurrentLineNumber)])

    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    with file.open() as raw:
        while True:
            chunk = raw.read(_CHUNK)
            _parse(parser, chunk, fed, file.name)
            yield from done
            done.clear()
            fed += len(chunk)
            if not chunk:
                return
            _refuse_endless(file.name, parser, fed, path, text)


def _parser(encoding: str | None) -> expat.XMLParserType:
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    return parser


def _handlers(
    parser: expat.XMLParserType, done: list[Record], path: list[Node], text: list[str], faults: list[Fault]
) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    """The two functions that run once per tag: closures, since they are called millions of times."""
    node, mark, record = DOCUMENT, 0, Record("", 0, None)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal node, mark, record
        path.append(node)
        node = node[tag]
        role = node.role
        if role == INSIDE:
            return
        if role >= ONCE:
            line = parser.CurrentLineNumber
            if role == RECORD:
                if node.field in _STREAMED:
                    text.clear()
                record = Record(node.field, line, record)
            elif role == MIXED:
                faults.append(Fault("text without elements in it", line, path[-1].field or tag, f"<{tag}>"))
            elif node.field in record.lines and node.field in record.values:
                faults.append(Fault("one value, but it stands here a second time", line, f"{record.name}/{node.field}", tag))
            else:
                record.lines[node.field] = line
        if attributes and "Ccy" in attributes:
            record.values.setdefault(node.field + "@", attributes["Ccy"])
        mark = len(text)

    def end(_: str) -> None:
        nonlocal node, mark, record
        role = node.role
        if role == RECORD:
            closed, record = record, record.parent or record
            if closed.name in _STREAMED:
                closed.text = "".join(text) if closed.name == "Ntry" else ""
                done.append(closed)
            else:
                closed.parent = None  # no cycle: each entry is freed as soon as it is read
                record.parts.setdefault(closed.name, []).append(closed)
        elif role:
            value = text[mark] if len(text) == mark + 1 else "".join(text[mark:])
            mark = len(text)
            if not (bare := value.strip()):
                pass
            elif role == EACH:
                record.each.setdefault(node.field, []).append(value)
            elif role != MIXED:
                record.values.setdefault(node.field, bare)
            if len(value) > _LONGEST:
                faults.append(Fault(_TOO_LONG, parser.CurrentLineNumber, f"{record.name}/{node.field}", value))
        node = path.pop()

    return start, end


def _parse(parser: expat.XMLParserType, chunk: bytes, fed: int, name: str) -> None:
    try:
        parser.Parse(chunk, not chunk)
    except expat.ExpatError as error:
        told = f"well-formed XML, but at column {error.offset + 1}: {expat.errors.messages.get(error.code, error)}"
        at = parser.ErrorByteIndex - fed
        if error.code == _INVALID and 0 <= at < len(chunk) and chunk[at] > 127:
            told += f" (byte 0x{chunk[at]:02X} does not fit the encoding that the file declares)"
        raise LoadError(name, [Fault(told, error.lineno)]) from error
    except (LookupError, ValueError, UnicodeError) as error:  # an encoding that Python does not know either
        raise LoadError(name, [Fault(f"XML in a known encoding ({error})", 1)]) from error


def _refuse_endless(name: str, parser: expat.XMLParserType, fed: int, path: list[Node], text: list[str]) -> None:
    """A single token longer than any bank writes, or elements nested without end, before they fill the memory."""
    line = parser.CurrentLineNumber
    if len(path) > _DEEPEST:
        raise LoadError(name, [Fault(f"XML at most {_DEEPEST} elements deep, but it goes {len(path):,} deep", line)])
    if fed - parser.CurrentByteIndex > _LONGEST + _CHUNK or _running(text) > _LONGEST:
        raise LoadError(name, [Fault(_TOO_LONG, line)])
    if len(text) > _MOST_PIECES:
        raise LoadError(name, [Fault("entries of ordinary size, but here is one without end", line)])


def _running(text: list[str]) -> int:
    """The length of the text that goes on at the end of a chunk: pieces as long as chunks, one after the other."""
    return sum(map(len, takewhile(lambda piece: len(piece) > _CHUNK // 5, reversed(text))))
