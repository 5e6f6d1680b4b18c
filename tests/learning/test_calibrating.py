"""Curves fitted on held-out rows."""

import numpy as np
import pytest

from recon_kit.errors import ParameterError
from recon_kit.learning.calibrating import calibrate, cross_calibrated
from recon_kit.matching.model import calibration_error


def skewed(n=30000, seed=0):
    """Scores that claim three times too much, and a truth that is mostly wrong."""
    chance = np.random.default_rng(seed)
    honest = chance.normal(-2, 3, n)
    return 3 * honest + 1, chance.random(n) < 1 / (1 + np.exp(-honest))


@pytest.mark.parametrize("method", ["isotonic", "logistic"])
def test_scores_that_claim_too_much_hold_afterwards(method):
    curve = calibrate(*skewed(), method=method)
    scores, truth = skewed(seed=1)
    assert calibration_error(1 / (1 + np.exp(-scores)), truth) > 0.05
    assert calibration_error(curve.probability(scores), truth) < 0.012


def test_a_curve_that_is_no_logistic_is_followed_by_pooled_bins():
    chance = np.random.default_rng(0)
    scores = chance.uniform(-4, 4, 20000)
    truth = chance.random(20000) < np.where(scores > 0, 0.9, 0.1)
    found = calibrate(scores, truth).probability(np.array([-2.0, 2.0]))
    assert found == pytest.approx([0.1, 0.9], abs=0.04)


@pytest.mark.parametrize("method", ["isotonic", "logistic"])
def test_the_order_of_the_rows_changes_nothing(method):
    scores, truth = skewed(3000)
    scores = np.round(scores, 1)
    order = np.random.default_rng(1).permutation(3000)
    assert calibrate(scores[order], truth[order], method=method) == calibrate(scores, truth, method=method)


def test_nothing_rarer_is_claimed_than_the_sample_could_show():
    chance = np.random.default_rng(0)
    scores = np.concatenate([chance.normal(8, 1, 500), chance.normal(-8, 1, 500)])
    found = calibrate(scores, scores > 0).probability(np.array([-1e9, 1e9]))
    assert found == pytest.approx([1 / 1002, 1 - 1 / 1002], rel=0.01)


def test_a_weight_counts_like_so_many_rows():
    scores, truth = skewed(4000)
    twice = calibrate(np.repeat(scores, 2), np.repeat(truth, 2))
    weighted = calibrate(scores, truth, np.full(4000, 2.0))
    assert np.abs(twice.probability(scores) - weighted.probability(scores)).max() < 0.03


def test_each_row_is_calibrated_without_its_fold():
    scores, truth = skewed(3000)
    folds = np.arange(3000) % 3
    held = cross_calibrated(scores, truth, folds)
    assert (held[folds == 1] == calibrate(scores[folds != 1], truth[folds != 1]).probability(scores[folds == 1])).all()


@pytest.mark.parametrize(
    ("truth", "message"), [([True] * 4, "of both kinds"), ([True, True, False, False], "higher where rows are right")]
)
def test_what_teaches_no_curve_is_refused(truth, message):
    with pytest.raises(ParameterError, match=message):
        calibrate(np.array([0.0, 1.0, 2.0, 3.0]), np.array(truth))
