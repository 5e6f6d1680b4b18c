"""Trains the engine's model: pass after pass over many feeds at once, each pass on what the ones before left open.

What a pass commits while training is decided by scores of trees that had not seen the row (out-of-fold), as at work.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import ParameterError
from recon_kit.learning.calibrating import Method
from recon_kit.learning.fitting import Fitted, Learner, Sample, fit_pass
from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.model import NEVER, Cut, Feature, Pass, cut_for, cut_name, strictest_cut
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.competition import of_odds
from recon_kit.matching.scoring.final import FINAL, final_rows
from recon_kit.matching.scoring.looks import Floats, Look, Matrix, hopeful, looked, only
from recon_kit.matching.scoring.named import FIRST, LAST, OF_ODDS
from recon_kit.matching.scoring.running import COMMIT
from recon_kit.matching.scoring.seen import Seen
from recon_kit.matching.scoring.settling import Settling, first_columns, matrix, second_columns

_log = logging.getLogger(__name__)
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
        decided: of each line whether that is known; None for all. The others are matched too, but nothing is learned of them.
    """

    name: str
    kind: str
    both: Columns
    line: Code
    item: Code
    decided: NDArray[np.bool_] | None = None

    def known(self) -> NDArray[np.bool_]:
        """Of each line whether its documents are known."""
        return np.ones(len(self.both.lines), bool) if self.decided is None else self.decided


@dataclass(frozen=True)
class Scored:
    """What cross-fitted scores chose for decided lines of the training cases, one element a chosen set, by the last word.

    Args:
        case, line: which case, and which line of it.
    """

    case: NDArray[np.int64]
    line: NDArray[np.int64]
    kind: NDArray[Any]
    probability: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Trained:
    """The passes, what each took, and what held-out scores chose with them."""

    passes: tuple[Fitted, ...]
    floors: tuple[float, ...]
    scored: Scored

    def cuts(self, targets: Sequence[float] = TARGETS) -> dict[str, Cut]:
        """By name: from where each pass takes sets, and the cut that holds each share of false automatic matches on every
        kind of company that was trained on, and over all of them with the 95 % upper bound."""
        scored = self.scored
        floors = {f"{COMMIT} {number}": Cut(floor, 0, 0, 1.0) for number, floor in enumerate(self.floors, 1)}
        held = {target: _safest(scored, target) for target in targets}
        return {COMMIT: Cut(max(self.floors, default=NEVER), 0, 0, 1.0), **floors, **{cut_name(t): c for t, c in held.items()}}


def _safest(scored: Scored, target: float) -> Cut:
    strictest = strictest_cut(scored.probability, scored.right, scored.kind, target)
    return max(strictest, cut_for(scored.probability, scored.right, target), key=lambda cut: cut.at)


@dataclass(frozen=True)
class Learners:
    """How the passes' two stages are grown, and the final word; `choosing`: the second stage if otherwise than the first.

    Without a learner of the final word the passes' own word stands. `method`: how scores become probabilities.
    """

    passes: Learner
    final: Learner | None
    choosing: Learner | None = None
    method: Method = "isotonic"


def train(
    cases: Sequence[Case], learners: Learners, floors: Sequence[float], n_folds: int = 5, *, few: bool = False
) -> Trained:
    """A pass for each floor, which takes sets at least that probable, one more that takes nothing, and the final word.

    Args:
        few: end with the pass before, or without a final word, where too little is left to learn another one from.
    Raises:
        ParameterError: fewer groups of payers than folds, or no set of a pass is right.
    """
    runs = [_Run(case) for case in cases]
    fitted: list[Fitted] = []
    for number, floor in enumerate((*floors, NO_ONE), 1):
        for run in runs:
            run.propose()
        try:
            part = _fit(str(number), runs, learners, n_folds)
        except ParameterError:
            if few and fitted:
                break
            raise
        for run, first, last, said in zip(runs, *_split(runs, part), strict=True):
            run.take(part.part, first, (last, said), floor)
        fitted.append(part)
        _log.info("pass %d: %d sets, %d of them twice", number, len(part.first), len(part.last))
    taken = tuple(floors)[: len(fitted) - 1]
    if learners.final is not None:
        try:
            final = _fit_final(runs, learners.final, learners.method, n_folds)
            return Trained((*fitted, final), taken, _scored(runs, final.probability))
        except ParameterError:
            if not few:
                raise
    return Trained(tuple(fitted), taken, _scored(runs, np.concatenate([run.said() for run in runs])))


def right_sets(seen: Seen, line: Code, item: Code) -> NDArray[np.bool_]:
    """Whether each proposed set is exactly what its line truly paid."""
    sets, n = seen.sets, len(seen.items)
    pair = sets.line[segments.rows(sets.start)].astype(np.int64) * n + sets.items
    hits = segments.total(np.isin(pair, line.astype(np.int64) * n + item), sets.start)
    size = np.diff(sets.start)
    result: NDArray[np.bool_] = (hits == size) & (size == np.bincount(line, minlength=len(seen.lines))[sets.line])
    return result


def payers_of(seen: Seen, name: str) -> NDArray[Any]:
    """Of each line a label of its payer: its strongest debtor, else itself, behind the name of the case."""
    known, n = seen.links, len(seen.lines)
    debtor = np.full(n, NOTHING, np.int64)
    debtor[known.line[::-1]] = known.debtor[::-1]
    whose = np.where(debtor == NOTHING, np.char.add("line ", np.arange(n).astype(str)), debtor.astype(str))
    return np.char.add(f"{name} ", whose)


class _Run:
    """One case on its way through the passes."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.settling = Settling(case.both, np.ones(len(case.both.lines), bool))
        self.last = np.full(len(case.both.lines), NOTHING, np.int32)
        self.looks: list[Look] = []

    def propose(self) -> None:
        self.seen = self.settling.proposed()
        self.columns = first_columns(self.seen)
        self.right = right_sets(self.seen, self.case.line, self.case.item)

    def groups(self) -> NDArray[Any]:
        """Of each line what its sets stay together by: its strongest debtor, else itself."""
        return payers_of(self.looks[0].seen if self.looks else self.seen, self.case.name)

    def rivals(self, odds: Floats) -> Matrix:
        kept = np.flatnonzero(hopeful(odds))
        return matrix(of_odds(only(self.seen, kept), odds[kept]), _names(OF_ODDS))

    def take(self, part: Pass, first: Floats, last: tuple[Floats, Floats], floor: float) -> None:
        kept = np.flatnonzero(hopeful(first))
        seen = only(self.seen, kept)
        columns = second_columns(seen, {name: values.take(kept) for name, values in self.columns.items()}, first[kept])
        look = looked(part.name, seen, (matrix(columns, part.last.features), part.last.features), *last)
        found, todo = look.set != NOTHING, self.settling.todo
        self.last[todo] = np.where(found[todo], len(self.looks), NOTHING)
        self.looks.append(look)
        taken = look.set[found]
        self.settling.take(seen, taken[look.probability[taken] >= floor])

    def judged(self) -> NDArray[np.bool_]:
        """Of each line with a set whether it is right."""
        right = np.zeros(len(self.last), bool)
        for number, look in enumerate(self.looks):
            mine = np.flatnonzero(self.last == number)
            right[mine] = right_sets(look.seen, self.case.line, self.case.item)[look.set[mine]]
        found: NDArray[np.bool_] = right[self.last != NOTHING]
        return found

    def said(self) -> Floats:
        """Of each line with a set the probability that its pass gave it."""
        chance = np.zeros(len(self.last))
        for number, look in enumerate(self.looks):
            mine = np.flatnonzero(self.last == number)
            chance[mine] = look.probability[look.set[mine]]
        return np.asarray(chance[self.last != NOTHING])


def _fit(name: str, runs: Sequence[_Run], learners: Learners, n_folds: int) -> Fitted:
    sample = Sample(
        np.vstack([matrix(run.columns, _names(FIRST)) for run in runs]), FIRST, np.concatenate([run.right for run in runs]),
        np.concatenate([run.groups()[run.seen.line] for run in runs]), _weight(runs, [run.seen.line for run in runs]),
    )  # fmt: skip
    ends = np.cumsum([len(run.right) for run in runs])[:-1]

    def rivals(scores: Floats) -> Matrix:
        return np.vstack([run.rivals(odds) for run, odds in zip(runs, np.split(scores, ends), strict=True)])

    return fit_pass(
        name, sample, learners.passes, (rivals, OF_ODDS), hopeful=hopeful, final=learners.choosing, n_folds=n_folds,
        method=learners.method,
    )  # fmt: skip


def _weight(runs: Sequence[_Run], lines: Sequence[NDArray[Any]]) -> Floats | None:
    """1 for sets of decided lines and 0 for others; None where all are decided."""
    if all(run.case.decided is None for run in runs):
        return None
    return np.concatenate([run.case.known()[line] for run, line in zip(runs, lines, strict=True)]).astype(np.float64)


def _split(runs: Sequence[_Run], part: Fitted) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """First-stage scores, last-stage scores of kept sets and their probabilities, run by run."""
    ends = np.cumsum([len(run.right) for run in runs])[:-1]
    first = np.split(part.first, ends)
    kept = np.cumsum([int(hopeful(odds).sum()) for odds in first])[:-1]
    return first, np.split(part.last, kept), np.split(part.probability, kept)


def _fit_final(runs: Sequence[_Run], learner: Learner, method: Method, n_folds: int) -> Fitted:
    rows, groups, lines = [], [], []
    for run in runs:
        line, found, _ = final_rows(run.settling, run.looks, run.last, _names(LAST))
        rows.append(found)
        groups.append(run.groups()[line])
        lines.append(line)
    right = np.concatenate([run.judged() for run in runs])
    sample = Sample(np.vstack(rows), LAST, right, np.concatenate(groups), _weight(runs, lines))
    return fit_pass(FINAL, sample, learner, n_folds=n_folds, method=method)


def _scored(runs: Sequence[_Run], said: Floats) -> Scored:
    lines = [np.flatnonzero(run.last != NOTHING) for run in runs]
    kept = np.concatenate([run.case.known()[line] for run, line in zip(runs, lines, strict=True)])
    case = np.repeat(np.arange(len(runs)), [len(line) for line in lines])
    kind = np.array([run.case.kind for run in runs])[case]
    right = np.concatenate([run.judged() for run in runs])
    return Scored(case[kept], np.concatenate(lines)[kept], kind[kept], said[kept], right[kept])


def _names(features: Sequence[Feature]) -> tuple[str, ...]:
    return tuple(feature.name for feature in features)


__all__ = ["NO_ONE", "TARGETS", "Case", "Learners", "Scored", "Trained", "payers_of", "right_sets", "train"]
