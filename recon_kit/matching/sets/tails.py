"""Short numbers in the text, looked up only among the payer's own documents: three digits prove nothing elsewhere."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import Draft, Line, offer, picked_sums
from recon_kit.matching.sets.families import BIT
from recon_kit.matching.sets.given import Given
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.window import first_of, next_of

FEWEST, MOST_HITS, MOST_RUNS = 3, 64, 48
_TAILS, _TAILS_PLUS = BIT["tails"], BIT["tails_plus"]


@njit(nogil=True, no_cpython_wrapper=True)
def tails(pools: Pools, given: Given, line: Line, draft: Draft, w: int, also_rest: bool) -> None:
    """Documents whose counting digits end like a number in the text: by three digits, by four, by five.

    Args:
        also_rest: offer hits by four digits or more though they do not sum.
    """
    low, high = draft.low[w], draft.high[w]
    ends = min(given.lines[line.at + 1].runs, given.lines[line.at].runs + MOST_RUNS)
    longest = 0
    for slot in range(low, high):
        best = 0
        if pools.slots[slot].digits >= FEWEST:
            for at in range(given.lines[line.at].runs, ends):
                best = max(
                    best, _alike(pools.slots[slot].number, pools.slots[slot].digits, given.run_value[at], given.run_digits[at])
                )
        draft.hits[slot - low] = best
        longest = max(longest, best)
    before = -1
    for digits in range(min(longest, 6), FEWEST - 1, -1):
        m = 0
        for slot in range(low, high):
            if draft.hits[slot - low] >= digits and m <= MOST_HITS:
                draft.pick[m] = slot
                m += 1
        if 0 < m <= MOST_HITS and m != before:
            if picked_sums(pools, line, draft, m) or (also_rest and digits >= 4):
                offer(pools, draft, m, _TAILS)
            _one_off(pools, line, draft, w, m, digits)
        before = m


@njit(nogil=True, no_cpython_wrapper=True)
def _alike(number: int, digits: int, value: int, length: int) -> int:
    """How many last digits agree, if one of the two numbers ends with all of the other; else 0."""
    n = min(digits, length)
    if n < FEWEST:
        return 0
    scale = 10 ** min(n, 18)
    return int(n) if number % scale == value % scale else 0


@njit(nogil=True, no_cpython_wrapper=True)
def _one_off(pools: Pools, line: Line, draft: Draft, w: int, m: int, digits: int) -> None:
    """The hits and one more of the payer's documents, or without one of them."""
    rest = line.amount
    for k in range(m):
        rest -= pools.slots[draft.pick[k]].left
    if rest == 0:
        return
    x, tried = first_of(pools, draft, w, rest), 0
    while x >= 0 and tried < 3:
        if draft.hits[x - draft.low[w]] < digits:
            draft.pick[m] = x
            offer(pools, draft, m + 1, _TAILS_PLUS)
            tried += 1
        x = next_of(pools, draft, w, rest, x)
    for k in range(m):
        if m > 1 and pools.slots[draft.pick[k]].left == -rest:
            draft.pick[k], draft.pick[m - 1] = draft.pick[m - 1], draft.pick[k]
            offer(pools, draft, m - 1, _TAILS_PLUS)
            return
