"""Customer numbers quoted in a text, as written or with other separators, where they cannot stand there by chance.

A number counts alone if its shape is sparse enough among all customers' numbers (300 times as many numbers of the shape
as customers) and no document has the same; else only behind a word that announces it ("Kd-Nr.", "Client no", "Klantnr").
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import Code
from recon_kit.matching.evidence.folding import Hashes, word_hashes
from recon_kit.matching.evidence.joins import among, buffers, different, joined
from recon_kit.matching.evidence.name_words import CUSTOMER_LABELS

MOST_QUOTED = 4
"""A text that names more customers is a list of something else, unless it announces them."""

_SLOTS = 8
_STARTS = 6
_LABEL_REACH = 14
_LINES_AT_ONCE, _THREADS = 16384, 2
_SEED, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
_SPARSE = 2.5
_WORTH_OF_LETTERS = 2.0


@dataclass(frozen=True)
class _Table:
    """Customers' numbers by hash: open addressing, and which need an announcement."""

    keys: Hashes
    group: NDArray[np.int32]
    announced: NDArray[np.bool_]


def quoted_customers(
    texts: list[pa.LargeStringArray], customers: pa.LargeStringArray, numbers: list[pa.LargeStringArray]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (line, customer code) of the customers' numbers that stand in any of the lines' texts.

    Args:
        texts: columns of text, a line's at its position. customers: the numbers behind the codes.
        numbers: documents' own numbers; a customer's number equal to one counts only if it is announced.
    """
    ids, code = _ids(customers)
    if not len(ids):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    hashes = _hashes(*buffers(ids))
    table = _table(hashes, ids, numbers)
    group_key = different(hashes)
    labels = word_hashes(CUSTOMER_LABELS)
    found: list[NDArray[np.int64]] = []
    for column in texts:
        data, place = buffers(column)
        if len(place) > 1 and place[-1] > place[0]:
            hits = np.full((len(place) - 1, _SLOTS), -1, np.int32)
            _scan_all(data, place, table, labels, hits)
            line, slot = np.nonzero(hits >= 0)
            found.append(line * len(group_key) + hits[line, slot])
    both = different(np.concatenate(found)) if found else np.zeros(0, np.int64)
    line, group = np.divmod(both, len(group_key))
    left, right = joined(group, np.searchsorted(group_key, hashes))
    return line[left], code[right].astype(np.int64)


def _scan_all(
    data: NDArray[np.uint8], place: NDArray[np.int64], table: _Table, labels: Hashes, hits: NDArray[np.int32]
) -> None:
    """Lines in pieces, each by itself, so that threads change nothing."""

    def piece(first: int) -> None:
        last = min(first + _LINES_AT_ONCE, len(place) - 1)
        _scan(data, place[first : last + 1], table.keys, table.group, table.announced, labels, hits[first:last])

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(piece, range(0, len(place) - 1, _LINES_AT_ONCE)))


def _ids(customers: pa.LargeStringArray) -> tuple[pa.LargeStringArray, Code]:
    """Numbers with a digit and at least three characters, plain, with their codes."""
    plain = pc.replace_substring_regex(pc.utf8_upper(customers), r"[^0-9A-Z]", "")
    plain = pc.replace_substring_regex(plain, "^0+", "")
    some = pc.and_(pc.match_substring_regex(plain, "[0-9]"), pc.greater_equal(pc.binary_length(plain), 3))
    kept = pc.fill_null(some, False)
    return plain.filter(kept), np.flatnonzero(kept.to_numpy(zero_copy_only=False)).astype(np.int32)


def _table(hashes: Hashes, ids: pa.LargeStringArray, numbers: list[pa.LargeStringArray]) -> _Table:
    distinct, group = np.unique(hashes, return_inverse=True)
    length = pc.binary_length(ids).to_numpy(zero_copy_only=False).astype(np.int64)
    letters = length - pc.binary_length(pc.replace_substring_regex(ids, "[A-Z]", "")).to_numpy(zero_copy_only=False)
    shape = length * 100 + np.minimum(letters, 99)
    _, back, count = np.unique(shape, return_inverse=True, return_counts=True)
    worth = length - letters + _WORTH_OF_LETTERS * (letters > 0) + (letters > 2)
    dense = (worth - np.log10(count[back]) < _SPARSE) | (worth < 4)
    taken = np.concatenate([_hashes(*buffers(column)) for column in numbers]) if numbers else np.zeros(0, np.uint64)
    announced = np.zeros(len(distinct), np.bool_)
    np.logical_or.at(announced, group, dense | among(hashes, taken))
    size = 1 << max(int(2 * len(distinct)).bit_length(), 4)
    keys, place = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    _fill(distinct, keys, place)
    return _Table(keys, place, announced)


@njit(cache=True)
def _hashes(data: NDArray[np.uint8], place: NDArray[np.int64]) -> Hashes:
    """Of each number its digits and letters in capitals, without zeros in front; 0 where nothing is left."""
    found = np.zeros(len(place) - 1, np.uint64)
    for row in range(len(place) - 1):
        value = _SEED
        for at in range(place[row], place[row + 1]):
            kind = _class(data[at])
            if kind and not (data[at] == 48 and value == _SEED):
                byte = data[at] - 32 if data[at] >= 97 and data[at] <= 122 else data[at]
                value = (value ^ np.uint64(byte)) * _PRIME
        found[row] = value if value != _SEED else np.uint64(0)
    return found


@njit(cache=True)
def _slot(value: np.uint64, size: int) -> np.int64:
    return np.int64((value ^ (value >> np.uint64(31))) & np.uint64(size - 1))


@njit(cache=True)
def _fill(values: Hashes, keys: Hashes, place: NDArray[np.int32]) -> None:
    for number in range(len(values)):
        at = _slot(values[number], len(keys))
        while place[at] >= 0:
            at = (at + 1) & (len(keys) - 1)
        keys[at], place[at] = values[number], number


@njit(cache=True)
def _look_up(value: np.uint64, keys: Hashes, place: NDArray[np.int32]) -> int:
    at = _slot(value, len(keys))
    while place[at] >= 0:
        if keys[at] == value:
            return int(place[at])
        at = (at + 1) & (len(keys) - 1)
    return -1


@njit(cache=True)
def _class(byte: int) -> int:
    """1 digit, 2 letter, 0 anything else."""
    if 48 <= byte <= 57:
        return 1
    return 2 if 65 <= byte <= 90 or 97 <= byte <= 122 or byte >= 128 else 0


@njit(cache=True)
def _in_amount(data: NDArray[np.uint8], at: int, towards: int, start: int, end: int) -> bool:
    """Whether a point or comma with a digit behind it follows in that direction."""
    mark, digit = at, at + towards
    if digit < start or digit >= end or mark < start or mark >= end:
        return False
    return bool((data[mark] == 44 or data[mark] == 46) and 48 <= data[digit] <= 57)


@njit(nogil=True, cache=True)
def _scan(
    data: NDArray[np.uint8], place: NDArray[np.int64], keys: Hashes, group: NDArray[np.int32], announced: NDArray[np.bool_],
    labels: Hashes, hits: NDArray[np.int32],
) -> None:  # fmt: skip
    for line in range(len(place) - 1):
        _scan_text(data, place[line], place[line + 1], keys, group, announced, labels, hits[line])


@njit(cache=True)
def _scan_text(
    data: NDArray[np.uint8], start: int, end: int, keys: Hashes, group: NDArray[np.int32], announced: NDArray[np.bool_],
    labels: Hashes, hits: NDArray[np.int32],
) -> None:  # fmt: skip
    """Join up to _STARTS neighbouring runs of digits or letters and look each beginning's whole up."""
    state, begun = np.zeros(_STARTS, np.uint64), np.zeros(_STARTS, np.int64)
    hard, n, n_hits, label_at, at, label = np.zeros(_STARTS, np.bool_), 0, 0, -1000, start, _SEED
    while at < end:
        kind = _class(data[at])
        if not kind:
            at += 1
            continue
        before = _class(data[at - 1]) if at > start else 0
        if before == 0 and not (at - 1 > start and _joins(data[at - 1], _class(data[at - 2]), kind)):
            n = 0
        if before == 0 or kind == 1:
            if n == _STARTS:
                for old in range(_STARTS - 1):
                    state[old], begun[old], hard[old] = state[old + 1], begun[old + 1], hard[old + 1]
                n -= 1
            state[n], begun[n], hard[n] = _SEED, at, before == 0
            n += 1
        first, digits = at, kind == 1
        label = _SEED if kind == 2 else label
        while at < end and _class(data[at]) == kind:
            byte = data[at] - 32 if data[at] >= 97 and data[at] <= 122 else data[at]
            for which in range(n):
                if not (byte == 48 and state[which] == _SEED):
                    state[which] = (state[which] ^ np.uint64(byte)) * _PRIME
            if kind == 2:
                label = (label ^ np.uint64(byte)) * _PRIME
            at += 1
        if kind == 2:
            spot = np.searchsorted(labels, label)
            if spot < len(labels) and labels[spot] == label:
                label_at = at
        if at < end and _class(data[at]):
            continue
        amount = digits and (_in_amount(data, at, 1, start, end) or _in_amount(data, first - 1, -1, start, end))
        for which in range(n):
            found = _look_up(state[which], keys, group) if state[which] != _SEED else -1
            if found < 0:
                continue
            said = begun[which] - label_at <= _LABEL_REACH and begun[which] >= label_at
            said = said or (not hard[which] and begun[which] == label_at)
            if (said or (hard[which] and not announced[found] and not amount)) and n_hits < len(hits):
                hits[n_hits] = found
                n_hits += 1


@njit(cache=True)
def _joins(mark: int, before: int, kind: int) -> bool:
    """Whether the runs on both sides of a mark are one number: a hyphen, slash, point, underscore, or A 1."""
    if mark == 32:
        return before > 0 and before != kind
    return before > 0 and (mark == 45 or mark == 47 or mark == 46 or mark == 95)
