"""Sets found by looking up what is missing or too much: pairs, triples, and orderly sets without one or two documents."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import CAPPED, FAMILY_FULL, MOST_ITEMS, WINDOW_CUT, Draft, Line, offer
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.window import first_of, next_of

MOST_PAIRS, MOST_TRIPLES, MOST_LESS = 8, 6, 6
TRIPLE_AMONG, RUN_AMONG, PREFIX_DAYS, LESS_TWO_DAYS = 70, 48, 40, 10

_NONE = whole(-1)
_PAIR, _TRIPLE, _RUN_LESS_ONE = BIT["pair"], BIT["triple"], BIT["run_less_one"]
_PREFIX_LESS_ONE, _PREFIX_LESS_TWO = BIT["prefix_less_one"], BIT["prefix_less_two"]


@njit(nogil=True, no_cpython_wrapper=True)
def pairs(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Two documents of the window, nearest first."""
    low, high, found = draft.low[w], draft.high[w], 0
    for step in range(2 * max(draft.at[w] - low + 1, high - draft.at[w]) + 1):
        a = outward(draft.at[w], step)
        if a < low or a >= high:
            continue
        wanted = line.amount - pools.slots[a].left
        b = first_of(pools, draft, w, wanted)
        while b >= 0:
            if a != b:
                draft.pick[0], draft.pick[1] = a, b
                found += offer(pools, draft, whole(2), _PAIR)
                if found == MOST_PAIRS:
                    draft.state[CAPPED] |= FAMILY_FULL
                    return
            b = next_of(pools, draft, w, wanted, b)


@njit(nogil=True, no_cpython_wrapper=True)
def triples(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Three documents among the nearest 70."""
    low, high = _nearest(draft, w, TRIPLE_AMONG)
    found = 0
    for a in range(high - 1, low - 1, -1):
        for b in range(a - 1, low - 1, -1):
            wanted = line.amount - pools.slots[a].left - pools.slots[b].left
            c = first_of(pools, draft, w, wanted)
            while c >= 0:
                if low <= c < b:
                    draft.pick[0], draft.pick[1], draft.pick[2] = a, b, c
                    found += offer(pools, draft, whole(3), _TRIPLE)
                    if found == MOST_TRIPLES:
                        draft.state[CAPPED] |= FAMILY_FULL
                        return
                c = next_of(pools, draft, w, wanted, c)


@njit(nogil=True, no_cpython_wrapper=True)
def _nearest(draft: Draft, w: int, most: int) -> tuple[int, int]:
    """The part of the window of at most so many documents around the line's day, three quarters of them before it."""
    low, high = draft.low[w], draft.high[w]
    if high - low <= most:
        return low, high
    high = min(high, max(draft.at[w] + most // 4, low + most))
    return max(low, high - most), high


@njit(nogil=True, no_cpython_wrapper=True)
def runs_less_one(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """A stretch of the nearest 48 without one document inside it."""
    low, high = _nearest(draft, w, RUN_AMONG)
    found = 0
    for b in range(high, low + 2, -1):
        for a in range(b - 3, low - 1, -1):
            extra = pools.slots[b].total - pools.slots[a].total - line.amount
            if extra == 0:
                continue
            x = first_of(pools, draft, w, extra)
            while x >= 0:
                if a < x < b - 1:
                    found += _offer_without(pools, draft, a, b, x, _NONE, _RUN_LESS_ONE)
                    if found == MOST_LESS:
                        draft.state[CAPPED] |= FAMILY_FULL
                        return
                x = next_of(pools, draft, w, extra, x)


@njit(nogil=True, no_cpython_wrapper=True)
def prefixes_less(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Everything due by a day without one or two documents; days nearest to the line first."""
    start = pools.heads[pools.slots[draft.low[w]].pool].start
    days, ones, twos = 0, 0, 0
    for step in range(2 * max(draft.at[w] - draft.low[w] + 1, draft.high[w] + 1 - draft.at[w]) + 1):
        end = outward(draft.at[w], step)
        if end - start < 2 or end <= draft.low[w] or end > draft.high[w] or not day_ends(pools, end):
            continue
        days += 1
        extra = pools.slots[end].total - pools.slots[start].total - line.amount
        if extra != 0 and ones < MOST_LESS:
            ones += _less_one(pools, draft, w, start, end, extra)
        if extra != 0 and twos < MOST_LESS and days <= LESS_TWO_DAYS and end - start > 3:
            twos += _less_two(pools, draft, w, start, end, extra)
        if days == PREFIX_DAYS:
            return


@njit(nogil=True, no_cpython_wrapper=True)
def _less_one(pools: Pools, draft: Draft, w: int, start: int, end: int, extra: int) -> int:
    found, x = 0, first_of(pools, draft, w, extra)
    while x >= 0 and found < 2:
        if x < end:
            found += _offer_without(pools, draft, start, end, x, _NONE, _PREFIX_LESS_ONE)
        x = next_of(pools, draft, w, extra, x)
    return found


@njit(nogil=True, no_cpython_wrapper=True)
def _less_two(pools: Pools, draft: Draft, w: int, start: int, end: int, extra: int) -> int:
    found = 0
    for x in range(end - 1, draft.low[w] - 1, -1):
        wanted = extra - pools.slots[x].left
        y = first_of(pools, draft, w, wanted)
        while y >= 0:
            if y < x:
                found += _offer_without(pools, draft, start, end, x, y, _PREFIX_LESS_TWO)
                if found == 2:
                    return int(found)
            y = next_of(pools, draft, w, wanted, y)
    return found


@njit(nogil=True, no_cpython_wrapper=True)
def _offer_without(pools: Pools, draft: Draft, low: int, high: int, x: int, y: int, family: int) -> int:
    if high - low > MOST_ITEMS:
        draft.state[CAPPED] |= WINDOW_CUT
        return 0
    n = 0
    for slot in range(low, high):
        if slot != x and slot != y:
            draft.pick[n] = slot
            n += 1
    return int(offer(pools, draft, n, family)) if n else 0
