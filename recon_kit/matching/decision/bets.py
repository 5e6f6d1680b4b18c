"""The sets that are made to rows: which line, which look of the run, which of its sets; and what they pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns, Whole
from recon_kit.matching.scoring.allocation import Parts, parts
from recon_kit.matching.scoring.final import Final
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import CHARGED, LESS, MORE
from recon_kit.policy import Policy

PAYMENT, DISCOUNT, ON_ACCOUNT, FEE, WRITE_OFF = range(5)
KINDS = ("payment", "discount", "on_account", "fee", "write_off")
"""Kinds of allocation that a set leads to."""


@dataclass(frozen=True)
class Bets:
    """Sets for lines, one element each; of several for a line each has its own element.

    Args:
        line: position of the line. look: number of the look; set: position in that look's sets.
    """

    line: Code
    look: Code
    set: Code

    def __len__(self) -> int:
        return len(self.line)

    def take(self, rows: NDArray[Any]) -> Bets:
        """Some of them, by position or mask."""
        return Bets(self.line[rows], self.look[rows], self.set[rows])

    def judged_last(self, final: Final | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The bets that the last word judged, and where it stands in that for each."""
        if final is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        _, ours, theirs = np.intersect1d(self.line, final.line, return_indices=True)
        kept = self.look[ours] < final.n_looks
        return ours[kept], theirs[kept]

    def of_looks(self, looks: tuple[Look, ...]) -> Iterator[tuple[Look, NDArray[np.int64]]]:
        """Each look with the positions of its bets."""
        for number, look in enumerate(looks):
            rows = np.flatnonzero(self.look == number)
            if len(rows):
                yield look, rows

    def gather(self, looks: tuple[Look, ...], values: str, otherwise: Any = 0.0) -> NDArray[Any]:
        """One value a bet out of an array of its look that has one element a set (`probability`, `odds`)."""
        found = np.full(len(self), otherwise)
        for look, rows in self.of_looks(looks):
            found[rows] = getattr(look, values)[self.set[rows]]
        return found

    def of_sets(self, looks: tuple[Look, ...], values: str) -> NDArray[Any]:
        """One value a bet out of an array of its look's sets (`how`, `difference`, `debtor`)."""
        found: NDArray[Any] | None = None
        for look, rows in self.of_looks(looks):
            column = getattr(look.seen.sets, values)
            if found is None:
                found = np.zeros(len(self), column.dtype)
            found[rows] = column[self.set[rows]]
        return np.zeros(0, np.int64) if found is None else found

    def feature(self, looks: tuple[Look, ...], name: str) -> NDArray[np.float32]:
        """One feature a bet, as its look had it; NaN where the look's model does not ask for it."""
        found = np.full(len(self), np.nan, np.float32)
        for look, rows in self.of_looks(looks):
            if name in look.features:
                found[rows] = look.rows[self.set[rows], look.features.index(name)]
        return found


@dataclass(frozen=True)
class Rows:
    """What bets pay, one element a future allocation row, in order of bets.

    Args:
        bet: position of the bet. kind: position in KINDS. item: position, NOTHING for what goes to none.
        allocated: minor units, signed like the item, else like the line. customer: code of `Names.customers`.
    """

    bet: Code
    kind: NDArray[np.int8]
    item: Code
    allocated: Whole
    customer: Code

    def take(self, rows: NDArray[Any]) -> Rows:
        """Some of them, by position or mask."""
        return Rows(self.bet[rows], self.kind[rows], self.item[rows], self.allocated[rows], self.customer[rows])

    def of_bets(self, kept: NDArray[np.bool_]) -> Rows:
        """Those of some bets, which are numbered anew."""
        rows = self.take(kept[self.bet])
        return replace(rows, bet=(np.cumsum(kept) - 1)[rows.bet].astype(np.int32))


def rows_of(both: Columns, looks: tuple[Look, ...], bets: Bets, policy: Policy) -> Rows:
    """What each bet pays: its documents, discounts that may be granted, charges, what stays on account, what is written off.

    A discount is granted by itself only if it was taken in time and is within the company's limit; else it stays open. What is
    paid less by no more than the company's tolerance is written off.
    """
    found = [_of_look(both, look, bets, rows, policy) for look, rows in bets.of_looks(looks)]
    if not found:
        none = np.zeros(0, np.int32)
        return Rows(none, none.astype(np.int8), none, none.astype(np.int64), none)
    joined = [np.concatenate([getattr(part, name) for part in found]) for name in Rows.__dataclass_fields__]
    order = np.lexsort([joined[2], joined[1], joined[0]])
    return Rows(*(column[order] for column in joined))


def _of_look(both: Columns, look: Look, bets: Bets, rows: NDArray[np.int64], policy: Policy) -> Rows:
    items, sets, chosen = both.items, look.seen.sets, bets.set[rows]
    found = parts(both.lines, items, look.seen.left, sets, chosen, policy.discount.grace_days)
    bet = np.repeat(rows, np.diff(sets.start)[chosen])
    granted = np.where(within_limit(both, found.item, policy) & found.entitled, found.discount, 0)
    rest, who = _rests(both, look, bets, rows, bet, found)
    paid, at = _less_charges(both, bets, rows, bet, found, sets.how[chosen] == CHARGED)
    small = small_rest(both, look, bets, rows, policy)[np.searchsorted(rows, bet)]
    short = np.where(small, look.seen.left[found.item] - paid - granted, 0)
    columns = [
        (bet, np.full(len(bet), WRITE_OFF), found.item, short, items.customer[found.item]),
        (bet, np.full(len(bet), PAYMENT), found.item, paid, items.customer[found.item]),
        (bet, np.full(len(bet), DISCOUNT), found.item, granted, items.customer[found.item]),
        (bet[at], np.full(len(at), FEE), found.item[at], found.paid[at] - paid[at], items.customer[found.item[at]]),
        (rows, np.full(len(rows), ON_ACCOUNT), np.full(len(rows), NOTHING), rest, who),
    ]
    bet_, kind_, item_, allocated, customer = (np.concatenate([part[at] for part in columns]) for at in range(5))
    kept = allocated != 0
    return Rows(
        bet_[kept].astype(np.int32), kind_[kept].astype(np.int8), item_[kept].astype(np.int32), allocated[kept],
        customer[kept].astype(np.int32),
    )  # fmt: skip


def _less_charges(
    both: Columns, bets: Bets, rows: NDArray[np.int64], bet: NDArray[np.int64], found: Parts, charged: NDArray[np.bool_]
) -> tuple[Whole, NDArray[np.int64]]:
    """What the line itself pays of each document, and where the bank's charges are taken off: each set's largest document."""
    total = np.zeros(len(bets), np.int64)
    np.add.at(total, bet, found.paid)
    largest = np.full(len(bets), NOTHING, np.int64)
    order = np.lexsort((-np.arange(len(bet)), np.abs(found.paid)))
    largest[bet[order]] = order
    at = largest[rows[charged]]
    paid = found.paid.copy()
    paid[at] -= total[bet[at]] - both.lines.amount[bets.line[bet[at]]]
    return paid, at


def _rests(
    both: Columns, look: Look, bets: Bets, rows: NDArray[np.int64], bet: NDArray[np.int64], found: Parts
) -> tuple[Whole, Code]:
    """What of each line stays on the customer's account once its documents are paid."""
    sets, chosen = look.seen.sets, bets.set[rows]
    paid = np.zeros(len(bets), np.int64)
    np.add.at(paid, bet, found.paid)
    rest = both.lines.amount[bets.line[rows]] - paid[rows]
    one = sets.debtor[chosen] != NOTHING
    customer = np.where(one, both.items.customer[sets.items[sets.start[:-1][chosen]]], NOTHING).astype(np.int32)
    return np.where((sets.how[chosen] == MORE) & (customer != NOTHING), rest, 0), customer


def small_rest(both: Columns, look: Look, bets: Bets, rows: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Which of these bets of a look pay less than their documents by no more than the tolerance in their currency."""
    most = np.array([policy.tolerance.get(name, 0) for name in both.names.currencies.to_pylist()] + [0], np.int64)
    sets, chosen = look.seen.sets, bets.set[rows]
    within = np.abs(sets.difference[chosen]) <= most[both.lines.currency[bets.line[rows]]]
    return np.asarray((sets.how[chosen] == LESS) & within)


def within_limit(both: Columns, item: Code, policy: Policy) -> NDArray[np.bool_]:
    """Whether the agreed discount of each document is at most the company's percentage of its gross amount."""
    items = both.items
    most = np.abs(items.amount[item]).astype(np.float64) * policy.discount.max_percent
    within: NDArray[np.bool_] = np.abs(items.discount[item]).astype(np.float64) * 100 <= most
    return within
