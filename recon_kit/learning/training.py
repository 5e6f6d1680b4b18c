"""Trains the engine's model: pass after pass over many feeds at once, each pass on what the ones before left open.

What a pass commits while training is decided by scores of trees that had not seen the row (out-of-fold), as at work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.learning.fitting import Fitted, Learner, Sample, fit_pass
from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.model import Cut, cut_name, strictest_cut
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.choice import choose
from recon_kit.matching.scoring.features import Seen
from recon_kit.matching.scoring.named import FIRST, OF_ODDS
from recon_kit.matching.scoring.running import LEAST_ODDS
from recon_kit.matching.scoring.settling import Matrix, Settling, first_matrix, second_matrix

NO_ONE = 2.0
"""A floor that no probability reaches: the last pass commits nothing."""
TARGETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Shares of false automatic matches for which a model carries a cut."""


@dataclass(frozen=True)
class Case:
    """One company to learn from: both sides, and which line paid which documents.

    Args:
        kind: what sort of company (a profile); cuts are taken for the kind that needs the strictest.
        line, item: the true pairs, by position; lines without any belong to no document.
    """

    name: str
    kind: str
    both: Columns
    line: Code
    item: Code


@dataclass(frozen=True)
class Scored:
    """What cross-fitted scores chose on the training cases: one element a chosen set of the pass that chose it last."""

    kind: NDArray[Any]
    probability: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Trained:
    """The passes, and what held-out scores chose with them."""

    passes: tuple[Fitted, ...]
    scored: Scored

    def automatic_cuts(self, targets: Sequence[float] = TARGETS) -> dict[str, Cut]:
        """By name, the cut that holds each share of false automatic matches on every kind of company that was trained on."""
        scored = self.scored
        return {cut_name(target): strictest_cut(scored.probability, scored.right, scored.kind, target) for target in targets}


def train(cases: Sequence[Case], learner: Learner, floors: Sequence[float], n_folds: int = 5) -> Trained:
    """One pass for each floor; sets at least that probable are taken before the next pass looks.

    Raises:
        ParameterError: fewer groups of payers than folds, or no set of a pass is right.
    """
    runs = [_Run(case) for case in cases]
    fitted = []
    for number, floor in enumerate(floors, 1):
        for run in runs:
            run.propose()
        last = number == len(floors)
        part = _fit(str(number), runs, learner, n_folds)
        ends = np.cumsum([len(run.right) for run in runs])[:-1]
        scores, chances = np.split(part.last, ends), np.split(part.probability, ends)
        for run, odds, probability in zip(runs, scores, chances, strict=True):
            run.take(odds, probability, NO_ONE if last else floor)
        fitted.append(part)
    kinds = np.concatenate([np.full(len(run.chosen), run.case.kind) for run in runs])
    chosen = [pair for run in runs for pair in run.chosen.values()]
    said, right = np.array([p for p, _ in chosen]), np.array([r for _, r in chosen], bool)
    return Trained(tuple(fitted), Scored(kinds, said, right))


def right_sets(seen: Seen, line: Code, item: Code) -> NDArray[np.bool_]:
    """Whether each proposed set is exactly what its line truly paid."""
    sets, n = seen.sets, len(seen.items)
    pair = sets.line[segments.rows(sets.start)].astype(np.int64) * n + sets.items
    hits = segments.total(np.isin(pair, line.astype(np.int64) * n + item), sets.start)
    size = np.diff(sets.start)
    result: NDArray[np.bool_] = (hits == size) & (size == np.bincount(line, minlength=len(seen.lines))[sets.line])
    return result


class _Run:
    """One case on its way through the passes."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.settling = Settling(case.both, np.ones(len(case.both.lines), bool))
        self.chosen: dict[int, tuple[float, bool]] = {}

    def propose(self) -> None:
        self.seen = self.settling.proposed()
        self.rows: Matrix = first_matrix(self.seen)
        self.right = right_sets(self.seen, self.case.line, self.case.item)

    def groups(self) -> list[str]:
        """Sets of one payer stay together: by the line's strongest debtor, else the line alone."""
        known, n = self.seen.links, len(self.seen.lines)
        debtor = np.full(n, NOTHING, np.int64)
        debtor[known.line[::-1]] = known.debtor[::-1]
        alone = np.char.add("line ", np.arange(n).astype(str))
        whose = np.where(debtor == NOTHING, alone, debtor.astype(str))
        return [f"{self.case.name} {whose[line]}" for line in self.seen.line.tolist()]

    def take(self, odds: NDArray[np.float64], probability: NDArray[np.float64], floor: float) -> None:
        sets = self.seen.sets
        found = choose(sets.line, sets.start, sets.items, odds, len(self.seen.lines), len(self.seen.items), LEAST_ODDS)
        taken = found.set[found.set != NOTHING]
        for at in taken.tolist():
            self.chosen[int(sets.line[at])] = float(probability[at]), bool(self.right[at])
        self.settling.take(self.seen, taken[probability[taken] >= floor])


def _fit(name: str, runs: Sequence[_Run], learner: Learner, n_folds: int) -> Fitted:
    sample = Sample(
        np.vstack([run.rows for run in runs]), FIRST, np.concatenate([run.right for run in runs]),
        np.array([group for run in runs for group in run.groups()]),
    )  # fmt: skip
    ends = np.cumsum([len(run.right) for run in runs])[:-1]

    def rivals(scores: NDArray[np.float64]) -> Matrix:
        parts = zip(runs, np.split(scores, ends), strict=True)
        return np.vstack([second_matrix(run.seen, run.rows, odds)[:, len(FIRST) :] for run, odds in parts])

    return fit_pass(name, sample, learner, (rivals, OF_ODDS), n_folds=n_folds)


__all__ = ["NO_ONE", "Case", "Scored", "Trained", "right_sets", "train"]
