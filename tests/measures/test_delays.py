"""Delay curves with what is still open, what was known late, and several ways to end."""

from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures.delays import (
    FROM_THE_START,
    curves,
    delay_conditional,
    delay_curve,
    delay_incidence,
    delay_median,
    life_tables,
)


def known(*rows):
    """Rows of exit, event and entry, as "35 open" or "35 paid 10"."""
    parts = [[*row.split(), str(FROM_THE_START)][:3] for row in rows]
    return pd.DataFrame([(int(exit_), event, int(entry)) for exit_, event, entry in parts], columns=["exit", "event", "entry"])


EXAMPLE = known("5 paid", "10 paid", "10 paid", "15 open", "20 paid", "30 paid", "35 open", "40 paid", "60 open", "90 open")


def test_survival_of_the_example():
    curve = delay_curve(EXAMPLE)
    assert curve.days == (5, 10, 20, 30, 40)
    assert curve.survival == (Fraction(9, 10), Fraction(7, 10), Fraction(7, 12), Fraction(7, 15), Fraction(14, 45))
    assert curve.still_open(4) == 1
    assert curve.still_open(39) == Fraction(7, 15)


def test_median_of_the_example():
    assert delay_median(delay_curve(EXAMPLE)).value == 30


def test_the_chance_of_a_document_aged_twelve_to_be_paid_by_day_thirty():
    assert delay_conditional(delay_curve(EXAMPLE), 12, 30).text(1) == "33.3"
    assert delay_curve(EXAMPLE).ends(12, 30) == Fraction(1, 3)


def test_where_most_stay_open_the_median_is_more_than_what_was_seen():
    assert delay_median(delay_curve(known("5 paid", "40 open", "50 open"))).text(0) == "> 50"
    assert delay_median(delay_curve(known())).why == "no_cases"


def test_a_document_counts_only_from_when_it_was_known():
    curve = delay_curve(known("10 paid", "20 paid 15", "30 paid 15", "40 open 10"))
    assert (curve.days, curve.at_risk) == ((10, 20, 30), (1, 3, 2))
    late = delay_curve(known("20 paid 15", "30 paid 20", "9 paid 9"))
    assert (late.days, late.at_risk) == ((20, 30), (1, 1))


def test_ways_to_end_share_what_is_no_longer_open():
    curve = delay_curve(known("5 paid", "10 credited", "20 paid", "30 open"))
    assert curve.incidence == {
        "credited": (0, Fraction(1, 4), Fraction(1, 4)),
        "paid": (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)),
    }
    assert delay_incidence(curve, 30).value == 50
    assert delay_incidence(curve, 12, "credited").value == 25
    assert delay_incidence(curve, 12, "disputed").value == 0


def test_nothing_is_said_of_days_that_nobody_reached():
    curve = delay_curve(known("5 paid", "30 open"))
    assert delay_incidence(curve, 31).why == "not_reached"
    assert delay_conditional(delay_curve(known("5 paid")), 5, 9).why == "no_cases"
    assert delay_curve(known("5 paid")).ends(5, 9) is None


def test_each_group_with_enough_history_has_a_curve():
    rows = pd.concat([EXAMPLE.assign(entity="A", customer_id="C1"), known("1 paid").assign(entity="A", customer_id="C2")])
    found = curves(rows, least_paid=6)
    assert sorted(found) == [(0, ("A", "C1")), (1, ("A",)), (2, ())]


ROWS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["paid", "credited", "open"]), st.integers(-1, 40)), min_size=1, max_size=40
)


@given(ROWS)
def test_what_is_open_and_what_has_ended_is_all(rows):
    curve = delay_curve(pd.DataFrame(rows, columns=["exit", "event", "entry"]))
    for at, left in enumerate(curve.survival):
        assert left + sum(shares[at] for shares in curve.incidence.values()) == 1
    assert list(curve.survival) == sorted(curve.survival, reverse=True)
    assert all(n > 0 for n in curve.at_risk)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_where_all_are_paid_the_curve_is_the_share_still_open(exits):
    curve = delay_curve(pd.DataFrame({"exit": exits, "event": "paid", "entry": FROM_THE_START}))
    for day in range(61):
        assert curve.still_open(day) == Fraction(sum(exit_ > day for exit_ in exits), len(exits))


def test_the_naive_mean_is_shorter_than_the_median():
    paid = EXAMPLE[EXAMPLE["event"] == "paid"]["exit"]
    assert round(paid.mean(), 1) == 19.2
    assert delay_median(delay_curve(EXAMPLE)).value > paid.mean()


def test_a_life_table_holds_what_the_curve_is_made_of():
    rows = pd.DataFrame({"exit": [5, 10, 10, 15], "event": ["paid", "paid", "credited", "open"], "entry": FROM_THE_START})
    found = life_tables({("A", "EUR"): delay_curve(rows)})
    assert found["day"].tolist() == [5, 10]
    assert found[["at_risk", "paid", "credited", "written_off"]].to_numpy().tolist() == [[4, 1, 0, 0], [3, 1, 1, 0]]
    assert found["still_open"].tolist() == [0.75, 0.25]
    assert found["paid_until"].tolist() == [0.25, 0.5]
