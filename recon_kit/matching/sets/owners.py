"""One payment for several debtors: a parent that pays for its children, a company with two customer numbers."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import MOST_ITEMS, N_WINDOWS, Draft, Line, offer
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.window import first_due, first_of

MOST_OWNERS, MOST_DAYS, MOST_PAIRS = 4, 20, 3
_OWNERS = BIT["owners"]


@njit(nogil=True, no_cpython_wrapper=True)
def owners(pools: Pools, line: Line, draft: Draft) -> None:
    """For each two of the first four payers: everything open, everything due by a day, one document of each."""
    count = min(draft.state[N_WINDOWS], MOST_OWNERS)
    for a in range(count):
        for b in range(a + 1, count):
            if _usable(pools, draft, a) and _usable(pools, draft, b):
                _together(pools, line, draft, a, b)
                _one_of_each(pools, line, draft, a, b)


@njit(nogil=True, no_cpython_wrapper=True)
def _usable(pools: Pools, draft: Draft, w: int) -> bool:
    """A window that holds its whole pool, which is no hub and small enough to add."""
    if draft.high[w] == draft.low[w]:
        return False
    pool = pools.slots[draft.low[w]].pool
    whole = draft.high[w] - draft.low[w] == pools.heads[pool + 1].start - pools.heads[pool].start
    return bool(whole and pools.heads[pool].safe and not pools.heads[pool].hub)


@njit(nogil=True, no_cpython_wrapper=True)
def _together(pools: Pools, line: Line, draft: Draft, a: int, b: int) -> None:
    both = (
        pools.slots[draft.high[a]].total
        - pools.slots[draft.low[a]].total
        + pools.slots[draft.high[b]].total
        - pools.slots[draft.low[b]].total
    )
    if both == line.amount:
        _offer_both(pools, draft, a, b, draft.high[a], draft.high[b])
    days = 0
    for w in (a, b):
        for step in range(2 * (draft.high[w] - draft.low[w]) + 2):
            end = outward(draft.at[w], step)
            if end <= draft.low[w] or end > draft.high[w] or not day_ends(pools, end):
                continue
            day = pools.slots[end - 1].due + 1
            end_a = first_due(pools, draft.low[a], draft.high[a], day)
            end_b = first_due(pools, draft.low[b], draft.high[b], day)
            both = (
                pools.slots[end_a].total
                - pools.slots[draft.low[a]].total
                + pools.slots[end_b].total
                - pools.slots[draft.low[b]].total
            )
            if both == line.amount and end_a > draft.low[a] and end_b > draft.low[b]:
                _offer_both(pools, draft, a, b, end_a, end_b)
            days += 1
            if days >= MOST_DAYS:
                break


@njit(nogil=True, no_cpython_wrapper=True)
def _offer_both(pools: Pools, draft: Draft, a: int, b: int, end_a: int, end_b: int) -> None:
    m = 0
    for slot in range(draft.low[a], end_a):
        draft.pick[m] = slot
        m += 1
    for slot in range(draft.low[b], end_b):
        draft.pick[m] = slot
        m += 1
    if m <= MOST_ITEMS:
        offer(pools, draft, m, _OWNERS)


@njit(nogil=True, no_cpython_wrapper=True)
def _one_of_each(pools: Pools, line: Line, draft: Draft, a: int, b: int) -> None:
    found = 0
    for slot in range(draft.high[a] - 1, draft.low[a] - 1, -1):
        other = first_of(pools, draft, b, line.amount - pools.slots[slot].left)
        if other >= 0:
            draft.pick[0], draft.pick[1] = slot, other
            found += offer(pools, draft, whole(2), _OWNERS)
            if found == MOST_PAIRS:
                return
