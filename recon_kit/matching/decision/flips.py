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
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.model import Model, Pass
from recon_kit.matching.model.model import probability
from recon_kit.matching.scoring.final import FINAL, Final
from recon_kit.matching.scoring.looks import Floats, Look, Matrix
from recon_kit.matching.sets.families import LESS, MORE, NET_LATE, NET_PART
from recon_kit.policy import Policy

AMOUNT, TEXT, PAYER, RIVALS = range(4)
"""Kinds of evidence that can flip a match, in the order in which they are tried."""
_WHOLE_NUMBER, _KNOWN_ACCOUNT, _PROVEN = 6.0, 5.0, float(np.log1p(3))
_NONE = float("nan")
_INSIDE = 1e-9


@dataclass(frozen=True)
class _Change:
    """Values that features would have, and which doubts are gone then."""

    values: Mapping[str, float]
    heals: tuple[int, ...]


_CHANGES = (
    _Change(
        {"exact": 1, "short": 0, "difference": 0, "difference_share": 0, "difference_signed": 0, "difference_round": _NONE,
         "discounted": 0},
        (d.UNSURE, d.DIFFERS, d.WHICH_SHORT, d.ON_ACCOUNT, d.REST_HOMELESS),
    ),
    _Change(
        {"strongest": _WHOLE_NUMBER, "weakest": _WHOLE_NUMBER, "quoted_fully": 1, "quoted": 1, "tail_least": 13,
         "tail_mean": _NONE, "slip": _NONE},
        (d.UNSURE, d.NAMES_OTHERS, d.ON_ACCOUNT, d.AMOUNT_ALONE),
    ),
    _Change(
        {"link": _KNOWN_ACCOUNT, "account": 1, "proof": _PROVEN, "better_link": 0, "silent": 0,
         "link_in_the_end": _KNOWN_ACCOUNT, "account_in_the_end": 1, "proof_in_the_end": _PROVEN, "better_link_in_the_end": 0},
        (d.UNSURE, d.AMOUNT_ALONE),
    ),
    _Change(
        {"rival": _NONE, "gap": _NONE, "total": 0, "strongest_claim": 0, "mean_claim": 0, "ahead_of_free": _NONE,
         "ahead_of_taken": _NONE, "taken_by": _NONE, "claim_in_the_end": 0, "wanted_in_vain": 0},
        (d.UNSURE, d.TIED, d.NO_MARGIN),
    ),
)  # fmt: skip


def flips(both: Columns, decided: Decided, model: Model, final: Final | None, policy: Policy) -> NDArray[np.int8]:
    """Of each bet the first kind of evidence that alone would flip it; NOTHING where it is automatic, or none would."""
    bets = decided.bets
    found = np.full(len(bets), NOTHING, np.int8)
    within = ~np.isin(d.over_ceilings(both, bets.line, ~decided.sure, policy), [d.NO_CEILING, d.ABOVE])
    for kind, change in enumerate(_CHANGES):
        left = decided.against & ~np.bitwise_or.reduce([1 << code for code in change.heals])
        asked = np.flatnonzero((found == NOTHING) & ~decided.sure & within & (left == 0) & _may(kind, decided))
        if len(asked):
            chance = _judged_anew(decided, asked, change.values, model, final)
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


def _judged_anew(
    decided: Decided, asked: NDArray[np.int64], values: Mapping[str, float], model: Model, final: Final | None
) -> Floats:
    """Probabilities of some bets with other values."""
    bets, looks = decided.bets.take(asked), decided.looks
    chance = np.zeros(len(bets))
    own = np.full(len(bets), _NONE)
    for look, rows in bets.of_looks(looks):
        chance[rows], own[rows] = _of_pass(model.of_pass(look.name), look, bets.set[rows], values)
    if final is None:
        return chance
    _, ours, theirs = np.intersect1d(bets.line, final.line, return_indices=True)
    last = bets.look[ours] < sum(part.name != FINAL for part in model.passes)
    ours, theirs = ours[last], theirs[last]
    if len(ours):
        chance[ours] = _in_the_end(model.of_pass(FINAL), final.rows[theirs], values, chance[ours], own[ours])
    return chance


def _of_pass(part: Pass, look: Look, sets: NDArray[np.int32], values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """What a pass says then: probability, and the log-odds of its first stage."""
    rows = _changed(look.rows[sets], look.features, values)
    if part.second is None or not set(part.first.features) <= set(look.features):
        return probability(part, rows), np.full(len(rows), _NONE)
    own = part.first.trees.score(rows[:, [look.features.index(name) for name in part.first.features]])
    _restate(rows, look.features, own)
    return probability(part, rows), own


def _in_the_end(part: Pass, rows: Matrix, values: Mapping[str, float], chance: Floats, own: Floats) -> Floats:
    """What the last word says then."""
    names = part.last.features
    rows = _changed(rows, names, values)
    _restate(rows, names, own)
    said = np.log(np.clip(chance, _INSIDE, 1 - _INSIDE) / np.clip(1 - chance, _INSIDE, 1))
    if "said" in names:
        at = names.index("said")
        gained = said - rows[:, at]
        rows[:, at] = said
        for name in ("ahead_of_free", "ahead_of_taken"):
            if name in names:
                rows[:, names.index(name)] += gained
    return probability(part, rows)


def _changed(rows: Matrix, names: tuple[str, ...], values: Mapping[str, float]) -> Matrix:
    found = rows.copy()
    for name, value in values.items():
        if name in names:
            found[:, names.index(name)] = value
    return found


def _restate(rows: Matrix, names: tuple[str, ...], own: Floats) -> None:
    """Write a first stage's new log-odds, and how far they are ahead of the rival's."""
    known = ~np.isnan(own)
    if "own" in names:
        rows[known, names.index("own")] = own[known]
    if "gap" in names and "rival" in names:
        rows[known, names.index("gap")] = (own - rows[:, names.index("rival")])[known]
