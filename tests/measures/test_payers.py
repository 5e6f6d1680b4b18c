"""Who pays late."""

from datetime import date

from recon_kit.measures.payers import LATE_BUCKETS, by_lateness, late_payers, paid_in, payment_delay
from recon_kit.tables import SETTLED
from tests.frames import frame
from tests.measures.books import items

DONE = frame(
    SETTLED,
    """
    document_no  customer_id  due_on      ended_on    how       amount
    D1           C            2026-03-10  2026-03-20  paid      100.00
    D2           C            2026-03-10  2026-03-05  paid      300.00
    D3           D            2026-03-10  2026-03-10  paid      50.00
    D4           D            2026-03-10  2026-03-28  credited  70.00
    D5           D            -           2026-03-28  paid      80.00
    D6           D            2026-01-10  2026-02-28  paid      90.00
    D7           -            2026-03-01  2026-03-31  paid      10.00
    """,
    entity="A",
    currency="EUR",
    issued_on=date(2026, 1, 1),
    seen_from=date(2025, 12, 31),
    basis="bank",
)
PAID = paid_in(DONE, date(2026, 3, 1), date(2026, 3, 31))
NOW = items("item_id  customer_id  due_on  open_amount\nO1  C  2026-03-30  40.00\nO2  D  2026-03-31  60.00\nO3  D  -  5.00")


def test_paid_in_the_time_looked_at_and_with_a_due_day():
    assert dict(zip(PAID["document_no"], PAID["late"].tolist(), strict=True)) == {"D1": 10, "D2": -5, "D3": 0, "D7": 30}


def test_the_delay_is_weighted_by_amount():
    assert payment_delay(PAID, "EUR").text(2) == "-0.43"  # (10 x 100 - 5 x 300 + 30 x 10) / 460
    assert payment_delay(PAID, "CHF").why == "no_cases"


def test_each_customer_with_what_is_overdue_and_how_late_it_paid():
    rows = late_payers(PAID, NOW, date(2026, 3, 31)).set_index("customer_id", drop=False)
    assert rows["customer_id"].tolist()[0] == "C"
    of_c = rows.loc["C", ["n_paid", "paid", "n_late", "late_amount", "weighted", "open", "overdue"]].tolist()
    assert of_c == [2, 400_00, 1, 100_00, 10 * 100_00 - 5 * 300_00, 40_00, 40_00]
    assert rows.loc["D", ["open", "overdue"]].tolist() == [65_00, 0]
    assert rows["overdue"].sum() == 40_00


def test_bucket_edges_of_lateness():
    rows = by_lateness(PAID.assign(late=[0, 1, 7, 8]))
    assert rows["bucket"].tolist() == list(LATE_BUCKETS)
    assert rows["n"].tolist() == [1, 2, 1, 0, 0, 0]
    assert by_lateness(PAID.assign(late=[14, 15, 60, 61]))["n"].tolist() == [0, 0, 1, 1, 1, 1]
