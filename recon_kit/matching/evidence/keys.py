"""Every number that documents carry, each once, in tables that compiled code looks up by its last characters or its digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import CANONICAL, CLASS, DIGIT, Bytes, Hashes, entry, inner

DOCUMENT, REFERENCE, ORDER, BARE = 0, 1, 2, 3
ANCHOR = 8
LONGEST = 64
SHAPES = 1 << 16
IS_REFERENCE = 128
LEAST_DIGITS = 5
BASE = np.uint64(1099511628211)
PART = np.uint64(7)


START, END, DIGITS, CHECK, DENSE, N_FORMS, FIRST, ANCHOR_MORE, VALUE_MORE, ANCHOR_END = range(10)
NEXT, ITEM, FIELD_OF = range(3)


class Keys(NamedTuple):
    """Distinct numbers, and tables to find them by.

    Args:
        chars: letters and digits of all keys behind each other; joint: where a number may be written apart.
        info: a row per key (and one more): START in chars, END of its counting part from there, how many DIGITS, CHECK (check
            digits bear it out), DENSE (short digits, and so many of them that any would hit), N_FORMS and the FIRST of its
            forms, the next key with the same anchor (ANCHOR_MORE) or digits (VALUE_MORE), where its anchor ends (ANCHOR_END).
        forms: a row for each number of an item: the NEXT of the same key, the ITEM, the FIELD_OF it.
        hashed, anchors, values: open tables (what is looked up, key + 1) of whole keys, of eight characters up to ANCHOR_END,
            of all digits as one whole number. bits: sieves before `anchors`, `values`, `hashed`.
        shapes: which shapes of numbers there are, by `shaped`.
        lengths, letter_lengths: bit n: there are anchors of n characters that end with a digit, with a letter.
        widths: bit n: there are numbers of n digits only.
        need: digits that prove a document by themselves.
        parted: an open table of numbers with several groups of digits by `whole_parts` (len(info) where two are alike), sieved
            by the last of `bits`. parts: bit n: there are such numbers of n parts.
    """

    chars: NDArray[np.uint8]
    joint: NDArray[np.bool_]
    info: NDArray[np.int64]
    forms: NDArray[np.int64]
    hashed: NDArray[np.uint64]
    anchors: NDArray[np.uint64]
    values: NDArray[np.uint64]
    bits: NDArray[np.uint8]
    shapes: NDArray[np.bool_]
    lengths: int
    letter_lengths: int
    widths: int
    need: int
    parted: NDArray[np.uint64]
    parts: int


@entry
def slots_for(size: int) -> int:
    """A power of two that leaves an open table half empty."""
    slots = 1024
    while slots < 2 * size:
        slots *= 2
    return slots


@inner
def spread(value: np.uint64) -> np.uint64:
    """Whole numbers that are alike, far apart."""
    value ^= value >> np.uint64(32)
    value *= np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@inner
def slot(table: Hashes, value: np.uint64) -> np.uint64:
    """Where a value stands in an open table, or the free place for it."""
    mask = np.uint64(len(table) - 1)
    at = spread(value) & mask
    while table[at, 1] != 0 and table[at, 0] != value:
        at = (at + np.uint64(1)) & mask
    return at


@inner
def found(table: Hashes, value: np.uint64) -> int:
    """The key of a value in an open table, -1 if there is none."""
    return int(np.int64(table[slot(table, value), 1]) - 1)


@inner
def sieve(bits: Bytes, which: int, value: np.uint64) -> bool:
    """Whether a value may be in the table behind the sieve."""
    at = spread(value) & np.uint64(bits.shape[1] * 8 - 1)
    return bool((bits[which, at >> np.uint64(3)] >> np.uint8(at & np.uint64(7))) & 1)


@inner
def whole_hash(chars: Bytes, first: int, last: int) -> np.uint64:
    """A polynomial over the canonical characters: equal numbers, equal hashes."""
    found = np.uint64(0)
    for at in range(first, last):
        found = found * BASE + np.uint64(CANONICAL[chars[at]])
    return found


@inner
def shape(chars: Bytes, first: int, last: int) -> np.uint64:
    """The letters of a number with each group of digits as one place; with its length it names a shape."""
    value, inside = np.uint64(0), False
    for at in range(first, last):
        is_digit = CLASS[CANONICAL[chars[at]]] == DIGIT
        if not (is_digit and inside):
            value = value * BASE + (np.uint64(35) if is_digit else np.uint64(chars[at]))
        inside = is_digit
    return value


@inner
def shaped(value: np.uint64, length: int) -> np.uint64:
    """Where a shape stands in `Keys.shapes`."""
    return spread(value * np.uint64(64) + np.uint64(length)) & np.uint64(SHAPES - 1)


@inner
def digits_value(chars: Bytes, first: int, last: int) -> tuple[np.uint64, int]:
    """The digits of a piece as one whole number, and how many count after leading zeros (more than 18: 0, 0)."""
    value, n = np.uint64(0), 0
    for at in range(first, last):
        if CLASS[chars[at]] == DIGIT:
            value = value * np.uint64(10) + np.uint64(chars[at] - 48)
            n += 1 if value > 0 else 0
    return (value, n) if n <= 18 else (np.uint64(0), 0)


@inner
def whole_parts(chars: Bytes, joint: NDArray[np.bool_], first: int, last: int) -> tuple[np.uint64, int, int]:
    """A hash of a number's parts without their leading zeros, how many parts it has and how many of them are digits."""
    value, n_parts, n_groups, leads = np.uint64(0), 0, 0, True
    for at in range(first, last):
        if at == first or joint[at]:
            value, n_parts, leads = value * BASE + PART, n_parts + 1, True
            n_groups += CLASS[chars[at]] == DIGIT
        leads &= chars[at] == 48
        if not leads:
            value = value * BASE + np.uint64(CANONICAL[chars[at]])
    return value, n_parts, n_groups
