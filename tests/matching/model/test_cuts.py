"""Cuts: the lowest that holds, ties together, the strictest of several kinds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import ParameterError
from recon_kit.matching.model.cuts import NEVER, cut_for, frontier, held_out, measured_at, strictest_cut, upper95
from recon_kit.matching.precision import wilson

ROWS = st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.8, 0.9, 0.99]), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60)
@given(ROWS, st.sampled_from([0.05, 0.3, 0.6]), st.booleans())
def test_the_cut_is_the_lowest_that_holds(rows, target, bounded):
    probability, truth = np.array([p for p, _ in rows]), np.array([t for _, t in rows])
    found = cut_for(probability, truth, target, bounded=bounded)

    def holds(at):
        above = truth[probability >= at]
        n, wrong = len(above), int((~above).sum())
        return (1 - wilson(n - wrong, n)[0] if bounded else wrong / n) <= target + 1e-12

    assert found.at == min((at for at in set(probability.tolist()) if holds(at)), default=NEVER)


def test_what_stands_above_is_counted_with_its_bound():
    probability, truth = np.array([0.9] * 100 + [0.4] * 10), np.array([True] * 99 + [False] * 11)
    assert cut_for(probability, truth, 0.06) == measured_at(probability, truth, 0.9)
    assert (found := measured_at(probability, truth, 0.9)).wrong == 1
    assert found.upper95 == pytest.approx(1 - wilson(99, 100)[0])
    assert found.false_share == 0.01


def test_a_claim_of_one_in_a_thousand_needs_3838_rows_without_an_error():
    def found(n):
        return cut_for(np.full(n, 0.99), np.ones(n, bool), 0.001).at

    assert (found(3837), found(3838)) == (NEVER, 0.99)


def test_the_strictest_kind_decides_and_is_named():
    probability = np.array([0.9, 0.8, 0.7, 0.95, 0.8, 0.7])
    truth = np.array([True, True, True, True, False, True])
    kinds = np.array(["easy", "easy", "easy", "hard", "hard", "hard"])
    found = strictest_cut(probability, truth, kinds, 0.1)
    assert (found.at, found.kind, found.n, found.wrong) == (0.95, "hard", 1, 0)


def test_a_cut_is_reported_on_rows_it_was_not_chosen_on():
    probability = np.array([0.9, 0.8, 0.9, 0.8])
    truth = np.array([True, True, True, False])
    found = held_out(probability, truth, np.array([0, 0, 1, 1]), 0.2, bounded=False)
    assert (found.n, found.wrong) == (3, 1)


def test_a_stricter_target_never_automates_more():
    chance = np.random.default_rng(0)
    probability = chance.random(2000)
    cuts = frontier(probability, chance.random(2000) < probability, [0.3, 0.1, 0.03])
    assert [cut.n for _, cut in cuts] == sorted((cut.n for _, cut in cuts), reverse=True)


@pytest.mark.parametrize(
    ("probability", "target", "message"), [([0.5], 0, "between 0 and 1"), ([np.nan], 0.1, "that are numbers")]
)
def test_what_cannot_be_cut_is_refused(probability, target, message):
    with pytest.raises(ParameterError, match=message):
        cut_for(np.array(probability), np.array([True]), target)


def test_bounds_of_many_shares_are_those_of_one():
    assert upper95(np.array([0, 3, 1]), np.array([0, 50, 10])) == pytest.approx(
        [1, 1 - wilson(47, 50)[0], 1 - wilson(9, 10)[0]]
    )
