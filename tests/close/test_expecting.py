"""What two sources tell of the same days: proof where they agree, a question for as long as they do not."""

from datetime import date

import pandas as pd
import pytest

from recon_kit.close.cutting import told_until
from recon_kit.close.expecting import compared, expected_breaks, told_by_others
from recon_kit.policy import Period, Policy
from recon_kit.tables import BANK_LINES, CHECKLIST, CHECKS, LEDGER_BALANCES, OPEN_ITEMS, SOURCES, STATEMENTS
from tests.frames import frame
from tests.measures.cuts import lines

NUMBER = "DE30990500001234567801"
SEPTEMBER = Period("2026-09", date(2026, 9, 1), date(2026, 9, 30))


def told(day, one, two):
    """A day of an account by two families of formats, as the store gives it."""
    row = {
        "entity": "A",
        "account": NUMBER,
        "booked_on": pd.Timestamp(day),
        "currency": "EUR",
        "owner": "camt",
        "other": "mt940",
    }
    sums = {"n_owner": 1, "n_other": 1, "amount_owner": one, "amount_other": two, "agrees": one == two}
    return pd.DataFrame([{**row, **sums}])


def test_a_day_that_two_formats_tell_alike_is_a_check_that_ties():
    checks = CHECKS.conform(compared(told("2026-08-10", -70000, -70000), "bank lines"))
    row = checks.iloc[0]
    assert (row["check"], row["outcome"], row["expected"], row["actual"]) == ("told_twice", "ok", -70000, -70000)
    assert row["detail"] == "bank lines: 1 of camt count, 1 of mt940 are compared"


def test_what_differs_says_both_amounts():
    nothing = [table.empty() for table in (OPEN_ITEMS, CHECKLIST, STATEMENTS, LEDGER_BALANCES)]
    day = told("2026-08-10", -70000, -70001)
    found = expected_breaks(Policy(), SEPTEMBER, *nothing, day, day.head(0)).iloc[0]
    assert (found["reason"], found["amount"]) == ("statement_differs", 1)
    assert "camt has −700.00 EUR (bank lines: 1), mt940 has −700.01 EUR (bank lines: 1)" in found["detail"]


@pytest.mark.parametrize(
    ("day", "start", "stays"),
    [
        ("2026-08-10", None, True),
        ("2026-08-10", date(2026, 7, 31), True),
        ("2026-09-30", None, True),
        ("2026-10-01", None, False),
        ("2026-07-31", date(2026, 7, 31), False),
    ],
)
def test_what_differed_in_an_earlier_period_stays_a_question(day, start, stays):
    assert len(told_until(told(day, 1, 2), start, SEPTEMBER)) == stays


def test_a_file_whose_rows_another_source_tells_is_noted_with_how_many_count():
    files = ("a.xml  camt.053  booked", "b.sta  mt940  booked", "c.csv  csv  settlement")
    same = {"sha256": "0", "n_bytes": 1, "entity": "A", "n_read": 2, "n_rows": 2, "n_skipped": 0}
    sources = pd.concat([frame(SOURCES, f"name  format  role\n{row}", seq=seq, **same) for seq, row in enumerate(files)])
    counting = lines("line_id  booked_on  amount  source_file\nL1  08-03  1.00  a.xml\nL2  08-04  1.00  a.xml")
    found = CHECKS.conform(told_by_others(sources, BANK_LINES.conform(counting)))
    assert found[["subject", "expected", "actual", "outcome"]].to_numpy().tolist() == [["b.sta", 2, 0, "note"]]
