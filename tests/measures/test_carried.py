"""What was carried over: before + new + changed - cleared = now, and each question's fate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.measures.carried import roll_forward, what_became
from recon_kit.report.example import example_cut
from recon_kit.tables import CHECKLIST, LEDGER_BALANCES
from tests.frames import frame
from tests.measures.cuts import allocations, breaks, cut, items, lines, statements

LINES = "line_id  booked_on  amount\nL1  09-20  10.00\nL2  09-21  20.00\nL3  10-02  30.00"


@pytest.mark.parametrize(
    ("before", "after", "allocated", "fate"),
    [
        ("bank_line  L1  no_item  10.00", None, "L1  R1  10.00  payment", "explained"),
        ("bank_line  L1  no_item  10.00", None, None, "gone"),
        ("bank_line  L1  no_item  10.00", "bank_line  L1  no_item  10.00", None, "still_open"),
        ("bank_line  L1  no_item  10.00", "bank_line  L1  ambiguous  10.00", None, "changed"),
        ("bank_line  L1  no_item  10.00", "bank_line  L1  no_item  4.00", None, "changed"),
        ("open_item  R1  short_payment  2.00", None, "L1  R1  2.00  discount", "allowed"),
        ("open_item  R9  ledger_differs  2.00", None, None, "closed_in_ledger"),
        ("expected  PO-1  payout_missing  2.00", None, None, "arrived"),
        ("expected  PO-1  payout_missing  2.00", "expected  PO-1  payout_missing  2.00", None, "still_open"),
    ],
)
def test_what_became_of_a_question(before, after, allocated, fate):
    head = "side  id  reason  amount\n"
    made = cut(
        bank_lines=lines(LINES),
        open_items=items("item_id  amount  open_amount\nR1  10.00  0.00"),
        allocations=allocations(f"line_id  item_id  allocated  kind\n{allocated}") if allocated else None,
        breaks=breaks(head + after) if after else None,
        breaks_before=breaks(head + before),
    )
    assert what_became(made)["fate"].tolist() == [fate]


def test_a_new_question_has_no_fate_yet():
    made = cut(bank_lines=lines(LINES), breaks=breaks("id  reason  amount\nL3  no_item  30.00"))
    row = what_became(made).iloc[0]
    assert (row["is_before"], row["after"]) == (False, 3_000)
    assert roll_forward(made).iloc[0][["n_before", "n_new", "n_cleared", "n_after"]].tolist() == [0, 1, 0, 1]


def _proposed(open_amount, matched=""):
    return cut(
        bank_lines=lines(LINES),
        open_items=items(f"item_id  amount  open_amount  snapshot_on\nR1  10.00  {open_amount}  2026-09-30"),
        allocations=allocations(f"line_id  item_id  allocated  status\nL1  R1  10.00  proposed{matched}"),
        breaks=breaks("id  reason  amount\nL1  proposed  10.00"),
        breaks_before=breaks("id  reason  amount\nL1  proposed  10.00"),
    )


@pytest.mark.parametrize(
    ("made", "closed"),
    [(_proposed("0.00"), 1), (_proposed("10.00"), 0), (_proposed("0.00", "\nL3  R1  10.00  auto"), 0)],
    ids=["closed in the ledger", "still open", "closed by a match of ours"],
)
def test_documents_behind_what_was_carried_over_that_the_ledger_has_closed(made, closed):
    assert roll_forward(made).iloc[0][["n_cleared", "n_documents", "n_closed"]].tolist() == [0, 1, closed]
    assert what_became(made).iloc[0][["fate", "n_documents", "n_closed"]].tolist() == ["still_open", 1, closed]


def test_the_example_rolls_forward_in_every_side_and_currency():
    rows = roll_forward(example_cut())
    assert (rows["difference"] == 0).all()
    assert (rows["n_difference"] == 0).all()
    assert rows["before"].sum() == example_cut().breaks_before["amount"].sum()


_NAMED = st.dictionaries(st.sampled_from("abcdef"), st.integers(-(10**6), 10**6), max_size=6)


@settings(max_examples=20)
@given(_NAMED, _NAMED)
def test_nothing_vanishes_between_two_periods(before, after):
    def made(rows):
        text = "\n".join(f"{name}  no_item  {amount / 100:.2f}" for name, amount in rows.items())
        return breaks(f"id  reason  amount\n{text}") if rows else None

    rows = roll_forward(cut(breaks=made(after), breaks_before=made(before)))
    assert rows["difference"].eq(0).all()
    assert rows["after"].sum() == sum(after.values())
    assert rows["n_after"].sum() == len(after)


DAY = "DE30990500001234567801 2026-08-10 mt940"


@pytest.mark.parametrize(
    ("reason", "identity", "after", "fate"),
    [
        ("statement_differs", DAY, None, "agrees"),
        ("statement_differs", DAY, "0.01", "still_open"),
        ("settlement_differs", "PO-1", None, "agrees"),
        ("balance_differs", "ledger 1800", None, "not_compared"),
        ("balance_differs", "ledger 1800", "0.01", "still_open"),
        ("balance_differs", "ledger 1800", "7.00", "changed"),
        ("deposit_missing", "D-1", None, "arrived"),
    ],
)
def test_what_was_expected_has_the_fate_of_its_reason(reason, identity, after, fate):
    def told(amount):
        return breaks(f"side  id  reason  amount\nexpected  {identity}  {reason}  {amount}")

    made = cut(breaks=told(after) if after else None, breaks_before=told("0.01"))
    assert what_became(made)["fate"].tolist() == [fate]


def test_a_ledger_balance_that_agrees_at_the_next_end_ties():
    made = cut(
        statements=statements("statement_id  from_on  to_on  opening  closing\nS1  10-01  10-31  5.00  5.00"),
        ledger_balances=frame(
            LEDGER_BALANCES, "gl_account  on  amount  role\n1800  10-31  5.00  bank", entity="A", currency="EUR"
        ),
        breaks_before=breaks("side  id  reason  amount\nexpected  ledger 1800  balance_differs  2.00"),
    )
    assert what_became(made)["fate"].tolist() == ["ties"]


def test_a_source_that_one_goes_on_without_did_not_arrive():
    waived = "source  kind  through  state\nbank  bank  10-31  overridden"
    made = cut(
        checklist=frame(CHECKLIST, waived, entity="A", n_files=0),
        breaks_before=breaks("side  id  reason  amount\nexpected  bank  source_missing  0.00"),
    )
    assert what_became(made)["fate"].tolist() == ["waived"]


def test_only_like_is_added():
    before = "side  id  reason  amount\nexpected  PO-1  payout_missing  10.00\nexpected  L-1800  balance_differs  5.00"
    rows = roll_forward(cut(breaks=breaks(before), breaks_before=breaks(before))).set_index("kind")
    assert rows["before"].to_dict() == {"expected": 1_000, "balance": 500}
    assert rows["n_before"].to_dict() == {"expected": 1, "balance": 1}
