"""Loss rates from the company's own documents, and what they are applied to."""

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd

from recon_kit.measures.losses import LEAST_DOCUMENTS, exposures, loss_history
from recon_kit.tables import SETTLED
from tests.frames import frame
from tests.measures.books import items, movements

AS_OF = date(2026, 12, 31)
SAME = {"entity": "A", "currency": "EUR", "seen_from": date(2024, 12, 31), "customer_id": "C", "basis": "bank"}
DONE = frame(
    SETTLED,
    """
    document_no  issued_on   due_on      ended_on    how          amount
    D1           2025-01-01  2025-01-31  2025-01-20  paid         1000.00
    D2           2025-01-01  2025-01-31  2025-02-20  paid         600.00
    D3           2025-01-01  2025-01-31  2025-04-20  written_off  100.00
    D4           2025-05-01  2025-06-30  -           open         40.00
    D5           2026-11-01  2026-11-30  2026-12-20  written_off  900.00
    D6           2024-12-01  2025-01-31  2025-04-20  written_off  800.00
    """,
    **SAME,
)


def test_what_reached_each_bucket_and_what_of_it_was_lost():
    found = loss_history(DONE, AS_OF, "EUR")
    assert (found.n, found.amount, found.open_) == (4, 1740_00, 40_00)  # too young: D5; known too late: D6
    assert (found.first, found.last, found.days) == (date(2025, 1, 31), date(2025, 6, 30), 151)
    assert found.reached["not_due"] == 1740_00
    assert found.reached["past_1_30"] == 740_00
    assert found.reached["past_61_90"] == 140_00
    assert found.reached["past_91_120"] == 40_00
    assert found.lost == {"not_due": 100_00, "past_1_30": 100_00, "past_31_60": 100_00, "past_61_90": 100_00,
                          "past_91_120": 0, "past_121_180": 0, "past_over_180": 0}  # fmt: skip


def test_a_short_history_gives_no_rate():
    assert set(loss_history(DONE, AS_OF, "EUR").rates.values()) == {None}
    assert set(loss_history(DONE, AS_OF, "CHF").rates.values()) == {None}


def test_a_year_of_documents_gives_the_rates_of_buckets_that_enough_have_reached():
    n = 4 * LEAST_DOCUMENTS
    rows = pd.concat([DONE.iloc[[0]]] * n, ignore_index=True)
    issued = pd.Series([pd.Timestamp("2025-01-01") + timedelta(days=at) for at in range(n)])
    lost = pd.Series(range(n)) % 20 == 0
    ended = issued + pd.to_timedelta([60 if one else 10 for one in lost], unit="D")
    rows = rows.assign(document_no=[f"D{at}" for at in range(n)], issued_on=issued, due_on=issued + pd.Timedelta(days=30),
                       ended_on=ended, how=["written_off" if one else "paid" for one in lost])  # fmt: skip
    rates = loss_history(rows, AS_OF, "EUR").rates
    assert rates["not_due"] == Fraction(1, 20)
    assert rates["past_1_30"] == 1
    assert rates["past_31_60"] is None  # nobody came there


def test_exposure_with_the_vat_that_its_open_part_has():
    owed = items("item_id  due_on  open_amount\nI1  2026-12-31  59.50\nI2  2026-12-01  10.00")
    owed = owed.assign(document_no=["S1", "X"])
    sold = movements("document_no  kind  posted_on  amount\nS1  invoice  2026-12-01  119.00").assign(
        tax=pd.array([19_00], "Int64")
    )
    found = exposures(owed, sold, AS_OF).set_index("bucket")
    assert found.loc["not_due", ["gross", "vat"]].tolist() == [59_50, 9_50]
    assert pd.isna(found.loc["past_1_30", "vat"])
