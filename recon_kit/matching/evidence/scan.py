"""Whole numbers in the text of one line: each window of characters looked up, then the full number read around it."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CANONICAL,
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    JOINT,
    LIST,
    NONE,
    PLACE,
    TAKEN,
    inner,
)
from recon_kit.matching.evidence.bounds import GLUED, bounded, framed
from recon_kit.matching.evidence.keys import (
    ANCHOR,
    ANCHOR_END,
    ANCHOR_MORE,
    DIGITS,
    START,
    Keys,
    found,
    sieve,
    whole_hash,
)
from recon_kit.matching.evidence.spans import Room
from recon_kit.matching.evidence.structured import schemes

_CUT_BLANKS = 8
_MOST_CHAIN = 400


@inner
def add(room: Room, n_hits: int, start: int, end: int, key: int, strength: int) -> int:
    """One more hit; the last place is overwritten when there is no more room."""
    place = min(n_hits, len(room.hits) - 1)
    room.hits[place, 0], room.hits[place, 1] = start, end
    room.hits[place, 2], room.hits[place, 3] = key, strength
    return min(n_hits + 1, len(room.hits))


@inner
def whole_numbers(room: Room, size: int, keys: Keys) -> int:
    """Every number of the keys that stands in the text, letters and all; also those that overlap."""
    n_hits, window, run = 0, np.uint64(0), 0
    for at in range(size):
        run = 0 if room.marks[at, GAP] == EDGE else run
        run += 1
        window = (window << np.uint64(8)) | np.uint64(CANONICAL[room.chars[at]])
        lengths = keys.lengths if CLASS[CANONICAL[room.chars[at]]] == DIGIT else keys.letter_lengths
        if lengths == 0:
            continue
        for length in range(1, min(ANCHOR, run) + 1):
            if not lengths >> length & 1 or (length < ANCHOR and _buried(room, size, at + 1 - length, at + 1)):
                continue
            value = window if length == 8 else window & ((np.uint64(1) << np.uint64(8 * length)) - np.uint64(1))
            if not sieve(keys.bits, 0, value):
                continue
            key = found(keys.anchors, value)
            for _ in range(_MOST_CHAIN):
                if key < 0:
                    break
                n_hits = _verified(room, size, keys, key, at, n_hits)
                key = keys.info[key, ANCHOR_MORE]
    return n_hits


@inner
def _buried(room: Room, size: int, start: int, end: int) -> bool:
    """Whether digits stand glued before these: no number begins here, unless check digits frame it."""
    if start == 0 or room.marks[start, GAP] != NONE or CLASS[room.chars[start - 1]] != DIGIT:
        return False
    if CLASS[room.chars[start]] != DIGIT:
        return False
    last = end
    while last < size and last - end <= 2 and room.marks[last, GAP] == NONE and CLASS[room.chars[last]] == DIGIT:
        last += 1
    if last - end > 2 or last - start < 6:
        return True
    first, last = framed(room, size, start, end)
    in_rf = first >= 2 and room.chars[first - 1] == 70 and room.chars[first - 2] == 82
    return not (in_rf or schemes(room.chars, first, last))


@inner
def _verified(room: Room, size: int, keys: Keys, key: int, at: int, n_hits: int) -> int:
    """Add the key if all of it stands around its anchor."""
    first, length = keys.info[key, START], keys.info[key + 1, START] - keys.info[key, START]
    start = at + 1 - keys.info[key, ANCHOR_END]
    if start < 0 or start + length > size:
        return n_hits
    exact = True
    for step in range(length):
        char, mine = room.chars[start + step], keys.chars[first + step]
        if char != mine:
            if CANONICAL[char] != CANONICAL[mine]:
                return n_hits
            exact = False
    apart = _apart(room, keys, key, start, length)
    if apart < 0 or not (exact or _misread(room, keys, key, start, length)):
        return n_hits
    strength = bounded(room, size, keys, key, start, start + length, exact and apart == 0)
    return add(room, n_hits, start, start + length, key, strength) if strength else n_hits


@inner
def _misread(room: Room, keys: Keys, key: int, start: int, length: int) -> bool:
    """Whether letters that stand for digits stand among digits: SZ-2026 is not 52-2026."""
    n_letters, n_digits = 0, 0
    for step in range(length + 1):
        if step == length or (step and room.marks[start + step, GAP] != NONE):
            if n_letters and not n_digits:
                return False
            n_letters, n_digits = 0, 0
        if step < length:
            is_digit = CLASS[room.chars[start + step]] == DIGIT
            n_digits += is_digit
            n_letters += not is_digit and CLASS[keys.chars[keys.info[key, START] + step]] == DIGIT
    return True


@inner
def _apart(room: Room, keys: Keys, key: int, start: int, length: int) -> int:
    """How often the text is apart where the number is not; -1 if that makes it another number."""
    foreign = 0
    for step in range(1, length):
        gap = room.marks[start + step, GAP]
        if gap == NONE:
            continue
        if gap == EDGE or (gap == LIST and length < 12):
            return -1
        if keys.joint[keys.info[key, START] + step]:
            continue
        foreign += 1
        if gap == BLANK and length < _CUT_BLANKS and not _in_two(room, keys, key, start, start + step, length):
            return -1
        if gap in (JOINT, LIST) and length < 12:
            return -1
    return -1 if foreign > max(1, length // 3) else foreign


@inner
def _in_two(room: Room, keys: Keys, key: int, start: int, at: int, length: int) -> bool:
    """Whether a blank may have cut a short number in two: a line ends there, or digits enough, and no piece is a number."""
    place = room.spots[at - 1, PLACE]
    loose = place % 35 >= 26 or place % 27 >= 25
    folded = place % 36 == 34 or place % 28 == 26 or place % 66 == 64
    if not (loose or folded or keys.info[key, DIGITS] >= keys.need):
        return False
    left, right = whole_hash(room.chars, start, at), whole_hash(room.chars, at, start + length)
    return found(keys.hashed, left) < 0 and found(keys.hashed, right) < 0


@inner
def longest(room: Room, n_hits: int) -> int:
    """Hits without those that only are a part of a longer one; in order of appearance."""
    kept = 0
    for mine in range(n_hits):
        start, end = room.hits[mine, 0], room.hits[mine, 1]
        inside = False
        for other in range(n_hits):
            wider = room.hits[other, 0] <= start and end <= room.hits[other, 1]
            longer = room.hits[other, 1] - room.hits[other, 0] > end - start
            strength = room.hits[other, 3]
            stronger = strength >= min(GLUED, room.hits[mine, 3]) if longer else strength > room.hits[mine, 3]
            inside |= wider and stronger
        room.hits[mine, 2] = -1 - room.hits[mine, 2] if inside else room.hits[mine, 2]
    for mine in range(n_hits):
        if room.hits[mine, 2] >= 0:
            for column in range(4):
                room.hits[kept, column] = room.hits[mine, column]
            kept += 1
    for mine in range(kept):
        for at in range(room.hits[mine, 0], room.hits[mine, 1]):
            room.marks[at, TAKEN] = True
    return kept
