"""Killed before and after every commit, rename and send: the next run finishes; nothing is lost, doubled or half-written."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from recon_kit import durable
from recon_kit.simulate import simulate
from recon_kit.store import Store, migrations
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS
from recon_kit.workspace import Workspace

ROOT = Path(__file__).parents[2]
LOADED = ("store.create", "sources.keep", "store.write")
CLOSED = ("store.write", "cut.write", "current.point")
ELSEWHERE = {
    "workspace.create": "test_init_killed_leaves_a_workspace_or_none",
    "failed.keep": "test_a_failed_report_killed_while_it_is_kept_is_no_current_run",
    "model.keep": "test_a_model_killed_while_it_is_kept_is_champion_whole_or_not_at_all",
    "store.migrate": "test_a_migration_killed_is_whole_or_not_there",
    "store.backup": "test_a_backup_killed_is_whole_or_not_there",
    "store.restore": "test_a_restore_killed_is_whole_or_not_there",
}


def recon(*arguments, die=("", "", 0), env=None):
    command = [sys.executable, "-m", "tests.kill.runner", *map(str, die), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=env, check=False)


def killed(done):
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def finished(done, *codes):
    assert done.returncode in codes, done.stdout + done.stderr


def test_no_point_of_durability_goes_untested():
    assert {*LOADED, *CLOSED, *ELSEWHERE} == set(durable.POINTS)
    assert all(name in globals() for name in ELSEWHERE.values())


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A small company; only the files up to August, so that a close is quick."""
    folder = tmp_path_factory.mktemp("kill") / "data_samples"
    simulate(folder, scale=0.05, seed=7)
    for path in (folder / "inbox").rglob("*"):
        if re.search(r"2026-(07-[12]|09|1)", path.name):
            path.unlink()
    return folder


@pytest.fixture
def workspace(sample, tmp_path):
    shutil.copytree(sample, tmp_path / "data_samples")
    return tmp_path / "data_samples"


@pytest.fixture(scope="session")
def undisturbed(sample, tmp_path_factory):
    """The same company, loaded and closed without any kill."""
    folder = tmp_path_factory.mktemp("calm") / "data_samples"
    shutil.copytree(sample, folder)
    finished(recon("load", "-w", folder), 0)
    loaded = known(folder)
    finished(recon("start", "--on", "2026-07-31", "-w", folder), 0, 3)
    finished(recon("close", "2026-08", "-w", folder), 0, 3)
    return {"loaded": loaded, "closed": known(folder), "run": current(folder)}


def known(folder):
    """What counts in the store, without the journal's numbers."""
    store = Workspace.open(folder).store
    assert store.verify() == []
    return {table.name: table.sorted(store.fetch(table)) for table in (BANK_LINES, OPEN_ITEMS, ALLOCATIONS)}


def current(folder):
    """The current run: its id and the bytes that must not differ."""
    home = Workspace.open(folder).path("reports") / "2026-08"
    run = home / json.loads((home / "current.json").read_text())["run_id"]
    outputs = {path.name: path.read_bytes() for path in run.rglob("*") if path.suffix in (".html", ".xlsx", ".parquet")}
    return run.name, outputs


def same(one, other):
    for name in one:
        assert one[name].equals(other[name]), name


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("point", "nth"), [("store.create", 1), ("sources.keep", 3), ("store.write", 4)])
def test_a_load_killed_is_finished_by_the_next(workspace, undisturbed, point, when, nth):
    killed(recon("load", "-w", workspace, die=(point, when, nth)))
    finished(recon("load", "-w", workspace), 0)
    same(known(workspace), undisturbed["loaded"])


@pytest.mark.slow  # each case closes a month twice, in processes of their own
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("point", "nth"), [("store.write", 1), ("store.write", 2), ("cut.write", 1), ("current.point", 1)])
def test_a_close_killed_is_finished_by_the_next(workspace, undisturbed, point, when, nth):
    finished(recon("load", "-w", workspace), 0)
    finished(recon("start", "--on", "2026-07-31", "-w", workspace), 0, 3)
    killed(recon("close", "2026-08", "-w", workspace, die=(point, when, nth)))
    finished(recon("close", "2026-08", "-w", workspace), 0, 3)
    same(known(workspace), undisturbed["closed"])
    assert current(workspace) == undisturbed["run"]
    finished(recon("verify", "-w", workspace), 0)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2])
def test_init_killed_leaves_a_workspace_or_none(tmp_path, when, nth):
    told = ("init", tmp_path / "acme", "--entity", "A", "--name", "Acme", "--currency", "EUR")
    killed(recon(*told, die=("workspace.create", when, nth)))
    again = recon(*told)
    assert again.returncode == 0 or "left as it is" in again.stderr
    assert Workspace.open(tmp_path / "acme").policy.company.name == "Acme"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_model_killed_while_it_is_kept_is_champion_whole_or_not_at_all(tmp_path, when, nth):
    finished(recon("init", tmp_path / "acme", "--entity", "A", "--name", "Acme", "--currency", "EUR"), 0)
    script = f"""
import sys, tests.kill.runner as runner
from dataclasses import replace
from datetime import UTC, datetime
from recon_kit.close.models import champion, keep
from recon_kit.matching.model import load_default
from recon_kit.workspace import Workspace
if sys.argv[1] == "die":
    runner.die_at("model.keep", {when!r}, {nth})
workspace, new = Workspace.open({str(tmp_path / "acme")!r}), replace(load_default(), about={{"n": 1}})
if sys.argv[1] != "look":
    keep(workspace, new, {{}}, by="anna", at=datetime(2026, 11, 22, tzinfo=UTC))
sys.stdout.write({{load_default().sha256: "old", new.sha256: "new"}}[champion(workspace).sha256])
"""
    command = [sys.executable, "-c", script]
    how = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 300, "check": False}
    killed(subprocess.run([*command, "die"], **how))
    assert subprocess.run([*command, "look"], **how).stdout == ("old" if nth == 1 else "new")
    assert subprocess.run([*command, "finish"], **how).stdout == "new"
    assert (tmp_path / "acme" / "models" / "registry.json").is_file()
    finished(recon("verify", "-w", tmp_path / "acme"), 0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failed_report_killed_while_it_is_kept_is_no_current_run(workspace, when, tmp_path):
    finished(recon("load", "-w", workspace), 0)
    script = f"""
import tests.kill.runner as runner, recon_kit.close.closing as closing
def broken(*_, **__):
    raise RuntimeError("a cell failed")
closing.run_notebook = broken
runner.die_at("failed.keep", {when!r}, 1)
runner.app(["close", "2026-08", "-w", {str(workspace)!r}])
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False))
    assert not list(Workspace.open(workspace).path("reports").glob("2026-08/current.json"))


@pytest.fixture
def tiny(tmp_path):
    """A workspace whose store holds one line."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "recon.toml").write_text('[company]\nname = "Tiny"\n')
    line = "DE89370400440532013000,2026-08-03,12.50,EUR"
    (tmp_path / "inbox" / "bank.csv").write_text(f"account,booked_on,amount,currency\n{line}\n")
    finished(recon("load", "-w", tmp_path), 0)
    return tmp_path


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_backup_killed_is_whole_or_not_there(tiny, when):
    copy = tiny / "copy.sqlite"
    killed(recon("backup", copy, "-w", tiny, die=("store.backup", when, 1)))
    assert copy.exists() == (when == "after")
    if copy.exists():
        with Store.open(f"sqlite:///{copy}") as store:
            assert (store.verify(), len(store.fetch(BANK_LINES))) == ([], 1)
    else:
        finished(recon("backup", copy, "-w", tiny), 0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_killed_is_whole_or_not_there(tiny, when):
    copy = tiny / "copy.sqlite"
    finished(recon("backup", copy, "-w", tiny), 0)
    for path in tiny.glob("store.sqlite*"):
        path.unlink()
    killed(recon("restore", copy, "-w", tiny, die=("store.restore", when, 1)))
    assert (tiny / "store.sqlite").exists() == (when == "after")
    if when == "before":
        finished(recon("restore", copy, "-w", tiny), 0)
    assert len(Workspace.open(tiny).store.fetch(BANK_LINES)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_migration_killed_is_whole_or_not_there(tiny, when, monkeypatch):
    url = f"sqlite:///{tiny / 'store.sqlite'}"
    script = f"""
import tests.kill.runner as runner, tests.kill.test_kill as here
from recon_kit.store import Store, migrations
migrations.STEPS = here.two_steps()
runner.die_at("store.migrate", {when!r}, 1)
Store.open({url!r}, migrate=True)
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False))
    monkeypatch.setattr(migrations, "STEPS", two_steps())
    with Store.open(url, migrate=True) as store:
        assert (store.verify(), len(store.fetch(BANK_LINES))) == ([], 1)


def two_steps():
    """Today's steps and one more."""

    def second(connection):
        connection.execute(sa.text("CREATE TABLE later (a INTEGER)"))

    return [*migrations.STEPS, migrations.Step(len(migrations.STEPS) + 1, "later", second)]
