"""How long documents were open, as far as lists, matches and clearings tell."""

from datetime import date
from fractions import Fraction

import pandas as pd

from recon_kit.measures.durations import durations, mean_delay
from recon_kit.tables import SETTLED
from tests.frames import frame

AS_OF = date(2026, 3, 31)
DOCUMENTS = frame(
    SETTLED,
    """
item_id  issued_on   due_on      seen_from   ended_on    how          basis   amount
OLD      2026-01-01  2026-01-31  2026-01-31  2026-02-05  paid         bank    100.00
NEW      2026-02-10  2026-03-12  2026-01-31  -           open         -       100.00
GONE     2026-02-10  2026-03-12  2026-01-31  2026-02-28  unknown      list    100.00
PART     2026-02-10  -           2026-01-31  2026-03-06  paid         bank    100.00
LOST     2026-02-10  2026-03-12  2026-01-31  2026-03-20  written_off  ledger  100.00
""",
    entity="A",
    currency="EUR",
    customer_id="C",
    document_no="",
).assign(document_no=lambda rows: rows["item_id"])


def told(found):
    return {row["item_id"]: (row["entry"], row["exit"], row["event"]) for row in found.to_dict("records")}


def test_each_document_from_its_date_until_its_end_or_as_long_as_it_was_known():
    assert told(durations(DOCUMENTS, AS_OF)) == {
        "OLD": (30, 35, "paid"),
        "NEW": (-1, 49, "open"),
        "GONE": (-1, 18, "open"),
        "PART": (-1, 24, "paid"),
        "LOST": (-1, 38, "written_off"),
    }


def test_on_an_earlier_day_nothing_later_is_known():
    found = told(durations(DOCUMENTS, date(2026, 2, 28)))
    assert found == {"OLD": (30, 35, "paid"), "NEW": (-1, 18, "open"), "GONE": (-1, 18, "open"), "PART": (-1, 18, "open"),
                     "LOST": (-1, 18, "open")}  # fmt: skip
    assert set(told(durations(DOCUMENTS, date(2026, 1, 15)))) == {"OLD"}


def test_another_end_counts_if_it_was_earlier():
    ends = pd.DataFrame(
        [
            ("A", "NEW", "EUR", pd.Timestamp("2026-03-05"), "disputed"),
            ("A", "OLD", "EUR", pd.Timestamp("2026-02-20"), "disputed"),
        ],
        columns=["entity", "document_no", "currency", "on", "event"],
    )
    found = told(durations(DOCUMENTS, AS_OF, ends))
    assert found["NEW"] == (-1, 23, "disputed")
    assert found["OLD"] == (30, 35, "paid")


def test_documents_of_a_company_without_a_name_are_known_too():
    nameless = DOCUMENTS.assign(entity=None).astype({"entity": "str"})
    assert told(durations(nameless, AS_OF)) == told(durations(DOCUMENTS, AS_OF))


def test_the_mean_delay_is_of_the_paid_ones_that_have_terms():
    assert mean_delay(durations(DOCUMENTS, AS_OF)) == Fraction(5)
    assert mean_delay(durations(DOCUMENTS, date(2026, 1, 31))) is None
