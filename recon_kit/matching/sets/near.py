"""Any subset of a few documents that sums exactly: two halves, all sums of each in order, one walk from both ends.

Source: Horowitz and Sahni, Computing partitions with applications to the knapsack problem, J. ACM 21 (1974).
"""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import CAPPED, NEAR_FULL, Draft, Line, offer
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.pools import Pools

AMONG, MOST_FIT = 16, 40
FIRST = whole(0)
LEFT, IN_TIME, AGREED = whole(0), whole(1), whole(2)
"""What counts of a document: what is left; less a discount in time; less any discount agreed."""
_NEAR = BIT["near"]


@njit(nogil=True, no_cpython_wrapper=True)
def near(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Each subset of the sixteen documents nearest in due day that sums to the line, or does less its discounts in time or
    all; none when more than 40 do."""
    low, high, at = draft.low[w], draft.high[w], draft.at[w]
    while high - low > AMONG:
        a, b = low, high - 1
        if at - a > b - at:
            low += 1
        else:
            high -= 1
    n = high - low
    for counts in (LEFT, IN_TIME, AGREED):
        changed = 0
        for k in range(n):
            slot = pools.slots[low + k]
            taken = counts == AGREED or (counts == IN_TIME and line.on <= slot.till + line.grace)
            draft.seq[k], draft.worth[k] = low + k, slot.left - (slot.discount if taken else 0)
            changed += taken and slot.discount != 0
        if counts == LEFT or changed:
            subsets(pools, draft, n, line.amount, _NEAR)


@njit(nogil=True, no_cpython_wrapper=True)
def subsets(pools: Pools, draft: Draft, n: int, target: int, family: int) -> None:
    """Each non-empty subset of the first n <= 16 of `seq` whose `worth` sums to the target, unless more than 40 do."""
    half = n // 2
    a, size_a = _all_sums(draft, FIRST, half, FIRST)
    b, size_b = _all_sums(draft, half, n, whole(2))
    found = _fitting(draft, a, size_a, b, size_b, target)
    if found > MOST_FIT:
        draft.state[CAPPED] |= NEAR_FULL
        return
    for f in range(found):
        mask = draft.fits[f, 0] | (draft.fits[f, 1] << half)
        m = 0
        for k in range(n):
            if mask >> k & 1:
                draft.pick[m] = draft.seq[k]
                m += 1
        if m:
            offer(pools, draft, m, family)


@njit(nogil=True, no_cpython_wrapper=True)
def any_subset(draft: Draft, n: int, target: int) -> bool:
    """True when some of the first n <= 16 of `worth` sum to the target."""
    half = n // 2
    a, size_a = _all_sums(draft, FIRST, half, FIRST)
    b, size_b = _all_sums(draft, half, n, whole(2))
    return bool(_fitting(draft, a, size_a, b, size_b, target) > 0)


@njit(nogil=True, no_cpython_wrapper=True)
def _all_sums(draft: Draft, low: int, high: int, row: int) -> tuple[int, int]:
    """All subset sums of a part of `worth` in order, merged up document by document; which row holds them, and how many."""
    now, other, size = row, row + 1, 1
    draft.part_sums[now, 0], draft.part_masks[now, 0] = 0, 0
    for k in range(low, high):
        worth, bit, i, j = draft.worth[k], 1 << (k - low), 0, 0
        for at in range(2 * size):
            plain = j >= size or (i < size and draft.part_sums[now, i] <= draft.part_sums[now, j] + worth)
            if plain:
                draft.part_sums[other, at], draft.part_masks[other, at] = draft.part_sums[now, i], draft.part_masks[now, i]
                i += 1
            else:
                draft.part_sums[other, at] = draft.part_sums[now, j] + worth
                draft.part_masks[other, at] = draft.part_masks[now, j] | bit
                j += 1
        now, other, size = other, now, 2 * size
    return now, size


@njit(nogil=True, no_cpython_wrapper=True)
def _fitting(draft: Draft, a: int, size_a: int, b: int, size_b: int, target: int) -> int:
    """Pairs of masks that together give the target; at most 41 are looked for."""
    i, j, found = 0, size_b - 1, 0
    while i < size_a and j >= 0:
        total = draft.part_sums[a, i] + draft.part_sums[b, j]
        if total < target:
            i += 1
        elif total > target:
            j -= 1
        else:
            k = j
            while k >= 0 and draft.part_sums[b, k] == draft.part_sums[b, j]:
                draft.fits[found, 0], draft.fits[found, 1] = draft.part_masks[a, i], draft.part_masks[b, k]
                found += 1
                if found > MOST_FIT:
                    return found
                k -= 1
            i += 1
    return found
