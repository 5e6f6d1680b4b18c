"""Sets that begin with what the text quotes."""

from __future__ import annotations

from numba import njit

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.sets.draft import CAPPED, FAMILY_FULL, N_WINDOWS, TOO_LARGE, Draft, Line, offer, offer_one, picked_sums
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.given import Given
from recon_kit.matching.sets.near import AMONG, LEFT, subsets
from recon_kit.matching.sets.ordered import add_up, fill, runs
from recon_kit.matching.sets.pools import LARGEST_SUM, Pools
from recon_kit.matching.sets.window import first_of, next_of

MOST_QUOTED, MOST_ALONE, MOST_PLUS = 250, 6, 6
SURE, TOGETHER = 5, 2

_QUOTED, _ONE, _PART, _PLUS, _RUN = (
    BIT["quoted"], BIT["quoted_one"], BIT["quoted_part"], BIT["quoted_plus"], BIT["quoted_run"],
)  # fmt: skip


@njit(nogil=True, no_cpython_wrapper=True)
def read_quoted(pools: Pools, given: Given, line: Line, draft: Draft) -> int:
    """Put the open items that the text quotes into `quoted`, strongest first; returns how many, none if too large to add."""
    n, gathered = 0, 0.0
    for strength in range(7, 0, -1):
        for at in range(given.lines[line.at].quoted, given.lines[line.at + 1].quoted):
            if given.quoted_strength[at] != strength:
                continue
            slot = whole(pools.of_item[given.quoted_item[at]])
            if slot == NOTHING:
                continue
            pool = pools.slots[slot].pool
            if pools.heads[pool].entity != line.entity or pools.heads[pool].currency != line.currency:
                continue
            if n == MOST_QUOTED:
                draft.state[CAPPED] |= FAMILY_FULL
                return n
            draft.quoted[n], draft.strength[n] = slot, strength
            gathered += abs(float(pools.slots[slot].left))
            n += 1
    if gathered >= LARGEST_SUM:
        draft.state[CAPPED] |= TOO_LARGE
        return 0
    return n


@njit(nogil=True, no_cpython_wrapper=True)
def quoted_sets(pools: Pools, line: Line, draft: Draft, n: int) -> None:
    """The quoted documents down to each strength, per payer, each alone, and those subsets that sum exactly."""
    for m in range(1, n + 1):
        if m < n and draft.strength[m] == draft.strength[m - 1]:
            continue
        _pick_first(draft, m)
        whole = m == n or (draft.strength[m - 1] >= SURE > draft.strength[m])
        if (whole and draft.strength[m - 1] >= TOGETHER) or m == 1 or picked_sums(pools, line, draft, m):
            offer(pools, draft, m, _QUOTED)
    if n > 1:
        _per_payer(pools, line, draft, n)
        _some(pools, line, draft, n)
    for k in range(min(n, MOST_ALONE)):
        offer_one(pools, draft, draft.quoted[k], _ONE)


@njit(nogil=True, no_cpython_wrapper=True)
def _pick_first(draft: Draft, n: int) -> None:
    for k in range(n):
        draft.pick[k] = draft.quoted[k]


@njit(nogil=True, no_cpython_wrapper=True)
def _per_payer(pools: Pools, line: Line, draft: Draft, n: int) -> None:
    """Where several payers' documents are quoted: those of each of the payers that the line has windows for."""
    for w in range(draft.state[N_WINDOWS]):
        pool, m = pools.slots[draft.low[w]].pool if draft.high[w] > draft.low[w] else NOTHING, 0
        for k in range(n):
            if pools.slots[draft.quoted[k]].pool == pool:
                draft.pick[m] = draft.quoted[k]
                m += 1
        if 0 < m < n:
            offer(pools, draft, m, _QUOTED)


@njit(nogil=True, no_cpython_wrapper=True)
def _some(pools: Pools, line: Line, draft: Draft, n: int) -> None:
    if n <= AMONG:
        for k in range(n):
            draft.seq[k], draft.worth[k] = draft.quoted[k], pools.slots[draft.quoted[k]].left
        subsets(pools, draft, n, line.amount, _PART)
        return
    total = 0
    for k in range(n):
        total += pools.slots[draft.quoted[k]].left
    for x in range(n):
        if total - pools.slots[draft.quoted[x]].left == line.amount:
            m = 0
            for k in range(n):
                if k != x:
                    draft.pick[m] = draft.quoted[k]
                    m += 1
            offer(pools, draft, m, _PART)


@njit(nogil=True, no_cpython_wrapper=True)
def quoted_and_more(pools: Pools, line: Line, draft: Draft, n: int) -> None:
    """The surely quoted, and all quoted, with one or two documents or a stretch of the payers in sight."""
    sure = 0
    while sure < n and draft.strength[sure] >= SURE:
        sure += 1
    if 0 < sure < n:
        _filled(pools, line, draft, sure)
    if n:
        _filled(pools, line, draft, n)


@njit(nogil=True, no_cpython_wrapper=True)
def _filled(pools: Pools, line: Line, draft: Draft, n: int) -> None:
    rest = line.amount
    for k in range(n):
        rest -= pools.slots[draft.quoted[k]].left
    if rest == 0:
        return
    for w in range(draft.state[N_WINDOWS]):
        if draft.high[w] > draft.low[w] and pools.heads[pools.slots[draft.low[w]].pool].safe:
            _plus(pools, draft, w, n, rest)
            _with_stretch(pools, line, draft, w, n, rest)


@njit(nogil=True, no_cpython_wrapper=True)
def _plus(pools: Pools, draft: Draft, w: int, n: int, rest: int) -> None:
    """One more, and where none fits, two more."""
    found, x = 0, first_of(pools, draft, w, rest)
    _pick_first(draft, n)
    while x >= 0 and found < MOST_PLUS:
        if not _is_quoted(draft, n, x):
            draft.pick[n] = x
            found += offer(pools, draft, n + 1, _PLUS)
        x = next_of(pools, draft, w, rest, x)
    if found:
        return
    for x in range(draft.high[w] - 1, draft.low[w] - 1, -1):
        y = first_of(pools, draft, w, rest - pools.slots[x].left)
        while y >= 0:
            if y < x and not _is_quoted(draft, n, x) and not _is_quoted(draft, n, y):
                draft.pick[n], draft.pick[n + 1] = x, y
                found += offer(pools, draft, n + 2, _PLUS)
                if found == MOST_PLUS:
                    draft.state[CAPPED] |= FAMILY_FULL
                    return
            y = next_of(pools, draft, w, rest - pools.slots[x].left, y)


@njit(nogil=True, no_cpython_wrapper=True)
def _with_stretch(pools: Pools, line: Line, draft: Draft, w: int, n: int, rest: int) -> None:
    size, m, at = draft.high[w] - draft.low[w], 0, 0
    fill(pools, line, draft, w, LEFT)
    for k in range(size):
        if not _is_quoted(draft, n, draft.seq[k]):
            draft.seq[m], draft.worth[m] = draft.seq[k], draft.worth[k]
            m += 1
            at += draft.seq[k] < draft.at[w]
    add_up(draft, m)
    _pick_first(draft, n)
    runs(pools, draft, m, at, rest, n, _RUN)


@njit(nogil=True, no_cpython_wrapper=True)
def _is_quoted(draft: Draft, n: int, slot: int) -> bool:
    found = False
    for k in range(n):
        found |= draft.quoted[k] == slot
    return found
