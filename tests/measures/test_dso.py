"""Every form of DSO gives another figure of the same books, and each is the one that was worked out."""

from datetime import date

import pytest

from recon_kit.measures.delinquency import delinquency_days, delinquency_days_average, delinquency_days_direct
from recon_kit.measures.dso import (
    age_weighted,
    dso_average,
    dso_best_possible,
    dso_best_possible_average,
    dso_count_back,
    dso_period_end,
    dso_true,
)
from tests.measures.books import END, items

SALES = 310_000_00
HISTORY = [(31, 90_000_00), (28, 120_000_00), (31, 100_000_00)]
BY_MONTH = {(2026, 1): 100_000_00, (2026, 2): 120_000_00, (2026, 3): 90_000_00}
MONTH_ENDS, CURRENTS = [110_000_00, 130_000_00, 125_000_00], [85_000_00, 104_000_00, 80_000_00]


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (dso_period_end(125_000_00, SALES, 90), "36.29"),
        (dso_period_end(125_000_00, 90_000_00, 31), "43.06"),
        (dso_average(MONTH_ENDS, SALES, 90), "35.32"),
        (dso_count_back(125_000_00, HISTORY), "39.17"),
        (dso_true(items(), END, BY_MONTH), "36.61"),
        (age_weighted(items(), END), "30.20"),
        (dso_best_possible(80_000_00, SALES, 90), "23.23"),
        (dso_best_possible_average(CURRENTS, SALES, 90), "26.03"),
        (delinquency_days(dso_period_end(125_000_00, SALES, 90), dso_best_possible(80_000_00, SALES, 90)), "13.06"),
        (delinquency_days_average(dso_average(MONTH_ENDS, SALES, 90), dso_best_possible_average(CURRENTS, SALES, 90)), "9.29"),
        (delinquency_days_direct(items(), END), "6.36"),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_worked_examples(figure, shown):
    assert figure.text(2) == shown


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (dso_period_end(1, None, 90), "no_movements"),
        (dso_period_end(1, 0, 90), "no_sales"),
        (dso_period_end(-1, 5, 90), "below_0"),
        (dso_average([], 5, 90), "no_movements"),
        (dso_count_back(1, []), "no_movements"),
        (dso_count_back(1, [(31, None)]), "no_movements"),
        (dso_count_back(1, [(31, 0), (28, 0)]), "no_sales"),
        (dso_count_back(-1, HISTORY), "below_0"),
        (dso_true(items(), END, {}), "no_movements"),
        (dso_true(items(), END, {(2025, 1): 5}), "history_too_short"),
        (age_weighted(items("item_id  open_amount\nG  -1.00"), END), "no_receivables"),
        (delinquency_days_direct(items().iloc[:0], END), "no_receivables"),
        (delinquency_days_direct(items("item_id  due_on  open_amount\nI  -  1.00"), END), "no_due_date"),
        (delinquency_days(dso_period_end(1, None, 90), dso_best_possible(1, 5, 90)), "no_movements"),
    ],
)
def test_what_is_not_defined_says_why(figure, why):
    assert (figure.text(), figure.why) == ("n/a", why)


def test_count_back_does_not_extrapolate():
    found = dso_count_back(400_000_00, HISTORY)
    assert (found.text(), found.at_least) == ("> 90.0", True)
    known_until = dso_count_back(100_000_00, [HISTORY[0], (28, None), HISTORY[2]])
    assert known_until.text() == "> 31.0"


def test_count_back_ends_exactly_with_a_month_and_walks_over_one_without_sales():
    assert dso_count_back(90_000_00, HISTORY).text() == "31.0"
    assert dso_count_back(95_000_00, [(31, 90_000_00), (28, 0), (31, 10_000_00)]).text() == "74.5"
    assert dso_count_back(0, HISTORY).text() == "0.0"


def test_true_dso_is_at_least_what_the_known_months_make():
    found = dso_true(items(), END, {(2026, 2): 120_000_00, (2026, 3): 90_000_00})
    assert found.text(2) == "> 25.36"


def test_a_document_of_tomorrow_has_no_age():
    tomorrow = items("item_id  open_amount\nI1  1.00\nI2  1.00", issued_on=date(2026, 4, 1))
    assert age_weighted(tomorrow, END).value == 0


def test_days_delinquent_are_of_two_figures_of_one_kind():
    with pytest.raises(ValueError, match="dso_period_end less dso_best_possible, not dso_average"):
        delinquency_days(dso_average(MONTH_ENDS, SALES, 90), dso_best_possible(1, SALES, 90))
