"""Whole numbers in the text of one line: each window of characters looked up, then the full number read around it."""

from __future__ import annotations

import numpy as np
from numba import njit

from recon_kit.matching.evidence.alphabet import BLANK, CANONICAL, CLASS, DIGIT, EDGE, JOINT, LIST, NONE, WRAP
from recon_kit.matching.evidence.keys import ANCHOR, digits_value, sieve, slot
from recon_kit.matching.evidence.spans import is_label
from recon_kit.matching.evidence.structured import RF, schemes

CHECKED, WHOLE, GLUED, ORDERED, COUNTED, SHORTENED, NEAR = 7, 6, 5, 4, 3, 2, 1
_CUT_BLANKS = 8
_MOST_CHAIN = 400


@njit(cache=True)
def add(room, n_hits, start, end, key, strength):
    """One more hit; the last place is overwritten when there is no more room."""
    place = min(n_hits, len(room.hits) - 1)
    room.hits[place, 0], room.hits[place, 1] = start, end
    room.hits[place, 2], room.hits[place, 3] = key, strength
    return min(n_hits + 1, len(room.hits))


@njit(cache=True)
def whole_numbers(room, size, keys):
    """Every number of the keys that stands in the text, letters and all; the longest where they overlap."""
    n_hits, window = 0, np.uint64(0)
    run = 0
    for at in range(size):
        run = 0 if room.gaps[at] == EDGE else run
        run += 1
        window = (window << np.uint64(8)) | np.uint64(CANONICAL[room.chars[at]])
        if CLASS[CANONICAL[room.chars[at]]] != DIGIT:
            continue
        for length in range(1, min(ANCHOR, run) + 1):
            if not keys.anchor_lengths[length]:
                continue
            value = window if length == 8 else window & ((np.uint64(1) << np.uint64(8 * length)) - np.uint64(1))
            if not sieve(keys.anchors_bits, value):
                continue
            key = keys.anchors_at[slot(keys.anchors, keys.anchors_at, value)]
            for _ in range(_MOST_CHAIN):
                if key < 0:
                    break
                n_hits = _verified(room, size, keys, key, at, n_hits)
                key = keys.anchors_more[key]
    return _longest(room, n_hits)


@njit(cache=True)
def _verified(room, size, keys, key, at, n_hits):
    """Add the key if all of it stands around its anchor."""
    first, length = keys.start[key], keys.start[key + 1] - keys.start[key]
    start = at + 1 - keys.end[key]
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
    if apart < 0:
        return n_hits
    strength = _bounded(room, size, keys, key, start, start + length, exact and apart == 0)
    return add(room, n_hits, start, start + length, key, strength) if strength else n_hits


@njit(cache=True)
def _apart(room, keys, key, start, length):
    """How often the text is apart where the number is not; -1 if that makes it another number."""
    foreign = 0
    for step in range(1, length):
        gap = room.gaps[start + step]
        if gap == NONE:
            continue
        if gap == EDGE or (gap == LIST and length < 12):
            return -1
        if keys.joint[keys.start[key] + step]:
            continue
        foreign += 1
        cut = room.places[start + step - 1] % 35 >= 26 or room.places[start + step - 1] % 27 >= 25
        if gap == BLANK and length < _CUT_BLANKS and not cut:
            return -1
        if (gap == JOINT or gap == LIST) and length < 12:
            return -1
    return -1 if foreign > max(1, length // 3) else foreign


@njit(cache=True)
def _bounded(room, size, keys, key, start, end, exact):
    """The strength of a number by what stands right beside it; 0 if it is only part of something else."""
    length, digits = end - start, keys.digits[key]
    plain = digits == length
    base = WHOLE if exact else GLUED
    if start and room.gaps[start] == NONE:
        before = CLASS[room.chars[start - 1]]
        if before == DIGIT and CLASS[room.chars[start]] == DIGIT:
            return _inside(room, size, keys, key, start, end)
        if before != DIGIT and not is_label(room, start) and (plain or digits < 6):
            return COUNTED if plain and digits >= keys.need else 0
        base = GLUED
    if end < size and room.gaps[end] == NONE:
        if CLASS[room.chars[end]] == DIGIT and CLASS[room.chars[end - 1]] == DIGIT:
            return _inside(room, size, keys, key, start, end)
        if CLASS[room.chars[end]] != DIGIT and digits < 6:
            return 0
        base = GLUED
    if _goes_on(room, size, end):
        if length < 7 or plain:
            return 0
        base = GLUED
    if plain and _goes_before(room, start, length):
        return COUNTED if digits >= keys.need else 0
    if plain and room.other[start] and not (digits >= 8 and keys.check[key]):
        return COUNTED if digits > keys.need + 1 and exact and not _amountlike(room, start, end) else 0
    if keys.check[key]:
        return CHECKED
    return COUNTED if keys.dense[key] and not is_label(room, start) else base


@njit(cache=True)
def _amountlike(room, start, end):
    for at in range(start + 1, end):
        if room.gaps[at] != NONE:
            return True
    return False


@njit(cache=True)
def _inside(room, size, keys, key, start, end):
    """Digits inside longer digits: the number only if check digits frame it, or equal numbers stand side by side."""
    first, last = start, end
    while first > 0 and room.gaps[first] != EDGE and room.gaps[first] <= BLANK and CLASS[room.chars[first - 1]] == DIGIT:
        first -= 1
    while last < size and room.gaps[last] <= BLANK and CLASS[room.chars[last]] == DIGIT:
        last += 1
    length = end - start
    if keys.digits[key] == length and length >= 6:
        found = schemes(room.chars, first, last)
        padded = True
        for at in range(first, start):
            padded &= room.chars[at] == 48
        if 0 < last - end <= 2 and padded and found:
            return GLUED
        if last == end and first >= 2 and room.chars[first - 1] == 70 and room.chars[first - 2] == 82:
            return GLUED if schemes(room.chars, first - 2, last) & RF else 0
        tight = True
        for at in range(first + 1, last):
            tight &= room.gaps[at] == NONE
        if tight and (last - first) % length == 0 and (start - first) % length == 0:
            return NEAR if length < keys.need else COUNTED
    return 0


@njit(cache=True)
def _goes_on(room, size, end):
    """Whether one or two digits follow behind a mark: a part of a number, or an amount."""
    if end >= size or CLASS[room.chars[end]] != DIGIT or room.places[end] - room.places[end - 1] != 2:
        return False
    if room.gaps[end] != JOINT and room.gaps[end] != LIST:
        return False
    n = 1
    while end + n < size and room.gaps[end + n] == NONE and CLASS[room.chars[end + n]] == DIGIT:
        n += 1
    return n <= 2


@njit(cache=True)
def _goes_before(room, start, length):
    """Whether digits of another width stand before, joined by one mark."""
    if start == 0 or CLASS[room.chars[start - 1]] != DIGIT or room.places[start] - room.places[start - 1] != 2:
        return False
    if room.gaps[start] != JOINT and room.gaps[start] != LIST:
        return False
    n = 1
    while start - 1 - n >= 0 and room.gaps[start - n] == NONE and CLASS[room.chars[start - 1 - n]] == DIGIT:
        n += 1
    return n != length


@njit(cache=True)
def _longest(room, n_hits):
    """Hits without those that only are a part of a longer one; in order of appearance."""
    kept = 0
    for mine in range(n_hits):
        start, end = room.hits[mine, 0], room.hits[mine, 1]
        inside = False
        for other in range(n_hits):
            wider = room.hits[other, 0] <= start and end <= room.hits[other, 1]
            longer = room.hits[other, 1] - room.hits[other, 0] > end - start
            inside |= wider and longer and room.hits[other, 3] >= min(GLUED, room.hits[mine, 3])
        room.hits[mine, 2] = -1 - room.hits[mine, 2] if inside else room.hits[mine, 2]
    for mine in range(n_hits):
        if room.hits[mine, 2] >= 0:
            room.hits[kept] = room.hits[mine]
            kept += 1
    for mine in range(kept):
        for at in range(room.hits[mine, 0], room.hits[mine, 1]):
            room.taken[at] = True
    return kept


@njit(cache=True)
def digits_alone(room, n_pieces, n_hits, keys):
    """Numbers told by their digits alone, letters and leading zeros left out; long enough to be no chance."""
    for piece in range(n_pieces):
        start, end = room.pieces[piece], room.piece_end[piece]
        if CLASS[room.chars[start]] != DIGIT or room.taken[start] or _other_series(room, start):
            continue
        for wider in range(3):
            if piece + wider >= n_pieces or (wider and not _joined(room, piece + wider)):
                break
            end = room.piece_end[piece + wider]
            if end - start > 24 or room.taken[end - 1]:
                break
            if not (room.other[start] or room.other[end - 1]):
                n_hits = _by_value(room, start, end, n_hits, keys)
    return n_hits


@njit(cache=True)
def _joined(room, piece):
    start = room.pieces[piece]
    near = room.gaps[start] == JOINT or room.gaps[start] == BLANK
    return near and CLASS[room.chars[start]] == DIGIT and CLASS[room.chars[start - 1]] == DIGIT


@njit(cache=True)
def _other_series(room, start):
    """Whether letters that name another series of numbers stand right before, or digits of the same number."""
    if start == 0 or (room.gaps[start] != NONE and room.gaps[start] != JOINT):
        return False
    if CLASS[room.chars[start - 1]] == DIGIT:
        return room.gaps[start] == JOINT
    return not is_label(room, start)


@njit(cache=True)
def _by_value(room, start, end, n_hits, keys):
    value, n = digits_value(room.chars, start, end)
    if n < keys.need or not sieve(keys.values_bits, value):
        return n_hits
    place = slot(keys.values, keys.values_at, value)
    key = keys.values_at[place]
    for _ in range(16):
        if key < 0:
            break
        n_hits = add(room, n_hits, start, end, key, COUNTED)
        for at in range(start, end):
            room.taken[at] = True
        key = keys.values_more[key]
    return n_hits
