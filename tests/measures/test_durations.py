"""How long documents were open, as far as lists and matches tell."""

from datetime import date
from fractions import Fraction

import pandas as pd

from recon_kit.measures.durations import durations, mean_delay
from recon_kit.tables import ALLOCATIONS
from tests.frames import frame
from tests.measures.books import items

AS_OF = date(2026, 3, 31)
LISTS = items("""
item_id  issued_on   due_on      open_amount  snapshot_on
OLD      2026-01-01  2026-01-31  100.00       2026-01-31
NEW      2026-02-10  2026-03-12  100.00       2026-02-28
NEW      2026-02-10  2026-03-12  60.00        2026-03-31
GONE     2026-02-10  2026-03-12  100.00       2026-02-28
PART     2026-02-10  -           100.00       2026-02-28
PART     2026-02-10  -           6.00         2026-03-31
OPEN     2026-03-01  2026-03-31  100.00       2026-03-31
""")


def allocations(text):
    same = {"entity": "A", "currency": "EUR", "status": "auto", "kind": "payment", "basis": "r", "line_id": "L"}
    found = frame(ALLOCATIONS, text, **same, match_id="")
    return found.assign(match_id=found["item_id"] + found["kind"])


OURS = allocations("""
item_id  kind      allocated  effective_on
OLD      payment   98.00      2026-02-05
OLD      discount  2.00       2026-02-05
NEW      payment   40.00      2026-03-02
PART     payment   90.00      2026-03-03
PART     discount  5.00       2026-03-06
""")


def told(found):
    return {row["item_id"]: (row["entry"], row["exit"], row["event"]) for row in found.to_dict("records")}


def test_each_document_from_its_date_until_the_bank_day_or_as_long_as_it_was_known():
    assert told(durations(LISTS, OURS, AS_OF)) == {
        "OLD": (30, 35, "paid"),
        "NEW": (-1, 49, "open"),
        "GONE": (-1, 18, "open"),
        "PART": (-1, 24, "paid"),
        "OPEN": (-1, 30, "open"),
    }


def test_what_is_not_matched_yet_or_only_proposed_is_open():
    later = OURS.assign(effective_on=pd.Timestamp("2026-04-01"))
    assert set(durations(LISTS, later, AS_OF)["event"]) == {"open"}
    assert set(durations(LISTS, OURS.assign(status="proposed"), AS_OF)["event"]) == {"open"}


def test_another_end_counts_if_it_was_earlier():
    ends = pd.DataFrame(
        [("A", "NEW", pd.Timestamp("2026-03-05"), "disputed"), ("A", "OLD", pd.Timestamp("2026-02-20"), "disputed")],
        columns=["entity", "item_id", "on", "event"],
    )
    found = told(durations(LISTS, OURS, AS_OF, ends))
    assert found["NEW"] == (-1, 23, "disputed")
    assert found["OLD"] == (30, 35, "paid")


def test_a_document_that_was_credited_or_written_off_was_not_paid():
    credited = allocations("""
    item_id  line_id  kind       allocated  effective_on
    NEW      -        payment    100.00     2026-03-02
    OPEN     L        write_off  100.00     2026-03-05
    """)
    found = told(durations(LISTS, credited, AS_OF))
    assert (found["NEW"][2], found["OPEN"][2]) == ("credited", "written_off")


def test_documents_of_a_company_without_a_name_are_known_too():
    found = durations(
        LISTS.assign(entity=None).astype({"entity": "str"}), OURS.assign(entity=None).astype({"entity": "str"}), AS_OF
    )
    assert told(found) == told(durations(LISTS, OURS, AS_OF))


def test_the_mean_delay_is_of_the_paid_ones_that_have_terms():
    assert mean_delay(durations(LISTS, OURS, AS_OF)) == Fraction(5)
    assert mean_delay(durations(LISTS, OURS.iloc[:0], AS_OF)) is None
