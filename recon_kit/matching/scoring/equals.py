"""What equal amounts say: of the same payer, of the same debtor, and of anybody."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Lines, Whole
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
    entities, currencies = seen.lines.entity, seen.lines.currency
    width = np.int64(max(int(currencies.max(initial=0)), int(seen.items.currency.max(initial=0))) + 2)
    book = np.sort(_book(seen.items.entity, seen.items.currency, seen.left, width)[seen.left != 0])
    asked = _book(entities, currencies, seen.lines.amount, width)
    return np.searchsorted(book, asked, "right") - np.searchsorted(book, asked, "left")


def _book(entity: Code, currency: Code, amount: Whole, width: np.int64) -> NDArray[Any]:
    found = np.zeros(len(amount), [("where", np.int64), ("amount", np.int64)])
    found["where"], found["amount"] = (entity + 1) * width + currency, amount
    return found
