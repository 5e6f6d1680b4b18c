"""What competes with a set: other sets of its line, and other lines that want its documents."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.features import due_until
from recon_kit.matching.scoring.seen import WHOLE_NUMBER, Column, Seen, log
from recon_kit.matching.sets.draft import NEAR_FULL
from recon_kit.matching.sets.families import CHARGED, EXACT, NET, NET_LATE, NET_PART

EXPLAINING = [EXACT, NET, NET_LATE, CHARGED, NET_PART]
"""How a set may stand to its line without leaving a rest."""


def of_rivals(seen: Seen) -> dict[str, Column]:
    """All columns of `named.OF_RIVALS`, one element a set."""
    sets, line, n = seen.sets, seen.line, len(seen.lines)
    exact = np.isin(sets.how, EXPLAINING)
    size, debtor = np.minimum(np.diff(sets.start), 63), sets.debtor.astype(np.int64) + 1
    debtors = int(debtor.max(initial=0)) + 1
    quoting = segments.by(seen.quotes.item[seen.quotes.strength >= WHOLE_NUMBER], len(seen.items))
    return {
        "sets": log(segments.by(line, n)[line]),
        "exact_sets": log(segments.by(line[exact], n)[line]),
        "exact_same_size": log(_alike(line.astype(np.int64) * 64 + size, exact)),
        "exact_of_debtor": log(_alike(line.astype(np.int64) * debtors + debtor, exact)),
        "claims": log(segments.most(_claims(seen)[sets.items], sets.start) - 1),
        "claims_quoted": log(segments.most(quoting[sets.items], sets.start)),
        "capped": (sets.capped[line] & ~np.uint8(NEAR_FULL)) != 0,
        "crowded": (sets.capped[line] & NEAR_FULL) != 0,
    }


def of_odds(seen: Seen, odds: Column) -> dict[str, Column]:
    """All columns of `named.OF_ODDS`, from the first stage's log-odds of each set."""
    sets, line = seen.sets, seen.line
    own = np.round(odds, 6)
    probability = 1 / (1 + np.exp(-own))
    best, second = _best_two(line, own, len(seen.lines))
    rival = np.where(own >= best[line], second[line], best[line])
    claim = _rival_claim(seen, probability)
    return {
        "own": own,
        "rival": np.where(np.isinf(rival), np.nan, rival),
        "gap": np.where(np.isinf(rival), np.nan, own - rival),
        "total": segments.by(line, len(seen.lines), probability)[line] - probability,
        "strongest_claim": segments.most(claim, sets.start),
        "mean_claim": segments.mean(claim, sets.start),
        **_left_behind(seen, probability),
    }


def _alike(key: Column, counted: Column) -> Column:
    """How many counted rows share each row's key."""
    known, at = np.unique(key, return_inverse=True)
    return np.bincount(at, weights=counted, minlength=len(known))[at]


def _claims(seen: Seen) -> Column:
    """How many lines have an exact set with each document."""
    sets, rows = seen.sets, segments.rows(seen.sets.start)
    wanted = (np.isin(sets.how, EXPLAINING))[rows]
    pair = np.unique(seen.line[rows][wanted].astype(np.int64) * len(seen.items) + sets.items[wanted])
    return segments.by(pair % len(seen.items), len(seen.items))


def _best_two(line: Column, own: Column, n: int) -> tuple[Column, Column]:
    """Greatest and second greatest of each line; -inf where there is none."""
    order = np.lexsort([-own, line])
    first = np.r_[True, line[order][1:] != line[order][:-1]] if len(order) else np.zeros(0, bool)
    best, second = np.full(n, -np.inf), np.full(n, -np.inf)
    best[line[order][first]] = own[order][first]
    behind = np.flatnonzero(first) + 1
    behind = behind[behind < len(order)]
    behind = behind[~first[behind]]
    second[line[order][behind]] = own[order][behind]
    return best, second


def _claims_by_line(seen: Seen, probability: Column) -> tuple[Column, Column, Column]:
    """(line, document, greatest probability) of each pair, sorted by document."""
    sets, rows, n = seen.sets, segments.rows(seen.sets.start), len(seen.lines)
    key = sets.items.astype(np.int64) * n + seen.line[rows]
    order = np.lexsort([-probability[rows], key])
    first = np.r_[True, key[order][1:] != key[order][:-1]] if len(order) else np.zeros(0, bool)
    return key[order][first] % n, key[order][first] // n, probability[rows][order][first]


def _rival_claim(seen: Seen, probability: Column) -> Column:
    """Of each element: the greatest probability by which another line claims its document."""
    line, item, claimed = _claims_by_line(seen, probability)
    best, second = _best_two(item, claimed, len(seen.items))
    mine = seen.line[segments.rows(seen.sets.start)]
    key = item * len(seen.lines) + line
    asked = seen.sets.items.astype(np.int64) * len(seen.lines) + mine
    own = claimed[np.searchsorted(key, asked)]
    of = seen.sets.items
    found = np.where(own >= best[of], second[of], best[of])
    return np.where(np.isinf(found), 0.0, found)


def _left_behind(seen: Seen, probability: Column) -> dict[str, Column]:
    """Documents left out by the set that nobody claims, by day due: sums of (1 - best claim) over the debtor's pool."""
    sets, pools = seen.sets, seen.pools
    _, item, claimed = _claims_by_line(seen, probability)
    best = segments.most_by(item, len(seen.items), claimed)
    free = 1 - best
    before = np.r_[0.0, np.cumsum(np.round(free[pools.order], 6))]
    pool = np.where(sets.debtor == NOTHING, NOTHING, pools.of[sets.items[sets.start[:-1]]])
    begin = pools.start[np.maximum(pool, 0)]
    latest = segments.most(seen.items.due[sets.items], sets.start)
    earliest = segments.least(seen.items.due[sets.items], sets.start)
    until, since = begin + due_until(seen, pool, latest), begin + due_until(seen, pool, earliest - 1)
    mine = segments.total(free[sets.items], sets.start)
    known = pool != NOTHING
    return {
        "left_behind": np.where(known, log(before[until] - before[begin] - mine), 0),
        "left_inside": np.where(known, log(before[until] - before[since] - mine), 0),
    }
