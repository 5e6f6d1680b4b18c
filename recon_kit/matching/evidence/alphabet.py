"""What single bytes of folded text mean: digit, letter or separator, which gaps a number may have, and words as numbers."""

from __future__ import annotations

import numpy as np
from numba import njit

SEPARATOR, DIGIT, LETTER = 0, 1, 2
NONE, BLANK, WRAP, JOINT, LIST, EDGE = 0, 1, 2, 3, 4, 5
"""What stands between two letters or digits: nothing, a blank, a line break, marks such as - or /, other marks, a field's end."""


def _classes() -> np.ndarray:
    found = np.zeros(256, np.uint8)
    found[48:58] = DIGIT
    found[65:91] = found[97:123] = found[128:] = LETTER
    return found


def _canonical() -> np.ndarray:
    found = np.arange(256, dtype=np.uint8)
    found[ord("O")], found[ord("I")] = ord("0"), ord("1")
    return found


CLASS = _classes()
CANONICAL = _canonical()
"""O read as 0 and I as 1, as people type them."""


def words(text: str) -> np.ndarray:
    """Words, at most their last eight letters, as sorted whole numbers."""
    return np.array(sorted({int.from_bytes(word.encode()[-8:], "big") for word in text.split()}), dtype=np.uint64)


@njit(cache=True)
def word(chars, start, end):
    """The last eight letters of a piece as one whole number, as `words` has them."""
    found = np.uint64(0)
    for at in range(max(start, end - 8), end):
        found = (found << np.uint64(8)) | np.uint64(chars[at])
    return found


@njit(cache=True)
def among(value, table):
    """Whether a sorted table holds the value."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) >> 1
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < len(table) and table[low] == value


@njit(cache=True)
def glue(buffer, first, last, chars, gaps, places):
    """Letters and digits of a text behind each other; what stood before each (one more element for the end); their number."""
    size, gap = 0, EDGE
    n_marks, n_blanks = 0, 0
    for at in range(first, last):
        byte = buffer[at]
        if CLASS[byte] != SEPARATOR:
            chars[size], gaps[size], places[size] = byte, gap, at - first
            size, gap, n_marks, n_blanks = size + 1, NONE, 0, 0
            continue
        gap, n_marks, n_blanks = _wider(gap, byte, n_marks, n_blanks)
    gaps[size], places[size] = EDGE, last - first
    return size


@njit(cache=True)
def _wider(gap, byte, n_marks, n_blanks):
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
