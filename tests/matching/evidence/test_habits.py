"""What settled payments tell of a debtor's ways."""

import numpy as np
import pandas as pd

from recon_kit.matching.evidence.habits import habits
from tests.matching.evidence.frames import both


def _item(who: str, day: int, **more: object) -> dict[str, object]:
    return {"customer_id": who, "due_on": pd.Timestamp(2026, 1, day), "issued_on": pd.Timestamp(2026, 1, 1), **more}


def _codes(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def test_a_late_payer_is_expected_late_and_an_unknown_one_as_usual() -> None:
    lines = [
        {"booked_on": pd.Timestamp(2026, 1, 20)},
        {"booked_on": pd.Timestamp(2026, 1, 21)},
        {"booked_on": pd.Timestamp(2026, 1, 3)},
    ]
    made = both(lines, [_item("C2", 3), _item("C1", 5), _item("C1", 6), _item("C3", 9)])
    found = habits(made, _codes(1, 2, 0), _codes(1, 2, 0))
    order = [int(made.items.debtor[at]) for at in (1, 0, 3)]
    late, prompt, unknown = order
    assert found.payments[order].tolist() == [2, 1, 0]
    assert found.median[late] >= found.median[unknown] > found.median[prompt]
    at_15 = found.likelihood(np.array(order), _codes(15, 15, 15))
    assert at_15[0] > at_15[2] > at_15[1]


def test_own_pairs_do_not_count_themselves() -> None:
    made = both([{"booked_on": pd.Timestamp(2026, 1, 20)}], [_item("C1", 5)])
    found = habits(made, _codes(0), _codes(0))
    debtor, delay = made.items.debtor[:1], _codes(15)
    assert found.likelihood(debtor, delay, np.array([True])) < found.likelihood(debtor, delay)


def test_leaving_an_older_document_open_is_not_orderly() -> None:
    lines = [{"booked_on": pd.Timestamp(2026, 1, 20)}, {"booked_on": pd.Timestamp(2026, 1, 25)}]
    made = both(lines, [_item("C1", 5), _item("C2", 5), _item("C2", 6), _item("C1", 6)])
    at = {made.items.ids[i].as_py(): i for i in range(4)}
    found = habits(made, _codes(1, 0, 0, 1), _codes(at["i0"], at["i3"], at["i1"], at["i2"]))
    untidy, orderly = made.items.debtor[at["i0"]], made.items.debtor[at["i1"]]
    assert found.orderly[untidy] < found.orderly[orderly]


def test_discounts_taken_and_numbers_quoted() -> None:
    agreed = {"discount_on": pd.Timestamp(2026, 1, 30), "discount_amount": 2}
    made = both([{"amount": 98}, {"amount": 100}], [_item("C1", 5, **agreed), _item("C2", 5, **agreed)])
    at = {made.items.ids[i].as_py(): i for i in range(2)}
    one, two = made.items.debtor[at["i0"]], made.items.debtor[at["i1"]]
    found = habits(made, _codes(0, 1), _codes(at["i0"], at["i1"]), (_codes(1), _codes(at["i1"]), np.array([6], np.int8)))
    assert found.discounts[one] > found.discounts[two]
    assert found.quotes[two] > found.quotes[one]


def test_nothing_settled_is_usual_for_everybody() -> None:
    made = both([{}], [_item("C1", 5)])
    found = habits(made, _codes(), _codes())
    assert (found.payments.tolist(), found.median.tolist(), found.quotes.tolist()) == ([0], [0.0], [0.0])
