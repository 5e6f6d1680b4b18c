"""What a payment left open of a document is told by the run that posts it and by every later one."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.matching import History, match
from recon_kit.simulate.feeds import feed
from recon_kit.tables import ITEM_ALLOCATIONS

pytestmark = pytest.mark.xdist_group("compiled")


def _told(breaks: pd.DataFrame) -> pd.DataFrame:
    rests = breaks[breaks["side"] == "open_item"]
    return rests[["id", "reason", "amount", "currency", "detail"]].sort_values("id", ignore_index=True)


def test_a_later_run_tells_what_an_earlier_posting_left_open() -> None:
    made = feed("mixed_b2b", 3_000, 9101, "test")
    first = match(made.bank_lines, made.open_items)
    posted = first.allocations[first.allocations["status"] == "auto"]
    on_items = posted[posted["kind"].isin(ITEM_ALLOCATIONS) & posted["item_id"].notna()]
    falls = on_items.groupby("item_id")["allocated"].sum()
    left = made.open_items.assign(
        open_amount=made.open_items["open_amount"] - made.open_items["item_id"].map(falls).fillna(0).astype("int64")
    )
    done = made.bank_lines["line_id"].isin(posted["line_id"])
    history = History(made.bank_lines[done], made.open_items, posted)
    again = match(made.bank_lines[done].iloc[:0], left[left["open_amount"] != 0], history=history)
    before = _told(first.breaks)
    assert len(before) > 10
    assert before["reason"].nunique() > 1
    pd.testing.assert_frame_equal(_told(again.breaks), before)
