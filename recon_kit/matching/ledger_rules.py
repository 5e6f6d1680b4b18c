"""rules.toml at work: which rule, if any, fits a line; the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from recon_kit.matching.book import Draft, Part, Seen
from recon_kit.matching.sides import Line, shown
from recon_kit.policy import Amounts, Policy, Rule, plain_account

Fits = Callable[[Line], bool]


class LedgerRules:
    """The company's rules, compiled once; every pattern looks at each distinct text once."""

    def __init__(self, policy: Policy) -> None:
        self._rules = [(rule, _conditions(rule)) for rule in policy.rules.rule]

    def first(self, line: Line) -> Rule | None:
        """The first rule whose every condition holds."""
        return next((rule for rule, fits in self._rules if all(holds(line) for holds in fits)), None)


def assigned(line: Line, rule: Rule) -> Draft:
    """The whole line as the rule assigns it: to its ledger account, or as own transfer."""
    own = rule.then == "own_transfer"
    part = Part("own_transfer" if own else "ledger_account", line.amount, gl_account=rule.gl_account)
    where = "own transfer" if own else f"ledger account {rule.gl_account}"
    seen = (Seen("rule of the company", "fits", rule.note or where), Seen("amount", "any", shown(line.amount, line.currency)))
    return Draft(line, rule.name, (part,), seen, fingerprint=rule.fingerprint)


def _conditions(rule: Rule) -> list[Fits]:
    """The conditions that the rule states, the cheap ones first."""
    conditions: list[Fits] = []
    if rule.direction != "both":
        wanted = 1 if rule.direction == "in" else -1
        conditions.append(lambda line: line.amount * wanted > 0)
    if rule.entity:
        conditions.append(lambda line: line.entity == rule.entity)
    if rule.account:
        ours = {plain_account(account) for account in rule.account}
        conditions.append(lambda line: line.account in ours)
    if rule.kind:
        conditions.append(lambda line: line.kind in rule.kind)
    if rule.counterparty_account:
        theirs = {plain_account(account) for account in rule.counterparty_account}
        conditions.append(lambda line: line.payer in theirs)
    conditions += _amount_conditions(rule.at_least, rule.at_most)
    if rule.counterparty:
        named = _speaks_of(rule.counterparty)
        conditions.append(lambda line: named(line.name or ""))
    if rule.text:
        quoted = _speaks_of(rule.text)
        conditions.append(lambda line: quoted(line.remittance or "") or quoted(line.reference or ""))
    return conditions


def _amount_conditions(least: Amounts | None, most: Amounts | None) -> list[Fits]:
    """A currency that the rule does not name is not meant by it."""
    conditions: list[Fits] = []
    if least is not None:
        conditions.append(lambda line: line.currency in least and abs(line.amount) >= least[line.currency])
    if most is not None:
        conditions.append(lambda line: line.currency in most and abs(line.amount) <= most[line.currency])
    return conditions


def _speaks_of(phrases: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text has any of the phrases at word boundaries, ignoring case; a blank stands for any blanks.

    >>> _speaks_of(["Miete", "Lohn*"])("Lohnsteuer 10/2026"), _speaks_of(["Miete"])("Vermietet")
    (True, False)
    """
    pattern = re.compile("|".join(_phrase(phrase) for phrase in phrases), re.IGNORECASE)

    @cache
    def found(text: str) -> bool:
        return pattern.search(text) is not None

    return found


def _phrase(phrase: str) -> str:
    words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in phrase.split()]
    left = r"(?<!\w)" if not phrase.startswith("*") else ""
    right = r"(?!\w)" if not phrase.endswith("*") else ""
    return left + r"\s+".join(words) + right
