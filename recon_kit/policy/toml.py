"""TOML into frozen dataclasses: every wrong key and value is named with its line and the nearest right one, all at once."""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints, runtime_checkable

from recon_kit.errors import Fault, PolicyError, nearest
from recon_kit.money import minor_units

T = TypeVar("T")


class Amounts(dict[str, int]):
    """Minor units by currency, written as `{ EUR = "50000.00", CHF = "40000.00" }`."""


@runtime_checkable
class Checked(Protocol):
    """A dataclass that looks at its own values: what cannot be, as (key, what stands there, what should)."""

    def contradictions(self) -> Iterable[tuple[str, object, str]]:
        """Nothing where all is well; what stands under `secret` is never shown."""


def parse(cls: type[T], text: str, place: str) -> T:
    """The dataclass that a TOML text describes.

    A field `from_` is the key `from`; `ADVICE` of a class says what to write instead of keys that people try.

    Raises:
        PolicyError: broken TOML, unknown keys (with the nearest right one), missing keys, values of a wrong kind.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise PolicyError(place, [Fault(f"valid TOML: {error}", line=int(line[1]) if line else None)]) from error
    reading = _Reading(_lines(text))
    built = reading.build(cls, data, ())
    if reading.faults:
        by_line = sorted(reading.faults, key=lambda fault: fault.line or 0)
        raise PolicyError(place, by_line)
    return built  # type: ignore[no-any-return]


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of each key, by its path; tables of an array are told apart by number."""
    lines: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\[([^\]]+)\]\]", line):
            name = _path(found[1])
            counts[name] = counts.get(name, -1) + 1
            table = (*name, str(counts[name]))
            lines[table] = number
        elif found := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
            table = _path(found[1])
            if (array := table[:1]) in counts and len(table) > 1:
                table = (*array, str(counts[array]), *table[1:])
            lines[table] = number
        elif found := re.match(r"\s*([A-Za-z0-9_\-.\"']+)\s*=", line):
            lines.setdefault((*table, *_path(found[1])), number)
    return lines


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


@dataclass
class _Reading:
    lines: dict[tuple[str, ...], int]

    def __post_init__(self) -> None:
        self.faults: list[Fault] = []

    def line(self, path: tuple[str, ...]) -> int | None:
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)

    def fault(self, path: tuple[str, ...], found: object, expected: str) -> None:
        if found is not None and path[-1:] == ("secret",):
            found = "(not shown)"
        self.faults.append(Fault(expected, self.line(path), ".".join(path), None if found is None else str(found)))

    def build(self, cls: type, data: Any, path: tuple[str, ...]) -> Any:
        if not isinstance(data, dict):
            return self.fault(path, data, "a table")
        before = len(self.faults)
        hints, known = get_type_hints(cls), {field.name.rstrip("_"): field for field in fields(cls)}
        values = {}
        for name, value in data.items():
            if name in known:
                values[known[name].name] = self.value(hints[known[name].name], value, (*path, name))
            else:
                told = getattr(cls, "ADVICE", {}).get(name) or nearest(name, known) or f" (known here are {', '.join(known)})"
                self.faults.append(Fault(f"no key {'.'.join((*path, name))!r}{told}", self.line((*path, name))))
        for name, field in known.items():
            if name not in data and field.default is MISSING and field.default_factory is MISSING:
                self.fault((*path, name), None, f"{_kind(hints[field.name])} here")
        return None if len(self.faults) > before else self.checked(cls(**values), path)

    def checked(self, built: Any, path: tuple[str, ...]) -> Any:
        """A part of the file, after what it says against itself, if it has a word in that."""
        if isinstance(built, Checked):
            for key, found, expected in built.contradictions():
                self.fault((*path, *_path(key)), found, expected)
        return built

    def value(self, hint: Any, value: Any, path: tuple[str, ...]) -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.one_of([arg for arg in args if arg is not type(None)], value, path)
        if hint is Amounts:
            return self.amounts(value, path)
        if is_dataclass(hint):
            return self.build(hint, value, path)  # type: ignore[arg-type]
        if origin is Literal:
            if value in args:
                return value
            return self.fault(path, value, f"one of {', '.join(map(str, args))}{nearest(str(value), map(str, args))}")
        if origin is tuple:
            items = value if isinstance(value, list) else [value]
            return tuple(self.value(args[0], item, (*path, str(n))) for n, item in enumerate(items))
        if origin in (dict, Mapping):
            if not isinstance(value, dict):
                return self.fault(path, value, "a table")
            return {name: self.value(args[1], item, (*path, name)) for name, item in value.items()}
        return self.scalar(hint, value, path)

    def one_of(self, hints: list[Any], value: Any, path: tuple[str, ...]) -> Any:
        """One of several tables is told by its `kind`; of other types the first is meant."""
        if len(hints) == 1 or not isinstance(value, dict) or not all(map(is_dataclass, hints)):
            return self.value(hints[0], value, path)
        kinds = {kind: hint for hint in hints for kind in get_args(get_type_hints(hint)["kind"])}
        kind = self.value(Literal[tuple(kinds)], value["kind"], (*path, "kind")) if "kind" in value else None
        if kind is not None:
            return self.build(kinds[kind], value, path)
        return None if "kind" in value else self.fault((*path, "kind"), None, f"one of {', '.join(kinds)} here")

    def scalar(self, hint: Any, value: Any, path: tuple[str, ...]) -> Any:
        if hint is float and type(value) is int:
            return float(value)
        if type(value) is hint or (hint is Any):
            return value
        return self.fault(path, value, _kind(hint))

    def amounts(self, value: Any, path: tuple[str, ...]) -> Amounts:
        if not isinstance(value, dict):
            self.fault(path, value, 'amounts by currency, such as { EUR = "50000.00" }')
            return Amounts()
        built = Amounts()
        for currency, text in value.items():
            try:
                if not isinstance(text, str) or "," in text:
                    raise ValueError("written as text, with a point for decimals and nothing between thousands")
                built[currency] = minor_units(text, currency, ".")
            except ValueError as error:
                self.fault((*path, currency), text, f'an amount as text, such as "50000.00" ({error})')
        return built


def _kind(hint: Any) -> str:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false", date: "a date as 2026-07-31"}
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    return names.get(hint, "a table" if is_dataclass(hint) else "a list" if get_origin(hint) is tuple else "a value")
