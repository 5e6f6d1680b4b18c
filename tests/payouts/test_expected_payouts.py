"""Expected payouts: what the lines sum to, when it is due, and payouts that contradict themselves."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.payouts import expected_payouts
from recon_kit.tables import OPEN_ITEMS, SETTLEMENT_LINES


def lines(*rows):
    """Settlement lines from (payout_id, kind, net, settled day, overrides)."""
    columns = {name: [] for name in SETTLEMENT_LINES.columns}
    for number, (payout_id, kind, net, on, *more) in enumerate(rows, 1):
        values = {
            "psp": "multisafepay", "psp_account": "M1", "txn_id": str(number), "payout_id": payout_id, "kind": kind, "net": net,
            "gross": 0 if kind == "fee" else net, "fee": net if kind == "fee" else 0, "tax_on_fee": 0, "currency": "EUR",
            "created_at": pd.Timestamp(f"{on}T10:00", tz="UTC"), "settled_on": pd.Timestamp(on), "source_file": "r.csv",
            "source_line": number, **(more[0] if more else {}),
        }  # fmt: skip
        for name, column in columns.items():
            column.append(values.get(name))
    return SETTLEMENT_LINES.frame(columns)


def shown(frame, *names):
    return frame[list(names)].to_numpy().tolist()


def test_a_payout_is_the_sum_of_its_lines():
    found = expected_payouts(
        lines(
            ("P1", "payment", 10000, "2026-10-28"),
            ("P1", "refund", -2500, "2026-10-29"),
            ("P1", "fee", -290, "2026-10-29"),
            ("P1", "payout", 7210, "2026-10-30"),
            (None, "payment", 999, "2026-10-30"),
        )
    )
    assert shown(found.items, "item_id", "kind", "document_no", "amount", "open_amount", "reference", "channel") == [
        ["payout:multisafepay:M1:P1:EUR", "payout", "P1", 7210, 7210, "P1", "multisafepay"]
    ]
    assert found.items["snapshot_on"].isna().all() and found.breaks.empty


@pytest.mark.parametrize(
    ("issued", "due"),
    [("2026-10-28", "2026-10-30"), ("2026-10-30", "2026-11-03"), ("2026-10-31", "2026-11-03"), ("2026-11-01", "2026-11-03")],
)
def test_it_is_due_two_working_days_later(issued, due):
    found = expected_payouts(lines(("P", "payment", 5, "2026-10-01"), ("P", "payout", 5, issued))).items
    assert (f"{found['issued_on'][0]:%F}", f"{found['due_on'][0]:%F}") == (issued, due)


def test_holidays_and_other_delays_move_the_day():
    frame = lines(("P", "payout", 5, "2026-12-24"))
    assert f"{expected_payouts(frame, holidays=[date(2026, 12, 25)]).items['due_on'][0]:%F}" == "2026-12-29"
    assert f"{expected_payouts(frame, bank_days=0).items['due_on'][0]:%F}" == "2026-12-24"


def test_without_a_payout_row_the_last_settled_line_gives_the_day():
    found = expected_payouts(lines(("P", "payment", 5, "2026-10-27"), ("P", "fee", -1, "2026-10-28"))).items
    assert shown(found, "amount") == [[4]] and f"{found['issued_on'][0]:%F}" == "2026-10-28"


def test_a_payout_row_that_differs_from_its_lines_is_a_break_and_the_lines_count():
    found = expected_payouts(lines(("P", "payment", 10000, "2026-10-27"), ("P", "payout", 9990, "2026-10-28")))
    assert shown(found.items, "open_amount") == [[10000]]
    assert shown(found.breaks, "side", "id", "reason", "amount") == [
        ["expected", "payout:multisafepay:M1:P:EUR", "settlement_differs", -10]
    ]
    assert found.breaks["detail"][0] == "Payout P is 99.90 EUR by its own row, its lines sum to 100.00 EUR."


def test_a_payout_without_lines_is_expected_as_it_stands():
    found = expected_payouts(lines((None, "payout", 5000, "2026-10-27"), ("P2", "payout", 700, "2026-10-27")))
    assert shown(found.items, "document_no", "amount") == [["1", 5000], ["P2", 700]] and found.breaks.empty


def test_a_negative_payout_is_money_that_leaves():
    found = expected_payouts(lines(("P", "refund", -500, "2026-10-27"), ("P", "payout", -500, "2026-10-28")))
    assert shown(found.items, "amount", "open_amount") == [[-500, -500]] and found.breaks.empty


def test_currencies_accounts_and_entities_are_never_added():
    found = expected_payouts(
        lines(
            ("P", "payment", 1, "2026-10-27"),
            ("P", "payment", 2, "2026-10-27", {"currency": "CHF"}),
            ("P", "payment", 4, "2026-10-27", {"psp_account": "M2"}),
            ("P", "payment", 8, "2026-10-27", {"entity": "NL"}),
        )
    ).items
    assert sorted(found["amount"]) == [1, 2, 4, 8] and len(found) == 4


def test_a_payout_after_the_day_is_not_known_yet():
    frame = lines(("P1", "payout", 5, "2026-10-31"), ("P2", "payout", 6, "2026-11-01"))
    assert shown(expected_payouts(frame, date(2026, 10, 31)).items, "document_no") == [["P1"]]


def test_no_lines_give_the_empty_tables():
    found = expected_payouts(SETTLEMENT_LINES.empty())
    assert found.items.equals(OPEN_ITEMS.empty()) and found.breaks.empty
    assert expected_payouts(lines((None, "payment", 5, "2026-10-27"))).items.empty


def test_cents_survive_beyond_what_floats_hold():
    frame = lines(("P", "payment", 9_007_199_254_740_993, "2026-10-27"), ("P", "fee", -1, "2026-10-27"))
    assert expected_payouts(frame).items["amount"].tolist() == [9_007_199_254_740_992]


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]), st.sampled_from(["payment", "refund", "fee", "adjustment"]), st.integers(-999, 999)
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_ROWS, st.randoms(use_true_random=False))
def test_every_cent_of_a_payout_is_in_its_item_whatever_the_order(rows, random):
    frame = lines(*((payout, kind, net, "2026-10-27") for payout, kind, net in rows))
    items = expected_payouts(frame).items
    assert items["amount"].sum() == sum(net for payout, _, net in rows if payout)
    order = list(range(len(frame)))
    random.shuffle(order)
    again = expected_payouts(frame.iloc[order]).items
    assert items.drop(columns=["source_line"]).equals(again.drop(columns=["source_line"]))
