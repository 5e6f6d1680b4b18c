"""What each debtor has open in one currency, in order of due day: the only place where a line's set is looked for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NEVER, NOTHING, Code, Items, Whole
from recon_kit.matching.sets.families import whole
from recon_kit.matching.sets.keys import item_keys

LARGEST = 2**62 - 1
"""Larger amounts are in no pool: one difference of two of them would no longer fit into 64 bits."""
LARGEST_SUM = 2**61
"""A pool whose amounts add up to more is searched for single documents only."""


SLOT = np.dtype(
    [
        ("left", np.int64), ("amount", np.int64), ("total", np.int64), ("discount", np.int64), ("key", np.int64),
        ("number", np.int64),
        ("due", np.int32), ("issued", np.int32), ("till", np.int32), ("month", np.int32), ("due_month", np.int32),
        ("pool", np.int32), ("item", np.int32), ("digits", np.int32),
    ]
)  # fmt: skip
"""An open item in its pool. amount: what it was of; total: the sum of all `left` before it, right in differences within a
pool; till: last day of the discount; month, due_month: calendar months of issue and due day; number, digits: the part of
its document number that counts up, of no digits when unknown; key: its own 64 bits of a set's key."""
KEYED = np.dtype([("key", np.int64), ("slot", np.int64)])
"""A slot under the key of an amount; lists of these are in order of key, then slot."""
POOL = np.dtype(
    [
        ("start", np.int64), ("debtor", np.int32), ("entity", np.int32), ("currency", np.int32),
        ("hub", np.int32), ("safe", np.int32),
    ]
)  # fmt: skip
"""What one debtor has open in one currency. safe: its sums fit into 64 bits."""


class Pools(NamedTuple):
    """Open items gathered by debtor and currency; a *slot* is an item's place in this order.

    Args:
        slots: one SLOT per item in a pool, and one more that ends the last.
        heads: one POOL per pool, and one more that ends the last.
        of_debtor: first pool of each debtor, and one more.
        of_item: slot of each item, NOTHING when in no pool.
        of_all: slots by entity, currency and amount, of all debtors together. of_own: slots by pool and amount.
        Both hold what is left, and once more what is left less the discount where there is one.
        n_left_out: items too large for any pool.
    """

    slots: NDArray[Any]
    heads: NDArray[Any]
    of_debtor: Whole
    of_item: Code
    of_all: NDArray[Any]
    of_own: NDArray[Any]
    n_left_out: int


def pools(items: Items, left: Whole, counting: Whole | None = None, digits: NDArray[np.int8] | None = None) -> Pools:
    """The items with something left, gathered and put in order.

    Args:
        left: minor units still open, one element per item.
        counting, digits: the part of each document number that counts up, and how many digits it has.
    """
    n = len(items)
    counting = np.zeros(n, np.int64) if counting is None else counting
    digits = np.zeros(n, np.int8) if digits is None else digits
    fits = (left <= LARGEST) & (left >= -LARGEST)
    at = np.flatnonzero((left != 0) & fits).astype(np.int32)
    by = items.debtor[at].astype(np.int64) * (int(items.currency.max(initial=0)) + 1) + items.currency[at]
    order = np.argsort(by, kind="stable")
    at, by = at[order], by[order]
    first = np.flatnonzero(np.diff(by, prepend=-1))
    start = np.append(first, len(at)).astype(np.int64)
    _in_order(start, at, items.due, items.issued, counting, left)
    slots = _slots(items, at, left, counting, digits)
    slots["pool"][:-1] = np.repeat(np.arange(len(first)), np.diff(start))
    of_item = np.full(n, NOTHING, np.int32)
    of_item[at] = np.arange(len(at), dtype=np.int32)
    heads = _heads(items, at[first], start, slots)
    of_debtor = np.searchsorted(heads["debtor"][:-1], np.arange(int(items.debtor.max(initial=-1)) + 2)).astype(np.int64)
    of_all, of_own = _by_amount(slots[:-1], items.entity[at], items.currency[at]), _by_amount(slots[:-1], slots["pool"][:-1])
    return Pools(slots, heads, of_debtor, of_item, of_all, of_own, int((~fits).sum()))


def _slots(items: Items, at: Code, left: Whole, counting: Whole, digits: NDArray[np.int8]) -> NDArray[Any]:
    slots = np.zeros(len(at) + 1, SLOT)
    body, discount = slots[:-1], _sane_discount(items, at, left[at])
    body["amount"] = items.amount[at]
    body["left"], body["discount"], body["number"], body["digits"] = left[at], discount, counting[at], digits[at]
    slots["total"][1:] = np.cumsum(left[at])
    body["key"] = item_keys(items.ids, items.entity)[at].view(np.int64)
    body["due"], body["issued"], body["item"] = items.due[at], items.issued[at], at
    body["till"] = np.where(discount == 0, NEVER, items.discount_on[at])
    body["month"], body["due_month"] = _months(items.issued[at]), _months(items.due[at])
    slots["pool"][-1] = NOTHING
    return slots


def _heads(items: Items, owner: Code, start: Whole, slots: NDArray[Any]) -> NDArray[Any]:
    heads = np.zeros(len(start), POOL)
    heads["start"] = start
    body = heads[:-1]
    body["debtor"], body["entity"], body["currency"] = items.debtor[owner], items.entity[owner], items.currency[owner]
    body["hub"] = items.hub[owner]
    body["safe"] = np.bincount(slots["pool"][:-1], np.abs(slots["left"][:-1].astype(np.float64)), len(body)) < LARGEST_SUM
    return heads


def _by_amount(slots: NDArray[Any], who: Code, currency: Code | None = None) -> NDArray[Any]:
    cut = np.flatnonzero(slots["discount"] != 0)
    slot = np.concatenate([np.arange(len(slots)), cut])
    amount = np.concatenate([slots["left"], (slots["left"] - slots["discount"])[cut]])
    found = np.zeros(len(slot), KEYED)
    key = amount_keys(who[slot], None if currency is None else currency[slot], amount)
    order = np.argsort(key, kind="stable")
    found["key"], found["slot"] = key[order], slot[order]
    return found


def amount_keys(who: Code, currency: Code | None, amount: Whole) -> Whole:
    """Entity and currency, or pool, mixed with an amount into one number; equal ones are equal, others nearly never."""
    one = (who.astype(np.int64) + 1) * np.int64(1_000_003) + (0 if currency is None else currency.astype(np.int64) + 1)
    mixed = (amount.view(np.uint64) ^ (one.view(np.uint64) << np.uint64(40))) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray((mixed ^ (mixed >> np.uint64(29))).view(np.int64))


@njit(nogil=True, no_cpython_wrapper=True)
def amount_key(who: int, amount: int) -> int:
    """The same for one pool."""
    one = np.uint64((who + 1) * 1_000_003)
    mixed = (np.uint64(amount) ^ (one << np.uint64(40))) * np.uint64(0x9E3779B97F4A7C15)
    key: int = whole(mixed ^ (mixed >> np.uint64(29)))
    return key


@njit(nogil=True, no_cpython_wrapper=True)
def first_keyed(keyed: NDArray[Any], key: int) -> int:
    """The first place in a list by key that has this key or a larger one."""
    low, high = 0, len(keyed)
    while low < high:
        middle = (low + high) // 2
        if keyed[middle].key < key:
            low = middle + 1
        else:
            high = middle
    return low


def _sane_discount(items: Items, at: Code, left: Whole) -> Whole:
    """Discounts as far as they are one: agreed until a day, of the sign of what is open and less than it."""
    said = np.where(items.discount_on[at] == NEVER, 0, items.discount[at])
    return np.where((np.sign(said) == np.sign(left)) & (np.abs(said) < np.abs(left)), said, 0)


def _months(on: Code) -> Code:
    known = np.where(on == NEVER, 0, on).astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    return np.where(on == NEVER, NEVER, known).astype(np.int32)


@njit(cache=True, nogil=True)
def _in_order(start: Whole, at: Code, due: Code, issued: Code, number: Whole, left: Whole) -> None:
    """Sort each pool by due day, day of issue, number, amount: the order of ids decides only among equals in all four."""
    other = np.empty_like(at)
    for pool in range(len(start) - 1):
        low, high = start[pool], start[pool + 1]
        width = 1
        while width < high - low:
            for a in range(low, high, 2 * width):
                b, end = min(a + width, high), min(a + 2 * width, high)
                i, j = a, b
                for k in range(a, end):
                    if i < b and (j >= end or not _before(at[j], at[i], due, issued, number, left)):
                        other[k] = at[i]
                        i += 1
                    else:
                        other[k] = at[j]
                        j += 1
            at[low:high] = other[low:high]
            width *= 2


@njit(nogil=True, no_cpython_wrapper=True)
def _before(a: int, b: int, due: Code, issued: Code, number: Whole, left: Whole) -> bool:
    if due[a] != due[b]:
        return bool(due[a] < due[b])
    if issued[a] != issued[b]:
        return bool(issued[a] < issued[b])
    if number[a] != number[b]:
        return bool(number[a] < number[b])
    if left[a] != left[b]:
        return bool(left[a] < left[b])
    return a < b
