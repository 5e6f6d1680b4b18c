"""Sums by group stay whole numbers."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.exact import dot, half_up, summed, whole


def test_a_missing_key_is_a_group_of_its_own():
    rows = pd.DataFrame({"entity": ["A", None, "A", None], "amount": [1, 2, 3, 4]}).astype({"entity": "str"})
    found = summed(rows, ["entity"], ["amount"])
    assert found["amount"].tolist() == [4, 6]
    assert found["n"].tolist() == [2, 2]
    assert found["entity"].isna().tolist() == [False, True]


def test_sums_above_2_to_the_53_are_exact():
    rows = pd.DataFrame({"entity": ["A", "A"], "amount": [2**60, 1]})
    assert summed(rows, ["entity"], ["amount"])["amount"].tolist() == [2**60 + 1]


def test_a_sum_that_could_wrap_is_refused():
    with pytest.raises(OverflowError, match="too large to be added exactly"):
        whole([2**61, 2**61])


def test_floats_are_refused():
    with pytest.raises(TypeError, match="money is float64"):
        whole(np.array([1.0]))


def test_products_that_pass_64_bits_are_exact():
    assert dot([2**61, 3], [8, 5]) == 2**64 + 15


@given(st.fractions())
def test_half_up_is_the_nearest_and_takes_a_half_away_from_zero(value):
    found = half_up(value)
    assert abs(Fraction(found) - value) <= Fraction(1, 2)
    assert half_up(-value) == -found
    assert abs(found) >= abs(value) or abs(value) - abs(found) < Fraction(1, 2)
