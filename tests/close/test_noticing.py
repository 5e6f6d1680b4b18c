"""Those of `error_to` hear of a failed close once a day, and read nothing that was in a file."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from recon_kit.close.building import ReportError
from recon_kit.close.noticing import Failure, notify
from recon_kit.errors import Fault, LoadError, ParameterError, PolicyError
from recon_kit.workspace import Workspace
from tests.send.mail_servers import Inbox, mail_server

AT = datetime(2026, 11, 3, 6, tzinfo=UTC)
TOLD = """
error_to = ["it@nordlicht.example"]
[mail]
host = "localhost"
port = {port}
security = "none"
from = "recon@nordlicht.example"
"""
REFUSED = LoadError("DE89370400440532013000.csv", [Fault("a date", 17, "Name", "Erika Mustermann, 12.50 EUR")])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "recon.toml").write_text('[company]\nname = "Acme"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def inbox(folder):
    found = Inbox()
    with mail_server(found) as port:
        (folder / "delivery.toml").write_text(TOLD.format(port=port), encoding="utf-8")
        yield found


def told(folder, error=REFUSED, *, at=AT, period="2026-10"):
    return notify(Failure(f"recon close {period}", period, folder, error, 1), by="cron", at=at)


def read(inbox):
    """Subject and text of the first mail."""
    message = email.message_from_bytes(inbox.mails[0].content, policy=email.policy.default)
    return f"{message['Subject']}\n{message.get_content()}"


def test_it_says_what_failed_and_where_and_nothing_of_the_file(folder, inbox):
    assert told(folder) == "1 of error_to were told by mail"
    assert inbox.mails[0].rcpt_tos == ["it@nordlicht.example"]
    text = read(inbox)
    for said in ("recon close 2026-10 failed (a file was refused)", "Faults: 1.", "Exit code: 1", f"Workspace: {folder}"):
        assert said in text
    for kept in ("Erika", "12.50", "DE89"):
        assert kept not in text


def test_a_failed_report_names_its_evidence(folder, inbox):
    told(folder, ReportError("the reports of 2026-10 failed: KeyError 'Erika'", folder / "failed-1a2b"))
    text = read(inbox)
    assert f"What ran is kept in {folder / 'failed-1a2b'}" in text
    assert "Erika" not in text


def test_the_same_failure_is_told_once_a_day(folder, inbox):
    told(folder)
    assert told(folder, at=AT + timedelta(hours=3)) == "those of error_to were told of this today already"
    told(folder, at=AT + timedelta(days=1))
    told(folder, period="2026-09")
    assert len(inbox.mails) == 3


def test_a_broken_policy_is_told_too(folder, inbox):
    (folder / "recon.toml").write_text("[compny]\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        Workspace.open(folder)
    assert told(folder, caught.value) == "1 of error_to were told by mail"
    assert "recon.toml, rules.toml or a layout cannot be followed" in read(inbox)


def test_an_error_of_the_program_is_told_too(folder, inbox):
    told(folder, ZeroDivisionError("payer Erika"))
    text = read(inbox)
    assert "an error of the program" in text and "Erika" not in text


def test_wrong_use_is_told_to_nobody(folder, inbox):
    assert told(folder, ParameterError("close", ["a period"])) is None
    assert inbox.mails == []


def test_nobody_to_tell_is_no_trouble(folder, tmp_path):
    assert told(folder) is None
    assert told(tmp_path / "nowhere") is None


@pytest.mark.parametrize("broken", ["[mail", 'error_to = ["nobody"]\n'])
def test_a_notice_that_fails_hides_nothing(folder, broken):
    (folder / "delivery.toml").write_text(broken, encoding="utf-8")
    assert told(folder).startswith("those of error_to were not told: delivery.toml")


def test_a_server_that_is_gone_hides_nothing(folder, inbox):
    text = (folder / "delivery.toml").read_text("utf-8")
    (folder / "delivery.toml").write_text(text.replace("port = ", "port = 1 # "), encoding="utf-8")
    assert told(folder).startswith("those of error_to were not told: localhost:1")
