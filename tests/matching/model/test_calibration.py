"""A curve from score to probability: rising, inside (0, 1), the same after JSON."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import ModelError
from recon_kit.matching.model.calibration import Calibration

CURVE = Calibration((-2.0, 0.0, 3.0), (-4.0, -1.0, 5.0), (0.5, 1.0), (-9.0, 8.0))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_a_higher_score_is_never_less_likely_and_nothing_is_certain(scores):
    probability = CURVE.probability(np.sort(np.array(scores)))
    assert (np.diff(probability) >= 0).all()
    assert (probability > 0).all() and (probability < 1).all()


def test_it_goes_through_its_points_and_stays_within_its_bounds():
    assert CURVE.calibrated(np.array([-2.0, 0.0, 3.0, 1.5])).tolist() == [-4.0, -1.0, 5.0, 2.0]
    assert CURVE.calibrated(np.array([-1e9, 1e9])).tolist() == [-9.0, 8.0]


def test_a_trip_through_plain_values_changes_nothing():
    assert Calibration.from_dict(CURVE.to_dict()) == CURVE


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scores": [0.0, 0.0, 1.0]}, "points that rise"),
        ({"scores": []}, "at least one point"),
        ({"bounds": [-3.0, 8.0]}, "bounds outside all points"),
        ({"slopes": [0.0, 1.0]}, "slopes above 0"),
    ],
)
def test_a_curve_that_does_not_rise_is_refused(changed, message):
    with pytest.raises(ModelError, match=message):
        Calibration.from_dict({**CURVE.to_dict(), **changed})


def test_a_missing_part_is_named():
    with pytest.raises(ModelError, match="a value for 'slopes'"):
        Calibration.from_dict({"scores": [0], "log_odds": [0], "bounds": [-1, 1]})
