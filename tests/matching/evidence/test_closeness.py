"""How near digits come to a number: last digits, one slip."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recon_kit.matching.coding import columns
from recon_kit.matching.evidence.closeness import closeness
from recon_kit.matching.evidence.quotes import quotes
from recon_kit.tables import BANK_LINES, OPEN_ITEMS


@pytest.mark.parametrize(
    ("text", "number", "tail", "slip"),
    [
        ("Rg. 123", "RE-2026-08123", 3, False),
        ("Rg. 08123", "RE-2026-08123", 5, False),
        ("Rg. 124", "RE-2026-08123", 0, False),
        ("Rg. 08132", "RE-2026-08123", 0, True),
        ("Rg. 08133", "RE-2026-08123", 0, True),
        ("Rg. 0812", "RE-2026-08123", 0, True),
        ("Rg. 081233", "RE-2026-08123", 0, True),
        ("Rg. 18132", "RE-2026-08123", 0, False),
        ("Rg. 2565554353", "2565545353", 0, True),
        ("vom 01.09.2026", "RE-2026-02026", 0, False),
    ],
)
def test_closeness(text: str, number: str, tail: int, slip: bool) -> None:
    on = pd.Timestamp("2026-09-01")
    line = {
        "line_id": ["l"],
        "entity": "A",
        "account": "X",
        "booked_on": on,
        "amount": 1,
        "currency": "EUR",
        "remittance": text,
    }
    item = {
        "item_id": ["i"], "entity": "A", "kind": "invoice", "document_no": number, "issued_on": on, "amount": 1,
        "open_amount": 1, "currency": "EUR",
    }  # fmt: skip
    both = columns(BANK_LINES.conform(pd.DataFrame(line | {"remittance": text})), OPEN_ITEMS.conform(pd.DataFrame(item)))
    found = closeness(quotes(both.lines, both.items), np.zeros(1, np.int32), np.zeros(1, np.int32))
    assert (int(found.tail[0]), bool(found.slip[0])) == (tail, slip)
