"""Numbers compared part by part, digits as whole numbers: 337/2/2026 is 337/02/2026, 7D07428-33 is 7D07428-0033."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CANONICAL,
    CLASS,
    DIGIT,
    GAP,
    JOINT,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    inner,
)
from recon_kit.matching.evidence.bounds import GLUED, goes_before, goes_on
from recon_kit.matching.evidence.keys import BASE, DIGITS, PART, START, Keys, found, sieve
from recon_kit.matching.evidence.scan import add
from recon_kit.matching.evidence.spans import Room, is_label

_MOST_PARTS = 10
_LEAST_DIGITS = 4


@inner
def parted(room: Room, size: int, n_pieces: int, n_hits: int, keys: Keys) -> int:
    """Numbers of which each part stands in the text with its mark, leading zeros left out or put in."""
    for piece in range(n_pieces):
        start = room.spots[piece, PIECE]
        if keys.parts == 0 or room.marks[start, GAP] == NONE:
            continue
        value, n_parts, at = np.uint64(0), 0, piece
        while at < n_pieces and n_parts < _MOST_PARTS and (at == piece or _follows(room, at)):
            value, n_parts, end = _with_part(room, at, value), n_parts + 1, room.spots[at, PIECE_END]
            ends = keys.parts >> n_parts & 1 and room.marks[end, GAP] != NONE
            if ends and sieve(keys.bits, 3, value):
                n_hits = _agreed(room, size, piece, at, value, n_hits, keys)
            at += 1
    return n_hits


@inner
def _with_part(room: Room, piece: int, value: np.uint64) -> np.uint64:
    """The hash of the parts before with one more, as `keys` makes it."""
    value = value * BASE + PART
    at, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
    while at < end and room.chars[at] == 48:
        at += 1
    for step in range(at, end):
        value = value * BASE + np.uint64(CANONICAL[room.chars[step]])
    return value


@inner
def _follows(room: Room, piece: int) -> bool:
    """Whether a piece goes on with the one before: glued, behind one mark, or a blank between letters and digits."""
    start = room.spots[piece, PIECE]
    gap = room.marks[start, GAP]
    turns = CLASS[room.chars[start]] != CLASS[room.chars[start - 1]]
    near = room.spots[start, PLACE] - room.spots[start - 1, PLACE] == 2
    return bool(gap == NONE or (gap == JOINT and near) or (gap == BLANK and turns))


@inner
def _agreed(room: Room, size: int, piece: int, last: int, value: np.uint64, n_hits: int, keys: Keys) -> int:
    """Add the only number of these parts; one of digits alone must be long, or named."""
    start, end = room.spots[piece, PIECE], room.spots[last, PIECE_END]
    key = found(keys.parted, value)
    if key < 0 or key >= len(keys.info) - 1 or goes_on(room, size, end):
        return n_hits
    length = keys.info[key + 1, START] - keys.info[key, START]
    digits, free = _digits(room, piece, last)
    if length == end - start or digits < _LEAST_DIGITS or not _is_dropped(room, piece, last, key, keys):
        return n_hits
    if keys.info[key, DIGITS] == length:
        long = digits >= keys.need or (digits >= keys.need - 2 and is_label(room, start))
        if not (long and free) or goes_before(room, start, end - start):
            return n_hits
    return add(room, n_hits, start, end, key, GLUED)


@inner
def _is_dropped(room: Room, piece: int, last: int, key: int, keys: Keys) -> bool:
    """Whether each part is as wide as the number's, wider, or without any zeros before: 357/02 is not 357/002."""
    place = keys.info[key, START]
    for part in range(piece, last + 1):
        at, behind = room.spots[part, PIECE], place + 1
        while behind < keys.info[key + 1, START] and not keys.joint[behind]:
            behind += 1
        if room.spots[part, PIECE_END] - at < behind - place and room.chars[at] == 48:
            return False
        place = behind
    return True


@inner
def _digits(room: Room, piece: int, last: int) -> tuple[int, bool]:
    """How many digits of some pieces count behind leading zeros, and whether none of them is an amount or the like."""
    digits, free = 0, True
    for part in range(piece, last + 1):
        at, end = room.spots[part, PIECE], room.spots[part, PIECE_END]
        if CLASS[room.chars[at]] == DIGIT:
            free &= not room.marks[at, OTHER]
            while at < end and room.chars[at] == 48:
                at += 1
            digits += end - at
    return digits, free
