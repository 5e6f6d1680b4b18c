"""What a declared table is: pandera columns, a key, and the one gate that a frame passes to become one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from recon_kit.errors import Fault, TableError, nearest

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

TEXT = pd.StringDtype(na_value=np.nan)
DAY = np.dtype("datetime64[us]")
INSTANT = pd.DatetimeTZDtype("us", "UTC")
WHOLE = np.dtype("int64")
WHOLE_OR_NULL = pd.Int64Dtype()
SHARE = np.dtype("float64")
FLAG = np.dtype("bool")
_SLICE = 4_096
_POOL = pa.system_memory_pool()
"""Gives back what it no longer needs: the default one keeps 20 MB at hand."""


@dataclass(frozen=True)
class Column:
    """One declared column: its exact type, what it means, whether it may be null.

    Args:
        metadata: its "dtype", whether it is "money" (bool), the only "values" allowed (none listed: any).
    """

    description: str
    nullable: bool
    metadata: Mapping[str, Any]


def text(doc: str, *, null: bool = False, values: Sequence[str] = ()) -> Column:
    """A column of text; `values` lists the only ones allowed."""
    return _column(TEXT, doc, null, values=tuple(values))


def _column(dtype: Any, doc: str, null: bool, *, values: tuple[str, ...] = (), is_money: bool = False) -> Column:
    return Column(doc, null, {"dtype": dtype, "money": is_money, "values": values})


def money(doc: str, *, null: bool = False) -> Column:
    """A column of signed minor units of the row's currency."""
    return _column(WHOLE_OR_NULL if null else WHOLE, doc, null, is_money=True)


def count(doc: str, *, null: bool = False) -> Column:
    """A column of whole numbers that are not money."""
    return _column(WHOLE_OR_NULL if null else WHOLE, doc, null)


def day(doc: str, *, null: bool = False) -> Column:
    """A column of calendar days (midnight, without a time zone)."""
    return _column(DAY, doc, null)


def instant(doc: str, *, null: bool = False) -> Column:
    """A column of instants in UTC."""
    return _column(INSTANT, doc, null)


def share(doc: str, *, null: bool = False) -> Column:
    """A column of floats that are not money: probabilities, log-odds."""
    return _column(SHARE, doc, null)


def flag(doc: str) -> Column:
    """A column of yes and no."""
    return _column(FLAG, doc, False)


@dataclass(frozen=True)
class Table:
    """One declared table: what loaders build, steps check, the store keeps and the docs print.

    Args:
        name: as in `Loaded.tables` and in the database.
        grain: what one row stands for.
        key: the columns that together occur once; a missing entity counts as a value.
        order: the columns of the canonical row order; the key if empty.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    order: tuple[str, ...] = ()

    @cached_property
    def money(self) -> tuple[str, ...]:
        """The columns that are minor units."""
        return tuple(name for name, column in self.columns.items() if column.metadata["money"])

    def dtype(self, name: str) -> Any:
        """The exact type of a column."""
        return _dtype(self.columns[name])

    @cached_property
    def schema(self) -> DataFrameSchema:
        """The declaration as pandera checks it and explains what breaks it; strict, without coercion.

        Built when a frame is doubtful: importing pandera takes 13 MB and a third of a second.
        """
        import pandera.pandas as pandera

        def column(declared: Column) -> pandera.Column:
            values = declared.metadata["values"]
            checks = [pandera.Check.isin(values, error=f"one of {', '.join(values)}")] if values else []
            return pandera.Column(declared.metadata["dtype"], checks, nullable=declared.nullable)

        return pandera.DataFrameSchema({name: column(told) for name, told in self.columns.items()}, strict=True, coerce=False)

    def empty(self) -> pd.DataFrame:
        """The table without rows, every column with its exact type."""
        return pd.DataFrame({name: pd.Series([], dtype=_dtype(column)) for name, column in self.columns.items()})

    def frame(self, columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """Build the table from lists of equal length; columns that may be null can be left out.

        Raises:
            TableError: as `conform`; a value that does not fit its column's type is named with its row.
        """
        size = max((len(values) for values in columns.values()), default=0)
        built: dict[str, Any] = {}
        faults = [self._unknown(name) for name in columns if name not in self.columns]
        for name, column in self.columns.items():
            if name in columns:
                built[name] = _series(name, columns[name], _dtype(column), faults)
            elif column.nullable:
                built[name] = _nulls(pd.RangeIndex(size), _dtype(column))
        if faults:
            raise TableError(self.name, faults)
        return self.conform(pd.DataFrame(built))

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The one gate: the same rows with every declared column, in order and of its exact type.

        Adds absent columns that may be null, and applies only lossless casts: ns to us, object columns of str to
        text and of `datetime.date` to days, whole numbers with gaps to `Int64`, all-null columns to their type.

        Raises:
            TableError: naming every fault found, not only the first.
        """
        faults = [self._unknown(name) for name in frame if name not in self.columns]
        cast = {}
        for name, column in self.columns.items():
            if name in frame:
                cast[name] = _lossless(frame[name], _dtype(column))
            elif column.nullable:
                cast[name] = _nulls(frame.index, _dtype(column))
            else:
                faults.append(Fault(f"a column {name} ({column.description})"))
        built = pd.DataFrame(cast, index=frame.index).reset_index(drop=True)
        faults += self._breaches(built)
        if faults:
            raise TableError(self.name, faults)
        return built

    def sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` in canonical row order: by `order`, then by every other column, missing values first."""
        by = list(self.order or self.key)
        found = frame.sort_values(by, na_position="first", kind="stable", ignore_index=True)
        if not _has_twins(found, by):
            return found
        by += [name for name in self.columns if name not in by]
        return frame.sort_values(by, na_position="first", kind="stable", ignore_index=True)

    def markdown(self) -> str:
        """The table's documentation, one row per column."""
        rows = [
            f"| `{name}`{'*' if column.nullable else ''} | {_dtype(column)} | {column.description} |"
            for name, column in self.columns.items()
        ]
        head = [f"### {self.name.upper()}", "", f"One row per {self.grain}. Key: {', '.join(self.key)}.", ""]
        return "\n".join([*head, "| column | type | meaning |", "|---|---|---|", *rows])

    def _unknown(self, name: Any) -> Fault:
        return Fault(f"no column {name!r}, which is not declared{nearest(str(name), self.columns)}")

    def _breaches(self, frame: pd.DataFrame) -> list[Fault]:
        wrong = [name for name in self.columns if name in frame and frame[name].dtype != _dtype(self.columns[name])]
        if wrong:
            faults = [Fault(f"{name} as {_dtype(self.columns[name])}, but it is {frame[name].dtype}") for name in wrong]
            return faults + self._breaches(frame.drop(columns=wrong))
        doubtful = [name for name in self.columns if name in frame and not _sound(frame[name], self.columns[name])]
        if doubtful:
            from pandera.errors import SchemaErrors

            try:
                self.schema.select_columns(doubtful).validate(frame[doubtful], lazy=True)
            except SchemaErrors as error:
                return list(self._told(error.failure_cases, frame))
        if all(name in frame for name in self.key) and not _distinct(frame, self.key):
            twice = frame.duplicated(list(self.key)).to_numpy()
            if not twice.any():
                return []
            at = int(twice.argmax())
            row = frame.loc[at, list(self.key)]
            values = ", ".join(f"{name} {value!r}" for name, value in row.items() if not pd.isna(value))
            return [Fault(f"each {self.grain} once, but row {at} repeats {values}")]
        return []

    def _told(self, cases: pd.DataFrame, frame: pd.DataFrame) -> Iterator[Fault]:
        for (name, check), found in cases.groupby(["column", "check"], sort=False, dropna=False):
            first = found.iloc[0]
            if str(check) == "not_nullable":
                yield Fault(f"a value in {name} at row {first['index']}{_more(found)} ({self.columns[str(name)].description})")
            else:
                yield Fault(str(check), field=f"{name} at row {first['index']}{_more(found)}", found=str(first["failure_case"]))


def _sound(series: pd.Series, column: Column) -> bool:
    """Whether pandera would pass this column, told a hundred times faster; what is not sound is left to pandera to explain."""
    values = column.metadata["values"]
    if values:
        distinct = series.drop_duplicates().dropna()
        if not distinct.isin(values).all():
            return False
    return column.nullable or not series.isna().any()


def _has_twins(found: pd.DataFrame, by: Sequence[str]) -> bool:
    """Whether sorted rows that follow one another are equal in all these columns."""
    same = np.ones(max(len(found) - 1, 0), bool)
    for name in by:
        one, next_ = found[name].iloc[:-1].reset_index(drop=True), found[name].iloc[1:].reset_index(drop=True)
        equal = (one == next_).fillna(False).to_numpy(bool) | (one.isna() & next_.isna()).to_numpy(bool)
        same &= equal
        if not same.any():
            return False
    return bool(len(same))


def _distinct(frame: pd.DataFrame, key: Sequence[str]) -> bool:
    """Whether the rows are told apart for sure by the hashes of one text column of the key; if not, nothing is known.

    Pandas tells the same of fifty thousand lines with ten times the memory.
    """
    texts = [frame[name] for name in key if frame[name].dtype == TEXT and not frame[name].isna().any()]
    for series in texts:
        values = pa.array(series.array)
        hashes, differ = np.empty(len(values), np.int64), True
        for start in range(0, len(values), _SLICE):
            some = hashes[start : start + _SLICE]
            some[:] = [hash(value) for value in values.slice(start, _SLICE).to_pylist()]
            if not (differ := _all_differ(some)):
                break
        if differ and _all_differ(hashes):
            return True
    return False


def _all_differ(numbers: Any) -> bool:
    found = np.sort(numbers)
    return not (found[1:] == found[:-1]).any()


def _more(found: pd.DataFrame) -> str:
    return f" and {len(found) - 1} more" if len(found) > 1 else ""


def _dtype(column: Column) -> Any:
    return column.metadata["dtype"]


def _series(name: str, values: Sequence[Any], dtype: Any, faults: list[Fault]) -> pd.Series:
    try:
        if isinstance(values, pa.ChunkedArray):
            return _from_arrow(values, dtype)
        made: pd.Series = pd.Series(_texts(values) if dtype == TEXT else values, dtype=dtype)
        return made
    except (TypeError, ValueError, OverflowError) as error:
        faults.append(Fault(f"{name} as {dtype}: {error}"))
        return pd.Series([None] * len(values), dtype=object)


def _from_arrow(values: pa.ChunkedArray, dtype: Any) -> pd.Series:
    """A column that Arrow holds: text without a copy, days and whole numbers with one."""
    if dtype == DAY:
        values = values.cast(pa.timestamp("us"))
    if dtype == WHOLE_OR_NULL:
        values = values.to_pandas(types_mapper=lambda _: WHOLE_OR_NULL)
    series: pd.Series = pd.Series(values if dtype in (TEXT, WHOLE_OR_NULL) else values.to_numpy(), dtype=dtype)
    return series


def _texts(values: Sequence[Any]) -> Any:
    """Texts as Arrow keeps them, five times faster than by way of pandas; what is not all text is left to pandas."""
    if not isinstance(values, list | tuple):
        return values
    try:
        return pa.array(values, pa.large_string(), memory_pool=_POOL)
    except (pa.ArrowException, TypeError):
        return values


def _nulls(index: pd.Index, dtype: Any) -> pd.Series:
    """A column without a value, fifty times faster than from a list of None."""
    nulls: pd.Series = pd.Series(None, index=index, dtype=dtype)
    return nulls


def _lossless(series: pd.Series, dtype: Any) -> pd.Series:
    if series.dtype == dtype:
        return series
    if series.isna().all() and dtype not in (WHOLE, FLAG):
        return _nulls(series.index, dtype)
    if dtype == TEXT and series.dtype == object and _each(series, lambda value: isinstance(value, str)):
        return series.astype(TEXT)
    if dtype == DAY and series.dtype == object and _each(series, _is_day):
        return series.astype(DAY)
    if (
        dtype == DAY
        and series.dtype.kind == "M"
        and series.dt.tz is None
        and (series.astype(DAY) == series)[series.notna()].all()
    ):
        return series.astype(DAY)
    if dtype == INSTANT and isinstance(series.dtype, pd.DatetimeTZDtype):
        utc: pd.Series = series.dt.tz_convert("UTC").astype(INSTANT)
        return utc
    if dtype == WHOLE_OR_NULL and series.dtype.kind in "iu":
        return series.astype(WHOLE_OR_NULL)
    if dtype == WHOLE and isinstance(series.dtype, pd.Int64Dtype) and not series.isna().any():
        return series.astype(WHOLE)
    if dtype == TEXT and isinstance(series.dtype, pd.CategoricalDtype | pd.StringDtype):
        return series.astype(TEXT)
    return series


def _each(series: pd.Series, fits: Callable[[Any], bool]) -> bool:
    """Whether every value that is given fits."""
    return bool(series.map(fits, na_action="ignore").dropna().all())


def _is_day(value: Any) -> bool:
    """Whether a value is a date without a time; every `datetime` is a `date` too."""
    return isinstance(value, date) and not isinstance(value, datetime)
