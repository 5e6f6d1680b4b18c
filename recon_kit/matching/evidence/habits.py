"""How each debtor pays, from what is settled: how late, how many documents at once, oldest first, with or without numbers.

What is known of one debtor is drawn towards what all do, as if everybody had paid `PRIOR` times the usual way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NEVER, Code, Columns, Whole
from recon_kit.matching.evidence.joins import among, heads, packed

PRIOR = 4.0
"""Payments of the usual way that everybody is given."""

_EDGES = np.array(
    [-90, -60, -45, -30, -21, -14, -10, -7, -5, -3, -1, 0, 1, 2, 4, 6, 8, 11, 15, 22, 31, 46, 61, 91, 121], np.int64
)
_WIDTH = np.concatenate(([60], np.diff(_EDGES), [120])).astype(np.float64)
_PAIR_QUOTED = 3


@dataclass(frozen=True)
class Habits:
    """One element per debtor (code of `Items.debtor`).

    Args:
        payments: how many are known.
        delays: (debtors, days in groups) how many documents were paid so many days after they were due; `usual` is the
            share of each group among all.
        median: days from due to paid, the middle of the debtor's documents and PRIOR usual ones.
        quotes: share of payments that quote one of their documents. several: typical number of documents at once.
        orderly: share of payments that left no older document open. discounts: share of those possible that were taken.
    """

    payments: Code
    delays: NDArray[np.int32]
    usual: NDArray[np.float64]
    median: NDArray[np.float32]
    quotes: NDArray[np.float32]
    several: NDArray[np.float32]
    orderly: NDArray[np.float32]
    discounts: NDArray[np.float32]

    def likelihood(self, debtor: Code, delay: Code, own: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """Log of the probability per day that this debtor pays so many days after due; `own` pairs do not count themselves."""
        group = np.searchsorted(_EDGES, delay, "right")
        count, total = self.delays[debtor, group].astype(np.float64), self.delays.sum(1)[debtor].astype(np.float64)
        if own is not None:
            count, total = count - own, total - own
        share = (count + PRIOR * self.usual[group]) / (total + PRIOR)
        return np.asarray(np.log(share / _WIDTH[group]), np.float32)


@dataclass(frozen=True)
class _Paid:
    """Settled pairs, one row per (payment, item); payments are numbered, first those posted earlier."""

    payment: NDArray[np.int64]
    item: NDArray[np.int64]
    on: NDArray[np.int64]
    amount: Whole
    quoted: NDArray[np.bool_]
    asked: NDArray[np.bool_]


def habits(
    both: Columns, settled_line: Code, settled_item: Code, quotes: tuple[Code, Code, NDArray[np.int8]] | None = None
) -> Habits:
    """Habits from posted payments and from pairs (line, item) settled in this run.

    Args:
        quotes: line, item and strength of each quote of this run; without them the share of payments that quote is the
            usual one for everybody.
    """
    paid = _paid(both, settled_line, settled_item, quotes)
    size = int(both.items.debtor.max(initial=-1)) + 1
    debtor = both.items.debtor[paid.item].astype(np.int64)
    late = paid.on - both.items.due[paid.item]
    delays, usual = _delays(debtor, late, size)
    order = np.argsort(packed(debtor, paid.payment), kind="stable")
    start = heads(packed(debtor, paid.payment)[order])
    owner = debtor[order][start]
    together = np.diff(np.append(start, len(order)))
    quoted, asked = (np.logical_or.reduceat(x[order], start) if len(start) else x[:0] for x in (paid.quoted, paid.asked))
    taken, possible = _discounts(both, paid, order, start, together)
    orderly = _orderly(both, paid)
    in_order = np.logical_and.reduceat(orderly[order], start) if len(start) else orderly[:0]
    return Habits(
        np.bincount(owner, minlength=size).astype(np.int32), delays, usual, _medians(debtor, late, size),
        _share(owner[asked], quoted[asked], size), np.exp(_share(owner, np.log(together), size)).astype(np.float32),
        _share(owner, in_order, size), _share(owner[possible], taken[possible], size),
    )  # fmt: skip


def _paid(both: Columns, line: Code, item: Code, quotes: tuple[Code, Code, NDArray[np.int8]] | None) -> _Paid:
    posted = both.posted
    real = posted.is_payment & (posted.line >= 0) & (posted.item >= 0)
    old, old_item = posted.line[real].astype(np.int64), posted.item[real].astype(np.int64)
    new, new_item = line.astype(np.int64), item.astype(np.int64)
    quoted = np.zeros(len(new), np.bool_)
    if quotes is not None and len(new):
        strong = quotes[2] >= _PAIR_QUOTED
        width = len(both.items) + 1
        quoted = among(new * width + new_item, quotes[0][strong].astype(np.int64) * width + quotes[1][strong])
    return _Paid(
        np.concatenate([old, new + len(both.known)]), np.concatenate([old_item, new_item]),
        np.concatenate([both.known.paid_on[old], both.lines.paid_on[new]]).astype(np.int64),
        np.concatenate([both.known.amount[old], both.lines.amount[new]]),
        np.concatenate([np.zeros(len(old), np.bool_), quoted]),
        np.concatenate([np.zeros(len(old), np.bool_), np.full(len(new), quotes is not None)]),
    )  # fmt: skip


def _delays(debtor: NDArray[np.int64], late: NDArray[np.int64], size: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    groups = len(_WIDTH)
    flat = np.bincount(debtor * groups + np.searchsorted(_EDGES, late, "right"), minlength=size * groups)
    delays = flat.reshape(size, groups).astype(np.int32)
    usual = delays.sum(0) + 1.0
    return delays, usual / usual.sum()


def _medians(debtor: NDArray[np.int64], late: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """The middle delay, drawn to that of all by PRIOR."""
    found = np.full(size, float(np.median(late)) if len(late) else 0.0)
    usual = found[0] if size else 0.0
    order = np.lexsort((late, debtor))
    debtor, late = debtor[order], late[order]
    start = heads(debtor)
    count = np.diff(np.append(start, len(debtor)))
    middle = (late[start + (count - 1) // 2] + late[start + count // 2]) / 2
    found[debtor[start]] = (middle * count + usual * PRIOR) / (count + PRIOR)
    return found.astype(np.float32)


def _share(owner: NDArray[np.int64], value: NDArray[np.generic], size: int) -> NDArray[np.float32]:
    """Mean of a value by debtor, drawn to that of all by PRIOR; 0 where nobody has one."""
    number = value.astype(np.float64)
    usual = float(number.mean()) if len(number) else 0.0
    total, count = np.bincount(owner, number, size), np.bincount(owner, minlength=size)
    return ((total + PRIOR * usual) / (count + PRIOR)).astype(np.float32)


def _discounts(
    both: Columns, paid: _Paid, order: NDArray[np.int64], start: NDArray[np.int64], together: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Payments that took all agreed discounts, and those that could have taken one; only payments of a single debtor."""
    items = both.items
    item = paid.item[order]
    if not len(start):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    whole = np.add.reduceat(items.amount[item], start)
    agreed = np.add.reduceat(np.where(items.discount_on[item] == NEVER, 0, items.discount[item]), start)
    amount, payment = paid.amount[order][start], paid.payment[order][start]
    alone = np.bincount(payment, minlength=int(payment.max()) + 1)[payment] == 1
    return whole - amount == agreed, (agreed != 0) & alone & (together > 0)


def _orderly(both: Columns, paid: _Paid) -> NDArray[np.bool_]:
    """For each pair whether no document of the debtor due before it, and settled later by what is known, was left open.

    Documents that nothing has settled yet are not counted: in a first pass most are merely not explained.
    """
    items = both.items
    settled_on = np.full(len(items), -(2**31), np.int64)
    np.maximum.at(settled_on, paid.item, paid.on)
    order = np.lexsort((items.due, items.debtor))
    debtor, due, until = items.debtor[order].astype(np.int64), items.due[order].astype(np.int64), settled_on[order]
    start = heads(debtor)
    size = np.diff(np.append(start, len(debtor)))
    latest = _running_most(debtor, until)
    first_due = heads(debtor * 2**32 + due)
    begins = np.repeat(first_due, np.diff(np.append(first_due, len(debtor))))
    before = np.where(begins > np.repeat(start, size), latest[np.maximum(begins - 1, 0)], -(2**31))
    by_item = np.empty(len(items), np.int64)
    by_item[order] = before
    return by_item[paid.item] <= paid.on


def _running_most(group: NDArray[np.int64], value: NDArray[np.int64]) -> NDArray[np.int64]:
    """The greatest value so far within each group; groups stand together."""
    if not len(group):
        return value
    at = np.cumsum(np.concatenate(([0], group[1:] != group[:-1])))
    shift = 2**33
    return np.asarray(np.maximum.accumulate(value + at * shift) - at * shift)
