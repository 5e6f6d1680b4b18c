"""The interval, and what was measured of each rule."""

from __future__ import annotations

import pytest

from recon_kit.matching.precision import measured, wilson
from recon_kit.policy import Policy


def test_wilson_is_the_published_interval() -> None:
    assert [round(bound, 4) for bound in wilson(8, 10)] == [0.4902, 0.9433]
    assert wilson(0, 0) == (0.0, 1.0)


def test_every_measured_precision_fits_its_counts() -> None:
    for name, found in measured().items():
        if found.n:
            assert (found.lower95, found.upper95) == pytest.approx(wilson(found.n - found.wrong, found.n), abs=1e-6), name
            assert found.probability == pytest.approx((found.n - found.wrong + 1) / (found.n + 2), abs=1e-6), name
        assert 0 < found.probability < 1


DECIDING = ("return_of_known_line", "own_transfer")


@pytest.mark.parametrize("rule", DECIDING)
def test_every_deciding_rule_was_shown_to_hold_the_default_floor(rule: str) -> None:
    assert measured()[rule].lower95 >= Policy().matching.rules_floor
