"""What would flip a proposal: one thing that, were it otherwise, would have made the match automatic.

The set is judged anew by the same passes of the same model, with that one kind of evidence as good as it can be and all else as
it is: no set is looked for anew. It is told only if nothing else would stand against the match then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Columns
from recon_kit.matching.decision import doubts as d
from recon_kit.matching.decision.anew import UNKNOWN, judged_anew
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.model import Model
from recon_kit.matching.scoring.final import Final
from recon_kit.matching.sets.families import LESS, MORE, NET_LATE, NET_PART
from recon_kit.policy import Policy

AMOUNT, TEXT, PAYER, RIVALS = range(4)
"""Kinds of evidence that can flip a match, in the order in which they are tried."""
_WHOLE_NUMBER, _KNOWN_ACCOUNT, _PROVEN = 6.0, 5.0, float(np.log1p(3))


@dataclass(frozen=True)
class _Change:
    """Values that features would have, and which doubts are gone then."""

    values: Mapping[str, float]
    heals: tuple[int, ...]


_CHANGES = (
    _Change(
        {"exact": 1, "short": 0, "difference": 0, "difference_share": 0, "difference_signed": 0, "difference_round": UNKNOWN,
         "discounted": 0},
        (d.UNSURE, d.DIFFERS, d.WHICH_SHORT, d.CREDIT_NOTE, d.REST_HOMELESS),
    ),
    _Change(
        {"strongest": _WHOLE_NUMBER, "weakest": _WHOLE_NUMBER, "quoted_fully": 1, "quoted": 1, "tail_least": 13,
         "tail_mean": UNKNOWN, "slip": UNKNOWN},
        (d.UNSURE, d.NAMES_OTHERS, d.ON_ACCOUNT, d.AMOUNT_ALONE, d.TAIL, d.TWIN),
    ),
    _Change(
        {"link": _KNOWN_ACCOUNT, "account": 1, "proof": _PROVEN, "better_link": 0, "silent": 0,
         "link_in_the_end": _KNOWN_ACCOUNT, "account_in_the_end": 1, "proof_in_the_end": _PROVEN, "better_link_in_the_end": 0},
        (d.UNSURE, d.AMOUNT_ALONE),
    ),
    _Change(
        {"rival": UNKNOWN, "gap": UNKNOWN, "total": 0, "strongest_claim": 0, "mean_claim": 0, "ahead_of_free": UNKNOWN,
         "ahead_of_taken": UNKNOWN, "taken_by": UNKNOWN, "claim_in_the_end": 0, "wanted_in_vain": 0},
        (d.UNSURE, d.TIED, d.NO_MARGIN, d.TWIN),
    ),
)  # fmt: skip


def flips(both: Columns, decided: Decided, model: Model, final: Final | None, policy: Policy) -> NDArray[np.int8]:
    """Of each bet the first kind of evidence that alone would flip it; NOTHING where it is automatic, or none would."""
    bets = decided.bets
    found = np.full(len(bets), NOTHING, np.int8)
    within = ~np.isin(d.over_ceilings(both, bets.line, ~decided.sure, policy, {}), [d.NO_CEILING, d.ABOVE])
    for kind, change in enumerate(_CHANGES):
        left = decided.against & ~np.bitwise_or.reduce([1 << code for code in change.heals])
        asked = np.flatnonzero((found == NOTHING) & ~decided.sure & within & (left == 0) & _may(kind, decided))
        if len(asked):
            chance = judged_anew(bets.take(asked), decided.looks, change.values, model, final)
            found[asked[chance >= decided.needed]] = kind
    return found


def _may(kind: int, decided: Decided) -> NDArray[np.bool_]:
    """Bets of which this kind of evidence is not as good as it can be."""
    bets, looks = decided.bets, decided.looks
    if kind == AMOUNT:
        return np.isin(bets.of_sets(looks, "how"), [LESS, MORE, NET_LATE, NET_PART])
    if kind == TEXT:
        return np.asarray(bets.feature(looks, "weakest") < _WHOLE_NUMBER)
    if kind == PAYER:
        return np.asarray((bets.feature(looks, "link") < _KNOWN_ACCOUNT) & (bets.of_sets(looks, "debtor") != NOTHING))
    return np.ones(len(bets), bool)
