"""Taking back: what would move is shown first; nothing is deleted; what did not change keeps its match."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from recon_kit.errors import ParameterError, StoreError
from recon_kit.tables import ALLOCATIONS, BANK_LINES
from recon_kit.workspace import reload, unload
from tests.workspace.conftest import AT, bank
from tests.workspace.test_taking import STATEMENT

LATER = datetime(2026, 11, 23, tzinfo=UTC)


def post(workspace, *lines):
    """Allocate whole lines to a ledger account, as a posted match each."""
    rows = {
        "entity": lines[0]["entity"],
        "match_id": [f"m-{line['line_id']}" for line in lines],
        "line_id": [line["line_id"] for line in lines],
        "gl_account": "6000",
        "allocated": [line["amount"] for line in lines],
        "currency": "EUR",
        "kind": "ledger_account",
        "probability": 1.0,
        "status": "auto",
        "basis": "rule:test",
        "effective_on": [line["booked_on"] for line in lines],
    }
    with workspace.store.writing(by="anna", at=AT) as writing:
        writing.append(ALLOCATIONS, ALLOCATIONS.conform(pd.DataFrame(rows)), writing.journal("posting", {}))


def standing(workspace):
    found = workspace.store.fetch(ALLOCATIONS)
    return set(found.loc[found["status"] != "reversed", "line_id"])


@pytest.fixture
def swapped(drop, taken, folder):
    """August was loaded with a mapping that swaps signs; found in October, when two lines are matched."""
    mapping = folder / "bank.toml"
    right = mapping.read_text()
    mapping.write_text('negate = ["amount"]\n' + right)
    drop("bank/2026-08.csv", bank("2026-08-03 100.00 a", "2026-08-04 -5.00 b", "2026-08-05 0.00 c"))
    workspace, _ = taken()
    post(workspace, *workspace.store.fetch(BANK_LINES).to_dict("records"))
    mapping.write_text(right)
    return workspace


def test_reading_again_shows_first_what_it_moves(swapped):
    head = swapped.store.head()
    impact = reload(swapped, "bank/2026-08.csv", by="ben", at=LATER)
    assert not impact.applied
    assert sorted(impact.changes[["before", "after"]].to_numpy().tolist()) == [[-10000, 10000], [500, -500]]
    assert len(impact.reversed_matches) == 2
    assert swapped.store.head() == head


def test_reading_again_supersedes_and_keeps_ids_and_unchanged_matches(swapped):
    before = swapped.store.fetch(BANK_LINES)
    reload(swapped, "bank/2026-08.csv", by="ben", at=LATER, apply=True)
    after = swapped.store.fetch(BANK_LINES)
    assert after["line_id"].tolist() == before["line_id"].tolist()
    assert after["amount"].tolist() == [10000, -500, 0]
    assert standing(swapped) == {before["line_id"].iloc[2]}
    assert swapped.store.verify() == []


def test_the_past_stays_as_it_was_known(swapped):
    seq = swapped.store.head().seq
    reload(swapped, "bank/2026-08.csv", by="ben", at=LATER, apply=True)
    assert swapped.store.fetch(BANK_LINES, at=seq)["amount"].tolist() == [-10000, 500, 0]


RENAMED = """table = "bank_lines"
delimiter = ";"
date_format = "%Y-%m-%d"
decimal_mark = "."
[columns]
booked_on = "Day"
amount = "Amount"
{column} = "Text"
[constants]
currency = "EUR"
account = "DE89370400440532013000"
"""


@pytest.fixture
def renamed(drop, taken, folder):
    """A file of two lines, and a mapping by now that puts its text into another column; amounts stay."""
    drop("bank/2026-08.csv", bank("2026-08-03 100.00 a", "2026-08-04 -5.00 b"))
    workspace, _ = taken()
    (folder / "bank.toml").write_text(RENAMED.format(column="counterparty_name"))
    return workspace


def close_august(workspace):
    """The journal's word that August is closed."""
    with workspace.store.writing(by="anna", at=AT) as writing:
        period = {"name": "2026-08", "first": "2026-08-01", "last": "2026-08-31"}
        writing.journal("close", {"run_id": "r", "period": period})


def test_every_column_that_changes_is_counted(renamed):
    impact = reload(renamed, "bank/2026-08.csv", by="ben", at=LATER)
    (lines,) = impact.tables
    assert (lines.table, lines.columns) == ("bank_lines", {"counterparty_name": 2, "remittance": 2})
    assert (lines.n_changed, lines.n_added, lines.n_removed) == (2, 0, 0)
    assert impact.changes.empty
    assert impact.reversed_matches == []


def test_rows_that_go_are_counted_apart(renamed):
    impact = unload(renamed, "bank/2026-08.csv", why="", by="ben", at=LATER)
    assert [(part.table, part.columns, part.n_removed) for part in impact.tables] == [("bank_lines", {}, 2)]


def test_unloading_needs_a_reason_to_be_done_not_to_be_shown(renamed):
    with pytest.raises(ParameterError, match=r"--why is missing, expected a reason, which the journal keeps"):
        unload(renamed, "bank/2026-08.csv", why=" ", by="ben", at=LATER, apply=True)
    assert len(renamed.store.fetch(BANK_LINES)) == 2


def test_reading_again_needs_a_reason_where_closed_rows_move(renamed):
    close_august(renamed)
    assert reload(renamed, "bank/2026-08.csv", by="ben", at=LATER).closed == ["2026-08"]
    head = renamed.store.head()
    with pytest.raises(ParameterError, match=r"rows of closed periods move \(2026-08\)"):
        reload(renamed, "bank/2026-08.csv", by="ben", at=LATER, apply=True)
    assert renamed.store.head() == head
    reload(renamed, "bank/2026-08.csv", by="ben", at=LATER, apply=True, why="the bank renamed a column")
    assert renamed.store.entries("source")["payload"].iloc[-1]["why"] == "the bank renamed a column"


def test_reading_again_needs_no_reason_where_nothing_closed_moves(renamed, folder):
    close_august(renamed)
    (folder / "bank.toml").write_text(RENAMED.format(column="remittance"))
    impact = reload(renamed, "bank/2026-08.csv", by="ben", at=LATER, apply=True)
    assert (impact.tables, impact.closed, impact.applied) == ([], [], True)


@pytest.fixture
def told_twice(drop, taken, folder):
    """The same days by two formats: a.sta, which came first and counts, and b.csv."""
    (folder / "recon.toml").write_text((folder / "recon.toml").read_text().replace('mapping = "bank.toml"\n', ""))
    drop("bank/a.sta", STATEMENT.format(closing="110,00"))
    taken()
    drop("bank/b.csv", "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,10.00,EUR\n")
    workspace, _ = taken()
    close_august(workspace)
    return workspace


@pytest.mark.parametrize("name", ["bank/a.sta", "bank/b.csv"])
def test_a_file_whose_days_another_tells_too_moves_nothing_by_being_read_again(told_twice, name):
    before = told_twice.store.fetch(BANK_LINES)
    impact = reload(told_twice, name, by="ben", at=LATER, apply=True)
    assert (impact.tables, impact.closed, impact.reversed_matches) == ([], [], [])
    assert told_twice.store.fetch(BANK_LINES).equals(before)


def test_unloading_the_file_that_counts_shows_what_the_other_format_puts_there(told_twice):
    shown = unload(told_twice, "bank/a.sta", why="", by="ben", at=LATER)
    assert [(part.table, part.n_added, part.n_removed) for part in shown.tables] == [
        ("statements", 0, 1),
        ("bank_lines", 1, 1),
    ]
    assert shown.closed == ["2026-08"]


def test_unloading_leaves_what_another_file_brought_too(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    drop("bank/b.csv", bank("2026-08-03 100.00 x", "2026-08-04 1.00 y"))
    workspace, _ = taken()
    impact = unload(workspace, "bank/b.csv", why="wrong month", by="ben", at=LATER, apply=True)
    assert impact.changes["before"].tolist() == [100]
    assert workspace.store.fetch(BANK_LINES)["amount"].tolist() == [10000]
    assert workspace.sources()["name"].tolist() == ["bank/a.csv"]


def test_an_unloaded_file_can_be_taken_in_again(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    workspace, _ = taken()
    unload(workspace, "bank/a.csv", why="test", by="ben", at=LATER, apply=True)
    workspace, told = taken()
    assert [one.outcome for one in told] == ["new"]
    assert len(workspace.store.fetch(BANK_LINES)) == 1


def test_a_name_that_was_not_taken_in_is_refused(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    workspace, _ = taken()
    with pytest.raises(StoreError, match=r"did you mean 'bank/a.csv'"):
        unload(workspace, "bank/b.csv", why="test", by="ben", at=LATER)
