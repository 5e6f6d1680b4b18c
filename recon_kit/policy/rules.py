"""rules.toml: what a company decided once about lines of a kind, in words that a person can read and change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import Literal

from recon_kit.errors import Fault
from recon_kit.policy.toml import Amounts

Pattern = Literal[
    "reference_exact", "reference_discount", "reference_partly", "quoted_group", "quoted_part", "payout_reference",
    "deposit_reference", "short_payment", "part_payment", "overpayment", "less_charges", "payer_amount", "payer_group",
    "amount_window", "amount_alone", "oldest_of_equals",
]  # fmt: skip
"""What a set of documents looks like that the model chose, in one word."""
Reference = Literal["check_digits", "number", "order_number", "digits", "part", "some", "missing"]
"""How the text quotes the least quoted document of the set; "some": others of it are quoted."""
Payer = Literal[
    "ledger_account", "proven_account", "customer_number", "quoted_document", "same_name", "similar_name",
    "provider_or_till", "unknown",
]  # fmt: skip
"""How the payer is known to be who owes the documents."""
Amount = Literal["exact", "discount", "short", "over", "charges"]
"""How the line's amount and the documents' sum compare."""

EVIDENCE = ("pattern", "reference", "payer", "amount", "customer", "documents_at_most")
"""Conditions on the set of documents that the model chose for a line, instead of on the line."""


@dataclass(frozen=True)
class Rule:
    """One pattern and what follows from it; every condition given must hold, within a list any one does.

    Args:
        name: unique; shown as the basis of what the rule did.
        then: "ledger_account" (the whole line goes to `gl_account`), "own_transfer" (money between own accounts),
            "propose" (match it, but never without a person), "never" (leave it open), or "accept" (match it without a person
            although the model is less sure than its floor; whatever else stands against a match still does).
        text: words or phrases looked for in the payment text, ignoring case, at word boundaries; "*" stands for letters.
        counterparty: names, in the same way.
        counterparty_account: accounts of the other side.
        kind: kinds of bank line.
        direction: money "in", money "out", or both.
        entity, account: only there.
        at_least, at_most: absolute amount by currency.
        pattern, reference, payer, amount: evidence of the set of documents that the model chose.
        customer: ids; to accept all its documents have to be theirs, to ask a person one of them is enough.
        documents_at_most: in the set.
    """

    name: str
    then: Literal["ledger_account", "own_transfer", "propose", "never", "accept"]
    gl_account: str | None = None
    text: tuple[str, ...] = ()
    counterparty: tuple[str, ...] = ()
    counterparty_account: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    direction: Literal["in", "out", "both"] = "both"
    entity: str | None = None
    account: tuple[str, ...] = ()
    at_least: Amounts | None = None
    at_most: Amounts | None = None
    note: str | None = None
    pattern: tuple[Pattern, ...] = ()
    reference: tuple[Reference, ...] = ()
    payer: tuple[Payer, ...] = ()
    amount: tuple[Amount, ...] = ()
    customer: tuple[str, ...] = ()
    documents_at_most: int | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Names of the conditions on evidence that it states."""
        return tuple(name for name in EVIDENCE if getattr(self, name) not in ((), None))

    @property
    def after_model(self) -> bool:
        """Whether it is looked at once the model has chosen, and not before."""
        return self.then == "accept" or bool(self.evidence)

    @property
    def fingerprint(self) -> str:
        """Hash of what the rule asks and does, its name and note left out: what was measured of one holds for its like.

        >>> Rule("rent", "never", text=("Miete",)).fingerprint == Rule("Miete", "never", text=("Miete",), note="x").fingerprint
        True
        """
        asked = astuple(replace(self, name="", note=None))
        counted = asked if self.evidence else asked[: -len(EVIDENCE)]  # what was measured before there was evidence still holds
        return hashlib.blake2b(repr(counted).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Rules:
    """The table of rules, in order: the first that fits decides."""

    rule: tuple[Rule, ...] = ()


def rule_faults(rules: Rules) -> Iterator[Fault]:
    """What no rule may be: without a name of its own, without a condition, or asking what it cannot know in time."""
    names = [rule.name for rule in rules.rule]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("each rule's name once", field="rule.name", found=name)
    for rule in rules.rule:
        yield from _faults(rule)


def _faults(rule: Rule) -> Iterator[Fault]:
    place, evidence = f"rule {rule.name}", rule.evidence
    if rule.then == "ledger_account" and not rule.gl_account:
        yield Fault("a gl_account, as it assigns lines to one", field=place)
    if rule.then in ("ledger_account", "own_transfer") and evidence:
        told = f"no {', '.join(evidence)}: a line that goes to a ledger account or is a transfer pays no documents to look at"
        yield Fault(told, field=place, found=f'then = "{rule.then}" with {", ".join(evidence)}')
    elif not any((rule.text, rule.counterparty, rule.counterparty_account, rule.kind, evidence)):
        yield Fault(f"at least one of text, counterparty, counterparty_account, kind, {', '.join(EVIDENCE)}", field=place)
    if rule.then == "accept" and "amount_alone" in rule.pattern:
        told = 'no pattern "amount_alone": an amount alone is never enough to accept; "propose" may ask for it'
        yield Fault(told, field=place, found='then = "accept" with pattern "amount_alone"')
    if rule.documents_at_most is not None and rule.documents_at_most < 1:
        yield Fault("documents_at_most of 1 or more", field=place, found=str(rule.documents_at_most))
