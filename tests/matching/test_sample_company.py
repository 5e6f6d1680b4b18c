"""The shipped company against its truth: nothing automatic is wrong, and what is no customer's money hardly ever stays open."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from recon_kit.evaluation import evaluate
from tests.bench.closing import by_bag, months, read_books, read_truth

SAMPLE = Path(__file__).parents[2] / "data_samples"


@pytest.fixture(scope="module")
def company():
    """Its books, and what matching says of August, September and October."""
    books = read_books(SAMPLE)
    return books, list(months(books, date(2026, 8, 1), date(2026, 10, 1)))


def test_no_automatic_match_of_the_sample_is_wrong(company) -> None:
    books, results = company
    truth = read_truth(SAMPLE, books)
    for result in results:
        judged = evaluate(replace(result, allocations=by_bag(result.allocations, books)), truth)
        automatic = judged.rules[judged.rules["status"] == "auto"]
        assert automatic["n"].sum() > 1_000
        assert automatic.loc[automatic["wrong"] > 0].values.tolist() == []


def test_fewer_than_two_in_a_hundred_lines_that_are_no_customers_stay_open(company) -> None:
    books, results = company
    truth = pd.read_csv(SAMPLE / "truth" / "lines.csv", parse_dates=["booked_on"])
    others = truth[(truth["class"] != "customer") & (truth["booked_on"] > pd.Timestamp(books.policy.start_on))]
    named = others.merge(books.bank_lines[["source_file", "source_line", "line_id"]], on=["source_file", "source_line"])
    assert len(named) == len(others) > 1_500
    breaks = set(results[-1].breaks["id"])
    assert named["line_id"].isin(breaks).mean() < 0.02
