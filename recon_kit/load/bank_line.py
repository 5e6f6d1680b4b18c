"""Bank lines on their way into the table: row by row as the readers of statements find them, in columns soon after."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import attrgetter
from sys import intern
from typing import Any, NamedTuple

import pyarrow as pa

from recon_kit.load.loaded import Collector, line_ids
from recon_kit.tables import BANK_LINES

_PACKED = 1_024
_POOL = pa.system_memory_pool()
_TYPES = {"booked_on": pa.date32(), "value_on": pa.date32()} | dict.fromkeys(
    ("amount", "instructed_amount", "charges", "source_line"), pa.int64()
)


class Line(NamedTuple):
    """A bank line but for what only its statement and file can tell; `raw` is what makes its identity."""

    raw: str
    booked_on: date
    value_on: date | None
    amount: int
    currency: str
    counterparty_name: str | None
    counterparty_account: str | None
    remittance: str | None
    reference: str | None
    end_to_end_id: str | None
    bank_reference: str | None
    kind: str | None
    return_reason: str | None
    instructed_amount: int | None
    instructed_currency: str | None
    rate: str | None
    charges: int | None
    source_line: int


_AMOUNT, _BOOKED_ON, _CURRENCY = map(attrgetter, ("amount", "booked_on", "currency"))
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.large_string())) for name in Line._fields])


class Lines:
    """The bank lines of one file in file order; packed into columns, where they take a fifth of the room of objects."""

    def __init__(self) -> None:
        self._amounts = array("q")
        self._booked_on: list[date] = []
        self._currencies: list[str] = []
        self._loose: list[Line] = []
        self._packed: list[pa.RecordBatch] = []
        self._n_packed = 0
        self._starts: list[int] = []

    def __len__(self) -> int:
        return self._n_packed + len(self._loose)

    def append(self, line: Line) -> None:
        """One line more."""
        self._loose.append(line)
        if len(self._loose) == _PACKED:
            self._pack()

    def part(self) -> Part:
        """The lines from here to where the next part begins."""
        self._starts.append(len(self))
        return Part(self, (len(self._starts) - 1,))

    def span(self, number: int) -> tuple[int, int]:
        """Where a part begins and ends."""
        return self._starts[number], (self._starts[number + 1] if number + 1 < len(self._starts) else len(self))

    def told(self) -> tuple[Sequence[int], Sequence[date], Sequence[str]]:
        """Amounts, booking days and currencies of all lines so far: what statements are proven by."""
        new = self._loose[len(self._booked_on) - self._n_packed :]
        self._amounts.extend(map(_AMOUNT, new))
        self._booked_on.extend(map(_BOOKED_ON, new))
        self._currencies.extend(map(intern, map(_CURRENCY, new)))
        return self._amounts, self._booked_on, self._currencies

    def table(self, spans: Iterable[tuple[int, int]]) -> pa.Table:
        """The lines of some spans, one column a field."""
        self._pack()
        whole = pa.Table.from_batches(self._packed, _SCHEMA)
        return pa.concat_tables([whole.slice(0, 0), *(whole.slice(start, stop - start) for start, stop in _merged(spans))])

    def _pack(self) -> None:
        if self._loose:
            self.told()
            columns = zip(zip(*self._loose, strict=True), _SCHEMA.types, strict=True)
            arrays = [pa.array(values, kind, memory_pool=_POOL) for values, kind in columns]
            self._packed.append(pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA))
            self._n_packed += len(self._loose)
            self._loose.clear()


@dataclass(frozen=True)
class Part:
    """The lines of one statement: those parts of its file that have these numbers."""

    of: Lines
    numbers: tuple[int, ...]

    def __len__(self) -> int:
        return sum(stop - start for start, stop in self.spans)

    def __add__(self, other: Part) -> Part:
        return Part(self.of, self.numbers + other.numbers)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where in the file they begin, and before which line they end."""
        return [self.of.span(number) for number in self.numbers]

    @property
    def amounts(self) -> Sequence[int]:
        """Minor units, each of its own currency."""
        return self._own(self.of.told()[0])

    @property
    def booked_on(self) -> Sequence[date]:
        """Booking days."""
        return self._own(self.of.told()[1])

    @property
    def currencies(self) -> Sequence[str]:
        """ISO codes."""
        return self._own(self.of.told()[2])

    @property
    def raws(self) -> list[str]:
        """What makes the identity of each."""
        raws: list[str] = self.of.table(self.spans)["raw"].to_pylist()
        return raws

    def _own(self, column: Sequence[Any]) -> Sequence[Any]:
        if len(self.numbers) == 1:
            return column[slice(*self.spans[0])]
        return list(chain.from_iterable(column[start:stop] for start, stop in self.spans))


def add_lines(collector: Collector, owned: Sequence[tuple[str, Part]]) -> None:
    """The rows of `BANK_LINES`: the parts of a file in the order given, each with the account that it belongs to."""
    n_lines = sum(len(part) for _, part in owned)
    if not n_lines:
        return
    lines = owned[0][1].of
    table = lines.table(span for _, part in owned for span in part.spans)
    accounts = [account for account, part in owned for _ in range(len(part))]
    columns = {name: table[name] for name in table.column_names if name != "raw"}
    ids = pa.array(
        _identities(accounts, chain.from_iterable(chunk.to_pylist() for chunk in table["raw"].chunks)), memory_pool=_POOL
    )
    collector.whole(BANK_LINES, {"line_id": pa.chunked_array([ids]), "account": accounts, **columns})


def _identities(accounts: list[str], raws: Iterable[str]) -> list[str]:
    if accounts.count(accounts[0]) == len(accounts):
        return line_ids(accounts[0], raws)
    by_account: dict[str, list[str]] = {}
    for account, raw in zip(accounts, raws, strict=True):
        by_account.setdefault(account, []).append(raw)
    ids: dict[str, Iterator[str]] = {account: iter(line_ids(account, told)) for account, told in by_account.items()}
    return [next(ids[account]) for account in accounts]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in spans:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], stop)
        else:
            merged.append((start, stop))
    return merged
