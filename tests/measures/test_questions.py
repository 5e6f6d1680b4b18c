"""Open questions: whom they are about, how old they are, and the best proposal."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.measures.questions import best_proposals, by_reason_and_age, by_reason_and_money, largest, open_questions
from recon_kit.report.example import example_cut
from recon_kit.tables import ALTERNATIVES
from tests.frames import frame
from tests.measures.cuts import allocations, breaks, cut, items, lines


@pytest.mark.parametrize(
    ("booked", "age", "bucket"),
    [
        ("10-31", 0, "0-7"),
        ("10-24", 7, "0-7"),
        ("10-23", 8, "8-30"),
        ("10-01", 30, "8-30"),
        ("09-30", 31, "31-60"),
        ("08-31", 61, ">60"),
    ],
)
def test_age_counts_from_the_booking_day_to_the_end_of_the_period(booked, age, bucket):
    made = cut(
        bank_lines=lines(f"line_id  booked_on  amount\nL1  {booked}  1.00"),
        breaks=breaks("id  reason  amount\nL1  no_item  1.00"),
    )
    row = open_questions(made).iloc[0]
    assert (row["age"], row["bucket"]) == (age, bucket)


def test_an_item_ages_from_its_due_date_and_never_below_zero():
    made = cut(
        open_items=items("item_id  amount  open_amount  due_on\nR1  1.00  1.00  2026-12-01"),
        breaks=breaks("side  id  reason  amount\nopen_item  R1  short_payment  1.00"),
    )
    assert open_questions(made).iloc[0]["age"] == 0


def test_something_without_a_day_is_undated_and_not_young():
    made = cut(breaks=breaks("side  id  reason  amount\nexpected  ledger 1800  balance_differs  1.00"))
    row = open_questions(made).iloc[0]
    assert pd.isna(row["age"])
    assert (row["bucket"], row["list"]) == ("undated", "decision")


def test_expected_but_missing_is_a_list_of_its_own():
    found = open_questions(example_cut())
    assert found.groupby("list").size().to_dict() == {"decision": 23, "missing": 3}
    assert set(found.loc[found["list"] == "missing", "reason"]) == {"payout_missing", "deposit_missing"}


def test_reasons_by_age_count_every_question_once():
    found = open_questions(example_cut())
    assert by_reason_and_age(found)["n"].sum() == len(found)


def test_the_largest_are_by_size_whatever_the_sign_and_within_one_currency():
    found = largest(open_questions(example_cut()), "CHF", 2)
    assert found["amount"].tolist() == [-2_000_000, 430_000]


def test_the_best_proposal_names_its_documents_and_an_alternative_stands_in_where_none_is_proposed():
    same = {"entity": "A", "match_id": "M", "currency": "EUR", "kind": "payment", "status": "proposed", "basis": "x"}
    text = "line_id  item_id  allocated  rank\nL1  R2  5.00  1\nL2  R2  7.00  1\nL2  R1  7.00  2"
    other = frame(ALTERNATIVES, text, **same, probability=0.4, effective_on="2026-10-05")
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  5.00\nL2  10-05  7.00"),
        open_items=items("item_id  amount  open_amount\nR1  5.00  5.00\nR2  7.00  7.00"),
        allocations=allocations("line_id  item_id  allocated  status\nL1  R1  5.00  proposed"),
        alternatives=other,
    )
    found = best_proposals(made).set_index("id")
    assert found["documents"].to_dict() == {"L1": ["R1"], "L2": ["R2"]}
    assert found["chosen"].to_dict() == {"L1": True, "L2": False}


def test_a_day_that_two_sources_tell_differently_has_its_day_and_account():
    told = "side  id  reason  amount\nexpected  K1 2026-10-10 mt940  statement_differs  0.01"
    row = open_questions(cut(breaks=breaks(told))).iloc[0]
    assert (row["age"], row["bucket"], row["account"]) == (21, "8-30", "K1")


def test_lines_and_what_sources_say_differently_are_kinds_of_their_own():
    told = "side  id  reason  amount\nexpected  K1 2026-10-10 mt940  statement_differs  0.01\nbank_line  L1  no_item  5.00"
    made = cut(bank_lines=lines("line_id  booked_on  amount\nL1  10-05  5.00"), breaks=breaks(told))
    money = by_reason_and_money(open_questions(made))
    assert money.groupby("kind")["amount"].sum().to_dict() == {"bank_line": 500, "records": 1}
