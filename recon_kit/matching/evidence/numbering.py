"""The tables of `Keys`, made from the documents: every number once, and where its last characters, digits and parts lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Items
from recon_kit.matching.evidence.alphabet import CANONICAL, CLASS, DIGIT, GAP, NONE, Bytes, Hashes, Wholes, entry, glue, inner
from recon_kit.matching.evidence.counting import Counting, counting
from recon_kit.matching.evidence.keys import (
    ANCHOR,
    ANCHOR_END,
    ANCHOR_MORE,
    BARE,
    CHECK,
    DENSE,
    DIGITS,
    END,
    FIELD_OF,
    FIRST,
    IS_REFERENCE,
    ITEM,
    LEAST_DIGITS,
    LONGEST,
    N_FORMS,
    NEXT,
    ORDER,
    REFERENCE,
    SHAPES,
    START,
    VALUE_MORE,
    Keys,
    digits_value,
    shape,
    shaped,
    slot,
    slots_for,
    spread,
    whole_hash,
    whole_parts,
)
from recon_kit.matching.evidence.structured import ELEVEN, LUHN, WEAK, WEIGHTED, schemes
from recon_kit.matching.evidence.styles import Styles, beginning, is_lettered, styles
from recon_kit.matching.evidence.texts import texts

_LEAST_ALONE = 7
_LEAST_COUNTING = 4
_DENSE = 0.01
_MOST_PARTS = 10


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


@inner
def _sift(bits: Bytes, which: int, value: np.uint64) -> None:
    at = spread(value) & np.uint64(bits.shape[1] * 8 - 1)
    bits[which, at >> np.uint64(3)] |= np.uint8(1) << np.uint8(at & np.uint64(7))


@entry
def _sift_all(bits: Bytes, hashed: Hashes) -> None:
    for place in range(len(hashed)):
        if hashed[place, 1]:
            _sift(bits, 2, hashed[place, 0])


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
