"""Lines that pay documents of another currency: at the bank's own word, or, as a question, at the rate of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from recon_kit.matching.columns import Whole
from recon_kit.matching.evidence.joins import RowsBy, span
from recon_kit.matching.evidence.payers import LEDGER, NUMBER, PROVEN, Links
from recon_kit.matching.evidence.quotes import ORDERED
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.drafts import Draft
from recon_kit.matching.rules.owed import paid_short, part_of, ways, ways_of_some
from recon_kit.matching.rules.rates import Rates, exchanged
from recon_kit.matching.rules.told_rates import as_told
from recon_kit.matching.rules.weighing import Weighing, Word
from recon_kit.matching.words import money, numbers
from recon_kit.policy import Policy
from recon_kit.sentences import sentence

BY_BANK, BY_PAYER, BY_DAY = "exchanged_by_bank", "exchanged_by_payer", "exchanged_by_day"
"""Rules: quoted documents at the bank's word; the payer's one document of the instructed amount; quoted ones at a day's
rate."""
_SAME = Fraction(1, 2000)
"""Nearer than this share to the day's rate, an amount less discount is what was meant."""


class Exchanged:
    """Drafts for lines that quote open documents of one debtor in one other currency, or whose payer owes just one such.

    Args:
        quoting: all quotes. links: who may have paid each line. rates: what the bank took near a day.
    """

    def __init__(self, records: Records, policy: Policy, quoting: Quoting, links: Links, rates: Rates) -> None:
        self._records, self._policy, self._quoting, self._links, self._rates = records, policy, quoting, links, rates
        self._of_debtor = RowsBy(records.both.items.debtor)

    def drafts(self, lines: Iterable[int], left: Whole, claimed: Whole) -> list[Draft]:
        """One for each line that has one, the earlier line first: no document is paid by two of them.

        Args:
            left: what is open of each document. claimed: what of that lines which quote it are proposed to pay.
        """
        self._left, found = left.copy(), []
        self._weighing = Weighing(self._policy, self._rates, self._left)
        for number in lines:
            line = self._records.line(number)
            if draft := self._draft(as_told(line)):
                falls = _falls(draft)
                if all((self._left[at] - claimed[at] - fall) * self._left[at] >= 0 for at, fall in falls.items()):
                    for item, fall in falls.items():
                        self._left[item] -= fall
                    found.append(replace(draft, line=line))
        return found

    def _draft(self, line: Line) -> Draft | None:
        rows = [(self._records.item(at), strength) for at, strength, _ in self._quoting.rows_of(line.at)]
        sure = [item for item, strength in rows if strength >= ORDERED]
        own = [item for item, _ in rows if item.entity == line.entity]
        quoted = [item for item in own if item in sure]
        if any(item.currency == line.currency and self._left[item.at] for item in quoted):
            return None
        open_ones = [item for item in own if item.currency != line.currency and self._left[item.at]]
        items = [item for item in open_ones if item in quoted]
        told = bool(line.instructed) and line.instructed_currency not in (None, line.currency)
        if not sure:
            return (self._partly_quoted(line, open_ones) or self._of_payer(line, own)) if told else None
        if not self._of_one(items):
            return None
        wholly = len(quoted) == len(items) and not self._elsewhere(line, sure)
        if told:
            return self._instructed(line, items, open_ones, wholly)
        for owed in ways_of_some(line, items, self._left, self._policy.discount):
            if word := self._weighing.at_printed(line, owed):
                return self._weighing.draft(line, word, BY_BANK, wholly and len(owed.items) == len(items), "quoted")
        return self._at_day(line, items)

    def _of_one(self, items: list[Item]) -> bool:
        """Whether there are documents, of one debtor and in one currency."""
        return len({(item.currency, int(self._records.both.items.debtor[item.at])) for item in items}) == 1

    def _elsewhere(self, line: Line, sure: list[Item]) -> bool:
        """Whether a sister company's document that the line quotes is of the very amount that the bank tells."""
        told = {(line.amount, line.currency), (_instructed(line), line.instructed_currency)}
        return any(item.entity != line.entity and (int(self._left[item.at]), item.currency) in told for item in sure)

    def _partly_quoted(self, line: Line, items: list[Item]) -> Draft | None:
        """Documents whose numbers the text only partly has, which sum to what was instructed; sure if their owner pays."""
        if not self._of_one(items) or items[0].currency != line.instructed_currency:
            return None
        each = ways(line, items, self._left, self._policy.discount)
        owed = next((owed for owed in each if owed.total == _instructed(line)), None)
        if owed is None:
            return None
        debtor = int(self._records.both.items.debtor[items[0].at])
        known = debtor in self._payers(line, LEDGER, PROVEN, NUMBER)
        return self._weighing.draft(line, self._weighing.instructed(line, owed), BY_BANK, known, "partly")

    def _instructed(self, line: Line, items: list[Item], open_ones: list[Item], wholly: bool) -> Draft | None:
        """The documents that sum to what was instructed, with others that are partly quoted if need be; else a part of one."""
        told, currency = _instructed(line), items[0].currency
        if currency != line.instructed_currency:
            return None
        sets = [items, open_ones] if self._of_one(open_ones) else [items]
        every = (owed for some in sets for owed in ways_of_some(line, some, self._left, self._policy.discount))
        if owed := next((owed for owed in every if owed.total == told), None):
            word = self._weighing.instructed(line, owed)
            return self._weighing.draft(line, word, BY_BANK, wholly and len(owed.items) >= len(items), "quoted")
        left = int(self._left[items[0].at])
        if len(open_ones) > 1 or abs(left) < abs(told) or left * told < 0:
            return None
        word = self._weighing.instructed(line, part_of(items[0], told))
        what = {"documents": numbers(items), "left": (left, currency), "told": (told, currency), "amount": money(line)}
        draft = self._weighing.draft(line, word, BY_BANK, wholly, "quoted")
        return draft.doubted("proposed", sentence("exchanged_part", **what)) if draft else None

    def _of_payer(self, line: Line, hinted: list[Item]) -> Draft | None:
        """The one open document of just the instructed amount that the payer owes, known by account or by customer number.

        Args:
            hinted: documents that the text names less than surely.
        """
        told, debtors = _instructed(line), self._payers(line, LEDGER, PROVEN) or self._payers(line, NUMBER)
        if len(debtors) != 1:
            return None
        own = (self._records.item(int(at)) for at in self._of_debtor.of(debtors[0]))
        alike = [item for item in own if item.currency == line.instructed_currency and self._left[item.at] == told]
        if len(alike) != 1:
            return None
        word = self._weighing.instructed(line, part_of(alike[0], told))
        return self._weighing.draft(line, word, BY_PAYER, set(hinted) <= set(alike), "partly" if hinted else "missing")

    def _payers(self, line: Line, *kinds: int) -> list[int]:
        """The debtors that the line comes from by one of these kinds of links, which no other debtor shares."""
        mine, links = span(self._links.line, line.at), self._links
        sure = np.isin(links.kind[mine], kinds) & (links.shares[mine] <= 1)
        found: list[int] = links.debtor[mine][sure].tolist()
        return found

    def _at_day(self, line: Line, items: list[Item]) -> Draft | None:
        """A question: quoted documents that come near the line's money at the rate of the day, which nobody states."""
        near = self._rates.near((line.currency, items[0].currency), line)
        amount, charge = exchanged(line)[0]
        each = ways(line, items, self._left, self._policy.discount)
        each = [owed for owed in each if owed.total * amount > 0 and not owed.late]
        if near is None or not each:
            return None
        apart = abs(amount / (each[-1].total * near.usual) - 1)
        owed = each[0] if apart > _SAME else each[-1]
        rate = Fraction(abs(amount), abs(owed.total))
        if not self._weighing.within(rate, near):
            return None
        owed = paid_short(owed, round(amount / near.usual)) if rate < near.low else owed
        word = Word(owed, amount, charge, rate, "at the rate of the day")
        return self._weighing.draft(line, self._weighing.doubted(line, word, near), BY_DAY, True, "quoted")


def _instructed(line: Line) -> int:
    """What was instructed, the way the line runs."""
    return abs(line.instructed or 0) * (1 if line.amount > 0 else -1)


def _falls(draft: Draft) -> dict[int, int]:
    """By how much each document would fall."""
    found: dict[int, int] = defaultdict(int)
    for part in draft.parts:
        if part.item is not None:
            found[part.item.at] += part.allocated
    return found
