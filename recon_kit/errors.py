"""What goes wrong on purpose: every error carries all its faults as data and prints them in the user's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, with the place where a person can mend it.

    Args:
        line: line in the file, counted from 1 as an editor does; None where a file has no lines.
        field: the column or tag in the file's own words.
        found: the raw text that stands there; None where the field itself is missing.
        expected: what should stand there instead, as the rest of a sentence ("a date as DD.MM.YYYY").
    """

    expected: str
    line: int | None = None
    field: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        if self.field is None:
            return self.expected
        there = "is missing" if self.found is None else f"is {_short(self.found)!r}"
        return f"{self.field} {there}, expected {self.expected}"


class ReconError(Exception):
    """Base of every error that this package raises on purpose."""


class FaultyError(ReconError):
    """A thing with one or many faults; prints one line a fault, as `place:line: message`."""

    def __init__(self, place: str, faults: Iterable[Fault | str]) -> None:
        self.place = place
        self.faults: Sequence[Fault] = [f if isinstance(f, Fault) else Fault(f) for f in faults]
        super().__init__(place, self.faults)

    def __str__(self) -> str:
        shown = [self._line(fault) for fault in self.faults[:_SHOWN]]
        if len(self.faults) > _SHOWN:
            shown.append(f"{self.place}: and {len(self.faults) - _SHOWN} more like these")
        return "\n".join(shown)

    def _line(self, fault: Fault) -> str:
        line = "" if fault.line is None else f":{fault.line}"
        said = f"expected {fault.expected}" if fault.field is None else str(fault)
        return f"{self.place}{line}: {said}"


class LoadError(FaultyError):
    """A source file was refused whole; `faults` holds each bad line."""


class ManyLoadErrors(LoadError):  # noqa: N818 (the plural is the point)
    """Several files were refused at once; prints the faults of each under its own name."""

    def __init__(self, errors: Sequence[LoadError]) -> None:
        self.errors = list(errors)
        super().__init__(f"{len(errors)} files", [fault for error in errors for fault in error.faults])

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class TableError(FaultyError):
    """A frame breaks its declared table; `faults` holds every breach found."""


class PolicyError(FaultyError):
    """`recon.toml`, `rules.toml` or a layout says something that cannot be followed."""


class ModelError(FaultyError):
    """A model file is not registered, was altered, or asks for what this engine cannot compute."""


class ParameterError(FaultyError):
    """A command or notebook was called with values that it does not take."""


class BookingError(FaultyError):
    """What is matched cannot be posted or written as it is; nothing of the batch is made."""


class PeriodError(FaultyError):
    """A period cannot be signed, opened again, taken back or made again as it stands; nothing was written."""


class DeliveryError(FaultyError):
    """A report is not sent: its files are not as they were made, or it may have arrived already."""


class StoreError(FaultyError):
    """The store cannot be used as it is, or would lose or fork something."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that a misspelt one most likely meant, as " (did you mean 'x'?)", else "".

    >>> nearest("enitity", ["entity", "currency"])
    " (did you mean 'entity'?)"
    """
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (did you mean {found[0]!r}?)" if found else ""


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
