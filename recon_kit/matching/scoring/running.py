"""One run of the learned engine: pass after pass, and for each line what was chosen for it and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import Fault, ModelError, nearest
from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.model import Feature, Model, Stage
from recon_kit.matching.scoring.choice import choose
from recon_kit.matching.scoring.features import Seen
from recon_kit.matching.scoring.named import FIRST, SECOND
from recon_kit.matching.scoring.settling import Matrix, Settling, first_matrix, second_matrix

LEAST_ODDS = -4.0
"""Log-odds below which leaving a line open is better than any set (a chance of 1.8 %)."""
COMMIT = "commit"
"""Name of the cut from which on a pass takes a set before the next one looks."""


@dataclass(frozen=True)
class Look:
    """What one pass saw and said of every set that it was offered.

    Args:
        rows: features of the last stage; odds: its log-odds; probability: what they are worth.
        set, runner_up: of each line the chosen set and the best other one, NOTHING without one. tied: both are alike.
    """

    name: str
    seen: Seen
    rows: Matrix
    odds: NDArray[np.float64]
    probability: NDArray[np.float64]
    set: Code
    runner_up: Code
    tied: NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """The looks of a run, and for each line the last one that chose a set for it (NOTHING: none did)."""

    looks: tuple[Look, ...]
    look: Code
    settling: Settling

    def chosen(self) -> tuple[Code, NDArray[np.float64]]:
        """Of each line with a set: its position, and the probability that the set is right."""
        line = np.flatnonzero(self.look != NOTHING).astype(np.int32)
        chance = np.zeros(len(self.look))
        for number, look in enumerate(self.looks):
            mine = line[self.look[line] == number]
            chance[mine] = look.probability[look.set[mine]]
        return line, chance[line]


def run(both: Columns, todo: NDArray[np.bool_], model: Model, grace_days: int = 3) -> Outcome:
    """Score, choose and take, pass by pass; every pass but the last takes what is at least as sure as the model's cut."""
    return run_on(Settling(both, todo, grace_days), model)


def run_on(settling: Settling, model: Model) -> Outcome:
    """The same on a state that was set up before, for the lines that it still has to do."""
    last = np.full(len(settling.columns.lines), NOTHING, np.int32)
    looks: list[Look] = []
    for number, part in enumerate(model.passes):
        look = look_at(settling, model, part.name)
        found = look.set != NOTHING
        last[settling.todo] = np.where(found[settling.todo], number, NOTHING)
        looks.append(look)
        if number + 1 < len(model.passes):
            taken = look.set[found]
            settling.take(look.seen, taken[look.probability[taken] >= model.cuts[COMMIT].at])
    return Outcome(tuple(looks), last, settling)


def look_at(settling: Settling, model: Model, name: str) -> Look:
    """What one pass sees and says of a state, without changing it."""
    part, seen = model.of_pass(name), settling.proposed()
    every = first_matrix(seen)
    rows = picked(every, FIRST, part.first)
    odds = part.first.trees.score(rows)
    if part.second is not None:
        rows = picked(second_matrix(seen, every, odds), SECOND, part.second)
        odds = part.second.trees.score(rows)
    sets = seen.sets
    found = choose(sets.line, sets.start, sets.items, odds, len(seen.lines), len(seen.items), LEAST_ODDS)
    return Look(name, seen, rows, odds, part.calibration.probability(odds), found.set, found.runner_up, found.tied)


def picked(rows: Matrix, known: tuple[Feature, ...], stage: Stage) -> Matrix:
    """The columns that a stage takes: a model of an older engine knows fewer features.

    Raises:
        ModelError: it takes one that this engine does not compute.
    """
    names = [feature.name for feature in known]
    if tuple(names) == stage.features:
        return rows
    if missing := [name for name in stage.features if name not in names]:
        faults = [Fault(f"a feature this engine knows{nearest(name, names)}", None, "feature", name) for name in missing]
        raise ModelError("model", faults)
    return rows[:, [names.index(name) for name in stage.features]]
