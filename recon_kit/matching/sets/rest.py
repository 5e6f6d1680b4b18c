"""Sets that do not sum: what a part payment, a deduction or an overpayment may have meant."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import Draft, Line, offer_one, offer_slots
from recon_kit.matching.sets.families import BIT
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools

FEW, MOST_LARGER, MOST_LARGER_ODD, MOST_CLOSE = 4, 5, 2, 4
ROUND = 1000
CLOSE_SHARE, CLOSE_FLOOR = 20, 2500
"""A difference is small up to a twentieth of the line, or 25.00 where that is at most half of the line."""

_FEW, _LARGER, _CLOSE = BIT["rest_few"], BIT["rest_larger"], BIT["rest_close"]


@njit(nogil=True, no_cpython_wrapper=True)
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


@njit(nogil=True, no_cpython_wrapper=True)
def _tolerance(line: Line) -> int:
    return int(max(abs(line.amount) // CLOSE_SHARE, min(CLOSE_FLOOR, abs(line.amount) // 2)))


@njit(nogil=True, no_cpython_wrapper=True)
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


@njit(nogil=True, no_cpython_wrapper=True)
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


@njit(nogil=True, no_cpython_wrapper=True)
def _larger(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Larger documents: the nearest five for a round amount, else the nearest two."""
    found, most = 0, MOST_LARGER if line.amount % ROUND == 0 else MOST_LARGER_ODD
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
