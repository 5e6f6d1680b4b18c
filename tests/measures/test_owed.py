"""What is owed: two readings whose bridge closes, a list that ties, credits in three places, late postings in the roll."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.measures.aging import AGING_BUCKETS
from recon_kit.measures.cut import narrowed
from recon_kit.measures.naming import Name
from recon_kit.measures.owed import Owed, aging_metrics
from recon_kit.measures.readings import list_tie, readings_bridge
from recon_kit.report.example import example_cut
from recon_kit.tables import AGED, LATE, LEDGER_BALANCES, LEDGER_MOVEMENTS
from tests.frames import frame
from tests.measures.cuts import META, allocations, breaks, cut, items, lines

LISTED = """
item_id  kind  due_on  amount  open_amount  customer_id
R1  invoice             10-20   100.00   100.00  C1
R2  invoice             07-01    60.00    60.00  C1
R3  invoice             11-15    40.00    40.00  C2
G1  credit_note         10-01   -15.00   -15.00  C2
A1  payment_on_account  -       -25.00   -25.00  C3
D1  down_payment        -       -30.00   -30.00  C3
P1  payout              10-10    70.00    70.00  -
"""
LEFT = LISTED.replace("100.00   100.00", "100.00    18.00")
MATCHED = """
item_id  line_id  allocated  kind      status
R1       L1        80.00     payment   auto
R1       L1         2.00     discount  confirmed
R2       L2        60.00     payment   proposed
P1       L3        70.00     payment   auto
"""


def made(**frames):
    held = {"ledger_items": items(LISTED), "open_items": items(LEFT), "allocations": allocations(MATCHED)}
    return cut(META | {"entities": {"A": "Probe GmbH"}}, **(held | frames))


def balances(text):
    return frame(LEDGER_BALANCES, f"gl_account  role  on  amount\n{text}", entity="A", currency="EUR")


def test_the_figures_of_both_readings():
    told = {str(name): text for name, text in aging_metrics(made()).items()}
    assert told["receivables_gross.v1.ledger.EUR"] == "200.00"
    assert told["receivables_net.v1.ledger.EUR"] == "160.00"
    assert told["overdue.v1.ledger.EUR"] == "160.00"
    assert told["overdue_share.v1.ledger.EUR"] == "80.0"
    assert told["over_90.v1.ledger.EUR"] == "60.00"
    assert told["over_90_share.v1.ledger.EUR"] == "30.0"
    assert told["unapplied.v1.ledger.EUR"] == "25.00"
    assert told["largest_debtor_share.v1.ledger.EUR"] == "80.0"
    assert told["receivables_gross.v1.applied.EUR"] == "118.00"
    assert told["overdue_share.v1.applied.EUR"] == "66.1"
    assert told["list_tie.v1.EUR"] == "n/a"
    assert all(Name.read(name).version for name in told)


def test_the_bridge_names_each_kind_of_match_and_closes():
    row = readings_bridge(made()).iloc[0]
    assert (row["ledger"], row["payment"], row["discount"], row["applied"], row["difference"]) == (
        160_00,
        -80_00,
        -2_00,
        78_00,
        0,
    )


def test_a_reading_that_lost_money_shows_it():
    assert readings_bridge(made(allocations=None)).iloc[0]["difference"] == 82_00


def test_the_list_ties_to_the_control_accounts_or_says_by_how_much_not():
    told = balances("1200  receivables  10-31  150.00\n1210  receivables  10-31  10.00\n1800  bank  10-31  7.00")
    row = list_tie(made(ledger_balances=told)).iloc[0]
    assert (row["gl_account"], row["control"], row["listed"], row["difference"]) == ("1200 + 1210", 160_00, 160_00, 0)
    short = list_tie(made(ledger_balances=balances("1200  receivables  10-31  159.99"))).iloc[0]
    assert short["difference"] == -1


@pytest.mark.parametrize("told", ["1200  receivables  09-30  160.00", "1800  bank  10-31  160.00"])
def test_without_a_balance_of_the_day_the_list_is_not_tied(told):
    row = list_tie(made(ledger_balances=balances(told))).iloc[0]
    assert (pd.isna(row["difference"]), row["why"]) == (True, "no_balance")


def test_credits_stand_in_three_places_that_are_never_one_figure():
    bank = lines("line_id  booked_on  amount  kind\nL4  10-05  9.00  credit_transfer\nL5  09-05  4.00  credit_transfer\n"
                 "L6  10-07  70.00  payout\nL7  10-08  -3.00  credit_transfer\nL8  10-09  5.00  credit_transfer")  # fmt: skip
    asked = breaks(
        "id  reason  amount\nL4  payer_unknown  9.00\nL5  proposed  4.00\nL6  payout_unknown  70.00\nL7  no_rule  -3.00"
    )
    held = allocations("line_id  allocated  kind  customer_id\nL8  5.00  on_account  C1")
    row = Owed(made(bank_lines=bank, breaks=asked, allocations=held)).credits.iloc[0]
    assert row[["credit_notes", "on_account", "held", "proposed", "unidentified"]].tolist() == [15_00, 25_00, 5_00, 4_00, 9_00]


def test_what_the_ledger_s_list_shows_of_a_customer_is_not_held_twice():
    held = allocations(
        "line_id  allocated  kind  customer_id  effective_on\n"
        "L7  25.00  on_account  C1  2026-10-04\nL8  25.00  on_account  C3  2026-07-02\nL9  25.00  on_account  C3  2026-08-03"
    )
    row = Owed(made(allocations=held)).credits.iloc[0]
    assert (row["on_account"], row["held"]) == (25_00, 50_00)


def test_a_debtor_s_money_that_is_already_here_stands_beside_the_debt():
    rows = Owed(made()).debtors["applied"].set_index("customer_id")
    assert rows.loc["C1", ["overdue", "oldest", "proposed"]].tolist() == [78_00, 122, 60_00]
    assert rows.loc["C3", ["gross", "on_account"]].tolist() == [0, -25_00]


def test_a_debtor_without_a_number_goes_by_name():
    listed = items(
        "item_id  due_on  amount  open_amount  customer_name\nR1  10-20  5.00  5.00  Holm\nR2  10-20  6.00  6.00  Holm"
    )
    rows = Owed(cut(ledger_items=listed)).debtors["ledger"]
    assert rows[["customer_id", "n_items", "gross"]].to_numpy().tolist() == [["Holm", 2, 11_00]]


def test_every_document_has_one_row_with_its_age_and_both_readings():
    rows = Owed(made()).documents.set_index("item_id")
    assert sorted(rows.index) == ["A1", "G1", "R1", "R2", "R3"]
    assert rows.loc["R1", ["days", "bucket", "listed", "pending", "left"]].tolist() == [11, "past_1_30", 100_00, 82_00, 18_00]


MOVED = "kind  document_no  posted_on  amount\ninvoice  R3  10-05  40.00\nreceipt  Z1  10-09  -10.00"
CAME = "what  id  account  change  on  amount\nmovement  GS1 credit_note  1200  added  09-28  -7.00"


def rolled(late, opening="137.00"):
    moved = frame(LEDGER_MOVEMENTS, MOVED, entity="A", gl_account="1200", currency="EUR", document_on="2026-10-05")
    told = balances(f"1200  receivables  09-30  {opening}\n1200  receivables  10-31  160.00")
    known = frame(LATE, late, entity="A", period="2026-09", currency="EUR") if late else None
    roll = Owed(made(ledger_movements=moved, ledger_balances=told, late=known)).roll
    return {row["leg"]: row["amount"] for row in roll.to_dict("records")}


def test_what_was_posted_into_a_closed_period_is_a_row_of_the_roll_forward():
    assert rolled(CAME) == {
        "opening": 137_00, "posted_earlier": -7_00, "invoice": 40_00, "receipt": -10_00, "closing": 160_00, "difference": 0,
    }  # fmt: skip


def test_nothing_fills_a_difference_that_no_late_posting_explains():
    assert rolled("")["difference"] == 7_00
    assert "posted_earlier" not in rolled("")


def test_an_opening_that_was_told_anew_has_the_late_posting_already():
    told = rolled(f"{CAME}\nbalance  receivables  1200  changed  09-30  -7.00", opening="130.00")
    assert (told["difference"], "posted_earlier" in told) == (0, False)


def test_the_trend_ends_with_this_list():
    before = frame(AGED, "on  bucket  n  amount\n09-30  not_due  3  90.00", entity="A", currency="EUR")
    rows = Owed(made(aged=before)).trend
    assert rows.groupby("on")["amount"].sum().tolist() == [90_00, 160_00]
    assert rows["on"].iloc[0] == pd.Timestamp("2026-09-30")


def test_a_part_of_the_company_holds_its_own_rows_and_no_earlier_figures():
    part = narrowed(example_cut(), entity="ALPS")
    assert set(part.open_items["entity"]) == {"ALPS"}
    assert part.meta["previous"] is None
    assert Owed(narrowed(example_cut(), currency="CHF")).currencies == ["CHF"]


DOCUMENTS = st.tuples(
    st.sampled_from(["invoice", "credit_note", "payment_on_account", "payout", "journal"]),
    st.integers(-(10**6), 10**6).filter(bool),
    st.integers(-400, 60),
    st.booleans(),
)


@settings(deadline=None, max_examples=30)
@given(st.lists(DOCUMENTS, max_size=12))
def test_buckets_sum_to_gross_and_every_way_of_summing_is_the_net(rows):
    day = pd.Timestamp("2026-10-31")
    listed = items("item_id  amount  open_amount\nX  0  0").iloc[:0]
    if rows:
        listed = pd.concat(
            [items(f"item_id  amount  open_amount\nI{n}  1.00  1.00") for n in range(len(rows))], ignore_index=True
        )
        listed["kind"] = [kind for kind, *_ in rows]
        listed["open_amount"] = listed["amount"] = [amount for _, amount, *_ in rows]
        listed["due_on"] = pd.Series(
            [day + pd.Timedelta(days=n) if dated else None for *_, n, dated in rows], dtype="datetime64[us]"
        )
    owed = Owed(cut(ledger_items=listed, open_items=listed))
    for code in owed.currencies:
        table, net = owed.totals("ledger").iloc[0], owed.figure("ledger", "receivables_net", code).value
        assert sum(table[list(AGING_BUCKETS)]) == table["gross"] == owed.figure("ledger", "receivables_gross", code).value
        assert table["net"] == net == owed.documents["listed"].sum() == owed.debtors["ledger"]["net"].sum()
        assert owed.totals("ledger", "invoice").iloc[0]["net"] == net
        assert owed.bridge["difference"].eq(0).all()
