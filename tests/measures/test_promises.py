"""How many promises are kept, and how much of their money."""

from datetime import date

import pytest

from recon_kit.measures.promises import promise_states, promises_kept, promises_kept_amount
from recon_kit.tables import PROMISES
from tests.frames import frame

AS_OF = date(2026, 3, 31)
SAME = {"entity": "A", "currency": "EUR", "made_on": date(2026, 3, 1)}


def promises(text):
    return frame(PROMISES, text, **SAME)


FIVE = """
promise_id  promised_on  amount  paid
P1          03-10        100.00  {p1}
P2          03-12        100.00  120.00
P3          03-15        100.00  {p3}
P4          03-18        100.00  75.00
P5          03-20        100.00  50.00
"""


@pytest.mark.parametrize(("grace", "p1", "p3", "by_count"), [(0, "100.00", "0.00", "40.0"), (5, "100.00", "100.00", "60.0")])
def test_kept_by_count_with_and_without_days_of_grace(grace, p1, p3, by_count):
    states = promise_states(promises(FIVE.format(p1=p1, p3=p3)), AS_OF, grace)
    assert promises_kept(states).text() == by_count


def test_by_amount_no_promise_counts_for_more_than_it_promised():
    states = promise_states(promises(FIVE.format(p1="100.00", p3="100.00")), AS_OF, 5)
    assert promises_kept_amount(states, "EUR").text() == "85.0"
    assert promises_kept_amount(states, "CHF").why == "no_cases"


def test_what_is_pending_or_cancelled_is_not_due_and_what_was_superseded_is_not_kept():
    states = promise_states(
        promises("""
        promise_id  promised_on  amount  paid    cancelled_on  superseded_by
        P1          04-10        100.00  0.00    -             -
        P2          03-10        100.00  100.00  -             P3
        P3          03-20        100.00  100.00  -             -
        P4          03-10        100.00  0.00    03-09         -
        P5          03-31        100.00  0.00    -             -
        """),
        AS_OF,
    )
    assert states["state"].tolist() == ["pending", "superseded", "kept", "cancelled", "pending"]
    assert promises_kept(states).text() == "50.0"
    assert promises_kept_amount(states, "EUR").text() == "50.0"


def test_the_last_day_of_grace_is_not_over():
    one = promises("promise_id  promised_on  amount  paid\nP1  03-26  1.00  0.00")
    assert promise_states(one, AS_OF, 5)["state"].tolist() == ["pending"]
    assert promise_states(one, AS_OF, 4)["state"].tolist() == ["broken"]


def test_without_promises_there_is_no_share():
    assert promises_kept(promise_states(PROMISES.empty(), AS_OF)).why == "no_cases"
