"""`match`: which line paid what. Sure rules first, in order of date; then proposals out of what they leave; then reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.book import Book, Draft, unexplained
from recon_kit.matching.ledger_rules import LedgerRules, assigned
from recon_kit.matching.precision import Limits
from recon_kit.matching.proposals import Proposals
from recon_kit.matching.references import open_groups, referenced
from recon_kit.matching.result import MatchResult, result
from recon_kit.matching.returns import Returns, is_return
from recon_kit.matching.sides import History, Line, sides
from recon_kit.matching.transfers import Transfers
from recon_kit.matching.words import money
from recon_kit.policy import Policy, Rule
from recon_kit.sentences import sentence


def match(
    bank_lines: pd.DataFrame,
    open_items: pd.DataFrame,
    policy: Policy | None = None,
    model: Any = None,
    history: History | None = None,
    as_of: date | None = None,
) -> MatchResult:
    """Allocate bank lines to open items, own accounts and ledger accounts as far as the evidence carries.

    What decides, in this order: a rule of the company that says `never`; a return; an own transfer; for money out the
    company's rules and then quoted documents, for money in quoted documents and then the company's rules. A credit that
    quotes an open document is never given to a ledger account. In order of booking date, so of two lines that pay the
    same document the first has it. The result is the same for any order of rows.

    Args:
        bank_lines: BANK_LINES; columns that may be null can be left out, as in all frames here.
        open_items: OPEN_ITEMS, one row per item, `open_amount` = what is open now.
        policy: accounts, rules, discounts, windows, ceilings; the defaults if None.
        model: a trained model; none is known to this version yet.
        history: what was posted before; lines that it has explained are not matched again.
        as_of: the day on which a transfer's other side counts as missing; the last booking date if None.
    Raises:
        TableError: a frame breaks its declared table, or an item occurs twice.
        ParameterError: a model was given.
    """
    if model is not None:
        raise ParameterError(
            "match", [Fault("None: this version matches by rules only", field="model", found=type(model).__name__)]
        )
    return result(_Run(sides(bank_lines, open_items, policy or Policy(), history), policy or Policy(), as_of).drafts())


class _Run:
    """One run over both sides."""

    def __init__(self, both: Any, policy: Policy, as_of: date | None) -> None:
        self._book = Book(both, policy)
        self._lines: list[Line] = sorted(
            both.lines, key=lambda line: (line.on, is_return(line), line.entity, line.account, line.id)
        )
        last = as_of or max((line.on for line in self._lines), default=date.min)
        self._returns, self._transfers = Returns(self._book), Transfers(both, policy, last)
        self._rules, self._limits, self._waiting = LedgerRules(policy), Limits(policy), dict[tuple[str, str], Draft]()
        self._rule_of = {(line.entity, line.id): self._rules.first(line) for line in self._lines}

    def drafts(self) -> list[Draft]:
        """One draft a line, in canonical order; lines of amount 0 need none."""
        lines = [line for line in self._lines if line.amount]
        for line in lines:
            self._decide(line)
        proposals = Proposals(self._book)
        for line in lines:
            if not self._book.decided(line):
                waiting = self._waiting.get((line.entity, line.id))
                self._book.take(waiting or self._noted(proposals.draft(line)))
        return [self._book.drafts[line.entity, line.id] for line in lines]

    def _decide(self, line: Line) -> None:
        draft = self._draft(line)
        if draft is None:
            return
        draft = self._noted(draft)
        sure_of_whom = draft.sure
        draft = self._limits.applied(draft)
        if sure_of_whom:
            self._book.take(draft)
        elif not any(part.item for part in draft.parts):
            self._waiting[line.entity, line.id] = draft

    def _draft(self, line: Line) -> Draft | None:
        rule = self._rule_of[line.entity, line.id]
        if rule and rule.then == "never":
            return unexplained(line, "never", sentence("rule_asks", amount=money(line), rule=rule.name))
        if is_return(line):
            return self._returns.matched(line) or self._ruled(line, rule)
        if transfer := self._transfers.matched(line):
            return transfer
        if line.amount < 0:
            return self._ruled(line, rule) or referenced(line, self._book)
        if draft := referenced(line, self._book):
            return draft
        return None if open_groups(line, self._book, self._book.hits(line)) else self._ruled(line, rule)

    def _ruled(self, line: Line, rule: Rule | None) -> Draft | None:
        return assigned(line, rule) if rule and rule.then in ("ledger_account", "own_transfer") else None

    def _noted(self, draft: Draft) -> Draft:
        """A line that a rule wants to be shown to a person is only ever proposed."""
        rule = self._rule_of[draft.line.entity, draft.line.id]
        if draft.sure and rule and rule.then == "propose":
            return draft.doubted("proposed", sentence("rule_shows", rule=draft.rule, wants=rule.name))
        return draft
