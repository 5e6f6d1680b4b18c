"""Which digits of a document number count up within its series: what people shorten a number to.

A series is a number's letters and marks with each group of digits as one place. The last group that varies counts, unless it
is the year or month of the documents themselves (4711-26); a year glued behind it does not count (1200022). A very short last
group counts together with the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import CLASS, DIGIT, SEPARATOR, Bytes, Codes, Hashes, Smalls, Wholes, entry, inner
from recon_kit.matching.evidence.texts import Texts

_GROUPS = 5
_MOST_DIGITS = 18
_LEAST_FOR_YEAR = 20


@dataclass(frozen=True)
class Counting:
    """Per number: the value and how many digits of the part that counts (0 without digits), its last letter or digit's place.

    `end` counts letters and digits only, from the number's beginning, and stands behind the part.
    """

    value: NDArray[np.int64]
    digits: NDArray[np.int8]
    end: NDArray[np.int16]


def counting(numbers: Texts, issued: NDArray[np.int32]) -> Counting:
    """What counts up in each number; `issued` are days since 1970, to know years from counters."""
    day = issued.astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return Counting(*_counting(numbers.buffer, numbers.start, year, month))


@inner
def _groups(buffer: Bytes, first: int, last: int, value: Wholes, width: Wholes, end: Wholes) -> tuple[int, np.uint64]:
    """The last groups of digits, the last one first; their number and a hash of everything else."""
    series, place, n, inside = np.uint64(1469598103934665603), 0, 0, False
    for at in range(first, last):
        byte = buffer[at]
        kind = CLASS[byte]
        place += kind != SEPARATOR
        if kind == DIGIT and inside:
            value[0], width[0], end[0] = value[0] * 10 + byte - 48, width[0] + 1, place
        elif kind == DIGIT:
            for back in range(_GROUPS - 1, 0, -1):
                value[back], width[back], end[back] = value[back - 1], width[back - 1], end[back - 1]
            value[0], width[0], end[0], n, byte = byte - 48, 1, place, n + 1, 35
        if kind != DIGIT or not inside:
            series = (series ^ np.uint64(byte)) * np.uint64(1099511628211)
        if width[0] > _MOST_DIGITS - 1:
            value[0] %= 10 ** (_MOST_DIGITS - 1)
        inside = kind == DIGIT
    return min(n, _GROUPS), series


@inner
def _series(codes: Codes, table: Hashes, series: np.uint64) -> np.int64:
    """The number of a series, a new one if it is the first of it."""
    mask = len(table) - 1
    at = np.int64((series ^ (series >> np.uint64(29))) & np.uint64(mask))
    while codes[at] >= 0 and table[at] != series:
        at = (at + 1) & mask
    return at


@entry
def _learn(
    buffer: Bytes,
    start: Wholes,
    year: Wholes,
    month: Wholes,
    of_series: Codes,
    low: Wholes,
    high: Wholes,
    calendar: Codes,
    size: Wholes,
    ends_with_year: Wholes,
) -> None:
    n_items = len(start) - 1
    slots = 1024
    while slots < 2 * n_items:
        slots *= 2
    table, codes = np.zeros(slots, np.uint64), np.full(slots, -1, np.int32)
    value, width, end = np.zeros(_GROUPS, np.int64), np.zeros(_GROUPS, np.int64), np.zeros(_GROUPS, np.int64)
    n_series = 0
    for item in range(n_items):
        width[:] = 0
        n, series = _groups(buffer, start[item], start[item + 1], value, width, end)
        at = _series(codes, table, series)
        if codes[at] < 0:
            codes[at], table[at], n_series = n_series, series, n_series + 1
        code = codes[at]
        of_series[item], size[code] = code, size[code] + 1
        ends_with_year[code] += width[0] >= 6 and 0 <= (year[item] - value[0]) % 100 <= 1
        for group in range(n):
            seen = size[code] > 1
            low[code, group] = min(low[code, group], value[group]) if seen else value[group]
            high[code, group] = max(high[code, group], value[group]) if seen else value[group]
            calendar[code, group] += _is_calendar(value[group], width[group], year[item], month[item])


@inner
def _is_calendar(value: int, width: int, year: int, month: int) -> bool:
    if width == 4 and (abs(value - year) <= 1 or value == year % 100 * 100 + month):
        return True
    if width == 6 and value == year * 100 + month:
        return True
    return width == 2 and (value == year % 100 or value == (year - 1) % 100 or value == month)


@inner
def _chosen(n: int, width: Wholes, code: int, low: Wholes, high: Wholes, calendar: Codes, size: Wholes) -> tuple[int, int]:
    """The first and the number of groups that count."""
    for group in range(n):
        if calendar[code, group] >= 0.9 * size[code] or (low[code, group] == high[code, group] and size[code] > 1):
            continue
        before = group + 1
        joined = width[group] < 3 and before < n and calendar[code, before] < 0.9 * size[code]
        return group, 2 if joined else 1
    return 0, 1


@entry
def _counting(buffer: Bytes, start: Wholes, year: Wholes, month: Wholes) -> tuple[Wholes, Smalls, NDArray[np.int16]]:
    n_items = len(start) - 1
    of_series, size, ends_with_year = np.zeros(n_items, np.int32), np.zeros(n_items, np.int64), np.zeros(n_items, np.int64)
    low, high = np.zeros((n_items, _GROUPS), np.int64), np.zeros((n_items, _GROUPS), np.int64)
    calendar = np.zeros((n_items, _GROUPS), np.int32)
    _learn(buffer, start, year, month, of_series, low, high, calendar, size, ends_with_year)
    values, digits, ends = np.zeros(n_items, np.int64), np.zeros(n_items, np.int8), np.zeros(n_items, np.int16)
    value, width, end = np.zeros(_GROUPS, np.int64), np.zeros(_GROUPS, np.int64), np.zeros(_GROUPS, np.int64)
    for item in range(n_items):
        width[:] = 0
        n, _ = _groups(buffer, start[item], start[item + 1], value, width, end)
        if n == 0:
            continue
        group, n_joined = _chosen(n, width, of_series[item], low, high, calendar, size)
        values[item], digits[item], ends[item] = value[group], min(width[group], _MOST_DIGITS - 1), end[group]
        code = of_series[item]
        if group == 0 and size[code] >= _LEAST_FOR_YEAR and ends_with_year[code] >= 0.95 * size[code]:
            values[item], digits[item], ends[item] = values[item] // 100, digits[item] - 2, ends[item] - 2
        elif n_joined == 2 and width[group + 1] + width[group] < _MOST_DIGITS:
            values[item] += value[group + 1] * 10 ** width[group]
            digits[item] = width[group + 1] + width[group]
    return values, digits, ends
