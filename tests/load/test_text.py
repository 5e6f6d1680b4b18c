"""Rows that are written down where they are used: read as a file of the same content is."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from recon_kit import read, read_text
from recon_kit.errors import LoadError, ParameterError
from recon_kit.load import Hints

LINES = """
line_id | booked_on  |   amount | currency | remittance
L1      | 2026-10-12 | 1,190.00 | EUR      | Rechnung RE-10417
L2      | 2026-10-13 |   -42.90 | EUR      |
"""
ITEMS = "item_id;kind;document_no;issued_on;amount;open_amount;currency\n1;invoice;R1;2026-09-28;10.00;10.00;EUR\n"


def test_rows_in_a_text_are_bank_lines_to_the_cent():
    rows = read_text(LINES).tables["bank_lines"]

    assert rows["amount"].tolist() == [119000, -4290]
    assert rows["remittance"].fillna("nothing").tolist() == ["Rechnung RE-10417", "nothing"]


def test_a_text_is_read_as_the_file_with_the_same_content(tmp_path):
    path = tmp_path / "items.csv"
    path.write_text(ITEMS, encoding="utf-8")
    told, written = (
        found.tables["open_items"].drop(columns="source_file")
        for found in (read(path, snapshot_on="2026-10-01"), read_text(ITEMS, snapshot_on=date(2026, 10, 1)))
    )

    pd.testing.assert_frame_equal(told, written)
    assert told["snapshot_on"].tolist() == [pd.Timestamp(2026, 10, 1)]


def test_a_bad_row_is_named_by_its_line_in_the_text():
    with pytest.raises(LoadError, match="text:3: amount is '42,9O'"):
        read_text(LINES.replace("-42.90", " 42,9O"))


def test_a_hint_that_is_no_day_is_refused():
    with pytest.raises(ParameterError, match=r"snapshot_on is '31\.10\.2026', expected a day such as 2026-10-31"):
        Hints.of({"snapshot_on": "31.10.2026"})
