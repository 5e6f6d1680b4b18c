"""How far each rule may be trusted: its precision as measured on held-out truth, and what policy makes of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from math import sqrt

from recon_kit.matching.rules.drafts import Draft
from recon_kit.policy import Policy
from recon_kit.sentences import Sentence, sentence

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
    """That the match is right, as its rule was measured, and what it rests on; None for a rule of the company that nobody
    measured."""
    found = measured().get(draft.measured_as)
    return found.probability * draft.rests_on if found else None


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

    @property
    def spent(self) -> Mapping[str, int]:
        """Minor units of what was decided so far, by currency."""
        return self._spent

    def applied(self, draft: Draft) -> Draft:
        """The match as it may stand; a run's ceiling is used up in the order in which matches come here."""
        if not draft.sure:
            return draft
        amount, currency = abs(draft.line.amount), draft.line.currency
        if doubt := self._doubt(draft):
            return draft.doubted("proposed", doubt)
        if why := self._over(draft.rule, amount, currency):
            return replace(draft, sure=False, reason="over_ceiling", detail=why)
        self._spent[currency] += amount
        return draft

    def _doubt(self, draft: Draft) -> Sentence | None:
        """Ours decides if it was shown to hold the floor; a company's own is its instruction, until shown not to hold it."""
        floor, found = self._policy.matching.rules_floor, measured().get(draft.measured_as)
        told = partial(sentence, rule=draft.rule, floor=_percent(floor))
        if draft.fingerprint:
            return told("rule_at_most", share=_percent(found.upper95)) if found and found.upper95 < floor else None
        if found is None:
            raise LookupError(f"rule {draft.rule} of ours was never measured")
        if found.lower95 >= floor:
            return None
        if floor >= 1:
            return sentence("rule_never", rule=draft.rule, floor=f"{100 * floor:g}")
        return told("rule_at_least", share=_percent(found.lower95))

    def _over(self, rule: str, amount: int, currency: str) -> Sentence | None:
        per_match, per_run = (
            ceiling.get(currency) for ceiling in (self._policy.ceilings.per_match, self._policy.ceilings.per_run)
        )
        if per_match is None:
            return sentence("no_ceiling", rule=rule, currency=currency)
        if amount > per_match:
            return sentence("above_ceiling", rule=rule, amount=(amount, currency), ceiling=(per_match, currency))
        if per_run is not None and self._spent[currency] + amount > per_run:
            return sentence("ceiling_used_up", rule=rule, ceiling=(per_run, currency))
        return None


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
