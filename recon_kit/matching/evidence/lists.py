"""Numbers that lean on others in the text of one line: shortened to their last digits, in a range, glued behind each other."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    CANONICAL,
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    TAKEN,
    Bytes,
    Wholes,
    among,
    inner,
    word,
    words,
)
from recon_kit.matching.evidence.bounds import COUNTED, GLUED, SHORTENED
from recon_kit.matching.evidence.keys import BASE, END, START, Keys, found, sieve, whole_hash
from recon_kit.matching.evidence.scan import add
from recon_kit.matching.evidence.spans import Room

_AND = words("U UND AND ET Y E EN OG OCH JA I A ED SI SOWIE & SAMT ES TA")
_UNTIL = words("BIS TO TILL TIL A AL AU HASTA TOT DO AZ IG THRU THROUGH UNTIL PANA")
_MOST_IN_RANGE = 80


@inner
def series(room: Room, size: int, n_hits: int, keys: Keys) -> int:
    """Numbers shortened to their last digits right behind a full one (RE-2026-08123, 124), and all of a range."""
    full, older, newest = n_hits, -1, -1
    for hit in range(full):
        if room.hits[hit, 3] < COUNTED:
            continue
        older, newest = newest, room.hits[hit, 2]
        last, at = newest, room.hits[hit, 1]
        while at < size:
            start, until = _next(room, at, size)
            if start < 0:
                break
            if room.marks[start, TAKEN]:
                n_hits = _range_to(room, full, start, last, keys, n_hits) if until else n_hits
                break
            end = start
            while end < size and (end == start or room.marks[end, GAP] == NONE) and CLASS[room.chars[end]] == DIGIT:
                end += 1
            glued = end < size and room.marks[end, GAP] == NONE
            key = -1 if glued or room.marks[start, OTHER] or end - start < 2 else _with_tail(room, start, end, last, keys)
            if key < 0 and older >= 0 and not glued and not room.marks[start, OTHER] and end - start > 2:
                key = _with_tail(room, start, end, older, keys)
            if key < 0:
                break
            n_hits = add(room, n_hits, start, end, key, SHORTENED)
            n_hits = _between(room, start, end, last, key, keys, n_hits) if until else n_hits
            for taken in range(start, end):
                room.marks[taken, TAKEN] = True
            last, at = key, end
    return n_hits


@inner
def _next(room: Room, at: int, size: int) -> tuple[int, bool]:
    """Where the next digits of a list begin (-1: the list ends), and whether they are the end of a range."""
    until = False
    for _ in range(2):
        if at >= size or room.marks[at, GAP] == EDGE or room.marks[at, GAP] == NONE:
            return -1, False
        if CLASS[room.chars[at]] == DIGIT or room.marks[at, TAKEN]:
            return at, until
        end = at + 1
        while end < size and room.marks[end, GAP] == NONE and CLASS[room.chars[end]] != DIGIT:
            end += 1
        letters = word(room.chars, at, end)
        until = among(letters, _UNTIL)
        if not until and not among(letters, _AND):
            return -1, False
        if end < size and room.marks[end, GAP] == NONE:
            return -1, False
        at = end
    return -1, False


@inner
def _tail(keys: Keys, key: int) -> int:
    """The first place of the digits that end with the counting part, within the key."""
    at = keys.info[key, END]
    while (
        at > 0
        and CLASS[keys.chars[keys.info[key, START] + at - 1]] == DIGIT
        and not (at < keys.info[key, END] and keys.joint[keys.info[key, START] + at])
    ):
        at -= 1
    return int(at)


@inner
def _hash_of(keys: Keys, key: int, left: int, digits: Bytes, start: int, end: int) -> np.uint64:
    """The hash of a number with the digits before `left + (end - start)` replaced."""
    value, first = np.uint64(0), keys.info[key, START]
    for at in range(keys.info[key + 1, START] - first):
        inside = left <= at < left + end - start
        char = digits[start + at - left] if inside else keys.chars[first + at]
        value = value * BASE + np.uint64(CANONICAL[char])
    return value


@inner
def _with_tail(room: Room, start: int, end: int, last: int, keys: Keys) -> int:
    """The key like the last one, with these last digits of its counting part."""
    left = keys.info[last, END] - (end - start)
    if left < _tail(keys, last) or (end - start == 2 and keys.info[last, END] - _tail(keys, last) > 5):
        return -1
    value = _hash_of(keys, last, left, room.chars, start, end)
    key = found(keys.hashed, value)
    return -1 if key == last else key


@inner
def _range_to(room: Room, full: int, start: int, last: int, keys: Keys, n_hits: int) -> int:
    for hit in range(full):
        if room.hits[hit, 0] == start and room.hits[hit, 3] >= COUNTED:
            return _between(room, start, room.hits[hit, 1], last, room.hits[hit, 2], keys, n_hits)
    return n_hits


@inner
def _counter(keys: Keys, key: int) -> int:
    value = 0
    for at in range(max(_tail(keys, key), keys.info[key, END] - 17), keys.info[key, END]):
        value = value * 10 + keys.chars[keys.info[key, START] + at] - 48
    return value


@inner
def _hash_with(keys: Keys, key: int, left: int, width: int, value: int) -> np.uint64:
    """The hash of a number with `width` digits from `left` on replaced by those of a value."""
    found, first = np.uint64(0), keys.info[key, START]
    for at in range(keys.info[key + 1, START] - first):
        char = np.uint64(CANONICAL[keys.chars[first + at]])
        if left <= at < left + width:
            char = np.uint64(48 + value // 10 ** (left + width - 1 - at) % 10)
        found = found * BASE + char
    return found


@inner
def _between(room: Room, start: int, end: int, low: int, high: int, keys: Keys, n_hits: int) -> int:
    """Every number of one series between two others."""
    left = _tail(keys, low)
    width, first, last = keys.info[low, END] - left, _counter(keys, low), _counter(keys, high)
    same = keys.info[low, END] == keys.info[high, END] and left == _tail(keys, high)
    if not same or last - first > _MOST_IN_RANGE or width > 17:
        return n_hits
    for value in range(first + 1, last):
        key = found(keys.hashed, _hash_with(keys, low, left, width, value))
        n_hits = add(room, n_hits, start, end, key, SHORTENED) if key >= 0 else n_hits
    return n_hits


@inner
def tiled(room: Room, n_pieces: int, n_hits: int, keys: Keys, back: Wholes) -> int:
    """Numbers of digits only that stand behind each other without anything between: two or more from the first digit on."""
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        free = not (room.marks[start, TAKEN] or room.marks[start, OTHER]) and CLASS[room.chars[start]] == DIGIT
        if not free or end - start < 10 or end - start >= len(back):
            continue
        reached = _reached(room, start, end, keys, back)
        pieces, at = 0, reached
        while at > 0:
            pieces, at = pieces + 1, at - back[at]
        if pieces < 2 or (reached < end - start and reached < 12):
            continue
        strength, at = GLUED if reached == end - start else COUNTED, reached
        while at > 0:
            first = start + at - back[at]
            key = found(keys.hashed, whole_hash(room.chars, first, start + at))
            n_hits = add(room, n_hits, first, start + at, key, strength)
            for taken in range(first, start + at):
                room.marks[taken, TAKEN] = 1
            at -= back[at]
    return n_hits


@inner
def _reached(room: Room, start: int, end: int, keys: Keys, back: Wholes) -> int:
    """How far known numbers behind each other reach from the start; back[n]: how wide the one is that ends there."""
    size, furthest = end - start, 0
    for at in range(size + 1):
        back[at] = 0
    for at in range(size):
        if at and not back[at]:
            continue
        for width in range(5, min(24, size - at) + 1):
            if keys.widths >> width & 1 and not back[at + width]:
                value = whole_hash(room.chars, start + at, start + at + width)
                if sieve(keys.bits, 2, value) and found(keys.hashed, value) >= 0:
                    back[at + width] = width
                    furthest = max(furthest, at + width)
    return furthest
