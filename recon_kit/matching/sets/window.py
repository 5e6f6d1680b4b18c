"""The part of a pool that a line looks at, and a table from amount to documents over it."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.sets.draft import CAPPED, TABLE, WINDOW, WINDOW_CUT, Draft, Line
from recon_kit.matching.sets.families import whole
from recon_kit.matching.sets.pools import Pools

HUB_DAYS = 8
_SPREAD = -7046029254386353131  # 2^64 / golden ratio, as a signed number


@njit(nogil=True, no_cpython_wrapper=True)
def pool_of(pools: Pools, line: Line, debtor: int) -> int:
    """The debtor's pool in the line's entity and currency, or NOTHING."""
    if debtor < 0 or debtor >= len(pools.of_debtor) - 1:
        return NOTHING
    for pool in range(pools.of_debtor[debtor], pools.of_debtor[debtor + 1]):
        if pools.heads[pool].currency == line.currency and pools.heads[pool].entity == line.entity:
            return pool
    return NOTHING


@njit(nogil=True, no_cpython_wrapper=True)
def open_window(pools: Pools, line: Line, draft: Draft, w: int, pool: int) -> None:
    """Window w: at most 300 documents of the pool around the line's day (a week and a day each way in a hub), and its table."""
    low, high = pools.heads[pool].start, pools.heads[pool + 1].start
    if pools.heads[pool].hub and high - low > 16:
        low, high = first_due(pools, low, high, line.on - HUB_DAYS), first_due(pools, low, high, line.on + HUB_DAYS + 1)
    at = first_due(pools, low, high, line.on + 1)
    if high - low > WINDOW:
        draft.state[CAPPED] |= WINDOW_CUT
        ahead = min(high - at, max(WINDOW // 3, WINDOW - (at - low)))
        low = max(low, at + ahead - WINDOW)
        high = min(high, low + WINDOW)
    draft.low[w], draft.high[w], draft.at[w] = low, high, at
    _fill_table(pools, draft, w)


@njit(nogil=True, no_cpython_wrapper=True)
def first_due(pools: Pools, low: int, high: int, day: int) -> int:
    """The first slot from low to high that is due on the day or later."""
    while low < high:
        middle = (low + high) // 2
        if pools.slots[middle].due < day:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, no_cpython_wrapper=True)
def _fill_table(pools: Pools, draft: Draft, w: int) -> None:
    """The nearest documents are put in last, so that they are found first."""
    low, high, at = draft.low[w], draft.high[w], draft.at[w]
    size = 4
    while size < 2 * (high - low) and size < TABLE:
        size *= 2
    draft.mask[w] = size - 1
    draft.heads[w, :size] = -1
    while low < high:
        if at - low > high - 1 - at:
            slot, low = low, low + 1
        else:
            slot, high = high - 1, high - 1
        bucket = spread(pools.slots[slot].left) & draft.mask[w]
        draft.nexts[w, slot - draft.low[w]] = draft.heads[w, bucket]
        draft.heads[w, bucket] = slot - draft.low[w]


@njit(nogil=True, no_cpython_wrapper=True)
def spread(amount: int) -> int:
    """An amount scattered over all bits."""
    return (amount * _SPREAD) >> 35


@njit(nogil=True, no_cpython_wrapper=True)
def first_of(pools: Pools, draft: Draft, w: int, amount: int) -> int:
    """The nearest document of the window with this amount left, or NOTHING."""
    return int(_seek(pools, draft, w, amount, whole(draft.heads[w, spread(amount) & draft.mask[w]])))


@njit(nogil=True, no_cpython_wrapper=True)
def next_of(pools: Pools, draft: Draft, w: int, amount: int, slot: int) -> int:
    """The next nearest one after this slot, or NOTHING."""
    return int(_seek(pools, draft, w, amount, whole(draft.nexts[w, slot - draft.low[w]])))


@njit(nogil=True, no_cpython_wrapper=True)
def _seek(pools: Pools, draft: Draft, w: int, amount: int, k: int) -> int:
    while k >= 0:
        if pools.slots[draft.low[w] + k].left == amount:
            return int(draft.low[w] + k)
        k = whole(draft.nexts[w, k])
    return NOTHING
