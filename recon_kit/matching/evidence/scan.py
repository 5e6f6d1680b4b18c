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
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    TAKEN,
    inner,
)
from recon_kit.matching.evidence.keys import (
    ANCHOR,
    ANCHOR_END,
    ANCHOR_MORE,
    CHECK,
    DENSE,
    DIGITS,
    LEAST_DIGITS,
    START,
    VALUE_MORE,
    Keys,
    digits_value,
    found,
    sieve,
    whole_hash,
)
from recon_kit.matching.evidence.spans import Room, is_label
from recon_kit.matching.evidence.structured import RF, schemes

CHECKED, WHOLE, GLUED, ORDERED, COUNTED, SHORTENED, NEAR = 7, 6, 5, 4, 3, 2, 1
_CUT_BLANKS = 8
_MOST_CHAIN = 400
_LONGEST_SERIES = 4
_FRAME = 40
"""No reference with check digits is longer: a text of nothing but digits is not walked through again for each of them."""


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
    first, last = _framed(room, size, start, end)
    in_rf = first >= 2 and room.chars[first - 1] == 70 and room.chars[first - 2] == 82
    return not (in_rf or schemes(room.chars, first, last))


@inner
def _framed(room: Room, size: int, start: int, end: int) -> tuple[int, int]:
    """The digits that a number stands among, blanks left out, as far as any reference reaches."""
    first, last = start, end
    least, most = max(0, start - _FRAME), min(size, end + _FRAME)
    while first > least and room.marks[first, GAP] <= BLANK and CLASS[room.chars[first - 1]] == DIGIT:
        first -= 1
    while last < most and room.marks[last, GAP] <= BLANK and CLASS[room.chars[last]] == DIGIT:
        last += 1
    return first, last


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
    strength = _bounded(room, size, keys, key, start, start + length, exact and apart == 0)
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
def _bounded(room: Room, size: int, keys: Keys, key: int, start: int, end: int, exact: bool) -> int:
    """The strength of a number by what stands right beside it; 0 if it is only part of something else."""
    length, digits = end - start, keys.info[key, DIGITS]
    plain = digits == length
    base = WHOLE if exact else GLUED
    if start and room.marks[start, GAP] == NONE:
        before = CLASS[room.chars[start - 1]]
        if before == DIGIT and CLASS[room.chars[start]] == DIGIT:
            return _inside(room, size, keys, key, start, end)
        if before != DIGIT and not is_label(room, start) and (plain or digits < 6):
            return COUNTED if plain and digits >= keys.need else 0
        base = GLUED
    if end < size and room.marks[end, GAP] == NONE:
        if CLASS[room.chars[end]] == DIGIT and CLASS[room.chars[end - 1]] == DIGIT:
            return _inside(room, size, keys, key, start, end)
        if CLASS[room.chars[end]] != DIGIT and digits < 6:
            return 0
        base = GLUED
    if goes_on(room, size, end):
        if length < 7 or plain:
            return 0
        base = GLUED
    if plain and goes_before(room, start, length):
        return COUNTED if digits >= keys.need else 0
    if plain and room.marks[start, OTHER] and not (digits >= 8 and keys.info[key, CHECK]):
        return COUNTED if digits > keys.need + 1 and exact and not _amountlike(room, start, end) else 0
    if keys.info[key, CHECK]:
        return CHECKED
    return COUNTED if keys.info[key, DENSE] and not is_label(room, start) else base


@inner
def _amountlike(room: Room, start: int, end: int) -> bool:
    for at in range(start + 1, end):  # noqa: SIM110 - compiled code knows no any()
        if room.marks[at, GAP] != NONE:
            return True
    return False


@inner
def _inside(room: Room, size: int, keys: Keys, key: int, start: int, end: int) -> int:
    """Digits inside longer digits: the number only if check digits frame it."""
    first, last = _framed(room, size, start, end)
    length = end - start
    if keys.info[key, DIGITS] == length and length >= 6 and not _is_longer(room, size, keys, start, end):
        checked = schemes(room.chars, first, last)
        padded = True
        for at in range(first, start):
            padded &= room.chars[at] == 48
        if 0 < last - end <= 2 and padded and checked:
            return GLUED
        if last == end and first >= 2 and room.chars[first - 1] == 70 and room.chars[first - 2] == 82:
            return GLUED if schemes(room.chars, first - 2, last) & RF else 0
    return 0


@inner
def _is_longer(room: Room, size: int, keys: Keys, start: int, end: int) -> bool:
    """Whether the unbroken digits around a number are themselves all digits of a number."""
    first, last = start, end
    least, most = max(0, start - _FRAME), min(size, end + _FRAME)
    while first > least and room.marks[first, GAP] == NONE and CLASS[room.chars[first - 1]] == DIGIT:
        first -= 1
    while last < most and room.marks[last, GAP] == NONE and CLASS[room.chars[last]] == DIGIT:
        last += 1
    value, n = digits_value(room.chars, first, last)
    return n > LEAST_DIGITS and sieve(keys.bits, 1, value) and found(keys.values, value) >= 0


@inner
def goes_on(room: Room, size: int, end: int) -> bool:
    """Whether one or two digits follow behind a mark: a part of a number, or an amount."""
    if end >= size or CLASS[room.chars[end]] != DIGIT or room.spots[end, PLACE] - room.spots[end - 1, PLACE] != 2:
        return False
    if room.marks[end, GAP] != JOINT and room.marks[end, GAP] != LIST:
        return False
    n = 1
    while n <= 2 and end + n < size and room.marks[end + n, GAP] == NONE and CLASS[room.chars[end + n]] == DIGIT:
        n += 1
    return n <= 2


@inner
def goes_before(room: Room, start: int, length: int) -> bool:
    """Whether digits of another width stand before, joined by one mark."""
    if start == 0 or CLASS[room.chars[start - 1]] != DIGIT or room.spots[start, PLACE] - room.spots[start - 1, PLACE] != 2:
        return False
    if room.marks[start, GAP] != JOINT and room.marks[start, GAP] != LIST:
        return False
    n = 1
    while n < 5 and start - 1 - n >= 0 and room.marks[start - n, GAP] == NONE and CLASS[room.chars[start - 1 - n]] == DIGIT:
        n += 1
    return n != length and n < 5


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


@inner
def digits_alone(room: Room, n_pieces: int, n_hits: int, keys: Keys) -> int:
    """Numbers told by their digits alone, letters and leading zeros left out; long enough to be no chance."""
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        if CLASS[room.chars[start]] != DIGIT or _other_series(room, start):
            continue
        if room.marks[start, TAKEN]:
            n_hits = _by_value(room, start, end, n_hits, keys) if _is_hit(room, n_hits, start, end) else n_hits
            continue
        for wider in range(3):
            if piece + wider >= n_pieces or (wider and not _joined(room, piece + wider)):
                break
            end = room.spots[piece + wider, PIECE_END]
            if end - start > 24 or room.marks[end - 1, TAKEN]:
                break
            if not (room.marks[start, OTHER] or room.marks[end - 1, OTHER]):
                n_hits = _by_value(room, start, end, n_hits, keys)
    return n_hits


@inner
def _joined(room: Room, piece: int) -> bool:
    start = room.spots[piece, PIECE]
    near = room.marks[start, GAP] == JOINT and room.spots[start, PLACE] - room.spots[start - 1, PLACE] == 2
    return bool(near and CLASS[room.chars[start]] == DIGIT and CLASS[room.chars[start - 1]] == DIGIT)


@inner
def _other_series(room: Room, start: int) -> bool:
    """Whether letters that name another series of numbers stand right before, or digits of the same number."""
    gap, first = room.marks[start, GAP], start
    tight = gap == NONE or (gap == JOINT and room.spots[start, PLACE] - room.spots[start - 1, PLACE] == 2)
    if start == 0 or not tight:
        return False
    if CLASS[room.chars[start - 1]] == DIGIT:
        return bool(gap == JOINT)
    while first > 0 and CLASS[room.chars[first - 1]] != DIGIT and (first == start or room.marks[first, GAP] == NONE):
        first -= 1
    return start - first <= _LONGEST_SERIES and not is_label(room, start)


@inner
def _is_hit(room: Room, n_hits: int, start: int, end: int) -> bool:
    """Whether just this piece is a quoted number: another series may have the same digits."""
    for hit in range(n_hits):  # noqa: SIM110 - compiled code knows no any()
        if room.hits[hit, 0] == start and room.hits[hit, 1] == end:
            return True
    return False


@inner
def _named(room: Room, start: int) -> bool:
    """Whether a word for a document stands before, or another number of the same list."""
    gap = room.marks[start, GAP]
    return is_label(room, start) or bool(start > 0 and room.marks[start - 1, TAKEN] and gap not in (NONE, EDGE))


@inner
def _by_value(room: Room, start: int, end: int, n_hits: int, keys: Keys) -> int:
    value, n = digits_value(room.chars, start, end)
    if n < LEAST_DIGITS or not sieve(keys.bits, 1, value):
        return n_hits
    if max(n, min(end - start, n + 2)) < keys.need and not (n >= keys.need - 2 and _named(room, start)):
        return n_hits
    key = found(keys.values, value)
    for _ in range(16):
        if key < 0:
            break
        n_hits = add(room, n_hits, start, end, key, COUNTED)
        for at in range(start, end):
            room.marks[at, TAKEN] = True
        key = keys.info[key, VALUE_MORE]
    return n_hits
