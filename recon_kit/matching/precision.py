"""How far each rule may be trusted: its precision as measured on held-out truth, and what policy makes of it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import sqrt

from recon_kit.matching.book import Draft
from recon_kit.matching.sides import shown
from recon_kit.policy import Policy

_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Precision:
    """What was measured of one rule.

    Args:
        n, wrong: matches checked against truth, and how many of them were wrong in any part.
        probability: that a match of this rule is right, (right + 1) / (n + 2).
        lower95, upper95: the 95 % interval of the precision.
        measured_on: the data, in words.
    """

    n: int
    wrong: int
    probability: float
    lower95: float
    upper95: float
    measured_on: str


@cache
def measured() -> dict[str, Precision]:
    """The shipped measurements: by name those of our rules, by fingerprint those of the sample company's."""
    text = files("recon_kit.matching").joinpath("rule_precision.json").read_text("utf-8")
    return {name: Precision(**values) for name, values in json.loads(text).items()}


def probability_of(draft: Draft) -> float | None:
    """That the match is right, as its rule was measured; None for a rule of the company that nobody measured."""
    found = measured().get(draft.measured_as)
    return found.probability if found else None


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, exact enough for small counts; (0, 1) if nothing was counted.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).

    >>> [round(bound, 4) for bound in wilson(99, 100)]
    [0.9455, 0.9982]
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, _Z95**2
    middle, half = share + z2 / (2 * n), _Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


class Limits:
    """Turns sure matches into proposals where the rule's precision or the money at stake asks for a person."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._spent: dict[str, int] = defaultdict(int)

    def applied(self, draft: Draft) -> Draft:
        """The match as it may stand; a run's ceiling is used up in the order in which matches come here."""
        if not draft.sure:
            return draft
        amount, currency = abs(draft.line.amount), draft.line.currency
        if doubt := self._doubt(draft):
            return draft.doubted("proposed", f"Rule {draft.rule} fits; {doubt}.")
        if why := self._over(amount, currency):
            return replace(draft, sure=False, reason="over_ceiling", detail=f"Rule {draft.rule} fits, but {why}.")
        self._spent[currency] += amount
        return draft

    def _doubt(self, draft: Draft) -> str:
        """Ours decides if it was shown to hold the floor; a company's own is its instruction, until shown not to hold it."""
        floor, found = self._policy.matching.floor, measured().get(draft.measured_as)
        below = f"below the floor of {floor:.1%}"
        if draft.fingerprint:
            return f"its precision is at most {found.upper95:.1%}, {below}" if found and found.upper95 < floor else ""
        if found is None:
            raise LookupError(f"rule {draft.rule} of ours was never measured")
        return f"its precision is known only to be at least {found.lower95:.1%}, {below}" if found.lower95 < floor else ""

    def _over(self, amount: int, currency: str) -> str:
        per_match, per_run = (
            ceiling.get(currency) for ceiling in (self._policy.ceilings.per_match, self._policy.ceilings.per_run)
        )
        if per_match is None:
            return f"no ceiling is set for {currency}, so nothing in it is automatic"
        if amount > per_match:
            return f"{shown(amount, currency)} is above the ceiling of {shown(per_match, currency)} for a match"
        if per_run is not None and self._spent[currency] + amount > per_run:
            return f"the ceiling of {shown(per_run, currency)} for a run is used up"
        return ""
