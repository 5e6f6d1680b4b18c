"""Small feeds for tests of evidence: lines and items given by what matters."""

from __future__ import annotations

import pandas as pd

from recon_kit.matching.coding import columns
from recon_kit.matching.columns import Columns
from recon_kit.matching.history import History
from recon_kit.tables import BANK_LINES, OPEN_ITEMS

_LINE = {"entity": "A", "account": "DE01", "currency": "EUR", "amount": 100, "booked_on": pd.Timestamp(2026, 3, 2)}
_ITEM = {
    "entity": "A", "currency": "EUR", "kind": "invoice", "amount": 100, "open_amount": 100,
    "issued_on": pd.Timestamp(2026, 2, 1), "due_on": pd.Timestamp(2026, 3, 1),
}  # fmt: skip


def bank_lines(*lines: dict[str, object]) -> pd.DataFrame:
    """Lines l0, l1 ... by what differs from 100.00 EUR on 2 March."""
    return BANK_LINES.conform(pd.DataFrame([{**_LINE, "line_id": f"l{at}", **line} for at, line in enumerate(lines)]))


def open_items(*items: dict[str, object]) -> pd.DataFrame:
    """Items i0, i1 ... by what differs."""
    rows = [{**_ITEM, "item_id": f"i{at}", "document_no": f"RE-{at:05d}", **item} for at, item in enumerate(items)]
    return OPEN_ITEMS.conform(pd.DataFrame(rows))


def both(lines: list[dict[str, object]], items: list[dict[str, object]], history: History | None = None) -> Columns:
    """Both sides as columns."""
    return columns(bank_lines(*lines), open_items(*items), history=history)
