"""One population for every measure."""

import pandas as pd
import pytest

from recon_kit.errors import TableError
from recon_kit.measures.receivables import CLASS_OF, CREDITS, RECEIVABLE, credit_balances, debts, population, receivables
from recon_kit.tables import ITEM_KINDS
from tests.measures.books import items


def test_each_kind_of_item_has_a_class():
    assert set(CLASS_OF) == set(ITEM_KINDS)
    assert set(RECEIVABLE) <= set(CLASS_OF.values())
    assert set(CREDITS) == set(RECEIVABLE)


def test_a_settled_item_is_left_out_and_a_liability_is_no_receivable():
    found = receivables(
        items("""
        item_id  kind          open_amount
        I1       invoice       10.00
        I2       invoice       0.00
        D1       down_payment  -5.00
        P1       payout        7.00
        O1       other         1.00
        """)
    )
    assert dict(zip(found["item_id"], found["class"], strict=True)) == {
        "I1": "debt", "D1": "down_payment", "P1": "clearing", "O1": "other",
    }  # fmt: skip
    assert population(found)["item_id"].tolist() == ["I1", "O1"]


def test_an_item_of_two_lists_is_refused():
    with pytest.raises(TableError, match="each item once, but 'INV1' stands there twice"):
        receivables(pd.concat([items(), items()]))


def test_a_kind_without_a_class_is_refused():
    with pytest.raises(TableError, match="a class for the kind 'pledge'"):
        receivables(items().assign(kind="pledge"))


def test_debts_are_what_is_owed_before_any_credit():
    assert debts(items())["open_amount"].sum() == 125_000_00


def test_debtors_with_more_credit_than_debt_are_shown_gross():
    found = credit_balances(
        items("""
        item_id  customer_id  kind                open_amount
        I1       C1           invoice             10.00
        P1       C1           payment_on_account  -25.00
        I2       C2           invoice             30.00
        G2       C2           credit_note         -10.00
        G3       -            credit_note         -99.00
        """)
    )
    assert found[["customer_id", "n", "debit", "credit", "balance"]].values.tolist() == [["C1", 2, 1000, -2500, -1500]]
