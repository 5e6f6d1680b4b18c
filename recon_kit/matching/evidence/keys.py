"""Every number that documents carry, each once, in tables that compiled code looks up by its last characters or its digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Items
from recon_kit.matching.evidence.alphabet import CANONICAL, CLASS, DIGIT, GAP, NONE, Bytes, Hashes, Wholes, entry, glue, inner
from recon_kit.matching.evidence.counting import Counting, counting
from recon_kit.matching.evidence.structured import ELEVEN, LUHN, WEAK, WEIGHTED, schemes
from recon_kit.matching.evidence.styles import Styles, beginning, is_lettered, styles
from recon_kit.matching.evidence.texts import texts

DOCUMENT, REFERENCE, ORDER, BARE = 0, 1, 2, 3
ANCHOR = 8
LONGEST = 64
SHAPES = 1 << 16
IS_REFERENCE = 128
LEAST_DIGITS = 5
_LEAST_ALONE = 7
_LEAST_COUNTING = 4
_DENSE = 0.01
BASE = np.uint64(1099511628211)
PART = np.uint64(7)
_MOST_PARTS = 10


START, END, DIGITS, CHECK, DENSE, N_FORMS, FIRST, ANCHOR_MORE, VALUE_MORE, ANCHOR_END = range(10)
NEXT, ITEM, FIELD_OF = range(3)


class Keys(NamedTuple):
    """Distinct numbers, and tables to find them by.

    Args:
        chars: letters and digits of all keys behind each other; joint: where a number may be written apart.
        info: a row per key (and one more): START in chars, END of its counting part from there, how many DIGITS, CHECK (check
            digits bear it out), DENSE (short digits, and so many of them that any would hit), N_FORMS and the FIRST of its
            forms, the next key with the same anchor (ANCHOR_MORE) or digits (VALUE_MORE), where its anchor ends (ANCHOR_END).
        forms: a row for each number of an item: the NEXT of the same key, the ITEM, the FIELD_OF it.
        hashed, anchors, values: open tables (what is looked up, key + 1) of whole keys, of eight characters up to ANCHOR_END,
            of all digits as one whole number. bits: sieves before `anchors`, `values`, `hashed`.
        shapes: which shapes of numbers there are, by `shaped`.
        lengths, letter_lengths: bit n: there are anchors of n characters that end with a digit, with a letter.
        widths: bit n: there are numbers of n digits only.
        need: digits that prove a document by themselves.
        parted: an open table of numbers with several groups of digits by `whole_parts` (len(info) where two are alike), sieved
            by the last of `bits`. parts: bit n: there are such numbers of n parts.
    """

    chars: NDArray[np.uint8]
    joint: NDArray[np.bool_]
    info: NDArray[np.int64]
    forms: NDArray[np.int64]
    hashed: NDArray[np.uint64]
    anchors: NDArray[np.uint64]
    values: NDArray[np.uint64]
    bits: NDArray[np.uint8]
    shapes: NDArray[np.bool_]
    lengths: int
    letter_lengths: int
    widths: int
    need: int
    parted: NDArray[np.uint64]
    parts: int


def keys(items: Items) -> tuple[Keys, Counting]:
    """All numbers of the items' documents, references and orders; and what counts up in the document numbers."""
    documents, references, orders = texts(items.document), texts(items.reference), texts(items.order)
    counts = [counting(field, items.issued) for field in (documents, references, orders)]
    ends = np.stack([count.end for count in counts], axis=1).astype(np.int64)
    chars, joint, info, forms, hashed = _keys(
        documents.buffer,
        documents.start,
        references.buffer,
        references.start,
        orders.buffer,
        orders.start,
        ends,
        styles(documents),
    )
    need = max(_LEAST_ALONE, int(np.ceil(np.log10(max(len(items), 10)) + 2)))
    length = np.minimum(np.diff(info[:, START]), LONGEST)
    info[:-1, DENSE] = _dense(info[:-1, DIGITS] == length, length, need)
    info[:-1, CHECK] = _habitual(info[:-1, CHECK], length)
    bits, shapes = np.zeros((4, slots_for(len(length))), np.uint8), np.zeros(SHAPES, np.bool_)
    _shapes(chars, info, shapes)
    _sift_all(bits, hashed)
    widths = sum(1 << int(width) for width in np.unique(length[info[:-1, DIGITS] == length]) if width < 25)
    anchors, by_digit, by_letter = _anchors(chars, info, bits)
    values = _values(chars, info, bits)
    parted, parts = _parted(chars, joint, info, bits)
    lengths = int(by_digit), int(by_letter), widths
    return Keys(chars, joint, info, forms, hashed, anchors, values, bits, shapes, *lengths, need, parted, int(parts)), counts[0]


def _habitual(check: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.bool_]:
    """References with a strong check digit, and those with a weak one where nearly all of that length have it."""
    is_reference = check >= IS_REFERENCE
    strong = (check & (IS_REFERENCE - 1) & ~WEAK) != 0
    of_length = np.bincount(length[is_reference], minlength=LONGEST + 1)
    for bit in (WEIGHTED, LUHN, ELEVEN):
        fits = is_reference & ((check & bit) != 0)
        habit = (np.bincount(length[fits], minlength=LONGEST + 1) >= 0.95 * of_length) & (of_length >= 20)
        strong |= fits & habit[length]
    found: NDArray[np.bool_] = strong & is_reference
    return found


def _dense(plain: NDArray[np.bool_], length: NDArray[np.int64], need: int) -> NDArray[np.bool_]:
    """Short numbers of digits only, so many of one length that any such number would hit one."""
    share = np.bincount(length[plain], minlength=LONGEST + 1) / 10.0 ** np.arange(LONGEST + 1)
    found: NDArray[np.bool_] = plain & (length < need) & (share[length] > _DENSE)
    return found


@entry
def slots_for(size: int) -> int:
    """A power of two that leaves an open table half empty."""
    slots = 1024
    while slots < 2 * size:
        slots *= 2
    return slots


@inner
def spread(value: np.uint64) -> np.uint64:
    """Whole numbers that are alike, far apart."""
    value ^= value >> np.uint64(32)
    value *= np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@inner
def slot(table: Hashes, value: np.uint64) -> np.uint64:
    """Where a value stands in an open table, or the free place for it."""
    mask = np.uint64(len(table) - 1)
    at = spread(value) & mask
    while table[at, 1] != 0 and table[at, 0] != value:
        at = (at + np.uint64(1)) & mask
    return at


@inner
def found(table: Hashes, value: np.uint64) -> int:
    """The key of a value in an open table, -1 if there is none."""
    return int(np.int64(table[slot(table, value), 1]) - 1)


@inner
def sieve(bits: Bytes, which: int, value: np.uint64) -> bool:
    """Whether a value may be in the table behind the sieve."""
    at = spread(value) & np.uint64(bits.shape[1] * 8 - 1)
    return bool((bits[which, at >> np.uint64(3)] >> np.uint8(at & np.uint64(7))) & 1)


@inner
def _sift(bits: Bytes, which: int, value: np.uint64) -> None:
    at = spread(value) & np.uint64(bits.shape[1] * 8 - 1)
    bits[which, at >> np.uint64(3)] |= np.uint8(1) << np.uint8(at & np.uint64(7))


@entry
def _sift_all(bits: Bytes, hashed: Hashes) -> None:
    for place in range(len(hashed)):
        if hashed[place, 1]:
            _sift(bits, 2, hashed[place, 0])


@inner
def whole_hash(chars: Bytes, first: int, last: int) -> np.uint64:
    """A polynomial over the canonical characters: equal numbers, equal hashes."""
    found = np.uint64(0)
    for at in range(first, last):
        found = found * BASE + np.uint64(CANONICAL[chars[at]])
    return found


@inner
def shape(chars: Bytes, first: int, last: int) -> np.uint64:
    """The letters of a number with each group of digits as one place; with its length it names a shape."""
    value, inside = np.uint64(0), False
    for at in range(first, last):
        is_digit = CLASS[CANONICAL[chars[at]]] == DIGIT
        if not (is_digit and inside):
            value = value * BASE + (np.uint64(35) if is_digit else np.uint64(chars[at]))
        inside = is_digit
    return value


@inner
def shaped(value: np.uint64, length: int) -> np.uint64:
    """Where a shape stands in `Keys.shapes`."""
    return spread(value * np.uint64(64) + np.uint64(length)) & np.uint64(SHAPES - 1)


@entry
def _shapes(chars: Bytes, info: Wholes, shapes: NDArray[np.bool_]) -> None:
    for key in range(len(info) - 1):
        first, last = info[key, START], info[key + 1, START]
        shapes[shaped(shape(chars, first, last), last - first)] = True


@entry
def _keys(
    b0: Bytes, s0: Wholes, b1: Bytes, s1: Wholes, b2: Bytes, s2: Wholes, ends: Wholes, styles: Styles
) -> tuple[Bytes, NDArray[np.bool_], Wholes, Wholes, Hashes]:
    """All numbers of all fields, equal ones once."""
    n_fields = 4 if styles.has_beginnings else 3
    size, n_chars = n_fields * (len(s0) - 1), (n_fields - 2) * (s0[-1] - s0[0]) + (s1[-1] - s1[0]) + (s2[-1] - s2[0])
    chars, joint = np.zeros(n_chars + 1, np.uint8), np.zeros(n_chars + 1, np.bool_)
    info, forms = np.zeros((size + 1, 10), np.int64), np.zeros((size, 3), np.int64)
    last, hashed = np.zeros(size, np.int64), np.zeros((slots_for(size), 2), np.uint64)
    width = max(_widest(s0), _widest(s1), _widest(s2)) + 1
    room, marks, spots = np.zeros(width, np.uint8), np.zeros((width, 3), np.uint8), np.zeros((width, 3), np.int64)
    n_keys, n_forms = 0, 0
    for at in range(size):
        item, field = at // n_fields, at % n_fields
        buffer, starts = (b1, s1) if field == REFERENCE else (b2, s2) if field == ORDER else (b0, s0)
        length = glue(buffer, starts[item], starts[item + 1], room, marks, spots)
        if field == BARE:
            length = _without_beginning(room, marks, length, styles.beginnings)
        n_digits = _n_digits(room, length)
        if not (_usable(length, n_digits) or (n_digits == 0 and is_lettered(room, length, styles.lettered))):
            continue
        value = whole_hash(room, 0, length)
        place = slot(hashed, value)
        if hashed[place, 1] == 0:
            hashed[place, 0], hashed[place, 1] = value, n_keys + 1
            _copy(room, marks, length, chars, joint, info[n_keys, START])
            info[n_keys + 1, START] = info[n_keys, START] + length
            counted = ends[item, field] if field != BARE else length
            info[n_keys, END] = _end(room, counted, length)
            info[n_keys, ANCHOR_END] = min(length, max(counted, ANCHOR)) if counted else length
            info[n_keys, DIGITS] = n_digits
            info[n_keys, FIRST], n_keys = n_forms, n_keys + 1
        key = np.int64(hashed[place, 1]) - 1
        if info[key, N_FORMS] > 0:
            forms[last[key], NEXT] = n_forms
        last[key], info[key, N_FORMS] = n_forms, info[key, N_FORMS] + 1
        forms[n_forms, NEXT], forms[n_forms, ITEM], forms[n_forms, FIELD_OF], n_forms = -1, item, field, n_forms + 1
        if field == REFERENCE:
            info[key, CHECK] = IS_REFERENCE | schemes(room, 0, length)
    return chars, joint, info[: n_keys + 1], forms[:n_forms], hashed


@inner
def _without_beginning(room: Bytes, marks: Bytes, length: int, beginnings: NDArray[np.bool_]) -> int:
    """Leave out the letters that people leave out; the length of the rest, 0 if there is none worth looking for."""
    width = beginning(room, length, beginnings)
    if width == 0:
        return 0
    for at in range(length - width):
        room[at], marks[at, GAP] = room[at + width], marks[at + width, GAP]
    return length - width


@inner
def _end(room: Bytes, end: int, length: int) -> int:
    """Where the anchor ends: behind the counting part, or at the number's end if that is short, as in codes."""
    width = 0
    while width < end and CLASS[room[end - 1 - width]] == DIGIT:
        width += 1
    return end if width >= _LEAST_COUNTING else length


@inner
def _widest(start: Wholes) -> int:
    widest = 0
    for at in range(len(start) - 1):
        widest = max(widest, start[at + 1] - start[at])
    return widest


@inner
def _n_digits(room: Bytes, length: int) -> int:
    found = 0
    for at in range(length):
        found += CLASS[room[at]] == DIGIT
    return found


@inner
def _usable(length: int, n_digits: int) -> bool:
    if length > LONGEST:
        return False
    return n_digits >= 5 if n_digits == length else n_digits >= 1 and length >= 4


@inner
def _copy(room: Bytes, marks: Bytes, length: int, chars: Bytes, joint: NDArray[np.bool_], used: int) -> None:
    for at in range(length):
        chars[used + at] = room[at]
        turns = at > 0 and CLASS[room[at]] != CLASS[room[at - 1]]
        joint[used + at] = at > 0 and (marks[at, GAP] != NONE or turns)


@entry
def _anchors(chars: Bytes, info: Wholes, bits: Bytes) -> tuple[Hashes, int, int]:
    """The table of the last characters that tell numbers of a series apart, and which lengths there are."""
    n_keys, lengths, letter_lengths = len(info) - 1, 0, 0
    table = np.zeros((slots_for(n_keys), 2), np.uint64)
    for key in range(n_keys - 1, -1, -1):
        end, length = info[key, START] + info[key, ANCHOR_END], min(ANCHOR, info[key, ANCHOR_END])
        value = np.uint64(0)
        for at in range(end - length, end):
            value = (value << np.uint64(8)) | np.uint64(CANONICAL[chars[at]])
        if CLASS[CANONICAL[chars[end - 1]]] == DIGIT:
            lengths |= 1 << length
        else:
            letter_lengths |= 1 << length
        place = slot(table, value)
        info[key, ANCHOR_MORE] = np.int64(table[place, 1]) - 1
        table[place, 0], table[place, 1] = value, key + 1
        _sift(bits, 0, value)
    return table, lengths, letter_lengths


@inner
def digits_value(chars: Bytes, first: int, last: int) -> tuple[np.uint64, int]:
    """The digits of a piece as one whole number, and how many count after leading zeros (more than 18: 0, 0)."""
    value, n = np.uint64(0), 0
    for at in range(first, last):
        if CLASS[chars[at]] == DIGIT:
            value = value * np.uint64(10) + np.uint64(chars[at] - 48)
            n += 1 if value > 0 else 0
    return (value, n) if n <= 18 else (np.uint64(0), 0)


@entry
def _values(chars: Bytes, info: Wholes, bits: Bytes) -> Hashes:
    """The table of all digits of a key as one whole number."""
    n_keys = len(info) - 1
    table = np.zeros((slots_for(n_keys), 2), np.uint64)
    for key in range(n_keys - 1, -1, -1):
        value, n = digits_value(chars, info[key, START], info[key + 1, START])
        info[key, VALUE_MORE] = -1
        if n < LEAST_DIGITS:
            continue
        place = slot(table, value)
        info[key, VALUE_MORE] = np.int64(table[place, 1]) - 1
        table[place, 0], table[place, 1] = value, key + 1
        _sift(bits, 1, value)
    return table


@entry
def _parted(chars: Bytes, joint: NDArray[np.bool_], info: Wholes, bits: Bytes) -> tuple[Hashes, int]:
    """The table of numbers with several groups of digits by their parts, and which numbers of parts there are."""
    n_keys, parts = len(info) - 1, 0
    table = np.zeros((slots_for(n_keys), 2), np.uint64)
    for key in range(n_keys):
        value, n_parts, n_groups = whole_parts(chars, joint, info[key, START], info[key + 1, START])
        if n_groups < 2 or n_parts > _MOST_PARTS:
            continue
        parts |= 1 << n_parts
        place = slot(table, value)
        table[place, 0], table[place, 1] = value, (key if table[place, 1] == 0 else n_keys) + 1
        _sift(bits, 3, value)
    return table, parts


@inner
def whole_parts(chars: Bytes, joint: NDArray[np.bool_], first: int, last: int) -> tuple[np.uint64, int, int]:
    """A hash of a number's parts without their leading zeros, how many parts it has and how many of them are digits."""
    value, n_parts, n_groups, leads = np.uint64(0), 0, 0, True
    for at in range(first, last):
        if at == first or joint[at]:
            value, n_parts, leads = value * BASE + PART, n_parts + 1, True
            n_groups += CLASS[chars[at]] == DIGIT
        leads &= chars[at] == 48
        if not leads:
            value = value * BASE + np.uint64(CANONICAL[chars[at]])
    return value, n_parts, n_groups
