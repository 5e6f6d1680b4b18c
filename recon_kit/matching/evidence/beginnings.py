"""Names written with initials, or cut, or with other words behind them: who is called alike and owes nearly as much.

"J W Ricker", "John W. Ricker" and "J W RICKER PAYM" begin alike, word for word, though they share hardly a piece that few
others have. Alone that says little; with an amount close to the line's and a day that fits, it says whom to look at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines
from recon_kit.matching.evidence.alphabet import Bytes, Wholes, entry, inner
from recon_kit.matching.evidence.folding import Plain, plain_bytes
from recon_kit.matching.evidence.joins import among, how_many
from recon_kit.matching.evidence.payer_rows import LEDGER, NUMBER, SIMILAR_NAME, Rows, rows_of

WITHIN = 8
"""An amount is near if it differs by at most an eighth of the line."""
DAYS_EARLY, DAYS_LATE = 5, 60
"""A document is near if it was issued at most so long after, or due at most so long before the line was booked."""
MOST_NEAR, MOST_SEEN = 6, 4000
"""How many documents a line is offered so, and among how many near amounts they are looked for."""

_LETTERS, _BEGINNING = 256, 70


@dataclass(frozen=True)
class Called:
    """Names as bytes, and of each line which of them it is called by: its payer's name, else the beginning of its text (many
    banks write the payer there); -1 for neither."""

    names: Plain
    line: Code


def called(lines: Lines, names: pa.LargeStringArray) -> Called:
    """Names by their codes, and behind them the texts of lines without a name."""
    nameless = np.flatnonzero(lines.name < 0)
    texts = pc.utf8_slice_codeunits(lines.texts.take(nameless), 0, _BEGINNING)
    some = nameless[pc.is_valid(texts).to_numpy(zero_copy_only=False)]
    of_line = lines.name.copy()
    of_line[some] = len(names) + np.arange(len(some))
    return Called(plain_bytes(pa.concat_arrays([names, texts.drop_null()])), of_line)


def by_beginning(lines: Lines, items: Items, known: Called, rows: Rows) -> Rows:
    """Debtors whose name begins like the payer's and who owe nearly the line's amount near its day.

    Both names need two words that agree: equal, or one the beginning of the other. Asked are lines whose payer is known by
    name at most, and none of whose debtors so far owes exactly the amount.
    """
    names, name = known.names, known.line
    initials, _ = _initials(*names)
    item = np.flatnonzero((items.open != 0) & ~items.hub)
    item = item[initials[items.name[item]] > 0]
    book = _book(items.entity[item], items.currency[item], initials[items.name[item]])
    order = np.lexsort((item, items.open[item], book))
    item, book = item[order], book[order]
    line = np.flatnonzero(_open_questions(lines, items, rows))
    line = line[initials[name[line]] > 0]
    wanted = _book(lines.entity[line], lines.currency[line], initials[name[line]])
    begin, end = np.searchsorted(book, wanted, "left"), np.searchsorted(book, wanted, "right")
    found = np.full((len(line), MOST_NEAR), -1, np.int64)
    _near(
        names.data, names.start, names.end, items.name[item], items.open[item], items.issued[item], items.due[item],
        begin, end, name[line], lines.amount[line], lines.on[line], found,
    )  # fmt: skip
    at, rank = np.nonzero(found >= 0)
    return rows_of(line[at], items.debtor[item[found[at, rank]]], SIMILAR_NAME, how_many(at))


def agreeing(names: Plain, one: Code, other: Code) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Of pairs of names: letters of the words in which they begin alike, and the share that is of the shorter name's letters.

    0 letters and -1 where a name is missing (position -1).
    """
    _, letters = _initials(*names)
    both = (one >= 0) & (other >= 0)
    found = np.zeros(len(one), np.int64)
    _agree_all(*names, np.where(both, one, -1).astype(np.int64), other.astype(np.int64), found)
    shorter = np.minimum(letters[one], letters[other])
    share = np.where(both & (shorter > 0), found / np.maximum(shorter, 1), -1)
    return found.astype(np.int16), share.astype(np.float32)


def _open_questions(lines: Lines, items: Items, rows: Rows) -> NDArray[np.bool_]:
    told = np.zeros(len(lines), np.bool_)
    told[rows.line[(rows.kind == LEDGER) | (rows.kind == NUMBER)]] = True
    some = items.open != 0
    size = int(items.debtor.max(initial=0)) + 1
    amounts = np.unique(lines.amount)

    def key(debtor: NDArray[np.int64] | Code, amount: Wholes) -> Wholes:
        place = np.minimum(np.searchsorted(amounts, amount), max(len(amounts) - 1, 0))
        known = amounts[place] == amount if len(amounts) else np.zeros(len(amount), np.bool_)
        return np.where(known, place * size + debtor, -1).astype(np.int64)

    owed = key(items.debtor[some], items.open[some])
    told[rows.line[among(key(rows.debtor, lines.amount[rows.line]), owed[owed >= 0])]] = True
    asked: NDArray[np.bool_] = ~told & (lines.amount != 0)
    return asked


def _book(entity: Code, currency: Code, initials: Wholes) -> Wholes:
    return ((entity.astype(np.int64) + 1) * 4096 + currency + 1) * (_LETTERS * _LETTERS) + initials


@entry
def _initials(data: Bytes, start: Wholes, end: Wholes) -> tuple[Wholes, Wholes]:
    """Of each name the first letters of its first two words as one number (0: it has fewer), and how many letters it has.

    One more of each at the end, so that -1 has none.
    """
    found, letters = np.zeros(len(start) + 1, np.int64), np.zeros(len(start) + 1, np.int64)
    for name in range(len(start)):
        n, inside, key = 0, False, 0
        for at in range(start[name], end[name]):
            letter = _is_letter(data[at])
            if letter and not inside:
                n += 1
                if n <= 2:
                    key = key * _LETTERS + data[at]
            inside = letter
            letters[name] += letter
        found[name] = key if n >= 2 else 0
    return found, letters


@inner
def _is_letter(byte: int) -> bool:
    return (65 <= byte <= 90) or (48 <= byte <= 57) or byte >= 128


@inner
def _agree(data: Bytes, at: int, end: int, to: int, stop: int) -> tuple[int, int]:
    """Words and letters in which two names begin alike: words that are equal, or one the beginning of the other."""
    words, letters = 0, 0
    while True:
        while at < end and not _is_letter(data[at]):
            at += 1
        while to < stop and not _is_letter(data[to]):
            to += 1
        if at == end or to == stop:
            return words, letters
        equal = 0
        while at < end and to < stop and _is_letter(data[at]) and data[at] == data[to]:
            at, to, equal = at + 1, to + 1, equal + 1
        more, theirs = at < end and _is_letter(data[at]), to < stop and _is_letter(data[to])
        if more and theirs:
            return words, letters
        words, letters = words + 1, letters + equal
        while at < end and _is_letter(data[at]):
            at += 1
        while to < stop and _is_letter(data[to]):
            to += 1


@entry
def _agree_all(data: Bytes, start: Wholes, end: Wholes, one: Wholes, other: Wholes, found: Wholes) -> None:
    for pair in range(len(one)):
        if one[pair] >= 0:
            _, found[pair] = _agree(data, start[one[pair]], end[one[pair]], start[other[pair]], end[other[pair]])


@entry
def _near(
    data: Bytes, start: Wholes, end: Wholes, item_name: Code, owed: Wholes, issued: Code, due: Code,
    begin: Wholes, stop: Wholes, name: Code, amount: Wholes, on: Code, found: Wholes,
) -> None:  # fmt: skip
    """Per line the nearest items, by position: more agreeing letters first, then the smaller distance of amount and days."""
    costs = np.zeros(found.shape[1])
    for line in range(len(name)):
        reach = abs(amount[line]) // WITHIN
        low = begin[line] + np.searchsorted(owed[begin[line] : stop[line]], amount[line] - reach)
        costs[:] = 1e9
        for at in range(low, min(stop[line], low + MOST_SEEN)):
            if owed[at] > amount[line] + reach:
                break
            if issued[at] - on[line] > DAYS_EARLY or on[line] - due[at] > DAYS_LATE:
                continue
            mine, theirs = name[line], item_name[at]
            words, letters = _agree(data, start[mine], end[mine], start[theirs], end[theirs])
            if words < 2:
                continue
            off, late = abs(owed[at] - amount[line]), abs(on[line] - due[at])
            cost = off / max(reach, 1) + late / DAYS_LATE - 2.0 * letters
            place = len(costs)
            while place > 0 and costs[place - 1] > cost:
                place -= 1
            if place < len(costs):
                for back in range(len(costs) - 1, place, -1):
                    costs[back], found[line, back] = costs[back - 1], found[line, back - 1]
                costs[place], found[line, place] = cost, at
