"""Whoever owes: the open documents of one debtor in one currency, by day due, with what lies before and inside a span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recon_kit.matching.columns import NOTHING, Code, Items, Whole


@dataclass(frozen=True)
class Pools:
    """The open documents, sorted by (debtor, currency), within one by day due.

    Args:
        of: pool of each document, NOTHING where nothing is open. at: its place in `order`, NOTHING likewise.
        order: positions of documents. start: first place of each pool in `order`, and the end of the last.
    """

    of: Code
    at: Code
    order: Code
    start: Code

    def size(self, pool: Code) -> Whole:
        """How many documents are open in each of these pools; 0 for NOTHING."""
        known = np.maximum(pool, 0)
        if len(self.start) < 2:
            return np.zeros(len(pool), np.int64)
        return np.where(pool == NOTHING, 0, self.start[known + 1] - self.start[known]).astype(np.int64)


def pools(items: Items, left: Whole) -> Pools:
    """The pools of what is left."""
    n = len(items)
    is_open = np.flatnonzero(left).astype(np.int32)
    key = items.debtor[is_open].astype(np.int64) * (int(items.currency.max(initial=0)) + 1) + items.currency[is_open]
    order = is_open[np.argsort(key, kind="stable")]  # documents stand by day due already
    key = np.sort(key)
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, np.int64)
    of, at = np.full(n, NOTHING, np.int32), np.full(n, NOTHING, np.int32)
    at[order] = np.arange(len(order), dtype=np.int32)
    number = np.zeros(len(order), np.int32)
    number[first[1:]] = 1
    of[order] = np.cumsum(number, dtype=np.int32)
    return Pools(of, at, order, np.r_[first, len(order)].astype(np.int32))
