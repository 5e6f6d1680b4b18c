"""Documents that a bet leaves out though they speak against it: a credit note of the gap, a tail's, a twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns, Whole
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.evidence.joins import among, different, joined
from recon_kit.matching.evidence.quotes import Quotes
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.equals import twins
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import BIT, LESS

Mask = NDArray[np.bool_]
_SHORTEST, _LONGEST = 4, 7
"""Digits of a number in a text that may be a document's last ones."""
_BY_CHANCE = 10
"""So many times more numbers of these digits there must be than open documents of the debtor, for a tail to say anything."""

_IN_ORDER = sum(
    int(BIT[name]) for name in "due_day issue_day month run run_issued run_invoices prefix prefix_credits all_open".split()
)


def found_by_chance(families: Whole) -> Mask:
    """Whether a set was found in one way only, and that in no order of days."""
    return np.asarray((families & (families - 1) == 0) & (families & _IN_ORDER == 0))


@dataclass(frozen=True)
class Paid:
    """What bets pay, one element a document of a bet: position of the bet, and of the document."""

    bet: NDArray[np.int64]
    item: Code


def paid(looks: tuple[Look, ...], bets: Bets) -> Paid:
    """The documents of each bet's set."""
    none = np.zeros(0, np.int64)
    found = [(none, none.astype(np.int32))]
    for look, rows in bets.of_looks(looks):
        at, start = segments.chosen(look.seen.sets.start, bets.set[rows])
        found.append((rows[segments.rows(start)], look.seen.sets.items[at]))
    return Paid(*(np.concatenate(column) for column in zip(*found, strict=True)))


class LeftOut:
    """Asks for each bet which document it leaves out; NOTHING where there is none, else one of them.

    Args:
        quotes: what all lines quote.
    """

    def __init__(self, both: Columns, looks: tuple[Look, ...], bets: Bets, quotes: Quotes) -> None:
        self._both, self._looks, self._bets, self._quotes = both, looks, bets, quotes
        self._paid = paid(looks, bets)
        self._pairs = different(self._pair(self._paid.bet, self._paid.item))
        self._open = np.flatnonzero(both.items.open != 0).astype(np.int32)
        owed = both.items.debtor.astype(np.int64) * (int(both.items.currency.max(initial=0)) + 2) + both.items.currency + 1
        self._owed: Whole = owed

    def credit(self) -> Code:
        """An open credit note of the debtor of exactly what a short payment lacks, or lacks beside its documents' discounts."""
        both, bets, items = self._both, self._bets, self._both.items
        asked = np.flatnonzero((bets.of_sets(self._looks, "how") == LESS) & (bets.of_sets(self._looks, "debtor") != NOTHING))
        first, discount = np.zeros(len(bets), np.int32), np.zeros(len(bets), np.int64)
        first[self._paid.bet] = self._paid.item
        np.add.at(discount, self._paid.bet, items.discount[self._paid.item])
        gap = bets.of_sets(self._looks, "difference")[asked]
        notes = self._open[np.sign(items.open[self._open]) * np.sign(items.amount[self._open]) > 0]
        known = different(np.concatenate([gap, gap + discount[asked]]))
        have = twins(self._owed[notes], items.open[notes], known)
        notes, have = notes[have >= 0], have[have >= 0]
        at, wanted = np.tile(asked, 2), np.tile(self._owed[first[asked]], 2)
        at, item = self._met(at, twins(wanted, np.concatenate([gap, gap + discount[asked]]), known), notes, have)
        away = np.sign(items.open[item]) != np.sign(both.lines.amount[bets.line[at]])
        return self._one(at[away], item[away])

    def twin(self, of: Mask) -> Code:
        """An open document that equals one of these bets' documents (but for payouts and deposits) in all that is owed."""
        items, mine = self._both.items, of[self._paid.bet]
        bet, item = self._paid.bet[mine], self._paid.item[mine]
        known = different(items.open[item])
        have = twins(self._owed[self._open], items.open[self._open], known)
        some = (have >= 0) & ~items.hub[self._open] & among(have, twins(self._owed[item], items.open[item], known))
        return self._one(*self._met(bet, twins(self._owed[item], items.open[item], known), self._open[some], have[some]))

    def tail(self, of: Mask) -> Code:
        """An open document of these bets' debtors that ends like a number of the text, which none of the bet's own does."""
        items, told, bets = self._both.items, self._quotes, np.flatnonzero(of)
        run, start = segments.chosen(told.run_start, self._bets.line[bets])
        bet, value, digits = bets[segments.rows(start)], told.run_value[run], told.run_digits[run].astype(np.int64)
        mine = of[self._paid.bet]
        debtor, customer = np.zeros((2, len(of)), np.int32)
        debtor[self._paid.bet[mine]], customer[self._paid.bet[mine]] = (
            column[self._paid.item[mine]] for column in (items.debtor, items.customer)
        )
        fits = (digits >= _SHORTEST) & (digits <= _LONGEST) & (value != self._customer_numbers()[customer[bet]])
        bet, value, digits = bet[fits], value[fits], digits[fits]
        pool = self._open[among(items.debtor[self._open], items.debtor[self._paid.item[mine]]) & ~items.hub[self._open]]
        owes = np.bincount(items.debtor[pool], minlength=int(items.debtor.max(initial=0)) + 1)[items.debtor[pool]]
        found_bet, found_item = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
        for length in range(_SHORTEST, _LONGEST + 1):
            some = digits == length
            base = 10**length
            long = pool[(told.counting_digits[pool] >= length) & (owes * _BY_CHANCE <= base)]
            key = items.debtor[long].astype(np.int64) * base + told.counting[long] % base
            at, which = joined(debtor[bet[some]].astype(np.int64) * base + value[some], key)
            number = np.flatnonzero(some)[at]
            own = among(number, number[among(self._pair(bet[number], long[which]), self._pairs)])
            found_bet.append(bet[number[~own]])
            found_item.append(long[which[~own]])
        return self._one(np.concatenate(found_bet), np.concatenate(found_item))

    def _customer_numbers(self) -> Whole:
        """The digits of each customer's number, -1 where it has none; one more at the end, for no customer."""
        digits = pc.replace_substring_regex(self._both.names.customers, r"\D", "")
        short = pc.match_substring_regex(digits, r"^\d{1,12}$")
        found = pc.if_else(short, digits, "-1").cast(pa.int64()).to_numpy(zero_copy_only=False)
        return np.append(found, -1)

    def _pair(self, bet: NDArray[np.int64], item: Code) -> Whole:
        return bet.astype(np.int64) * (len(self._both.items) + 1) + item

    def _met(self, bet: NDArray[np.int64], wanted: Whole, item: Code, have: Whole) -> tuple[NDArray[np.int64], Code]:
        """Bets and documents of equal keys; a key below 0 is none."""
        some = np.flatnonzero(wanted >= 0)
        at, which = joined(wanted[some], have)
        return bet[some[at]], item[which]

    def _one(self, bet: NDArray[np.int64], item: Code) -> Code:
        """Of each bet the first of these documents that it does not pay and that was issued by its line's day."""
        found = np.full(len(self._bets), len(self._both.items), np.int32)
        out = ~among(self._pair(bet, item), self._pairs)
        out &= self._both.items.issued[item] <= self._both.lines.on[self._bets.line[bet]]
        np.minimum.at(found, bet[out], item[out].astype(np.int32))
        return np.where(found == len(self._both.items), NOTHING, found).astype(np.int32)
