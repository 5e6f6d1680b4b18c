"""Where finished lines put their sets: arrays that grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code
from recon_kit.matching.sets.draft import N_SETS, Draft, Line
from recon_kit.matching.sets.families import whole
from recon_kit.matching.sets.given import Given
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.sums import how_it_sums

SET = np.dtype(
    [
        ("key", np.int64), ("families", np.int64), ("difference", np.int64), ("line", np.int32), ("debtor", np.int32),
        ("size", np.int32), ("how", np.int32),
    ]
)  # fmt: skip
"""A finished set as Hypotheses has it, with the number of its items."""


@njit(nogil=True, no_cpython_wrapper=True)
def with_room(sets: NDArray[Any], n: int) -> NDArray[Any]:
    """The same array, or a copy twice as long, so that n elements fit."""
    if n <= len(sets):
        return sets
    wide = np.empty(2 * n, sets.dtype)
    wide[: len(sets)] = sets
    return wide


@njit(nogil=True, no_cpython_wrapper=True)
def keep(pools: Pools, line: Line, draft: Draft, sets: NDArray[Any], items: Code, n: int, m: int) -> tuple[int, int]:
    """Write the line's sets in order of their keys after n sets and m items; returns how many of each there are now.

    Sets that run the other way than the money are none: money out pays no open invoice, and would only keep it from its payer.
    """
    count = draft.state[N_SETS]
    for h in range(count):
        if draft.total[h] == 0 or (draft.total[h] > 0) != (line.amount > 0):
            draft.families[h] = 0
    for _ in range(count):
        h = _next_key(draft, count)
        if h < 0:
            break
        start, size = draft.start[h], draft.start[h + 1] - draft.start[h]
        slots = draft.slots[start : start + size]
        one = sets[n]
        one.line, one.size, one.key, one.families = line.at, size, draft.key[h], draft.families[h]
        one.how, one.difference = how_it_sums(pools, line, draft, slots), line.amount - draft.total[h]
        one.debtor = pools.heads[pools.slots[slots[0]].pool].debtor
        for k in range(size):
            items[m + k] = pools.slots[slots[k]].item
            if pools.slots[slots[k]].pool != pools.slots[slots[0]].pool:
                one.debtor = NOTHING
        _sort(items[m : m + size])
        n, m = n + 1, m + size
        draft.families[h] = 0
    return n, m


@njit(nogil=True, no_cpython_wrapper=True)
def _next_key(draft: Draft, count: int) -> int:
    """The set of the smallest key among those not yet written: those that still have a family."""
    best = -1
    for h in range(count):
        if draft.families[h] and (best < 0 or np.uint64(draft.key[h]) < np.uint64(draft.key[best])):
            best = h
    return best


@njit(nogil=True, no_cpython_wrapper=True)
def _sort(items: Code) -> None:
    """Ascending: nearly in order already, as pools and items both stand by due day."""
    for k in range(1, len(items)):
        value, at = items[k], k
        while at > 0 and items[at - 1] > value:
            items[at] = items[at - 1]
            at -= 1
        items[at] = value


@njit(nogil=True, no_cpython_wrapper=True)
def line_of(given: Given, at: int, grace: int) -> Line:
    """The line's own facts."""
    return Line(
        whole(at),
        given.lines[at].amount,
        given.lines[at].gross,
        whole(given.lines[at].on),
        whole(given.lines[at].entity),
        whole(given.lines[at].currency),
        whole(grace),
    )
