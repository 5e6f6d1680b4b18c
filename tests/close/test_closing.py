"""A close: same contents, same run; rebuilt, same bytes; page, workbook, manifest and store agree."""

import hashlib
import json
import os
import re
import shutil
import sqlite3

import openpyxl
import pandas as pd
import pytest

from recon_kit.close import close_period, verify
from recon_kit.close.posting import books
from recon_kit.errors import ReconError
from recon_kit.measures import Reconciliation
from recon_kit.measures.balances import balances
from recon_kit.money import minor_units, money_text, total
from recon_kit.report import read_cut
from recon_kit.tables import ALLOCATIONS, BANK_LINES
from recon_kit.workspace import Reading, Workspace, take_in
from tests.close.conftest import LATER, begin, close


def outputs(run):
    """What must be the same, byte for byte, whenever and wherever a run is made."""
    files = [path for path in run.rglob("*") if path.suffix in (".html", ".xlsx", ".parquet", ".json")]
    return {str(path.relative_to(run)): path.read_bytes() for path in files if path.name != "manifest.json"}


def test_a_second_close_returns_the_same_run(closed):
    workspace, august, september = closed
    head = workspace.store.head()
    again = close(workspace, "2026-09", at=LATER)
    assert (again.run_id, again.folder, again.new) == (september.run_id, september.folder, False)
    assert close(workspace, "2026-08", at=LATER).run_id == august.run_id
    assert workspace.store.head() == head


def test_a_rebuilt_run_is_byte_identical(closed, small, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    folder = tmp_path / "elsewhere" / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder, LATER)
    rebuilt = close_period(workspace, workspace.policy.calendar.period("2026-08"), by="ben", at=LATER)
    assert rebuilt.run_id == closed[1].run_id
    one, other = outputs(closed[1].folder), outputs(rebuilt.folder)
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_files_of_later_days_change_no_earlier_close(closed, small, tmp_path):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder)
    take_in(workspace, by="anna", at=LATER)  # September's files too
    early = close(workspace, "2026-08")
    assert early.run_id == closed[1].run_id
    one, other = outputs(closed[1].folder), outputs(early.folder)
    assert [name for name in one if one[name] != other[name]] == []


def test_what_a_killed_close_left_is_swept_a_day_later(closed):
    workspace, august, _ = closed
    left, working = (august.folder.parent / f".building-{pid}" for pid in (1, 2))
    for folder, age in ((left, 25), (working, 1)):
        (folder / "data").mkdir(parents=True)
        os.utime(folder, (LATER.timestamp() - age * 3600,) * 2)
    close(workspace, "2026-08", at=LATER)
    assert (left.exists(), working.exists()) == (False, True)
    shutil.rmtree(working)


def test_one_id_has_one_content(closed, small, tmp_path):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    direct = close(begin(folder), "2026-09")  # August was never closed
    assert direct.run_id != closed[2].run_id


def test_a_company_with_a_bank_file_only_can_close(tmp_path):
    (tmp_path / "inbox").mkdir()
    head = "account,booked_on,amount,currency,remittance\n"
    (tmp_path / "inbox" / "bank.csv").write_text(head + "DE89370400440532013000,2026-08-03,12.50,EUR,RE-1\n")
    (tmp_path / "recon.toml").write_text('[company]\nname = "Small"\n')
    run = close(Workspace.open(tmp_path), "2026-08")
    assert "12.50 EUR" in run.sentence


def test_the_cut_is_what_the_store_knows(closed):
    workspace, august, _ = closed
    cut = read_cut(august.folder)
    lines = workspace.store.fetch(BANK_LINES)
    inside = lines[lines["booked_on"].between("2026-08-01", "2026-08-31")]
    assert set(cut.bank_lines["line_id"]) == set(inside["line_id"])
    then = json.loads((august.folder / "manifest.json").read_text("utf-8"))["journal"]["seq"]
    posted = workspace.store.fetch(ALLOCATIONS, at=then)
    posted = posted[posted["effective_on"] <= "2026-08-31"]
    explained = cut.allocations[cut.allocations["status"] != "proposed"]
    assert sorted(explained["match_id"].unique()) == sorted(posted["match_id"].unique())


def test_every_line_is_explained_or_a_break_to_the_cent(closed):
    for run in closed[1:]:
        cut = read_cut(run.folder)
        found = Reconciliation(cut)
        assert (found.bridge["difference"] == 0).all()
        assert (found.proofs["difference"].fillna(0) == 0).all()
        assert (found.roll["difference"] == 0).all()


def test_what_was_open_at_the_end_of_august_is_carried_into_september(closed):
    _, august, september = closed
    before, now = read_cut(august.folder), read_cut(september.folder)
    pd.testing.assert_frame_equal(now.breaks_before, before.breaks)
    carried = now.bank_lines[now.bank_lines["booked_on"] < "2026-09-01"]
    assert set(carried["line_id"]) == set(before.breaks.loc[before.breaks["side"] == "bank_line", "id"])


def test_what_is_told_of_a_document_is_still_open_in_the_ledger(closed):
    workspace, august, september = closed
    asked = 0
    for run in (august, september):
        found = read_cut(run.folder)
        last = found.last.date()
        known = books(Reading.now(workspace), last)
        now = balances(known.items, known.allocations, last, known.snapshots).items
        left = dict(zip(now["item_id"], now["open_amount"], strict=True))
        told = found.breaks[(found.breaks["side"] == "open_item") & (found.breaks["reason"] != "ledger_differs")]
        assert [one for one in told["id"] if not left[one]] == []
        asked += len(told)
    assert asked


def test_page_workbook_manifest_and_store_agree(closed):
    workspace, _, run = closed
    cut = read_cut(run.folder)
    row = Reconciliation(cut).total_of("EUR", "in")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", run.report.read_text("utf-8")))
    assert f"{money_text(int(row['booked']), 'EUR', group=',')} EUR came in" in page
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    assert manifest["sentence"] in page
    lines = workspace.store.fetch(BANK_LINES)
    september = lines[
        lines["booked_on"].between("2026-09-01", "2026-09-30") & (lines["currency"] == "EUR") & (lines["amount"] > 0)
    ]
    own = Reconciliation(cut).total_of("EUR", "own_in")
    assert own["booked"] > 0
    assert total(september["amount"]) == int(row["booked"]) + int(own["booked"])
    breaks = openpyxl.load_workbook(run.folder / "reconciliation.xlsx", read_only=True)["Breaks"]
    rows = list(breaks.iter_rows(values_only=True))
    head = next(number for number, cells in enumerate(rows) if cells and "Reason" in cells)
    ours = cut.breaks.groupby("currency")["amount"].sum()
    amount, currency = rows[head].index("Amount"), rows[head].index("Currency")
    theirs: dict[str, int] = {}
    for cells in rows[head + 1 :]:
        if cells[currency] in ours.index and cells[amount] is not None:
            units = minor_units(f"{cells[amount]:.2f}", cells[currency], ".")
            theirs[cells[currency]] = theirs.get(cells[currency], 0) + units
    assert theirs == {currency: int(amount) for currency, amount in ours.items()}


def test_everything_verifies_until_something_is_touched(closed, tmp_path):
    workspace, *_ = closed
    assert verify(workspace) == []
    folder = tmp_path / "copy"
    shutil.copytree(workspace.folder.parent, folder)
    copy = Workspace.open(folder / "data_samples")
    page = next(copy.path("reports").glob("2026-08/*/reconciliation.html"))
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_text("<p>all is well</p>")
    manifest = page.with_name("manifest.json")  # a forger mends the hash beside it, too
    manifest.write_text(manifest.read_text().replace(before, hashlib.sha256(page.read_bytes()).hexdigest()))
    kept = copy.path("sources") / copy.sources()["sha256"].iloc[0]
    kept.write_bytes(b"x")
    told = " ".join(map(str, verify(copy)))
    assert "reconciliation.html as it was made, but it was changed" in told
    assert "as taken in, but" in told


def test_a_failing_report_is_kept_as_evidence_and_is_not_current(small, tmp_path, monkeypatch):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder)

    def broken(path, output, parameters, **_):
        output.write_text("{}")
        raise RuntimeError("a cell failed")

    monkeypatch.setattr("recon_kit.close.building.run_notebook", broken)
    with pytest.raises(ReconError, match="what ran is kept in"):
        close(workspace, "2026-08")
    home = workspace.path("reports") / "2026-08"
    assert [path.name for path in home.iterdir()] == [next(home.glob("failed-*")).name]
    assert workspace.store.entries("close").empty


def test_a_missing_source_blocks_ready_and_a_reason_is_shown(small, tmp_path):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    for path in (folder / "inbox" / "nord" / "bank" / "chf").glob("*"):
        path.unlink()
    workspace = begin(folder)
    run = close(workspace, "2026-08")
    assert run.status == "not_ready"
    assert "source_missing" in set(read_cut(run.folder).breaks["reason"])
    again = close(workspace, "2026-08", overrides={"Franc account": "the bank changes its system"})
    assert again.run_id != run.run_id
    assert again.status == "needs_review"
    assert "the bank changes its system" in again.report.read_text("utf-8")


def test_a_cut_off_close_is_found_even_if_it_was_the_last(closed, tmp_path):
    workspace, *_ = closed
    folder = tmp_path / "copy"
    shutil.copytree(workspace.folder.parent, folder)
    cut = Workspace.open(folder / workspace.folder.name)
    cut.store.close()
    with sqlite3.connect(next((folder / workspace.folder.name).parent.rglob("store.sqlite"))) as forged:
        triggers = forged.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            forged.execute(f'drop trigger "{name}"')
        forged.execute("delete from journal where seq = (select max(seq) from journal)")
        for _, sql in triggers:
            forged.execute(sql)
    forged.close()
    flaws = [str(flaw) for flaw in verify(Workspace.open(folder / workspace.folder.name))]
    assert any("but entry" in flaw and "was there" in flaw for flaw in flaws), flaws
    for pointer in (folder / workspace.folder.name).parent.rglob("current.json"):
        pointer.unlink()  # its head gone too: the run itself is one that the journal does not know
    flaws = [str(flaw) for flaw in verify(Workspace.open(folder / workspace.folder.name))]
    assert any("a close of reports 2026-09" in flaw for flaw in flaws), flaws


def test_a_period_that_nobody_closed_is_named_and_its_questions_are_carried_all_the_same(closed, small, tmp_path):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder)
    run = close(workspace, "2026-09")
    cut = read_cut(run.folder)
    assert cut.meta["skipped"] == ["2026-08"]
    assert ("period_skipped", "2026-08") in [(found.code, found.subject) for found in Reconciliation(cut).verdict.findings]
    assert "2026-08 has bookings and was never closed" in run.report.read_text("utf-8")
    broken = cut.breaks.loc[cut.breaks["side"] == "bank_line", "id"]
    assert set(broken) <= set(cut.bank_lines["line_id"])
    assert read_cut(closed[2].folder).meta["skipped"] == []


def test_a_company_with_nothing_at_all_can_close(tmp_path):
    (tmp_path / "recon.toml").write_text('[company]\nname = "Small"\n')
    assert "No file was taken in" in close(Workspace.open(tmp_path), "2026-08").report.read_text("utf-8")
