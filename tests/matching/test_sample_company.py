"""The shipped company against its truth: nothing automatic is wrong, and what is no customer's money hardly ever stays open."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from recon_kit.evaluation import evaluate
from recon_kit.tables import with_lines
from tests.bench.closing import by_bag, months, read_books, read_truth

DEDUCTIONS = ("discount", "fee", "write_off", "fx_difference")
SAMPLE = Path(__file__).parents[2] / "data_samples"


@pytest.fixture(scope="module")
def company():
    """Its books, and what matching says of August, September and October."""
    books = read_books(SAMPLE)
    return books, list(months(books, date(2026, 8, 1), date(2026, 10, 1)))


def test_no_automatic_match_of_the_sample_is_wrong(company) -> None:
    """A deduction that is not granted by itself is no error: the money is matched, the rest stays open for a person.

    Nor can anybody tell a payer who takes a discount and pays as much too much from one who pays in full.
    """
    books, results = company
    truth = read_truth(SAMPLE, books)
    for result in results:
        rows = by_bag(with_lines(result.allocations), books)
        automatic = rows[rows["status"] == "auto"]
        judged = evaluate(replace(result, allocations=_money(automatic)), _money(truth))
        assert judged.rules["n"].sum() > 1_000
        hidden = truth.loc[truth["phenomenon"].str.contains("discount") & truth["kind"].eq("on_account"), "line_id"]
        wrong = judged.wrong[~(judged.wrong["exact"] & judged.wrong["line_id"].isin(hidden))]
        assert wrong.values.tolist() == []
        granted = automatic[automatic["kind"].isin(DEDUCTIONS)]
        known = truth.merge(granted, on=["line_id", "item_id", "kind", "allocated"])
        assert len(granted) > 50
        assert len(known) == len(granted)


def _money(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["kind"].isin(DEDUCTIONS)].reset_index(drop=True)


def test_fewer_than_two_in_a_hundred_lines_that_are_no_customers_stay_open(company) -> None:
    books, results = company
    truth = pd.read_csv(SAMPLE / "truth" / "lines.csv", parse_dates=["booked_on"])
    others = truth[(truth["class"] != "customer") & (truth["booked_on"] > pd.Timestamp(books.policy.start_on))]
    named = others.merge(books.bank_lines[["source_file", "source_line", "line_id"]], on=["source_file", "source_line"])
    assert len(named) == len(others) > 1_500
    breaks = set(results[-1].breaks["id"])
    assert named["line_id"].isin(breaks).mean() < 0.02
