"""Sales and receipts by period, from the ledger's movements only."""

from datetime import date

import pandas as pd

from recon_kit.measures.flows import Span, flows, full_months, months
from tests.measures.books import END, MONTHS, QUARTER, movements


def test_sales_and_receipts_of_each_month():
    found = flows(movements(), MONTHS)
    assert (found["sales"] / 100).tolist() == [100_000, 120_000, 90_000]
    assert (found["receipts"] / 100).tolist() == [0, 0, -270_000]
    assert (found["credit_notes"] / 100).tolist() == [0, -6_000, 0]
    assert found["days"].tolist() == [31, 28, 31]
    assert found["n_sales"].tolist() == [1, 1, 1]


def test_a_quarter_is_one_span():
    row = flows(movements(), [QUARTER]).iloc[0]
    assert [row[name] / 100 for name in ("sales", "receipts", "discounts", "write_offs", "other")] == [
        310_000, -270_000, -2_500, -1_500, 0,
    ]  # fmt: skip
    assert row["days"] == 90


def test_spans_may_be_in_any_order_and_leave_gaps():
    found = flows(movements(), [MONTHS[2], MONTHS[0]])
    assert (found["sales"] / 100).tolist() == [90_000, 100_000]


def test_net_sales_are_known_only_where_the_tax_of_every_row_is():
    moved = movements("""
    document_no  kind         posted_on   amount  tax
    S1           invoice      2026-01-05  119.00  19.00
    S2           invoice      2026-02-05  119.00  19.00
    S3           invoice      2026-02-06  107.00  -
    G1           credit_note  2026-02-06  -11.90  -1.90
    Z1           receipt      2026-02-07  -50.00  -
    """)
    found = flows(moved, MONTHS[:2], vat="net")
    assert found["sales"].isna().tolist() == [False, True]
    assert found["sales"].iloc[0] == 10_000
    assert found["credit_notes"].tolist() == [0, -1_000]
    assert found["receipts"].tolist() == [0, -5_000]
    assert found["why"].tolist() == ["", "no_tax"]
    assert flows(moved, MONTHS[:2])["sales"].tolist() == [11_900, 22_600]


def test_entities_and_currencies_are_told_apart():
    both = pd.concat(
        [movements(), movements("document_no  kind  posted_on  amount\nX  invoice  2026-01-05  1.00", currency="CHF")]
    )
    assert flows(both, [QUARTER])[["currency", "sales"]].values.tolist() == [["CHF", 100], ["EUR", 31_000_000]]


def test_no_movements_make_no_rows():
    assert flows(movements().iloc[:0], MONTHS).empty
    assert full_months(movements().iloc[:0], END) == []


def test_history_begins_with_the_month_of_the_first_posting():
    assert full_months(movements(), date(2026, 4, 15)) == MONTHS
    assert months(date(2026, 1, 2), date(2026, 3, 30)) == [Span(date(2026, 2, 1), date(2026, 2, 28))]
