"""Files in: each wholly or not at all, known ones once, bad ones named, the store left as it was."""

import json
from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.tables import BANK_LINES, CHECKS, LEDGER_MOVEMENTS, OPEN_ITEMS
from recon_kit.workspace import Workspace
from tests.workspace.conftest import bank, items


def test_rows_come_with_entity_and_path(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 RE-1", "2026-08-04 -5.00 fee"))
    workspace, _ = taken()
    lines = workspace.store.fetch(BANK_LINES)
    assert lines["entity"].tolist() == ["A", "A"]
    assert lines["amount"].tolist() == [10000, -500]
    assert lines["source_file"].unique().tolist() == ["bank/a.csv"]
    assert lines["source_line"].tolist() == [2, 3]


def test_the_bytes_are_kept_under_their_hash(drop, taken):
    path = drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    workspace, _ = taken()
    kept = workspace.path("sources") / workspace.sources()["sha256"].iloc[0]
    assert kept.read_bytes() == path.read_bytes()


def test_a_second_load_takes_nothing(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    workspace, _ = taken()
    head = workspace.store.head()
    workspace, told = taken()
    assert [one.outcome for one in told] == ["known"]
    assert workspace.store.head() == head


def test_the_same_bytes_under_another_name_are_known(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    drop("bank/b.csv", bank("2026-08-03 100.00 x"))
    workspace, told = taken()
    assert sorted(one.outcome for one in told) == ["known", "new"]
    assert len(workspace.store.fetch(BANK_LINES)) == 1


def test_overlapping_files_count_a_line_once_and_equal_payments_twice(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x", "2026-08-03 100.00 x"))
    drop("bank/b.csv", bank("2026-08-03 100.00 x", "2026-08-03 100.00 x", "2026-08-04 1.00 y"))
    workspace, _ = taken()
    assert sorted(workspace.store.fetch(BANK_LINES)["amount"]) == [100, 10000, 10000]


def test_one_bad_file_refuses_the_load_and_leaves_the_store_as_it_was(drop, taken, folder):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    drop("bank/b.csv", bank("2026-08-03 1.2O x", "2026-13-03 1.00 y"))
    with pytest.raises(LoadError) as caught:
        taken()
    told = str(caught.value)
    assert "bank/b.csv:2: Amount is '1.2O'" in told
    assert "bank/b.csv:3: Day is '2026-13-03'" in told
    workspace = Workspace.open(folder)
    assert workspace.store.head().seq == 0
    assert not list(workspace.path("sources").glob("*"))


def test_faults_of_several_files_come_together(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 x x"))
    drop("bank/b.csv", bank("2026-08-03 y x"))
    with pytest.raises(LoadError) as caught:
        taken()
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {"bank/a.csv", "bank/b.csv"}


def test_a_dry_run_reads_and_writes_nothing(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    workspace, told = taken(dry_run=True)
    assert [(one.outcome, one.n_rows) for one in told] == [("new", 1)]
    assert workspace.store.head().seq == 0
    assert not workspace.path("sources").exists()


def test_files_of_later_days_stay_in_the_inbox(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    drop("bank/b.csv", bank("2026-09-01 100.00 x"))
    workspace, told = taken(until=date(2026, 8, 31))
    assert sorted((one.name, one.outcome) for one in told) == [("bank/a.csv", "new"), ("bank/b.csv", "later")]
    assert len(workspace.sources()) == 1


_POSTINGS = "entity,gl_account,customer_id,document_no,kind,posted_on,document_on,amount,currency,clearing_no,cleared_on\n"
_SEPTEMBER = "A,1200,C1,RE-1,invoice,{0},{0},100.00,EUR,{1}\nA,1200,C1,RE-9,invoice,2026-09-30,2026-09-30,1.00,EUR,,\n"


def test_an_export_of_movements_belongs_to_its_last_day_whatever_it_posts_late(drop, taken):
    drop("balances/movements-09.csv", _POSTINGS + _SEPTEMBER.format("2026-08-20", ","))
    assert [one.outcome for one in taken(until=date(2026, 8, 31))[1]] == ["later"]
    workspace, told = taken(until=date(2026, 9, 30))
    assert [one.outcome for one in told] == ["new"]
    assert workspace.sources()["first_on"].dt.date.tolist() == [date(2026, 8, 20)]


def test_a_posting_told_again_counts_once_and_speaks_of_the_day_it_was_cleared(drop, taken):
    drop("balances/movements-08.csv", _POSTINGS + "A,1200,C1,RE-1,invoice,2026-08-20,2026-08-20,100.00,EUR,,\n")
    drop("balances/movements-09.csv", _POSTINGS + _SEPTEMBER.format("2026-08-20", "ZE1,2026-09-02"))
    workspace, _ = taken()
    assert sorted(workspace.sources()["first_on"].dt.date) == [date(2026, 8, 20), date(2026, 9, 2)]
    rows = workspace.store.fetch(LEDGER_MOVEMENTS).set_index("document_no")
    assert rows["amount"].to_dict() == {"RE-1": 10000, "RE-9": 100}
    assert rows.loc["RE-1", "clearing_no"] == "ZE1"


def test_an_account_that_is_not_ours_is_named_with_the_nearest(drop, taken, folder):
    mapping = (folder / "bank.toml").read_text().replace("DE89370400440532013000", "DE89370400440532013001")
    (folder / "bank.toml").write_text(mapping)
    drop("bank/a.csv", bank("2026-08-03 100.00 x"))
    with pytest.raises(LoadError, match=r"account is 'DE89370400440532013001', .*did you mean 'DE89370400440532013000'"):
        taken()


def test_a_list_takes_its_day_from_its_name(drop, taken):
    drop("items/open-items-2026-08-31.csv", items("RE-1 1000.00 600.00"))
    workspace, _ = taken()
    found = workspace.store.fetch(OPEN_ITEMS)
    assert found["snapshot_on"].dt.date.tolist() == [date(2026, 8, 31)]
    assert found["open_amount"].tolist() == [60000]


def test_a_list_without_a_day_in_its_name_is_refused(drop, taken):
    drop("items/open.csv", items("RE-1 1000.00 600.00"))
    with pytest.raises(LoadError, match="the day of the list in the file's name"):
        taken()


STATEMENT = """:20:X
:25:DE89370400440532013000
:28C:1/1
:60F:C260801EUR100,00
:61:2608030803C10,00NTRFNONREF
:86:166?00SEPA?20x
:62F:C260803EUR{closing}
-
"""


def test_totals_that_do_not_tie_are_refused_and_taken_with_a_reason(drop, taken, folder):
    (folder / "recon.toml").write_text((folder / "recon.toml").read_text().replace('mapping = "bank.toml"\n', ""))
    drop("bank/a.sta", STATEMENT.format(closing="111,00"))
    with pytest.raises(LoadError, match=r"balance of .* is '110.00 EUR', expected 111.00 EUR; `--override"):
        taken()
    workspace, _ = taken(override="the bank is asked")
    assert workspace.sources()["override"].tolist() == ["the bank is asked"]
    checks = workspace.store.fetch(CHECKS)
    assert checks.loc[checks["check"] == "balance", "outcome"].tolist() == ["failed"]


def test_control_sums_are_kept_with_the_file(drop, taken):
    drop("bank/a.csv", bank("2026-08-03 100.00 x", "2026-08-04 -5.50 fee"))
    workspace, _ = taken()
    source = workspace.sources().iloc[0]
    assert json.loads(source["control_sums"]) == {"EUR": "94.50"}
    assert (source["first_on"].date(), source["last_on"].date(), source["n_rows"]) == (date(2026, 8, 3), date(2026, 8, 4), 2)
