"""What single bytes of folded text mean: digit, letter or separator, which gaps a number may have, and words as numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Smalls = NDArray[np.int8]
Codes = NDArray[np.int32]
Wholes = NDArray[np.int64]
Hashes = NDArray[np.uint64]
_Function = TypeVar("_Function", bound=Callable[..., Any])


def entry(function: _Function) -> _Function:
    """Compiled once and kept; leaves Python's lock to others while it runs.

    What is kept is made anew only when the file of this very function changes, not when one that it calls does.
    """
    return cast(_Function, njit(cache=True, nogil=True, error_model="numpy")(function))


def inner(function: _Function) -> _Function:
    """Compiled for other compiled functions only, which must make no array.

    It has no gates to Python, which take most of the time to build, and counts no references to arrays, which took most of the
    time to run: every call would touch the counters of all tables, and threads would wait for each other's.
    """
    return cast(_Function, njit(_nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")(function))


SEPARATOR, DIGIT, LETTER = 0, 1, 2
NONE, BLANK, WRAP, JOINT, LIST, EDGE = 0, 1, 2, 3, 4, 5
"""Between two letters or digits: nothing, a blank, a line break, marks such as - or /, other marks, a field's end."""
GAP, OTHER, TAKEN, SIGNED = 0, 1, 2, 3
"""What is marked of a letter or digit: the gap before it, part of no document's number, part of a quoted one, behind #."""
PLACE, PIECE, PIECE_END = 0, 1, 2
"""Columns of places: of a letter or digit in its text; where a piece of only letters or only digits begins and ends."""


def _classes() -> Bytes:
    found = np.zeros(256, np.uint8)
    found[48:58] = DIGIT
    found[65:91] = found[97:123] = found[128:] = LETTER
    return found


def _canonical() -> Bytes:
    found = np.arange(256, dtype=np.uint8)
    for letter, digit in zip("OILZSB", "011258", strict=True):
        found[ord(letter)] = ord(digit)
    return found


CLASS = _classes()
CANONICAL = _canonical()
"""Letters that people take for digits, read as these: O I L Z S B."""


def words(text: str) -> Hashes:
    """Words, at most their last eight letters, as sorted whole numbers."""
    return np.array(sorted({int.from_bytes(word.encode()[-8:], "big") for word in text.split()}), dtype=np.uint64)


@inner
def word(chars: Bytes, start: int, end: int) -> np.uint64:
    """The last eight letters of a piece as one whole number, as `words` has them."""
    found = np.uint64(0)
    for at in range(max(start, end - 8), end):
        found = (found << np.uint64(8)) | np.uint64(chars[at])
    return found


@inner
def among(value: np.uint64, table: NDArray[np.uint64]) -> bool:
    """Whether a sorted table holds the value."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) >> 1
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < len(table) and table[low] == value


@inner
def glue(buffer: Bytes, first: int, last: int, chars: Bytes, marks: Bytes, spots: Wholes) -> int:
    """Letters and digits of a text behind each other, what stood before each and where (one more for the end); their number."""
    size, gap = 0, EDGE
    n_marks, n_blanks = 0, 0
    for at in range(first, last):
        byte = buffer[at]
        if CLASS[byte] != SEPARATOR:
            chars[size], marks[size, GAP], spots[size, PLACE] = byte, gap, at - first
            size, gap, n_marks, n_blanks = size + 1, NONE, 0, 0
            continue
        gap, n_marks, n_blanks = _wider(gap, byte, n_marks, n_blanks)
    marks[size, GAP], spots[size, PLACE] = EDGE, last - first
    return size


@inner
def _wider(gap: int, byte: int, n_marks: int, n_blanks: int) -> tuple[int, int, int]:
    if byte == 0x1F:
        return EDGE, n_marks, n_blanks
    if byte == 10 or byte == 13:
        return max(gap, WRAP) if gap != BLANK else WRAP, n_marks, n_blanks
    if byte == 32 or byte == 9:
        n_blanks += 1
        if gap == NONE:
            return BLANK, n_marks, n_blanks
        return (LIST if n_blanks > 3 and gap < LIST and gap != WRAP else gap), n_marks, n_blanks
    n_marks += 1
    joint = byte == 45 or byte == 47 or byte == 46 or byte == 95 or byte == 35 or byte == 58 or byte == 92
    if not joint or n_marks > 2:
        return max(gap, LIST), n_marks, n_blanks
    return max(gap, JOINT), n_marks, n_blanks
