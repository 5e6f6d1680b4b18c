"""What a set means in money: how much of each of its documents the line pays, and which discounts go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import NEVER, Code, Items, Lines, Whole
from recon_kit.matching.scoring import segments
from recon_kit.matching.sets.families import LESS, NET, NET_LATE
from recon_kit.matching.sets.search import Hypotheses


@dataclass(frozen=True)
class Parts:
    """What some sets pay, one element a document of theirs.

    Args:
        set: position of the set; item: of the document.
        paid, discount: minor units signed like the document. entitled: the discount may be taken on that day.
    """

    set: Code
    item: Code
    paid: Whole
    discount: Whole
    entitled: NDArray[np.bool_]

    def falls(self) -> Whole:
        """By how much each document falls: what is paid, and a discount to which the payer is entitled."""
        return self.paid + np.where(self.entitled, self.discount, 0)


def parts(lines: Lines, items: Items, left: Whole, sets: Hypotheses, chosen: Code, grace_days: int) -> Parts:
    """What these sets pay of each of their documents; of one that the line cannot pay in full, the last due stay open."""
    size = np.diff(sets.start)[chosen]
    start = np.r_[0, np.cumsum(size)]
    at = np.repeat(sets.start[chosen] - start[:-1], size) + np.arange(start[-1])
    item, of = sets.items[at], segments.rows(start)
    line = sets.line[chosen]
    until = np.minimum(items.discount_on[item].astype(np.int64) + grace_days, int(NEVER))
    in_time = (items.discount_on[item] != NEVER) & (lines.paid_on[line][of] <= until)
    taken = (sets.how[chosen] == NET_LATE)[of] | ((sets.how[chosen] == NET)[of] & in_time)
    discount = np.where(taken, items.discount[item], 0)
    entitled = taken & in_time
    paid = _filled(start, left[item] - discount, lines.amount[line], sets.how[chosen] == LESS)
    return Parts(chosen[of].astype(np.int32), item, paid, discount, entitled)


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
