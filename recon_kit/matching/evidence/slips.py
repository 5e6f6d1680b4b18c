"""Numbers in the text of one line with one slip, or cut off by the bank: every such number near a word, looked up."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    CANONICAL,
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    JOINT,
    NONE,
    OTHER,
    TAKEN,
    WRAP,
    Hashes,
    inner,
)
from recon_kit.matching.evidence.bounds import NEAR
from recon_kit.matching.evidence.keys import BASE, LONGEST, Keys, found, shape, shaped, sieve
from recon_kit.matching.evidence.scan import add
from recon_kit.matching.evidence.spans import Room

_LEAST_NEAR = 7
_LEAST_FOREIGN = 4
MOST_NEAR = 8
"""A slip that this many numbers explain tells nothing: a number among thousands of its series."""


@inner
def slips(room: Room, size: int, n_hits: int, keys: Keys, prefix: Hashes, power: Hashes) -> tuple[int, int]:
    """Numbers that a word of the text differs from by one digit wrong, swapped, missing or too much, or cut off at the end;
    and how many words have the letters and the length of a document's number, and are none."""
    at, n_foreign = 0, 0
    while at < size:
        end, digits, free = at, 0, True
        while end < size and (end == at or room.marks[end, GAP] == NONE or room.marks[end, GAP] == JOINT):
            digits += CLASS[room.chars[end]] == DIGIT
            free &= not (room.marks[end, TAKEN] or room.marks[end, OTHER])
            end += 1
        before = n_hits
        if free and digits >= 6 and _LEAST_NEAR <= end - at <= 40:
            kept = n_hits = _swapped(room, at, end, n_hits, keys, prefix, power)
            n_hits = _wrong(room, at, end, n_hits, keys, prefix, power)
            n_hits = _one_less(room, at, end, n_hits, keys, prefix, power)
            n_hits = _one_more(room, at, end, n_hits, keys, prefix, power)
            if n_hits == before and (end == size or room.marks[end, GAP] == EDGE or room.marks[end, GAP] == WRAP):
                n_hits = _cut(room, at, end, n_hits, keys)
            if n_hits - kept > MOST_NEAR:
                n_hits = kept
        n_foreign += free and n_hits == before and _is_foreign(room, at, end, digits, keys)
        at = end
    return n_hits, n_foreign


@inner
def _is_foreign(room: Room, start: int, end: int, digits: int, keys: Keys) -> bool:
    """Whether a word that is no document's number looks like one: its letters tell it from an account or a date."""
    lettered = _LEAST_FOREIGN <= digits < end - start <= LONGEST
    return lettered and _is_shape(room, start, end, end - start, keys)


@inner
def _found(room: Room, value: np.uint64, start: int, end: int, n_hits: int, keys: Keys) -> int:
    key = found(keys.hashed, value)
    return add(room, n_hits, start, end, key, NEAR) if key >= 0 else n_hits


@inner
def _swapped(room: Room, start: int, end: int, n_hits: int, keys: Keys, prefix: Hashes, power: Hashes) -> int:
    """Numbers with two neighbouring digits the other way round; fills `prefix` with the hashes of the word's beginnings."""
    size = end - start
    for at in range(size):
        prefix[at + 1] = prefix[at] * BASE + np.uint64(CANONICAL[room.chars[start + at]])
    for at in range(size - 1):
        left, right = CANONICAL[room.chars[start + at]], CANONICAL[room.chars[start + at + 1]]
        if CLASS[left] == DIGIT and CLASS[right] == DIGIT and left != right:
            swapped = (prefix[at] * BASE + np.uint64(right)) * BASE + np.uint64(left)
            rest = prefix[size] - prefix[at + 2] * power[size - 2 - at]
            value = swapped * power[size - 2 - at] + rest
            if sieve(keys.bits, 2, value):
                n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits


@inner
def _wrong(room: Room, start: int, end: int, n_hits: int, keys: Keys, prefix: Hashes, power: Hashes) -> int:
    """Numbers with one other digit."""
    size = end - start
    if not _is_shape(room, start, end, size, keys):
        return n_hits
    for at in range(size):
        char, behind = CANONICAL[room.chars[start + at]], size - 1 - at
        if CLASS[char] == DIGIT:
            for digit in range(48, 58):
                value = prefix[size] + (np.uint64(digit) - np.uint64(char)) * power[behind]
                if digit != char and sieve(keys.bits, 2, value):
                    n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits


@inner
def _one_less(room: Room, start: int, end: int, n_hits: int, keys: Keys, prefix: Hashes, power: Hashes) -> int:
    """Numbers that the word has one digit more than."""
    size = end - start
    if not _is_shape(room, start, end, size - 1, keys):
        return n_hits
    for at in range(size):
        behind = size - 1 - at
        if CLASS[CANONICAL[room.chars[start + at]]] == DIGIT:
            value = prefix[at] * power[behind] + prefix[size] - prefix[at + 1] * power[behind]
            if sieve(keys.bits, 2, value):
                n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits


@inner
def _one_more(room: Room, start: int, end: int, n_hits: int, keys: Keys, prefix: Hashes, power: Hashes) -> int:
    """Numbers that have one digit more than the word."""
    size = end - start
    if not _is_shape(room, start, end, size + 1, keys):
        return n_hits
    for at in range(size + 1):
        before = at > 0 and CLASS[CANONICAL[room.chars[start + at - 1]]] == DIGIT
        after = at < size and CLASS[CANONICAL[room.chars[start + at]]] == DIGIT
        if before or after:
            rest = prefix[size] - prefix[at] * power[size - at]
            for digit in range(48, 58):
                value = (prefix[at] * BASE + np.uint64(digit)) * power[size - at] + rest
                if not (before and digit == CANONICAL[room.chars[start + at - 1]]) and sieve(keys.bits, 2, value):
                    n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits


@inner
def _is_shape(room: Room, start: int, end: int, size: int, keys: Keys) -> bool:
    """Whether any number is shaped like the word, with so many characters."""
    return bool(keys.shapes[shaped(shape(room.chars, start, end), size)])


@inner
def _cut(room: Room, start: int, end: int, n_hits: int, keys: Keys) -> int:
    """Two more digits at the end of what a bank cut off."""
    if not _is_shape(room, start, end, end - start + 2, keys):
        return n_hits
    whole = np.uint64(0)
    for at in range(start, end):
        whole = whole * BASE + np.uint64(CANONICAL[room.chars[at]])
    for digits in range(100):
        value = (whole * BASE + np.uint64(48 + digits // 10)) * BASE + np.uint64(48 + digits % 10)
        if sieve(keys.bits, 2, value):
            n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits
