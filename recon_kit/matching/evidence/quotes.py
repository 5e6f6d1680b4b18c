"""Documents that bank lines quote: which number stands in which text, and how surely it is that number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Whole
from recon_kit.matching.evidence.alphabet import CLASS, DIGIT
from recon_kit.matching.evidence.keys import BASE, ORDER, Keys, keys
from recon_kit.matching.evidence.scan import CHECKED, COUNTED, GLUED, NEAR, ORDERED, SHORTENED, WHOLE, digits_alone, whole_numbers
from recon_kit.matching.evidence.spans import Room, mark_others, room, take_apart
from recon_kit.matching.evidence.texts import Texts, texts
from recon_kit.matching.evidence.weak import series, slips

__all__ = ["CHECKED", "COUNTED", "GLUED", "NEAR", "ORDERED", "SHORTENED", "WHOLE", "Quotes", "quotes"]

_MOST_HITS = 512
_MOST_OF_NUMBER, _MOST_OF_ORDER = 64, 40
_LONG = 5
_LINES_AT_ONCE = 16_384
_THREADS = 8


@dataclass(frozen=True)
class Quotes:
    """Quoted documents, one row per line and item, sorted by line and item; and what else the lines' texts hold.

    Args:
        line, item: positions in Lines and Items.
        strength: 7 reference borne out by check digits, 6 full number whole and bounded, 5 full number glued, blanked, wrapped or
            with O for 0, 4 order number, 3 all digits without the letters, 2 shortened behind another of its series, 1 one slip
            or cut off.
        at, length: where it stands in the line's folded text (bytes); of the strongest quote.
        text: the lines' folded texts, reference and end-to-end id included.
        n_long: per line, numbers of five digits and more that are no date, amount, account or telephone; n_unknown: those of
            them that no quote covers. n_crowded: numbers left out because more than 64 documents (40 orders) carry them.
        run_start, run_value, run_digits: per line its digit runs of two and more that are no such thing, the last twelve digits
            of each; line i has run_start[i]:run_start[i + 1].
        counting, counting_digits: per item what counts up in its document number (0 digits: nothing does).
    """

    line: Code
    item: Code
    strength: NDArray[np.int8]
    at: Code
    length: Code
    text: Texts
    n_long: Code
    n_unknown: Code
    n_crowded: Code
    run_start: Whole
    run_value: Whole
    run_digits: NDArray[np.int8]
    counting: Whole
    counting_digits: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.line)

    def written(self, row: int) -> str:
        """The quote as it stands in the text, in capitals."""
        return self.text.part(int(self.line[row]), int(self.at[row]), int(self.length[row]))


def quotes(lines: Lines, items: Items) -> Quotes:
    """Every document of `items`, open or not, that a line's remittance, reference or end-to-end id quotes.

    Documents of all entities and debtors that carry a quoted number have a row each.
    """
    text, (known, counts) = texts(lines.texts, lines.reference, lines.e2e), keys(items)
    found = _scanned(text, known)
    return Quotes(*found[0], text, *found[1], *found[2], counts.value, counts.digits)


def _scanned(text: Texts, known: Keys) -> tuple[tuple[NDArray, ...], tuple[NDArray, ...], tuple[NDArray, ...]]:
    """All lines in pieces of fixed size, so that no number of threads reaches the result."""
    size = len(text)
    counts = tuple(np.zeros(size, np.int32) for _ in range(3))
    bounds = [(first, min(first + _LINES_AT_ONCE, size)) for first in range(0, size, _LINES_AT_ONCE)]

    def piece(bound: tuple[int, int]) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        return _piece(text, known, bound, counts)

    with ThreadPoolExecutor(_THREADS) as pool:
        pieces = list(pool.map(piece, bounds))
    rows, per_line, values, digits = (_behind([piece[which] for piece in pieces]) for which in range(4))
    rows = rows.reshape(-1, 5)
    columns = (rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int8), rows[:, 3], rows[:, 4])
    start = np.concatenate([[0], np.cumsum(per_line, dtype=np.int64)])
    return tuple(np.ascontiguousarray(c) for c in columns), counts, (start, values, digits)


def _behind(arrays: list[NDArray]) -> NDArray:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int32)


def _piece(
    text: Texts, known: Keys, bound: tuple[int, int], counts: tuple[NDArray, ...]
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    first, last = bound
    widths = np.diff(text.start[first : last + 1])
    place = room(int(widths.max(initial=0)), _MOST_HITS)
    n_rows = 4 * (last - first) + 1024
    run_value, run_digits = np.zeros(int(widths.sum()) // 2 + 1, np.int64), np.zeros(int(widths.sum()) // 2 + 1, np.int8)
    per_line = np.zeros(last - first, np.int64)
    while True:
        rows = np.zeros((n_rows, 5), np.int32)
        n, n_runs = _lines(text.buffer, text.start, first, last, known, place, rows, *counts, per_line, run_value, run_digits)
        if n <= n_rows:
            return rows[:n].ravel(), per_line, run_value[:n_runs], run_digits[:n_runs]
        n_rows = int(n)


@njit(cache=True, nogil=True)
def _lines(buffer, start, first, last, keys, room, rows, n_long, n_unknown, n_crowded, per_line, run_value, run_digits):
    """The rows of lines first..last; returns how many there are, also where they do not fit, and the number of runs."""
    n_rows, n_runs = 0, 0
    prefix, power = np.zeros(64, np.uint64), np.ones(64, np.uint64)
    for at in range(1, 64):
        power[at] = power[at - 1] * BASE
    for line in range(first, last):
        size, n_pieces = take_apart(buffer, start[line], start[line + 1], room)
        mark_others(buffer, start[line], room, size, n_pieces)
        n_hits = whole_numbers(room, size, keys)
        n_hits = digits_alone(room, n_pieces, n_hits, keys)
        n_hits = series(buffer, start[line], room, size, n_hits, keys)
        n_hits = slips(room, size, n_hits, keys, prefix, power)
        n_long[line], n_unknown[line] = _long(room, n_pieces)
        n_more = _runs(room, n_pieces, run_value, run_digits, n_runs)
        per_line[line - first], n_runs = n_more, n_runs + n_more
        n_rows, n_crowded[line] = _emit(room, n_hits, keys, line, rows, n_rows)
    return n_rows, n_runs


@njit(cache=True)
def _long(room, n_pieces):
    """Numbers of five digits and more, and those that nothing explains."""
    n_long, n_unknown = 0, 0
    for piece in range(n_pieces):
        start, end = room.pieces[piece], room.piece_end[piece]
        if CLASS[room.chars[start]] == DIGIT and end - start >= _LONG and (room.taken[start] or not room.other[start]):
            n_long += 1
            n_unknown += not room.taken[start]
    return n_long, n_unknown


@njit(cache=True)
def _runs(room, n_pieces, run_value, run_digits, n_before):
    n = n_before
    for piece in range(n_pieces):
        start, end = room.pieces[piece], room.piece_end[piece]
        if CLASS[room.chars[start]] != DIGIT or end - start < 2 or (room.other[start] and not room.taken[start]):
            continue
        value = 0
        for at in range(max(start, end - 12), end):
            value = value * 10 + room.chars[at] - 48
        run_value[n], run_digits[n] = value, min(end - start, 12)
        n += 1
    return n - n_before


@njit(cache=True)
def _emit(room, n_hits, keys, line, rows, n_rows):
    """One row per document of each hit, the strongest one kept, sorted by document."""
    begin, n_crowded = n_rows, 0
    for hit in range(n_hits):
        key, strength = room.hits[hit, 2], room.hits[hit, 3]
        if keys.n_forms[key] > _MOST_OF_NUMBER:
            n_crowded += 1
            continue
        form = keys.first[key]
        for _ in range(keys.n_forms[key]):
            of_order = keys.field[form] == ORDER
            if not of_order:
                n_rows = _row(rows, begin, n_rows, line, keys.item[form], strength, room, hit)
            elif keys.n_forms[key] <= _MOST_OF_ORDER and (strength >= GLUED or strength == NEAR):
                n_rows = _row(rows, begin, n_rows, line, keys.item[form], min(strength, ORDERED), room, hit)
            form = keys.next[form]
    return n_rows, n_crowded


@njit(cache=True)
def _row(rows, begin, n_rows, line, item, strength, room, hit):
    """Insert the row where it belongs, or strengthen the one that is there."""
    if n_rows >= len(rows):
        return n_rows + 1
    at = n_rows
    while at > begin and rows[at - 1, 1] > item:
        at -= 1
    if at > begin and rows[at - 1, 1] == item:
        at -= 1
        if rows[at, 2] >= strength:
            return n_rows
    else:
        for back in range(n_rows, at, -1):
            rows[back] = rows[back - 1]
        n_rows += 1
    start, end = room.hits[hit, 0], room.hits[hit, 1]
    rows[at, 0], rows[at, 1], rows[at, 2] = line, item, strength
    rows[at, 3], rows[at, 4] = room.places[start], room.places[end - 1] + 1 - room.places[start]
    return n_rows
