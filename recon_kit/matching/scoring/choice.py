"""Which sets stand together: each line one set at most, each document one line at most, the surest first; ties are said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Whole

_STEP = 1e-6
"""Log-odds are rounded to whole steps before they are compared, so that no order of summing decides."""


@dataclass(frozen=True)
class Chosen:
    """What stands of each line.

    Args:
        set: the line's set, NOTHING where it is left open.
        runner_up: its best other set that its rivals leave possible, NOTHING without one.
        tied: another set of the line has the same log-odds and nothing tells them apart.
    """

    set: Code
    runner_up: Code
    tied: NDArray[np.bool_]


def choose(line: Code, start: Whole, items: Code, odds: NDArray[Any], n_lines: int, n_items: int, least: float) -> Chosen:
    """Take sets from the surest down while their line and all their documents are free.

    By log-odds, then by how far the set is ahead of its line's next one; equal ones in the canonical order of lines and
    sets, which no caller's row order reaches.

    Args:
        least: log-odds below which leaving the line open is better.
    """
    steps = np.round(np.asarray(odds, np.float64) / _STEP).astype(np.int64)
    best, second = _two_best(line.astype(np.int64), steps, n_lines)
    ahead = np.where(steps >= best[line], steps - second[line], steps - best[line])
    order = np.lexsort([np.arange(len(steps)), line, -ahead, -steps])
    order = order[steps[order] >= round(least / _STEP)].astype(np.int64)
    chosen = _greedy(order, line, start, items, n_lines, n_items)
    runner_up = _runners_up(np.lexsort([np.arange(len(steps)), -steps]), line, chosen)
    tied = np.zeros(n_lines, bool)
    both = (chosen != NOTHING) & (runner_up != NOTHING)
    tied[both] = steps[chosen[both]] == steps[runner_up[both]]
    return Chosen(chosen, runner_up, tied)


@njit(cache=True)
def _two_best(line, steps, n_lines):  # type: ignore[no-untyped-def]
    low = np.int64(-(2**62))
    best, second = np.full(n_lines, low), np.full(n_lines, low)
    for at in range(len(steps)):
        one, of = steps[at], line[at]
        if one > best[of]:
            second[of] = best[of]
            best[of] = one
        elif one > second[of]:
            second[of] = one
    return best, second


@njit(cache=True)
def _greedy(order, line, start, items, n_lines, n_items):  # type: ignore[no-untyped-def]
    chosen = np.full(n_lines, -1, np.int32)
    taken = np.zeros(n_items, np.bool_)
    for at in order:
        if chosen[line[at]] >= 0:
            continue
        free = True
        for place in range(start[at], start[at + 1]):
            if taken[items[place]]:
                free = False
                break
        if free:
            chosen[line[at]] = at
            for place in range(start[at], start[at + 1]):
                taken[items[place]] = True
    return chosen


@njit(cache=True)
def _runners_up(order, line, chosen):  # type: ignore[no-untyped-def]
    found = np.full(len(chosen), -1, np.int32)
    for at in order:
        of = line[at]
        if found[of] < 0 and chosen[of] != at:
            found[of] = at
    return found
