"""Exact sums by group: int64 stays int64, whatever pandas would make of it, and a sum that could wrap is refused."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from recon_kit.money import whole_units

Whole = npt.NDArray[np.int64]
_SAFE = 2.0**62


def grouped(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Whole, pd.DataFrame]:
    """The group of each row, counted from 0 in sorted order, and the groups' keys, one row each; a missing key is a key."""
    if frame.empty:
        return np.empty(0, np.int64), frame[list(by)].reset_index(drop=True)
    numbers = frame.groupby(list(by), dropna=False, sort=True).ngroup().to_numpy().astype(np.int64)
    first = np.unique(numbers, return_index=True)[1]
    return numbers, frame[list(by)].iloc[first].reset_index(drop=True)


def tabled(rows: npt.NDArray[Any], columns: npt.NDArray[Any], amounts: Any, shape: tuple[int, int]) -> Whole:
    """The sums of `amounts` by row and column number, as a matrix of minor units.

    Raises:
        TypeError: the amounts are not whole numbers. OverflowError: their sum could pass 2**62.
    """
    made = np.zeros(shape, np.int64)
    np.add.at(made, (rows, columns), whole(amounts))
    return made


def whole(amounts: Any) -> Whole:
    """A column as int64, once it is sure that no sum of it can wrap.

    Raises:
        TypeError: it does not hold whole numbers. OverflowError: the sum of its sizes passes 2**62. ValueError: one is missing.
    """
    nullable = isinstance(getattr(amounts, "dtype", None), pd.Int64Dtype)
    values = amounts.to_numpy(np.int64) if nullable else np.asarray(amounts)
    if values.size == 0:
        return np.empty(0, np.int64)
    if values.dtype.kind not in "iuO":
        raise TypeError(f"money is {values.dtype}, expected whole minor units (int64)")
    if float(np.abs(values.astype(np.float64)).sum()) >= _SAFE:
        raise OverflowError("the amounts are too large to be added exactly in 64 bits")
    return whole_units(values)


def summed(frame: pd.DataFrame, by: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """One row per group: its keys, `n` rows, and the exact sum of each column."""
    numbers, keys = grouped(frame, by)
    made = keys.assign(n=np.bincount(numbers, minlength=len(keys)).astype(np.int64))
    for name in columns:
        sums = np.zeros(len(keys), np.int64)
        np.add.at(sums, numbers, whole(frame[name]))
        made[name] = sums
    return made


def looked_up(rows: pd.DataFrame, table: pd.DataFrame, by: Sequence[str], column: str) -> pd.Series:
    """A column of `table` for each of `rows`, found by its key; Int64, null where the table has none. Missing keys are equal.

    A plain merge would make floats of it as soon as one is not found.

    Args:
        table: the key once.
    """
    values = table[list(by)].assign(**{column: pd.array(whole(table[column]), "Int64")})
    found: pd.Series = rows[list(by)].merge(values, on=list(by), how="left", validate="m:1")[column]
    return found.astype("Int64")


def half_up(value: Fraction | int) -> int:
    """The nearest whole number; a half goes away from zero, as people round.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(7, 3))
    (3, -3, 2)
    """
    exact = Fraction(value)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -size if exact < 0 else size


def days_between(later: Any, earlier: Any) -> Whole:
    """Whole days from the second to the first, column against column or day; both must be there."""
    gap: Whole = (np.asarray(later, "datetime64[D]") - np.asarray(earlier, "datetime64[D]")).astype(np.int64)
    return gap


def dot(one: Any, other: Any) -> int:
    """The exact sum of products of two columns of whole numbers, as a Python int."""
    left, right = np.asarray(one, np.int64), np.asarray(other, np.int64)
    if float(np.abs(left.astype(np.float64) * right).sum()) < _SAFE:
        return int((left * right).sum())
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
