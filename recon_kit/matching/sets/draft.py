"""The sets found so far for one line, in memory that is used again for the next: compiled, without allocation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Whole
from recon_kit.matching.sets.families import whole
from recon_kit.matching.sets.pools import LARGEST_SUM, Pools

MOST_SETS = 40
MOST_ITEMS = 1024
MOST_PAYERS = 8
WINDOW = 300
TABLE = 1024

TOO_MANY_SETS, FAMILY_FULL, NEAR_FULL, WINDOW_CUT, TOO_LARGE = 1, 2, 4, 8, 16
"""Bits of `Hypotheses.capped`: sets beyond 40; further sets of one family; more than 40 sets near; documents outside the
window; amounts too large to add."""

N_SETS, CAPPED, N_WINDOWS = range(3)


class Line(NamedTuple):
    """The line in hand: amount and gross in minor units, days, grace in days; bits that limits have set."""

    at: int
    amount: int
    gross: int
    on: int
    entity: int
    currency: int
    grace: int


class Draft(NamedTuple):
    """Work space of one thread.

    state: N_SETS, CAPPED, N_WINDOWS. key, families, total, start, slots: the sets found. pick: the set in the making.
    low, high, at, mask: each window's slots, the first slot due after the line, and the size of its table.
    heads, nexts: for each window a table from amount to slots. seq, worth, sums: a list of slots, what each counts, and
    running sums of that. run_heads, run_nexts: a table over those. quoted, strength: what the text quotes. hits: spare.
    part_sums, part_masks: subset sums of two halves, twice for merging. fits: pairs of subsets.
    """

    state: Whole
    key: Whole
    families: Whole
    total: Whole
    start: Whole
    slots: Code
    pick: Whole
    low: Whole
    high: Whole
    at: Whole
    mask: Whole
    heads: NDArray[np.int16]
    nexts: NDArray[np.int16]
    seq: Whole
    worth: Whole
    sums: Whole
    run_heads: NDArray[np.int16]
    run_nexts: NDArray[np.int16]
    quoted: Whole
    strength: Whole
    hits: Whole
    part_sums: NDArray[np.int64]
    part_masks: NDArray[np.int64]
    fits: NDArray[np.int64]


DRAFT = np.dtype(
    [
        ("state", np.int64, (4,)), ("key", np.int64, (MOST_SETS,)), ("families", np.int64, (MOST_SETS,)),
        ("total", np.int64, (MOST_SETS,)), ("start", np.int64, (MOST_SETS + 1,)),
        ("slots", np.int32, (MOST_SETS * MOST_ITEMS,)), ("pick", np.int64, (MOST_ITEMS + 2,)),
        ("low", np.int64, (MOST_PAYERS,)), ("high", np.int64, (MOST_PAYERS,)), ("at", np.int64, (MOST_PAYERS,)),
        ("mask", np.int64, (MOST_PAYERS,)), ("heads", np.int16, (MOST_PAYERS, TABLE)),
        ("nexts", np.int16, (MOST_PAYERS, WINDOW)), ("seq", np.int64, (TABLE,)), ("worth", np.int64, (TABLE,)),
        ("sums", np.int64, (TABLE + 1,)), ("run_heads", np.int16, (2 * TABLE,)), ("run_nexts", np.int16, (TABLE + 1,)),
        ("quoted", np.int64, (256,)), ("strength", np.int64, (256,)), ("hits", np.int64, (TABLE,)),
        ("part_sums", np.int64, (4, 256)), ("part_masks", np.int64, (4, 256)), ("fits", np.int64, (64, 2)),
    ]
)  # fmt: skip
"""How a Draft lies in memory: one record, so that compiled functions hand over one address."""


def new_draft() -> Any:
    """Empty work space."""
    return np.zeros(1, DRAFT)[0]


@njit(nogil=True, no_cpython_wrapper=True)
def offer(pools: Pools, draft: Draft, n: int, family: int) -> bool:
    """Keep the n slots in `pick` as a set, or add the family's bit to the equal set that stands; True when it is new.

    Several documents whose amounts are too large to add are no set: their sum could come round to any line's amount.
    """
    key, total, gathered = 0, 0, 0.0
    for k in range(n):
        key += pools.slots[draft.pick[k]].key
        total += pools.slots[draft.pick[k]].left
        gathered += abs(float(pools.slots[draft.pick[k]].left))
    if n > 1 and gathered >= LARGEST_SUM:
        draft.state[CAPPED] |= TOO_LARGE
        return False
    count = draft.state[N_SETS]
    for h in range(count):
        if draft.key[h] == key and draft.start[h + 1] - draft.start[h] == n:
            draft.families[h] |= family
            return False
    if count == MOST_SETS:
        draft.state[CAPPED] |= TOO_MANY_SETS
        return False
    start = draft.start[count]
    for k in range(n):
        draft.slots[start + k] = draft.pick[k]
    draft.key[count], draft.total[count], draft.families[count] = key, total, family
    draft.start[count + 1] = start + n
    draft.state[N_SETS] = count + 1
    return True


@njit(nogil=True, no_cpython_wrapper=True)
def offer_one(pools: Pools, draft: Draft, slot: int, family: int) -> bool:
    """One document as a set."""
    draft.pick[0] = slot
    return bool(offer(pools, draft, whole(1), family))


@njit(nogil=True, no_cpython_wrapper=True)
def offer_slots(pools: Pools, draft: Draft, low: int, high: int, family: int) -> bool:
    """The slots from low up to before high as a set, unless they are too many."""
    if high - low > MOST_ITEMS:
        draft.state[CAPPED] |= WINDOW_CUT
        return False
    for k in range(low, high):
        draft.pick[k - low] = k
    return bool(offer(pools, draft, high - low, family))


@njit(nogil=True, no_cpython_wrapper=True)
def picked_sums(pools: Pools, line: Line, draft: Draft, n: int) -> bool:
    """True when the set in the making sums to the line in one of the ways that need no excuse."""
    total, granted, agreed = 0, 0, 0
    for k in range(n):
        slot = draft.pick[k]
        total += pools.slots[slot].left
        agreed += pools.slots[slot].discount
        if line.on <= pools.slots[slot].till + line.grace:
            granted += pools.slots[slot].discount
    return total == line.amount or total == line.gross or total - granted == line.amount or total - agreed == line.amount
