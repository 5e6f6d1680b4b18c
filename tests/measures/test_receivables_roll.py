"""The roll-forward closes, and shows what does not."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.receivables_roll import (
    CUSTOMER_KEYS,
    MOVEMENT_CLASSES,
    closings,
    customer_balances,
    of_receivables,
    receivables_roll,
)
from recon_kit.tables import LEDGER_BALANCES, LEDGER_MOVEMENTS
from tests.measures.books import END, QUARTER, balances, items, movements

PERIOD = (QUARTER.first, QUARTER.last)


def told(roll):
    return {leg: None if pd.isna(amount) else amount / 100 for leg, amount in zip(roll["leg"], roll["amount"], strict=True)}


def test_opening_and_movements_make_the_closing():
    roll = receivables_roll(movements(), balances(), PERIOD)
    assert told(roll) == {
        "opening": 95_000, "invoice": 310_000, "credit_note": -6_000, "receipt": -270_000, "discount": -2_500,
        "write_off": -1_500, "closing": 125_000, "difference": 0,
    }  # fmt: skip
    assert roll["leg"].iloc[0] == "opening"
    assert roll["leg"].tolist()[-2:] == ["closing", "difference"]
    assert roll.set_index("leg")["class"]["receipt"] == "receipts"
    assert roll.set_index("leg")["n"]["invoice"] == 3


def test_a_changed_posting_is_a_difference_and_is_not_plugged():
    moved = movements()
    moved.loc[0, "amount"] += 1
    assert told(receivables_roll(moved, balances(), PERIOD))["difference"] == 0.01


@pytest.mark.parametrize("leg", ["opening", "closing"])
def test_without_a_balance_there_is_no_difference(leg):
    day = {"opening": "2025-12-31", "closing": "2026-03-31"}[leg]
    held = balances()
    roll = receivables_roll(movements(), held[held["on"] != pd.Timestamp(day)], PERIOD).set_index("leg")
    assert roll.loc[leg, "why"] == roll.loc["difference", "why"] == "no_balance"
    assert pd.isna(roll.loc["difference", "amount"])


def test_what_was_posted_into_earlier_periods_since_is_a_leg_of_its_own():
    earlier = pd.DataFrame({"entity": ["A"], "gl_account": ["1200"], "currency": ["EUR"], "amount": [9_510_000]})
    legs = told(receivables_roll(movements(), balances(), PERIOD, earlier=earlier))
    assert (legs["opening"], legs["posted_earlier"], legs["difference"]) == (95_100, -100, 0)
    assert "posted_earlier" not in told(
        receivables_roll(movements(), balances(), PERIOD, earlier=earlier.assign(amount=9_500_000))
    )


def test_an_unknown_kind_is_other_under_its_own_name():
    moved = movements("document_no  kind  posted_on  amount\nB1  bonus  2026-01-05  -1.00\nR1  return  2026-01-05  2.00")
    roll = receivables_roll(moved, balances(), PERIOD).set_index("leg")
    assert roll.loc[["bonus", "return"], "class"].tolist() == ["other", "receipts"]
    assert roll.index.tolist()[1:3] == ["return", "bonus"]


def test_only_receivables_accounts_are_rolled():
    both = pd.concat(
        [movements(), movements("document_no  kind  posted_on  amount\nL1  wages  2026-01-05  -1.00", gl_account="1800")]
    )
    assert told(receivables_roll(both, balances(), PERIOD))["difference"] == 0
    assert len(of_receivables(both, LEDGER_BALANCES.empty())) == 8


def test_postings_outside_the_period_do_not_count():
    late = movements("document_no  kind  posted_on  amount\nS4  invoice  2026-04-01  1.00\nS0  invoice  2025-12-31  1.00")
    assert told(receivables_roll(pd.concat([movements(), late]), balances(), PERIOD))["invoice"] == 310_000


def test_customers_roll_from_one_list_to_the_next():
    before = items("item_id  open_amount\nI0  5.00")
    held = pd.concat([customer_balances(before, date(2025, 12, 31)), customer_balances(items(), END)])
    moved = movements(customer_id="C", text="document_no  kind  posted_on  amount\nS1  invoice  2026-01-05  114995.00")
    roll = receivables_roll(moved, held, PERIOD, keys=CUSTOMER_KEYS)
    assert told(roll) == {"opening": 5, "invoice": 114_995, "closing": 115_000, "difference": 0}


def test_the_closing_is_the_next_one_s_earlier():
    roll = receivables_roll(movements(), balances(), PERIOD)
    assert closings(roll).to_dict("records") == [
        {"entity": "A", "gl_account": "1200", "currency": "EUR", "amount": 12_500_000}
    ]  # fmt: skip


ACCOUNTS = st.tuples(st.sampled_from([None, "A", "B"]), st.sampled_from(["1200", "1210"]), st.sampled_from(["EUR", "CHF"]))
POSTED = st.dates(date(2025, 12, 1), date(2026, 4, 30))
KINDS = st.sampled_from([*MOVEMENT_CLASSES, "bonus"])
POSTINGS = st.lists(st.tuples(ACCOUNTS, KINDS, POSTED, st.integers(-(10**9), 10**9)), max_size=30)


@given(POSTINGS, st.dictionaries(ACCOUNTS, st.integers(-(10**9), 10**9), max_size=6))
def test_the_roll_forward_of_any_ledger_closes(postings, openings):
    accounts = sorted({*openings, *(posting[0] for posting in postings)}, key=str)
    inside = [posting for posting in postings if PERIOD[0] <= posting[2] <= PERIOD[1]]
    ends = {one: openings.get(one, 0) + sum(amount for account, *_, amount in inside if account == one) for one in accounts}
    held = [
        (*one, day, amount)
        for one in accounts
        for day, amount in ((date(2025, 12, 31), openings.get(one, 0)), (END, ends[one]))
    ]
    entity, gl_account, currency, on, amount = zip(*held, strict=True) if held else [()] * 5
    made = LEDGER_BALANCES.frame({"entity": entity, "gl_account": gl_account, "role": ["receivables"] * len(held),
                                  "on": on, "amount": amount, "currency": currency})  # fmt: skip
    columns = (
        zip(*[(*account, kind, posted, size) for account, kind, posted, size in postings], strict=True)
        if postings
        else [()] * 6
    )
    names = ["entity", "gl_account", "currency", "kind", "posted_on", "amount"]
    moved = LEDGER_MOVEMENTS.frame(
        dict(zip(names, columns, strict=True))
        | {"document_no": [str(at) for at in range(len(postings))], "document_on": [END] * len(postings)}
    )
    roll = receivables_roll(moved, made, PERIOD)
    assert (roll.loc[roll["leg"] == "difference", "amount"] == 0).all()
    assert (roll["leg"] == "difference").sum() == len(accounts)
    assert not roll["amount"].isna().any()
