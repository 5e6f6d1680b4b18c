"""Who stands for a close, what locks it, how it is opened, taken back and made again."""

import os
import shutil
import subprocess
import sys

import pytest

from recon_kit.close import reopen, replay, sign, undo_close, verify
from recon_kit.close.periods import PREPARER, REVIEWER, Periods
from recon_kit.close.runs import current_run
from recon_kit.errors import PeriodError
from recon_kit.tables import ALLOCATIONS
from recon_kit.workspace import Reading, Workspace
from tests.close.conftest import AT, LATER, close

BEN = {"by": "ben", "at": LATER}
ANNA = {"by": "anna", "at": AT}


@pytest.fixture
def copy(closed, tmp_path):
    """August and September closed, in a copy of one's own."""
    workspace = closed[0]
    shutil.copytree(workspace.folder.parent, tmp_path / "copy")
    return Workspace.open(tmp_path / "copy" / workspace.folder.name)


def period(workspace, name):
    return workspace.policy.calendar.period(name)


def state(workspace, name):
    return Periods.of(Reading.now(workspace)).get(name)


def lock(workspace, name):
    sign(workspace, period(workspace, name), **ANNA)
    return sign(workspace, period(workspace, name), **BEN)


def test_two_people_lock_a_period_and_each_signature_binds_to_the_manifest(copy):
    first = sign(copy, period(copy, "2026-08"), **ANNA)
    assert (first.role, state(copy, "2026-08").locked_by) == (PREPARER, None)
    second = sign(copy, period(copy, "2026-08"), **BEN, note="looks right")
    assert second.role == REVIEWER and second.manifest_sha256 == first.manifest_sha256
    assert state(copy, "2026-08").locked_by.by == "ben"
    assert verify(copy) == []


def test_one_person_cannot_be_both(copy):
    sign(copy, period(copy, "2026-08"), **ANNA)
    with pytest.raises(PeriodError, match="reviewer is 'anna', expected another person than the one who prepared it"):
        sign(copy, period(copy, "2026-08"), **ANNA)


def test_an_altered_file_or_an_open_earlier_period_is_not_signed_for(copy):
    run = current_run(copy.path("reports"), "2026-09")
    run.file("reconciliation", "page").write_text("all is well")
    with pytest.raises(PeriodError) as told:
        sign(copy, period(copy, "2026-09"), **ANNA)
    assert "every earlier period locked before it, but 2026-08 is open" in str(told.value)
    assert "reconciliation.html of the run" in str(told.value) and "was changed" in str(told.value)


def test_a_locked_period_stays_as_it_was_signed_off(copy):
    lock(copy, "2026-08")
    run, head = current_run(copy.path("reports"), "2026-08"), copy.store.head()
    statement = next((copy.folder / "inbox").rglob("umsaetze-alpen-2026-08.csv"))
    (copy.folder / "inbox" / "alpen" / "bank" / "alpen" / "late.csv").write_bytes(statement.read_bytes())
    again = close(copy, "2026-08", at=LATER)
    assert (again.run_id, again.locked, again.new) == (run.run_id, True, False)
    assert copy.store.head() == head


def test_another_close_makes_the_signatures_void(copy):
    sign(copy, period(copy, "2026-08"), **ANNA)
    close(copy, "2026-08", at=LATER, overrides={"Main account": "on strike"})
    assert state(copy, "2026-08").standing(PREPARER) is None
    assert sign(copy, period(copy, "2026-08"), **BEN).role == PREPARER


def test_opened_again_with_a_reason_newest_first_the_signed_run_is_kept(copy):
    kept = lock(copy, "2026-08").run_id
    lock(copy, "2026-09")
    with pytest.raises(PeriodError, match="first: recon reopen 2026-09"):
        reopen(copy, period(copy, "2026-08"), "a credit note", **BEN)
    with pytest.raises(PeriodError, match="a reason, for the journal"):
        reopen(copy, period(copy, "2026-09"), " ", **BEN)
    reopen(copy, period(copy, "2026-09"), "a credit note", **BEN)
    reopen(copy, period(copy, "2026-08"), "a credit note", **BEN)
    close(copy, "2026-08", at=LATER, overrides={"Main account": "on strike"})
    stands = state(copy, "2026-08")
    assert stands.current.run_id != kept and stands.baseline.run_id == kept
    assert (copy.path("reports") / "2026-08" / kept / "manifest.json").is_file()
    assert verify(copy) == []


def test_a_close_is_taken_back_newest_first_and_its_matches_end(copy):
    before = copy.store.fetch(ALLOCATIONS)
    with pytest.raises(PeriodError, match="the newest close first; that is the one of 2026-09"):
        undo_close(copy, period(copy, "2026-08"), "wrong", **ANNA)
    assert undo_close(copy, period(copy, "2026-09"), "wrong list", **ANNA) > 0
    left = copy.store.fetch(ALLOCATIONS)
    assert 0 < len(left) < len(before)
    assert state(copy, "2026-09").current is None and current_run(copy.path("reports"), "2026-09") is None
    assert verify(copy) == []


def test_after_undoing_the_same_close_is_a_new_entry(copy):
    run = state(copy, "2026-09").current
    undo_close(copy, period(copy, "2026-09"), "once more", **ANNA)
    again = close(copy, "2026-09", at=LATER)
    assert again.run_id == run.run_id and state(copy, "2026-09").current.seq > run.seq
    assert current_run(copy.path("reports"), "2026-09").run_id == run.run_id


def test_a_replay_makes_everything_again_to_the_last_byte(copy):
    head = copy.store.head()
    made = replay(copy, period(copy, "2026-09"))
    assert [(one.name, one.why) for one in made.compared if not one.same] == []
    kinds = [one.kind for one in made.compared]
    assert kinds.count("source") == len(copy.sources()) and kinds.count("posting") and kinds.count("output") > 10
    assert copy.store.head() == head


def test_a_replay_is_the_same_elsewhere_and_knows_what_was_known(copy, tmp_path):
    close(copy, "2026-08", at=LATER)  # knows September's files too
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    moved = tmp_path / "another place"
    shutil.move(copy.folder.parent, moved)
    told = "from recon_kit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", told, "replay", "2026-08", "-w", str(moved / copy.folder.name)],
        cwd=tmp_path, env={**os.environ, **elsewhere}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "made again, to the last byte" in done.stdout


def test_a_replay_names_what_is_not_the_same(copy):
    name, sha = copy.sources()[["name", "sha256"]].query("name.str.contains('umsaetze-alpen-2026-08')").iloc[0]
    kept = copy.path("sources") / sha
    kept.write_bytes(kept.read_bytes().replace(b",", b";", 1) + b"\n")
    made = replay(copy, period(copy, "2026-08"))
    assert [one.name for one in made.compared if not one.same] == [name]


def test_nothing_is_said_of_a_period_that_nobody_closed(copy):
    for act in (sign, replay):
        with pytest.raises(PeriodError, match="first: recon close 2026-10"):
            act(copy, period(copy, "2026-10"), **(ANNA if act is sign else {}))
