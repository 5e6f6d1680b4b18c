"""What a learned payer rests on: the payments by which the same account or name was seen to pay for a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Columns, Lines
from recon_kit.matching.decision.bets import PAYMENT, Bets, Rows
from recon_kit.matching.evidence.payer_rows import PROVEN, SAME_NAME
from recon_kit.matching.scoring.looks import Look

PROOF, OTHER_PAYMENTS = "proof", "other payments"
"""Kind of evidence, and its one level; it adds nothing by itself: the payer's weight already has it."""
ALIKE = 0.99
"""From this likeness on two names are called the same."""
_MOST, _LOOKED_AT = 3, 60
_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class _Payments:
    """What was paid, one element a line and document, sorted by who paid for whom and by day."""

    who: NDArray[np.int64]
    line: NDArray[np.int64]
    item: NDArray[np.int64]
    on: NDArray[np.int64]


def learned_from(both: Columns, looks: tuple[Look, ...], bets: Bets, rows: Rows) -> tuple[NDArray[np.int64], list[str]]:
    """Bets whose payer is known by other payments, with the last three of those: "RE-1 2026-08-03; RE-2 2026-09-02".

    Args:
        rows: what stands of this run; what was posted before is looked at too.
    """
    link, alike = bets.feature(looks, "link"), bets.feature(looks, "similarity")
    asked = np.flatnonzero((link == PROVEN) | (link == SAME_NAME) & ~(alike >= ALIKE))
    debtor = bets.of_sets(looks, "debtor")[asked]
    asked, debtor = asked[debtor != NOTHING], debtor[debtor != NOTHING]
    paid, line = _payments(both, bets, rows), bets.line[asked]
    want = _who(both, both.lines, line, debtor)
    first, last = np.searchsorted(paid.who, want, "left"), np.searchsorted(paid.who, want, "right")
    found, told = [], []
    for bet, mine, begin, end in zip(asked.tolist(), line.tolist(), first.tolist(), last.tolist(), strict=True):
        rest = [at for at in range(end - 1, max(begin, end - _LOOKED_AT) - 1, -1) if paid.line[at] != mine][:_MOST]
        if rest:
            found.append(bet)
            told.append("; ".join(_written(both, paid, at) for at in rest))
    return np.array(found, np.int64), told


def _payments(both: Columns, bets: Bets, rows: Rows) -> _Payments:
    """What was posted and what stands of this run; lines of history are counted behind those of the run."""
    posted = both.posted
    real = posted.is_payment & (posted.line != NOTHING) & (posted.item != NOTHING)
    now = (rows.kind == PAYMENT) & (rows.item != NOTHING)
    parts = []
    for lines, line, item, after in (
        (both.known, posted.line[real], posted.item[real], len(both.lines)),
        (both.lines, bets.line[rows.bet[now]], rows.item[now], 0),
    ):
        who = _who(both, lines, line, both.items.debtor[item])
        parts.append((who, line.astype(np.int64) + after, item.astype(np.int64), lines.on[line].astype(np.int64)))
    who, line, item, on = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((item, line, on, who))
    return _Payments(who[order], line[order], item[order], on[order])


def _who(both: Columns, lines: Lines, line: NDArray[Any], debtor: NDArray[Any]) -> NDArray[np.int64]:
    """Payer and debtor as one number: the payer is an account, or a name where the bank tells no account."""
    n_accounts, n_debtors = len(both.names.accounts) + 1, int(both.items.debtor.max(initial=0)) + 1
    payer, name = lines.payer[line].astype(np.int64), lines.name[line].astype(np.int64)
    found: NDArray[np.int64] = np.where(payer != NOTHING, payer, n_accounts + name) * n_debtors + debtor
    return found


def _written(both: Columns, paid: _Payments, at: int) -> str:
    document = both.items.document[int(paid.item[at])].as_py() or both.items.ids[int(paid.item[at])].as_py()
    return f"{document} {_EPOCH + int(paid.on[at])}"
