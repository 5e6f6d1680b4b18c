"""What will come, and the same method on weeks that it did not know."""

from datetime import date, timedelta

import pandas as pd
import pytest

from recon_kit.measures.expected_cash import ExpectedCash, open_on, together
from recon_kit.tables import SETTLED
from tests.frames import frame
from tests.measures.books import items

AS_OF = date(2026, 6, 30)


def steady(n=100, delay=20, amount="100.00"):
    """A document a day of one customer, each paid after so many days, until `AS_OF`."""
    days = [AS_OF - timedelta(days=n - at) for at in range(n)]
    ends = [on + timedelta(days=delay) for on in days]
    text = "\n".join(
        f"D{at}  {on}  {on + timedelta(days=14)}  {'open' if end > AS_OF else 'paid'}  {'-' if end > AS_OF else end}  {amount}"
        for at, (on, end) in enumerate(zip(days, ends, strict=True))
    )
    same = {"entity": "A", "currency": "EUR", "customer_id": "C", "seen_from": days[0] - timedelta(days=1), "basis": "bank"}
    return frame(SETTLED, f"document_no  issued_on  due_on  how  ended_on  amount\n{text}", **same)


def owed(settled):
    rows = settled[settled["how"] == "open"]
    text = "\n".join(f"{row.document_no}  {row.issued_on:%Y-%m-%d}  {row.due_on:%Y-%m-%d}  100.00" for row in rows.itertuples())
    return items(f"item_id  issued_on  due_on  open_amount\n{text}")


@pytest.fixture(scope="module")
def cash():
    settled = steady()
    return ExpectedCash(settled, owed(settled), AS_OF)


def test_a_customer_that_pays_after_twenty_days_pays_a_document_a_day(cash):
    weeks = cash.by_currency[cash.by_currency["part"] == "week"]
    assert weeks["expected"].tolist()[:4] == [700_00, 700_00, 500_00, 0]
    assert cash.soon("EUR").value == 1900_00
    assert (weeks["low"] == weeks["expected"]).all()  # nothing about it is uncertain


def test_every_cent_that_is_owed_is_in_one_part(cash):
    assert cash.by_currency["expected"].sum() == 19 * 100_00
    assert cash.naive["expected"].sum() == 19 * 100_00


def test_the_first_week_is_what_is_left_times_its_chance(cash):
    rows = cash.documents
    assert (rows["left"] * rows["chance"]).sum() == 700_00


def test_the_trial_uses_only_what_was_known(cash):
    assert len(cash.tries) == 8  # twelve weeks ago nothing had been paid yet
    assert cash.tries["origin"].dt.date.unique().tolist() == [AS_OF - timedelta(days=56), AS_OF - timedelta(days=28)]
    last = cash.tries.tail(4)
    assert last["expected"].tolist() == last["actual"].tolist() == [700_00, 700_00, 600_00, 0]
    assert cash.scores["EUR", "curves"]["forecast_bias"].text() == "0.0"


def test_without_history_nothing_is_told():
    made = ExpectedCash(SETTLED.empty(), owed(steady()), AS_OF)
    assert made.soon("EUR").why == "no_cases"
    assert made.soon("CHF").why == "no_receivables"
    assert made.tries.empty
    assert made.scores == {}
    assert made.naive.empty


def test_documents_open_on_an_evening():
    found = open_on(steady(), AS_OF - timedelta(days=28))
    assert len(found) == 20
    assert found["left"].tolist() == [100_00] * 20
    assert open_on(steady(), AS_OF - timedelta(days=101)).empty


def test_intervals_of_several_entities_are_of_their_sum():
    week = {"currency": "EUR", "part": "week", "first": pd.Timestamp("2026-07-01"), "last": pd.Timestamp("2026-07-07"), "n": 1}
    rows = pd.DataFrame([{"entity": "A", "expected": 100, "low": 70, "high": 130, **week},
                         {"entity": "B", "expected": 100, "low": 60, "high": 140, **week}])  # fmt: skip
    made = together(rows.astype(dict.fromkeys(("expected", "low", "high"), "Int64"))).iloc[0]
    assert (made["expected"], made["low"], made["high"]) == (200, 150, 250)
