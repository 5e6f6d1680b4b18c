"""What a payment that stands left open of its documents: deductions, which are granted or claimed by a second decision.

They follow from what is posted and what is still open, so that every later run says the same of an earlier posting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Whole
from recon_kit.matching.decision.deducted import deducted
from recon_kit.matching.decision.instalments import DEDUCTION
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.decision.proposals import discount_doubt
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.sets.families import NET
from recon_kit.policy import Policy
from recon_kit.sentences import sentence


def deductions(records: Records, decided: Decided, left: Whole, policy: Policy) -> list[dict[str, Any]]:
    """Rows of BREAKS, one a document that a payment of this run or of an earlier one left open in part.

    Told is a discount that was not granted, what is little, and what the payer's text gives a reason for; the rest of an
    instalment is no deduction.

    Args:
        left: minor units that each document has open when all that is automatic is taken off.
    """
    found = (
        _deduction(line, item, paid, int(left[item.at]), policy) for line, item, paid in _last_paid(records, decided, left)
    )
    return [row for row in found if row]


def _last_paid(records: Records, decided: Decided, left: Whole) -> Iterator[tuple[Line, Item, int]]:
    """Each document with something left, the line that last paid it, and what that line took off it.

    Of an earlier posting it is told only where that and what is open are the whole document: else the ledger says otherwise.
    """
    rows, posted = decided.sure_rows(), records.both.posted
    now = _last(rows.item, decided.bets.line[rows.bet], rows.allocated, left)
    for item, (line, paid) in now.items():
        yield records.line(line), records.item(item), paid
    known = (posted.line != NOTHING) & (posted.item != NOTHING)
    fell = np.zeros(len(left), np.int64)
    np.add.at(fell, posted.item[known], posted.allocated[known])
    ties = np.append(fell + left == records.both.items.amount, False)  # the last is for NOTHING
    before = np.where(known & ties[posted.item], posted.item, NOTHING)
    for item, (line, paid) in _last(before, posted.line, posted.allocated, left).items():
        if item not in now:
            yield records.line(line, known=True), records.item(item), paid


def _last(item: NDArray[Any], line: NDArray[Any], allocated: Whole, left: Whole) -> dict[int, tuple[int, int]]:
    """Of each document with something left the last of the lines, which stand by day, and what its rows take off it."""
    touches = np.flatnonzero((item != NOTHING) & (left[item] != 0))
    found: dict[int, tuple[int, int]] = {}
    order = touches[np.lexsort((line[touches], item[touches]))]
    for at in order.tolist():
        one, other = int(item[at]), int(line[at])
        before = found.get(one, (other, 0))
        found[one] = (other, int(allocated[at]) + (before[1] if before[0] == other else 0))
    return found


def _deduction(line: Line, item: Item, paid: int, rest: int, policy: Policy) -> dict[str, Any] | None:
    if paid * rest <= 0:
        return None
    little = abs(rest) <= DEDUCTION * abs(item.amount)
    charges = policy.ceilings.most_charges(item.currency) if little else 0
    said = deducted(line.remittance, rest, item.currency, charges) if line.amount > 0 and rest > 0 else None
    if not little and said is None:
        return None
    doubt = discount_doubt(line, [item], rest, NET, policy) if rest == item.discount else None
    amount = (abs(rest), item.currency)
    coded = (said.reason, sentence("less_said", amount=amount, **said.values)) if said else None
    reason, why = doubt or coded or ("short_payment", sentence("less", amount=amount))
    what = {"documents": [item.document_no], "left": (paid + rest, item.currency)}
    told = sentence("came_differently", **what, amount=(paid, item.currency), why=why)
    row = {"entity": item.entity or None, "side": "open_item", "id": item.id, "reason": reason, "amount": rest}
    return row | {"currency": item.currency, **told.columns}
