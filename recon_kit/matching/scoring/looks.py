"""What one pass saw of each set that it was offered, and what it said and chose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code
from recon_kit.matching.model import Calibration
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.choice import choose
from recon_kit.matching.scoring.seen import Seen

LEAST_ODDS = -4.0
"""Log-odds below which leaving a line open is better than any set (a chance of 1.8 %)."""
HOPELESS = -6.0
"""First-stage log-odds below which a set is not looked at again (a chance of .25 %)."""

_OF_A_SET = ("line", "debtor", "key", "families", "how", "difference")

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """What one pass saw and said of every set that it looked at twice.

    Args:
        rows: features of the last stage; odds: its log-odds; probability: what they are worth.
        set, runner_up: of each line the chosen set and the best other one, NOTHING without one. tied: both are alike.
        features: names of the columns of `rows`.
    """

    name: str
    seen: Seen
    rows: Matrix
    odds: Floats
    probability: Floats
    set: Code
    runner_up: Code
    tied: NDArray[np.bool_]
    features: tuple[str, ...]


def looked(name: str, seen: Seen, rows: tuple[Matrix, tuple[str, ...]], odds: Floats, curve: Calibration | Floats) -> Look:
    """The look of a pass by its last stage's log-odds.

    Args:
        rows: features of the last stage, with the names of their columns.
        curve: what the log-odds are worth, or the probabilities themselves.
    """
    sets = seen.sets
    found = choose(sets.line, sets.start, sets.items, odds, len(seen.lines), len(seen.items), LEAST_ODDS)
    probability = curve.probability(odds) if isinstance(curve, Calibration) else curve
    return Look(name, seen, rows[0], odds, probability, found.set, found.runner_up, found.tied, rows[1])


def hopeful(odds: Floats) -> NDArray[np.bool_]:
    """Which sets are worth a second look, by the first stage's log-odds."""
    return np.asarray(np.round(odds, 6) >= HOPELESS)


def only(seen: Seen, kept: NDArray[np.int64]) -> Seen:
    """The same with some of its sets, by ascending positions."""
    sets = seen.sets
    fields: dict[str, Any] = {name: getattr(sets, name)[kept] for name in _OF_A_SET}
    at, start = segments.chosen(sets.start, kept)
    return replace(seen, sets=replace(sets, **fields, start=start, items=sets.items[at]))
