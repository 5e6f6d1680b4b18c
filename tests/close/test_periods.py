"""Where a period stands is a fold over the journal; runs of an older version are read as they were."""

import json
import shutil
from pathlib import Path

import pytest

from recon_kit.close.periods import PREPARER, REVIEWER, Periods
from recon_kit.close.runs import Run, current_run, every_run, run_of
from recon_kit.errors import StoreError
from recon_kit.report import read_cut
from recon_kit.workspace import Reading

FIRST = Path(__file__).parent / "golden" / "schema_1"


def journaled(kind, seq, **told):
    """An entry as a reading gives it."""
    return {"kind": kind, "seq": seq, "hash": f"h{seq}", "at": f"2026-11-0{seq}T08:00:00Z", "by": "anna", "payload": told}


class Told:
    """A reading of these entries."""

    def __init__(self, *entries):
        self._entries = entries

    def entries(self, *kinds):
        import pandas as pd

        return pd.DataFrame([entry for entry in self._entries if entry["kind"] in kinds])


OCTOBER = {"name": "2026-10", "first": "2026-10-01", "last": "2026-10-31"}


def closing(seq, run):
    facts = {"status": "needs_review", "journal": {"seq": seq - 1, "hash": "x"}, "policy_sha256": "p", "overrides": []}
    return journaled("close", seq, run_id=run, period=OCTOBER, outputs={"manifest.json": f"m-{run}"}, **facts)


def signing(seq, run, role):
    return journaled("sign", seq, run_id=run, period=OCTOBER, role=role, manifest_sha256=f"m-{run}")


def state(*entries):
    return Periods.of(Told(*entries)).get("2026-10")


def test_the_newest_close_that_was_not_undone_is_current():
    both = [closing(1, "a"), closing(2, "b")]
    assert state(*both).current.run_id == "b"
    after = state(*both, journaled("undo", 3, run_id="b", period=OCTOBER))
    assert (after.current.run_id, after.undone, after.baseline.run_id) == ("a", ("b",), "a")


def test_a_signature_stands_only_under_the_run_that_it_signed():
    entries = [closing(1, "a"), signing(2, "a", PREPARER)]
    assert state(*entries).standing(PREPARER).run_id == "a"
    assert state(*entries, closing(3, "b")).standing(PREPARER) is None


def test_a_reviewer_locks_and_a_reason_opens_but_the_signed_run_stays_the_baseline():
    locked = [closing(1, "a"), closing(2, "b"), signing(3, "b", PREPARER), signing(4, "b", REVIEWER)]
    assert Periods.of(Told(*locked)).locked_to.isoformat() == "2026-10-31"
    opened = [*locked, journaled("reopen", 5, period=OCTOBER, reason="n1"), closing(6, "c")]
    assert Periods.of(Told(*opened)).locked_to is None
    assert (state(*opened).current.run_id, state(*opened).baseline.run_id) == ("c", "b")


def test_a_run_of_the_first_version_is_read_with_empty_tables_for_what_came_later():
    run = Run(FIRST)
    assert run.reports["reconciliation"]["page"] == "report.html"
    assert run.file("reconciliation", "notebook").name == "run.ipynb"
    cut = read_cut(run.folder)
    assert cut.meta["period"]["name"] == "2026-08"
    assert len(cut.bank_lines) and len(cut.frames)


def test_a_cut_of_a_newer_version_is_refused(tmp_path):
    shutil.copytree(FIRST / "data", tmp_path / "data")
    meta = json.loads((FIRST / "data" / "cut.json").read_text("utf-8"))
    (tmp_path / "data" / "cut.json").write_text(json.dumps(meta | {"schema": 99}))
    with pytest.raises(StoreError, match="schema 99; install the newer"):
        read_cut(tmp_path)


def test_what_closes_made_is_found_by_journal_and_by_folder(closed):
    workspace, august, september = closed
    reports = workspace.path("reports")
    periods = Periods.of(Reading.now(workspace))
    assert [each.period.name for each in periods.closed] == ["2026-08", "2026-09"]
    assert current_run(reports, "2026-09").folder == september.folder
    assert run_of(reports, "2026-08", august.run_id).metrics == august.run.metrics
    assert [run.run_id for run in every_run(reports)] == [august.run_id, september.run_id]
