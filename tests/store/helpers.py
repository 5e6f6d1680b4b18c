"""Short words for what the tests of the store do again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from recon_kit.store import Store
from recon_kit.tables import BANK_LINES, STATEMENTS, Table
from tests.frames import frame

AT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def booked(fmt: str, role: str = "booked", **more: Any) -> dict[str, Any]:
    """The payload of a source entry."""
    return {"name": "file", "format": fmt, "role": role, **more}


def lines(*rows: str, account: str = "DE1", entity: str | None = None) -> pd.DataFrame:
    """Bank lines, each written as `id day amount`."""
    text = "\n".join(["line_id  booked_on  amount", *(row.replace(" ", "  ") for row in rows)])
    return frame(BANK_LINES, text, account=account, currency="EUR", entity=entity)


def statement(from_on: str, to_on: str, name: str = "1", account: str = "DE1") -> pd.DataFrame:
    """One statement that covers these days."""
    text = f"statement_id  from_on  to_on\n{name}  {from_on}  {to_on}"
    return frame(STATEMENTS, text, account=account, currency="EUR", source_file="file")


def take(
    store: Store, fmt: str, *frames: pd.DataFrame, role: str = "booked", table: Table = BANK_LINES, retire: int | None = None
) -> int:
    """Take a file in: its rows, and a statement if a second frame is given; returns the entry."""
    with store.writing(by="anna", at=AT) as writer:
        seq = writer.journal("source", booked(fmt, role))
        for kept, rows in zip((table, STATEMENTS), frames, strict=False):
            writer.append(kept, rows, seq)
        if retire is not None:
            writer.retire(retire, seq)
    return seq
