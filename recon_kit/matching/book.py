"""What has been decided so far: no document is paid twice, because every rule asks here what is left of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from recon_kit.matching.numbers import Hit, Numbers
from recon_kit.matching.sides import Item, Line, Posted, Sides
from recon_kit.policy import Policy
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
    """A match in the making.

    Args:
        rule: name of the rule that made it.
        sure: whether it may be automatic, if precision and ceilings allow.
        reason, detail: why a person has to look; empty while nothing stands against it.
        others: the sets of parts that explain the line too, best first.
        fingerprint: of the rule of the company that decided; empty for a rule of ours.
    """

    line: Line
    rule: str
    parts: tuple[Part, ...]
    seen: tuple[Seen, ...] = ()
    sure: bool = True
    reason: str = ""
    detail: Sentence | None = None
    others: tuple[tuple[Part, ...], ...] = ()
    fingerprint: str = ""

    @property
    def measured_as(self) -> str:
        """What its precision is looked up by."""
        return self.fingerprint or self.rule

    def doubted(self, reason: str, detail: Sentence) -> Draft:
        """The same match as a proposal, with the first reason that was given for it."""
        return replace(self, sure=False, reason=self.reason or reason, detail=self.detail or detail)


def unexplained(line: Line, reason: str, detail: Sentence) -> Draft:
    """A line that stays open, and why."""
    return Draft(line, reason, (), (), False, reason, detail)


@dataclass
class Book:
    """The state of one run: what is left of each item, which line paid what, and what texts quote."""

    sides: Sides
    policy: Policy
    numbers: Numbers = field(init=False)
    left: list[int] = field(init=False)
    net: dict[int, int] = field(init=False)
    payers: dict[int, list[tuple[Line, int]]] = field(init=False)
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    customer_of: dict[tuple[str, str], str | None] = field(init=False)
    _quoted: dict[tuple[str | None, ...], tuple[Hit, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.sides.items)
        self.left = [item.open for item in self.sides.items]
        self.net = defaultdict(int)
        self.payers = defaultdict(list)
        known = {(line.entity, line.id): line for line in self.sides.known_lines}
        for key, rows in self.sides.posted.items():
            for row in rows:
                if row.item is not None and row.kind in ITEM_ALLOCATIONS:
                    self.net[row.item.at] += row.allocated
                    if key in known:
                        self.payers[row.item.at].append((known[key], row.allocated))
        self.customer_of = _payer_links(self.sides, known)

    def hits(self, line: Line) -> tuple[Hit, ...]:
        """The numbers that a line quotes in its text, its structured reference or its end-to-end id."""
        texts = (line.remittance, line.reference, line.e2e)
        if texts not in self._quoted:
            self._quoted[texts] = self.numbers.quoted(*texts)
        return self._quoted[texts]

    def take(self, draft: Draft) -> None:
        """Enter a match: what it pays is no longer there for others."""
        self.drafts[draft.line.entity, draft.line.id] = draft
        for part in draft.parts:
            if part.item is not None:
                self.left[part.item.at] -= part.allocated
                if draft.sure:
                    self.net[part.item.at] += part.allocated
                    self.payers[part.item.at].append((draft.line, part.allocated))

    def decided(self, line: Line) -> bool:
        """Whether the line has its match."""
        return (line.entity, line.id) in self.drafts

    def parts_of(self, line: Line) -> list[Part]:
        """What stands for a line: posted before, or automatic in this run."""
        draft = self.drafts.get((line.entity, line.id))
        if draft:
            return list(draft.parts) if draft.sure else []
        return [_part(row) for row in self.sides.posted.get((line.entity, line.id), [])]

    def agrees(self, line: Line, item: Item) -> bool:
        """Whether the payer is known to be the item's customer, by account or by exactly the same name."""
        by_account = line.payer and (
            line.payer == item.customer_account
            or (item.customer_id and self.customer_of.get((line.entity, line.payer)) == item.customer_id)
        )
        return bool(by_account) or (line.name is not None and same_name(line.name, item.customer_name))


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are the same but for case, blanks and marks; unknown is never the same."""
    return bool(one and other) and plain_name(one) == plain_name(other)


def plain_name(name: str | None) -> str:
    """A name as it is compared: letters and digits only, without case."""
    return "".join(c for c in (name or "").casefold() if c.isalnum())


def _part(row: Posted) -> Part:
    return Part(row.kind, row.allocated, row.item, row.customer_id, row.gl_account)


def _payer_links(sides: Sides, known: dict[tuple[str, str], Line]) -> dict[tuple[str, str], str | None]:
    """Account -> customer, by what the ledger says and by posted matches; None where two customers share one."""
    links: dict[tuple[str, str], str | None] = {}
    said = ((item.entity, item.customer_account, item.customer_id) for item in sides.items)
    for entity, account, customer in [*said, *_proven(sides, known)]:
        if account and customer:
            links[entity, account] = customer if links.get((entity, account), customer) == customer else None
    return links


def _proven(sides: Sides, known: dict[tuple[str, str], Line]) -> Iterable[tuple[str, str, str | None]]:
    for key, rows in sides.posted.items():
        line = known.get(key)
        for row in rows if line else ():
            if row.item is not None and row.kind == "payment":
                yield line.entity, line.payer, row.item.customer_id  # type: ignore[union-attr]
