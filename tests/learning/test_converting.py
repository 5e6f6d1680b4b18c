"""Trees taken out of scikit-learn score as it does."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from recon_kit.errors import ModelError
from recon_kit.learning.converting import floor32, trees_of


@pytest.fixture(autouse=True)
def one_thread():
    """Small fits: two threads that wait for each other on a busy machine take minutes."""
    with threadpool_limits(1):
        yield


def sample(n=1500, seed=0):
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(n, 5)).astype(np.float32)
    rows[:, 3] = np.round(rows[:, 3])
    rows[chance.random(rows.shape) < 0.15] = np.nan
    odds = np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1] * rows[:, 2]) + np.isnan(rows[:, 4]) * 2 - 0.5
    return rows, chance.random(n) < 1 / (1 + np.exp(-2 * odds))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"max_leaf_nodes": 60, "min_samples_leaf": 2},
        {"monotonic_cst": [1, 0, -1, 0, 0]},
        {"interaction_cst": [{at} for at in range(5)], "max_leaf_nodes": 6},
        {"max_leaf_nodes": 2},
    ],
)
def test_the_score_is_the_decision_function(options):
    rows, truth = sample()
    classifier = HistGradientBoostingClassifier(max_iter=25, early_stopping=False, random_state=0, **options).fit(rows, truth)
    trees = trees_of(classifier)
    unseen, _ = sample(seed=1)
    edges = np.concatenate([unseen, rows, np.full((1, 5), np.inf, np.float32), np.full((1, 5), np.nan, np.float32)])
    assert np.abs(trees.score(edges) - classifier.decision_function(edges)).max() < 1e-9


def test_a_threshold_between_two_float32_goes_to_the_lower_one():
    given = np.array([0.1, -0.1, 1e40, -1e40, np.inf, 0.5])
    found = floor32(given)
    assert (found.astype(np.float64) <= given).all()
    assert (np.nextafter(found[[0, 1, 3, 5]], np.float32(np.inf)).astype(np.float64) > given[[0, 1, 3, 5]]).all()
    assert found[2] == np.finfo(np.float32).max


def test_three_classes_and_categories_are_refused():
    rows, truth = sample(300)
    three = HistGradientBoostingClassifier(max_iter=2).fit(rows, truth.astype(int) + (rows[:, 0] > 1))
    with pytest.raises(ModelError, match="two classes"):
        trees_of(three)
    rows[:, 3] = np.abs(np.nan_to_num(rows[:, 3]))
    kinds = HistGradientBoostingClassifier(max_iter=2, categorical_features=[3]).fit(rows[:, [0, 1, 2, 3]], rows[:, 3] == 1)
    with pytest.raises(ModelError, match="no categorical feature"):
        trees_of(kinds)


def test_what_was_not_fitted_is_refused():
    with pytest.raises(ModelError, match="a fitted HistGradientBoostingClassifier"):
        trees_of(HistGradientBoostingClassifier())
