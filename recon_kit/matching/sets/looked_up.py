"""Single documents found by amount: of a payer in its whole pool, however large, and of anyone when the amount is rare."""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.sets.draft import CAPPED, FAMILY_FULL, Draft, Line, offer_one
from recon_kit.matching.sets.families import BIT
from recon_kit.matching.sets.pools import Pools, amount_key, first_keyed

MOST_OWN, MOST_RARE, MOST_TIMELY, MOST_SEEN = 8, 3, 5, 200
DAYS_LATE, DAYS_EARLY = 90, 40

_SINGLE, _RARE = BIT["single"], BIT["rare"]


@njit(nogil=True, no_cpython_wrapper=True)
def own(pools: Pools, line: Line, draft: Draft, pool: int) -> None:
    """Documents of the pool, also outside the window, that are of the line's amount, also less their discount."""
    n = _collect(pools, line, draft, pools.of_own, amount_key(pool, line.amount), pool)
    _offer_nearest(pools, line, draft, n, MOST_OWN, _SINGLE)
    if line.gross != line.amount:
        n = _collect(pools, line, draft, pools.of_own, amount_key(pool, line.gross), pool)
        _offer_nearest(pools, line, draft, n, MOST_OWN, _SINGLE)


@njit(nogil=True, no_cpython_wrapper=True)
def rare(pools: Pools, line: Line, draft: Draft, key: int) -> None:
    """Documents of anyone of the line's amount, also less their discount: if at most three, or at most five of the time."""
    n = _collect(pools, line, draft, pools.of_all, key, -1)
    if n > MOST_RARE:
        timely = 0
        for k in range(n):
            late = line.on - pools.slots[draft.hits[k]].due
            if -DAYS_EARLY <= late <= DAYS_LATE and pools.slots[draft.hits[k]].issued <= line.on:
                draft.hits[timely] = draft.hits[k]
                timely += 1
        n = timely
    if n > MOST_TIMELY:
        draft.state[CAPPED] |= FAMILY_FULL
        return
    _offer_nearest(pools, line, draft, n, MOST_TIMELY, _RARE)


@njit(nogil=True, no_cpython_wrapper=True)
def _collect(pools: Pools, line: Line, draft: Draft, keyed: NDArray[Any], key: int, only: int) -> int:
    """Put the slots under a key into `hits`, each once; of one pool, or (-1) of the line's entity and currency."""
    n = 0
    for at in range(first_keyed(keyed, key), len(keyed)):
        if keyed[at].key != key or n == MOST_SEEN:
            break
        slot = keyed[at].slot
        head = pools.heads[pools.slots[slot].pool]
        mine = pools.slots[slot].pool == only if only >= 0 else head.entity == line.entity and head.currency == line.currency
        left, discount = pools.slots[slot].left, pools.slots[slot].discount
        if mine and (left == line.amount or left == line.gross or left - discount == line.amount):
            draft.hits[n] = slot
            n += 1
    return n


@njit(nogil=True, no_cpython_wrapper=True)
def _offer_nearest(pools: Pools, line: Line, draft: Draft, n: int, most: int, family: int) -> None:
    """The nearest in due day first."""
    if n > most:
        draft.state[CAPPED] |= FAMILY_FULL
    for rank in range(min(n, most)):
        best = rank
        for k in range(rank + 1, n):
            off, least = pools.slots[draft.hits[k]].due - line.on, pools.slots[draft.hits[best]].due - line.on
            if abs(off) < abs(least):
                best = k
        draft.hits[rank], draft.hits[best] = draft.hits[best], draft.hits[rank]
        offer_one(pools, draft, draft.hits[rank], family)
