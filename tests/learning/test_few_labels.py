"""Rows that weigh nothing are matched but not learned from; trainings that run out of examples end early."""

import numpy as np
import pytest

from recon_kit.errors import ParameterError
from recon_kit.learning.calibrating import calibrate
from recon_kit.learning.fitting import Learner, Sample, fit_trees
from recon_kit.matching.model import Feature

QUICK = Learner(n_trees=5, leaves=4, least_rows=5)


def sample(weight=None, n=200):
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(n, 2)).astype(np.float32)
    return Sample(rows, (Feature("a", "."), Feature("b", ".")), rows[:, 0] > 0, np.arange(n), weight)


def test_rows_of_weight_nought_are_as_if_they_were_not_there():
    whole = sample()
    half = Sample(whole.rows[:100], whole.features, whole.truth[:100], whole.groups[:100])
    flipped = Sample(whole.rows, whole.features, np.r_[whole.truth[:100], ~whole.truth[100:]], whole.groups,
                     (np.arange(200) < 100).astype(float))  # fmt: skip
    assert fit_trees(flipped, QUICK) == fit_trees(half, QUICK)
    scores, weight = whole.rows[:, 0].astype(float) + whole.rows[:, 1], flipped.weight
    assert calibrate(scores, flipped.truth, weight, "logistic") == calibrate(scores[:100], half.truth, None, "logistic")


def test_a_column_without_any_value_is_no_obstacle():
    given = sample()
    given.rows[:, 1] = np.nan
    assert fit_trees(given, QUICK).used()[1] == 0


def test_rows_that_are_all_right_teach_nothing():
    given = sample()
    weight = given.truth.astype(float)
    with pytest.raises(ParameterError, match="rows that are right and rows that are wrong"):
        fit_trees(Sample(given.rows, given.features, given.truth, given.groups, weight), QUICK)
