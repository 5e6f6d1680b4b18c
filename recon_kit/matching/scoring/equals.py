"""What equal amounts say: of the same payer, of the same debtor, and of anybody."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.columns import NOTHING, Lines, Whole
from recon_kit.matching.evidence.joins import different
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.seen import Column, Seen, log

_FAR = 400


def of_equals(seen: Seen) -> dict[str, Column]:
    """Equal lines, equal documents here and anywhere, and how many of them chance would bring."""
    sets, line = seen.sets, seen.line
    here, rank = _same_here(seen)
    among, rank_of_line, since = _equal_lines(seen.lines)
    lowest = segments.least(rank[sets.items], sets.start)
    anywhere, n_open = _same_anywhere(seen), max(len(seen.pools.order), 1)
    pool = seen.pools.size(seen.pools.of[sets.items[sets.start[:-1]]])
    return {
        "luck": np.log((anywhere[line] + 1) * (pool + 1) / n_open).astype(np.float32),
        "same_amount_here": log(segments.most(here[sets.items], sets.start) - 1),
        "same_amount_anywhere": log(anywhere[line]),
        "rank_among_same": np.clip(lowest - rank_of_line[line], -9, 9),
        "equal_lines": log(among[line] - 1),
        "days_since_equal": since[line],
    }


def _same_here(seen: Seen) -> tuple[Whole, Whole]:
    """Of each document: open ones of its debtor and amount, itself among them, and its place among them by day due."""
    return _groups([seen.pools.of.astype(np.int64), np.where(seen.left != 0, seen.left, -1)])


def _groups(keys: list[Whole]) -> tuple[Whole, Whole]:
    """Size of each row's group of equal keys, and its place within it in the order of the rows."""
    n = len(keys[0])
    order = np.lexsort([np.arange(n), *keys])
    new = np.zeros(n, bool)
    for key in keys:
        new[1:] |= key[order][1:] != key[order][:-1]
    new[:1] = True
    first = np.flatnonzero(new)
    size, rank = np.zeros(n, np.int64), np.zeros(n, np.int64)
    sizes = np.diff(np.r_[first, n])
    size[order] = np.repeat(sizes, sizes)
    rank[order] = np.arange(n) - np.repeat(first, sizes)
    return size, rank


def _equal_lines(lines: Lines) -> tuple[Whole, Whole, Column]:
    """Of each line: how many have its payer and amount, its place among them, and days since the one before."""
    who = np.where(lines.payer != NOTHING, lines.payer.astype(np.int64) * 2, lines.name.astype(np.int64) * 2 + 1)
    who = np.where((lines.payer == NOTHING) & (lines.name == NOTHING), -2 - np.arange(len(lines)), who)
    keys = [who, lines.amount, lines.currency.astype(np.int64)]
    size, rank = _groups(keys)
    order = np.lexsort([np.arange(len(lines)), *keys])
    since = np.full(len(lines), np.nan)
    gap = np.diff(lines.on[order].astype(np.float64), prepend=np.nan)
    since[order] = np.where(rank[order] > 0, np.minimum(gap, _FAR), np.nan)
    return size, rank, since


def _same_anywhere(seen: Seen) -> Whole:
    """Of each line: open documents of its entity and currency with exactly its amount."""
    lines, items = seen.lines, seen.items
    still = np.flatnonzero(seen.left)
    width = np.int64(max(int(lines.currency.max(initial=0)), int(items.currency.max(initial=0))) + 2)
    book = (items.entity[still] + 1) * width + items.currency[still]
    known = different(seen.left[still])
    have = np.sort(twins(book, seen.left[still], known))
    return how_many_of(have, twins((lines.entity + 1) * width + lines.currency, lines.amount, known))


def twins(owner: Whole, amount: Whole, known: Whole) -> Whole:
    """One number for each (owner, amount), -1 where the amount is not among the known ones, which are sorted."""
    if not len(known):
        return np.full(len(amount), -1, np.int64)
    at = np.minimum(np.searchsorted(known, amount), len(known) - 1)
    return np.where(known[at] == amount, owner.astype(np.int64) * len(known) + at, -1).astype(np.int64)


def how_many_of(have: Whole, asked: Whole) -> Whole:
    """How often each number stands among sorted ones; those below 0 never do."""
    found = np.searchsorted(have, asked, "right") - np.searchsorted(have, asked, "left")
    return np.where(asked < 0, 0, found).astype(np.int64)
