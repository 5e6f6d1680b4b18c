"""When documents ended and how: our matches first, then the ledger's clearings, then the silence of a list."""

from datetime import date

import pandas as pd

from recon_kit.measures.settled import Known, settled
from recon_kit.tables import ALLOCATIONS, CUSTOMERS, SNAPSHOTS
from tests.frames import frame
from tests.measures.books import items, movements

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
LISTS = items("""
item_id  issued_on   due_on      open_amount  snapshot_on
OLD      2025-12-01  2025-12-31  100.00       2026-01-31
NEW      2026-02-10  2026-03-12  100.00       2026-02-28
NEW      2026-02-10  2026-03-12  60.00        2026-03-31
GONE     2026-02-10  2026-03-12  100.00       2026-02-28
PART     2026-02-10  -           100.00       2026-02-28
OPEN     2026-03-01  2026-03-31  100.00       2026-03-31
""")
LISTS = LISTS.assign(document_no=LISTS["item_id"])
WHOLE = frame(
    SNAPSHOTS,
    "source_file  snapshot_on\na  2026-01-31\nb  2026-02-28\nc  2026-03-31",
    entity="A",
    complete=True,
    n_items=1,
)
POSTED = """
document_no  kind         posted_on   document_on  amount   clearing_no  cleared_on
NEW          invoice      2026-02-10  2026-02-10   100.00   -            -
PAID         invoice      2026-02-02  2026-02-01   200.00   Z1           2026-03-04
Z1           receipt      2026-03-04  2026-02-20   -190.00  Z1           2026-03-04
Z1           discount     2026-03-04  2026-02-27   -10.00   Z1           2026-03-04
CREDIT       invoice      2026-02-03  2026-02-03   50.00    V1           2026-03-10
G1           credit_note  2026-03-05  2026-03-05   -50.00   V1           2026-03-10
LOST         invoice      2026-02-03  2026-02-03   30.00    W1           2026-03-20
W1           write_off    2026-03-20  2026-03-20   -30.00   W1           2026-03-20
LATER        invoice      2026-02-04  2026-02-04   70.00    Z2           2026-04-03
Z2           receipt      2026-04-03  2026-03-30   -70.00   Z2           2026-04-03
"""


def allocations(text):
    same = {"entity": "A", "currency": "EUR", "status": "auto", "kind": "payment", "basis": "r", "line_id": "L"}
    found = frame(ALLOCATIONS, text, **same, match_id="")
    return found.assign(match_id=found["item_id"] + found["kind"] + found.index.astype(str))


OURS = allocations("""
item_id  kind      allocated  effective_on
OLD      payment   98.00      2026-02-05
OLD      discount  2.00       2026-02-05
NEW      payment   40.00      2026-03-02
PART     payment   90.00      2026-03-03
PART     discount  5.00       2026-03-06
""")


def found(lists=LISTS, snapshots=WHOLE, ours=OURS, posted=POSTED, first=FIRST, customers=None, last=LAST):
    terms = CUSTOMERS.empty() if customers is None else customers
    rows = movements(posted, customer_id="C") if isinstance(posted, str) else posted
    return settled(Known(lists, snapshots, ours, rows, terms), first, last).set_index("document_no")


def told(rows):
    return {
        name: (row["how"], None if pd.isna(row["ended_on"]) else row["ended_on"].strftime("%m-%d"), row["basis"])
        for name, row in rows.iterrows()
    }


def test_our_match_gives_the_bank_s_day_once_it_makes_95_percent():
    rows = told(found())
    assert rows["OLD"] == ("paid", "02-05", "bank")
    assert rows["PART"] == ("paid", "03-06", "bank")
    assert rows["NEW"][:2] == ("open", None)


def test_else_the_ledger_tells_a_payment_by_its_receipt_s_date_and_any_other_end_by_its_clearing():
    rows = told(found())
    assert rows["PAID"] == ("paid", "02-20", "receipt")
    assert rows["CREDIT"] == ("credited", "03-10", "ledger")
    assert rows["LOST"] == ("written_off", "03-20", "ledger")


def test_a_clearing_that_was_made_later_is_not_known():
    rows = found(lists=LISTS[LISTS["item_id"] == "OPEN"], snapshots=SNAPSHOTS.empty())
    assert told(rows)["LATER"][:2] == ("open", None)
    assert told(found(last=date(2026, 4, 30), snapshots=SNAPSHOTS.empty()))["LATER"] == ("paid", "03-30", "receipt")


def test_what_a_complete_list_no_longer_has_ended_unknown():
    assert told(found())["GONE"] == ("unknown", "02-28", "list")
    assert told(found(snapshots=WHOLE.assign(complete=False)))["GONE"][0] == "open"
    assert told(found(lists=LISTS.iloc[:0], posted=POSTED))["LATER"][0] == "unknown"


def test_a_payment_that_came_back_ended_nothing():
    back = allocations("""
    item_id  line_id  allocated  effective_on
    OPEN     L1       100.00     2026-03-05
    OPEN     L2       -100.00    2026-03-12
    """)
    assert told(found(ours=back))["OPEN"][0] == "open"
    again = pd.concat([back, allocations("item_id  line_id  allocated  effective_on\nOPEN  L3  100.00  2026-03-20")])
    assert told(found(ours=again))["OPEN"][:2] == ("paid", "03-20")


def test_a_match_without_a_line_is_a_credit_and_a_write_off_is_one():
    ours = allocations("""
    item_id  line_id  kind       allocated  effective_on
    NEW      -        payment    100.00     2026-03-02
    OPEN     L        write_off  100.00     2026-03-05
    """)
    rows = told(found(ours=ours))
    assert (rows["NEW"][0], rows["OPEN"][0]) == ("credited", "written_off")


def test_what_is_only_proposed_ends_nothing():
    assert told(found(ours=OURS.assign(status="proposed")))["PART"][0] == "unknown"


def test_the_end_of_what_the_postings_tell_shows_from_the_first_of_them_and_of_others_from_the_first_list():
    seen = found(first=date(2025, 1, 1))["seen_from"].dt.strftime("%Y-%m-%d")
    assert seen["PAID"] == "2026-02-01"  # the evening before the first posting
    assert seen["OLD"] == "2026-01-31"
    assert set(found(first=date(2026, 3, 1))["seen_from"].dt.strftime("%m-%d")) == {"02-28"}


def test_what_ended_before_the_first_day_is_left_out():
    assert "OLD" not in found(first=date(2026, 3, 1)).index
    assert "PAID" not in found(first=date(2026, 3, 1)).index


def test_a_document_that_no_list_shows_is_due_by_the_customer_s_terms():
    terms = frame(CUSTOMERS, "customer_id  name\nC  Kunde", entity="A", is_business=True, payment_days=30)
    rows = found(customers=terms)
    assert rows.loc["PAID", "due_on"] == pd.Timestamp("2026-03-03")
    assert rows.loc["NEW", "due_on"] == pd.Timestamp("2026-03-12")
    assert pd.isna(found().loc["PAID", "due_on"])


def test_each_document_stands_once_with_what_it_was_worth():
    rows = found()
    assert rows.index.is_unique
    assert rows.loc["PAID", "amount"] == 200_00
    assert pd.isna(rows.loc["PAID", "item_id"])
    assert rows.loc["NEW", "item_id"] == "NEW"


def test_nothing_known_is_an_empty_table():
    assert found(lists=LISTS.iloc[:0], snapshots=SNAPSHOTS.empty(), ours=OURS.iloc[:0], posted=movements().iloc[:0]).empty
