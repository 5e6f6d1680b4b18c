"""Digits in a text that are something else than a document's number: dates, amounts, accounts, telephones, customers."""

from __future__ import annotations

from typing import Any

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    SEPARATOR,
    Bytes,
    among,
    inner,
    word,
    words,
)
from recon_kit.matching.evidence.keys import Keys
from recon_kit.matching.evidence.named import COUNTRIES, OTHERS, PHONES, TAXES, mark, mark_labelled, mark_tax_id, wide_end
from recon_kit.matching.evidence.spans import Room
from recon_kit.matching.evidence.structured import mod97

_CURRENCIES = words(
    """EUR CHF GBP USD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH JPY CNY CAD AUD NZD ZAR INR BRL MXN ISK HRK RSD ILS
    AED SAR KC ZL LEI KR EURO EUROS"""
)


@inner
def mark_others(buffer: Bytes, first: int, room: Room, size: int, n_pieces: int, keys: Keys) -> None:
    """Mark what is no document's number."""
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        if CLASS[room.chars[start]] == DIGIT:
            if room.marks[start, OTHER]:
                continue
            last = max(_date(buffer, first, room, piece, n_pieces), _amount(buffer, first, room, piece, n_pieces))
            mark(room, start, room.spots[last, PIECE_END] if last >= piece else start)
            if _telephone(buffer, first, room, start):
                mark(room, start, wide_end(room, start, size))
            continue
        letters = word(room.chars, start, end)
        if among(letters, _CURRENCIES):
            _around(buffer, first, room, piece, n_pieces)
        elif end < size and (among(letters, OTHERS) or among(letters, PHONES)):
            mark_labelled(room, piece, n_pieces, size, keys, among(letters, PHONES))
        elif end < size and among(letters, TAXES):
            mark_tax_id(buffer, first, room, piece, n_pieces, size, keys)
        elif end - start == 2 and room.marks[start, GAP] != NONE and among(letters, COUNTRIES):
            mark(room, start, _iban_end(room, start, size))


@inner
def _telephone(buffer: Bytes, first: int, room: Room, start: int) -> bool:
    """Whether digits begin with a plus that stands by itself."""
    place = room.spots[start, PLACE]
    if place == 0 or buffer[first + place - 1] != 43:
        return False
    return bool(place == 1 or (CLASS[buffer[first + place - 2]] == SEPARATOR and buffer[first + place - 2] != 43))


@inner
def _between(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The one byte between a piece of digits and the next one, 0 if there is more or less."""
    if piece + 1 >= n_pieces or CLASS[room.chars[room.spots[piece + 1, PIECE]]] != DIGIT:
        return 0
    left, right = room.spots[room.spots[piece, PIECE_END] - 1, PLACE], room.spots[room.spots[piece + 1, PIECE], PLACE]
    return int(np.int64(buffer[first + left + 1])) if right - left == 2 else 0


@inner
def _number(room: Room, piece: int) -> int:
    value: Any = 0
    for at in range(room.spots[piece, PIECE], min(room.spots[piece, PIECE_END], room.spots[piece, PIECE] + 9)):
        value = value * 10 + room.chars[at] - 48
    return int(value)


@inner
def _width(room: Room, piece: int) -> int:
    return int(room.spots[piece, PIECE_END] - room.spots[piece, PIECE])


@inner
def _date(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The last piece of a date that begins with this one, -1 if none does."""
    mark = _between(buffer, first, room, piece, n_pieces)
    if piece + 2 >= n_pieces or (mark != 46 and mark != 47 and mark != 45):
        return -1
    if _between(buffer, first, room, piece + 1, n_pieces) != mark or _between(buffer, first, room, piece + 2, n_pieces) == mark:
        return -1
    a, b, c = _number(room, piece), _number(room, piece + 1), _number(room, piece + 2)
    wa, wb, wc = _width(room, piece), _width(room, piece + 1), _width(room, piece + 2)
    if piece and room.marks[room.spots[piece, PIECE], GAP] == NONE:
        return -1
    if wa <= 2 and wb <= 2 and (wc == 4 or wc == 2):
        fits = 1 <= a <= 31 and 1 <= b <= 31 and min(a, b) <= 12 and (wc == 2 or 1990 <= c <= 2100)
        return piece + 2 if fits else -1
    return piece + 2 if wa == 4 and wb == 2 and wc == 2 and 1990 <= a <= 2100 and 1 <= b <= 12 and 1 <= c <= 31 else -1


@inner
def _amount(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The last piece of an amount with two decimals that begins with this one, -1 if none does."""
    here, mark = piece, _between(buffer, first, room, piece, n_pieces)
    if _width(room, piece) <= 3:
        while (mark == 46 or mark == 44 or mark == 39 or mark == 32) and _width(room, here + 1) == 3:
            here, mark = here + 1, _between(buffer, first, room, here + 1, n_pieces)
    if (mark != 46 and mark != 44) or _width(room, here + 1) != 2:
        return -1
    follows = _between(buffer, first, room, here + 1, n_pieces)
    if follows == 46 or follows == 44:
        return -1
    start, end = room.spots[piece, PIECE], room.spots[here + 1, PIECE_END]
    if room.marks[start, GAP] == NONE and not among(word(room.chars, room.spots[piece - 1, PIECE], start), _CURRENCIES):
        return -1
    glued = room.marks[end, GAP] == NONE and piece + 2 < n_pieces
    return -1 if glued and not among(word(room.chars, end, room.spots[here + 2, PIECE_END]), _CURRENCIES) else here + 1


@inner
def _around(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> None:
    """The number right before or behind a currency; the one before is none where an amount with decimals follows."""
    start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
    follows = piece + 1 < n_pieces and room.marks[end, GAP] <= BLANK and CLASS[room.chars[end]] == DIGIT
    if follows and _amount(buffer, first, room, piece + 1, n_pieces) > piece:
        return
    near = room.marks[start, GAP] <= BLANK and room.marks[start, GAP] != EDGE
    if piece and near and CLASS[room.chars[start - 1]] == DIGIT and not _glued_left(room, piece - 1):
        mark(room, room.spots[piece - 1, PIECE], start)
    elif end - start > 2 and follows:
        mark(room, end, room.spots[piece + 1, PIECE_END])


@inner
def _glued_left(room: Room, piece: int) -> bool:
    return piece > 0 and room.marks[room.spots[piece, PIECE], GAP] == NONE


@inner
def _iban_end(room: Room, start: int, size: int) -> int:
    """The end of an IBAN with right check digits that begins here, else its beginning."""
    end = start + 1
    while end < size and end - start < 34 and (room.marks[end, GAP] == NONE or room.marks[end, GAP] == BLANK):
        end += 1
    if end - start < 15 or CLASS[room.chars[start + 2]] != DIGIT or CLASS[room.chars[start + 3]] != DIGIT:
        return start
    for stop in range(end, start + 14, -1):
        whole = stop == size or room.marks[stop, GAP] != NONE
        if whole and mod97(room.chars, start, stop) == 1:
            return stop
    return start
