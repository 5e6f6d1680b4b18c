"""What a chosen set looks like, in one word: the name under which matches of the model are listed, counted and measured."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import GATHERED, Columns
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.instalments import part_payments
from recon_kit.matching.evidence.quotes import ORDERED
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import CHARGED, EXACT, LESS, MORE
from recon_kit.policy import Pattern
from recon_kit.tables import ITEM_KINDS

PATTERNS: tuple[str, ...] = get_args(Pattern)
"""Names of what the model matches, as `sentences.toml` says them."""

_AT = {name: at for at, name in enumerate(PATTERNS)}


def item_kinds(both: Columns, looks: tuple[Look, ...], bets: Bets) -> NDArray[np.int32]:
    """For each bet the position in ITEM_KINDS of what its first document is."""
    kinds = np.zeros(len(bets), np.int32)
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        kinds[rows] = both.items.kind[sets.items[sets.start[:-1][bets.set[rows]]]]
    return kinds


def patterns(both: Columns, looks: tuple[Look, ...], bets: Bets) -> NDArray[np.int8]:
    """For each bet the position of its pattern in PATTERNS."""
    how = bets.of_sets(looks, "how")
    seen = {name: bets.feature(looks, name) for name in ("weakest", "strongest", "size", "link")}
    kinds = item_kinds(both, looks, bets)
    quoted, hub = seen["strongest"] > 0, np.isin(kinds, GATHERED)
    full, every, known = seen["weakest"] >= ORDERED, seen["weakest"] > 0, seen["link"] > 0
    conditions: list[tuple[NDArray[Any], str]] = [
        (hub & quoted & (kinds == ITEM_KINDS.index("payout")), "payout_reference"),
        (hub & quoted & (kinds == ITEM_KINDS.index("cash_deposit")), "deposit_reference"),
        (hub, "amount_window"),
        (part_payments(both, looks, bets), "part_payment"),
        (how == LESS, "short_payment"),
        (how == MORE, "overpayment"),
        (how == CHARGED, "less_charges"),
        (quoted & (how != EXACT), "reference_discount"),
        (full & (seen["size"] == 1), "reference_exact"),
        (every & (seen["size"] == 1), "reference_partly"),
        (every, "quoted_group"),
        (quoted, "quoted_part"),
        (known & (seen["size"] == 1), "payer_amount"),
        (known, "payer_group"),
    ]
    return np.select([c for c, _ in conditions], [_AT[name] for _, name in conditions], _AT["amount_alone"]).astype(np.int8)
