"""Documents that bank lines quote: which number stands in which text, and how surely it is that number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Whole
from recon_kit.matching.evidence.alone import digits_alone
from recon_kit.matching.evidence.alphabet import (
    CLASS,
    DIGIT,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    TAKEN,
    Bytes,
    Smalls,
    Wholes,
    entry,
    inner,
)
from recon_kit.matching.evidence.bounds import CHECKED, COUNTED, GLUED, NEAR, ORDERED, SHORTENED, WHOLE
from recon_kit.matching.evidence.keys import BARE, BASE, FIELD_OF, FIRST, ITEM, N_FORMS, NEXT, ORDER, Keys
from recon_kit.matching.evidence.lists import series, tiled
from recon_kit.matching.evidence.numbering import keys
from recon_kit.matching.evidence.others import mark_others
from recon_kit.matching.evidence.parts import parted
from recon_kit.matching.evidence.scan import longest, whole_numbers
from recon_kit.matching.evidence.slips import slips
from recon_kit.matching.evidence.spans import Room, room, take_apart
from recon_kit.matching.evidence.texts import Texts, texts

__all__ = ["CHECKED", "COUNTED", "GLUED", "NEAR", "ORDERED", "SHORTENED", "WHOLE", "Quotes", "quotes"]

_MOST_HITS = 2048
_MOST_OF_NUMBER, _MOST_OF_ORDER = 64, 40
_LONG = 5
_LINES_AT_ONCE = 16_384
_THREADS = 8


@dataclass(frozen=True)
class Quotes:
    """Quoted documents, one row per line and item, sorted by line and item; and what else the lines' texts hold.

    Args:
        line, item: positions in Lines and Items.
        strength: 7 reference borne out by check digits, 6 full number whole and bounded, 5 full number glued, blanked, wrapped
            or with O for 0, 4 order number, 3 all its digits, or so short that any such number hits one, 2 shortened behind
            another of its series, 1 one slip or cut off.
        at, length: where it stands in the line's folded text (bytes); of the strongest quote.
        text: the lines' folded texts, reference and end-to-end id included.
        n_long: per line, numbers of five digits and more that are no date, amount, account or telephone; n_unknown: those of
            them that no quote covers. n_crowded: numbers left out because more than 64 documents (40 orders) carry them.
        n_foreign: words with the letters and the length of a document's number that are none.
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
    n_foreign: Code
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
    line, item, strength, at, length = (np.ascontiguousarray(column, np.int32) for column in found.rows.T)
    n_long, n_unknown, n_crowded, n_runs, n_foreign = (np.ascontiguousarray(column, np.int32) for column in found.per_line.T)
    run_start = np.concatenate([[0], np.cumsum(n_runs, dtype=np.int64)])
    return Quotes(
        line, item, strength.astype(np.int8), at, length, text, n_long, n_unknown, n_crowded, n_foreign,
        run_start, found.run_value, found.run_digits, counts.value, counts.digits,
    )  # fmt: skip


class _Found(NamedTuple):
    """Of some lines: rows (line, item, strength, at, length), per line (long, unknown, crowded, runs, foreign), the runs."""

    rows: Wholes
    per_line: Wholes
    run_value: Wholes
    run_digits: Smalls


def _scanned(text: Texts, known: Keys) -> _Found:
    """All lines in pieces of fixed size, so that no number of threads reaches the result."""
    size = len(text)
    bounds = [(first, min(first + _LINES_AT_ONCE, size)) for first in range(0, size, _LINES_AT_ONCE)]
    with ThreadPoolExecutor(_THREADS) as pool:
        pieces = list(pool.map(lambda bound: _piece(text, known, *bound), bounds or [(0, 0)]))
    return _Found(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))


def _piece(text: Texts, known: Keys, first: int, last: int) -> _Found:
    widths = np.diff(text.start[first : last + 1])
    place = room(int(widths.max(initial=0)), _MOST_HITS)
    most_runs, most_rows = int(widths.sum()) // 2 + 1, 4 * (last - first) + 1024
    run_value, run_digits = np.zeros(most_runs, np.int64), np.zeros(most_runs, np.int8)
    per_line = np.zeros((last - first, 5), np.int64)
    while True:
        rows = np.zeros((most_rows, 5), np.int64)
        n_rows, n_runs = _lines(text.buffer, text.start, first, last, known, place, rows, per_line, run_value, run_digits)
        if n_rows <= most_rows:
            return _Found(rows[:n_rows], per_line, run_value[:n_runs], run_digits[:n_runs])
        most_rows = n_rows


@entry
def _lines(
    buffer: Bytes, start: Wholes, first: int, last: int, keys: Keys, room: Room,
    rows: Wholes, per_line: Wholes, run_value: Wholes, run_digits: Smalls,
) -> tuple[int, int]:  # fmt: skip
    """Fill the rows of lines first..last; how many there are, also where they do not fit, and how many runs.

    The time grows with the length of a text and no faster: nothing below looks further around a digit than references reach.
    """
    n_rows, n_runs = 0, 0
    prefix, power, back = np.zeros(64, np.uint64), np.ones(64, np.uint64), np.zeros(512, np.int64)
    for at in range(1, 64):
        power[at] = power[at - 1] * BASE
    for line in range(first, last):
        size, n_pieces = take_apart(buffer, start[line], start[line + 1], room)
        mark_others(buffer, start[line], room, size, n_pieces, keys)
        n_hits = whole_numbers(room, size, keys)
        n_hits = longest(room, parted(room, size, n_pieces, n_hits, keys))
        n_hits = digits_alone(room, n_pieces, n_hits, keys)
        n_hits = tiled(room, n_pieces, n_hits, keys, back)
        n_hits = series(room, size, n_hits, keys)
        n_hits, n_foreign = slips(room, size, n_hits, keys, prefix, power)
        at = line - first
        per_line[at, 4] = n_foreign
        per_line[at, 0], per_line[at, 1] = _long(room, n_pieces)
        per_line[at, 3] = _runs(room, n_pieces, run_value, run_digits, n_runs)
        n_rows, per_line[at, 2] = _emit(room, n_hits, keys, line, rows, n_rows)
        n_runs += per_line[at, 3]
    return n_rows, n_runs


@inner
def _long(room: Room, n_pieces: int) -> tuple[int, int]:
    """Numbers of five digits and more, and those that nothing explains."""
    n_long, n_unknown = 0, 0
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        if (
            CLASS[room.chars[start]] == DIGIT
            and end - start >= _LONG
            and (room.marks[start, TAKEN] or not room.marks[start, OTHER])
        ):
            n_long += 1
            n_unknown += not room.marks[start, TAKEN]
    return n_long, n_unknown


@inner
def _runs(room: Room, n_pieces: int, run_value: Wholes, run_digits: Smalls, n_before: int) -> int:
    n = n_before
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        if CLASS[room.chars[start]] != DIGIT or end - start < 2 or (room.marks[start, OTHER] and not room.marks[start, TAKEN]):
            continue
        value: Any = 0
        for at in range(max(start, end - 12), end):
            value = value * 10 + room.chars[at] - 48
        run_value[n], run_digits[n] = value, min(end - start, 12)
        n += 1
    return n - n_before


@inner
def _emit(room: Room, n_hits: int, keys: Keys, line: int, rows: Wholes, n_rows: int) -> tuple[int, int]:
    """One row per document of each hit, the strongest one kept, sorted by document."""
    begin, n_crowded = n_rows, int(n_hits == len(room.hits))
    for hit in range(n_hits):
        key, strength = room.hits[hit, 2], room.hits[hit, 3]
        if keys.info[key, N_FORMS] > _MOST_OF_NUMBER:
            n_crowded += 1
            continue
        form = keys.info[key, FIRST]
        for _ in range(keys.info[key, N_FORMS]):
            field = keys.forms[form, FIELD_OF]
            most = ORDERED if field == ORDER else COUNTED if field == BARE else CHECKED
            if field != ORDER or keys.info[key, N_FORMS] <= _MOST_OF_ORDER:
                n_rows = _row(rows, begin, n_rows, line, keys.forms[form, ITEM], min(strength, most), room, hit)
            form = keys.forms[form, NEXT]
    return n_rows, n_crowded


@inner
def _row(rows: Wholes, begin: int, n_rows: int, line: int, item: int, strength: int, room: Room, hit: int) -> int:
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
            for column in range(5):
                rows[back, column] = rows[back - 1, column]
        n_rows += 1
    start, end = room.hits[hit, 0], room.hits[hit, 1]
    rows[at, 0], rows[at, 1], rows[at, 2] = line, item, strength
    rows[at, 3], rows[at, 4] = room.spots[start, PLACE], room.spots[end - 1, PLACE] + 1 - room.spots[start, PLACE]
    return n_rows
