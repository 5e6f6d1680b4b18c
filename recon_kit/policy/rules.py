"""rules.toml: what a company decided once about lines of a kind, in words that a person can read and change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recon_kit.policy.toml import Amounts


@dataclass(frozen=True)
class Rule:
    """One pattern and what follows from it; every condition given must hold, within a list any one does.

    Args:
        name: unique; shown as the basis of what the rule did.
        then: "ledger_account" (the whole line goes to `gl_account`), "own_transfer" (money between own accounts),
            "propose" (match it, but never without a person) or "never" (leave it open).
        text: words or phrases looked for in the payment text, ignoring case, at word boundaries; "*" stands for letters.
        counterparty: names, in the same way.
        counterparty_account: accounts of the other side.
        kind: kinds of bank line.
        direction: money "in", money "out", or both.
        entity, account: only there.
        at_least, at_most: absolute amount by currency.
    """

    name: str
    then: Literal["ledger_account", "own_transfer", "propose", "never"]
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


@dataclass(frozen=True)
class Rules:
    """The table of rules, in order: the first that fits decides."""

    rule: tuple[Rule, ...] = ()
