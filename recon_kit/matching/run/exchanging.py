"""What other currencies pay: lines that nothing surely explains, and documents of another currency that are still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.decision.exchanges import beside, claims, still_to_explain, tell_of_another
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.rules.drafts import Draft
from recon_kit.matching.rules.exchanged import Exchanged
from recon_kit.matching.rules.rates import Rates
from recon_kit.matching.run.ground import Course, Ground, Mask, Ruled
from recon_kit.sentences import sentence


@dataclass(frozen=True)
class Foreign:
    """What a run knows of other currencies, read from its lines once.

    Args:
        lines: those that tell of another currency, and name no sister company's document of their amount.
    """

    ground: Ground
    ruled: Ruled
    lines: Mask

    @classmethod
    def of(cls, ground: Ground, ruled: Ruled) -> Foreign:
        """That of a run."""
        tell = tell_of_another(ground.both, ground.settling.quotes)
        return cls(ground, ruled, tell & ~ruled.returns & ~ground.quoted.paid_elsewhere())

    @cached_property
    def rates(self) -> Rates:
        """The rates that the bank took on other lines."""
        policy = self.ground.policy
        return Rates(self.ground.records, self.ruled.transfers.between_currencies(), policy.exchange.days)


def exchanged(foreign: Foreign, course: Course) -> Course:
    """With lines that pay documents of another currency among the drafts, and without what was only proposed for them."""
    ground, decided = foreign.ground, course.decided
    both, told = ground.both, ground.settling.quotes
    may = foreign.lines & course.left
    may[decided.bets.line[ground.refused(decided)]] = False
    if not may.any():
        return course
    quoted = claims(both, told, decided)
    claimed = np.zeros(len(both.items), np.int64)
    np.add.at(claimed, quoted.item, quoted.allocated)
    rule = Exchanged(ground.records, ground.policy, Quoting(told, 1), course.outcome.links, foreign.rates)
    lines = still_to_explain(may, decided, course.every_draft, quoted).tolist()
    found = rule.drafts(lines, course.still_open(ground), claimed)
    drafts = [ground.limits.applied(_asked(ground, course, draft)) for draft in found]
    mine = np.array([draft.line.at for draft in found], np.int32)
    look, left = course.look.copy(), course.left.copy()
    look[mine], left[mine] = NOTHING, False
    return replace(course, drafts=(*course.drafts, *drafts), look=look, left=left, decided=decided.without(mine))


def beside_exchanges(ground: Ground, course: Course) -> Course:
    """Without proposals that ask for more of a document than exchanges leave of it."""
    return replace(course, decided=beside(ground.both, course.decided, course.every_draft))


def _asked(ground: Ground, course: Course, draft: Draft) -> Draft:
    """The same as a question, if a rule of the company wants a person to see the line."""
    rule = int(course.ruled.shown[draft.line.at])
    if rule == NOTHING:
        return draft
    wants = ground.policy.rules.rule[rule].name
    return draft.doubted("proposed", sentence("rule_shows", rule=draft.rule, wants=wants))
