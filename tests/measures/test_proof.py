"""Accounts add up from their own statements; the ledger is compared and never made to fit."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.measures.proof import account_proofs, ledger_ties
from recon_kit.tables import LEDGER_BALANCES
from tests.frames import frame
from tests.measures.cuts import allocations, cut, items, lines, statements

LINES = "line_id  booked_on  amount\nL1  10-05  50.00\nL2  10-20  -8.00"
HEAD = "statement_id  sequence  opening  closing  from_on  to_on"


def proof(text: str) -> pd.Series:
    return account_proofs(cut(bank_lines=lines(LINES), statements=statements(f"{HEAD}\n{text}") if text else None)).iloc[0]


def test_opening_and_entries_are_the_closing_balance():
    row = proof("S1  1  100.00  150.00  10-01  10-15\nS2  2  150.00  142.00  10-16  10-31")
    assert (row["opening"], row["credits"], row["debits"], row["closing"], row["difference"]) == (
        10_000,
        5_000,
        -800,
        14_200,
        0,
    )
    assert (row["n_statements"], row["n_expected"], row["n_gaps"]) == (2, 2, 0)


def test_a_missing_entry_is_the_difference():
    assert proof("S1  1  100.00  149.00  10-01  10-31")["difference"] == -700


def test_a_missing_statement_shows_in_the_numbers_and_in_the_chain():
    row = proof("S1  1  100.00  150.00  10-01  10-15\nS3  3  151.00  143.00  10-25  10-31")
    assert (row["n_statements"], row["n_expected"], row["n_gaps"]) == (2, 3, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no_statement"),
        ("S1  1  -  -  10-01  10-31", "no_balance"),
        ("S1  1  -  2.00  10-01  10-31", "no_opening"),
        ("S1  1  1.00  -  10-01  10-31", "no_end"),
        ("S1  1  1.00  2.00  09-15  11-15", "one_statement"),
    ],
)
def test_a_proof_that_cannot_be_had_says_why(text, why):
    row = proof(text)
    assert pd.isna(row["difference"])
    assert row["why"] == why


def test_statements_over_the_ends_of_the_period_count_with_what_lies_inside():
    row = proof("S1  1  90.00  150.00  09-28  10-09\nS2  2  150.00  171.00  10-10  11-08")
    assert (row["opening"], row["closing"], row["difference"]) == (10_000, 14_200, 0)


def test_numbering_that_starts_again_with_the_year_is_no_gap():
    assert pd.isna(proof("S250  250  100.00  150.00  10-01  10-15\nS1  1  150.00  142.00  10-16  10-31")["n_expected"])


def balances(text: str) -> pd.DataFrame:
    return frame(LEDGER_BALANCES, f"gl_account  role  on  amount\n{text}", entity="A", currency="EUR")


def test_the_ledger_balance_is_compared_with_the_bank_s():
    made = cut(
        bank_lines=lines(LINES),
        statements=statements(f"{HEAD}\nS1  1  100.00  142.00  10-01  10-31"),
        ledger_balances=balances("1800  bank  10-31  140.00"),
    )
    assert ledger_ties(made).iloc[0][["ledger", "ours", "difference"]].tolist() == [14_000, 14_200, -200]


def test_no_ledger_balance_is_not_a_balance_of_zero():
    made = cut(bank_lines=lines(LINES), statements=statements(f"{HEAD}\nS1  1  100.00  142.00  10-01  10-31"))
    row = ledger_ties(made).iloc[0]
    assert pd.isna(row["difference"])
    assert row["why"] == "no_ledger_balance"


def test_receivables_tie_with_what_the_ledger_has_not_posted_yet():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  40.00\nL2  10-05  5.00"),
        open_items=items("item_id  amount  open_amount\nR1  100.00  60.00\nR2  5.00  0.00\nR3  1.00  1.00"),
        allocations=allocations("line_id  item_id  allocated  status\nL1  R1  40.00  auto\nL2  R2  5.00  in_ledger"),
        ledger_balances=balances("1200  receivables  10-31  101.00"),
    )
    row = ledger_ties(made).query("role == 'receivables'").iloc[0]
    assert (row["ours"], row["pending"], row["difference"]) == (6_100, 4_000, 0)
