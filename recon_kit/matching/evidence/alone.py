"""Numbers told by their digits alone, letters and leading zeros left out."""

from __future__ import annotations

from recon_kit.matching.evidence.alphabet import (
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    JOINT,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    TAKEN,
    inner,
)
from recon_kit.matching.evidence.bounds import COUNTED
from recon_kit.matching.evidence.keys import LEAST_DIGITS, VALUE_MORE, Keys, digits_value, found, sieve
from recon_kit.matching.evidence.scan import add
from recon_kit.matching.evidence.spans import Room, is_label

_LONGEST_SERIES = 4


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
