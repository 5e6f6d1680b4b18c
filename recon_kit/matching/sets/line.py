"""The order in which one line's sets are looked for: what is orderly first, chance last, so that a limit cuts chance."""

from __future__ import annotations

import numpy as np
from numba import njit

from recon_kit.matching.sets.draft import (
    CAPPED,
    MOST_PAYERS,
    N_SETS,
    N_WINDOWS,
    TOO_LARGE,
    Draft,
    Line,
)  # fmt: skip
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.given import Given
from recon_kit.matching.sets.looked_up import own, rare
from recon_kit.matching.sets.near import near
from recon_kit.matching.sets.ordered import by_rule
from recon_kit.matching.sets.owners import owners
from recon_kit.matching.sets.pairs import pairs, prefixes_less, runs_less_one, triples
from recon_kit.matching.sets.parts import parts
from recon_kit.matching.sets.pools import LARGEST, LARGEST_SUM, Pools
from recon_kit.matching.sets.quoted import SURE, quoted_and_more, quoted_sets, read_quoted
from recon_kit.matching.sets.rest import rest
from recon_kit.matching.sets.sums import has_sum
from recon_kit.matching.sets.tails import tails
from recon_kit.matching.sets.window import open_window, pool_of

_NO_CHANCE = (
    BIT["quoted"]
    | BIT["quoted_one"]
    | BIT["quoted_part"]
    | BIT["tails"]
    | BIT["prefix"]
    | BIT["prefix_credits"]
    | BIT["all_open"]
)
"""A set of these that sums makes it needless to think of part payments."""
_QUOTED, _SINGLE = BIT["quoted"], BIT["single"]
_ANY = whole((1 << 62) - 1)
_NO, _YES = np.bool_(False), np.bool_(True)


@njit(nogil=True, no_cpython_wrapper=True)
def search_line(pools: Pools, given: Given, line: Line, draft: Draft) -> None:
    """Fill the draft with the sets of one line."""
    draft.state[:] = 0
    draft.start[0] = 0
    if line.amount == 0:
        return
    if line.amount > LARGEST or line.amount < -LARGEST:
        draft.state[CAPPED] = TOO_LARGE
        return
    _open_windows(pools, given, line, draft)
    n_quoted = read_quoted(pools, given, line, draft)
    addable = abs(line.amount) < LARGEST_SUM and abs(line.gross) < LARGEST_SUM
    quoted_sets(pools, line, draft, n_quoted)
    for w in range(draft.state[N_WINDOWS]):
        by_rule(pools, line, draft, w)
    if addable:
        _by_lookup(pools, given, line, draft, n_quoted)
    else:
        draft.state[CAPPED] |= TOO_LARGE
    if not has_sum(pools, line, draft, _NO_CHANCE):
        if not has_sum(pools, line, draft, _SINGLE):
            rare(pools, line, draft, given.lines[line.at].amount_key)
        for w in range(draft.state[N_WINDOWS]):
            tails(pools, given, line, draft, w, _YES)
            if addable:
                parts(pools, line, draft, w)
            rest(pools, line, draft, w)


@njit(nogil=True, no_cpython_wrapper=True)
def _open_windows(pools: Pools, given: Given, line: Line, draft: Draft) -> None:
    for at in range(given.lines[line.at].linked, given.lines[line.at + 1].linked):
        pool, w = pool_of(pools, line, given.linked_debtor[at]), draft.state[N_WINDOWS]
        if pool >= 0 and w < MOST_PAYERS:
            open_window(pools, line, draft, w, pool)
            size = pools.heads[pool + 1].start - pools.heads[pool].start
            if draft.high[w] - draft.low[w] < size and not pools.heads[pool].hub:
                own(pools, line, draft, pool)
            draft.state[N_WINDOWS] += draft.high[w] > draft.low[w]
            if not pools.heads[pool].safe:
                draft.state[CAPPED] |= TOO_LARGE


@njit(nogil=True, no_cpython_wrapper=True)
def _by_lookup(pools: Pools, given: Given, line: Line, draft: Draft, n_quoted: int) -> None:
    if n_quoted and draft.strength[0] >= SURE and has_sum(pools, line, draft, _QUOTED):
        return
    if n_quoted:
        quoted_and_more(pools, line, draft, n_quoted)
    for w in range(draft.state[N_WINDOWS]):
        pool = pools.slots[draft.low[w]].pool
        if not pools.heads[pool].safe:
            continue
        if not pools.heads[pool].hub:
            tails(pools, given, line, draft, w, _NO)
            prefixes_less(pools, line, draft, w)
        pairs(pools, line, draft, w)
    for w in range(draft.state[N_WINDOWS]):
        pool = pools.slots[draft.low[w]].pool
        if pools.heads[pool].safe and not pools.heads[pool].hub:
            runs_less_one(pools, line, draft, w)
            near(pools, line, draft, w)
            triples(pools, line, draft, w)
    if draft.state[N_WINDOWS] > 1 and draft.state[N_SETS] < 30 and not has_sum(pools, line, draft, _ANY):
        owners(pools, line, draft)
