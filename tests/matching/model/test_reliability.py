"""Said against seen."""

import numpy as np
import pytest

from recon_kit.matching.model.reliability import calibration_error, reliability


def test_one_row_per_bin_with_what_was_said_and_seen():
    probability = np.array([0.1] * 10 + [0.9] * 10)
    table = reliability(probability, np.arange(20) >= 9, n_bins=2)
    assert table[["n", "said", "seen"]].round(6).values.tolist() == [[10, 0.1, 0.1], [10, 0.9, 1.0]]
    assert (table["lower95"] < table["seen"]).all()


@pytest.mark.parametrize("bins", ["mass", "width"])
def test_the_error_is_the_mean_gap(bins):
    probability = np.array([0.05] * 50 + [0.95] * 150)
    truth = np.array([False] * 50 + [True] * 120 + [False] * 30)
    assert calibration_error(probability, truth, 4, bins) == pytest.approx(0.25 * 0.05 + 0.75 * 0.15)


@pytest.mark.parametrize("bins", ["mass", "width"])
def test_probabilities_that_hold_have_little_error_whatever_the_order(bins):
    chance = np.random.default_rng(0)
    probability = chance.random(20000)
    truth = chance.random(20000) < probability
    order = chance.permutation(20000)
    assert calibration_error(probability, truth, bins=bins) < 0.02
    assert calibration_error(probability[order], truth[order], bins=bins) == calibration_error(probability, truth, bins=bins)


def test_nothing_has_no_error():
    assert np.isnan(calibration_error(np.array([]), np.array([], bool)))
