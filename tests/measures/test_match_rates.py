"""How well money is matched, by count and by amount."""

from datetime import date

import pandas as pd
import pytest

from recon_kit.measures.match_rates import (
    days_to_match_median,
    days_to_match_p90,
    error_bound,
    interval,
    link_precision,
    link_recall,
    match_rates,
    receipt_waits,
)
from tests.measures.books import movements

AS_OF = date(2026, 3, 31)


def states(*rows):
    names = ["source", "direction", "amount", "explained", "proposed", "state", "automatic"]
    return pd.DataFrame(rows, columns=names).assign(currency="EUR")


THREE = states(
    ("bank", "in", 100, 100, 0, "explained", True),
    ("bank", "in", 900, 0, 900, "proposed", False),
    ("bank", "in", 50, 20, 0, "unexplained", False),
    ("bank", "in", 150, 150, 0, "explained", False),
    ("bank", "out", -30, -30, 0, "explained", True),
)


def test_by_count_and_by_amount_are_two_figures():
    row = match_rates(THREE).iloc[0]
    assert row[["n", "n_proposed", "n_explained", "n_straight_through"]].tolist() == [4, 3, 2, 1]
    assert row[["amount", "proposed", "explained", "straight_through"]].tolist() == [1200, 1170, 270, 100]


def test_money_out_is_counted_by_its_size_and_apart():
    found = match_rates(THREE)
    assert found[["direction", "amount", "straight_through"]].values.tolist() == [["in", 1200, 100], ["out", 30, 30]]


def test_what_the_first_run_matched_is_known_only_if_told():
    assert match_rates(THREE)["first_pass"].isna().all()
    told = match_rates(THREE.assign(first_pass=[True, True, False, False, False])).iloc[0]
    assert told[["n_first_pass", "first_pass"]].tolist() == [1, 100]


def test_links_against_truth():
    assert link_precision(930, 935).text(2) == "99.47"
    assert link_recall(930, 1000).text(2) == "93.00"
    assert link_precision(0, 0).why == link_recall(0, 0).why == "no_cases"


def test_the_interval_of_a_share():
    assert [round(end, 2) for end in interval(930, 935)] == [98.75, 99.77]
    assert interval(0, 0) == (0.0, 100.0)


@pytest.mark.parametrize(("n", "shown"), [(300, "0.99"), (3000, "0.10")])
def test_no_error_in_n_checks_shows_only_so_much(n, shown):
    assert error_bound(n).text(2) == shown


def test_no_check_shows_nothing():
    assert error_bound(0).why == "no_cases"


def test_days_until_posted_count_open_lines_as_open():
    waits = pd.DataFrame(
        {
            "booked_on": pd.to_datetime(["2026-03-01"] * 10),
            "matched_on": pd.to_datetime(["2026-03-02"] * 4 + ["2026-03-06"] * 3 + ["2026-04-02"] + [None] * 2),
        }
    )
    assert days_to_match_median(waits, AS_OF).text(0) == "5"
    assert days_to_match_p90(waits, AS_OF).text(0) == "> 30"
    assert days_to_match_median(waits.iloc[:0], AS_OF).why == "no_cases"


def test_the_ledger_tells_when_it_posted_what_the_bank_booked():
    found = receipt_waits(movements().assign(document_on=pd.Timestamp("2026-03-01")))
    assert found["document_no"].tolist() == ["Z1"]
    assert days_to_match_median(found, AS_OF).value == 14
