"""Lines that pay documents of another currency: at the bank's own word, or, as a question, at the rate of the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from recon_kit.matching.columns import Whole
from recon_kit.matching.evidence.joins import span
from recon_kit.matching.evidence.payers import LEDGER, NUMBER, PROVEN, Links
from recon_kit.matching.evidence.quotes import ORDERED
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.drafts import Draft, Part, Seen
from recon_kit.matching.rules.rates import DayRate, Rates, exchanged, fits, printed, rate_text, same_order
from recon_kit.matching.rules.told_rates import as_told, in_text
from recon_kit.matching.words import money, numbers, shown
from recon_kit.policy import Policy
from recon_kit.sentences import Sentence, sentence

BY_BANK, BY_PAYER, BY_DAY = "exchanged_by_bank", "exchanged_by_payer", "exchanged_by_day"
"""Rules: quoted documents at the bank's word; the payer's one document of the instructed amount; quoted ones at a day's rate."""
_NEAR = Fraction(1, 100)
"""As near as this to what the bank took for others, a rate in the text is the bank's own."""
_SAME = Fraction(1, 2000)
"""Nearer than this share to the day's rate, an amount less discount is what was meant."""


@dataclass(frozen=True, slots=True)
class _Owed:
    """Documents of one debtor in one other currency, and what of each would be paid and granted.

    Args:
        late: a discount is taken off that is not granted by itself.
    """

    items: tuple[Item, ...]
    paid: tuple[int, ...]
    granted: tuple[int, ...]
    late: bool = False

    @property
    def total(self) -> int:
        """What the line would pay of them together."""
        return sum(self.paid)

    @property
    def currency(self) -> str:
        """Of the documents."""
        return self.items[0].currency


@dataclass(frozen=True, slots=True)
class _Word:
    """What a line pays by what the bank says: money that was exchanged, charges taken from it, and the rate between both."""

    owed: _Owed
    money: int
    charge: int
    rate: Fraction
    level: str
    doubt: Sentence | None = None


class Exchanged:
    """Drafts for lines that quote open documents of one debtor in one other currency, or whose payer owes just one such.

    Args:
        quoting: all quotes. links: who may have paid each line. rates: what the bank took near a day.
    """

    def __init__(self, records: Records, policy: Policy, quoting: Quoting, links: Links, rates: Rates) -> None:
        self._records, self._policy, self._quoting, self._links, self._rates = records, policy, quoting, links, rates
        debtor = records.both.items.debtor
        self._by_debtor = np.argsort(debtor, kind="stable")
        self._debtors = debtor[self._by_debtor]

    def drafts(self, lines: Iterable[int], left: Whole, claimed: Whole) -> list[Draft]:
        """One for each line that has one, the earlier line first: no document is paid by two of them.

        Args:
            left: what is open of each document. claimed: what of that lines which quote it are proposed to pay.
        """
        self._left, found = left.copy(), []
        for at in lines:
            line = self._records.line(at)
            if draft := self._draft(as_told(line)):
                falls = np.zeros(len(left), np.int64)
                paid = [part for part in draft.parts if part.item is not None]
                np.add.at(falls, [part.item.at for part in paid if part.item], [part.allocated for part in paid])
                if ((self._left - claimed - falls)[falls != 0] * left[falls != 0] >= 0).all():
                    self._left -= falls
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
        if word := self._at_printed(line, items):
            return self._at_word(line, word, BY_BANK, wholly and len(word.owed.items) == len(items), "quoted")
        return self._at_day(line, items)

    def _partly_quoted(self, line: Line, items: list[Item]) -> Draft | None:
        """Documents whose numbers the text only partly has, which sum to what was instructed; sure if their owner is the payer."""
        if not self._of_one(items) or items[0].currency != line.instructed_currency:
            return None
        owed = next((owed for owed in self._owed(line, items) if owed.total == _instructed(line)), None)
        if owed is None:
            return None
        debtor = int(self._records.both.items.debtor[items[0].at])
        return self._at_word(line, self._weighed(line, owed), BY_BANK, debtor in self._payers(line, LEDGER, PROVEN, NUMBER), "partly")

    def _of_one(self, items: list[Item]) -> bool:
        """Whether there are documents, of one debtor and in one currency."""
        return len({(item.currency, int(self._records.both.items.debtor[item.at])) for item in items}) == 1

    def _elsewhere(self, line: Line, sure: list[Item]) -> bool:
        """Whether a sister company's document that the line quotes is of the very amount that the bank tells."""
        told = {(line.amount, line.currency), (_instructed(line), line.instructed_currency)}
        return any(item.entity != line.entity and (int(self._left[item.at]), item.currency) in told for item in sure)

    def _instructed(self, line: Line, items: list[Item], open_ones: list[Item], wholly: bool) -> Draft | None:
        """The documents that sum to what was instructed, with others that are partly quoted if need be; else a part of one."""
        told = _instructed(line)
        if items[0].currency != line.instructed_currency:
            return None
        sets = [items, open_ones] if self._of_one(open_ones) else [items]
        for owed in (owed for some in sets for owed in self._ways(line, some)):
            if owed.total == told:
                word = self._weighed(line, owed)
                return self._at_word(line, word, BY_BANK, wholly and len(owed.items) >= len(items), "quoted")
        left = int(self._left[items[0].at])
        if len(open_ones) > 1 or abs(left) < abs(told) or left * told < 0:
            return None
        word = self._weighed(line, _Owed((items[0],), (told,), (0,)))
        what = {"documents": numbers(items), "left": (left, items[0].currency), "told": (told, items[0].currency)}
        draft = self._at_word(line, word, BY_BANK, wholly, "quoted")
        return draft.doubted("proposed", sentence("exchanged_part", **what, amount=money(line))) if draft else None

    def _of_payer(self, line: Line, hinted: list[Item]) -> Draft | None:
        """The one open document of just the instructed amount that the payer owes, known by account or by customer number.

        Args:
            hinted: documents that the text names less than surely.
        """
        told, debtors = _instructed(line), self._payers(line, LEDGER, PROVEN) or self._payers(line, NUMBER)
        if len(debtors) != 1:
            return None
        own = (self._records.item(int(at)) for at in np.sort(self._by_debtor[span(self._debtors, debtors[0])]))
        alike = [item for item in own if item.currency == line.instructed_currency and self._left[item.at] == told]
        if len(alike) != 1:
            return None
        word = self._weighed(line, _Owed((alike[0],), (told,), (0,)))
        return self._at_word(line, word, BY_PAYER, set(hinted) <= set(alike), "partly" if hinted else "missing")

    def _payers(self, line: Line, *kinds: int) -> list[int]:
        """The debtors that the line comes from by one of these kinds of links, which no other debtor shares."""
        mine, links = span(self._links.line, line.at), self._links
        sure = np.isin(links.kind[mine], kinds) & (links.shares[mine] <= 1)
        found: list[int] = links.debtor[mine][sure].tolist()
        return found

    def _ways(self, line: Line, items: list[Item]) -> list[_Owed]:
        """All of them: whole, less what discount is agreed and may be granted, less all that was agreed; then each alone."""
        sets = [items, *([item] for item in items)] if len(items) > 1 else [items]
        return [owed for some in sets for owed in self._owed(line, some)]

    def _owed(self, line: Line, items: list[Item]) -> list[_Owed]:
        left = tuple(int(self._left[item.at]) for item in items)
        agreed = [item.discount if item.discount * one > 0 and one == item.amount else 0 for item, one in zip(items, left, strict=True)]
        granted = tuple(off if self._may_grant(line, item) else 0 for item, off in zip(items, agreed, strict=True))
        none = (0,) * len(items)
        ways = [_Owed(tuple(items), left, none)]
        if any(granted):
            ways.append(_Owed(tuple(items), _less(left, granted), granted))
        if tuple(agreed) != granted:
            ways.append(_Owed(tuple(items), _less(left, agreed), granted, late=True))
        return ways

    def _may_grant(self, line: Line, item: Item) -> bool:
        policy = self._policy.discount
        in_time = item.discount_on is not None and (line.paid_on - item.discount_on).days <= policy.grace_days
        return in_time and abs(item.discount) * 100 <= abs(item.amount) * policy.max_percent

    def _weighed(self, line: Line, owed: _Owed) -> _Word:
        """What the bank instructed for documents, held against its printed rate, or else against that of the day."""
        told, ways = owed.total, exchanged(line)
        rates = printed(line, owed.currency)
        for amount, charge in ways:
            for rate in rates:
                if fits(line, amount, told, rate, len(owed.items)):
                    word = _Word(owed, amount, charge, rate, "instructed at the printed rate")
                    return self._borne_out(line, word) if in_text(self._records.line(line.at)) else word
        amount, charge = ways[0]
        rate = Fraction(abs(amount), abs(told))
        near = self._rates.near((line.currency, owed.currency), line)
        word = _Word(owed, amount, charge, rate, "instructed")
        likely = same_order(amount, line.currency, told, owed.currency) if near is None else self._within(rate, near)
        if likely and not rates:
            return word
        return replace(word, doubt=self._rate_sentence(line, word, near if not rates else None))

    def _borne_out(self, line: Line, word: _Word) -> _Word:
        """A rate in the text may be the payer's own word: other lines of these days have to say about the same."""
        near = self._rates.near((line.currency, word.owed.currency), line)
        if near is not None and near.low * (1 - _NEAR) <= word.rate <= near.high * (1 + _NEAR):
            return word
        return replace(word, doubt=self._rate_sentence(line, word, near))

    def _at_printed(self, line: Line, items: list[Item]) -> _Word | None:
        """Documents whose sum, at the printed rate, is what came."""
        for owed in self._ways(line, items):
            for rate in printed(line, owed.currency):
                for amount, charge in exchanged(line):
                    if owed.total * line.amount > 0 and fits(line, amount, owed.total, rate, len(owed.items)):
                        return _Word(owed, amount, charge, rate, "at the printed rate")
        return None

    def _at_word(self, line: Line, word: _Word, rule: str, wholly: bool, reference: str) -> Draft | None:
        """The match as the bank's word makes it; a question where something speaks against it."""
        owed = word.owed
        if owed.total * line.amount <= 0 or any(paid == 0 for paid in owed.paid):
            return None
        draft = Draft(line, rule, _parts(word), self._seen(line, word, reference))
        if word.doubt:
            return draft.doubted("proposed", word.doubt)
        said = {"documents": numbers(owed.items), "told": (owed.total, owed.currency), "amount": money(line)}
        if owed.late:
            return draft.doubted("discount_late", sentence("exchanged_discount", **said))
        if not wholly:
            return draft.doubted("proposed", sentence("exchanged_others", **said))
        most = self._policy.ceilings.most_charges(line.currency)
        if abs(word.charge) > most:
            high = {"documents": numbers(owed.items), "amount": money(line), "most": (most, line.currency)}
            return draft.doubted("proposed", sentence("charges_high", **high))
        return draft

    def _at_day(self, line: Line, items: list[Item]) -> Draft | None:
        """A question: quoted documents that come near the line's money at the rate of the day, which nobody states."""
        near = self._rates.near((line.currency, items[0].currency), line)
        amount, charge = exchanged(line)[0]
        ways = [owed for owed in self._owed(line, items) if owed.total * amount > 0 and not owed.late]
        if near is None or not ways:
            return None
        apart = [abs(amount / (owed.total * near.usual) - 1) for owed in ways]
        owed = ways[0] if apart[-1] > _SAME else ways[-1]
        rate = Fraction(abs(amount), abs(owed.total))
        if not self._within(rate, near):
            return None
        if rate < near.low:
            owed = _paid_short(owed, round(amount / near.usual))
        if any(paid == 0 for paid in owed.paid):
            return None
        word = _Word(owed, amount, charge, rate, "at the rate of the day")
        draft = Draft(line, BY_DAY, _parts(word), self._seen(line, word, "quoted"))
        return draft.doubted("proposed", self._rate_sentence(line, word, near))

    def _within(self, rate: Fraction, near: DayRate) -> bool:
        return abs(rate / near.usual - 1) * 100 <= Fraction(str(self._policy.exchange.tolerance_percent))

    def _rate_sentence(self, line: Line, word: _Word, near: DayRate | None) -> Sentence:
        """Both amounts, the rate between them, and the rate that it is held against."""
        owed, pair = word.owed, (line.currency, word.owed.currency)
        left = sum(int(self._left[item.at]) for item in owed.items)
        rest = left - owed.total - sum(owed.granted)
        said = {
            "documents": numbers(owed.items), "left": (left, owed.currency), "amount": money(line), "of": pair[0], "to": pair[1],
            "rate": rate_text(word.rate, pair), "rest": (rest, owed.currency) if rest else None,
        }  # fmt: skip
        if near is None:
            return sentence("exchanged_not_as_told", **said, printed=line.rate)
        return sentence("exchanged_at_day", **said, known=rate_text(near.usual, pair), on=near.on, n=near.n)

    def _seen(self, line: Line, word: _Word, reference: str) -> tuple[Seen, ...]:
        owed = word.owed
        return (
            Seen("reference", reference, ", ".join(numbers(owed.items))),
            Seen("amount", word.level, shown(owed.total, owed.currency)),
            Seen("rate", "printed" if line.rate else "implied", rate_text(word.rate, (line.currency, owed.currency))),
        )


def _instructed(line: Line) -> int:
    """What was instructed, the way the line runs."""
    return abs(line.instructed or 0) * (1 if line.amount > 0 else -1)


def _less(left: Iterable[int], off: Iterable[int]) -> tuple[int, ...]:
    return tuple(one - less for one, less in zip(left, off, strict=True))


def _paid_short(owed: _Owed, worth: int) -> _Owed:
    """The same with less paid, taken off the largest document; nothing where that cannot bear it."""
    paid = list(owed.paid)
    largest = max(range(len(paid)), key=lambda at: (abs(paid[at]), -at))
    less = paid[largest] - (owed.total - worth)
    paid[largest] = less if less * paid[largest] > 0 else 0
    return replace(owed, paid=tuple(paid))


def _parts(word: _Word) -> tuple[Part, ...]:
    owed = word.owed
    parts = [Part("exchange", word.money, customer_id=owed.items[0].customer_id)]
    if word.charge:
        parts.append(Part("charge", word.charge))
    for item, paid, granted in zip(owed.items, owed.paid, owed.granted, strict=True):
        parts.append(Part("payment", paid, item, item.customer_id))
        if granted:
            parts.append(Part("discount", granted, item, item.customer_id))
    return tuple(parts)
