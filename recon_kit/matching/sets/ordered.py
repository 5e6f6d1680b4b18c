"""Sets that payers make by a rule: one document, a day, a month, a stretch, everything due by a day, everything open.

All work on a list of slots in `seq` and what each counts in `worth`: what is left, or that less a discount.
"""

from __future__ import annotations

from numba import njit

from recon_kit.matching.sets.draft import CAPPED, FAMILY_FULL, MOST_ITEMS, TABLE, Draft, Line, offer, offer_one, offer_slots
from recon_kit.matching.sets.families import BIT, whole
from recon_kit.matching.sets.near import AGREED, FIRST, IN_TIME, LEFT
from recon_kit.matching.sets.pools import Pools
from recon_kit.matching.sets.window import spread

MOST_ONES, MOST_RUNS = 12, 10

_SINGLE, _RUN, _RUN_ISSUED, _RUN_INVOICES = BIT["single"], BIT["run"], BIT["run_issued"], BIT["run_invoices"]
_DUE_DAY, _ISSUE_DAY, _MONTH = BIT["due_day"], BIT["issue_day"], BIT["month"]
_PREFIX, _PREFIX_CREDITS, _ALL = BIT["prefix"], BIT["prefix_credits"], BIT["all_open"]


@njit(nogil=True, no_cpython_wrapper=True)
def fill(pools: Pools, line: Line, draft: Draft, w: int, counts: int) -> int:
    """Put the window into `seq` and `worth`; returns how many documents have a discount that counts."""
    n, changed = draft.high[w] - draft.low[w], 0
    for k in range(n):
        slot = draft.low[w] + k
        draft.seq[k], draft.worth[k] = slot, pools.slots[slot].left
        taken = counts == AGREED or (counts == IN_TIME and line.on <= pools.slots[slot].till + line.grace)
        if taken and pools.slots[slot].discount != 0:
            draft.worth[k] -= pools.slots[slot].discount
            changed += 1
    add_up(draft, n)
    return changed


@njit(nogil=True, no_cpython_wrapper=True)
def add_up(draft: Draft, n: int) -> None:
    """Running sums of `worth`."""
    for k in range(n):
        draft.sums[k + 1] = draft.sums[k] + draft.worth[k]


@njit(nogil=True, no_cpython_wrapper=True)
def outward(at: int, step: int) -> int:
    """0, -1, 1, -2, 2 ... around `at`."""
    return at - (step + 1) // 2 if step % 2 else at + step // 2


@njit(nogil=True, no_cpython_wrapper=True)
def singles(pools: Pools, draft: Draft, w: int, target: int) -> None:
    """Each document worth the target, the nearest first."""
    n, at, found = draft.high[w] - draft.low[w], draft.at[w] - draft.low[w], 0
    seen = 0
    for k in range(n):
        seen += draft.worth[k] == target
    if seen == 0:
        return
    for step in range(2 * max(at + 1, n - at) + 1):
        k = outward(at, step)
        if 0 <= k < n and draft.worth[k] == target:
            if found == MOST_ONES:
                draft.state[CAPPED] |= FAMILY_FULL
                return
            offer_one(pools, draft, draft.seq[k], _SINGLE)
            found += 1


@njit(nogil=True, no_cpython_wrapper=True)
def runs(pools: Pools, draft: Draft, n: int, at: int, target: int, base: int, family: int) -> None:
    """Each stretch of at least two of the n in `seq` that is worth the target, ends nearest to `at` first.

    The first `base` slots in `pick` stand already and belong to each set.
    """
    if n < 2:
        return
    size = 8
    while size < 2 * n:
        size *= 2
    draft.run_heads[:size] = -1
    for k in range(n):
        bucket = spread(draft.sums[k]) & (size - 1)
        draft.run_nexts[k] = draft.run_heads[bucket]
        draft.run_heads[bucket] = k
    found = 0
    for step in range(2 * max(at + 1, n + 1 - at) + 1):
        end = outward(at, step)
        if end < 2 or end > n:
            continue
        wanted = draft.sums[end] - target
        k = whole(draft.run_heads[spread(wanted) & (size - 1)])
        while k >= 0:
            if k <= end - 2 and draft.sums[k] == wanted:
                if found == MOST_RUNS:
                    draft.state[CAPPED] |= FAMILY_FULL
                    return
                _offer_stretch(pools, draft, k, end, base, family)
                found += 1
            k = whole(draft.run_nexts[k])


@njit(nogil=True, no_cpython_wrapper=True)
def _offer_stretch(pools: Pools, draft: Draft, low: int, high: int, base: int, family: int) -> None:
    for k in range(low, high):
        draft.pick[base + k - low] = draft.seq[k]
    offer(pools, draft, base + high - low, family)


@njit(nogil=True, no_cpython_wrapper=True)
def due_groups(pools: Pools, draft: Draft, w: int, target: int) -> None:
    """All of one due day, and all of a month by due day."""
    n, day, month = draft.high[w] - draft.low[w], 0, 0
    for k in range(1, n + 1):
        a, b = draft.seq[k - 1], draft.seq[min(k, n - 1)]
        if k == n or pools.slots[a].due != pools.slots[b].due:
            if k - day > 1 and draft.sums[k] - draft.sums[day] == target:
                _offer_stretch(pools, draft, day, k, FIRST, _DUE_DAY)
            day = k
        if k == n or pools.slots[a].due_month != pools.slots[b].due_month:
            if k - month > 1 and draft.sums[k] - draft.sums[month] == target:
                _offer_stretch(pools, draft, month, k, FIRST, _MONTH)
            month = k


@njit(nogil=True, no_cpython_wrapper=True)
def issue_groups(pools: Pools, draft: Draft, n: int, target: int) -> None:
    """All of one day and of one month of issue; `seq` stands in order of issue."""
    day, month = 0, 0
    for k in range(1, n + 1):
        a, b = draft.seq[k - 1], draft.seq[min(k, n - 1)]
        if k == n or pools.slots[a].issued != pools.slots[b].issued:
            if k - day > 1 and draft.sums[k] - draft.sums[day] == target:
                _offer_stretch(pools, draft, day, k, FIRST, _ISSUE_DAY)
            day = k
        if k == n or pools.slots[a].month != pools.slots[b].month:
            if k - month > 1 and draft.sums[k] - draft.sums[month] == target:
                _offer_stretch(pools, draft, month, k, FIRST, _MONTH)
            month = k


@njit(nogil=True, no_cpython_wrapper=True)
def prefixes(pools: Pools, draft: Draft, w: int, target: int) -> None:
    """Everything of the pool due by a day (whole days only); what lies before the window counts in full."""
    n, start = draft.high[w] - draft.low[w], pools.heads[pools.slots[draft.low[w]].pool].start
    before = pools.slots[draft.low[w]].total - pools.slots[start].total
    for k in range(1, n + 1):
        many = draft.low[w] + k - start > 1
        if many and before + draft.sums[k] == target and day_ends(pools, draft.low[w] + k):
            offer_slots(pools, draft, start, draft.low[w] + k, _PREFIX)


@njit(nogil=True, no_cpython_wrapper=True)
def day_ends(pools: Pools, slot: int) -> bool:
    """True when the slot before this one is the last of its pool or of its due day."""
    last = pools.slots[slot - 1].pool
    return bool(slot == pools.heads[last + 1].start or pools.slots[slot].due != pools.slots[slot - 1].due)


@njit(nogil=True, no_cpython_wrapper=True)
def everything(pools: Pools, line: Line, draft: Draft, w: int, target: int) -> None:
    """All that the pool holds, and all of it that was issued when the line was booked; windows that hold the pool."""
    pool = pools.slots[draft.low[w]].pool
    n = draft.high[w] - draft.low[w]
    if n != pools.heads[pool + 1].start - pools.heads[pool].start or n < 2:
        return
    if draft.sums[n] == target:
        offer_slots(pools, draft, draft.low[w], draft.high[w], _ALL)
    total, m = 0, 0
    for k in range(n):
        if pools.slots[draft.seq[k]].issued <= line.on:
            total += draft.worth[k]
            draft.pick[m] = draft.seq[k]
            m += 1
    if total == target and 1 < m < n:
        offer(pools, draft, m, _ALL)


@njit(nogil=True, no_cpython_wrapper=True)
def by_issue(pools: Pools, draft: Draft, w: int, target: int) -> None:
    """Days and months of issue, and stretches in order of issue where that is another order."""
    n, moved = draft.high[w] - draft.low[w], False
    for k in range(1, n):
        slot, worth, i = draft.seq[k], draft.worth[k], k
        while i > 0 and pools.slots[draft.seq[i - 1]].issued > pools.slots[slot].issued:
            draft.seq[i], draft.worth[i] = draft.seq[i - 1], draft.worth[i - 1]
            i, moved = i - 1, True
        draft.seq[i], draft.worth[i] = slot, worth
    if moved:
        add_up(draft, n)
    issue_groups(pools, draft, n, target)
    if moved:
        runs(pools, draft, n, min(draft.at[w] - draft.low[w], n), target, FIRST, _RUN_ISSUED)


@njit(nogil=True, no_cpython_wrapper=True)
def by_sign(pools: Pools, line: Line, draft: Draft, w: int, target: int) -> None:
    """Stretches of the line's own sign, and all of it due by a day with all of the other sign; `seq` stands as filled."""
    n, m, other = draft.high[w] - draft.low[w], FIRST, FIRST
    for k in range(n):
        if (draft.worth[k] > 0) == (line.amount > 0):
            draft.seq[m], draft.worth[m] = draft.seq[k], draft.worth[k]
            m += 1
        else:
            other += draft.worth[k]
    if m == n:
        return
    add_up(draft, m)
    runs(pools, draft, m, m, target, FIRST, _RUN_INVOICES)
    if draft.low[w] > pools.heads[pools.slots[draft.low[w]].pool].start:
        return
    for k in range(1, m + 1):
        whole = k == m or pools.slots[draft.seq[k]].due != pools.slots[draft.seq[k - 1]].due
        if whole and k > 1 and draft.sums[k] == target:
            _offer_stretch(pools, draft, FIRST, k, FIRST, _PREFIX_CREDITS)
        if whole and draft.sums[k] + other == target:
            _offer_with_other(pools, line, draft, w, k)


@njit(nogil=True, no_cpython_wrapper=True)
def _offer_with_other(pools: Pools, line: Line, draft: Draft, w: int, count: int) -> None:
    m = 0
    for k in range(count):
        draft.pick[m] = draft.seq[k]
        m += 1
    for slot in range(draft.low[w], draft.high[w]):
        if (pools.slots[slot].left > 0) != (line.amount > 0) and m < MOST_ITEMS:
            draft.pick[m] = slot
            m += 1
    offer(pools, draft, m, _PREFIX_CREDITS)


@njit(nogil=True, no_cpython_wrapper=True)
def by_rule(pools: Pools, line: Line, draft: Draft, w: int) -> None:
    """All of the above, by what is left, before charges, less discounts in time, and less all discounts agreed."""
    n, at = draft.high[w] - draft.low[w], draft.at[w] - draft.low[w]
    if n == 0:
        return
    _of(pools, line, draft, w, LEFT, line.amount)
    if line.gross != line.amount:
        _of(pools, line, draft, w, LEFT, line.gross)
    in_time = fill(pools, line, draft, w, IN_TIME)
    if in_time:
        _of(pools, line, draft, w, IN_TIME, line.amount)
    if fill(pools, line, draft, w, AGREED) > in_time:
        _of(pools, line, draft, w, AGREED, line.amount)
    assert n <= TABLE and at <= n


@njit(nogil=True, no_cpython_wrapper=True)
def _of(pools: Pools, line: Line, draft: Draft, w: int, counts: int, target: int) -> None:
    n, at = draft.high[w] - draft.low[w], draft.at[w] - draft.low[w]
    fill(pools, line, draft, w, counts)
    singles(pools, draft, w, target)
    if n < 2 or not pools.heads[pools.slots[draft.low[w]].pool].safe:
        return
    due_groups(pools, draft, w, target)
    if pools.heads[pools.slots[draft.low[w]].pool].hub:
        return
    prefixes(pools, draft, w, target)
    everything(pools, line, draft, w, target)
    runs(pools, draft, n, at, target, FIRST, _RUN)
    by_issue(pools, draft, w, target)
    fill(pools, line, draft, w, counts)
    by_sign(pools, line, draft, w, target)
