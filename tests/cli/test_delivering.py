"""The commands that bring reports to people, as a script uses them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from recon_kit.cli import app, commands
from recon_kit.cli.commands import month
from recon_kit.close import views
from recon_kit.close.building import ReportError
from tests.close.closed_example import close_example
from tests.send.mail_servers import Inbox, mail_server

DELIVERY = """
error_to = ["cfo"]
[mail]
host = "localhost"
port = {port}
security = "none"
from = "recon@nordlicht.example"
[targets.cfo]
kind = "mail"
to = ["cfo@nordlicht.example"]
audience = "full"
"""


@pytest.fixture(scope="module")
def closed_example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "acme"
    close_example(folder)
    return folder


@pytest.fixture
def folder(closed_example, tmp_path):
    shutil.copytree(closed_example, tmp_path / "acme")
    return tmp_path / "acme"


@pytest.fixture
def inbox(folder):
    found = Inbox()
    with mail_server(found) as port:
        (folder / "delivery.toml").write_text(DELIVERY.format(port=port), encoding="utf-8")
        yield found


def recon(*arguments, folder):
    return CliRunner().invoke(app, [*arguments, "-w", str(folder)])


def at(monkeypatch, moment):
    monkeypatch.setattr(month, "now", lambda: moment)
    monkeypatch.setattr(commands.delivering, "now", lambda: moment)


def test_deliver_says_what_was_sent_and_then_when(folder, inbox):
    first = recon("deliver", "2026-10", "--to", "cfo", folder=folder)
    assert first.exit_code == 0, first.output
    assert first.output.startswith(
        "reconciliation of 2026-10 sent to cfo: 250 2.0.0 queued as 4F2A\n  reconciliation_Nordlicht-"
    )
    second = recon("deliver", "2026-10", "--to", "cfo", folder=folder)
    assert second.exit_code == 0
    assert second.output.startswith("reconciliation of 2026-10 was sent to cfo on ")
    assert second.output.endswith("; to send it again: --again\n")
    assert len(inbox.mails) == 1


def test_deliver_shows_beforehand_what_it_would_send(folder, inbox):
    shown = recon("deliver", "2026-10", "--to", "cfo", "--dry-run", folder=folder)
    assert shown.exit_code == 0
    assert "Nordlicht (example) October 2026: Reconciliation\n\nNordlicht (example), October 2026\n" in shown.output
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("refused", "code"), [(("cfo@nordlicht.example",), 1), ((), 0)], ids=["nobody takes it", "somebody takes it"]
)
def test_deliver_fails_where_nobody_takes_it(folder, inbox, refused, code):
    inbox.refuse = refused
    assert recon("deliver", "2026-10", "--to", "cfo", folder=folder).exit_code == code


def test_deliver_asks_for_a_look_where_somebody_does_not_get_it(folder, inbox):
    text = (folder / "delivery.toml").read_text("utf-8")
    (folder / "delivery.toml").write_text(text.replace('["cfo@', '["gone@nordlicht.example", "cfo@'), encoding="utf-8")
    inbox.refuse = ("gone@nordlicht.example",)
    done = recon("deliver", "2026-10", "--to", "cfo", folder=folder)
    assert done.exit_code == 3
    assert "  not to gone@nordlicht.example: 550 5.1.1 no such mailbox\n" in done.output


def test_pdf_prints_each_report_of_the_period(folder, monkeypatch):
    monkeypatch.setattr(views, "to_pdf", lambda *_: b"%PDF-1.4")
    done = recon("pdf", "2026-10", folder=folder)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"pdf: {folder.resolve()}/reports/2026-10/views/")
    assert done.output.endswith("/reconciliation.pdf\n")


def test_pdf_of_a_period_that_is_open_is_wrong_use(folder):
    done = recon("pdf", "2026-09", folder=folder)
    assert (done.exit_code, "recon close 2026-09" in done.output) == (2, True)


def test_the_previous_month_is_the_company_s_not_that_of_utc(folder, monkeypatch, inbox):
    at(monkeypatch, datetime(2026, 10, 31, 23, 30, tzinfo=UTC))  # 00:30 on 1 November in Berlin
    done = recon("deliver", "previous-month", "--to", "cfo", folder=folder)
    assert done.exit_code == 0, done.output
    asked = []
    monkeypatch.setattr("recon_kit.cli.monthly.close_period", lambda _, period, **__: asked.append(period.name) or 1 / 0)
    recon("close", "previous-month", folder=folder)
    assert asked == ["2026-10"]


def test_status_counts_days_as_the_company_does(folder, monkeypatch):
    (folder / "inbox").mkdir()
    toml = (folder / "recon.toml").read_text("utf-8")
    (folder / "recon.toml").write_text("start_on = 2026-10-31\n" + toml, encoding="utf-8")
    seen = []
    monkeypatch.setattr("recon_kit.cli.monthly.work_status", lambda _, today: seen.append(today) or 1 / 0)
    at(monkeypatch, datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    recon("status", folder=folder)
    assert [day.isoformat() for day in seen] == ["2026-11-01"]


def failing(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("recon_kit.cli.monthly.close_period", fail)


def test_a_close_that_fails_tells_error_to_and_fails_as_before(folder, inbox, monkeypatch):
    failing(monkeypatch, ReportError("the reports of 2026-10 failed", folder / "failed"))
    done = recon("close", "2026-10", folder=folder)
    assert done.exit_code == 1
    assert done.output == "1 of error_to were told by mail\nthe reports of 2026-10 failed\n"
    assert recon("close", "2026-10", folder=folder).exit_code == 1
    assert len(inbox.mails) == 1


def test_a_close_without_a_mail_server_fails_as_before(folder, monkeypatch):
    (folder / "delivery.toml").write_text(DELIVERY.format(port=1), encoding="utf-8")
    failing(monkeypatch, ReportError("the reports of 2026-10 failed", folder / "failed"))
    done = recon("close", "2026-10", folder=folder)
    assert done.exit_code == 1
    assert done.output.endswith("the reports of 2026-10 failed\n")
    assert "those of error_to were not told: localhost:1" in done.output


def test_a_close_that_is_done_tells_nobody(folder, inbox, monkeypatch):
    class Done:
        period, status, sentence, report, run = "2026-10", "needs_review", "All is well.", "page", None
        new, locked = True, False

    monkeypatch.setattr("recon_kit.cli.monthly.close_period", lambda *_, **__: Done)
    assert recon("close", "2026-10", folder=folder).exit_code == 3
    assert inbox.mails == []
