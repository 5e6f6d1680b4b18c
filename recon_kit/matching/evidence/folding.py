"""Names as compiled code compares them: capitals without accents, words in no order, without legal forms and titles."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.evidence.name_words import FORM_COMPANIONS, JOINING, LEGAL_FORMS, SAME_FORM, TITLES

Hashes = NDArray[np.uint64]
WORDS = 8
"""How many words of a name are kept apart; further ones still count in its key."""

_SEED, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
_ONE, _MIX = np.uint64(1), np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_LEAST_CUT, _MOST_CUT = 5, 4
_SPACE, _E, _A, _C, _O, _U, _SLASH = 32, 69, 65, 67, 79, 85, 47
_LETTERS = {
    "Ø": "O", "Œ": "OE", "Æ": "AE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "ẞ": "SS", "İ": "I", "Ħ": "H", "Ŋ": "N",
    **dict(zip("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁЄІЇҐ", """A B V G D E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH . Y . E
    IU IA E E I I G""".replace(".", "_").split(), strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O".split(), strict=True)),
}  # fmt: skip
_FOLD: dict[int, Any] = {ord(letter): plain.replace("_", "") for letter, plain in _LETTERS.items()}
_FOLD.update(dict.fromkeys(range(0x0300, 0x0370)))


@dataclass(frozen=True)
class Folded:
    """Names, one element each; two with the same key are the same words.

    Args:
        key: of all words in any order; 0 where no word is left. ordered: in their order.
        form: of the legal forms left out; 0 where there is none.
        words: (names, WORDS) of each word, as written; 0 beyond the last. lead: its first three letters.
        n_words: how many of them.
        text, place: the words with single blanks, and where each name begins and ends in it.
    """

    key: Hashes
    ordered: Hashes
    form: Hashes
    words: Hashes
    lead: Hashes
    n_words: NDArray[np.int8]
    text: NDArray[np.uint8]
    place: NDArray[np.int64]

    def texts(self) -> pa.LargeStringArray:
        """The words of each name with single blanks."""
        buffers = [None, pa.py_buffer(self.place.tobytes()), pa.py_buffer(self.text.tobytes())]
        return pa.LargeStringArray.from_buffers(len(self.key), buffers[1], buffers[2])


def folded(names: pa.LargeStringArray, strip: bool = True) -> Folded:
    """Names without accents, legal forms, titles and order; with `strip` false forms and titles stay.

    A name that consists of such words alone keeps them. What follows a "c/o", or a comma and has digits, is not the name.
    """
    data, start, end = plain_bytes(names)
    none = np.zeros(0, np.uint64)
    dropped, cut, form, same = _dropped() if strip else (none, none, none, none)
    n, size, longest = len(start), int((end - start).sum()) + len(start) + 1, int((end - start).max(initial=0)) + 2
    out, place, n_words = np.zeros(size, np.uint8), np.zeros(n + 1, np.int64), np.zeros(n, np.int8)
    whole, words, lead = np.zeros((n, 3), np.uint64), np.zeros((n, WORDS), np.uint64), np.zeros((n, WORDS), np.uint64)
    _walk(data, start, end, dropped, cut, form, same, np.zeros(longest, np.uint8), np.zeros((longest, 3), np.int64), out, place,
          whole, words, lead, n_words)  # fmt: skip
    key, ordered, forms = (np.ascontiguousarray(whole[:, which]) for which in range(3))
    return Folded(key, ordered, forms, words, lead, n_words, out[: place[-1]], place)


def word_hashes(words: list[str]) -> Hashes:
    """Sorted hashes of single words as `folded` makes them."""
    found = folded(pa.array(words, pa.large_string()), strip=False)
    return np.unique(found.words[:, 0])


@cache
def _dropped() -> tuple[Hashes, Hashes, Hashes, Hashes]:
    """Hashes of words to leave out; of the beginnings of long ones; of forms, sorted, and what each is the same as."""
    dropped = word_hashes([*LEGAL_FORMS, *TITLES, *JOINING])
    cut = word_hashes(
        [word[:size] for word in LEGAL_FORMS for size in range(max(_LEAST_CUT, len(word) - _MOST_CUT), len(word))]
    )
    alone = sorted(set(LEGAL_FORMS) - set(FORM_COMPANIONS))
    both = {int(word_hashes([form])[0]): int(word_hashes([SAME_FORM.get(form, form)])[0]) for form in alone}
    forms = sorted(both)
    return dropped, cut, np.array(forms, np.uint64), np.array([both[form] for form in forms], np.uint64)


class Plain(NamedTuple):
    """Names as bytes in capitals without accents, and where each begins and ends."""

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def plain_bytes(names: pa.LargeStringArray) -> Plain:
    """The names as bytes; words, signs and blanks stay."""
    names = pc.replace_substring_regex(pc.fill_null(names, ""), r"[\r\n]", " ")
    simple = pc.string_is_ascii(names).to_numpy(zero_copy_only=False)
    plain = "\n".join(pc.utf8_upper(names.filter(pa.array(simple))).to_pylist())
    accented = "\n".join(names.filter(pa.array(~simple)).to_pylist())
    accented = unicodedata.normalize("NFKD", accented.upper()).upper().translate(_FOLD)
    blob = "\n".join(part for part, some in ((plain, simple.any()), (accented, not simple.all())) if some) + "\n"
    data = np.frombuffer(blob.encode(), np.uint8)
    ends = np.flatnonzero(data == 10)
    order = np.concatenate([np.flatnonzero(simple), np.flatnonzero(~simple)])
    start, end = np.zeros(len(order), np.int64), np.zeros(len(order), np.int64)
    end[order] = ends[: len(order)]
    start[order] = np.concatenate(([0], ends[: max(len(order) - 1, 0)] + 1))[: len(order)]
    return Plain(data, start, end)


@njit(cache=True)
def mixed(value: np.uint64) -> np.uint64:
    """A hash spread over all bits, so that sums of hashes do not collide."""
    value = (value ^ (value >> _SHIFT)) * _MIX
    return value ^ (value >> _SHIFT)


@njit(cache=True)
def hashed(data: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """FNV-1a of some bytes."""
    found = _SEED
    for at in range(start, end):
        found = (found ^ np.uint64(data[at])) * _PRIME
    return found


@njit(cache=True)
def _is_letter(byte: int) -> bool:
    return (65 <= byte <= 90) or (48 <= byte <= 57) or byte >= 128


@njit(cache=True)
def _is_care_of(data: NDArray[np.uint8], at: int, start: int, end: int) -> bool:
    """Whether a c/o begins here."""
    if at + 2 >= end or data[at] != _C or data[at + 1] != _SLASH or data[at + 2] != _O:
        return False
    return at == start or not _is_letter(data[at - 1])


@njit(cache=True)
def _has_digit(data: NDArray[np.uint8], at: int, end: int) -> bool:
    for place in range(at, end):  # noqa: SIM110 - compiled code knows no generators
        if 48 <= data[place] <= 57:
            return True
    return False


@njit(cache=True)
def _cut(data: NDArray[np.uint8], start: int, end: int, buffer: NDArray[np.uint8], spans: NDArray[np.int64]) -> int:
    """The words of one name in `buffer`: A, O, U swallow a following E, single letters in a row are one word."""
    n, size, at = 0, 0, start
    while at < end:
        byte = data[at]
        if _is_care_of(data, at, start, end):
            if n:
                break
            at += 3
            continue
        if not _is_letter(byte):
            if byte == 44 and n and _has_digit(data, at, end):
                break
            at += 1
            continue
        begin, letters = size, 0
        while at < end and (_is_letter(data[at]) or data[at] == 39 or data[at] == 96):
            byte = data[at]
            last = buffer[size - 1] if size > begin else 0
            vowel = last in (_A, _O, _U)
            if byte != 39 and byte != 96:
                letters += 1
                if not ((byte == _E and vowel and size > begin) or (byte == _A and last == _A)):
                    buffer[size] = byte
                    size += 1
            at += 1
        if size == begin:
            continue
        if letters == 1 and n and spans[n - 1, 2] == 1:
            spans[n - 1, 1] = size
        else:
            spans[n, 0], spans[n, 1], spans[n, 2] = begin, size, letters
            n += 1
    return n


@njit(cache=True)
def _holds(sorted_values: Hashes, value: np.uint64) -> bool:
    at = np.searchsorted(sorted_values, value)
    return bool(at < len(sorted_values) and sorted_values[at] == value)


@njit(cache=True)
def _leave_out(buffer: NDArray[np.uint8], spans: NDArray[np.int64], n: int, dropped: Hashes, cut: Hashes) -> int:
    """Mark in the third column of `spans` which words stay; how many do. A form at the end may be cut off."""
    kept = 0
    for at in range(n):
        spans[at, 2] = 0 if _holds(dropped, hashed(buffer, spans[at, 0], spans[at, 1])) else 1
        kept += spans[at, 2]
    last = n - 1
    if kept > 1 and n > 1 and spans[last, 2]:
        single = spans[last, 1] - spans[last, 0] == 1 and not spans[last - 1, 2]
        if single or _holds(cut, hashed(buffer, spans[last, 0], spans[last, 1])):
            spans[last, 2] = 0
            kept -= 1
    return kept


@njit(cache=True)
def _walk(
    data: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64], dropped: Hashes, cut: Hashes, form: Hashes,
    same: Hashes, buffer: NDArray[np.uint8], spans: NDArray[np.int64], out: NDArray[np.uint8], place: NDArray[np.int64],
    whole: Hashes, words: Hashes, lead: Hashes, n_words: NDArray[np.int8],
) -> None:  # fmt: skip
    size = 0
    for name in range(len(start)):
        n = _cut(data, start[name], end[name], buffer, spans)
        kept = _leave_out(buffer, spans, n, dropped, cut)
        place[name] = size
        for at in range(n):
            first, last = spans[at, 0], spans[at, 1]
            word = hashed(buffer, first, last)
            if kept and not spans[at, 2]:
                if _holds(form, word):
                    whole[name, 2] |= mixed(same[np.searchsorted(form, word)])
                continue
            whole[name, 0] += mixed(word) | _ONE
            whole[name, 1] = mixed((whole[name, 1] ^ word) * _PRIME)
            if n_words[name] < WORDS:
                words[name, n_words[name]] = word
                lead[name, n_words[name]] = hashed(buffer, first, min(first + 3, last))
                n_words[name] += 1
            if size > place[name]:
                out[size] = _SPACE
                size += 1
            for byte in range(first, last):
                out[size] = buffer[byte]
                size += 1
    place[len(start)] = size
