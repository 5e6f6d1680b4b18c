"""What stands right beside a number in a text, and how strong that leaves it: a part of an amount or of another is none."""

from __future__ import annotations

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CLASS,
    DIGIT,
    GAP,
    JOINT,
    LIST,
    NONE,
    OTHER,
    PLACE,
    inner,
)
from recon_kit.matching.evidence.keys import CHECK, DENSE, DIGITS, LEAST_DIGITS, Keys, digits_value, found, sieve
from recon_kit.matching.evidence.spans import Room, is_label
from recon_kit.matching.evidence.structured import RF, schemes

CHECKED, WHOLE, GLUED, ORDERED, COUNTED, SHORTENED, NEAR = 7, 6, 5, 4, 3, 2, 1
_FRAME = 40
"""No reference with check digits is longer: a text of nothing but digits is not walked through again for each of them."""


@inner
def framed(room: Room, size: int, start: int, end: int) -> tuple[int, int]:
    """The digits that a number stands among, blanks left out, as far as any reference reaches."""
    first, last = start, end
    least, most = max(0, start - _FRAME), min(size, end + _FRAME)
    while first > least and room.marks[first, GAP] <= BLANK and CLASS[room.chars[first - 1]] == DIGIT:
        first -= 1
    while last < most and room.marks[last, GAP] <= BLANK and CLASS[room.chars[last]] == DIGIT:
        last += 1
    return first, last


@inner
def bounded(room: Room, size: int, keys: Keys, key: int, start: int, end: int, exact: bool) -> int:
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
    first, last = framed(room, size, start, end)
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
