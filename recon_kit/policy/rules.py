"""rules.toml: what a company decided once about lines of a kind, in words that a person can read and change."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, replace
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

    @property
    def fingerprint(self) -> str:
        """Hash of what the rule asks and does, its name and note left out: what was measured of one holds for its like.

        >>> Rule("rent", "never", text=("Miete",)).fingerprint == Rule("Miete", "never", text=("Miete",), note="x").fingerprint
        True
        """
        return hashlib.blake2b(repr(astuple(replace(self, name="", note=None))).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Rules:
    """The table of rules, in order: the first that fits decides."""

    rule: tuple[Rule, ...] = ()
