"""How much is disputed, why, how long and how often rightly."""

from datetime import date

from recon_kit.measures.disputes import (
    dispute_days_median,
    disputed_amount_of_issued,
    disputed_of_issued,
    disputed_of_receivables,
    disputes_by_reason,
    disputes_valid,
)
from recon_kit.tables import DISPUTES
from tests.frames import frame

AS_OF = date(2026, 3, 31)
ALL = frame(
    DISPUTES,
    """
    dispute_id  item_id  opened_on  closed_on  amount  reason            outcome
    D1          I1       03-01      03-11      10.00   damaged_goods     valid
    D2          I2       03-01      03-21      50.00   price_difference  invalid
    D3          I3       03-01      -          30.00   damaged_goods     -
    D4          I4       03-15      -          5.00    price_difference  -
    D5          I5       03-01      04-02      7.00    returned_goods    withdrawn
    """,
    entity="A",
    currency="EUR",
)


def test_shares():
    assert disputed_of_issued(5, 200).text() == "2.5"
    assert disputed_amount_of_issued(102_00, 10_200_00, "EUR").text() == "1.0"
    assert disputed_of_receivables(35_00, 1_000_00, "EUR").text() == "3.5"


def test_what_is_not_defined_says_why():
    assert disputed_of_issued(0, 0).why == "no_sales"
    assert disputed_amount_of_issued(1, None).why == "no_movements"
    assert disputed_of_receivables(0, 0).why == "no_receivables"
    assert dispute_days_median(ALL.iloc[:0], AS_OF).why == "no_cases"
    assert disputes_valid(ALL.iloc[2:4]).why == "no_cases"


def test_open_disputes_count_as_such():
    assert dispute_days_median(ALL, AS_OF).text(0) == "> 30"
    assert dispute_days_median(ALL.iloc[:3], AS_OF).text(0) == "20"


def test_by_reason_the_largest_first():
    found = disputes_by_reason(ALL)
    assert found[["reason", "n", "amount", "n_open", "n_valid"]].values.tolist() == [
        ["price_difference", 2, 55_00, 1, 0],
        ["damaged_goods", 2, 40_00, 1, 1],
        ["returned_goods", 1, 7_00, 0, 0],
    ]


def test_the_share_that_was_right():
    assert disputes_valid(ALL).text() == "33.3"
