"""What became of each line: explained, proposed or unexplained, and where its money came from."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.measures.lines import line_states, matched, parts, totals
from tests.measures.cuts import allocations, breaks, cut, items, lines


def states(made):
    return line_states(made).set_index("line_id")


def test_a_line_is_explained_when_its_parts_are_its_amount():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  990.00"),
        open_items=items("item_id  amount  open_amount\nR1  1000.00  0.00"),
        allocations=allocations("line_id  item_id  allocated  kind\nL1  R1  1000.00  payment\nL1  -  -10.00  charge"),
    )
    found = states(made).loc["L1"]
    assert (found["state"], found["explained"], found["difference"]) == ("explained", 99_000, 0)


def test_a_proposal_explains_nothing():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00"),
        allocations=allocations("line_id  item_id  allocated  status\nL1  R1  50.00  proposed"),
        breaks=breaks("id  reason  amount\nL1  proposed  50.00"),
    )
    found = states(made).loc["L1"]
    assert (found["state"], found["explained"], found["proposed"]) == ("proposed", 0, 5_000)


def test_a_line_that_nothing_accounts_for_shows_as_difference_and_is_not_explained():
    found = states(cut(bank_lines=lines("line_id  booked_on  amount\nL1  10-05  50.00"))).loc["L1"]
    assert (found["state"], found["difference"]) == ("unexplained", 5_000)


def test_what_a_person_decided_is_not_automatic():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  1.00\nL2  10-05  2.00"),
        allocations=allocations(
            "line_id  allocated  kind  status\nL1  1.00  on_account  confirmed\nL2  2.00  on_account  auto"
        ),
    )
    assert states(made)["automatic"].to_dict() == {"L1": False, "L2": True}


def test_lines_carried_into_the_period_are_in_no_total_of_it():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL0  09-30  7.00\nL1  10-01  5.00"),
        breaks=breaks("id  reason  amount\nL0  no_item  7.00\nL1  no_item  5.00"),
    )
    assert totals(made, [])["booked"].tolist() == [500]


@pytest.mark.parametrize(
    ("line", "allocation", "source"),
    [
        ("credit_transfer  10.00", "R1  10.00  payment", "customers"),
        ("payout  10.00", "P1  10.00  payment", "payouts"),
        ("credit_transfer  10.00", "P1  10.00  payment", "payouts"),
        ("cash_deposit  10.00", "C1  10.00  payment", "deposits"),
        ("return  -10.00", "R1  -10.00  payment", "returns"),
        ("credit_transfer  -10.00", "G1  -10.00  payment", "refunds"),
        ("credit_transfer  10.00", "-  10.00  own_transfer", "own_transfers"),
        ("credit_transfer  -10.00", "-  -10.00  ledger_account", "other_out"),
        ("interest  10.00", "-  10.00  ledger_account", "other_in"),
        ("fee  -10.00", "-  -10.00  charge", "charges"),
    ],
)
def test_the_source_of_a_line_follows_from_its_kind_and_its_match(line, allocation, source):
    known = "item_id  kind  amount  open_amount\nR1  invoice  10.00  0.00\nP1  payout  10.00  0.00"
    known += "\nC1  cash_deposit  10.00  0.00\nG1  credit_note  -10.00  0.00"
    made = cut(
        bank_lines=lines(f"line_id  booked_on  kind  amount\nL1  10-05  {line}"),
        open_items=items(known),
        allocations=allocations(f"line_id  item_id  allocated  kind\nL1  {allocation}"),
    )
    assert states(made).loc["L1", "source"] == source


def exchanged_cut():
    return cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  92.00"),
        open_items=items("item_id  amount  open_amount  currency\nU1  100.00  0.00  USD"),
        allocations=allocations(
            "match_id  line_id  item_id  allocated  currency  kind\nM1  L1  -  95.00  EUR  exchange\n"
            "M1  L1  -  -3.00  EUR  charge\nM1  -  U1  100.00  USD  payment"
        ),
    )


def test_money_that_paid_an_item_of_another_currency_counts_as_what_was_exchanged_of_the_line():
    assert parts(exchanged_cut()).set_index("step")["amount"].to_dict() == {"charges": -300, "other_currency": 9_500}
    state = line_states(exchanged_cut()).iloc[0]
    assert (state["explained"], state["difference"], state["source"]) == (9_200, 0, "customers")


def test_an_item_of_another_currency_stands_beside_the_line_that_pays_it_in_its_own_currency():
    rows = matched(exchanged_cut())
    paid = rows[rows["item_id"].notna()].iloc[0]
    assert (paid["line_id"], paid["currency"], paid["line_currency"], paid["allocated"]) == ("L1", "USD", "EUR", 10_000)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["done", "proposed", "open", "part"])), max_size=12))
def test_every_line_is_explained_proposed_or_unexplained_and_nothing_else(drawn):
    rows = [(f"L{n}", amount, fate) for n, (amount, fate) in enumerate(drawn)]
    done = [(name, amount if fate == "done" else amount // 3) for name, amount, fate in rows if fate in ("done", "part")]
    left = [
        (n, "proposed" if f == "proposed" else "no_item", a - (a // 3 if f == "part" else 0)) for n, a, f in rows if f != "done"
    ]
    made = cut(
        bank_lines=_text(lines, "line_id  booked_on  amount", [(name, "10-05", _euro(amount)) for name, amount, _ in rows]),
        allocations=_text(allocations, "line_id  kind  allocated", [(n, "on_account", _euro(a)) for n, a in done]),
        breaks=_text(breaks, "id  reason  amount", [(name, reason, _euro(amount)) for name, reason, amount in left]),
    )
    found = line_states(made)
    assert (found["difference"] == 0).all()
    counted = totals(made, [])
    assert counted["n_lines"].sum() == len(rows)
    assert (counted[["n_explained", "n_proposed", "n_unexplained"]].sum(axis=1) == counted["n_lines"]).all()
    assert counted["booked"].sum() == sum(amount for _, amount, _ in rows)


def _text(make, head: str, rows: list[tuple[str, ...]]) -> pd.DataFrame | None:
    return make("\n".join([head, *("  ".join(row) for row in rows)])) if rows else None


def _euro(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
