"""What arrives after a close is listed by the next one with its effect; the run that was reported stays as it was."""

import shutil

import pandas as pd
import pytest

from recon_kit.report import read_cut
from tests.close.conftest import LATER, begin, close


@pytest.fixture(scope="module")
def august_told_late(small, tmp_path_factory):
    """August closed without its ledger movements' last rows, which arrive with September's file."""
    folder = tmp_path_factory.mktemp("late") / "data_samples"
    shutil.copytree(small, folder)
    ledger = folder / "inbox" / "nord" / "ledger"
    august, september = (ledger / f"movements-2026-{month}.csv" for month in ("08", "09"))
    rows = august.read_text("utf-8").splitlines()
    moved = [row for row in rows if ",credit_note,2026-08-" in row][-2:]
    august.write_text("\n".join(row for row in rows if row not in moved) + "\n", encoding="utf-8")
    september.write_text(september.read_text("utf-8") + "\n".join(moved) + "\n", encoding="utf-8")
    workspace = begin(folder)
    first = close(workspace, "2026-08")
    return workspace, first, close(workspace, "2026-09", at=LATER), moved


def test_nothing_is_late_where_every_file_came_in_time(closed):
    assert read_cut(closed[2].folder).late.empty


def test_a_posting_of_a_closed_period_is_late_with_its_effect(august_told_late):
    _, _, september, moved = august_told_late
    late = read_cut(september.folder).late
    assert set(late["period"]) == {"2026-08"} and set(late["what"]) == {"movement"} and set(late["change"]) == {"added"}
    assert sorted(late["id"]) == sorted(f"{row.split(',')[3]} credit_note" for row in moved)
    told = sorted(round(float(row.split(",")[7]) * 100) for row in moved)
    assert sorted(late["amount"]) == told


def test_the_closed_run_is_not_touched_and_a_new_close_of_it_knows_more(august_told_late):
    workspace, first, _, moved = august_told_late
    known = read_cut(first.folder).ledger_movements
    again = close(workspace, "2026-08", at=LATER)
    assert again.run_id != first.run_id
    now = read_cut(again.folder).ledger_movements
    assert len(now) == len(known) + len(moved)
    assert (now["posted_on"] <= pd.Timestamp("2026-08-31")).all()
