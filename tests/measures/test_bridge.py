"""The bridge closes to 0, or says by how much it does not."""

from __future__ import annotations

from recon_kit.measures.bridge import BRIDGE_STEPS, bridge, bridge_by_account, by_day, granted
from recon_kit.report.example import example_cut
from tests.measures.cuts import allocations, breaks, cut, items, lines


def test_every_account_and_direction_of_the_example_closes_to_zero():
    rows = bridge(example_cut())
    assert len(rows) == 9
    assert (rows["difference"] == 0).all()
    assert (rows["booked"] == rows[list(BRIDGE_STEPS)].sum(axis=1)).all()


def test_money_that_is_lost_track_of_is_the_difference():
    made = cut(bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00\nL2  10-06  -8.00"), breaks=_no_item())
    assert bridge(made)["difference"].tolist() == [0, -800]


def _no_item():
    return breaks("id  reason  amount\nL1  no_item  50.00")


def test_money_between_own_accounts_neither_came_in_nor_went_out():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00\nL2  10-06  -30.00\nL3  10-07  7.00"),
        allocations=allocations("line_id  allocated  kind\nL1  50.00  own_transfer\nL2  -30.00  own_transfer"),
        breaks=breaks("id  reason  amount\nL3  no_item  7.00"),
    )
    rows = bridge(made).set_index("direction")
    assert rows["booked"].to_dict() == {"in": 700, "own_in": 5_000, "own_out": -3_000}
    assert rows["own_transfers"].to_dict() == {"in": 0, "own_in": 5_000, "own_out": -3_000}
    assert by_day(made)[["unexplained", "explained"]].to_numpy().tolist() == [[700, 0]]
    account = bridge_by_account(made).iloc[0]
    assert (account["credits"], account["debits"]) == (5_700, -3_000)


def test_a_transfer_that_waits_for_a_person_is_no_receipt_either():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00"),
        breaks=breaks("id  reason  amount\nL1  transfer_unpaired  50.00"),
    )
    row = bridge(made).iloc[0]
    assert (row["direction"], row["unexplained"]) == ("own_in", 5_000)


def test_a_return_is_a_step_of_its_own_and_its_charge_too():
    made = cut(
        bank_lines=lines("line_id  booked_on  kind  amount\nL1  10-05  return  -103.00"),
        open_items=items("item_id  amount  open_amount\nR1  100.00  100.00"),
        allocations=allocations("line_id  item_id  allocated  kind\nL1  R1  -100.00  payment\nL1  -  -3.00  charge"),
    )
    row = bridge(made).iloc[0]
    assert (row["returns"], row["charges"], row["items"], row["difference"]) == (-10_000, -300, 0, 0)


def test_a_credit_note_netted_by_a_payment_is_part_of_the_items():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  80.00"),
        open_items=items("item_id  kind  amount  open_amount\nR1  invoice  100.00  0.00\nG1  credit_note  -20.00  0.00"),
        allocations=allocations("line_id  item_id  allocated\nL1  R1  100.00\nL1  G1  -20.00"),
    )
    assert bridge(made).iloc[0]["items"] == 8_000


def test_a_discount_moves_no_money_and_is_told_apart():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  98.00"),
        open_items=items("item_id  amount  open_amount\nR1  100.00  0.00"),
        allocations=allocations("line_id  item_id  allocated  kind\nL1  R1  98.00  payment\nL1  R1  2.00  discount"),
    )
    assert bridge(made).iloc[0]["difference"] == 0
    assert granted(made).to_dict("records") == [{"kind": "discount", "currency": "EUR", "n": 1, "amount": 200}]


def test_an_account_s_credits_and_debits_stay_apart():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00\nL2  10-06  -8.00"),
        breaks=breaks("id  reason  amount\nL1  no_item  50.00\nL2  no_rule  -8.00"),
    )
    row = bridge_by_account(made).iloc[0]
    assert (row["credits"], row["debits"], row["booked"], row["unexplained"]) == (5_000, -800, 4_200, 4_200)


def test_days_sum_to_what_came_in():
    assert by_day(example_cut()).groupby("currency")[["explained", "proposed", "unexplained"]].sum().sum(axis=1).to_dict() == {
        "CHF": 3_495_550,
        "EUR": 23_759_656,
        "GBP": 870_733,
    }


def test_an_empty_month_has_an_empty_bridge():
    assert bridge(cut()).empty
    assert granted(cut()).empty
