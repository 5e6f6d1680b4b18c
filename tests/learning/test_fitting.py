"""Training: the same model for any order of rows and number of threads, and nothing judged by what it was learned from."""

import numpy as np
import pytest

from recon_kit.errors import ParameterError
from recon_kit.learning.championing import better, compared
from recon_kit.learning.fitting import Learner, Sample, assembled, fit_pass, fit_trees, measured
from recon_kit.learning.folds import content_order, grouped_folds
from recon_kit.matching.model import Feature, Model, cut_for, probability

SMALL = Learner(n_trees=12, leaves=6, rate=0.2, threads=1)
FEATURES = (Feature("fit", "how well amounts agree", 1), Feature("delay", "days late"), Feature("name", "likeness of names"))
RIVAL = (Feature("best_rival", "log-odds of the best other set of the line", -1),)


def sample(n_lines=900, seed=0, noise=0.0):
    """Lines with three sets each, one of them right, customers of six lines."""
    chance = np.random.default_rng(seed)
    right = np.arange(3 * n_lines) % 3 == 0
    rows = chance.normal(size=(3 * n_lines, 3)).astype(np.float32)
    rows[:, 0] += 1.2 * right
    rows[:, 1] += noise * chance.normal(size=len(rows))
    rows[chance.random(rows.shape) < 0.1] = np.nan
    return Sample(rows, FEATURES, right, np.arange(3 * n_lines) // 18)


def rivals(scores):
    three = scores.reshape(-1, 3)
    best = np.stack([np.delete(three, at, axis=1).max(axis=1) for at in range(3)], axis=1)
    return best.reshape(-1, 1).astype(np.float32)


@pytest.fixture(scope="module")
def fitted():
    return fit_pass("1", sample(), SMALL, (rivals, RIVAL), n_folds=3)


def test_a_pass_of_two_stages_scores_what_it_was_not_shown(fitted):
    data, unseen = sample(), sample(seed=1)
    found = measured(fitted, data.truth, 0.05, bounded=False)
    assert found["calibration_error"] < 0.03
    assert found["abroad"]["n"] > 0
    first = fitted.part.first.trees.score(unseen.rows)
    said = probability(fitted.part, np.concatenate([unseen.rows, rivals(first)], axis=1))
    log_score = np.log(np.where(unseen.truth, said, 1 - said)).mean()
    assert log_score == pytest.approx(found["log_score"], abs=0.04)


def test_knowing_the_rivals_helps(fitted):
    data = sample()
    alone = fit_pass("1", data, SMALL, n_folds=3)
    assert better(alone.probability, fitted.probability, data.truth, data.groups).replace


def test_the_second_stage_learns_from_scores_of_folds_that_the_first_had_not_seen():
    data, seen = sample(300), []
    out = fit_pass("1", data, SMALL, (lambda scores: seen.append(scores) or rivals(scores), RIVAL), n_folds=3)
    assert (seen[0] == out.first).all()
    assert not (seen[0] == out.part.first.trees.score(data.rows)).any()


def test_the_model_depends_on_neither_row_order_nor_threads():
    data = sample(4000)
    order = np.random.default_rng(5).permutation(len(data.rows))
    mixed = Sample(data.rows[order], FEATURES, data.truth[order], data.groups[order])
    few = Learner(n_trees=3, leaves=8, threads=1)
    assert fit_trees(data, few) == fit_trees(mixed, Learner(n_trees=3, leaves=8, threads=2))


def test_each_group_is_in_one_fold_whatever_the_order():
    groups = np.array([f"c{at % 37}" for at in range(1000)] + ["big"] * 400)
    folds = grouped_folds(groups, 4)
    order = np.random.default_rng(0).permutation(len(groups))
    assert (grouped_folds(groups[order], 4) == folds[order]).all()
    assert all(len(set(folds[groups == group])) == 1 for group in np.unique(groups))
    *others, largest = sorted(np.bincount(folds).tolist())
    assert largest == 400 and max(others) - min(others) <= 28


def test_rows_that_hold_the_same_are_one_to_the_order():
    rows = np.array([[0.0, np.nan], [-0.0, np.nan], [1, 2], [0, 1]], np.float32)
    found = rows[content_order(rows)]
    again = rows[[2, 1, 3, 0]]
    assert np.array_equal(found, again[content_order(again)], equal_nan=True)


def test_an_additive_final_stage_gives_each_feature_its_own_curve():
    data = sample(300)
    trees = fit_trees(data, Learner("additive", n_trees=10, leaves=4, threads=1))
    other = data.rows.copy()
    other[:, 1:] = 0
    first, _ = trees.contributions(data.rows)
    alone, _ = trees.contributions(other)
    assert (first[:, 0] == alone[:, 0]).all()


def test_more_of_what_may_only_help_never_lowers_the_score():
    trees = fit_trees(sample(300), SMALL)
    steps = np.tile(np.float32([0, 0.3, -0.2]), (50, 1))
    steps[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(trees.score(steps)) >= 0).all()


def test_passes_become_one_model_that_survives_its_file(fitted):
    cut = cut_for(fitted.probability, sample().truth, 0.05, bounded=False)
    model = assembled([fitted], {"automatic": cut}, {"seeds": [0], "metrics": measured(fitted, sample().truth, 0.05)})
    again = Model.from_json(model.to_json())
    assert (again.sha256, again) == (model.sha256, model)
    assert [feature.name for feature in again.features] == ["fit", "delay", "name", "best_rival"]
    assert "scikit-learn" in again.about["versions"]


def test_learners_are_compared_on_rows_neither_has_seen(fitted):
    data = sample()
    additive = fit_pass("1", data, SMALL, (rivals, RIVAL), final=Learner("additive", 12, 6, 0.2, threads=1), n_folds=3)
    table = compared({"trees": fitted.probability, "additive": additive.probability}, data.truth, data.groups, 0.05)
    assert table["model"].tolist() == ["trees", "trees", "additive", "additive"]
    assert table.loc[0, ["lower95", "upper95"]].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rows": np.zeros((4, 3))}, r"float32\[n, 3\]"),
        ({"truth": np.zeros(4, bool)}, "right and wrong rows"),
        ({"groups": np.zeros(2)}, "for each of 4 rows"),
    ],
)
def test_a_sample_that_does_not_fit_together_is_refused(changed, message):
    told = {"rows": np.zeros((4, 3), np.float32), "features": FEATURES, "truth": np.arange(4) > 1, "groups": np.zeros(4)}
    with pytest.raises(ParameterError, match=message):
        Sample(**{**told, **changed})


def test_fewer_groups_than_folds_are_refused():
    data = sample(6)
    with pytest.raises(ParameterError, match="at least 5 groups"):
        fit_pass("1", data, SMALL)
