"""What a bank says of an exchange, held against the documents, its own printed rate, and what it took for others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from recon_kit.matching.columns import Whole
from recon_kit.matching.records import Line
from recon_kit.matching.rules.drafts import Draft, Part, Seen
from recon_kit.matching.rules.owed import Owed
from recon_kit.matching.rules.rates import DayRate, Rates, exchanged, fits, printed, rate_text, same_order
from recon_kit.matching.words import money, numbers, shown
from recon_kit.policy import Policy
from recon_kit.sentences import Sentence, sentence

_NEAR = Fraction(1, 100)
"""As near as this to what the bank took for others, a rate in the text is the bank's own."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a line pays by what the bank says: money that was exchanged, charges taken from it, and the rate between both.

    Args:
        level: what bears it out. doubt: what does not.
    """

    owed: Owed
    money: int
    charge: int
    rate: Fraction
    level: str
    doubt: Sentence | None = None


class Weighing:
    """Weighs the bank's word, and makes a draft of it.

    Args:
        left: what is open of each document; it may fall between two calls.
    """

    def __init__(self, policy: Policy, rates: Rates, left: Whole) -> None:
        self._policy, self._rates, self._left = policy, rates, left

    def instructed(self, line: Line, owed: Owed) -> Word:
        """What the bank instructed for documents, held against its printed rate, or else against that of the day."""
        each = exchanged(line)
        rates = printed(line, owed.currency)
        for amount, charge in each:
            for rate in rates:
                if fits(line, amount, owed.total, rate, len(owed.items)):
                    word = Word(owed, amount, charge, rate, "instructed at the printed rate")
                    return self._borne_out(line, word) if line.in_text else word
        amount, charge = each[0]
        word = Word(owed, amount, charge, Fraction(abs(amount), abs(owed.total)), "instructed")
        if rates:
            return self.doubted(line, word, None)
        near = self._rates.near((line.currency, owed.currency), line)
        likely = same_order(amount, line.currency, owed.total, owed.currency) if near is None else self.within(word.rate, near)
        return word if likely else self.doubted(line, word, near)

    def at_printed(self, line: Line, owed: Owed) -> Word | None:
        """The documents' sum at the printed rate, if that is what came."""
        if owed.total * line.amount <= 0:
            return None
        for rate in printed(line, owed.currency):
            for amount, charge in exchanged(line):
                if fits(line, amount, owed.total, rate, len(owed.items)):
                    return Word(owed, amount, charge, rate, "at the printed rate")
        return None

    def draft(self, line: Line, word: Word, rule: str, wholly: bool, reference: str) -> Draft | None:
        """The match as the bank's word makes it; a question where something speaks against it.

        Args:
            wholly: the text names nothing else. reference: how it names the documents.
        """
        owed = word.owed
        if owed.total * line.amount <= 0 or not all(owed.paid):
            return None
        draft = Draft(line, rule, _parts(word), _seen(line, word, reference))
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

    def within(self, rate: Fraction, near: DayRate) -> bool:
        """Whether a rate is near enough to that of the day for a person to be asked."""
        return abs(rate / near.usual - 1) * 100 <= Fraction(str(self._policy.exchange.tolerance_percent))

    def doubted(self, line: Line, word: Word, near: DayRate | None) -> Word:
        """The same with both amounts, the rate between them, and that of the day if there is one, as a question."""
        owed, pair = word.owed, (line.currency, word.owed.currency)
        left = sum(int(self._left[item.at]) for item in owed.items)
        rest = left - owed.total - sum(owed.granted)
        said = {
            "documents": numbers(owed.items), "left": (left, owed.currency), "amount": money(line), "of": pair[0],
            "to": pair[1], "rate": rate_text(word.rate, pair), "rest": (rest, owed.currency) if rest else None,
        }  # fmt: skip
        if near is None:
            return replace(word, doubt=sentence("exchanged_not_as_told", **said, printed=line.rate))
        return replace(
            word, doubt=sentence("exchanged_at_day", **said, known=rate_text(near.usual, pair), on=near.on, n=near.n)
        )

    def _borne_out(self, line: Line, word: Word) -> Word:
        """A rate in the text may be the payer's own word: other lines of these days have to say about the same."""
        near = self._rates.near((line.currency, word.owed.currency), line)
        if near is not None and near.low * (1 - _NEAR) <= word.rate <= near.high * (1 + _NEAR):
            return word
        return self.doubted(line, word, near)


def _seen(line: Line, word: Word, reference: str) -> tuple[Seen, ...]:
    owed = word.owed
    return (
        Seen("reference", reference, ", ".join(numbers(owed.items))),
        Seen("amount", word.level, shown(owed.total, owed.currency)),
        Seen("rate", "printed" if line.rate else "implied", rate_text(word.rate, (line.currency, owed.currency))),
    )


def _parts(word: Word) -> tuple[Part, ...]:
    owed = word.owed
    parts = [Part("exchange", word.money, customer_id=owed.items[0].customer_id)]
    if word.charge:
        parts.append(Part("charge", word.charge))
    for item, paid, granted in zip(owed.items, owed.paid, owed.granted, strict=True):
        parts.append(Part("payment", paid, item, item.customer_id))
        if granted:
            parts.append(Part("discount", granted, item, item.customer_id))
    return tuple(parts)
