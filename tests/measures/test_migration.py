"""What became of the documents of one list by the next."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.aging import aging_due
from recon_kit.measures.migration import TERMINAL, Lists, bucket_ratio, endings, migration, roll_rates
from recon_kit.tables import ALLOCATIONS, LEDGER_MOVEMENTS, OPEN_ITEMS
from tests.frames import frame
from tests.measures.books import END, items, movements

THEN = date(2026, 2, 28)
NO_ENDS = endings(ALLOCATIONS.empty(), OPEN_ITEMS.empty(), LEDGER_MOVEMENTS.empty())

BEFORE = items("""
item_id  due_on      open_amount
I1       2026-03-31  100.00
I2       2026-03-01  200.00
I3       2026-03-20  300.00
I4       2026-02-27  40.00
I5       2025-12-01  50.00
I6       2026-01-15  60.00
I7       -           5.00
""")
AFTER = items("""
item_id  due_on      open_amount
I1       2026-03-31  100.00
I2       2026-03-01  80.00
I4       2026-02-27  45.00
I5       2026-04-30  50.00
I7       -           5.00
I8       2026-03-01  999.00
""")


def allocations(text):
    same = {"entity": "A", "currency": "EUR", "status": "auto", "kind": "payment", "basis": "r", "effective_on": END}
    found = frame(ALLOCATIONS, text, **same, match_id="")
    return found.assign(match_id=found["match_id"].where(found["match_id"] != "", found["item_id"]))


OURS = allocations("""
item_id  line_id  kind       allocated  match_id
I2       L1       payment    110.00     m1
I2       L1       discount   4.00       m1
I3       -        payment    300.00     m2
G9       -        payment    -300.00    m2
I6       L3       write_off  60.00      m3
""")


def ways(moves):
    return {(row["from"], row["to"]): (row["n"], row["amount"] // 100) for row in moves.to_dict("records")}


def moved(ends=NO_ENDS):
    return migration(Lists(BEFORE, AFTER, THEN, END, ends))


def test_every_way_is_there_cures_and_skipped_buckets_too():
    found = ways(moved(endings(OURS, BEFORE, LEDGER_MOVEMENTS.empty())))
    assert found == {
        ("not_due", "not_due"): (1, 100), ("not_due", "past_1_30"): (1, 80), ("not_due", "paid"): (1, 110),
        ("not_due", "credited"): (2, 304), ("not_due", "unknown"): (1, 6), ("past_1_30", "past_31_60"): (1, 40),
        ("past_31_60", "written_off"): (1, 60), ("past_61_90", "not_due"): (1, 50), ("no_due_date", "no_due_date"): (1, 5),
    }  # fmt: skip


def test_what_nothing_explains_is_unknown():
    found = moved()
    assert found.loc[found["to"] == "unknown", "amount"].sum() == 120_00 + 300_00 + 60_00
    assert set(found["to"]) & set(TERMINAL) == {"unknown"}


def test_what_more_was_matched_than_fell_explains_only_the_fall():
    much = allocations("item_id  line_id  allocated\nI3  L1  900.00")
    found = moved(endings(much, BEFORE, LEDGER_MOVEMENTS.empty()))
    assert ways(found)["not_due", "paid"] == (1, 300)


def test_a_proposal_explains_nothing():
    proposed = allocations("item_id  line_id  allocated\nI3  L1  300.00").assign(status="proposed")
    assert endings(proposed, BEFORE, LEDGER_MOVEMENTS.empty()).empty


def test_where_we_know_nothing_the_ledger_s_clearing_tells():
    cleared = movements("""
    document_no  kind         posted_on   amount   clearing_no
    RE3          invoice      2026-02-01  300.00   K1
    Z3           receipt      2026-03-05  -290.00  K1
    Z4           discount     2026-03-05  -10.00   K1
    RE2          invoice      2026-02-01  300.00   K2
    G2           credit_note  2026-03-05  -300.00  K2
    """)
    known = BEFORE.assign(document_no=BEFORE["item_id"].str.replace("I", "RE"))
    ends = endings(allocations("item_id  line_id  allocated\nI2  L1  110.00"), known, cleared)
    assert ends[["item_id", "state", "amount"]].values.tolist() == [["I2", "paid", 11_000], ["I3", "paid", 30_000]]


def test_shares_of_a_bucket_sum_to_one_and_too_few_documents_have_no_rate():
    moves = moved(endings(OURS, BEFORE, LEDGER_MOVEMENTS.empty()))
    rates = roll_rates(moves)
    assert {sum(row.values()) for row in rates.values()} == {1}
    assert rates["not_due"]["paid"] == Fraction(110, 600)
    assert set(roll_rates(moves, least_n=2)) == {"not_due"}


def test_several_months_are_taken_together():
    both = pd.concat([moved(), moved()])
    assert roll_rates(both) == roll_rates(moved())
    assert set(roll_rates(both.assign(month=[0] * len(moved()) + [1] * len(moved())), least_n=2)) >= {"past_1_30"}


def test_rates_of_two_currencies_are_refused():
    moves = moved()
    with pytest.raises(ValueError, match="rates of several currencies"):
        roll_rates(pd.concat([moves, moves.assign(currency="CHF")]))


def test_the_bucket_ratio_is_another_figure():
    found = bucket_ratio(aging_due(BEFORE, THEN), aging_due(AFTER, END))
    row = found[found["from"] == "not_due"].iloc[0]
    assert (row["to"], row["part"], row["of"]) == ("past_1_30", 80_00 + 999_00, 600_00)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(-500, 500), st.dates(date(2025, 6, 1), date(2026, 6, 1)), st.sampled_from(["EUR", "CHF"])
    ),
    max_size=9,
    unique_by=lambda row: row[0],
)


def listed(rows):
    numbers, amounts, due, currencies = zip(*rows, strict=True) if rows else [()] * 4
    ids = [f"I{number}" for number in numbers]
    days = [date(2025, 6, 1)] * len(rows)
    return OPEN_ITEMS.frame({"item_id": ids, "document_no": ids, "kind": ["invoice"] * len(rows), "open_amount": amounts,
                             "amount": amounts, "issued_on": days, "due_on": due, "currency": currencies})  # fmt: skip


@given(ROWS, ROWS, st.lists(st.tuples(st.integers(0, 8), st.sampled_from(TERMINAL[:-1]), st.integers(0, 600)), max_size=5))
def test_no_money_of_the_earlier_list_is_lost_or_made(before, after, ended):
    ends = pd.DataFrame([(None, f"I{n}", state, amount) for n, state, amount in ended], columns=NO_ENDS.columns)
    ends = ends.astype({"entity": "str", "item_id": "str", "amount": "int64"})
    moves = migration(Lists(listed(before), listed(after), THEN, END, ends))
    assert moves["amount"].sum() == sum(amount for _, amount, *_ in before if amount > 0)
    sums = moves.groupby(["currency", "from"])
    assert (sums["amount"].sum() == sums["of"].first()).all()
    assert (moves["amount"] > 0).all()
