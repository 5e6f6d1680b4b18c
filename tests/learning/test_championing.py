"""A challenger replaces the champion only if it is surely better."""

import numpy as np
import pytest

from recon_kit.errors import ParameterError
from recon_kit.learning.championing import better


def month(n=3000, seed=0):
    chance = np.random.default_rng(seed)
    honest = chance.uniform(0.02, 0.98, n)
    blurred = 1 / (1 + np.exp(-(np.log(honest / (1 - honest)) + chance.normal(0, 1, n))))
    return honest, blurred, chance.random(n) < honest, np.arange(n) // 10


@pytest.mark.parametrize("measure", ["log_score", "through"])
def test_the_better_side_replaces_and_the_worse_does_not(measure):
    honest, blurred, truth, groups = month()
    assert better(blurred, honest, truth, groups, measure, target=0.1, draws=200).replace
    assert not better(honest, blurred, truth, groups, measure, target=0.1, draws=200).replace


def test_a_gain_that_few_groups_could_have_made_by_chance_is_not_enough():
    honest, _, truth, _ = month(60)
    found = better(honest * 0.999, honest, truth, np.arange(60) // 20)
    assert not found.replace


def test_equal_sides_differ_by_nothing():
    honest, _, truth, groups = month(500)
    found = better(honest, honest, truth, groups)
    assert (found.lower95, found.upper95, found.replace) == (0, 0, False)


@pytest.mark.parametrize("measure", ["log_score", "through"])
def test_the_order_of_the_rows_changes_nothing(measure):
    honest, blurred, truth, groups = month(800)
    order = np.random.default_rng(3).permutation(800)
    mixed = better(blurred[order], honest[order], truth[order], groups[order], measure, target=0.1, draws=100)
    assert mixed == better(blurred, honest, truth, groups, measure, target=0.1, draws=100)


@pytest.mark.parametrize(
    ("champion", "groups", "message"),
    [([0.5, 0.5], [0, 0], "two groups"), ([0.5, 1.0], [0, 1], "below 1"), ([0.5], [0, 1], "for each row")],
)
def test_sides_that_cannot_be_compared_are_refused(champion, groups, message):
    with pytest.raises(ParameterError, match=message):
        better(np.array(champion), np.array([0.5, 0.5]), np.array([True, False]), np.array(groups))
