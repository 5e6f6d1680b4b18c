"""What a reader gives back: declared tables, proven control totals, and where it all came from."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from recon_kit.errors import Fault, LoadError
from recon_kit.load.source import Hints, SourceFile
from recon_kit.tables import CHECKS, Table

_NOT_COUNTED = re.compile(r"[\W_]+")
_NOT_COUNTED_ASCII = bytes(code for code in range(128) if not chr(code).isalnum())
_DOUBTFUL = b"\0"
_SHARP_S = "ß".encode("latin-1")
_LATIN = ["ß" if code == ord("ß") else unicodedata.normalize("NFKC", chr(code)).upper() for code in range(256)]
_NOT_COUNTED_LATIN = bytes(code for code, text in enumerate(_LATIN) if len(text) == 1 and not text.isalnum())
_UPPER_LATIN = b"".join(text.encode("latin-1") if len(text) == 1 and ord(text) < 256 else _DOUBTFUL for text in _LATIN)


@dataclass(frozen=True)
class Source:
    """Where tables came from.

    Args:
        format: what the content turned out to be: "camt.053", "mt940", "csv:dkb", "exact-online" ...
        role: what the rows are worth: "booked" statements, "provisional" ones (camt.052, MT942), "advice" (camt.054,
            which enriches booked lines), "settlement", "ledger" (items, balances, movements), "orders", "customers".
        n_read: records in the file; n_skipped of them were left out by a named rule (see the checks).
    """

    name: str
    sha256: str
    n_bytes: int
    format: str
    role: str
    n_read: int
    n_skipped: int = 0


@dataclass(frozen=True)
class Loaded:
    """One file, taken whole: `tables` by declared name, and `checks` with a row per control total."""

    source: Source
    tables: dict[str, pd.DataFrame]
    checks: pd.DataFrame

    @property
    def failed(self) -> pd.DataFrame:
        """The checks that do not tie; `recon load` refuses the file while there are any, unless overridden."""
        return self.checks[self.checks["outcome"] == "failed"]


@dataclass
class Collector:
    """Gathers a file's rows, faults and checks while a reader walks through it.

    A reader appends whole rows as dicts with `row(TABLE, ...)`, notes whatever is wrong with `fault(...)` and goes on,
    so that every fault is found; `loaded()` then either gives the tables or raises all faults at once.
    """

    file: SourceFile
    hints: Hints
    faults: list[Fault] = field(default_factory=list)
    n_read: int = 0
    n_skipped: int = 0
    _rows: dict[str, tuple[Table, dict[str, list[object]]]] = field(default_factory=dict)
    _whole: dict[str, Mapping[str, Sequence[object]]] = field(default_factory=dict)
    _checks: list[dict[str, object]] = field(default_factory=list)

    def fault(self, line: int | None, field: str | None, found: str | None, expected: str) -> None:
        """Note one thing that is wrong; the file will be refused."""
        self.faults.append(Fault(expected, line, field, found))

    def table(self, table: Table) -> None:
        """Have the table in the result even if it gets no rows."""
        self._rows.setdefault(table.name, (table, {}))

    def row(self, table: Table, **values: object) -> None:
        """One row; columns left out are null, and source_file and entity are filled in."""
        _, columns = self._rows.setdefault(table.name, (table, {}))
        if not columns:
            columns.update({name: [] for name in table.columns})
        if "source_file" in columns:
            values.setdefault("source_file", self.file.name)
        values.setdefault("entity", self.hints.entity)
        for name, column in columns.items():
            column.append(values.pop(name, None))
        if values:
            raise KeyError(f"{table.name} has no column {', '.join(values)}")

    def rows(self, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
        """Many rows at once, as columns of equal length; as `row` otherwise, and several times faster."""
        size = max((len(values) for values in columns.values()), default=0)
        _, kept = self._rows.setdefault(table.name, (table, {}))
        if not kept:
            kept.update({name: [] for name in table.columns})
        if unknown := [name for name in columns if name not in kept]:
            raise KeyError(f"{table.name} has no column {', '.join(unknown)}")
        filled = {"source_file": self.file.name, "entity": self.hints.entity}
        for name, column in kept.items():
            column.extend(columns[name] if name in columns else [filled.get(name)] * size)

    def whole(self, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
        """All rows that the table will have, as columns of equal length, also of Arrow; nothing is copied."""
        self.table(table)
        size = max(len(values) for values in columns.values())
        filled = {"source_file": self.file.name, "entity": self.hints.entity}
        constants = {name: [told] * size for name, told in filled.items() if name in table.columns and told is not None}
        self._whole[table.name] = constants | dict(columns)

    def check(self, check: str, subject: str, outcome: str, **values: object) -> None:
        """One control that was run: ok, failed, absent (the file gives nothing to prove it by) or note."""
        row = {"check": check, "subject": subject, "outcome": outcome, "source_file": self.file.name, **values}
        self._checks.append({"entity": self.hints.entity, **row})

    def prove(self, check: str, subject: str, expected: int | None, actual: int, **values: object) -> None:
        """A check that is ok if the two are equal, absent if nothing was announced, failed otherwise."""
        outcome = "absent" if expected is None else "ok" if expected == actual else "failed"
        self.check(check, subject, outcome, expected=expected, actual=actual, **values)

    def loaded(self, format: str, role: str) -> Loaded:  # noqa: A002 (the field's word)
        """The result, or every fault at once.

        Raises:
            LoadError: if any fault was noted.
        """
        if self.faults:
            by_line = sorted(self.faults, key=lambda fault: fault.line or 0)
            raise LoadError(self.file.name, by_line)
        tables = {}
        for name, (table, rows) in self._rows.items():
            found = self._whole.pop(name, rows)
            tables[name] = table.frame(found) if found else table.empty()
        columns = {name: [row.get(name) for row in self._checks] for name in CHECKS.columns}
        checks = CHECKS.frame(columns) if self._checks else CHECKS.empty()
        source = Source(self.file.name, self.file.sha256, self.file.n_bytes, format, role, self.n_read, self.n_skipped)
        return Loaded(source, tables, checks)


def line_ids(account: str | None, raws: Iterable[str]) -> list[str]:
    """The identity of each bank line of one file: same row, same id, in whatever file it comes again.

    Args:
        account: our account, part of the identity.
        raws: the raw row of each line as the file has it (or the bank's own reference with date and amount); only its
            letters and digits count, upper case, NFKC. The n-th of wholly equal rows is told apart by its number, so
            that two equal genuine payments stay two and a union of overlapping files keeps the larger count.
    """
    seen: dict[str, int] = {}
    ids = []
    begun = hashlib.blake2b(f"{account or ''}|".encode(), digest_size=10)
    for raw in raws:
        counted = _counted(raw)
        digest = begun.copy()
        digest.update(counted + b"|1")
        line_id = digest.hexdigest()
        nth = seen[line_id] = seen.get(line_id, 0) + 1
        if nth > 1:
            digest = begun.copy()
            digest.update(b"%s|%d" % (counted, nth))
            line_id = digest.hexdigest()
        ids.append(line_id)
    return ids


def _counted(raw: str) -> bytes:
    """The letters and digits of a row, upper case, NFKC, as UTF-8; of Latin-1 by one table."""
    try:
        kept = raw.encode("latin-1").translate(_UPPER_LATIN, _NOT_COUNTED_LATIN)
    except UnicodeEncodeError:
        kept = _DOUBTFUL
    if _DOUBTFUL not in kept:
        return kept if kept.isascii() else kept.replace(_SHARP_S, b"SS").decode("latin-1").encode()
    text = raw.encode().translate(None, _NOT_COUNTED_ASCII).decode()  # before NFKC, which joins marks to what stands before
    return _NOT_COUNTED.sub("", unicodedata.normalize("NFKC", text).upper()).encode()
