"""How a finished set stands to its line."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.columns import Code
from recon_kit.matching.sets.draft import N_SETS, Draft, Line
from recon_kit.matching.sets.families import CHARGED, EXACT, LESS, MORE, NET, NET_LATE, NET_PART
from recon_kit.matching.sets.near import AMONG, any_subset
from recon_kit.matching.sets.pools import Pools


@njit(nogil=True, no_cpython_wrapper=True)
def how_it_sums(pools: Pools, line: Line, draft: Draft, slots: Code) -> int:
    """One of families.HOW."""
    total, granted, agreed = 0, 0, 0
    for slot in slots:
        total += pools.slots[slot].left
        agreed += pools.slots[slot].discount
        if line.on <= pools.slots[slot].till + line.grace:
            granted += pools.slots[slot].discount
    if total == line.amount:
        return EXACT
    if total == line.gross:
        return CHARGED
    if granted != 0 and total - granted == line.amount:
        return NET
    if agreed != granted and total - agreed == line.amount:
        return NET_LATE
    if less_some_discounts(pools, draft, slots, total - line.amount):
        return NET_PART
    less = total > line.amount if line.amount > 0 else total < line.amount
    return LESS if less else MORE


@njit(nogil=True, no_cpython_wrapper=True)
def less_some_discounts(pools: Pools, draft: Draft, slots: Code, extra: int) -> bool:
    """True when some of the set's discounts, of one sign and at most sixteen, make up exactly what it has too much."""
    n, agreed = 0, 0
    for slot in slots:
        discount = pools.slots[slot].discount
        if discount != 0 and n <= AMONG and (discount > 0) == (extra > 0):
            if n < AMONG:
                draft.worth[n] = discount
            n += 1
            agreed += discount
    if extra == 0 or n == 0 or n > AMONG or abs(extra) > abs(agreed):
        return False
    return bool(any_subset(draft, n, extra))


@njit(nogil=True, no_cpython_wrapper=True)
def has_sum(pools: Pools, line: Line, draft: Draft, families: int) -> bool:
    """True when a set that one of these families found sums to the line."""
    for h in range(draft.state[N_SETS]):
        if draft.families[h] & families:
            how = how_it_sums(pools, line, draft, draft.slots[draft.start[h] : draft.start[h + 1]])
            if how != LESS and how != MORE:
                return True
    return False
