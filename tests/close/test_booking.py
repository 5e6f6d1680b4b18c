"""Booking out: each match once, in a numbered batch that a killed call finishes; what is undone is taken back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from recon_kit import durable
from recon_kit.book import read_datev, read_journal
from recon_kit.cli import app
from recon_kit.close import batches as batches_room
from recon_kit.close import booking as booking_room
from recon_kit.close import status, verify
from recon_kit.close.batches import batches, exported, folder_of
from recon_kit.close.before import looked_back
from recon_kit.close.booking import book, waiting, write_again
from recon_kit.close.building import frozen
from recon_kit.close.cutting import build_cut
from recon_kit.close.posting import match_and_post, matched
from recon_kit.errors import BookingError, ParameterError, PolicyError
from recon_kit.measures import Cut
from recon_kit.measures.proof import ledger_ties
from recon_kit.money import money_text
from recon_kit.report import read_cut
from recon_kit.report.books import ledger
from recon_kit.report.context import Context
from recon_kit.tables import ALLOCATIONS, BATCH_LINES
from recon_kit.workspace import Reading, Workspace, take_in
from tests.close.conftest import AT, LATER, copied

SIDES = ["debit", "credit"]


def opened(folder, home):
    return Workspace.open(copied(folder, home))


@pytest.fixture
def workspace(august, tmp_path):
    """August closed, nothing booked out."""
    return opened(august[0], tmp_path)


@pytest.fixture(scope="session")
def once(august, tmp_path_factory):
    """(workspace, what book gave): August booked out; for tests that only look."""
    workspace = opened(august[0], tmp_path_factory.mktemp("booked"))
    return workspace, august_out(workspace)


@pytest.fixture
def booked(once, tmp_path):
    """A copy of it."""
    once[0].store.close()
    return opened(once[0].folder, tmp_path), once[1]


def august_out(workspace, at=AT, **options):
    return book(workspace, workspace.policy.calendar.period("2026-08"), by="anna", at=at, **options)


def posted(workspace):
    """The matches that stand and that no list of the ledger shows, as the store has them."""
    rows = workspace.store.fetch(ALLOCATIONS)
    return rows[rows["match_id"].isin(workspace.store.fetch(BATCH_LINES)["match_id"])]


def sums(rows, amount, by=("entity", "currency")):
    return rows.assign(sum=rows[amount].abs()).groupby(list(by))["sum"].sum().to_dict()


def test_control_totals_are_the_sums_of_the_allocations(once):
    workspace, made = once
    assert (made.state, made.batch.batch_no, made.batch.n) == ("made", 1, len(made.rows))
    rows = workspace.store.fetch(BATCH_LINES)
    told = {
        (entity, code): found["debit"] + found["credit"]
        for entity, codes in made.batch.totals.items()
        for code, found in codes.items()
    }
    parts = posted(workspace)
    assert len(parts) > 200
    assert told == sums(rows, "amount") == sums(parts, "allocated")
    by = ("entity", "currency", "kind", "effective_on")
    assert sums(rows, "amount", by) == sums(parts, "allocated", by)
    pd.testing.assert_frame_equal(rows, made.rows)


def test_each_entity_has_its_format_and_the_files_read_back_as_the_rows(once):
    workspace, made = once
    files = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    assert sorted(files) == ["EXTF_Buchungsstapel_NORD_000001.csv", "journal_ALPEN_000001.csv"]
    read = pd.concat(
        [read_journal(files["journal_ALPEN_000001.csv"]), read_datev(files["EXTF_Buchungsstapel_NORD_000001.csv"])],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(BATCH_LINES.sorted(read), BATCH_LINES.sorted(workspace.store.fetch(BATCH_LINES)))
    assert made.folder == workspace.path("reports") / "2026-08" / "booking" / "000001"
    assert [path.name for path in made.folder.parent.iterdir()] == ["000001"]


def test_the_journal_says_what_was_made_of_what(once):
    workspace, made = once
    (told,) = workspace.store.entries("batch")["payload"]
    assert (told["period"], told["through"], told["n"]) == ("2026-08", "2026-08-31", len(made.rows))
    assert told["booking"]["text"] == (workspace.folder / "booking.toml").read_text("utf-8")
    assert told["read_to"] == made.batch.seq - 1
    files = {file["name"].split("_")[-2]: file for file in told["files"]}
    for entity, codes in told["totals"].items():
        assert files[entity]["n"] == sum(found["n"] for found in codes.values())
    assert files["NORD"]["totals"] == {
        code: {side: found[side] for side in SIDES} for code, found in told["totals"]["NORD"].items()
    }
    for code, found in told["totals"]["ALPEN"].items():  # a journal has both legs of each posting
        assert files["ALPEN"]["totals"][code] == dict.fromkeys(SIDES, found["debit"] + found["credit"])
    assert told["created"] == "2026-11-22T10:00:00+01:00"  # 09:00 UTC, as the company's clocks show it
    assert (made.folder / "EXTF_Buchungsstapel_NORD_000001.csv").read_bytes().split(b";")[5] == b"20261122100000000"


def test_a_second_call_has_nothing_to_book_and_writes_nothing(booked):
    workspace, _ = booked
    head = workspace.store.head()
    again = august_out(workspace, LATER)
    assert (again.state, len(again.rows), workspace.store.head()) == ("nothing", 0, head)
    assert waiting(Reading.now(workspace), workspace.policy.calendar.period("2026-08"), LATER.date()) == (0, 0)


def test_a_dry_run_shows_the_batch_and_writes_nothing(workspace, once):
    head = workspace.store.head()
    shown = august_out(workspace, dry_run=True)
    assert (shown.state, shown.batch, workspace.store.head()) == ("dry_run", None, head)
    assert shown.files == once[1].files
    pd.testing.assert_frame_equal(shown.rows, once[1].rows)
    assert not (workspace.path("reports") / "2026-08" / "booking").exists()


@pytest.mark.parametrize("point", ["store.write", "booking.keep"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_that_fails_midway_is_finished_by_the_next_with_the_same_bytes(workspace, once, point, when):
    def fail(reached, moment):
        if (reached, moment) == (point, when):
            raise RuntimeError("the power is gone")

    stop = durable.watch(fail)
    with pytest.raises(RuntimeError, match="power"):
        august_out(workspace)
    stop()
    journaled = (point, when) != ("store.write", "before")
    assert len(batches(Reading.now(workspace))) == journaled
    placed = (point, when) == ("booking.keep", "after")
    assert august_out(workspace, LATER if journaled else AT).state == (
        "nothing" if placed else "finished" if journaled else "made"
    )
    (batch,) = batches(Reading.now(workspace))
    folder = folder_of(workspace, batch)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in once[1].folder.iterdir()
    }
    assert verify(workspace) == []


def test_what_is_undone_after_it_went_out_is_taken_back_in_the_next_batch(booked):
    workspace, first = booked
    entry = int(workspace.store.entries("posting")["seq"].iloc[0])
    undone = set(workspace.store.fetch(ALLOCATIONS, entry=entry)["match_id"]) & set(first.rows["match_id"])
    with workspace.store.writing(by="ben", at=LATER) as writing:
        writing.retire(entry, writing.journal("undo", undo_of_nothing()))
    back = august_out(workspace, LATER)
    taken = first.rows[first.rows["match_id"].isin(undone)].sort_values("booking_id", ignore_index=True)
    rows = back.rows.sort_values("reverses", ignore_index=True)
    assert len(taken) > 100
    assert (back.batch.batch_no, rows["batch_no"].unique().tolist()) == (2, [2])
    assert rows["reverses"].tolist() == taken["booking_id"].tolist()
    same = ["entity", "account", "contra_account", "amount", "currency", "posted_on", "effective_on", "cost_centre", "tax_code"]
    pd.testing.assert_frame_equal(rows[same], taken[same])
    assert all(SIDES[1 - SIDES.index(side)] == other for side, other in zip(taken["side"], rows["side"], strict=True))
    assert august_out(workspace, LATER).state == "nothing"

    period = workspace.policy.calendar.period("2026-08")
    match_and_post(workspace, period, by="ben", at=LATER)
    anew = august_out(workspace, LATER)
    assert anew.batch.batch_no == 3
    assert sorted(anew.rows["booking_id"]) == taken["booking_id"].tolist()
    assert verify(workspace) == []


def undo_of_nothing():
    """The facts of an entry `undo`; what it retires is the matter here, not the period that it speaks of."""
    return {"period": {"name": "2026-08", "first": "2026-08-01", "last": "2026-08-31"}, "run_id": "none"}


def test_a_locked_day_moves_the_voucher_and_keeps_the_day_of_the_money(workspace, once):
    (made,) = workspace.store.entries("close")["payload"]
    period = {"name": "2026-08", "first": "2026-08-01", "last": "2026-08-15"}
    with workspace.store.writing(by="ben", at=LATER) as writing:
        writing.journal("close", {name: fact for name, fact in made.items() if name != "rows"} | {"period": period})
    with workspace.store.writing(by="ben", at=LATER) as writing:
        manifest = made["outputs"]["manifest.json"]
        facts = {"period": period, "role": "reviewer", "run_id": made["run_id"], "manifest_sha256": manifest}
        writing.journal("sign", facts)
    shifted = locked_on(workspace)
    rows = august_out(workspace, LATER).rows
    open_rows = once[1].rows
    assert rows["effective_on"].equals(open_rows["effective_on"])
    first = pd.Timestamp(shifted)
    assert (open_rows["posted_on"] < first).any()
    assert rows["posted_on"].tolist() == [max(on, first) for on in open_rows["posted_on"]]


def locked_on(workspace):
    """First day after the last locked one."""
    last = booking_room.Periods.of(Reading.now(workspace)).locked_to
    return last + pd.Timedelta(days=1)


def test_what_booking_toml_does_not_tell_stops_by_name_and_nothing_is_written(workspace):
    path = workspace.folder / "booking.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('strip = "D"', "").replace('kind = "fee"', 'kind = "charge"'), encoding="utf-8")
    head = workspace.store.head()
    done = CliRunner().invoke(app, ["book", "2026-08", "-w", str(workspace.folder)])
    assert done.exit_code == 1
    assert 'ALPEN: fee is missing, expected a rule with kind = "fee" (1 posting, 15.00 GBP)' in done.output
    assert "NORD: customer D1" in done.output
    assert "expected an account in debtors.accounts" in done.output
    assert workspace.store.head() == head
    assert not (workspace.path("reports") / "2026-08" / "booking").exists()


def test_without_booking_toml_there_is_nothing_to_book_by(workspace):
    (workspace.folder / "booking.toml").unlink()
    with pytest.raises(PolicyError, match=r"there is no booking\.toml here"):
        august_out(workspace)
    assert not [line for line in status(workspace, AT.date()).lines if line.startswith("booking")]


def test_an_entity_whose_postings_are_undone_needs_its_table_still(booked):
    workspace, _ = booked
    entry = int(workspace.store.entries("posting")["seq"].iloc[0])
    with workspace.store.writing(by="ben", at=LATER) as writing:
        writing.retire(entry, writing.journal("undo", undo_of_nothing()))
    path = workspace.folder / "booking.toml"
    path.write_text(path.read_text("utf-8").partition("[entities.ALPEN]")[0], encoding="utf-8")
    with pytest.raises(BookingError, match=r"entities\.ALPEN is missing, expected a table with its accounts"):
        august_out(workspace, LATER)


def test_a_match_of_which_a_list_shows_a_part_is_held(august_then_september):
    workspace, period = august_then_september, august_then_september.policy.calendar.period("2026-09")
    everything = booking_room._everything(Reading.now(workspace), period, AT.date())
    out = everything.allocations["match_id"].isin(workspace.store.fetch(BATCH_LINES)["match_id"])
    there = everything.allocations[~out & (everything.allocations["status"] == "in_ledger")].iloc[[0]]
    match, code = there["match_id"].iloc[0], there["currency"].iloc[0]
    rest = there.assign(kind="charge", item_id=None, allocated=-150, status="auto")
    before = book(workspace, period, by="anna", at=LATER, dry_run=True).held
    with workspace.store.writing(by="ben", at=LATER) as writing:
        writing.append(ALLOCATIONS, ALLOCATIONS.conform(rest), writing.journal("posting", {"through": "2026-09-30"}))
    made = book(workspace, period, by="anna", at=LATER)
    assert set(made.held["match_id"]) - set(before["match_id"]) == {match}
    assert not made.rows["match_id"].isin(made.held["match_id"]).any()
    told = CliRunner().invoke(app, ["book", "2026-09", "-w", str(workspace.folder)])
    assert told.exit_code == 0
    assert f"{made.held['match_id'].nunique()} matches held: a list of the ledger shows a part of each" in told.output
    assert f"-1.50 {code}  charge of match {match}, no document" in told.output


@pytest.fixture(scope="session")
def _september(once, tmp_path_factory):
    """August booked out; then September taken in and matched."""
    once[0].store.close()
    workspace = opened(once[0].folder, tmp_path_factory.mktemp("september"))
    take_in(workspace, by="anna", at=AT, until=date(2026, 9, 30))
    match_and_post(workspace, workspace.policy.calendar.period("2026-09"), by="anna", at=AT)
    return workspace


@pytest.fixture
def august_then_september(_september, tmp_path):
    """A copy of it."""
    _september.store.close()
    return opened(_september.folder, tmp_path)


def cut_of(workspace, name):
    """What a close of the period would freeze now."""
    period = workspace.policy.calendar.period(name)
    reading = Reading.now(workspace)
    cut = build_cut(reading, period, matched(reading, period), before=looked_back(reading, period), overrides={})
    return Cut.of(cut.meta, cut.frames)


@pytest.fixture(scope="session")
def cuts(_september, closed):
    """September with August booked out, and without."""
    return cut_of(_september, "2026-09"), read_cut(closed[2].folder)


def test_what_is_out_and_on_no_list_yet_is_pending_as_before(cuts):
    cut, without = cuts
    assert len(cut.exported) > 5
    assert without.exported.empty
    assert [name for name, frame in cut.frames.items() if not frame.equals(without.frames[name])] == ["exported"]
    ties, plain = ledger_ties(cut), ledger_ties(without)
    assert (ties["difference"] == 0).all()
    pd.testing.assert_frame_equal(ties.drop(columns="exported"), plain.drop(columns="exported"))
    assert (plain["exported"] == 0).all()
    assert ties["exported"].sum() == out_on_open_documents(cut) != 0


def out_on_open_documents(cut):
    """The sum of what batches took off documents of customers, as far as no list shows it; currencies are no matter here."""
    shown = cut.allocations[cut.allocations["status"] == "auto"].merge(cut.exported, on=["entity", "match_id"])
    of_customers = cut.open_items[~cut.open_items["kind"].isin(["payout", "cash_deposit"])]["item_id"]
    return shown.loc[shown["item_id"].isin(of_customers), "allocated"].sum()


@pytest.mark.parametrize(("language", "said"), [("en", "Handed over to the ledger"), ("de", "An das Hauptbuch übergeben")])
def test_the_page_tells_what_is_to_be_posted_from_what_went_out(cuts, language, said):
    context, without = (Context.of(cut, language) for cut in cuts)
    page = ledger(context).markup
    assert (said in page, said in ledger(without).markup) == (True, False)
    ties = context.found.ties
    for amount in (ties["exported"], ties["pending"] - ties["exported"]):
        assert str(context.money(int(amount[ties["currency"] == "EUR"].sum()), "EUR", code=True)) in page


def test_closing_again_after_booking_gives_the_same_run(once, august, tmp_path):
    workspace = once[0]
    assert frozen(tmp_path / "aside", cut_of(workspace, "2026-08")) == august[1].run_id
    assert exported(Reading.now(workspace), date(2026, 9, 1))["batch_no"].unique().tolist() == [1]
    assert exported(Reading.now(workspace), date(2026, 8, 31)).empty


def test_what_a_later_list_shows_does_not_go_out(closed, once, tmp_path):
    closed[0].store.close()
    workspace = opened(closed[0].folder, tmp_path)  # September's lists are there before August is booked
    late = august_out(workspace)
    gone = set(once[1].rows["match_id"]) - set(late.rows["match_id"])
    assert len(gone) > 20
    assert (late.rows["effective_on"] <= pd.Timestamp("2026-08-31")).all()
    items = cut_of(workspace, "2026-09").allocations
    waiting_still = set(items.loc[items["status"] == "auto", "match_id"])
    assert gone.isdisjoint(waiting_still)


def test_a_lost_file_is_written_again_with_the_same_bytes(booked):
    workspace, made = booked
    folder = folder_of(workspace, made.batch)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "journal_ALPEN_000001.csv").unlink()
    (folder / "EXTF_Buchungsstapel_NORD_000001.csv").write_bytes(b"changed")
    flaws = [str(flaw) for flaw in verify(workspace)]
    assert len(flaws) == 2
    assert "journal_ALPEN_000001.csv, which was offered to the ledger, but it is gone; `recon book --again 1`" in flaws[0]
    assert "NORD_000001.csv as it was offered to the ledger, but it was changed" in flaws[1]
    told = CliRunner().invoke(app, ["book", "--again", "1", "-w", str(workspace.folder)])
    assert told.exit_code == 0
    assert told.output.count("written again") == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert write_again(workspace, 1, at=LATER)[1] == []
    shutil.rmtree(folder)
    assert sorted(write_again(workspace, 1, at=LATER)[1]) == sorted(before)
    assert verify(workspace) == []


def test_bytes_that_are_not_those_that_were_offered_are_not_written(booked, monkeypatch):
    workspace, made = booked
    folder = folder_of(workspace, made.batch)
    shutil.rmtree(folder)
    real = batches_room.batch_files
    monkeypatch.setattr(
        batches_room, "batch_files", lambda *given: [replace(file, bytes=file.bytes + b" ") for file in real(*given)]
    )
    with pytest.raises(BookingError, match="batch 1: expected the bytes that the journal knows"):
        write_again(workspace, 1, at=LATER)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--again", "7"], "--again is '7', expected a batch from 1 to 1"),
        (["2026-08", "--again", "1"], "expected --again N alone"),
        (["--again", "1", "--dry-run"], "expected --again N alone"),
        (["2026-13"], "period is '2026-13'"),
    ],
)
def test_a_wrong_call_is_told_so(once, arguments, told):
    done = CliRunner().invoke(app, ["book", *arguments, "-w", str(once[0].folder)])
    assert done.exit_code == 2
    assert told in done.output


def test_before_any_batch_there_is_none_to_write_again(workspace):
    with pytest.raises(ParameterError, match="none was made yet"):
        write_again(workspace, 1, at=AT)


def test_a_batch_that_nobody_journaled_is_found(booked):
    workspace, made = booked
    shutil.copytree(folder_of(workspace, made.batch), workspace.path("reports") / "2026-08" / "booking" / "000002")
    assert [str(flaw) for flaw in verify(workspace)] == ["a batch in the journal for 2026-08/booking/000002, but it knows none"]


def test_status_says_what_waits_to_go_out(workspace):
    told = [line for line in status(workspace, AT.date()).lines if line.startswith("booking")]
    n = august_out(workspace, dry_run=True).rows["match_id"].nunique()
    assert told == [f"booking: {n} matches up to 2026-08 wait to go out; recon book 2026-08"]
    august_out(workspace)
    assert not [line for line in status(workspace, AT.date()).lines if line.startswith("booking")]
    shutil.rmtree(workspace.path("reports") / "2026-08" / "booking")
    (told,) = [line for line in status(workspace, AT.date()).lines if line.startswith("booking")]
    assert told == "booking: the files of batch 1 are not there; recon book 2026-08 writes them"


def test_the_command_tells_totals_files_and_where_they_lie(workspace):
    done = CliRunner().invoke(app, ["book", "2026-08", "-w", str(workspace.folder)])
    assert done.exit_code == 0, done.output
    (batch,) = batches(Reading.now(workspace))
    assert f"batch 1 for 2026-08: {batch.n} postings of" in done.output
    assert all(sha256 in done.output for sha256 in batch.sha256.values())
    (file,) = [file for file in batch.files if "NORD" in file["name"]]
    assert f"debit {money_text(file['totals']['CHF']['debit'], 'CHF', group=','):>16} CHF" in done.output
    again = CliRunner().invoke(app, ["book", "2026-08", "-w", str(workspace.folder)])
    assert (again.exit_code, again.output) == (
        0,
        "nothing to book up to 2026-08: what is matched is in the ledger or went out already\n",
    )
