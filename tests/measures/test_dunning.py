"""Who pays after a reminder, and whether it was the reminder."""

import pandas as pd
import pytest

from recon_kit.measures.dunning import answered, collector_productivity, dunning_recovery, dunning_uplift
from recon_kit.tables import CONTACTS
from tests.frames import frame

SENT = pd.concat(
    [
        frame(CONTACTS, "contact_id  item_id  contacted_on\n" + rows, entity="A", level=level, is_control=False)
        for level, rows in (
            (1, "K1  I1  03-01\nK2  I2  03-01\nK3  I3  03-01\nK4  I4  03-01\nK5  I5  03-01"),
            (2, "K6  I2  03-15\nK7  I3  03-05"),
        )
    ]
)
PAID = pd.DataFrame(
    {
        "entity": "A",
        "item_id": ["I1", "I2", "I3", "I5"],
        "on": pd.to_datetime(["2026-03-15", "2026-03-14", "2026-03-05", "2026-02-28"]),
    }
)


def test_paid_after_the_reminder_in_time_and_before_the_next_one():
    assert answered(SENT, PAID, 1, 14) == (2, 5)
    assert answered(SENT, PAID, 1, 13) == (1, 5)
    assert answered(SENT, PAID, 2, 14) == (1, 2)


def test_recovery():
    assert dunning_recovery(180, 400).text() == "45.0"
    assert dunning_recovery(0, 0).why == "no_cases"


def test_an_uplift_whose_interval_holds_zero_is_not_proven():
    found = dunning_uplift((180, 400), (36, 100))
    assert found.points.text() == "9.0"
    assert [round(end, 1) for end in (found.low95, found.high95)] == [-1.6, 19.6]
    assert not found.proven
    assert dunning_uplift((1800, 4000), (360, 1000)).proven


@pytest.mark.parametrize(("control", "why"), [(None, "no_control"), ((0, 0), "no_cases")])
def test_without_a_control_group_nothing_is_said_of_effect(control, why):
    found = dunning_uplift((180, 400), control)
    assert (found.points.why, found.proven, found.low95) == (why, False, None)


def test_a_collector_is_measured_against_what_would_have_come_anyway():
    assert collector_productivity(120_00, 100_00, "EUR").text() == "1.2"
    assert collector_productivity(1, 0).why == "not_above_zero"
