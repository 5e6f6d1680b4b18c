"""Money out that sounds like a return and may be a refund: whatever turns nothing back is matched like any other line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.return_words import CALLED, SAID, said
from recon_kit.matching.rules.returns import Returns
from recon_kit.policy import Policy

Mask = NDArray[np.bool_]


def returns_and_refunds(records: Records, policy: Policy, quoting: Quoting, among: Mask) -> tuple[Mask, Mask]:
    """Which lines come back or sound like it, and which of them are matched like any other line.

    A line that only sounds like a return stays one if it carries the reference of the line that it turns back; else, if it
    quotes no open document that it can pay, if what it quotes was or may be paid; and if a bank's own phrase says so.

    Args:
        quoting: numbers quoted in full. among: lines that may be either.
    """
    level = said(records.both.lines)
    level[~among] = 0
    sounds, refunds = level > 0, np.zeros(len(level), bool)
    possible = np.flatnonzero(sounds & (level != SAID)).tolist()
    if possible:
        returns = Returns(records, policy, quoting, sounds, among & ~sounds)
        for at in possible:
            line = records.line(at)
            quoted = [item for item in map(records.item, quoting.items_of(at)) if _can_pay(line, item)]
            if not returns.originals.refers(line):
                alike = level[at] == CALLED and not returns.may_take_back(line)
                refunds[at] = any(item.open * line.amount > 0 for item in quoted) or alike
    return sounds, refunds


def only_unmatched(records: Records, quoting: Quoting, refunds: Mask) -> Mask:
    """Those of the refunds that quote no document of their own sign: if nothing fits them, a return is all they are."""
    found = refunds.copy()
    for at in np.flatnonzero(refunds).tolist():
        line = records.line(at)
        found[at] = not any(_can_pay(line, records.item(item)) for item in quoting.items_of(at))
    return found


def _can_pay(line: Line, item: Item) -> bool:
    alike = (item.entity, item.currency) == (line.entity, line.currency)
    return alike and item.amount * line.amount > 0
