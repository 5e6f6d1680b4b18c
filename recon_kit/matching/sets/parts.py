"""Sets that explain a difference: instalments, a round rest, money paid twice, a discount taken on part of what was paid."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import Draft, Line, offer_one, offer_slots
from recon_kit.matching.sets.families import BIT
from recon_kit.matching.sets.ordered import day_ends, outward
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.sums import less_some_discounts

MOST_FRACTIONS, MOST_ROUND, MOST_DISCOUNTED, MOST_DAYS = 4, 3, 3, 40
LARGEST_SHARE, ROUND, FULL = 12, 500, 10_000
"""A rest is round when it is a multiple of 5.00, while neither line nor document is one of 100.00."""

_FRACTION, _ROUND, _PART_DISCOUNT = BIT["rest_fraction"], BIT["rest_round"], BIT["part_discount"]


@njit(nogil=True, no_cpython_wrapper=True)
def parts(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Sets of one payer whose difference to the line has a likely reason; amounts must be small enough to add."""
    low, high = draft.low[w], draft.high[w]
    if high == low or pools.heads[pools.slots[low].pool].hub or not pools.heads[pools.slots[low].pool].safe:
        return
    fractions, rounds = 0, 0
    for step in range(2 * max(draft.at[w] - low + 1, high - draft.at[w]) + 1):
        slot = outward(draft.at[w], step)
        if slot < low or slot >= high:
            continue
        if fractions < MOST_FRACTIONS and _is_fraction(pools, line, slot):
            fractions += offer_one(pools, draft, slot, _FRACTION)
        if rounds < MOST_ROUND and _leaves_round(line.amount, pools.slots[slot].left):
            rounds += offer_one(pools, draft, slot, _ROUND)
    _round_groups(pools, line, draft, w)
    _part_discounts(pools, line, draft, w)


@njit(nogil=True, no_cpython_wrapper=True)
def _round_groups(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """All due by a day that differs from the line by a round amount, days nearest to the line first."""
    start, found = pools.heads[pools.slots[draft.low[w]].pool].start, 0
    for step in range(2 * max(draft.at[w] - draft.low[w] + 1, draft.high[w] + 1 - draft.at[w]) + 1):
        end = outward(draft.at[w], step)
        if end <= draft.low[w] or end > draft.high[w] or end - start < 2 or not day_ends(pools, end):
            continue
        if _leaves_round(line.amount, pools.slots[end].total - pools.slots[start].total):
            found += offer_slots(pools, draft, start, end, _ROUND)
            if found == MOST_ROUND:
                return


@njit(nogil=True, no_cpython_wrapper=True)
def _is_fraction(pools: Pools, line: Line, slot: int) -> bool:
    """Half, a third ... a twelfth of what the document was of, to the rounding of each part; or double of what is left."""
    amount, left = pools.slots[slot].amount, pools.slots[slot].left
    if (left > 0) != (line.amount > 0):
        return False
    if line.amount == 2 * left:
        return True
    share = round(amount / line.amount)
    return bool(2 <= share <= LARGEST_SHARE and abs(amount - share * line.amount) <= share)


@njit(nogil=True, no_cpython_wrapper=True)
def _leaves_round(amount: int, left: int) -> bool:
    """True when one less the other is round and less than nine tenths of the larger, though neither is round itself."""
    if (left > 0) != (amount > 0) or amount % FULL == 0 or left % FULL == 0:
        return False
    off = abs(left - amount)
    return bool(off > 0 and off % ROUND == 0 and (amount % ROUND != 0) and off < max(abs(left), abs(amount)) // 10 * 9)


@njit(nogil=True, no_cpython_wrapper=True)
def _part_discounts(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """Days and all due by a day, days nearest to the line first."""
    agreed = 0
    for slot in range(draft.low[w], draft.high[w]):
        agreed += abs(pools.slots[slot].discount)
    if agreed == 0:
        return
    start, days, found = pools.heads[pools.slots[draft.low[w]].pool].start, 0, 0
    for step in range(2 * max(draft.at[w] - draft.low[w] + 1, draft.high[w] + 1 - draft.at[w]) + 1):
        end = outward(draft.at[w], step)
        if end <= draft.low[w] or end > draft.high[w] or not day_ends(pools, end):
            continue
        first = end - 1
        while first > draft.low[w] and not day_ends(pools, first):
            first -= 1
        found += _less_discounts(pools, line, draft, start, end, agreed)
        found += _less_discounts(pools, line, draft, first, end, agreed)
        days += 1
        if found >= MOST_DISCOUNTED or days == MOST_DAYS:
            return


@njit(nogil=True, no_cpython_wrapper=True)
def _less_discounts(pools: Pools, line: Line, draft: Draft, low: int, high: int, agreed: int) -> int:
    extra = pools.slots[high].total - pools.slots[low].total - line.amount
    if high - low < 2 or abs(extra) > agreed or extra == 0:
        return 0
    for slot in range(low, high):
        draft.pick[slot - low] = slot
        if slot - low == len(draft.pick) - 1:
            return 0
    if not less_some_discounts(pools, draft, draft.pick[: high - low], extra):
        return 0
    return int(offer_slots(pools, draft, low, high, _PART_DISCOUNT))
