"""How near the digits of a line come to a document's number, for pairs that something else has brought together.

Among a payer's few documents a number's last digits, or a number with one slip, tell what they cannot tell among a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code
from recon_kit.matching.evidence.alphabet import Smalls, Wholes, entry, inner
from recon_kit.matching.evidence.quotes import Quotes

_LEAST_SLIP = 4


@dataclass(frozen=True)
class Closeness:
    """Per pair: `tail`, how many of the number's last counting digits stand as digits of their own in the text (0: none, 2 at
    least); `slip`: a number of the text is the counting part but for one digit wrong, swapped, missing or too much.
    """

    tail: NDArray[np.int8]
    slip: NDArray[np.bool_]


def closeness(found: Quotes, line: Code, item: Code) -> Closeness:
    """How near each line comes to each item's number; `line` and `item` are positions, one element a pair."""
    arrays = (found.run_start, found.run_value, found.run_digits, found.counting, found.counting_digits)
    return Closeness(*_closeness(*arrays, line.astype(np.int64), item.astype(np.int64)))


@entry
def _closeness(
    run_start: Wholes,
    run_value: Wholes,
    run_digits: Smalls,
    counting: Wholes,
    counting_digits: Smalls,
    line: Wholes,
    item: Wholes,
) -> tuple[Smalls, NDArray[np.bool_]]:
    tail, slip = np.zeros(len(line), np.int8), np.zeros(len(line), np.bool_)
    for pair in range(len(line)):
        number, size = counting[item[pair]], int(counting_digits[item[pair]])
        for run in range(run_start[line[pair]], run_start[line[pair] + 1]):
            value, width = run_value[run], int(run_digits[run])
            if width <= size and number % 10**width == value:
                tail[pair] = max(tail[pair], width)
            elif size >= _LEAST_SLIP and width >= size - 1:
                slip[pair] |= _one_slip(value % 10 ** (size + 1), min(width, size + 1), number, size)
    return tail, slip


@inner
def _one_slip(value: int, width: int, number: int, size: int) -> bool:
    """Whether a value of so many digits is the number but for one digit; digits before the number's own do not count."""
    if width >= size and _wrong_or_swapped(value % 10**size, number):
        return True
    if width == size - 1:
        return _one_more(number, value, size)
    return width == size + 1 and _one_more(value, number, width)


@inner
def _wrong_or_swapped(value: int, number: int) -> bool:
    """Whether one digit differs, or two neighbours stand the other way round."""
    wrong, gap, swapped, last_a, last_b = 0, -1, False, 0, 0
    at = 0
    while value > 0 or number > 0:
        a, b = value % 10, number % 10
        if a != b:
            wrong += 1
            swapped = gap == at - 1 and a == last_b and b == last_a
            gap, last_a, last_b = at, a, b
        value, number, at = value // 10, number // 10, at + 1
    return wrong == 1 or (wrong == 2 and swapped)


@inner
def _one_more(long: int, short: int, size: int) -> bool:
    """Whether the longer of two numbers is the shorter with one digit put in."""
    for at in range(size):
        low = 10**at
        if long // (low * 10) * low + long % low == short:
            return True
    return False
