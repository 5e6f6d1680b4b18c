"""The evidence of a close checks itself with Python's standard library alone, and finds whatever was touched."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from recon_kit.close import sign
from recon_kit.close.evidence import evidence
from recon_kit.errors import PeriodError
from recon_kit.workspace import Workspace
from tests.close.conftest import AT


@pytest.fixture(scope="module")
def packed(closed, tmp_path_factory):
    """September's evidence, and the folder that it was unpacked to."""
    workspace = closed[0]
    folder = tmp_path_factory.mktemp("evidence")
    made = evidence(workspace, workspace.policy.calendar.period("2026-09"), folder / "september.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder / "unpacked")
    return made, folder / "unpacked"


def checked(place):
    """verify.py as an auditor runs it: isolated, so that no package can help."""
    command = [sys.executable, "-I", "-S", str(place / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def touched(packed, tmp_path):
    shutil.copytree(packed[1], tmp_path / "touched")
    return tmp_path / "touched"


def test_it_checks_itself_with_python_alone(packed):
    made, folder = packed
    done = checked(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") == 5 and made.contents_sha256 in done.stdout
    zipped = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(made.path)], capture_output=True, timeout=60, check=False
    )
    assert zipped.returncode == 0


def test_it_holds_what_the_close_rests_on(packed, closed):
    workspace, _, september = closed
    _, folder = packed
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    inputs = september.run.manifest["inputs"]
    assert {f"sources/{one['sha256']}" for one in inputs} <= names
    assert {"policy/recon.toml", "policy/rules.toml", "model/model.json", "run/manifest.json", "names.json"} <= names
    assert (folder / "policy" / "recon.toml").read_bytes() == (workspace.folder / "recon.toml").read_bytes()
    assert (folder / "run" / "reconciliation.html").read_bytes() == september.report.read_bytes()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("run/reconciliation.html", "run/reconciliation.html was changed"),
        ("tables/bank_lines.csv", "tables/bank_lines.csv was changed"),
        ("journal.jsonl", "journal: entry 3 was changed"),
    ],
)
def test_what_was_changed_is_named(touched, name, told):
    path = touched / name
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace('"by": "', '"by": "x', 1) if name == "journal.jsonl" else f"0{lines[2]}"
    path.write_text("".join(lines), "utf-8")
    done = checked(touched)
    assert done.returncode == 1 and told in done.stdout


def test_a_forger_who_mends_the_contents_list_is_found_by_journal_and_sums(touched):
    """Every hash beside the file mended: the run no longer fits the journal, and the line no longer its matches."""
    import hashlib

    path = touched / "tables" / "bank_lines.csv"
    head, first, *rest = path.read_text("utf-8").splitlines()
    cells, place = first.split(","), head.split(",").index("amount")
    cells[place] = str(int(cells[place]) + 100)
    path.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", "utf-8")
    contents = json.loads((touched / "contents.json").read_text("utf-8"))
    for one in contents["files"]:
        one["sha256"] = hashlib.sha256((touched / one["path"]).read_bytes()).hexdigest()
    (touched / "contents.json").write_text(json.dumps(contents), "utf-8")
    done = checked(touched)
    assert done.returncode == 1 and "100 minor units are neither matched nor told as open" in done.stdout


def test_a_missing_source_stops_it_and_the_same_state_gives_the_same_bytes(closed, tmp_path):
    workspace = closed[0]
    period = workspace.policy.calendar.period("2026-08")
    one, other = (evidence(workspace, period, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert one.path.read_bytes() == other.path.read_bytes()
    shutil.copytree(workspace.folder.parent, tmp_path / "copy")
    copy = Workspace.open(tmp_path / "copy" / workspace.folder.name)
    (copy.path("sources") / closed[1].run.manifest["inputs"][0]["sha256"]).unlink()
    with pytest.raises(PeriodError, match="gone from the sources"):
        evidence(copy, period)


def test_signatures_are_checked_too(closed, tmp_path):
    shutil.copytree(closed[0].folder.parent, tmp_path / "copy")
    workspace = Workspace.open(tmp_path / "copy" / closed[0].folder.name)
    period = workspace.policy.calendar.period("2026-08")
    sign(workspace, period, by="anna", at=AT)
    made = evidence(workspace, period, tmp_path / "signed.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path / "signed")
    assert checked(tmp_path / "signed").returncode == 0
    assert "anna" in (tmp_path / "signed" / "names.json").read_text("utf-8")
