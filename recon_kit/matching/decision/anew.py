"""Judging a chosen set anew: what the same passes of the model would say if some of its features were otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.model import Model, Pass
from recon_kit.matching.model.model import probability
from recon_kit.matching.scoring.final import FINAL, Final
from recon_kit.matching.scoring.looks import Floats, Look, Matrix

UNKNOWN = float("nan")
_INSIDE = 1e-9


def judged_anew(bets: Bets, looks: tuple[Look, ...], values: Mapping[str, float], model: Model, final: Final | None) -> Floats:
    """Probability of each bet with other values of some features, all else as it is: no set is looked for anew."""
    chance = np.zeros(len(bets))
    own = np.full(len(bets), UNKNOWN)
    for look, rows in bets.of_looks(looks):
        chance[rows], own[rows] = _of_pass(model.of_pass(look.name), look, bets.set[rows], values)
    ours, theirs = bets.judged_last(final)
    if final is not None and len(ours):
        chance[ours] = _in_the_end(model.of_pass(FINAL), final.rows[theirs], values, chance[ours], own[ours])
    return chance


def _of_pass(part: Pass, look: Look, sets: NDArray[np.int32], values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """What a pass says then: probability, and the log-odds of its first stage."""
    rows = _changed(look.rows[sets], look.features, values)
    if part.second is None or not set(part.first.features) <= set(look.features):
        return probability(part, rows), np.full(len(rows), UNKNOWN)
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
