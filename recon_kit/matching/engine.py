"""`match`: which line paid what. Rules of the company, transfers and returns first; then the learned engine; then reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.columns import NOTHING, Code, Columns, Whole, columns
from recon_kit.matching.decision.exchanges import beside, claims, still_to_explain, tell_of_another
from recon_kit.matching.decision.fitting import fitting
from recon_kit.matching.decision.instructions import says
from recon_kit.matching.decision.open_lines import OpenLines
from recon_kit.matching.decision.outcome import Decided, Marked, decide
from recon_kit.matching.decision.quoted import Quoted
from recon_kit.matching.decision.standing import Standing, fallen
from recon_kit.matching.evidence.quotes import GLUED
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.history import History
from recon_kit.matching.model import Model
from recon_kit.matching.model.registry import load_default
from recon_kit.matching.precision import Limits
from recon_kit.matching.records import Line, Records, day
from recon_kit.matching.result import MatchResult, result
from recon_kit.matching.rules.company import assigned, first_rules
from recon_kit.matching.rules.drafts import Draft, unexplained
from recon_kit.matching.rules.exchanged import Exchanged
from recon_kit.matching.rules.rates import Rates
from recon_kit.matching.rules.refunds import only_unmatched, returns_and_refunds
from recon_kit.matching.rules.returns import Returns
from recon_kit.matching.rules.transfers import Transfers
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.scoring.named import IN_THE_END, SECOND
from recon_kit.matching.scoring.running import look_at, run_on
from recon_kit.matching.scoring.settling import Settling
from recon_kit.matching.sets import compile_meanwhile
from recon_kit.matching.words import money
from recon_kit.policy import Policy
from recon_kit.sentences import sentence
from recon_kit.tables import LINE_KINDS

Mask = NDArray[np.bool_]
KNOWN = (*SECOND, *IN_THE_END)
"""Features that this engine computes."""


def match(
    bank_lines: pd.DataFrame,
    open_items: pd.DataFrame,
    policy: Policy | None = None,
    model: Model | None = None,
    history: History | None = None,
    as_of: date | None = None,
) -> MatchResult:
    """Allocate bank lines to open items, own accounts and ledger accounts as far as the evidence carries.

    What decides, in this order: a rule of the company that says `never`; own transfers; the company's rules for money out,
    and for money in that quotes no open document; returns; for all else the model, which weighs for each line the sets of
    documents that it may pay. What it is sure of is automatic, within the policy's floor, margin and ceilings; the rest is
    proposed with what else was possible, or left open with a coded reason. Rules on the evidence of what it chose accept
    less than the floor, ask for a person, or leave the line open. A line that the model leaves to a person may pay documents
    of another currency, at the bank's word or, as a proposal, at the rate of the day. The result is the same for any order of
    rows and any number of threads.

    Args:
        bank_lines: BANK_LINES; columns that may be null can be left out, as in all frames here.
        open_items: OPEN_ITEMS, one row per item, `open_amount` = what is open now.
        policy: accounts, rules, discounts, windows, floor, ceilings; the defaults if None.
        model: a trained model; the one that ships with the package if None.
        history: what was posted before; lines that it has explained are not matched again, and it teaches who pays for whom.
        as_of: the day on which a transfer's other side counts as missing; the last booking date if None.
    Raises:
        TableError: a frame breaks its declared table, or an item occurs twice.
        ParameterError: `model` is none. ModelError: it asks for features that this engine does not know.
    """
    policy = policy or Policy()
    return _Run(columns(bank_lines, open_items, policy, history), policy, _usable(model), as_of).result()


def match_with_rules(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy, model: Model | None = None,
    history: History | None = None, as_of: date | None = None,
) -> tuple[MatchResult, pd.DataFrame]:  # fmt: skip
    """As `match`, and which rules of the company fit which lines (`decision.fitting`)."""
    run = _Run(columns(bank_lines, open_items, policy, history), policy, _usable(model), as_of)
    found = run.result()
    return found, run.fitting(found)


def _usable(model: Model | None) -> Model:
    if model is None:
        return _shipped()
    if not isinstance(model, Model):
        raise ParameterError("match", [Fault("a trained model, or None", field="model", found=type(model).__name__)])
    model.require_known(feature.name for feature in KNOWN)
    return model


@cache
def _shipped() -> Model:
    return load_default(feature.name for feature in KNOWN)


@dataclass
class _Ruled:
    """What rules say of the lines before the model looks."""

    drafts: list[Draft]
    left: Mask
    shown: Code
    returns: Mask


class _Run:
    """One run over both sides."""

    def __init__(self, both: Columns, policy: Policy, model: Model, as_of: date | None) -> None:
        compile_meanwhile()
        self._both, self._policy, self._model = both, policy, model
        self._records = Records(both)
        last = int(both.lines.on.max(initial=0))
        self._as_of = as_of or day(last)
        self._settling = Settling(both, both.lines.amount != 0, policy.discount.grace_days)
        self._quoting = Quoting(self._settling.quotes, GLUED)
        self._quoted = Quoted(both, self._settling.quotes)
        self._limits = Limits(policy)

    def result(self) -> MatchResult:
        """Everything decided, as tables."""
        ruled = self._ruled()
        items, returns = self._both.items, Returns(self._records, self._policy, self._quoting, ruled.returns, ruled.left)
        self._held = np.zeros(len(ruled.left), bool)
        self._held[returns.held] = True
        outcome = run_on(self._settling.beside(ruled.left & ~self._held, items.open), self._model)
        looks, look = list(outcome.looks), outcome.look.copy()
        self._final, self._settling, self._n_looks = outcome.final, outcome.settling, len(looks)
        self._last_pass, self._links = looks[-1].name, outcome.links
        if self._held.any():
            self._look_again(looks, look, self._held, items.open, first=True)
        decided = self._exchanged(self._decided(looks, look, ruled), look, ruled, [])
        back = self._returned(returns, decided, ruled)
        decided = self._after_returns(decided, looks, look, ruled, back)
        decided = beside(self._both, self._exchanged(decided, look, ruled, back), [*ruled.drafts, *back])
        return self._told(decided, look, ruled, back)

    def fitting(self, found: MatchResult) -> pd.DataFrame:
        """Which rules of the company fit which lines, once there is a result."""
        return fitting(self._both, self._chosen, found.allocations, self._policy)

    def _ruled(self) -> _Ruled:
        both, rules = self._both, self._policy.rules.rule
        lines = both.lines
        left = lines.amount != 0
        first = first_rules(both, self._policy)
        then = np.array([rule.then for rule in rules] + [""], object)[first]
        drafts = [self._never(at, rules[first[at]].name) for at in np.flatnonzero(left & (then == "never")).tolist()]
        left &= then != "never"
        sounds, refunds = returns_and_refunds(self._records, self._policy, self._quoting, left)
        returns = sounds & ~refunds
        left &= ~returns
        self._transfers = Transfers(self._records, self._policy, left, self._quoted.any_open(), self._as_of)
        for draft in self._transfers.drafts():
            drafts.append(self._limited(draft))
            left[draft.line.at] = False
        gives = np.isin(then, ["ledger_account", "own_transfer"])
        mine = gives & left & ((lines.amount < 0) | ~self._quoted.open_here())
        drafts += [self._limited(assigned(self._records.line(at), rules[first[at]])) for at in np.flatnonzero(mine).tolist()]
        shown = np.where(then == "propose", first, NOTHING).astype(np.int32)
        self._given = {at: rules[first[at]] for at in np.flatnonzero(gives & returns).tolist()}
        left &= ~mine & ~self._of_the_bank()
        returns |= only_unmatched(self._records, self._quoting, refunds & left)
        return _Ruled(drafts, left, shown, returns)

    def _of_the_bank(self) -> Mask:
        """Fees and interest without another party: the bank's own, unless they quote an open document."""
        lines = self._both.lines
        own = np.isin(lines.kind, [LINE_KINDS.index("fee"), LINE_KINDS.index("interest")])
        return np.asarray(own & (lines.name == NOTHING) & (lines.payer == NOTHING) & ~self._quoted.any_open())

    def _never(self, at: int, rule: str) -> Draft:
        line = self._records.line(at)
        return unexplained(line, "never", sentence("rule_asks", amount=money(line), rule=rule))

    def _limited(self, draft: Draft) -> Draft:
        return self._limits.applied(draft)

    def _look_again(self, looks: list[Look], look: Code, todo: Mask, left: Whole, *, first: bool = False) -> None:
        """One more look for some lines, as the first or the last pass looks, at documents as they stand then."""
        name = looks[0].name if first else self._last_pass
        seen = look_at(self._settling.beside(todo, left), self._model, name)
        look[todo] = np.where(seen.set[todo] != NOTHING, len(looks), NOTHING)
        looks.append(seen)

    def _decided(self, looks: list[Look], look: Code, ruled: _Ruled) -> Decided:
        marked = Marked(ruled.shown, self._held, self._quoted, self._limits.spent, self._final)
        return decide(self._both, tuple(looks), look, self._model, self._policy, marked)

    def _standing(self, decided: Decided, drafts: list[Draft]) -> Standing:
        return Standing(self._records, decided.bets.line, decided.sure_rows(), drafts)

    def _returned(self, returns: Returns, decided: Decided, ruled: _Ruled) -> list[Draft]:
        """Returns of what stands; those that a rule of the company gives to an account; the rest stays open."""
        standing = self._standing(decided, ruled.drafts)
        found = [self._limited(draft) for draft in returns.drafts(standing.parts_of, standing.payers)]
        known = {draft.line.at for draft in found}
        return found + [
            self._limited(assigned(self._records.line(at), rule)) for at, rule in self._given.items() if at not in known
        ]

    def _exchanged(self, decided: Decided, look: Code, ruled: _Ruled, back: list[Draft]) -> Decided:
        """The same less what is only proposed for lines that pay documents of another currency; those join the drafts."""
        both, told = self._both, self._settling.quotes
        may = tell_of_another(both, told) & ruled.left & ~ruled.returns & ~self._quoted.paid_elsewhere()
        may[decided.bets.line[self._refused(decided)]] = False
        if not may.any():
            return decided
        drafts, quoted = [*ruled.drafts, *back], claims(both, told, decided)
        claimed = np.zeros(len(both.items), np.int64)
        np.add.at(claimed, quoted.item, quoted.allocated)
        rates = Rates(self._records, self._transfers.between_currencies(), self._policy.exchange.days)
        rule = Exchanged(self._records, self._policy, Quoting(told, 1), self._links, rates)
        left = both.items.open - fallen(len(both.items), decided.sure_rows(), drafts)
        found = rule.drafts(still_to_explain(may, decided, drafts, quoted).tolist(), left, claimed)
        ruled.drafts += [self._limited(self._asked(draft, ruled)) for draft in found]
        lines = np.array([draft.line.at for draft in found], np.int32)
        look[lines], ruled.left[lines] = NOTHING, False
        return decided.without(lines)

    def _asked(self, draft: Draft, ruled: _Ruled) -> Draft:
        """The same as a question, if a rule of the company wants a person to see the line."""
        rule = int(ruled.shown[draft.line.at])
        if rule == NOTHING:
            return draft
        return draft.doubted("proposed", sentence("rule_shows", rule=draft.rule, wants=self._policy.rules.rule[rule].name))

    def _after_returns(self, decided: Decided, looks: list[Look], look: Code, ruled: _Ruled, back: list[Draft]) -> Decided:
        """Documents that a return of a part reopens are offered once more to the lines that are still open."""
        left = self._both.items.open - fallen(len(self._both.items), decided.sure_rows(), ruled.drafts)
        reopened = left - fallen(len(left), decided.sure_rows().take(np.zeros(0, np.int64)), back)
        open_again = np.abs(reopened) > np.abs(left)
        if open_again.any():
            todo = self._may_pay(open_again) & ruled.left
            todo[decided.bets.line[decided.sure]] = False
            if todo.any():
                before = look.copy()
                self._look_again(looks, look, todo, reopened)
                look[:] = np.where(_touches(looks[-1], look, len(looks) - 1, open_again), look, before)
                decided = self._decided(looks, look, ruled)
        return self._lawful(decided, ruled, back)

    def _may_pay(self, items: Mask) -> Mask:
        """Lines that quote one of these documents, or whose payer may owe one."""
        found, links = self._quoted.of_any(items), self._links
        found[links.line[np.isin(links.debtor, self._both.items.debtor[items])]] = True
        return found

    def _lawful(self, decided: Decided, ruled: _Ruled, back: list[Draft]) -> Decided:
        """No document changes sign: what would make one do so is shown to a person, and what then is too much is left open."""
        self._chosen = decided
        decided = decided.without(decided.bets.line[self._refused(decided)])
        items, drafts = self._both.items, [*ruled.drafts, *back]
        while (sand := decided.on_sand(items.open, self._n_looks)).any():
            decided = decided.doubted(sand)
        left = items.open - fallen(len(items), decided.sure_rows(), drafts)
        decided = decided.doubted(decided.touching(_beyond(left, items.amount)))
        left = items.open - fallen(len(items), decided.sure_rows(), drafts)
        return decided.without(decided.too_much(left, items.amount))

    def _refused(self, decided: Decided) -> Mask:
        """Bets that a rule of the company on their evidence leaves to a person."""
        return says(self._policy, decided.rule, "never")

    def _told(self, decided: Decided, look: Code, ruled: _Ruled, back: list[Draft]) -> MatchResult:
        items = self._both.items
        left = items.open - fallen(len(items), decided.sure_rows(), [*ruled.drafts, *back])
        standing = Standing(self._records, decided.bets.line, decided.rows, [*ruled.drafts, *back], ~decided.sure)
        quoting = Quoting(self._settling.quotes, 1)
        open_lines = OpenLines(self._records, self._policy, standing, left, quoting, self._links)
        otherwise = dict([*self._paid_already(decided, open_lines), *self._sisters(decided, open_lines)])
        decided = decided.without(np.array([line.at for line in otherwise], np.int32))
        drafts = [*ruled.drafts, *back, *otherwise.values()]
        refused, rules = self._refused(self._chosen), self._policy.rules.rule
        told = zip(self._chosen.bets.line[refused].tolist(), self._chosen.rule[refused].tolist(), strict=True)
        drafts += [self._never(at, rules[rule].name) for at, rule in told]
        known = np.zeros(len(look), bool)
        known[[draft.line.at for draft in drafts]] = True
        known[decided.bets.line] = True
        for at in np.flatnonzero((self._both.lines.amount != 0) & ~known).tolist():
            drafts.append(open_lines.why(self._records.line(at), bool(ruled.returns[at])))
        return result(self._records, self._policy, self._model, decided, self._final, look, drafts, left)

    def _paid_already(self, decided: Decided, open_lines: OpenLines) -> list[tuple[Line, Draft]]:
        """Proposals of other documents for a line that only quotes documents that are closed: to another amount, or though the
        line is a payment of those again."""
        closed, exact = decided.only_closed()
        doubtful = np.flatnonzero(closed & ~decided.sure)
        lines = [self._records.line(int(at)) for at in decided.bets.line[doubtful]]
        told = zip(lines, exact[doubtful].tolist(), strict=True)
        drafts = [(line, open_lines.why(line, is_return=False), fits) for line, fits in told]
        return [(line, draft) for line, draft, fits in drafts if not fits or draft.reason == "possible_duplicate"]

    def _sisters(self, decided: Decided, open_lines: OpenLines) -> list[tuple[Line, Draft]]:
        """Proposals whose line quotes a sister company's document of its very amount: that is what it pays."""
        doubtful = decided.bets.line[~decided.sure]
        lines = [self._records.line(at) for at in doubtful[self._quoted.elsewhere()[doubtful]].tolist()]
        told = [(line, open_lines.sister(line)) for line in lines]
        return [(line, unexplained(line, "other_entity", what)) for line, what in told if what]


def _touches(look: Look, chosen: Code, number: int, items: Mask) -> Mask:
    """Lines for which this look chose a set with one of these documents."""
    sets = look.seen.sets
    holds = segments.most(items[sets.items].astype(np.int8), sets.start) > 0
    found: Mask = np.asarray(chosen == number)
    found[found] = holds[look.set[found]]
    return found


def _beyond(left: Whole, amount: Whole) -> Mask:
    """Documents of which more than all is gone."""
    return np.asarray(np.sign(left) * np.sign(amount) < 0)
