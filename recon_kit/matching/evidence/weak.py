"""Weaker quotes in the text of one line: series shortened to their last digits, and numbers with one slip or cut off."""

from __future__ import annotations

import numpy as np
from numba import njit

from recon_kit.matching.evidence.alphabet import BLANK, CANONICAL, CLASS, DIGIT, EDGE, JOINT, LIST, NONE, WRAP, among, word, words
from recon_kit.matching.evidence.keys import BASE, sieve, slot
from recon_kit.matching.evidence.scan import COUNTED, NEAR, SHORTENED, add

_AND = words("U UND AND ET Y E EN OG OCH JA I A ED SI SOWIE & SAMT ES TA")
_UNTIL = words("BIS TO TILL TIL A AL AU HASTA TOT DO AZ IG THRU THROUGH UNTIL PANA")
_MOST_IN_RANGE = 80
_LEAST_NEAR = 7
MOST_NEAR = 8
"""A slip that this many numbers explain tells nothing: a number among thousands of its series."""


@njit(cache=True)
def series(buffer, begin, room, size, n_hits, keys):
    """Numbers shortened to their last digits right behind a full one (RE-2026-08123, 124), and all of a range."""
    full = n_hits
    for hit in range(full):
        if room.hits[hit, 3] < COUNTED:
            continue
        last, at = room.hits[hit, 2], room.hits[hit, 1]
        while at < size:
            start, until = _next(buffer, begin, room, at, size)
            if start < 0:
                break
            if room.taken[start]:
                n_hits = _range_to(room, full, start, last, keys, n_hits) if until else n_hits
                break
            end = start
            while end < size and (end == start or room.gaps[end] == NONE) and CLASS[room.chars[end]] == DIGIT:
                end += 1
            glued = end < size and room.gaps[end] == NONE
            key = -1 if glued or room.other[start] or end - start < 2 else _with_tail(room, start, end, last, keys)
            if key < 0:
                break
            n_hits = add(room, n_hits, start, end, key, SHORTENED)
            n_hits = _between(room, start, end, last, key, keys, n_hits) if until else n_hits
            for taken in range(start, end):
                room.taken[taken] = True
            last, at = key, end
    return n_hits


@njit(cache=True)
def _next(buffer, begin, room, at, size):
    """Where the next digits of a list begin (-1: the list ends), and whether they are the end of a range."""
    until = False
    for _ in range(2):
        if at >= size or room.gaps[at] == EDGE or room.gaps[at] == NONE:
            return -1, False
        if CLASS[room.chars[at]] == DIGIT:
            return at, until or _dash(buffer, begin + room.places[at - 1] + 1, begin + room.places[at])
        end = at + 1
        while end < size and room.gaps[end] == NONE and CLASS[room.chars[end]] != DIGIT:
            end += 1
        letters = word(room.chars, at, end)
        until = among(letters, _UNTIL)
        if not until and not among(letters, _AND):
            return -1, False
        if end < size and room.gaps[end] == NONE:
            return -1, False
        at = end
    return -1, False


@njit(cache=True)
def _dash(buffer, first, last):
    """Whether only a dash with a blank on both sides stands there."""
    return last - first == 3 and buffer[first] == 32 and buffer[first + 1] == 45 and buffer[first + 2] == 32


@njit(cache=True)
def _tail(keys, key):
    """The first place of the digits that end with the counting part, within the key."""
    at = keys.end[key]
    while at > 0 and CLASS[keys.chars[keys.start[key] + at - 1]] == DIGIT and not (
        at < keys.end[key] and keys.joint[keys.start[key] + at]
    ):
        at -= 1
    return at


@njit(cache=True)
def _hash_of(keys, key, left, digits, start, end):
    """The hash of a number with the digits before `left + (end - start)` replaced."""
    found, first = np.uint64(0), keys.start[key]
    for at in range(keys.start[key + 1] - first):
        inside = left <= at < left + end - start
        char = digits[start + at - left] if inside else keys.chars[first + at]
        found = found * BASE + np.uint64(CANONICAL[char])
    return found


@njit(cache=True)
def _with_tail(room, start, end, last, keys):
    """The key like the last one, with these last digits of its counting part."""
    left = keys.end[last] - (end - start)
    if left < _tail(keys, last) or (end - start == 2 and keys.end[last] - _tail(keys, last) > 5):
        return -1
    value = _hash_of(keys, last, left, room.chars, start, end)
    key = keys.hashed_at[slot(keys.hashed, keys.hashed_at, value)]
    return -1 if key == last else key


@njit(cache=True)
def _range_to(room, full, start, last, keys, n_hits):
    for hit in range(full):
        if room.hits[hit, 0] == start and room.hits[hit, 3] >= COUNTED:
            return _between(room, start, room.hits[hit, 1], last, room.hits[hit, 2], keys, n_hits)
    return n_hits


@njit(cache=True)
def _counter(keys, key):
    value = 0
    for at in range(max(_tail(keys, key), keys.end[key] - 17), keys.end[key]):
        value = value * 10 + keys.chars[keys.start[key] + at] - 48
    return value


@njit(cache=True)
def _between(room, start, end, low, high, keys, n_hits):
    """Every number of one series between two others."""
    left = _tail(keys, low)
    width, first, last = keys.end[low] - left, _counter(keys, low), _counter(keys, high)
    same = keys.end[low] == keys.end[high] and left == _tail(keys, high)
    if not same or last - first > _MOST_IN_RANGE or width > 17:
        return n_hits
    digits = np.zeros(18, np.uint8)
    for value in range(first + 1, last):
        rest = value
        for at in range(width):
            digits[width - 1 - at], rest = 48 + rest % 10, rest // 10
        key = keys.hashed_at[slot(keys.hashed, keys.hashed_at, _hash_of(keys, low, left, digits, 0, width))]
        n_hits = add(room, n_hits, start, end, key, SHORTENED) if key >= 0 else n_hits
    return n_hits


@njit(cache=True)
def slips(room, size, n_hits, keys, prefix, power):
    """Numbers that a word of the text differs from by one digit wrong, swapped, missing or too much, or cut off at the end."""
    at = 0
    while at < size:
        end, digits, free = at, 0, True
        while end < size and (end == at or room.gaps[end] == NONE or room.gaps[end] == JOINT):
            digits += CLASS[room.chars[end]] == DIGIT
            free &= not (room.taken[end] or room.other[end])
            end += 1
        if free and digits >= 6 and _LEAST_NEAR <= end - at <= 40:
            before = n_hits
            kept = _swapped(room, at, end, n_hits, keys, prefix, power)
            n_hits = _neighbours(room, at, end, kept, keys, prefix, power)
            if n_hits == before and (end == size or room.gaps[end] == EDGE or room.gaps[end] == WRAP):
                n_hits = _cut(room, at, end, n_hits, keys)
            if n_hits - kept > MOST_NEAR:
                n_hits = kept
        at = end
    return n_hits


@njit(cache=True)
def _found(room, value, start, end, n_hits, keys):
    key = keys.hashed_at[slot(keys.hashed, keys.hashed_at, value)]
    return add(room, n_hits, start, end, key, NEAR) if key >= 0 else n_hits


@njit(cache=True)
def _swapped(room, start, end, n_hits, keys, prefix, power):
    """Numbers with two neighbouring digits the other way round; fills `prefix` with the hashes of the word's beginnings."""
    size = end - start
    for at in range(size):
        prefix[at + 1] = prefix[at] * BASE + np.uint64(CANONICAL[room.chars[start + at]])
    for at in range(size - 1):
        left, right = CANONICAL[room.chars[start + at]], CANONICAL[room.chars[start + at + 1]]
        if CLASS[left] == DIGIT and CLASS[right] == DIGIT and left != right:
            swapped = (prefix[at] * BASE + np.uint64(right)) * BASE + np.uint64(left)
            rest = prefix[size] - prefix[at + 2] * power[size - 2 - at]
            n_hits = _found(room, swapped * power[size - 2 - at] + rest, start, end, n_hits, keys)
    return n_hits


@njit(cache=True)
def _neighbours(room, start, end, n_hits, keys, prefix, power):
    """Numbers with one digit other, missing or more than the word."""
    size, whole = end - start, prefix[end - start]
    for at in range(size):
        char, behind = CANONICAL[room.chars[start + at]], size - 1 - at
        rest = whole - prefix[at + 1] * power[behind]
        if CLASS[char] != DIGIT:
            continue
        n_hits = _found(room, prefix[at] * power[behind] + rest, start, end, n_hits, keys)
        for digit in range(48, 58):
            added = prefix[at] * BASE + np.uint64(digit)
            if digit != char:
                n_hits = _found(room, added * power[behind] + rest, start, end, n_hits, keys)
                n_hits = _found(room, (added * BASE + np.uint64(char)) * power[behind] + rest, start, end, n_hits, keys)
    for digit in range(48, 58):
        n_hits = _found(room, whole * BASE + np.uint64(digit), start, end, n_hits, keys)
    return n_hits


@njit(cache=True)
def _cut(room, start, end, n_hits, keys):
    """Two more digits at the end of what a bank cut off."""
    whole = np.uint64(0)
    for at in range(start, end):
        whole = whole * BASE + np.uint64(CANONICAL[room.chars[at]])
    for digits in range(100):
        value = (whole * BASE + np.uint64(48 + digits // 10)) * BASE + np.uint64(48 + digits % 10)
        n_hits = _found(room, value, start, end, n_hits, keys)
    return n_hits
