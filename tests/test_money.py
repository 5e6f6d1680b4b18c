"""Money: exact in, exact out, nothing guessed, nothing rounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit import money

READ = [
    ("1.234,56", "EUR", ",", 123456),
    ("1,234.56", "EUR", ".", 123456),
    ("1'234.56", "CHF", ".", 123456),
    ("1 234,56", "EUR", ",", 123456),
    ("1\u00a0234,56", "EUR", ",", 123456),
    ("(12.00)", "EUR", ".", -1200),
    ("12,00-", "EUR", ",", -1200),
    ("\u221212.5", "EUR", ".", -1250),
    ("+2500,00", "EUR", ",", 250000),
    ("-62,3", "EUR", ",", -6230),
    ("200", "EUR", ",", 20000),
    ("1495.0000", "EUR", ".", 149500),
    ("1000", "JPY", ".", 1000),
    ("1.234", "KWD", ".", 1234),
    ("0", "EUR", ",", 0),
]


@pytest.mark.parametrize(("text", "currency", "mark", "units"), READ)
def test_an_amount_is_read_by_its_declared_mark(text, currency, mark, units):
    assert money.minor_units(text, currency, mark) == units


NO_AMOUNTS = ["", "-", "1.2O4,50", "1,2,3", "12.34.5", "1..2", "1e5", "$120", "12,", "1 23,00", "\u0663,00", "--1"]


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="is not an amount"):
        money.minor_units(text, "EUR", ",")


def test_more_decimals_than_the_currency_are_never_rounded():
    with pytest.raises(ValueError, match="more decimals than JPY allows"):
        money.minor_units("10.5", "JPY", ".")
    with pytest.raises(ValueError, match="more decimals than EUR allows"):
        money.minor_units("10.005", "EUR", ".")


def test_an_amount_beyond_int64_is_refused():
    with pytest.raises(ValueError, match="larger than any amount"):
        money.minor_units("92233720368547758.08", "EUR", ".")


@pytest.mark.parametrize(("text", "units"), [("-119,00 €", -11900), ("¤ 42,00", 4200), ("EUR 5,00", 500), ("-€45,00", -4500)])
def test_currency_signs_are_read_where_the_source_declares_them(text, units):
    assert money.minor_units(text, "EUR", ",", symbols=True) == units


def test_a_code_that_is_no_currency_is_refused():
    with pytest.raises(ValueError, match="'EUX' is not an ISO 4217"):
        money.minor_units("1", "EUX", ".")


MARKS = [(["1.234,5"], ","), (["1,234.5"], "."), (["10,5"], ","), (["1.234.567"], ","), (["0.125"], "."), (["7"], ".")]


@pytest.mark.parametrize(("texts", "mark"), MARKS)
def test_a_column_tells_its_mark(texts, mark):
    assert money.decimal_mark_of(texts) == mark


@pytest.mark.parametrize(("texts", "told"), [(["1.234", "12.500"], "say which"), (["1,5", "1.5"], "use both")])
def test_a_column_that_does_not_tell_is_refused(texts, told):
    with pytest.raises(ValueError, match=told):
        money.decimal_mark_of(texts)


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from([",", "."]))
def test_text_round_trips(units, currency, mark):
    group = "." if mark == "," else ","
    text = money.money_text(units, currency, decimal_mark=mark, group=group)
    assert money.minor_units(text, currency, mark) == units


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_parts_sum_to_the_whole(amount, weights):
    parts = money.split(amount, weights)
    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


def test_a_sum_does_not_wrap():
    assert money.total(np.array([2**62, 2**62, 2**62])) == 3 * 2**62


def test_a_float_column_is_no_money():
    with pytest.raises(TypeError, match="expected whole minor units"):
        money.total(np.array([1.5]))


def test_casting_back_refuses_what_a_float_cannot_hold():
    assert money.whole_units(np.array([1.0, -5.0])).tolist() == [1, -5]
    for lost in ([1.5], [float("nan")], [2.0**54]):
        with pytest.raises(OverflowError, match="lost on the way"):
            money.whole_units(np.array(lost))
