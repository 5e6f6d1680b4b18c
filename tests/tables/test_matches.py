"""Rows of a match looked up by its line."""

from __future__ import annotations

import pandas as pd

from recon_kit.tables import ALLOCATIONS, with_lines
from tests.frames import frame

ROWS = frame(
    ALLOCATIONS,
    """
    entity  match_id  line_id  item_id  allocated  currency  kind
    a       m1        l1       -        10.65      EUR       exchange
    a       m1        -        i1       10.00      CHF       payment
    b       m1        -        i2       3.00       EUR       payment
    b       m1        -        i3       -3.00      EUR       payment
    -       m2        l2       -        5.00       EUR       exchange
    -       m2        l3       -        5.00       EUR       exchange
    -       m2        -        i4       5.00       CHF       payment
    """,
    effective_on="2026-10-01", status="auto", basis="x",
)  # fmt: skip


def test_a_row_without_a_line_has_the_one_line_of_its_match():
    found = with_lines(ROWS)["line_id"]
    assert found.fillna("").tolist() == ["l1", "l1", "", "", "l2", "l3", ""]
    assert found.dtype == ROWS["line_id"].dtype


def test_rows_that_all_have_lines_stay_as_they_are():
    on_lines = ROWS[ROWS["line_id"].notna()]
    pd.testing.assert_frame_equal(with_lines(on_lines), on_lines)
