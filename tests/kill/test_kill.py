"""Killed before and after every commit, rename and send: the next run finishes; nothing is lost, doubled or half-written."""

import json
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from recon_kit import durable
from recon_kit.cli import app
from recon_kit.close import verify, views
from recon_kit.close.evidence.verify import main
from recon_kit.close.hashing import file_sha256
from recon_kit.close.models import champion, keep
from recon_kit.close.runs import every_run
from recon_kit.matching.model import load_default
from recon_kit.simulate import simulate
from recon_kit.store import Store, migrations
from recon_kit.tables import ALLOCATIONS, BANK_LINES, BATCH_LINES, OPEN_ITEMS
from recon_kit.workspace import Reading, Workspace
from tests.close.closed_example import close_example
from tests.kill import sending
from tests.send.mail_servers import Inbox, mail_server
from tests.send.sftp_servers import Depot, sftp_server

ROOT = Path(__file__).parents[2]
LOADED = ("store.create", "sources.keep", "store.write")
CLOSED = ("store.write", "cut.write", "current.point", "index.write")
ELSEWHERE = {
    "booking.keep": "test_a_booking_killed_is_finished_by_the_next_and_makes_one_batch",
    "workspace.create": "test_init_killed_leaves_a_workspace_or_none",
    "failed.keep": "test_a_failed_report_killed_while_it_is_kept_is_no_current_run",
    "evidence.write": "test_evidence_killed_is_whole_or_not_there",
    "model.keep": "test_a_model_killed_while_it_is_kept_is_champion_whole_or_not_at_all",
    "view.write": "test_a_view_killed_is_whole_or_not_there_and_is_made_again",
    "deliveries.copy": "test_a_delivery_killed_after_it_was_sent_is_not_sent_again",
    "store.migrate": "test_a_migration_killed_is_whole_or_not_there",
    "store.backup": "test_a_backup_killed_is_whole_or_not_there",
    "store.restore": "test_a_restore_killed_is_whole_or_not_there",
    "send.mail": "test_a_mail_killed_is_with_the_server_whole_or_not_at_all",
    "send.file": "test_a_file_killed_is_whole_or_has_no_name_and_the_next_try_finishes",
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
def loaded(sample, tmp_path_factory):
    """The same company, loaded without any kill."""
    folder = tmp_path_factory.mktemp("loaded") / "data_samples"
    shutil.copytree(sample, folder)
    finished(recon("load", "-w", folder), 0)
    return folder


@pytest.fixture(scope="session")
def started(loaded, tmp_path_factory):
    """The same with its opening position."""
    folder = copied(loaded, tmp_path_factory.mktemp("started"))
    finished(recon("start", "--on", "2026-07-31", "-w", folder), 0, 3)
    return folder


@pytest.fixture(scope="session")
def undisturbed(loaded, started, tmp_path_factory):
    """The same, loaded and closed without any kill."""
    folder = copied(started, tmp_path_factory.mktemp("calm"))
    finished(recon("close", "2026-08", "-w", folder), 0, 3)
    return {"loaded": known(loaded), "closed": known(folder), "run": current(folder), "folder": folder}


def copied(workspace, to):
    """A workspace with the store and the reports that lie beside it, in another folder."""
    shutil.copytree(workspace.parent, to, dirs_exist_ok=True)
    return to / workspace.name


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


@pytest.fixture(scope="session")
def one_line(tmp_path_factory):
    """A workspace whose store holds one line."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "inbox").mkdir()
    (folder / "recon.toml").write_text('[company]\nname = "Tiny"\n')
    line = "DE89370400440532013000,2026-08-03,12.50,EUR"
    (folder / "inbox" / "bank.csv").write_text(f"account,booked_on,amount,currency\n{line}\n")
    finished(recon("load", "-w", folder), 0)
    return folder


@pytest.fixture
def tiny(one_line, tmp_path):
    """A copy of it."""
    shutil.copytree(one_line, tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("point", "nth"), [("store.create", 1), ("sources.keep", 3), ("store.write", 4)])
def test_a_load_killed_is_finished_by_the_next(workspace, undisturbed, point, when, nth):
    killed(recon("load", "-w", workspace, die=(point, when, nth)))
    finished(recon("load", "-w", workspace), 0)
    same(known(workspace), undisturbed["loaded"])


@pytest.mark.slow  # each case closes a month twice, in processes of their own
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("point", "nth"), [("store.write", 1), ("store.write", 2), ("cut.write", 1), ("current.point", 1)])
def test_a_close_killed_is_finished_by_the_next(started, tmp_path, undisturbed, point, when, nth):
    workspace = copied(started, tmp_path)
    killed(recon("close", "2026-08", "-w", workspace, die=(point, when, nth)))
    finished(recon("close", "2026-08", "-w", workspace), 0, 3)
    same(known(workspace), undisturbed["closed"])
    assert current(workspace) == undisturbed["run"]
    assert not verify(Workspace.open(workspace))


@pytest.fixture(scope="session")
def matched(started, tmp_path_factory):
    """The same with its August matched."""
    folder = copied(started, tmp_path_factory.mktemp("matched"))
    finished(recon("match", "2026-08", "-w", folder), 0)
    return folder


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["store.write", "booking.keep"])
def test_a_booking_killed_is_finished_by_the_next_and_makes_one_batch(matched, tmp_path, point, when):
    folder = copied(matched, tmp_path)
    killed(recon("book", "2026-08", "-w", folder, die=(point, when, 1)))
    done = recon("book", "2026-08", "-w", folder)
    finished(done, 0)
    workspace = Workspace.open(folder)
    (batch,) = workspace.store.entries("batch")["payload"]
    assert len(workspace.store.fetch(BATCH_LINES)) == batch["n"] > 100
    files = {path.name: file_sha256(path) for path in workspace.path("reports").glob("2026-08/booking/[!.]*/*")}
    assert files == {file["name"]: file["sha256"] for file in batch["files"]}
    assert not verify(workspace)
    assert "nothing to book" in recon("book", "2026-08", "-w", folder).stdout


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
def test_a_model_killed_while_it_is_kept_is_champion_whole_or_not_at_all(tiny, when, nth):
    old = load_default()
    new = replace(old, about={"n": 1})
    script = f"""
import tests.kill.runner as runner, tests.kill.test_kill as here
runner.die_at("model.keep", {when!r}, {nth})
here.keep_new({str(tiny)!r})
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False))
    assert champion(Reading.now(Workspace.open(tiny))).sha256 == (old if nth == 1 else new).sha256
    keep_new(tiny)
    assert champion(Reading.now(Workspace.open(tiny))).sha256 == new.sha256
    assert (tiny / "models" / "registry.json").is_file()
    assert not verify(Workspace.open(tiny))


def keep_new(folder):
    """Make another model the workspace's own."""
    model = replace(load_default(), about={"n": 1})
    keep(Workspace.open(Path(folder)), model, {}, by="anna", at=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failed_report_killed_while_it_is_kept_is_no_current_run(loaded, tmp_path, when):
    workspace = copied(loaded, tmp_path)
    script = f"""
import tests.kill.runner as runner, recon_kit.close.building as building
def broken(*_, **__):
    raise RuntimeError("a cell failed")
building.run_notebook = broken
runner.die_at("failed.keep", {when!r}, 1)
runner.app(["close", "2026-08", "-w", {str(workspace)!r}])
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False))
    assert not list(Workspace.open(workspace).path("reports").glob("2026-08/current.json"))


@pytest.mark.parametrize("when", ["before", "after"])
def test_evidence_killed_is_whole_or_not_there(undisturbed, tmp_path, when):
    workspace = copied(undisturbed["folder"], tmp_path)
    killed(recon("evidence", "2026-08", "-w", workspace, die=("evidence.write", when, 1)))
    packed = list(Workspace.open(workspace).path("reports").glob("2026-08/evidence-*.zip"))
    assert len(packed) == (when == "after")
    if packed:
        assert main(str(packed[0])) == 0
    else:
        finished(recon("evidence", "2026-08", "-w", workspace), 0)


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


def sent_and_killed(what, *, point, when, nth=1):
    """Run a function of tests.kill.sending in a process of its own that dies at a point."""
    script = f"""
import tests.kill.runner as runner, tests.kill.sending as sending
runner.die_at({point!r}, {when!r}, {nth})
sending.{what}
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mail_killed_is_with_the_server_whole_or_not_at_all(when):
    inbox = Inbox()
    with mail_server(inbox) as port:
        sent_and_killed(f"send_mail({port})", point="send.mail", when=when)
        assert len(inbox.mails) == (when == "after")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_file_killed_is_whole_or_has_no_name_and_the_next_try_finishes(tmp_path, when, nth):
    folder = tmp_path / "in"
    folder.mkdir()
    depot = Depot(tmp_path)
    with sftp_server(depot) as port:
        sent_and_killed(f"send_files({port}, {depot.fingerprint!r})", point="send.file", when=when, nth=nth)
        there = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
        assert there == dict(list(sending.FILES.items())[: nth if when == "after" else nth - 1])
        sending.send_files(port, depot.fingerprint)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == sending.FILES


@pytest.fixture(scope="session")
def closed_example(tmp_path_factory):
    """A workspace whose October is closed with the built-in example."""
    folder = tmp_path_factory.mktemp("example") / "acme"
    close_example(folder)
    return folder


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_view_killed_is_whole_or_not_there_and_is_made_again(closed_example, tmp_path, when):
    folder = copied(closed_example, tmp_path)
    script = f"""
import tests.kill.runner as runner, recon_kit.close.views as views
views.to_pdf = lambda *_: b"%PDF-1.4"
runner.die_at("view.write", {when!r}, 1)
runner.app(["pdf", "2026-10", "-w", {str(folder)!r}])
"""
    killed(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False))
    home = folder / "reports" / "2026-10" / "views"
    assert len(list(home.glob("[!.]*/view.json"))) == (when == "after")
    (run,) = every_run(folder / "reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "to_pdf", lambda *_: b"%PDF-1.4")
        shown = views.print_pdf(run, "reconciliation", views.Asked())
    assert shown.files["pdf"].read_bytes() == b"%PDF-1.4"
    assert not verify(Workspace.open(folder))


MAIL = """[mail]
host = "localhost"
port = {port}
security = "none"
from = "recon@nordlicht.example"
[targets.cfo]
kind = "mail"
to = ["cfo@nordlicht.example"]
audience = "full"
"""


TO_CFO = ("deliver", "2026-10", "--to", "cfo", "-w")


def delivered(folder, *more):
    """The command in this process: exit code, and what it said."""
    done = CliRunner().invoke(app, [*TO_CFO, str(folder), *more])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("point", "when", "nth", "arrived", "code"),
    [
        ("store.write", "before", 1, 0, 0),  # no entry yet: nothing was sent, the next try sends
        ("store.write", "after", 1, 0, 1),  # the first entry alone: nobody knows
        ("send.mail", "before", 1, 0, 1),
        ("send.mail", "after", 1, 1, 1),
        ("store.write", "before", 2, 1, 1),
        ("store.write", "after", 2, 1, 0),  # both entries: it is known that it was sent
    ],
)
def test_a_delivery_killed_is_never_sent_twice_by_itself(closed_example, tmp_path, point, when, nth, arrived, code):
    folder, inbox = copied(closed_example, tmp_path), Inbox()
    with mail_server(inbox) as port:
        (folder / "delivery.toml").write_text(MAIL.format(port=port), encoding="utf-8")
        killed(recon(*TO_CFO, folder, die=(point, when, nth)))
        assert len(inbox.mails) == arrived
        ended, told = delivered(folder)
        assert (ended, "may have reached cfo" in told) == (code, code == 1), told
        assert len(inbox.mails) == max(arrived, code == 0)
        if code == 1:
            assert delivered(folder, "--again")[0] == 0
            assert len({mail.content.split(b"Message-ID: ")[1].split(b"\r\n")[0] for mail in inbox.mails}) == 1
        assert not verify(Workspace.open(folder))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delivery_killed_after_it_was_sent_is_not_sent_again(closed_example, tmp_path, when):
    folder, inbox = copied(closed_example, tmp_path), Inbox()
    with mail_server(inbox) as port:
        (folder / "delivery.toml").write_text(MAIL.format(port=port), encoding="utf-8")
        killed(recon(*TO_CFO, folder, die=("deliveries.copy", when, 1)))
        assert delivered(folder)[0] == 0
        copy = folder / "reports" / "2026-10" / "deliveries.json"
        assert [one["state"] for one in json.loads(copy.read_text("utf-8"))] == ["sent"]
    assert len(inbox.mails) == 1


def two_steps():
    """Today's steps and one more."""

    def second(connection):
        connection.execute(sa.text("CREATE TABLE later (a INTEGER)"))

    return [*migrations.STEPS, migrations.Step(len(migrations.STEPS) + 1, "later", second)]
