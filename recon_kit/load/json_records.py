"""Records of a JSON export with the line each begins on; numbers stay the text they were written as."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from recon_kit.errors import Fault, LoadError
from recon_kit.load.source import SourceFile

_BLANK = re.compile(r"[ \t\n\r]*")
_CONTAINERS = ("d", "results", "value", "data")

Record = dict[str, Any]


@dataclass
class JsonRecords:
    """Records in file order as (line, fields), and the fields that stand beside the list at the top."""

    records: list[tuple[int, Record]] = field(default_factory=list)
    beside: dict[str, Any] = field(default_factory=dict)


def json_records(file: SourceFile) -> JsonRecords:
    """The records of `[...]`, `{"value": [...]}`, `{"data": [...]}`, `{"d": [...]}` or `{"d": {"results": [...]}}`.

    Numbers come as text, exactly as written (an exponent written out), never as floats.

    Raises:
        LoadError: one fault with its line for broken or truncated JSON; one for each record that is no object.
    """
    encoding = file.encoding(("utf-8",))
    with io.TextIOWrapper(file.open(), encoding=encoding) as text:
        return _Walk(file, text.read()).walk()


class _Walk:
    def __init__(self, file: SourceFile, text: str) -> None:
        self.file, self.text = file, text
        self.decoder = json.JSONDecoder(
            parse_float=_written_out, parse_int=str, parse_constant=self._no_number, object_pairs_hook=_once
        )
        self.found = JsonRecords()
        self.lists = 0
        self._line, self._counted = 1, 0

    def walk(self) -> JsonRecords:
        try:
            at = self._blank(self._value(self._blank(0)))
            if at < len(self.text):
                raise ValueError("the end of the file")
        except json.JSONDecodeError as error:
            raise LoadError(
                self.file.name, [Fault(f"whole JSON, but it breaks off or goes wrong here ({error.msg})", error.lineno)]
            ) from error
        except RecursionError as error:
            raise LoadError(self.file.name, [Fault("JSON of ordinary depth", self._line)]) from error
        except ValueError as error:
            raise LoadError(self.file.name, [Fault(str(error), self._line)]) from error
        if not self.lists:
            raise LoadError(self.file.name, [Fault(f"a list of records, alone or under {', '.join(_CONTAINERS)}", 1)])
        if faults := [
            Fault("a record with named fields", line) for line, record in self.found.records if not isinstance(record, dict)
        ]:
            raise LoadError(self.file.name, faults)
        return self.found

    def _value(self, at: int) -> int:
        if self._at(at) == "[":
            return self._list(at + 1)
        if self._at(at) == "{":
            return self._object(at + 1)
        raise json.JSONDecodeError("a list or an object was expected", self.text, at)

    def _list(self, at: int) -> int:
        self.lists += 1
        at = self._blank(at)
        if self._at(at) == "]":
            return at + 1
        while True:
            line = self._line_of(at)
            record, at = self.decoder.raw_decode(self.text, at)
            self.found.records.append((line, record))
            at = self._blank(at)
            if self._at(at) == "]":
                return at + 1
            at = self._blank(self._expect(at, ","))

    def _object(self, at: int) -> int:
        at = self._blank(at)
        if self._at(at) == "}":
            return at + 1
        while True:
            self._line_of(at)
            name, at = self.decoder.raw_decode(self.text, at)
            at = self._blank(self._expect(self._blank(at), ":"))
            if name in _CONTAINERS and self._at(at) in ("[", "{"):
                at = self._value(at)
            else:
                self.found.beside[str(name)], at = self.decoder.raw_decode(self.text, at)
            at = self._blank(at)
            if self._at(at) == "}":
                return at + 1
            at = self._blank(self._expect(at, ","))

    def _at(self, at: int) -> str:
        return self.text[at : at + 1]

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _expect(self, at: int, mark: str) -> int:
        if self._at(at) != mark:
            raise json.JSONDecodeError(f"{mark!r} was expected", self.text, at)
        return at + 1

    def _line_of(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def _no_number(self, written: str) -> NoReturn:
        raise ValueError(f"a number, but {written} is none")


def _written_out(text: str) -> str:
    if "e" not in text and "E" not in text:
        return text
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    return f"{number:f}" if isinstance(exponent, int) and abs(exponent) < 40 else text


def _once(pairs: Iterable[tuple[str, Any]]) -> Record:
    pairs = list(pairs)
    built = dict(pairs)
    if len(built) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"each field once, but {twice!r} stands twice in a record")
    return built
