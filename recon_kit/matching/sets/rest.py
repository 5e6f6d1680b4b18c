"""Sets that do not sum: what a part payment, a deduction or an overpayment may have meant; and a rare amount of anyone."""

from __future__ import annotations

import numpy as np
from numba import njit

from recon_kit.matching.columns import Whole
from recon_kit.matching.sets.draft import Draft, Line, offer_one, offer_slots
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools

FEW, MOST_LARGER, MOST_CLOSE, MOST_RARE = 4, 3, 3, 3
ROUND = 1000
CLOSE_SHARE, CLOSE_FLOOR = 20, 2500
"""A difference is small up to a twentieth of the line, or 25.00 where that is at most half of the line."""

_FEW, _LARGER, _CLOSE, _RARE = BIT["rest_few"], BIT["rest_larger"], BIT["rest_close"], BIT["rare"]


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def rest(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Sets of one payer whose sum differs from the line."""
    low, high = draft.low[w], draft.high[w]
    if high - low == 0 or pools.heads[pools.slots[low].pool].hub:
        return
    if high - low <= FEW:
        for slot in range(low, high):
            if (pools.slots[slot].left > 0) == (line.amount > 0):
                offer_one(pools, draft, slot, _FEW)
        if high - low > 1 and pools.heads[pools.slots[low].pool].safe:
            offer_slots(pools, draft, low, high, _FEW)
        return
    _close_ones(pools, line, draft, w)
    if pools.heads[pools.slots[low].pool].safe:
        _close_groups(pools, line, draft, w)
    _larger(pools, line, draft, w)


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def _tolerance(line: Line) -> int:
    return int(max(abs(line.amount) // CLOSE_SHARE, min(CLOSE_FLOOR, abs(line.amount) // 2)))


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def _close_ones(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """The three documents nearest in amount."""
    below, tolerance = 0, _tolerance(line)
    for _ in range(MOST_CLOSE):
        best = tolerance + 1
        for slot in range(draft.low[w], draft.high[w]):
            off = abs(pools.slots[slot].left - line.amount)
            if below < off < best:
                best = off
        if best > tolerance:
            return
        for step in range(2 * (draft.high[w] - draft.low[w]) + 1):
            slot = outward(draft.at[w], step)
            if draft.low[w] <= slot < draft.high[w] and abs(pools.slots[slot].left - line.amount) == best:
                offer_one(pools, draft, slot, _CLOSE)
                break
        below = best


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def _close_groups(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """The due day and the prefix nearest in amount."""
    start = pools.heads[pools.slots[draft.low[w]].pool].start
    best_day, best_prefix = _tolerance(line) + 1, _tolerance(line) + 1
    low = draft.low[w]
    day_low, day_high, prefix_high = low, low, low
    for end in range(draft.low[w] + 1, draft.high[w] + 1):
        if not day_ends(pools, end):
            continue
        off = abs(pools.slots[end].total - pools.slots[low].total - line.amount)
        if end - low > 1 and 0 < off < best_day:
            best_day, day_low, day_high = off, low, end
        off = abs(pools.slots[end].total - pools.slots[start].total - line.amount)
        if end - start > 1 and 0 < off < best_prefix:
            best_prefix, prefix_high = off, end
        low = end
    if day_high > day_low:
        offer_slots(pools, draft, day_low, day_high, _CLOSE)
    if prefix_high > draft.low[w]:
        offer_slots(pools, draft, start, prefix_high, _CLOSE)


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def _larger(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Larger documents: the nearest three for a round amount, else the nearest one."""
    found, most = 0, MOST_LARGER if line.amount % ROUND == 0 else 1
    for step in range(2 * (draft.high[w] - draft.low[w]) + 1):
        slot = outward(draft.at[w], step)
        if slot < draft.low[w] or slot >= draft.high[w]:
            continue
        left = pools.slots[slot].left
        if (left > line.amount > 0) or (left < line.amount < 0):
            offer_one(pools, draft, slot, _LARGER)
            found += 1
            if found == most:
                return


@njit(nogil=True, no_cpython_wrapper=True)  # type: ignore[untyped-decorator]
def rare(pools: Pools, line: Line, draft: Draft, key: int) -> None:
    """The documents of exactly this amount, whoever owes them, when there are at most three."""
    low = np.searchsorted(pools.amount_key, key)
    found: Whole = draft.hits
    n = 0
    for at in range(low, len(pools.amount_key)):
        if pools.amount_key[at] != key:
            break
        slot = whole(pools.amount_slot[at])
        pool = pools.slots[slot].pool
        same = pools.heads[pool].entity == line.entity and pools.heads[pool].currency == line.currency
        if same and pools.slots[slot].left == line.amount:
            if n == MOST_RARE:
                return
            found[n] = slot
            n += 1
    for k in range(n):
        offer_one(pools, draft, found[k], _RARE)
