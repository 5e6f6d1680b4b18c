"""Trains a pass: a first look at each set, a second one that knows what the rivals scored, and a curve to a probability.

Whatever a row is judged by was learned without its group: second stage, curve, cuts and metrics see out-of-fold scores alone.
Boosting above 10,000 rows depends on row order, so rows are sorted by content first; early stopping (which draws rows) is off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from recon_kit.errors import ParameterError
from recon_kit.learning.calibrating import Method, calibrate, cross_calibrated
from recon_kit.learning.converting import trees_of
from recon_kit.learning.folds import content_order, grouped_folds, splits
from recon_kit.matching.model import Cut, Feature, Model, Pass, Stage, Trees, calibration_error, cut_for, held_out

Floats = NDArray[np.float64]
Rows = NDArray[np.float32]
Compete = Callable[[Floats], Rows]
"""From the first stage's score of each row, in the sample's order, to the competition features of kept rows: float32[n, k]."""


@dataclass(frozen=True)
class Learner:
    """How trees are grown.

    Args:
        shape: "additive" lets each tree ask for one feature alone, so that the score is a sum of curves, one a feature.
        n_trees, leaves, rate, least_rows, l2: see HistGradientBoostingClassifier (max_iter, max_leaf_nodes, ...).
        threads: how many the fit may use; None leaves it to the machine. The result is the same. One is the default, as
            threads that wait for each other took ten times as long on a busy machine (60,000 rows: 4.7 s and 43 s).
    """

    shape: Literal["trees", "additive"] = "trees"
    n_trees: int = 160
    leaves: int = 31
    rate: float = 0.08
    least_rows: int = 40
    l2: float = 1.0
    seed: int = 0
    threads: int | None = 1


@dataclass(frozen=True)
class Sample:
    """What a pass is trained on, one row per hypothesis.

    Args:
        rows: float32[n, f], NaN is "not known". features: what the columns are.
        truth: whether the whole set is right.
        groups: label of what must stay together (customer, feed): rows of a group are never on both sides of a fold.
        weight: how much each row counts; all alike if None (which is quicker: below 200,000 rows scikit-learn 1.9 sorts a
            weighted column once for each of its 255 bins).
    """

    rows: Rows
    features: tuple[Feature, ...]
    truth: NDArray[np.bool_]
    groups: NDArray[Any]
    weight: Floats | None = None

    def __post_init__(self) -> None:
        n, faults = len(self.rows), []
        if self.rows.dtype != np.float32 or self.rows.ndim != 2 or self.rows.shape[1] != len(self.features):
            faults.append(f"rows as float32[n, {len(self.features)}]")
        if len(self.truth) != n or len(self.groups) != n or (self.weight is not None and len(self.weight) != n):
            faults.append(f"truth, group and weight for each of {n} rows")
        if self.truth.dtype != np.bool_ or not self.truth.any() or self.truth.all():
            faults.append("truth as bool, with right and wrong rows")
        if faults:
            raise ParameterError("sample", faults)


@dataclass(frozen=True)
class Fitted:
    """A trained pass and what it said of rows that it had not seen.

    Args:
        part: the pass. features: all that it takes, competition included.
        folds: fold of each row of the sample.
        first: out-of-fold log-odds of the first stage. kept: the rows that went on to the second.
        last: out-of-fold log-odds of the last stage, one a kept row.
        probability: of each kept row by a curve that was fitted without its fold.
    """

    part: Pass
    features: tuple[Feature, ...]
    folds: NDArray[np.int64]
    first: Floats
    kept: NDArray[np.bool_]
    last: Floats
    probability: Floats


def fit_pass(
    name: str,
    sample: Sample,
    learner: Learner,
    compete: tuple[Compete, tuple[Feature, ...]] | None = None,
    *,
    hopeful: Callable[[Floats], NDArray[np.bool_]] | None = None,
    final: Learner | None = None,
    n_folds: int = 5,
    method: Method = "isotonic",
) -> Fitted:
    """A pass trained on a sample, with out-of-fold scores in the sample's order.

    Args:
        compete: computes competition features from first-stage scores, and what they are; None for a pass of one stage.
        hopeful: which rows go on to the second stage, by first-stage scores; all if None.
        final: how the second stage is grown, if otherwise than the first (an additive one explains best).
    Raises:
        ParameterError: fewer groups than folds, or the competition features do not fit the sample.
    """
    folds = grouped_folds(sample.groups, n_folds)
    if len(np.unique(folds)) < max(2, n_folds):
        raise ParameterError("sample", [f"at least {max(2, n_folds)} groups, one for each fold"])
    first_trees, first = _out_of_fold(sample, folds, learner)
    stages = [Stage(_names(sample.features), first_trees)]
    kept = np.ones(len(first), bool) if hopeful is None or compete is None else hopeful(first)
    whole, last = _part(sample, kept), first[kept]
    if compete is not None:
        whole = _widened(whole, compete[0](first), compete[1])
        last_trees, last = _out_of_fold(whole, folds[kept], final or learner)
        stages.append(Stage(_names(whole.features), last_trees))
    curve = calibrate(last, whole.truth, whole.weight, method)
    part = Pass(name, stages[0], stages[1] if compete else None, curve)
    held = cross_calibrated(last, whole.truth, folds[kept], whole.weight, method)
    return Fitted(part, whole.features, folds, first, kept, last, held)


def fit_trees(sample: Sample, learner: Learner) -> Trees:
    """Trees grown on all rows that weigh something; the same for any order of the rows.

    Raises:
        ParameterError: they are all right, or all wrong.
    """
    sample = _weighing(sample)
    weight = sample.weight
    order = content_order(sample.rows, sample.truth, *([] if weight is None else [weight]))
    columns = range(sample.rows.shape[1])
    additive = learner.shape == "additive"
    classifier = HistGradientBoostingClassifier(
        max_iter=learner.n_trees,
        max_leaf_nodes=learner.leaves,
        learning_rate=learner.rate,
        min_samples_leaf=learner.least_rows,
        l2_regularization=learner.l2,
        monotonic_cst=[feature.direction for feature in sample.features],
        interaction_cst=[{column} for column in columns] if additive else None,
        categorical_features=None,
        early_stopping=False,
        random_state=learner.seed,
    )
    rows = sample.rows[order]
    rows[:, np.isnan(rows).all(axis=0)] = 0  # scikit-learn 1.9 cannot bin a column without any value
    with threadpool_limits(learner.threads, user_api="openmp"):
        classifier.fit(rows, sample.truth[order], sample_weight=None if weight is None else weight[order])
    return trees_of(classifier)


def assembled(fitted: Sequence[Fitted], cuts: Mapping[str, Cut], about: Mapping[str, Any]) -> Model:
    """The passes as one model; `about` gains the version of scikit-learn."""
    features = {feature.name: feature for each in fitted for feature in each.features}
    versions = {**about.get("versions", {}), "scikit-learn": sklearn.__version__}
    return Model(tuple(features.values()), tuple(each.part for each in fitted), cuts, {**about, "versions": versions})


def measured(fitted: Fitted, truth: NDArray[np.bool_], target: float, *, bounded: bool = True) -> dict[str, Any]:
    """What held-out rows say of a pass: calibration error, log score, and what a cut for `target` is worth.

    `cut` is chosen on all rows, `abroad` counts each fold by a cut that was chosen on the others.
    """
    said, truth, folds = fitted.probability, truth[fitted.kept], fitted.folds[fitted.kept]
    return {
        "n": len(truth),
        "n_right": int(truth.sum()),
        "calibration_error": calibration_error(said, truth),
        "calibration_error_by_width": calibration_error(said, truth, bins="width"),
        "log_score": float(np.log(np.where(truth, said, 1 - said)).mean()),
        "cut": cut_for(said, truth, target, bounded=bounded).to_dict(),
        "abroad": held_out(said, truth, folds, target, bounded=bounded).to_dict(),
    }


def _out_of_fold(sample: Sample, folds: NDArray[np.int64], learner: Learner) -> tuple[Trees, Floats]:
    """Trees of all rows, and each row's score by trees that were grown without its fold."""
    scores = np.empty(len(folds))
    for learn, out in splits(folds):
        scores[out] = fit_trees(_part(sample, learn), learner).score(np.ascontiguousarray(sample.rows[out]))
    return fit_trees(sample, learner), scores


def _weighing(sample: Sample) -> Sample:
    """Without rows of weight 0; without weights where all others weigh 1."""
    if sample.weight is None:
        return sample
    kept = sample.weight > 0
    weight = None if (sample.weight[kept] == 1).all() else sample.weight[kept]
    if sample.truth[kept].all() or not sample.truth[kept].any():
        raise ParameterError("sample", ["rows that are right and rows that are wrong, without any one fold too"])
    return Sample(sample.rows[kept], sample.features, sample.truth[kept], sample.groups[kept], weight)


def _part(sample: Sample, rows: NDArray[np.bool_]) -> Sample:
    weight = None if sample.weight is None else sample.weight[rows]
    return Sample(sample.rows[rows], sample.features, sample.truth[rows], sample.groups[rows], weight)


def _widened(sample: Sample, beside: Rows, features: tuple[Feature, ...]) -> Sample:
    if beside.shape != (len(sample.rows), len(features)):
        raise ParameterError("competition", [f"float32[{len(sample.rows)}, {len(features)}], not {list(beside.shape)}"])
    rows = np.concatenate([sample.rows, beside.astype(np.float32)], axis=1)
    return Sample(rows, (*sample.features, *features), sample.truth, sample.groups, sample.weight)


def _names(features: tuple[Feature, ...]) -> tuple[str, ...]:
    return tuple(feature.name for feature in features)
