"""What cash will come, and how good the forecast was."""

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.backtest import backtest, cash_by_week, forecast_bias, forecast_coverage, forecast_mape
from recon_kit.measures.delays import FROM_THE_START, curves
from recon_kit.measures.forecast import Horizon, cash_forecast, naive_forecast, reserved
from tests.measures.books import items

AS_OF = date(2026, 3, 31)
TWO = Horizon(AS_OF, 2)


def history(exits, **same):
    rows = pd.DataFrame({"exit": exits, "event": "paid", "entry": FROM_THE_START})
    return rows.assign(**{"entity": "A", "customer_id": "C", **same})


def parts(found):
    weeks = found[found["part"] == "week"]["expected"].tolist()
    rest = found[found["part"] != "week"].set_index("part")["expected"].to_dict()
    return rest["here"], weeks, rest["later"], rest["unknown"]


ONE = items("item_id  issued_on   due_on      open_amount\nI  2026-03-31  2026-04-10  100.00")


def test_each_week_takes_its_share_of_the_curve():
    known = curves(history([5, 5, 10, 30]), least_paid=4)
    found = cash_forecast(reserved(ONE), known, TWO)
    assert parts(found) == (0, [50_00, 25_00], 25_00, 0)
    assert found["first"].tolist()[1:3] == [pd.Timestamp("2026-04-01"), pd.Timestamp("2026-04-08")]
    week = found.iloc[1]
    assert (week["low"], week["high"]) == (0, 114_08)  # 50 +- 1.2816 x 100 x sqrt(.5 x .5)


def test_what_is_older_is_paid_with_the_chance_of_what_is_still_open():
    aged = ONE.assign(issued_on=pd.Timestamp("2026-03-25"))  # six days: two of four are gone
    assert parts(cash_forecast(reserved(aged), curves(history([5, 5, 10, 30]), least_paid=4), TWO))[1] == [50_00, 0]


def test_a_customer_s_own_curve_stands_before_that_of_all_and_reaches_as_far_as_it_goes():
    rows = pd.concat([history([3] * 5), history([10] * 15, customer_id="D")])
    known = curves(rows, least_paid=5)
    both = items("item_id  customer_id  open_amount\nI1  C  100.00\nI2  E  100.00", issued_on=AS_OF)
    assert parts(cash_forecast(reserved(both), known, TWO)) == (0, [125_00, 75_00], 0, 0)
    old = both.assign(issued_on=pd.Timestamp("2026-03-26"))  # older than any document of C was: that of all tells
    assert parts(cash_forecast(reserved(old), known, TWO))[1] == [200_00, 0]


def test_a_document_older_than_any_that_is_known_is_not_forecast():
    old = ONE.assign(issued_on=pd.Timestamp("2025-01-01"))
    assert parts(cash_forecast(reserved(old), curves(history([5] * 4), least_paid=4), TWO)) == (0, [0, 0], 0, 100_00)
    assert parts(cash_forecast(reserved(ONE), {}, TWO)) == (0, [0, 0], 0, 100_00)


def test_what_ends_otherwise_does_not_bring_cash():
    rows = history([5, 5, 5, 5]).assign(event=["paid", "credited", "credited", "paid"])
    assert parts(cash_forecast(reserved(ONE), curves(rows, least_paid=2), TWO)) == (0, [50_00, 0], 50_00, 0)


def test_cash_that_is_here_pays_the_oldest_debts_of_its_customer_first():
    found = reserved(
        items("""
        item_id  kind                customer_id  due_on      open_amount
        I1       invoice             C            2026-04-10  100.00
        I2       invoice             C            2026-03-10  50.00
        I3       invoice             D            2026-03-10  70.00
        P1       payment_on_account  C            -           -80.00
        P2       payment_on_account  -            -           -9.00
        """),
        pd.DataFrame({"entity": ["A"], "item_id": ["I3"], "amount": [20_00]}),
    )
    told = found.set_index("item_id")[["here", "left"]].T.to_dict("list")
    assert told == {"I2": [50_00, 0], "I1": [30_00, 70_00], "I3": [20_00, 50_00]}


def test_the_naive_forecast_takes_the_due_day_and_the_mean_delay():
    owed = reserved(
        items("""
        item_id  due_on      open_amount
        LATE     2026-01-10  1.00
        W1       2026-04-03  2.00
        W2       2026-04-04  4.00
        FAR      2026-06-01  8.00
        NONE     -           16.00
        """)
    )
    found = naive_forecast(owed, Fraction(9, 2), TWO)  # rounded to five days
    assert parts(found) == (0, [1_00, 6_00], 8_00, 16_00)
    assert found["low"].isna().all()


WEEKS = pd.DataFrame(
    {"expected": [110, 80, 50], "low": [90, 85, 0], "high": [130, 99, 60], "actual": [100, 100, 0]}
).astype("Int64").astype({"actual": "int64"})  # fmt: skip


def test_bias_error_and_coverage():
    assert forecast_bias(WEEKS).value == 20
    assert forecast_mape(WEEKS).value == 15
    assert forecast_coverage(WEEKS).text(1) == "66.7"


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (forecast_bias(WEEKS.assign(actual=0)), "no_receipts"),
        (forecast_mape(WEEKS.assign(actual=0)), "no_receipts"),
        (forecast_coverage(WEEKS.assign(low=pd.NA)), "no_cases"),
    ],
)
def test_what_cannot_be_scored_says_why(figure, why):
    assert figure.why == why


def test_a_backtest_stands_beside_the_naive_forecast():
    shares = items("""
    item_id  issued_on   due_on      open_amount
    I        2026-03-31  2026-04-10  60.00
    J        2026-03-31  2026-04-10  30.00
    K        2026-03-31  2026-04-10  5.00
    L        2026-03-31  2026-04-10  5.00
    """)
    ends = {"how": ["paid", "paid", "paid", "credited"]}
    ends |= {"ended_on": pd.to_datetime(["2026-04-01", "2026-04-14", "2026-04-15", "2026-04-02"])}
    owed = reserved(shares).assign(**ends)
    actual = cash_by_week(owed, TWO)
    assert actual["actual"].tolist() == [60_00, 30_00]
    known = curves(history([5, 5, 10, 30]), least_paid=4)
    found = backtest({"curves": cash_forecast(owed, known, TWO), "naive": naive_forecast(owed, Fraction(0), TWO)}, actual)
    assert found["A", "EUR", "curves"]["forecast_bias"].text() == "-16.7"
    assert found["A", "EUR", "curves"]["forecast_coverage"].value == 100
    assert found["A", "EUR", "naive"]["forecast_mape"].text() == "166.7"
    assert found["A", "EUR", "naive"]["forecast_coverage"].why == "no_cases"


OWED = st.lists(
    st.tuples(
        st.integers(-(10**6), 10**6), st.integers(0, 90), st.sampled_from(["EUR", "CHF"]), st.sampled_from(["C", "D", None])
    ),
    min_size=1,
    max_size=12,
)


@given(OWED, st.lists(st.integers(0, 60), min_size=1, max_size=20))
def test_every_cent_that_is_owed_is_in_one_part(rows, exits):
    known = curves(history(exits), least_paid=1)
    text = [{"open": amount, "age": age, "currency": currency, "customer": who} for amount, age, currency, who in rows]
    made = items("item_id  open_amount\n" + "\n".join(f"I{at}  1.00" for at in range(len(text))))
    made["open_amount"] = [row["open"] for row in text]
    made["currency"] = pd.array([row["currency"] for row in text], "str")
    made["customer_id"] = pd.array([row["customer"] for row in text], "str")
    made["issued_on"] = pd.to_datetime([AS_OF] * len(text)) - pd.to_timedelta([row["age"] for row in text], "D")
    owed = reserved(made)
    assert (owed["here"] + owed["left"] == owed["open_amount"]).all()
    assert (owed["left"] >= 0).all()
    for found in (cash_forecast(owed, known, TWO), naive_forecast(owed, Fraction(3), TWO)):
        sums = found.groupby("currency")["expected"].sum()
        assert (sums == owed.groupby("currency")["open_amount"].sum()).all()
        assert (found["expected"] >= 0).all()


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(7)
    made = items("item_id  issued_on  open_amount\n" + "\n".join(f"I{at}  03-{1 + at % 30:02}  {at}.37" for at in range(1, 60)))
    known = curves(history(rng.integers(0, 90, 200)), least_paid=5)
    one = cash_forecast(reserved(made), known, TWO)
    other = cash_forecast(reserved(made.iloc[rng.permutation(len(made))].reset_index(drop=True)), known, TWO)
    pd.testing.assert_frame_equal(one, other)


def test_documents_of_one_customer_come_together_and_make_the_interval_wider():
    text = "item_id  issued_on  customer_id  open_amount\nI1  03-31  {}  100.00\nI2  03-31  {}  100.00"
    known = curves(history([5, 5, 10, 30]), least_paid=4)
    halves = [
        int(row["high"] - row["expected"])
        for row in (cash_forecast(reserved(items(text.format(*who))), known, TWO).iloc[1] for who in ("CC", "CD", "--"))
    ]
    assert halves == [128_16, 90_62, 90_62]
