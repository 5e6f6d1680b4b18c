"""The commands as a script uses them: exit codes, one clear message, nothing half-done."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recon_kit.cli.app import app
from tests.workspace.conftest import TOML

ROOT = Path(__file__).parents[2]


def recon(*arguments, text=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "recon.toml").write_text(TOML.replace('mapping = "bank.toml"\n', ""), encoding="utf-8")
    (tmp_path / "inbox" / "bank").mkdir(parents=True)
    return tmp_path


def test_init_asks_and_makes_a_workspace_that_loads(tmp_path):
    inbox = tmp_path / "acme" / "inbox"
    inbox.mkdir(parents=True)
    head = "account,booked_on,amount,currency,remittance\n"
    (inbox / "bank.csv").write_text(head + "DE89370400440532013000,2026-08-03,12.50,EUR,RE-1\n")
    made = recon("init", tmp_path / "acme", text="ACME\nAcme GmbH\nEUR\n")
    assert made.exit_code == 0, made.output
    assert "account DE89370400440532013000, EUR" in made.output
    loaded = recon("load", "-w", tmp_path / "acme")
    assert loaded.exit_code == 0, loaded.output
    assert "1 files taken in" in loaded.output
    told = recon("status", "-w", tmp_path / "acme")
    assert told.output.splitlines()[-1].startswith("next: recon start --on")


def test_a_bad_file_ends_with_1_and_names_the_place(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(
        "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,1.2O,EUR\n"
    )
    done = recon("load", "-w", folder)
    assert done.exit_code == 1
    assert "bank/a.csv:2: amount is '1.2O', expected" in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("close", "2026-13"), "period is '2026-13', expected 2026-10"),
        (("close", "2999-01"), "a period that is over"),
        (("start", "--on", "31.07.2026"), "a date as 2026-07-31"),
        (("run", "reconcilliation"), "did you mean 'reconciliation'"),
        (("run", "reconciliation", "-p", "langauge=de"), "did you mean 'language'"),
        (("run", "reconciliation", "-p", "language"), "expected name=value"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_ends_with_2_and_says_what_is_right(folder, arguments, told):
    done = recon(*arguments, "-w", folder)
    assert done.exit_code == 2, done.output
    assert told in done.output


def test_no_workspace_is_wrong_use(tmp_path):
    done = recon("status", "-w", tmp_path)
    assert done.exit_code == 2
    assert "neither it nor any folder above it has a recon.toml" in done.output


def test_help_imports_nothing_heavy():
    code = "import sys; from recon_kit.cli import app; print({'pandas', 'numpy', 'sqlalchemy', 'nbformat'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_store_is_copied_and_put_back(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(
        "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,1.20,EUR\n"
    )
    assert recon("load", "-w", folder).exit_code == 0
    assert recon("backup", folder / "copy.sqlite", "-w", folder).exit_code == 0
    for path in folder.glob("store.sqlite*"):
        path.unlink()
    assert recon("restore", folder / "copy.sqlite", "-w", folder).exit_code == 0
    proven = recon("verify", "-w", folder)
    assert (proven.exit_code, proven.output) == (0, "everything is as it was written\n")


def test_a_bank_file_is_taken_back_only_with_yes(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(
        "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,1.20,EUR\n"
    )
    recon("load", "-w", folder)
    shown = recon("unload", "bank/a.csv", "--why", "test", "-w", folder)
    assert "1 rows would move" in shown.output
    assert "nothing was changed" in shown.output
    assert "1 rows moved" in recon("unload", "bank/a.csv", "--why", "test", "--yes", "-w", folder).output
