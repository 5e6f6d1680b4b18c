"""What a set means in money."""

from __future__ import annotations

import numpy as np
import pytest

from recon_kit.matching.coding import columns
from recon_kit.matching.scoring.allocation import parts
from recon_kit.matching.scoring.settling import Settling
from recon_kit.tables import BANK_LINES, OPEN_ITEMS
from tests.frames import frame

ITEMS = """
    item_id  document_no  issued_on   due_on      amount   discount_on  discount_amount  customer_id  customer_name
    1        RE-2026-101  2026-09-01  2026-10-01  100.00   2026-09-11   2.00             K1           Adler GmbH
    2        RE-2026-102  2026-09-02  2026-10-02  50.00    -            -                K1           Adler GmbH
    3        GS-2026-103  2026-09-03  2026-10-03  -20.00   -            -                K1           Adler GmbH
"""


def left_after(text: str, amount: str, on: str) -> dict[str, int]:
    """What is left of each document after the best set of one line was taken."""
    items = frame(OPEN_ITEMS, ITEMS, kind="invoice", currency="EUR", open_amount=0)
    items = items.assign(open_amount=items["amount"])
    lines = frame(
        BANK_LINES,
        f"line_id  amount  booked_on\na  {amount}  {on}",
        currency="EUR",
        remittance=text,
        counterparty_name="Adler GmbH",
    )
    both = columns(lines, items)
    settling = Settling(both, np.array([True]))
    seen = settling.proposed()
    quoted = [at for at in range(len(seen.sets)) if seen.sets.families[at] & 1]
    settling.take(seen, np.array(quoted[:1], np.int32))
    return dict(zip(both.items.ids.to_pylist(), settling.left.tolist(), strict=True))


@pytest.mark.parametrize(
    ("text", "amount", "on", "left"),
    [
        ("RE-2026-101", "100.00", "2026-10-01", {"1": 0, "2": 5000, "3": -2000}),
        ("RE-2026-101", "98.00", "2026-09-10", {"1": 0, "2": 5000, "3": -2000}),
        ("RE-2026-101", "98.00", "2026-10-10", {"1": 200, "2": 5000, "3": -2000}),
        ("RE-2026-101", "60.00", "2026-10-01", {"1": 4000, "2": 5000, "3": -2000}),
        ("RE-2026-101 RE-2026-102", "120.00", "2026-10-01", {"1": 0, "2": 3000, "3": -2000}),
        ("RE-2026-101 RE-2026-102 GS-2026-103", "130.00", "2026-10-01", {"1": 0, "2": 0, "3": 0}),
        ("RE-2026-101 GS-2026-103", "70.00", "2026-10-01", {"1": 1000, "2": 5000, "3": 0}),
        ("RE-2026-101", "105.00", "2026-10-01", {"1": 0, "2": 5000, "3": -2000}),
    ],
    ids=[
        "exact",
        "discount in time",
        "discount late stays open",
        "short",
        "oldest first",
        "netted",
        "netted and short",
        "over",
    ],
)
def test_documents_fall_by_what_the_line_pays(text: str, amount: str, on: str, left: dict[str, int]) -> None:
    assert left_after(text, amount, on) == left


PARTS = """
    item_id  document_no  issued_on   due_on      amount   discount_on  discount_amount  customer_id  customer_name
    1        RE-2026-101  2026-09-01  2026-10-01  100.00   2026-09-11   2.00             K1           Adler GmbH
    2        RE-2026-102  2026-09-02  2026-10-02  150.00   2026-09-12   3.00             K1           Adler GmbH
    3        RE-2026-103  2026-09-03  2026-10-03  100.00   2026-09-13   2.00             K1           Adler GmbH
"""


@pytest.mark.parametrize(
    ("text", "amount", "discounts", "unsure"),
    [
        ("RE-2026-101 RE-2026-102", "247.00", [0, 300], False),
        ("RE-2026-101 RE-2026-102 RE-2026-103", "348.00", [200, 0, 0], True),
        ("RE-2026-101 RE-2026-102 RE-2026-103", "345.00", [200, 300, 0], True),
    ],
    ids=["one of two", "either of two alike: the first due", "the first due of several ways"],
)
def test_discounts_on_part_are_those_that_make_up_the_difference(
    text: str, amount: str, discounts: list[int], unsure: bool
) -> None:
    items = frame(OPEN_ITEMS, PARTS, kind="invoice", currency="EUR", open_amount=0)
    items = items.assign(open_amount=items["amount"])
    told = {"currency": "EUR", "remittance": text, "counterparty_name": "Adler GmbH"}
    both = columns(frame(BANK_LINES, f"line_id  amount  booked_on\na  {amount}  2026-09-10", **told), items)
    seen = Settling(both, np.array([True])).proposed()
    quoted = np.array([at for at in range(len(seen.sets)) if seen.sets.families[at] & 1], np.int32)[:1]
    found = parts(seen.lines, seen.items, seen.left, seen.sets, quoted, 3)
    assert found.discount.tolist() == discounts
    assert (found.paid + found.discount).tolist() == seen.left[found.item].tolist()
    assert found.unsure.tolist() == [unsure] * len(discounts)
