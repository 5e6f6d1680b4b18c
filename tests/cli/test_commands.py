"""The commands as a script uses them: exit codes, one clear message, nothing half-done."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recon_kit.cli import app
from recon_kit.workspace import Workspace
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
    assert proven.exit_code == 0
    assert "journal: 2 entries, the last is " in proven.output
    assert proven.output.endswith("everything is as it was written\n")


def test_a_bank_file_is_taken_back_only_with_yes(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(
        "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,1.20,EUR\n"
    )
    recon("load", "-w", folder)
    shown = recon("unload", "bank/a.csv", "--why", "test", "-w", folder)
    assert "1 rows would move" in shown.output
    assert "nothing was changed" in shown.output
    assert "1 rows moved" in recon("unload", "bank/a.csv", "--why", "test", "--yes", "-w", folder).output


LINE = "account,booked_on,amount,currency,remittance\nDE89370400440532013000,2026-08-03,1.20,EUR,a\n"
MAPPING = """table = "bank_lines"
[columns]
account = "account"
booked_on = "booked_on"
amount = "amount"
currency = "currency"
counterparty_name = "remittance"
"""


def test_reading_again_tells_each_column_that_changes(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE)
    (folder / "other.toml").write_text(MAPPING)
    recon("load", "-w", folder)
    shown = recon("reload", "bank/a.csv", "--mapping", folder / "other.toml", "-w", folder)
    assert shown.exit_code == 0, shown.output
    assert "  bank_lines: 1 rows change in counterparty_name, 1 in remittance\n" in shown.output
    assert "nothing was changed" in shown.output


def test_a_file_is_taken_back_only_with_a_reason(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE)
    recon("load", "-w", folder)
    assert "bank_lines: 1 rows go" in recon("unload", "bank/a.csv", "-w", folder).output
    refused = recon("unload", "bank/a.csv", "--yes", "-w", folder)
    assert (refused.exit_code, refused.output) == (
        2,
        "unload: --why is missing, expected a reason, which the journal keeps\n",
    )


def test_an_unknown_layout_is_told_the_nearest_and_all_there_are(folder):
    (folder / "layouts").mkdir()
    (folder / "layouts" / "musterbank.toml").write_text(
        (ROOT / "recon_kit" / "layouts" / "dkb.toml").read_text("utf-8"), "utf-8"
    )
    for arguments in (("load",), ("load", "--dry-run")):
        done = recon(*arguments, "--layout", "musterbnk", "-w", folder)
        assert done.exit_code == 1
        assert "--layout is 'musterbnk', expected a layout that exists (did you mean 'musterbank'?); known are" in done.output
        assert "dkb, " in done.output and ", wise" in done.output


def test_a_layout_that_is_named_reads_the_file(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE)
    done = recon("load", "--layout", "dkb", "-w", folder)
    assert done.exit_code == 1
    assert "bank/a.csv" in done.output and "'dkb'" in done.output


@pytest.mark.parametrize("where", ["before", "after", "both"])
def test_the_workspace_may_be_named_before_or_after_the_command(folder, where):
    named = ("-w", folder)
    arguments = (*(named if where != "after" else ()), "status", *(named if where != "before" else ()))
    done = recon(*arguments)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("next:")


def test_two_workspaces_at_once_are_wrong_use(folder, tmp_path):
    done = recon("-w", tmp_path / "other", "status", "-w", folder)
    assert done.exit_code == 2
    assert "before the command and" in done.output


@pytest.mark.parametrize("command", [("init", "new"), ("demo",)], ids=["init", "demo"])
def test_a_command_that_makes_a_workspace_takes_none_before_it(folder, command):
    done = recon("-w", folder, *command)
    assert done.exit_code == 2
    assert "is told its folder after the command" in done.output


def test_a_refused_load_writes_nothing_at_all(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE.replace("1.20", "1.2O"))
    assert recon("load", "-w", folder).exit_code == 1
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE)
    assert recon("load", "--dry-run", "-w", folder).exit_code == 0
    assert Workspace.open(folder).store.head().seq == 0


def test_a_layout_for_a_file_that_is_known_says_how_it_is_read_again(folder):
    (folder / "inbox" / "bank" / "a.csv").write_text(LINE)
    recon("load", "-w", folder)
    done = recon("load", "--layout", "n26", "-w", folder)
    assert done.exit_code == 0
    assert "bank/a.csv: known already; to read it another way: recon reload bank/a.csv --layout n26\n" in done.output
    assert "known already; to read" not in recon("load", "-w", folder).output


@pytest.mark.parametrize(("amount", "differs"), [("10,00", False), ("10,01", True)])
def test_rows_that_do_not_count_are_said_when_they_are_loaded(folder, amount, differs):
    (folder / "inbox" / "bank" / "a.csv").write_text(
        "account,booked_on,amount,currency\nDE89370400440532013000,2026-08-03,10.00,EUR\n"
    )
    assert "do not count" not in recon("load", "-w", folder).output
    (folder / "inbox" / "bank" / "b.sta").write_text(
        f":20:X\n:25:DE89370400440532013000\n:28C:8/1\n:60F:C260802EUR0,00\n"
        f":61:2608030803C{amount}NTRFNONREF\n:86:a\n:62F:C260803EUR{amount}\n-\n"
    )
    told = recon("load", "-w", folder).output
    assert "  bank/b.sta: 1 rows do not count, for table:bank_lines told their days before\n" in told
    day = "    DE89370400440532013000 on 2026-08-03 differs: table:bank_lines 1 rows, 10.00 but mt940 1 rows, 10.01 EUR\n"
    assert (day in told) == differs
