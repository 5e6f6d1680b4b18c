"""A match in the making, of one line: what it pays, on what evidence, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from recon_kit.matching.records import Item, Line
from recon_kit.sentences import Sentence
from recon_kit.tables import ITEM_ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Part:
    """One future allocation row; `allocated` is signed like the item, else like the line."""

    kind: str
    allocated: int
    item: Item | None = None
    customer_id: str | None = None
    gl_account: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of evidence: what was looked at, and what was found on a named ladder."""

    feature: str
    level: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A line that a rule decides, or that stays open.

    Args:
        rule: name of the rule that made it.
        sure: whether it may be automatic, if precision and ceilings allow.
        reason, detail: why a person has to look; empty while nothing stands against it.
        fingerprint: of the rule of the company that decided; empty for a rule of ours.
        rests_on: probability of the match that it takes back, where that is itself only proposed.
    """

    line: Line
    rule: str
    parts: tuple[Part, ...]
    seen: tuple[Seen, ...] = ()
    sure: bool = True
    reason: str = ""
    detail: Sentence | None = None
    fingerprint: str = ""
    rests_on: float = 1.0

    @property
    def measured_as(self) -> str:
        """What its precision is looked up by."""
        return self.fingerprint or self.rule

    @property
    def exchanged(self) -> bool:
        """Whether it pays documents of another currency, or takes that back."""
        return any(part.kind == "exchange" for part in self.parts)

    def doubted(self, reason: str, detail: Sentence) -> Draft:
        """The same match as a proposal, with the first reason that was given for it."""
        return replace(self, sure=False, reason=self.reason or reason, detail=self.detail or detail)


def unexplained(line: Line, reason: str, detail: Sentence) -> Draft:
    """A line that stays open, and why."""
    return Draft(line, reason, (), (), False, reason, detail)


def cash(parts: Iterable[Part], currency: str) -> int:
    """What of the parts is the line's own money; a discount, say, closes a document without any.

    Args:
        currency: that of the line; a document of another one is paid out of an `exchange`.
    """
    return sum(part.allocated for part in parts if part.kind not in ITEM_ALLOCATIONS or _is_cash(part, currency))


def _is_cash(part: Part, currency: str) -> bool:
    return part.kind == "payment" and (part.item is None or part.item.currency == currency)
