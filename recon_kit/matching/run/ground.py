"""What a run stands on from its first step to its last, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns, Whole
from recon_kit.matching.decision.instructions import says
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.decision.quoted import Quoted
from recon_kit.matching.decision.standing import fallen
from recon_kit.matching.evidence.quotes import GLUED
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.model import Model
from recon_kit.matching.precision import Limits
from recon_kit.matching.records import Records, day
from recon_kit.matching.rules.drafts import Draft, unexplained
from recon_kit.matching.rules.transfers import Transfers
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.scoring.running import Outcome
from recon_kit.matching.scoring.settling import Settling
from recon_kit.matching.words import money
from recon_kit.policy import Policy, Rule
from recon_kit.sentences import sentence

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """Both sides and all that is asked of them; made by `Ground.of`.

    Args:
        settling: before any pass, with every quote. quoting: numbers quoted in full, one by one; quoted: of all lines at once.
        limits: precision and ceilings of rules; it keeps count of what they use up.
    """

    both: Columns
    policy: Policy
    model: Model
    as_of: date
    records: Records
    settling: Settling
    quoting: Quoting
    quoted: Quoted
    limits: Limits

    @classmethod
    def of(cls, both: Columns, policy: Policy, model: Model, as_of: date | None) -> Ground:
        """The ground of a run over both sides; `as_of` is the last booking date if None."""
        settling = Settling(both, both.lines.amount != 0, policy.discount.grace_days)
        last = day(both.lines.on.max(initial=0))
        told = settling.quotes
        return cls(
            both,
            policy,
            model,
            as_of or last,
            Records(both),
            settling,
            Quoting(told, GLUED),
            Quoted(both, told),
            Limits(policy),
        )

    def never(self, at: int, rule: int) -> Draft:
        """A line that a rule of the company leaves to a person."""
        line, name = self.records.line(at), self.policy.rules.rule[rule].name
        return unexplained(line, "never", sentence("rule_asks", amount=money(line), rule=name))

    def refused(self, decided: Decided) -> Mask:
        """Bets that a rule of the company on their evidence leaves to a person."""
        return says(self.policy, decided.rule, "never")


@dataclass(frozen=True)
class Ruled:
    """What rules say of the lines before the model looks.

    Args:
        drafts: what they decide. left: lines that the model may explain. returns: lines that turn back a payment.
        shown: of each line the position of the rule that wants a person to see it, NOTHING without one.
        given: rules that give a return to an account if nothing is found that it turns back, by line.
    """

    drafts: tuple[Draft, ...]
    left: Mask
    shown: Code
    returns: Mask
    given: dict[int, Rule]
    transfers: Transfers


@dataclass(frozen=True)
class Course:
    """How far a run has come.

    Args:
        drafts: what rules decided so far, returns apart. back: what returns take back.
        left: lines that are still the model's. held: lines that a return of this run takes back in full.
        looks: every look, the run's own first; look: of each line the number of the one whose set counts, NOTHING for none.
    """

    ruled: Ruled
    held: Mask
    outcome: Outcome
    looks: tuple[Look, ...]
    look: Code
    decided: Decided
    drafts: tuple[Draft, ...]
    left: Mask
    back: tuple[Draft, ...] = ()

    @property
    def every_draft(self) -> list[Draft]:
        """What rules and returns decided."""
        return [*self.drafts, *self.back]

    def still_open(self, ground: Ground) -> Whole:
        """What automatic matches, rules and returns leave of each document, minor units."""
        items = ground.both.items
        return items.open - fallen(len(items), self.decided.sure_rows(), self.every_draft)
