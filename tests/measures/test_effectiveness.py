"""The collection effectiveness index in its forms, turnover, and the share of cash that is not applied."""

from dataclasses import replace
from fractions import Fraction

import pytest

from recon_kit.measures.effectiveness import (
    Collected,
    cash_cei,
    cei,
    cei_average_sales,
    turnover,
    turnover_days,
    turnover_n_point,
    turnover_per_year,
)
from recon_kit.measures.unapplied import unapplied_aging, unapplied_of_receipts, unapplied_of_receivables
from tests.measures.books import END, items

QUARTER = Collected(opening=95_000_00, closing=125_000_00, current=80_000_00, sales=310_000_00, receipts=270_000_00)
MARCH = Collected(opening=130_000_00, closing=125_000_00, current=80_000_00, sales=90_000_00)
TIMES = turnover(310_000_00, 95_000_00, 125_000_00)


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (cei(QUARTER), "86.15"),
        (cei(MARCH), "67.86"),
        (cei_average_sales(QUARTER, 3), "61.97"),
        (cash_cei(QUARTER), "83.08"),
        (TIMES, "2.82"),
        (turnover_n_point(310_000_00, [95_000_00, 110_000_00, 130_000_00, 125_000_00]), "2.70"),
        (turnover_per_year(TIMES, 90), "11.43"),
        (turnover_days(TIMES, 90), "31.94"),
        (unapplied_of_receipts(6_000_00, 270_000_00), "2.22"),
        (unapplied_of_receivables(6_000_00, 125_000_00), "4.80"),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_worked_examples(figure, shown):
    assert figure.text(2) == shown


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (cei(replace(QUARTER, sales=None)), "no_movements"),
        (cei(Collected(0, 0, 0, 0)), "not_above_zero"),
        (cei(Collected(100, 50, 60, 0)), "over_100"),
        (cei(Collected(100, 150, 0, 0)), "below_0"),
        (cash_cei(replace(QUARTER, receipts=None)), "no_movements"),
        (cash_cei(replace(QUARTER, receipts=10**9)), "over_100"),
        (turnover(None, 1, 1), "no_movements"),
        (turnover(5, 0, 0), "not_above_zero"),
        (turnover_n_point(5, []), "no_movements"),
        (turnover_per_year(turnover(None, 1, 1), 90), "no_movements"),
        (turnover_days(turnover(0, 1, 1), 90), "no_sales"),
        (unapplied_of_receipts(1, 0), "no_receipts"),
        (unapplied_of_receivables(1, 0), "no_receivables"),
    ],
)
def test_what_is_not_defined_says_why(figure, why):
    assert (figure.text(), figure.why) == ("n/a", why)


def test_all_and_nothing_are_figures():
    assert cei(Collected(100, 40, 40, 0)).value == 100
    assert cei(Collected(100, 100, 40, 0)).value == 0


def test_figures_are_exact():
    assert cei(QUARTER).value == Fraction(28000, 325)


def test_open_credits_have_their_own_age():
    found = unapplied_aging(items(), END)
    assert found[["credit", "bucket", "n", "amount"]].values.tolist() == [
        ["credit_notes", "age_0_30", 1, -400_000],
        ["on_account", "age_31_60", 1, -600_000],
    ]
