"""The bets of a run: each line's chosen set, how it stands to its rivals, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns, Whole
from recon_kit.matching.decision.bets import FEE, ON_ACCOUNT, PAYMENT, Bets, Rows, rows_of
from recon_kit.matching.decision.doubts import LAWS, SURE, UNSURE, Stands, doubts, over_ceilings
from recon_kit.matching.decision.instructions import Chosen, instructed, says
from recon_kit.matching.decision.left_out import LeftOut
from recon_kit.matching.decision.patterns import PATTERNS, patterns
from recon_kit.matching.decision.quoted import Quoted
from recon_kit.matching.decision.ties import oldest_first
from recon_kit.matching.evidence.joins import among, heads, span, steps
from recon_kit.matching.model import Model
from recon_kit.matching.scoring.final import Final
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import MORE
from recon_kit.policy import Policy

MOST_OTHERS = 3
"""Other sets that are shown beside a match."""
_LEAST_CHANCE = 0.02
"""Below this probability a set that was not chosen is no alternative."""


@dataclass(frozen=True)
class Decided:
    """One element a line that has a set, in order of lines.

    Args:
        probability: that the set is right. why: what stands against it first (`doubts`; SURE: automatic). against: all that
            does, ceilings aside: bit n is doubt n. beside: a document beside it of which that doubt speaks, else NOTHING.
        needed: probability from which on a set may be automatic. pattern: position in PATTERNS.
        rows: what all bets pay. rule: position of the company's rule that decides about the set, NOTHING without one.
        lifted: that rule accepts what the model is not sure enough of.
    """

    looks: tuple[Look, ...]
    bets: Bets
    probability: NDArray[np.float64]
    why: NDArray[np.int8]
    against: NDArray[np.int64]
    beside: Code
    needed: float
    pattern: NDArray[np.int8]
    rows: Rows
    rule: Code
    lifted: NDArray[np.bool_]

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Which bets are automatic."""
        return np.asarray(self.why == SURE)

    def sure_rows(self) -> Rows:
        """What the automatic ones pay."""
        return self.rows.take(self.sure[self.rows.bet])

    def doubted(self, bets: NDArray[np.bool_]) -> Decided:
        """The same with these bets left to a person, whatever speaks for them."""
        told = bets & self.sure
        against = self.against | (told.astype(np.int64) << LAWS)
        return replace(self, why=np.where(told, UNSURE, self.why).astype(np.int8), against=against)

    def only_closed(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which bets are not quoted, while their line quotes documents that are closed; and which of them sum to the line."""
        feature = {name: self.bets.feature(self.looks, name) for name in ("strongest", "quoted_closed", "exact")}
        return (feature["strongest"] == 0) & (feature["quoted_closed"] > 0), feature["exact"] > 0

    def on_sand(self, opened: Whole, n_looks: int) -> NDArray[np.bool_]:
        """Which automatic bets count on a document as others left it whose own bets are not automatic after all.

        Args:
            opened: minor units open of each document when the run began. n_looks: looks of the run itself; later ones look at
                documents as they truly stand.
        """
        touches = self.rows.item != NOTHING
        bet, item = self.rows.bet[touches], self.rows.item[touches]
        look, stands = self.bets.look[bet], self.sure[bet]
        counted = opened.copy()
        found = np.zeros(len(self.bets), bool)
        for number in range(min(n_looks, len(self.looks))):
            here = look == number
            apart = counted[item[here]] != self.looks[number].seen.left[item[here]]
            found[bet[here][apart]] = True
            falls = here & stands
            np.subtract.at(counted, item[falls], self.rows.allocated[touches][falls])
        return found & self.sure

    def touching(self, items: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which bets pay one of these documents."""
        found = np.zeros(len(self.bets), bool)
        found[self.rows.bet[(self.rows.item != NOTHING) & items[self.rows.item]]] = True
        return found

    def too_much(self, left: Whole, amount: Whole) -> Code:
        """Lines whose proposal asks for more than is left of a document, the more probable ones served first.

        Args:
            left: minor units that automatic matches leave of each document. amount: what it was worth.
        """
        asks = (self.rows.item != NOTHING) & ~self.sure[self.rows.bet]
        falls = np.zeros(len(left), np.int64)
        np.add.at(falls, self.rows.item[asks], self.rows.allocated[asks])
        doubtful = self.touching(np.sign(left - falls) * np.sign(amount) < 0) & ~self.sure
        left, refused = left.copy(), []
        for bet in sorted(np.flatnonzero(doubtful).tolist(), key=lambda bet: (-self.probability[bet], bet)):
            rows = span(self.rows.bet, bet)
            mine = np.arange(rows.start, rows.stop)[self.rows.item[rows] != NOTHING]
            np.subtract.at(left, self.rows.item[mine], self.rows.allocated[mine])
            at = self.rows.item[mine]
            if (np.sign(left[at]) * np.sign(amount[at]) < 0).any():
                np.add.at(left, at, self.rows.allocated[mine])
                refused.append(int(self.bets.line[bet]))
        return np.array(refused, np.int32)

    def without(self, lines: Code) -> Decided:
        """The same without the bets of these lines."""
        kept = ~np.isin(self.bets.line, lines)
        rows = self.rows.of_bets(kept)
        return replace(
            self, bets=self.bets.take(kept), probability=self.probability[kept], why=self.why[kept],
            against=self.against[kept], beside=self.beside[kept], pattern=self.pattern[kept], rows=rows, rule=self.rule[kept],
            lifted=self.lifted[kept],
        )  # fmt: skip


@dataclass(frozen=True)
class Marked:
    """What else is known of lines, and the last word on them.

    Args:
        shown: position of the rule of the company that wants a person to see the line, else NOTHING.
        returned: a return of this run takes it back. quoted: what lines quote by number.
        spent: minor units that rules of this run have used up of its ceilings, by currency.
        final: the last word on lines that the run's own looks decided; None if the model has none.
    """

    shown: Code
    returned: NDArray[np.bool_]
    quoted: Quoted
    spent: Mapping[str, int]
    final: Final | None = None


def decide(both: Columns, looks: tuple[Look, ...], look: Code, model: Model, policy: Policy, marked: Marked) -> Decided:
    """What becomes of each line's set.

    Args:
        look: for each line the number of the look that chose its set, NOTHING where none did.
    """
    line = np.flatnonzero(look != NOTHING).astype(np.int32)
    chosen, rival, tied = np.zeros(len(line), np.int32), np.zeros(len(line)), np.zeros(len(line), bool)
    for number, one in enumerate(looks):
        at = np.flatnonzero(look[line] == number)
        mine = line[at]
        chosen[at], tied[at] = one.set[mine], one.tied[mine]
        other = one.runner_up[mine]
        rival[at] = np.where(other == NOTHING, 0.0, one.probability[np.maximum(other, 0)] if len(one.probability) else 0.0)
    bets = Bets(line, look[line].astype(np.int32), chosen)
    probability = _probability(looks, bets, marked.final)
    equal = np.zeros(len(line), bool)
    if policy.matching.ties == "oldest":
        clear = (probability >= model.automatic(policy.matching.floor).at) & ~tied
        clear &= probability - rival >= policy.matching.margin
        exchanged = oldest_first(both, looks, bets, clear, model, marked.final)
        bets, equal = exchanged.bets, exchanged.equal
        probability, rival = np.where(equal, exchanged.chance, probability), np.where(equal, exchanged.rival, rival)
        tied &= ~equal
    rows = rows_of(both, looks, bets, policy)
    if not (whole := _adds_up(both, looks, bets, rows)).all():
        again = look.copy()
        again[line[~whole]] = NOTHING
        return decide(both, looks, again, model, policy, marked)
    pattern = np.where(equal, PATTERNS.index("oldest_of_equals"), patterns(both, looks, bets)).astype(np.int8)
    rule = instructed(Chosen(both, looks, bets, pattern), marked.shown[line], policy)
    shown, accepted = says(policy, rule, "propose", "never"), says(policy, rule, "accept")
    quoted = marked.quoted
    elsewhere = quoted.paid_elsewhere()[line] | among(quoted.key(line, bets.of_sets(looks, "debtor")), quoted.debtors())
    left_out, foreign = LeftOut(both, looks, bets, quoted.quotes), quoted.quotes.n_foreign[line] > 0
    stands = Stands(probability, rival, tied, shown, marked.returned[line], accepted, elsewhere, foreign, left_out, rows)
    found = doubts(both, looks, bets, stands, model, policy)
    above = over_ceilings(both, line, found.why == SURE, policy, marked.spent)
    why = np.where(found.why == SURE, above, found.why).astype(np.int8)
    against = found.against | np.where(above == SURE, 0, np.int64(1) << above.astype(np.int64))
    return Decided(
        looks, bets, probability, why, against, found.beside, found.needed, pattern, rows, rule, found.lifted
    )  # fmt: skip


def _probability(looks: tuple[Look, ...], bets: Bets, final: Final | None) -> NDArray[np.float64]:
    """What each bet's look said of it, or the last word where there is one."""
    found = bets.gather(looks, "probability")
    if final is not None:
        ours, theirs = bets.judged_last(final)
        found[ours] = final.probability[theirs]
    return found


def others(decided: Decided, look: Code) -> Bets:
    """The best sets that were not chosen, some more a line than are shown, the best first.

    Args:
        look: for each line the number of the look whose sets count, NOTHING for none.
    """
    chosen = np.full(len(look), NOTHING, np.int64)
    chosen[decided.bets.line] = decided.bets.set
    found = []
    for number, one in enumerate(decided.looks):
        line = one.seen.sets.line
        at = np.flatnonzero((look[line] == number) & (one.probability >= _LEAST_CHANCE))
        at = at[chosen[line[at]] != at]
        at = at[np.lexsort([at, -np.round(one.odds[at], 6), line[at]])]
        at = at[steps(np.diff(np.append(heads(line[at]), len(at)))) < 2 * MOST_OTHERS]
        found.append((line[at], np.full(len(at), number), at))
    columns = [np.concatenate(part) for part in zip(*found, strict=True)] if found else [np.zeros(0, np.int64)] * 3
    order = np.argsort(columns[0], kind="stable")
    return Bets(*(column[order].astype(np.int32) for column in columns))


def _adds_up(both: Columns, looks: tuple[Look, ...], bets: Bets, rows: Rows) -> NDArray[np.bool_]:
    """Whether what a bet pays is the line's whole amount and goes its way, and charges were taken from it, not added.

    Money beyond the documents may have nobody's account to stay on: the sum of the documents then only has to be below it.
    """
    money = np.zeros(len(bets), np.int64)
    cash = np.isin(rows.kind, [PAYMENT, ON_ACCOUNT])
    np.add.at(money, rows.bet[cash], rows.allocated[cash])
    paid = np.zeros(len(bets), np.int64)
    np.add.at(paid, rows.bet[rows.kind == PAYMENT], rows.allocated[rows.kind == PAYMENT])
    amount = both.lines.amount[bets.line]
    whole: NDArray[np.bool_] = (money == amount) | (bets.of_sets(looks, "how") == MORE)
    fees = rows.kind == FEE
    added = np.zeros(len(bets), bool)
    added[rows.bet[fees][np.sign(rows.allocated[fees]) != np.sign(amount[rows.bet[fees]])]] = True
    return np.asarray(whole & (np.sign(paid) == np.sign(amount)) & ~added)
