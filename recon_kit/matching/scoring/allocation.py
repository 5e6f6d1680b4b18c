"""What a set means in money: how much of each of its documents the line pays, and which discounts go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NEVER, Code, Items, Lines, Whole
from recon_kit.matching.scoring import segments
from recon_kit.matching.sets.families import LESS, NET, NET_LATE, NET_PART
from recon_kit.matching.sets.near import AMONG
from recon_kit.matching.sets.search import Hypotheses


@dataclass(frozen=True)
class Parts:
    """What some sets pay, one element a document of theirs.

    Args:
        set: position of the set; item: of the document.
        paid, discount: minor units signed like the document. entitled: the discount may be taken on that day.
        unsure: other discounts of the set would explain the line as well; those of the documents due first are taken.
    """

    set: Code
    item: Code
    paid: Whole
    discount: Whole
    entitled: NDArray[np.bool_]
    unsure: NDArray[np.bool_]

    def falls(self) -> Whole:
        """By how much each document falls: what is paid, and a discount to which the payer is entitled."""
        return self.paid + np.where(self.entitled, self.discount, 0)


def parts(lines: Lines, items: Items, left: Whole, sets: Hypotheses, chosen: Code, grace_days: int) -> Parts:
    """What these sets pay of each of their documents; of one that the line cannot pay in full, the last due stay open."""
    at, start = segments.chosen(sets.start, chosen)
    item, of = sets.items[at], segments.rows(start)
    line = sets.line[chosen]
    until = np.minimum(items.discount_on[item].astype(np.int64) + grace_days, int(NEVER))
    in_time = (items.discount_on[item] != NEVER) & (lines.paid_on[line][of] <= until)
    taken = (sets.how[chosen] == NET_LATE)[of] | ((sets.how[chosen] == NET)[of] & in_time)
    agreed = _agreed(items, left, item)
    discount, unsure = np.where(taken, agreed, 0), np.zeros(len(chosen), np.bool_)
    if (sets.how[chosen] == NET_PART).any():
        _some(start, agreed, left[item], lines.amount[line], sets.how[chosen] == NET_PART, discount, unsure)
    paid = _filled(start, left[item] - discount, lines.amount[line], sets.how[chosen] == LESS)
    return Parts(chosen[of].astype(np.int32), item, paid, discount, in_time & (discount != 0), unsure[of])


def _agreed(items: Items, left: Whole, item: Code) -> Whole:
    """The discount of each document as far as it is one: agreed until a day, of the sign of what is left and less than it."""
    said = np.where(items.discount_on[item] == NEVER, 0, items.discount[item])
    return np.where((np.sign(said) == np.sign(left[item])) & (np.abs(said) < np.abs(left[item])), said, 0)


@njit(cache=True)
def _some(start, agreed, left, amount, part, discount, unsure):  # type: ignore[no-untyped-def]
    """In sets less some of their discounts: the first ones in order of due day that make up the difference to the cent.

    Subsets are tried as the search does: discounts of the difference's sign, at most AMONG of them.
    """
    picks = np.zeros(AMONG, np.int64)
    for of in range(len(amount)):
        if not part[of]:
            continue
        extra, n = -amount[of], 0
        for at in range(start[of], start[of + 1]):
            extra += left[at]
        for at in range(start[of], start[of + 1]):
            if agreed[at] != 0 and (agreed[at] > 0) == (extra > 0) and n < AMONG:
                picks[n] = at
                n += 1
        fits, first = 0, 0
        for mask in range(1 << n):
            total, order = 0, 0
            for k in range(n):
                if (mask >> k) & 1:
                    total += agreed[picks[k]]
                    order |= 1 << (n - 1 - k)
            if total == extra:
                fits += 1
                if fits == 1 or order > first:
                    first = order
        for k in range(n):
            if (first >> (n - 1 - k)) & 1:
                discount[picks[k]] = agreed[picks[k]]
        unsure[of] = fits > 1


@njit(cache=True)
def _filled(start, wanted, amount, short):  # type: ignore[no-untyped-def]
    """Every document in full; in a short set what the line and the documents of the other sign bring, the first due first."""
    paid = wanted.copy()
    for of in range(len(amount)):
        if not short[of]:
            continue
        sign = 1 if amount[of] > 0 else -1
        rest = amount[of] * sign
        for at in range(start[of], start[of + 1]):
            if wanted[at] * sign < 0:
                rest -= wanted[at] * sign
        for at in range(start[of], start[of + 1]):
            if wanted[at] * sign > 0:
                use = min(rest, wanted[at] * sign)
                paid[at] = use * sign
                rest -= use
    return paid
