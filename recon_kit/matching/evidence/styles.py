"""How a company writes its numbers, learned from a sample: codes that may be all letters, beginnings that people leave out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import CLASS, DIGIT, LETTER, Bytes, Wholes, entry, glue, inner
from recon_kit.matching.evidence.texts import Texts

_SAMPLE = 20_000
_SLOTS = 1 << 16
_LONGEST_BEGINNING = 5
_LEAST_CODE = 6


class Styles(NamedTuple):
    """By hash: lengths and first two letters of codes that now and then have no digit; letters that begin many numbers."""

    lettered: NDArray[np.bool_]
    beginnings: NDArray[np.bool_]
    has_beginnings: bool


def styles(numbers: Texts) -> Styles:
    """The styles of numbers, from every k-th of them."""
    widest = int(np.diff(numbers.start).max(initial=0)) + 1
    counts = _counted(numbers.buffer, numbers.start, widest, max(1, len(numbers) // _SAMPLE))
    with_digits, without, begin, bare, n = counts
    often = (begin >= max(20, 0.2 * n)) & (bare >= 0.5 * begin)
    return Styles((without > 0) & (with_digits >= 3 * without), often, bool(often.any()))


@inner
def begins(chars: Bytes, width: int, length: int) -> int:
    """Where the first characters of a number of some length (0: of any) stand in the tables."""
    value = width * 64 + length
    for at in range(width):
        value = (value * 131 + chars[at]) % 2147483647
    return int(value % 65536)


@inner
def is_lettered(chars: Bytes, length: int, lettered: NDArray[np.bool_]) -> bool:
    """Whether a number without a digit is a code like others that have some."""
    return bool(length >= _LEAST_CODE and lettered[begins(chars, 2, length)])


@inner
def beginning(chars: Bytes, length: int, beginnings: NDArray[np.bool_]) -> int:
    """How many letters a code has that people leave out; 0 if it has none, or if only digits are left without them."""
    for width in range(_LONGEST_BEGINNING, 1, -1):
        if length - width >= 5 and beginnings[begins(chars, width, 0)] and _mixed(chars, width, length):
            return width
    return 0


@inner
def _mixed(chars: Bytes, first: int, last: int) -> bool:
    """Whether a piece has digits and letters."""
    digits = 0
    for at in range(first, last):
        digits += CLASS[chars[at]] == DIGIT
    return 0 < digits < last - first


@entry
def _counted(buffer: Bytes, start: Wholes, widest: int, step: int) -> tuple[Wholes, Wholes, Wholes, Wholes, int]:
    """Codes with and without digits by length and beginning; numbers by beginning, and those mixed behind it; all."""
    with_digits, without = np.zeros(_SLOTS, np.int64), np.zeros(_SLOTS, np.int64)
    begin, bare = np.zeros(_SLOTS, np.int64), np.zeros(_SLOTS, np.int64)
    chars, marks, spots = np.zeros(widest, np.uint8), np.zeros((widest, 4), np.uint8), np.zeros((widest, 3), np.int64)
    n = 0
    for item in range(0, len(start) - 1, step):
        length = glue(buffer, start[item], start[item + 1], chars, marks, spots)
        if length < _LEAST_CODE or length > 63:
            continue
        n += 1
        digits = 0
        for at in range(length):
            digits += CLASS[chars[at]] == DIGIT
        (with_digits if digits else without)[begins(chars, 2, length)] += 1
        for width in range(1, _LONGEST_BEGINNING + 1):
            if CLASS[chars[width - 1]] != LETTER:
                break
            begin[begins(chars, width, 0)] += 1
            bare[begins(chars, width, 0)] += _mixed(chars, width, length)
    return with_digits, without, begin, bare, n
