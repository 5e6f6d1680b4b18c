"""Which debtor's name a payer's name could be: candidates by shared pieces, each different pair compared once.

Pieces: rare words, a word with the beginning of another one, the beginning of the whole (cut or glued names), the longest
word with one letter left out (typing errors), and a word with an initial. Only pieces that few debtors share bring two names
together. An initial fits every debtor with such a word, and none without: "J. Hoffmann" is not Anna Hoffmann.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from recon_kit.matching.columns import Code
from recon_kit.matching.evidence.folding import WORDS, Folded, Hashes, hashed, mixed
from recon_kit.matching.evidence.joins import among, heads, joined, packed, steps

MOST_SHARING = 24
"""A piece that more debtors' names share brings nobody together."""
MOST_COMPARED = 6
"""How many debtors' names one payer's name is compared with."""
SIMILAR = 0.8
"""Below, two names are not similar."""

_PIECES = 56
_WORDS_PAIRED = 4
_PREFIXES = (8, 14)
_LETTERS_VARIED = 18
_SUBSET = 0.92
_CUT = 0.97
_OTHER_FORM = 0.95
_NO_FORM, _OTHER_ORDER = 0.98, 0.97
_CUT_AT = 16
_INITIAL_FITS = 0.82
_LONG_WORD = 3


@dataclass(frozen=True)
class Similar:
    """Pairs of names with a likeness of SIMILAR or more, by payer's name, then debtor's name: positions in the names given."""

    payer: Code
    debtor: Code
    likeness: NDArray[np.float32]


def similar(payers: Folded, debtors: Folded) -> Similar:
    """Debtors' names like each payer's name, at most MOST_COMPARED of those that share most pieces with it."""
    payer, debtor = _candidates(_pieces(payers, True), _pieces(debtors, False))
    likeness = _likeness(payers, payer, debtors, debtor)
    kept = likeness >= SIMILAR
    return Similar(payer[kept].astype(np.int32), debtor[kept].astype(np.int32), likeness[kept])


def likeness(first: Folded, one: NDArray[np.int64], second: Folded, other: NDArray[np.int64]) -> NDArray[np.float32]:
    """Likeness 0..1 of pairs of names, given by position; each different pair is compared once."""
    if not len(one):
        return np.zeros(0, np.float32)
    key = packed(one, other)
    _, at, back = np.unique(key, return_index=True, return_inverse=True)
    return _likeness(first, one[at], second, other[at])[back]


def _candidates(payers: tuple[Hashes, Code], debtors: tuple[Hashes, Code]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pieces, names = _rare(*debtors)
    known = among(payers[0], pieces)
    left, right = joined(payers[0][known], pieces)
    if not len(left):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    payer, debtor = payers[1][known][left].astype(np.int64), names[right].astype(np.int64)
    key = np.sort(packed(payer, debtor))
    start = heads(key)
    count = np.diff(np.append(start, len(key)))
    payer, debtor = np.divmod(key[start], int(debtor.max()) + 1)
    order = np.lexsort((debtor, -count, payer))
    payer, debtor = payer[order], debtor[order]
    first = heads(payer)
    rank = steps(np.diff(np.append(first, len(payer))))
    kept = rank < MOST_COMPARED
    return payer[kept], debtor[kept]


def _rare(pieces: Hashes, names: Code) -> tuple[Hashes, Code]:
    order = np.lexsort((names, pieces))
    pieces, names = pieces[order], names[order]
    start = heads(pieces)
    size = np.diff(np.append(start, len(pieces)))
    kept = np.repeat(size <= MOST_SHARING, size)
    return pieces[kept], names[kept]


def _likeness(first: Folded, one: NDArray[np.int64], second: Folded, other: NDArray[np.int64]) -> NDArray[np.float32]:
    """The better of: all words in order of the alphabet; one side's words all in the other (a bit less); one cut off.

    Of equal words `_graded` tells which order and legal form fit better; another form makes every name less alike.
    """
    if not len(one):
        return np.zeros(0, np.float32)
    left, right = first.texts().take(one).to_pylist(), second.texts().take(other).to_pylist()
    whole = process.cpdist(left, right, scorer=fuzz.token_sort_ratio, dtype=np.float32) / 100
    words = process.cpdist(left, right, scorer=fuzz.token_set_ratio, dtype=np.float32) / 100
    several = (first.n_words[one] > 1) & (second.n_words[other] > 1)
    cut = _is_cut(first.text, first.place, one, second.text, second.place, other)
    found = np.maximum(whole, np.where(several, words * np.float32(_SUBSET), 0))
    found = np.maximum(found, np.where(cut, np.float32(_CUT), 0))
    differs = (first.form[one] != second.form[other]) & (first.form[one] > 0) & (second.form[other] > 0)
    found = found * np.where(differs, np.float32(_OTHER_FORM), np.float32(1))
    initial = _initials(first.text, first.place, one, second.text, second.place, other)
    found = np.where(initial < 0, 0, np.where(initial > 0, np.maximum(found, np.float32(_INITIAL_FITS)), found))
    equal = first.key[one] == second.key[other]
    return np.where(equal, graded(first, one, second, other), found).astype(np.float32)


def graded(first: Folded, one: NDArray[np.int64], second: Folded, other: NDArray[np.int64]) -> NDArray[np.float32]:
    """Likeness of pairs of names with equal words: 1 as written, less for another order of a firm's words or another form."""
    forms, theirs = first.form[one], second.form[other]
    order = (first.ordered[one] == second.ordered[other]) | ((forms == 0) & (theirs == 0))
    form = np.where(forms == theirs, 1, np.where((forms == 0) | (theirs == 0), _NO_FORM, _OTHER_FORM))
    return np.asarray(form * np.where(order, 1, _OTHER_ORDER), np.float32)


def _pieces(names: Folded, of_payers: bool) -> tuple[Hashes, Code]:
    """Each piece of each name once, with the name's position."""
    found = np.zeros((len(names.key), _PIECES), np.uint64)
    _take_apart(names.text, names.place, names.words, names.lead, names.n_words, of_payers, found)
    name, at = np.nonzero(found)
    piece = found[name, at]
    order = np.lexsort((name, piece))
    piece, name = piece[order], name[order]
    once = np.ones(len(piece), np.bool_)
    once[1:] = (piece[1:] != piece[:-1]) | (name[1:] != name[:-1])
    return piece[once], name[once].astype(np.int32)


@njit(cache=True)
def _take_apart(
    text: NDArray[np.uint8], place: NDArray[np.int64], words: Hashes, lead: Hashes, n_words: NDArray[np.int8], of_payers: bool,
    found: Hashes,
) -> None:  # fmt: skip
    squeezed = np.zeros(4096, np.uint8)
    for name in range(len(n_words)):
        n = 0
        for at in range(min(n_words[name], WORDS)):
            found[name, n] = mixed(words[name, at] + np.uint64(1))
            n += 1
        several = min(n_words[name], _WORDS_PAIRED)
        for at in range(several):
            for other in range(several):
                if other != at:
                    found[name, n] = mixed(words[name, at] * np.uint64(3) + lead[name, other])
                    n += 1
        n = _with_initials(text[place[name] : place[name + 1]], words[name], several, of_payers, found[name], n)
        size, begin, longest, first = 0, place[name], 0, place[name]
        for at in range(place[name], place[name + 1] + 1):
            ends = at == place[name + 1] or text[at] == 32
            if ends and at - begin > longest:
                longest, first = at - begin, begin
            if ends:
                begin = at + 1
            elif size < 4096:
                squeezed[size] = text[at]
                size += 1
        for length in _PREFIXES:
            if size >= length:
                found[name, n] = mixed(hashed(squeezed, 0, length) + np.uint64(length))
                n += 1
        if longest >= 5:
            n = _varied(text, first, min(longest, _LETTERS_VARIED), squeezed, found[name], n)


@njit(cache=True)
def _with_initials(text: NDArray[np.uint8], words: Hashes, several: int, of_payer: bool, found: Hashes, n: int) -> int:
    """Words with the first letter of another one, which only an initial on the other side meets."""
    begin = 0
    for other in range(several):
        end = _end(text, begin)
        side = np.uint64(5 if (end - begin == 1) == of_payer else 9)
        for at in range(several):
            if at != other:
                found[n] = mixed(words[at] * side + np.uint64(text[begin]))
                n += 1
        begin = end + 1
    return n


@njit(cache=True)
def _varied(text: NDArray[np.uint8], first: int, size: int, buffer: NDArray[np.uint8], found: Hashes, n: int) -> int:
    """The word itself and with each one letter left out."""
    for out in range(-1, size):
        kept = 0
        for at in range(size):
            if at != out:
                buffer[kept] = text[first + at]
                kept += 1
        found[n] = mixed(hashed(buffer, 0, kept) + np.uint64(7))
        n += 1
    return n


@njit(cache=True)
def _is_cut(
    text: NDArray[np.uint8], place: NDArray[np.int64], one: NDArray[np.int64], others: NDArray[np.uint8],
    other_place: NDArray[np.int64], other: NDArray[np.int64],
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether one name is the beginning of the other one, blanks apart."""
    found = np.zeros(len(one), np.bool_)
    for row in range(len(one)):
        at, end = place[one[row]], place[one[row] + 1]
        to, stop = other_place[other[row]], other_place[other[row] + 1]
        equal = 0
        while at < end and to < stop:
            if text[at] == 32:
                at += 1
            elif others[to] == 32:
                to += 1
            elif text[at] == others[to]:
                at, to, equal = at + 1, to + 1, equal + 1
            else:
                break
        found[row] = equal >= _CUT_AT and (at == end or to == stop)
    return found


@njit(cache=True)
def _initials(
    text: NDArray[np.uint8], place: NDArray[np.int64], one: NDArray[np.int64], others: NDArray[np.uint8],
    other_place: NDArray[np.int64], other: NDArray[np.int64],
) -> NDArray[np.int8]:  # fmt: skip
    """Whether an initial on either side fits a word of the other side (1), contradicts all (-1), or says nothing (0)."""
    found = np.zeros(len(one), np.int8)
    for row in range(len(one)):
        left, right = text[place[one[row]] : place[one[row] + 1]], others[other_place[other[row]] : other_place[other[row] + 1]]
        said, back = _abbreviates(left, right), _abbreviates(right, left)
        found[row] = min(said, back) if min(said, back) < 0 else max(said, back)
    return found


@njit(cache=True)
def _abbreviates(short: NDArray[np.uint8], full: NDArray[np.uint8]) -> int:
    """0 where a name has no initial, a word beside it that the other one lacks, or nothing is left that it could stand for."""
    begin, initials, known = 0, 0, False
    while begin < len(short):
        end = _end(short, begin)
        if end - begin == 1:
            initials += 1
        elif not _has(full, short[begin:end]):
            return 0
        else:
            known = known or end - begin >= _LONG_WORD
        begin = end + 1
    begin, said = 0, 0
    while begin < len(full) and initials and known:
        end = _end(full, begin)
        if not _has(short, full[begin:end]):
            if _has(short, full[begin : begin + 1]):
                return 1
            said = -1
        begin = end + 1
    return said


@njit(cache=True)
def _end(text: NDArray[np.uint8], begin: int) -> int:
    """Where the word that begins here ends."""
    while begin < len(text) and text[begin] != 32:
        begin += 1
    return begin


@njit(cache=True)
def _has(text: NDArray[np.uint8], word: NDArray[np.uint8]) -> bool:
    """Whether it is one of the words of the text."""
    begin = 0
    while begin < len(text):
        end = _end(text, begin)
        if end - begin == len(word) and (text[begin:end] == word).all():
            return True
        begin = end + 1
    return False
