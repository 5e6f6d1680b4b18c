"""Sets that do not sum: what a part payment, a deduction or an overpayment may have meant."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import Draft, Line, offer_one, offer_slots
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools

FEW, MOST_LARGER, MOST_LARGER_ODD, MOST_CLOSE, MOST_PREFIXES = 4, 5, 2, 4, 3
ROUND, DUE_SHARE = 1000, 2
CLOSE_SHARE, CLOSE_FLOOR = 20, 2500
"""A difference is small up to a twentieth of the line, or 25.00 where that is at most half of the line; what was due in all
may differ by half."""

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
    """The due day nearest in amount, the three nearest of all due by a day, and all that was due when the line was booked."""
    low, high, start = draft.low[w], draft.high[w], pools.heads[pools.slots[draft.low[w]].pool].start
    _closest(pools, line, draft, low, high, whole(-1), whole(1))
    _closest(pools, line, draft, low, high, start, whole(MOST_PREFIXES))
    due = pools.slots[draft.at[w]].total - pools.slots[start].total
    if draft.at[w] - start > 1 and abs(due - line.amount) <= abs(line.amount) // DUE_SHARE:
        offer_slots(pools, draft, start, draft.at[w], _CLOSE)


@njit(nogil=True, no_cpython_wrapper=True)
def _closest(pools: Pools, line: Line, draft: Draft, low: int, high: int, start: int, most: int) -> None:
    """Groups that end with a due day and begin at `start`, or (-1) with that day; the nearest in amount first."""
    below = 0
    for _ in range(most):
        best, best_from, best_to, day = _tolerance(line) + 1, low, low, low
        for end in range(low + 1, high + 1):
            if day_ends(pools, end):
                first = day if start < 0 else start
                off = abs(pools.slots[end].total - pools.slots[first].total - line.amount)
                if end - first > 1 and below < off < best:
                    best, best_from, best_to = off, first, end
                day = end
        if best_to == low:
            return
        offer_slots(pools, draft, best_from, best_to, _CLOSE)
        below = best


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
