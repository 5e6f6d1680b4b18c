"""What an earlier score added is told by the evidence that made it: no more than it was, and to the bit in sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.matching.decision.evidence import GROUPS, PRIOR, RIVALS, _shared

_ODDS = st.floats(-12, 12, allow_nan=False, width=32)
_ROW = st.lists(_ODDS, min_size=len(GROUPS), max_size=len(GROUPS))


@settings(max_examples=50, deadline=None)
@given(_ROW, _ODDS)
def test_shares_add_up_and_none_is_larger_than_the_whole(parts: list[float], added: float) -> None:
    found = _shared(np.zeros((1, len(GROUPS))), np.array([added]), np.array([parts]))[0]

    assert found.sum() == pytest.approx(added)
    assert found[PRIOR] == 0
    assert (np.abs(found) <= abs(added) + 1e-9).all()
    assert (found * np.sign(added) >= -1e-9).all()


def test_a_score_near_nought_does_not_blow_its_parts_up() -> None:
    """Shared in proportion to parts that cancel out, -12 would have become +119 and -54."""
    parts = np.zeros((1, len(GROUPS)))
    parts[0, PRIOR], parts[0, RIVALS], parts[0, 0] = 9.0, -6.0, -2.0

    found = _shared(np.zeros((1, len(GROUPS))), np.array([-12.0]), parts)[0]

    assert found[[0, RIVALS]].tolist() == [-3.0, -9.0]


def test_what_nothing_pulled_that_way_stays_with_rivals() -> None:
    found = _shared(np.zeros((1, len(GROUPS))), np.array([2.0]), np.full((1, len(GROUPS)), -1.0))[0]

    assert found[RIVALS] == 2
