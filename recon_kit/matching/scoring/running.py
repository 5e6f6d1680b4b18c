"""One run of the learned engine: pass after pass, and for each line what was chosen for it and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.evidence.payers import Links
from recon_kit.matching.model import Model
from recon_kit.matching.scoring.final import FINAL, Final, final_rows
from recon_kit.matching.scoring.looks import LEAST_ODDS, Look, hopeful, looked, only
from recon_kit.matching.scoring.settling import Settling, first_columns, matrix, second_columns

COMMIT = "commit"
"""Name of the cut from which on a pass takes a set before the next one looks; "commit 2" is that of pass 2 alone."""

__all__ = ["COMMIT", "LEAST_ODDS", "Final", "Look", "Outcome", "look_at", "run", "run_on"]


@dataclass(frozen=True)
class Outcome:
    """The looks of a run, and for each line the last one that chose a set for it (NOTHING: none did).

    Args:
        final: the last word on each line with a set, if the model has one: it judges, and chooses nothing else.
        links: who may have paid each line, by all that was chosen in the end.
    """

    looks: tuple[Look, ...]
    look: Code
    settling: Settling
    links: Links
    final: Final | None = None

    def chosen(self) -> tuple[Code, NDArray[np.float64]]:
        """Of each line with a set: its position, and the probability that the set is right."""
        if self.final is not None:
            return self.final.line, self.final.probability
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
    passes = [part.name for part in model.passes if part.name != FINAL]
    for number, name in enumerate(passes):
        look = look_at(settling, model, name)
        found = look.set != NOTHING
        last[settling.todo] = np.where(found[settling.todo], number, NOTHING)
        looks.append(look)
        if number + 1 < len(passes):
            taken = look.set[found]
            cut = model.cuts.get(f"{COMMIT} {name}", model.cuts[COMMIT])
            settling.take(look.seen, taken[look.probability[taken] >= cut.at])
    if len(passes) == len(model.passes):
        return Outcome(tuple(looks), last, settling, settling.payers())
    part = model.of_pass(FINAL)
    line, rows, links = final_rows(settling, looks, last, part.last.features)
    odds = part.last.trees.score(rows)
    final = Final(line, rows, odds, part.calibration.probability(odds), len(looks))
    return Outcome(tuple(looks), last, settling, links, final)


def look_at(settling: Settling, model: Model, name: str) -> Look:
    """What one pass sees and says of a state, without changing it."""
    part, seen = model.of_pass(name), settling.proposed()
    columns = first_columns(seen)
    rows = matrix(columns, part.first.features)
    odds = part.first.trees.score(rows)
    if part.second is not None:
        kept = np.flatnonzero(hopeful(odds))
        seen, odds = only(seen, kept), odds[kept]
        columns = second_columns(seen, {name: values.take(kept) for name, values in columns.items()}, odds)
        rows = matrix(columns, part.second.features)
        odds = part.second.trees.score(rows)
    return looked(name, seen, (rows, part.last.features), odds, part.calibration)
