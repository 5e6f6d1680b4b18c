"""Small frames written as aligned text, so that a test shows its rows as a person would write them down."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd

from recon_kit.money import minor_units
from recon_kit.tables import Table
from recon_kit.tables.declare import DAY, FLAG, SHARE, WHOLE, WHOLE_OR_NULL

_WHOLE_NUMBERS = ("source_line", "rank", "n_items", "sequence", "line_no")


def frame(table: Table, text: str, **same: Any) -> pd.DataFrame:
    """A declared table from text: a first line of column names, then rows; two blanks part the columns, "-" is null.

    Amounts are written as 12.50 (two decimals); days as 10-05 (of 2026) or 2026-10-05.

    Args:
        same: values that every row has, where the text does not give the column.
    """
    lines = [re.split(r"\s{2,}|\s*\|\s*", line.strip()) for line in text.strip().splitlines()]
    names, rows = lines[0], lines[1:]
    assert all(len(row) == len(names) for row in rows), f"rows of {len(names)} values: {rows}"
    columns = {name: [_value(table, name, row[place]) for row in rows] for place, name in enumerate(names)}
    columns |= {name: [value] * len(rows) for name, value in same.items() if name not in columns}
    return table.frame(columns) if rows else table.empty()


def day(text: str) -> date:
    """A day as written in a frame."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def _value(table: Table, name: str, text: str) -> Any:
    if text == "-":
        return None
    dtype = table.columns[name].metadata["dtype"]
    if dtype == DAY:
        return day(text)
    if dtype in (WHOLE, WHOLE_OR_NULL) and name not in _WHOLE_NUMBERS:
        return minor_units(text, "EUR", ".")
    if dtype in (WHOLE, WHOLE_OR_NULL):
        return int(text)
    if dtype == FLAG:
        return text == "yes"
    return float(text) if dtype == SHARE else text.replace("\\n", "\n")
