"""Aging by due date and by document date: the worked example, the edges, and what must sum to what."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.aging import (
    AGING_BUCKETS,
    CREDIT_COLUMNS,
    INVOICE_BUCKETS,
    aged,
    aging,
    aging_due,
    aging_invoice,
    aging_rows,
    small_rests,
)
from recon_kit.measures.receivables import population
from recon_kit.tables import ITEM_KINDS, OPEN_ITEMS
from tests.measures.books import END, items

ALL_BUCKETS = {"due": AGING_BUCKETS, "invoice": INVOICE_BUCKETS}


def held(row, names):
    return {name: int(row[name]) // 100 for name in names if row[name]}


def test_by_due_date_credits_stand_beside():
    row = aging_due(items(), END).iloc[0]
    told = held(row, [*AGING_BUCKETS, *CREDIT_COLUMNS, "gross", "net", "over_90", "overdue"])
    assert told == {
        "not_due": 80_000, "past_1_30": 45_000, "credit_notes": -4_000, "on_account": -6_000, "gross": 125_000, "net": 115_000,
        "overdue": 45_000,
    }  # fmt: skip
    assert row["n_items"] == 6


def test_by_due_date_credits_aged_by_their_own_date_hide_what_is_overdue():
    row = aging_due(items(), END, credits_="aged").iloc[0]
    assert held(row, AGING_BUCKETS) == {"not_due": 80_000, "past_1_30": 41_000, "past_31_60": -6_000}
    assert held(row, ["gross", "credit_notes", "on_account", "net"]) == {
        "gross": 125_000, "credit_notes": -4_000, "on_account": -6_000, "net": 115_000,
    }  # fmt: skip


def test_by_document_date_long_terms_look_old():
    row = aging_invoice(items(), END).iloc[0]
    assert held(row, INVOICE_BUCKETS) == {"age_0_30": 80_000, "age_31_60": 30_000, "age_61_90": 15_000}
    assert held(row, ["gross", "net"]) == {"gross": 125_000, "net": 115_000}


@pytest.mark.parametrize(
    ("days", "by_due", "by_invoice"),
    [
        (-5, "not_due", "age_0_30"),
        (0, "not_due", "age_0_30"),
        (1, "past_1_30", "age_0_30"),
        (30, "past_1_30", "age_0_30"),
        (31, "past_31_60", "age_31_60"),
        (60, "past_31_60", "age_31_60"),
        (61, "past_61_90", "age_61_90"),
        (90, "past_61_90", "age_61_90"),
        (91, "past_91_120", "age_91_120"),
        (120, "past_91_120", "age_91_120"),
        (121, "past_121_180", "age_121_180"),
        (180, "past_121_180", "age_121_180"),
        (181, "past_over_180", "age_over_180"),
    ],
)
def test_edges(days, by_due, by_invoice):
    then = END - timedelta(days=days)
    one = items("item_id  open_amount\nI  1.00", issued_on=then, due_on=then)
    assert aged(one, END, "due")[["days", "bucket"]].values.tolist() == [[days, by_due]]
    assert aged(one, END, "invoice")["bucket"].tolist() == [by_invoice]
    assert aging(one, END, "due")["over_90"].tolist() == [100 if days > 90 else 0]


def test_a_document_without_a_due_date_has_its_own_bucket():
    row = aging_due(items("item_id  due_on  open_amount\nI  -  1.00"), END).iloc[0]
    assert (row["no_due_date"], row["overdue"], row["gross"]) == (100, 0, 100)


def test_a_debt_below_zero_is_an_other_credit_and_a_credit_note_above_zero_is_debt():
    row = aging_due(
        items("""
        item_id  kind         due_on      open_amount
        I1       invoice      2026-03-30  -2.00
        G1       credit_note  2026-03-30  3.00
        """),
        END,
    ).iloc[0]
    assert (row["past_1_30"], row["other_credits"], row["gross"], row["net"]) == (300, -200, 300, 100)


def test_liabilities_and_clearing_are_not_aged():
    row = items("item_id  kind  open_amount\nI  down_payment  -9.00\nP  payout  5.00", due_on=END)
    assert aging_due(row, END).empty


def test_keys_and_currencies_are_told_apart():
    both = pd.concat([items(), items("item_id  open_amount\nX  1.00", currency="CHF", customer_id="D", due_on=END)])
    found = aging_due(both, END, keys=("entity", "customer_id"))
    assert found[["customer_id", "currency", "net"]].values.tolist() == [["C", "EUR", 11_500_000], ["D", "CHF", 100]]


def test_one_row_a_bucket_has_every_bucket():
    rows = aging_rows(items(), END)
    assert rows["bucket"].tolist() == [*AGING_BUCKETS, *CREDIT_COLUMNS]
    assert rows.set_index("bucket").loc["past_1_30", ["n", "amount"]].tolist() == [2, 4_500_000]
    assert rows["amount"].sum() == 115_000_00


def test_small_rests_are_counted_apart():
    rests = items("item_id  open_amount\nI1  1.00\nI2  0.30\nI3  1.01\nG  -0.50")
    assert small_rests(rests, {"EUR": 100})[["currency", "n", "amount"]].values.tolist() == [["EUR", 2, 130]]
    assert small_rests(rests, {"CHF": 100}).empty


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(ITEM_KINDS),
        st.integers(-(10**9), 10**9),
        DAYS,
        st.none() | DAYS,
        st.sampled_from(["EUR", "CHF", "JPY"]),
        st.sampled_from([None, "A", "B"]),
    ),
    max_size=30,
)


def ledger(rows):
    kinds, amounts, issued, due, currencies, entities = zip(*rows, strict=True) if rows else [()] * 6
    ids = [str(at) for at in range(len(rows))]
    return OPEN_ITEMS.frame(
        {
            "item_id": ids,
            "document_no": ids,
            "kind": kinds,
            "open_amount": amounts,
            "amount": amounts,
            "issued_on": issued,
            "due_on": due,
            "currency": currencies,
            "entity": entities,
        }
    )


@given(ROWS, st.sampled_from(["due", "invoice"]), st.sampled_from(["apart", "aged"]))
def test_the_buckets_sum_to_gross_and_gross_and_credits_to_the_ledger(rows, by, credits_):
    open_items = ledger(rows)
    found = aging(open_items, END, by, credits_=credits_)
    in_buckets = found[list(ALL_BUCKETS[by])].sum(axis=1)
    assert (in_buckets == found["gross" if credits_ == "apart" else "net"]).all()
    assert (found["gross"] + found[list(CREDIT_COLUMNS)].sum(axis=1) == found["net"]).all()
    assert (found["gross"] >= 0).all()
    sums = population(open_items).groupby(["entity", "currency"], dropna=False)["open_amount"].sum()
    assert sorted(found["net"]) == sorted(sums)
    long = aging_rows(open_items, END, by, credits_=credits_)
    assert long["amount"].sum() == found["net"].sum()
    assert long["n"].sum() == found["n_items"].sum()


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, shuffled):
    mixed = list(rows)
    shuffled.shuffle(mixed)
    pd.testing.assert_frame_equal(aging(ledger(rows), END), aging(ledger(mixed), END))


@given(ROWS)
def test_amounts_stay_whole(rows):
    found = aging(ledger(rows), END)
    assert {str(found[name].dtype) for name in [*AGING_BUCKETS, *CREDIT_COLUMNS, "gross", "net", "n_items"]} == {"int64"}
