"""Payouts that two exports tell: a check each day, a break where they differ."""

from datetime import date

import pandas as pd

from recon_kit.close.expecting import compared, expected_breaks
from recon_kit.policy import Period, Policy
from recon_kit.tables import CHECKLIST, CHECKS, LEDGER_BALANCES, OPEN_ITEMS, STATEMENTS

AUGUST = Period("2026-08", date(2026, 8, 1), date(2026, 8, 31))


def told_twice(*amounts):
    """Pairs of sums, as the store gives them."""
    rows = [
        {
            "entity": "A", "account": "M1", "booked_on": pd.Timestamp("2026-08-05"), "currency": "EUR", "owner": "psp:report",
            "other": "psp:api", "n_owner": 1, "n_other": 1, "amount_owner": one, "amount_other": two, "agrees": one == two,
        }
        for one, two in amounts
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_each_comparison_is_a_check():
    checks = CHECKS.conform(compared(told_twice((7961, 7961)), "payouts"))
    assert checks[["check", "subject", "outcome", "expected", "actual"]].to_numpy().tolist() == [
        ["told_twice", "M1 2026-08-05 psp:api", "ok", 7961, 7961]
    ]


def test_a_difference_is_a_break_and_no_failure_of_a_file():
    twice = told_twice((7961, 7000))
    assert compared(twice, "payouts")["outcome"].tolist() == ["note"]
    nothing = [table.empty() for table in (OPEN_ITEMS, CHECKLIST, STATEMENTS, LEDGER_BALANCES)]
    found = expected_breaks(Policy(), AUGUST, *nothing, told_twice((1, 1)), twice)
    assert found[["reason", "amount"]].to_numpy().tolist() == [["settlement_differs", 961]]
    assert found["detail"].tolist() == [
        "M1 on 2026-08-05: psp:report has 79.61 EUR (payouts: 1), psp:api has 70.00 EUR (payouts: 1)."
    ]
