"""Every number that documents carry, each once, in tables that compiled code looks up by its last characters or its digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Items
from recon_kit.matching.evidence.alphabet import CANONICAL, CLASS, DIGIT, LETTER, NONE, glue
from recon_kit.matching.evidence.counting import Counting, counting
from recon_kit.matching.evidence.structured import WEAK, schemes
from recon_kit.matching.evidence.texts import Texts, texts

DOCUMENT, REFERENCE, ORDER = 0, 1, 2
ANCHOR = 8
LONGEST = 64
_LEAST_ALONE = 7
BASE = np.uint64(1099511628211)


class Keys(NamedTuple):
    """Distinct numbers. Key k is chars[start[k]:start[k + 1]], letters and digits as written; `joint` where it may be apart.

    end: where its counting part ends. digits: how many of its characters are. check: whether check digits bear it out.
    forms of a key: first[k], then next[form] until NOTHING; item[form], field[form] (document, reference, order).
    Tables by open addressing: `hashed` (whole key), `anchors` (its characters up to `end`, the last eight), `values` (its digits
    as a whole number); `at` are keys, `more` the next key with the same anchor or value. bits: a first sieve before each table.
    """

    chars: NDArray[np.uint8]
    joint: NDArray[np.bool_]
    start: NDArray[np.int64]
    end: NDArray[np.int16]
    digits: NDArray[np.int16]
    check: NDArray[np.bool_]
    dense: NDArray[np.bool_]
    n_forms: NDArray[np.int32]
    first: NDArray[np.int32]
    next: NDArray[np.int32]
    item: NDArray[np.int32]
    field: NDArray[np.int8]
    hashed: NDArray[np.uint64]
    hashed_at: NDArray[np.int32]
    anchors: NDArray[np.uint64]
    anchors_at: NDArray[np.int32]
    anchors_more: NDArray[np.int32]
    anchors_bits: NDArray[np.uint8]
    anchor_lengths: NDArray[np.bool_]
    values: NDArray[np.uint64]
    values_at: NDArray[np.int32]
    values_more: NDArray[np.int32]
    values_bits: NDArray[np.uint8]
    need: int


def keys(items: Items) -> tuple[Keys, Counting]:
    """All numbers of the items' documents, references and orders; and what counts up in the document numbers."""
    fields = [texts(items.document), texts(items.reference), texts(items.order)]
    counts = [counting(field, items.issued) for field in fields]
    made = _keys(*(part for field in fields for part in (field.buffer, field.start)), *(count.end for count in counts))
    chars, joint, start, end, digits, check, n_forms, first, following, item, field, hashed, hashed_at = made
    need = max(_LEAST_ALONE, int(np.ceil(np.log10(max(len(items), 10)) + 2)))
    strong = _habitual(check, start, n_forms)
    plain = digits == np.diff(start)
    return (
        Keys(
            chars, joint, start, end, digits, strong, _dense(plain, digits, need), n_forms, first, following, item, field,
            hashed, hashed_at, *_anchors(chars, start, end), *_values(chars, start, digits, len(joint)), need,
        ),
        counts[0],
    )  # fmt: skip


def _habitual(check: NDArray[np.uint8], start: NDArray[np.int64], n_forms: NDArray[np.int32]) -> NDArray[np.bool_]:
    """References with a strong check digit, and those with a weak one where nearly all of that length have it."""
    weak, length = check & WEAK, np.minimum(np.diff(start), LONGEST)
    strong = (check & ~np.uint8(WEAK) & np.uint8(127)) != 0
    is_reference = check >= 128
    of_length = np.bincount(length[is_reference], minlength=LONGEST + 1)
    for bit in (8, 16, 32):
        fits = is_reference & ((weak & bit) != 0)
        habit = (np.bincount(length[fits], minlength=LONGEST + 1) >= 0.95 * of_length) & (of_length >= 20)
        strong |= fits & habit[length]
    return strong & is_reference


def _dense(plain: NDArray[np.bool_], digits: NDArray[np.int16], need: int) -> NDArray[np.bool_]:
    """Short numbers of digits only, so many of one length that any such number would hit one."""
    size = np.minimum(digits, LONGEST)
    share = np.bincount(size[plain], minlength=LONGEST + 1) / 10.0 ** np.arange(LONGEST + 1)
    found: NDArray[np.bool_] = plain & (digits < need) & (share[size] > 0.01)
    return found


@njit(cache=True)
def slots_for(size):
    """A power of two that leaves an open table half empty."""
    slots = 1024
    while slots < 2 * size:
        slots *= 2
    return slots


@njit(cache=True)
def spread(value):
    """Whole numbers that are alike, far apart."""
    value ^= value >> np.uint64(32)
    value *= np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@njit(cache=True)
def slot(table, table_at, value):
    """Where a value stands in an open table, or the free place for it."""
    mask = np.uint64(len(table) - 1)
    at = spread(value) & mask
    while table_at[at] >= 0 and table[at] != value:
        at = (at + np.uint64(1)) & mask
    return at


@njit(cache=True)
def sieve(bits, value):
    """Whether a value may be in the table behind the sieve."""
    at = spread(value) & np.uint64(len(bits) * 8 - 1)
    return (bits[at >> np.uint64(3)] >> np.uint8(at & np.uint64(7))) & 1


@njit(cache=True)
def whole_hash(chars, first, last):
    """A polynomial over the canonical characters: equal numbers, equal hashes."""
    found = np.uint64(0)
    for at in range(first, last):
        found = found * BASE + np.uint64(CANONICAL[chars[at]])
    return found


@njit(cache=True)
def _keys(b0, s0, b1, s1, b2, s2, e0, e1, e2):
    size, n_chars = 3 * (len(s0) - 1), (s0[-1] - s0[0]) + (s1[-1] - s1[0]) + (s2[-1] - s2[0])
    chars, joint = np.zeros(n_chars + 1, np.uint8), np.zeros(n_chars + 1, np.bool_)
    start, end, digits = np.zeros(size + 1, np.int64), np.zeros(size, np.int16), np.zeros(size, np.int16)
    check, n_forms = np.zeros(size, np.uint8), np.zeros(size, np.int32)
    first, last, following = np.full(size, -1, np.int32), np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    item, field = np.zeros(size, np.int32), np.zeros(size, np.int8)
    slots = slots_for(size)
    hashed, hashed_at = np.zeros(slots, np.uint64), np.full(slots, -1, np.int32)
    room = np.zeros(max(_widest(s0), _widest(s1), _widest(s2)) + 1, np.uint8)
    gaps, places = np.zeros(len(room) + 1, np.uint8), np.zeros(len(room) + 1, np.int32)
    n_keys, n_made, used = 0, 0, 0
    for at in range(len(s0) - 1):
        for which in range(3):
            buffer, starts = (b0, s0) if which == 0 else (b1, s1) if which == 1 else (b2, s2)
            length = glue(buffer, starts[at], starts[at + 1], room, gaps, places)
            n_digits = _n_digits(room, length)
            if not _usable(length, n_digits):
                continue
            value = whole_hash(room, 0, length)
            place = slot(hashed, hashed_at, value)
            key = hashed_at[place]
            if key < 0:
                key, n_keys = n_keys, n_keys + 1
                hashed[place], hashed_at[place] = value, key
                _copy(room, gaps, length, chars, joint, used)
                used += length
                start[key + 1], digits[key] = used, n_digits
                stated = e0[at] if which == 0 else e1[at] if which == 1 else e2[at]
                end[key] = stated if stated > 0 else length
            if first[key] < 0:
                first[key] = n_made
            else:
                following[last[key]] = n_made
            last[key], item[n_made], field[n_made] = n_made, at, which
            n_forms[key], n_made = n_forms[key] + 1, n_made + 1
            if which == 1:
                check[key] = 128 | schemes(room, 0, length)
    return (
        chars[: used + 1], joint[: used + 1], start[: n_keys + 1], end[:n_keys], digits[:n_keys], check[:n_keys],
        n_forms[:n_keys], first[:n_keys], following[:n_made], item[:n_made], field[:n_made], hashed, hashed_at,
    )  # fmt: skip


@njit(cache=True)
def _widest(start):
    widest = 0
    for at in range(len(start) - 1):
        widest = max(widest, start[at + 1] - start[at])
    return widest


@njit(cache=True)
def _n_digits(room, length):
    found = 0
    for at in range(length):
        found += CLASS[room[at]] == DIGIT
    return found


@njit(cache=True)
def _usable(length, n_digits):
    if length > LONGEST:
        return False
    return n_digits >= 5 if n_digits == length else n_digits >= 1 and length >= 4


@njit(cache=True)
def _copy(room, gaps, length, chars, joint, used):
    for at in range(length):
        chars[used + at] = room[at]
        turns = at > 0 and CLASS[room[at]] != CLASS[room[at - 1]]
        joint[used + at] = at > 0 and (gaps[at] != NONE or turns)


@njit(cache=True)
def _anchors(chars, start, end):
    n_keys = len(end)
    slots = slots_for(n_keys)
    table, table_at, more = np.zeros(slots, np.uint64), np.full(slots, -1, np.int32), np.full(n_keys, -1, np.int32)
    bits, lengths = np.zeros(2 * slots, np.uint8), np.zeros(ANCHOR + 1, np.bool_)
    for back in range(n_keys):
        key = n_keys - 1 - back
        length = min(ANCHOR, end[key])
        value = np.uint64(0)
        for at in range(start[key] + end[key] - length, start[key] + end[key]):
            value = (value << np.uint64(8)) | np.uint64(CANONICAL[chars[at]])
        lengths[length] = True
        place = slot(table, table_at, value)
        more[key], table[place], table_at[place] = table_at[place], value, key
        at = spread(value) & np.uint64(len(bits) * 8 - 1)
        bits[at >> np.uint64(3)] |= np.uint8(1) << np.uint8(at & np.uint64(7))
    return table, table_at, more, bits, lengths


@njit(cache=True)
def digits_value(chars, first, last):
    """The digits of a piece as one whole number, and how many count after leading zeros (more than 18: 0, 0)."""
    value, n = np.uint64(0), 0
    for at in range(first, last):
        if CLASS[chars[at]] == DIGIT:
            value = value * np.uint64(10) + np.uint64(chars[at] - 48)
            n += value > 0
    return (value, n) if n <= 18 else (np.uint64(0), 0)


@njit(cache=True)
def _values(chars, start, digits, size):
    n_keys = len(digits)
    slots = slots_for(n_keys)
    table, table_at, more = np.zeros(slots, np.uint64), np.full(slots, -1, np.int32), np.full(n_keys, -1, np.int32)
    bits = np.zeros(2 * slots, np.uint8)
    for back in range(n_keys):
        key = n_keys - 1 - back
        value, n = digits_value(chars, start[key], start[key + 1])
        if n < 4:
            continue
        place = slot(table, table_at, value)
        more[key], table[place], table_at[place] = table_at[place], value, key
        at = spread(value) & np.uint64(len(bits) * 8 - 1)
        bits[at >> np.uint64(3)] |= np.uint8(1) << np.uint8(at & np.uint64(7))
    return table, table_at, more, bits
