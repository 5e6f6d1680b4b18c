"""Models that may take the champion's place, each with what it says of decided lines that it was not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, lgamma, log, log1p
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray

from recon_kit.errors import ParameterError
from recon_kit.learning.correcting import correction, joined, shift, shifted
from recon_kit.learning.fitting import Learner, assembled
from recon_kit.learning.folds import grouped_folds, splits
from recon_kit.learning.training import TARGETS, Case, Learners, payers_of, right_sets, train
from recon_kit.matching.columns import NOTHING
from recon_kit.matching.model import NEVER, Cut, Model, Stage, cut_for, cut_name, measured_at
from recon_kit.matching.scoring.running import COMMIT, Outcome, run

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AS_IT_IS = "as it is"
LEAST_TO_CORRECT, LEAST_TO_GROW = 200, 300
"""Decided lines from which on trees are added, or passes are grown anew."""
MANY = 20_000
"""From so many on, passes are grown as those of the model that ships."""
FLOORS = (0.985, 0.97)
_FOLDS, _LEAST_WRONG = 5, 5
_FEW = Learner(shape="additive", n_trees=80, leaves=8, rate=0.1, least_rows=20)
_MUCH = Learner(n_trees=100, leaves=24, rate=0.1)
_MORE = Learner(n_trees=10, leaves=6, rate=0.3, least_rows=20, l2=5.0)
_LEFT_OPEN, _CERTAIN, _SURPRISING = 0.5, 1e-4, 0.05


@dataclass(frozen=True)
class Judged:
    """What a model says of the decided lines, one element a line in the order of cases and lines.

    Args:
        probability: of its set, 0 where it has none. right: whether that set is right. pays: whether the line paid documents.
        group: what lines stand together by (their payer).
    """

    probability: Floats
    right: Flags
    pays: Flags
    group: NDArray[Any]

    @property
    def chosen(self) -> Flags:
        """Which lines have a set."""
        return np.asarray(self.probability > 0)

    @property
    def said(self) -> Floats:
        """The probability given to what was so: of the set if it is right, of its being wrong if not; a half where a line that
        paid documents was left open."""
        of_sets = np.where(self.right, self.probability, 1 - self.probability)
        left = np.where(self.pays, _LEFT_OPEN, 1.0)
        return np.asarray(np.clip(np.where(self.chosen, of_sets, left), _CERTAIN, 1 - _CERTAIN))


@dataclass(frozen=True)
class Challenger:
    """A model without its cuts for automatic matches, and what it says of lines that it was not learned from."""

    name: str
    model: Model
    judged: Judged


@dataclass(frozen=True)
class Ran:
    """The champion's run over all cases.

    Args:
        rows, odds: by which its last word judged the decided lines that have a set, NaN without such rows.
    """

    champion: Model
    judged: Judged
    rows: NDArray[np.float32] | None
    odds: Floats


def ran(cases: Sequence[Case], champion: Model) -> Ran:
    """What the champion says of the decided lines."""
    parts = [_one(case, run(case.both, np.ones(len(case.both.lines), bool), champion)) for case in cases]
    judged = Judged(*(np.concatenate([getattr(part[0], name) for part in parts]) for name in Judged.__dataclass_fields__))
    rows = None if any(part[1] is None for part in parts) else np.vstack([part[1] for part in parts if part[1] is not None])
    return Ran(champion, judged, rows, np.concatenate([part[2] for part in parts]))


def as_it_is(given: Ran) -> Challenger:
    """The champion itself."""
    return Challenger(AS_IT_IS, given.champion, given.judged)


def adjusted(given: Ran) -> Challenger | None:
    """The champion with the curve of its last word shifted; None without a last word, or with hardly an error to tell how far:
    some tens of decisions without one would make any model look too modest."""
    judged, chosen = given.judged, given.judged.chosen
    if given.rows is None or (~judged.right[chosen]).sum() < _LEAST_WRONG:
        return None
    last = given.champion.passes[-1]
    odds, right = last.calibration.calibrated(given.odds), judged.right[chosen]
    held = np.empty(len(odds))
    for learn, out in splits(_folds(judged.group[chosen])):
        held[out] = _line(shift(odds[learn], right[learn]), odds[out])
    curve = shifted(last.calibration, *shift(odds, right))
    return _changed("shifted", given, replace(last, calibration=curve), held)


def corrected(given: Ran) -> Challenger | None:
    """The champion with some trees more in its last word; None with few decisions or hardly an error to learn from."""
    judged, chosen = given.judged, given.judged.chosen
    right = judged.right[chosen]
    if given.rows is None or len(right) < LEAST_TO_CORRECT or (~right).sum() < _LEAST_WRONG:
        return None
    last, held, odds = given.champion.passes[-1], np.empty(len(right)), np.empty(len(right))
    directions = {feature.name: feature.direction for feature in given.champion.features}
    ways, folds = [directions[name] for name in last.last.features], _folds(judged.group[chosen])
    for learn, out in splits(folds):
        more = correction(given.rows[learn], right[learn], given.odds[learn], ways, _MORE)
        odds[out] = last.calibration.calibrated(given.odds[out] + more.score(np.ascontiguousarray(given.rows[out])))
    for learn, out in splits(folds):
        held[out] = _line(shift(odds[learn], right[learn]), odds[out])
    trees = joined(last.first.trees, correction(given.rows, right, given.odds, ways, _MORE))
    curve = shifted(last.calibration, *shift(odds, right))
    return _changed("corrected", given, replace(last, first=Stage(last.first.features, trees), calibration=curve), held)


def grown(cases: Sequence[Case], given: Ran) -> Challenger | None:
    """Passes grown from the decisions alone; None where they are too few or hold no errors."""
    n = len(given.judged.pays)
    if n < LEAST_TO_GROW:
        return None
    learner = _MUCH if n >= MANY else _FEW
    learners = Learners(learner, learner, method="isotonic" if n >= MANY else "logistic")
    try:
        found = train(cases, learners, FLOORS, _FOLDS, few=True)
    except ParameterError:
        return None
    scored = found.scored
    place = np.concatenate([[0], np.cumsum([int(case.known().sum()) for case in cases])])
    at = np.array([place[case] + int(cases[case].known()[:line].sum())
                   for case, line in zip(scored.case.tolist(), scored.line.tolist(), strict=True)], np.int64)  # fmt: skip
    probability, right = np.zeros(n), np.zeros(n, bool)
    probability[at], right[at] = scored.probability, scored.right
    model = assembled(found.passes, {name: cut for name, cut in found.cuts().items() if name.startswith(COMMIT)}, {})
    return Challenger("grown", model, replace(given.judged, probability=probability, right=right))


def cuts(found: Challenger, given: Ran) -> dict[str, Cut]:
    """Where it may act by itself: as far as the decisions carry it; else no looser than the champion, and tighter where errors
    show."""
    judged = found.judged
    p, right = judged.probability[judged.chosen], judged.right[judged.chosen]
    told = {name: cut for name, cut in found.model.cuts.items() if name.startswith(COMMIT)}
    for target in TARGETS:
        at, old = cut_for(p, right, target).at, given.champion.cuts.get(cut_name(target))
        if old is not None:
            at = min(at, _no_looser(judged, given.judged, old.at, target))
        kept = old if old is not None and at == old.at and found.name == AS_IT_IS else None
        told[cut_name(target)] = kept or measured_at(p, right, at, "own")
    return told


def _no_looser(judged: Judged, champion: Judged, old: float, target: float) -> float:
    """The champion's cut, raised until no more lines pass than the champion lets through; and where more wrong ones pass than
    chance explains, until no more do than are allowed."""
    p, right = judged.probability[judged.chosen], judged.right[judged.chosen]
    through, falling = int((champion.probability >= old).sum()), np.sort(p)[::-1]
    at = old
    if through < len(p) and falling[through] >= old:
        at = float(np.nextafter(falling[through], 2))
    seen = measured_at(p, right, at)
    if _chance_of(seen.wrong, seen.n, target) < _SURPRISING:
        at = max(at, cut_for(p, right, target, bounded=False).at)
    return min(NEVER, at)


def _chance_of(wrong: int, n: int, share: float) -> float:
    """How likely at least so many are wrong of n, if each is with that share (binomial)."""
    terms = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log1p(-share) for k in range(wrong))
    return 1 - sum(exp(term) for term in terms)


def _one(case: Case, outcome: Outcome) -> tuple[Judged, NDArray[np.float32] | None, Floats]:
    n, known = len(case.both.lines), case.known()
    line, said = outcome.chosen()
    probability, right = np.zeros(n), np.zeros(n, bool)
    probability[line] = np.maximum(said, 1e-12)
    for number, look in enumerate(outcome.looks):
        mine = np.flatnonzero((outcome.look == number) & (outcome.look != NOTHING))
        right[mine] = right_sets(look.seen, case.line, case.item)[look.set[mine]]
    pays = np.bincount(case.line, minlength=n) > 0
    judged = Judged(probability[known], right[known], pays[known], payers_of(outcome.looks[0].seen, case.name)[known])
    final = outcome.final
    if final is None:
        return judged, None, np.zeros(0)
    decided = known[final.line]
    return judged, final.rows[decided], final.odds[decided]


def _changed(name: str, given: Ran, last: Any, odds: Floats) -> Challenger:
    champion, judged = given.champion, given.judged
    probability = judged.probability.copy()
    probability[judged.chosen] = 1 / (1 + np.exp(-odds))
    model = replace(champion, passes=(*champion.passes[:-1], last), about=_about(champion.about))
    return Challenger(name, model, replace(judged, probability=probability))


def _about(about: Mapping[str, Any]) -> dict[str, Any]:
    return {**about, "versions": {**about.get("versions", {}), "scikit-learn": sklearn.__version__}}


def _folds(group: NDArray[Any]) -> NDArray[np.int64]:
    return grouped_folds(group, min(_FOLDS, max(2, len(np.unique(group)))))


def _line(by: tuple[float, float], odds: Floats) -> Floats:
    return np.asarray(by[0] + by[1] * odds)
