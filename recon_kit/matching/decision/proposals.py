"""Why a match is only proposed, in a coded reason and a sentence; and what of a document an automatic one leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any

from recon_kit.matching.columns import NOTHING, Code
from recon_kit.matching.decision import doubts as d
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.deducted import deducted
from recon_kit.matching.decision.flips import AMOUNT, PAYER, TEXT
from recon_kit.matching.decision.patterns import PATTERNS
from recon_kit.matching.model import NEVER
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import LESS, MORE, NET, NET_LATE, NET_PART
from recon_kit.matching.words import money, numbers, percent
from recon_kit.policy import Policy
from recon_kit.sentences import MOST_LISTED, Sentence, sentence

_DIFFERS = {"payout": "payout_differs", "cash_deposit": "deposit_differs"}
_REASONS = {d.TIED: "ambiguous", d.NO_MARGIN: "ambiguous", d.NO_CEILING: "over_ceiling", d.ABOVE: "over_ceiling",
            d.USED_UP: "over_ceiling", d.CREDIT_NOTE: "short_payment", d.TWIN: "ambiguous"}  # fmt: skip
_OF_AMOUNT = (d.UNSURE, d.DIFFERS, d.WHICH_SHORT, d.REST_HOMELESS)
"""Doubts that a difference of amounts explains; any other is said itself."""


@dataclass(frozen=True)
class Why:
    """A coded reason of `tables.REASONS` and its sentence."""

    reason: str
    detail: Sentence


class Proposals:
    """Says why each bet is not automatic.

    Args:
        why: what stands against each bet, of doubts. chance, rival: probability of the bet, and of the line's best other set.
        other: that other set's bet, None where there is none. flip: which kind of evidence would flip it, of `flips`.
        pattern: position in PATTERNS. needed: probability from which on it could be automatic. rule: position of the
            company's rule that decides about it, NOTHING without one. beside: the document beside it of which a doubt speaks.
    """

    def __init__(
        self, records: Records, policy: Policy, looks: tuple[Look, ...], bets: Bets, why: Any, chance: Any, needed: float,
        pattern: Any, rule: Code, flip: Any, beside: Code,
    ) -> None:  # fmt: skip
        self._records, self._policy, self._looks, self._bets = records, policy, looks, bets
        self._why, self._chance, self._needed, self._pattern, self._rule = why, chance, needed, pattern, rule
        self._flip, self._beside = flip, beside
        self._how, self._apart = bets.of_sets(looks, "how"), bets.of_sets(looks, "difference")

    def why(self, bet: int, other: tuple[int, int] | None) -> Why:
        """The reason and sentence of one bet; `other` is the look and set of the line's best other set."""
        line = self._records.line(int(self._bets.line[bet]))
        items = self.items(int(self._bets.look[bet]), int(self._bets.set[bet]))
        if (
            self._how[bet]
            and self._why[bet] in _OF_AMOUNT
            and (found := self._differs(line, items, int(self._how[bet]), int(self._apart[bet]), int(self._why[bet])))
        ):
            return self._with_flip(found, bet, line, items)
        why = Why(_REASONS.get(int(self._why[bet]), "proposed"), self._doubt(bet, line, items, other))
        return self._with_flip(why, bet, line, items)

    def _with_flip(self, why: Why, bet: int, line: Line, items: list[Item]) -> Why:
        """The same, followed by what would have made the match automatic."""
        flip, apart = int(self._flip[bet]), int(self._apart[bet])
        if flip == NOTHING:
            return why
        if flip == AMOUNT:
            way = "flip_lower" if (apart > 0) == (line.amount > 0) else "flip_higher"
            then = sentence(way, amount=(abs(apart), line.currency))
        elif flip == TEXT:
            then = sentence("flip_text", documents=numbers(items))
        elif flip == PAYER:
            then = sentence("flip_payer", customer=items[0].customer_name)
        else:
            then = sentence("flip_rivals")
        return Why(why.reason, sentence("but_for", said=why.detail, then=then))

    def items(self, look: int, at: int) -> list[Item]:
        """The documents of a set of a look."""
        sets = self._looks[look].seen.sets
        return [self._records.item(item) for item in sets.items[sets.start[at] : sets.start[at + 1]].tolist()]

    def _differs(self, line: Line, items: list[Item], how: int, apart: int, why: int) -> Why | None:
        kinds = {item.kind for item in items}
        if how == MORE:
            reason = _DIFFERS.get(next(iter(kinds)), "overpayment") if len(kinds) == 1 else "overpayment"
            if line.kind == "direct_debit" and len((line.remittance or "").splitlines()) > len(items):
                reason = "batch_unresolved"
            return Why(reason, _came(line, items, apart, sentence("more", amount=(abs(apart), line.currency))))
        less = sentence("less", amount=(abs(apart), line.currency))
        if how == LESS:
            reason = _DIFFERS.get(next(iter(kinds)), "short_payment") if len(kinds) == 1 else "short_payment"
            coded, what = reason == "short_payment" and line.amount > 0, {"amount": (abs(apart), line.currency)}
            charges = self._policy.ceilings.most_charges(line.currency)
            if coded and (said := deducted(line.remittance, *what["amount"], charges)):
                reason, what = said.reason, {**what, **said.values}
                less = sentence("less_said", **what)
            if why == d.WHICH_SHORT:
                said_short = "which_short" if len(items) > 1 else "short_and_others"
                return Why(reason, sentence(said_short, documents=numbers(items), **what))
            if line.kind == "direct_debit" and len(items) > 1:
                reason, less = "batch_unresolved", sentence("not_in_batch", amount=(abs(apart), line.currency))
            return Why(reason, _came(line, items, apart, less))
        if how in (NET, NET_LATE, NET_PART) and (doubt := discount_doubt(line, items, apart, how, self._policy)):
            return Why(doubt[0], _came(line, items, apart, doubt[1]))
        return None

    def _doubt(self, bet: int, line: Line, items: list[Item], other: tuple[int, int] | None) -> Sentence:
        said: dict[str, Any] = {"documents": numbers(items)}
        why, rule = int(self._why[bet]), PATTERNS[int(self._pattern[bet])]
        chance = percent(self._chance[bet])
        last = max(items, key=lambda item: item.issued_on)
        if why in (d.TIED, d.NO_MARGIN) and other is not None:
            rest = self.items(*other)
            if len(items) == len(rest) == 1 and _alike(items[0], rest[0]):
                return sentence("tie", one=items[0].document_no, other=rest[0].document_no, left=(rest[0].open, line.currency))
            return _no_better(numbers(items), numbers(rest))
        if why in (d.TIED, d.NO_MARGIN):
            return sentence("best_of_guesses", **said, share=chance)
        if why == d.RULE_SHOWS:
            return sentence("rule_shows", rule=rule, wants=self._policy.rules.rule[int(self._rule[bet])].name)
        if why == d.NAMES_OTHERS:
            return sentence("names_others", **said)
        if why == d.FOREIGN:
            return sentence("names_unknown", **said)
        if why in (d.CREDIT_NOTE, d.TWIN, d.TAIL):
            return _against(why, line, items, self._records.item(int(self._beside[bet])), abs(int(self._apart[bet])))
        if why == d.ON_ACCOUNT:
            return sentence("says_on_account", **said, amount=money(line))
        if why == d.AMOUNT_ALONE:
            alone = "slip_alone" if rule == "reference_partly" else "amount_alone"
            return sentence(alone, **said, amount=money(line))
        if why == d.CHARGES_HIGH:
            most = self._policy.ceilings.most_charges(line.currency)
            return sentence("charges_high", **said, amount=money(line), most=(most, line.currency))
        if why == d.ISSUED_AFTER:
            return sentence("issued_after", document=last.document_no, on=last.issued_on)
        if why == d.DUE_LONG_BEFORE:
            due = max(items, key=lambda item: item.due_on)
            return sentence("due_long_before", document=due.document_no, on=due.due_on)
        if why in (d.NO_CEILING, d.ABOVE, d.USED_UP):
            return ceiling_told(why, rule, line, self._policy)
        if self._chance[bet] >= self._needed:
            return sentence("leans_on_others", **said, share=chance)
        if self._needed >= NEVER:
            return sentence("never_automatic", **said, share=chance, floor=f"{100 * self._policy.matching.floor:g}")
        return sentence("not_sure_enough", **said, share=chance, floor=f"{ceil(1e4 * self._needed) / 100:.2f}")


def _alike(one: Item, other: Item) -> bool:
    """Whether two documents are of one customer and have the same amount open."""
    return (one.customer_id, one.customer_name, one.open) == (other.customer_id, other.customer_name, other.open)


def _no_better(ours: list[str], theirs: list[str]) -> Sentence:
    """That another set is nearly as likely: of long lists that share documents only what sets them apart is named."""
    mine, others = ([one for one in some if one not in rest] for some, rest in ((ours, theirs), (theirs, ours)))
    if len(ours) == len(mine) or not (mine or others) or max(len(ours), len(theirs)) <= MOST_LISTED:
        return sentence("fits_no_better", documents=ours, others=theirs)
    counted = {"n": len(ours), "first": ours[0]}
    if mine and others:
        return sentence("no_better_than_with", **counted, documents=mine, others=others)
    return (
        sentence("no_better_with", **counted, documents=mine)
        if mine
        else sentence("no_better_without", **counted, others=others)
    )


def _against(why: int, line: Line, items: list[Item], other: Item, apart: int) -> Sentence:
    """Which document beside these speaks against them."""
    said: dict[str, Any] = {"documents": numbers(items)}
    if why == d.CREDIT_NOTE:
        return sentence("short_by_credit", **said, amount=(apart, line.currency), credit=other.document_no)
    if why == d.TAIL:
        return sentence("ends_like", **said, other=other.document_no)
    one = next(item for item in items if item.open == other.open)
    return sentence("twin", **said, one=one.document_no, other=other.document_no, left=(other.open, other.currency))


def ceiling_told(why: int, rule: str, line: Line, policy: Policy) -> Sentence:
    """Which ceiling stands against a match."""
    if why == d.NO_CEILING:
        return sentence("no_ceiling", rule=rule, currency=line.currency)
    name = "above_ceiling" if why == d.ABOVE else "ceiling_used_up"
    most = policy.ceilings.per_match if why == d.ABOVE else policy.ceilings.per_run
    told = partial(sentence, name, rule=rule, ceiling=(most[line.currency], line.currency))
    return told(amount=(abs(line.amount), line.currency)) if why == d.ABOVE else told()


def discount_doubt(line: Line, items: list[Item], apart: int, how: int, policy: Policy) -> tuple[str, Sentence] | None:
    """Why an agreed discount that was taken is not granted by itself: too late, or above the company's limit."""
    agreed = [item for item in items if item.discount]
    amount = (abs(apart), line.currency)
    late = [item for item in agreed if (line.paid_on - (item.discount_on or line.paid_on)).days > policy.discount.grace_days]
    if late and how != NET_PART:
        last = min((item.discount_on for item in late if item.discount_on), default=None)
        return "discount_late", sentence("discount_late", amount=amount, last=last)
    if any(abs(i.discount) * 100 > abs(i.amount) * policy.discount.max_percent for i in agreed):
        return "discount_too_high", sentence("discount_above_limit", amount=amount)
    return None


def _came(line: Line, items: list[Item], apart: int, why: Sentence) -> Sentence:
    left = (line.amount - apart, line.currency)
    return sentence("came_differently", documents=numbers(items), left=left, amount=money(line), why=why)
