"""Delivery with real servers: what arrives, and that it arrives once."""

from __future__ import annotations

import email
import hashlib
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from email import policy as email_policy

import openpyxl
import pytest

from recon_kit.close import verify
from recon_kit.close.deliveries import Deliveries
from recon_kit.close.delivering import Order, deliver
from recon_kit.close.parcel import Parcel
from recon_kit.close.runs import every_run
from recon_kit.close.sending import Sending
from recon_kit.close.telling import status
from recon_kit.close.views import foreign_names
from recon_kit.errors import DeliveryError, ParameterError
from recon_kit.report.cut import read_cut
from recon_kit.report.scanner import personal_data
from recon_kit.send import SendError
from recon_kit.workspace import Reading, Workspace
from tests.close.closed_example import close_example
from tests.send.mail_servers import Inbox, mail_server
from tests.send.sftp_servers import Depot, sftp_server

NOW = datetime(2026, 11, 3, 7, tzinfo=UTC)
MAIL = """
[mail]
host = "localhost"
port = {port}
security = "none"
from = "Recon <recon@nordlicht.example>"
[targets.cfo]
kind = "mail"
to = ["cfo@nordlicht.example", "anna@nordlicht.example"]
audience = "full"
attach = ["xlsx", "html"]
share = "//server/reports/"
[targets.bank]
kind = "mail"
to = ["bank@bank.example"]
audience = "external"
"""
SFTP = """
[targets.auditor]
kind = "sftp"
host = "localhost"
port = {port}
user = "recon"
secret = "env:RECON_TEST_SFTP"
folder = "in"
audience = "full"
files = ["html", "xlsx", "json"]
host_key = "{key}"
"""


@pytest.fixture(scope="session")
def closed_example(tmp_path_factory):
    """The folder of a workspace whose October is closed: copy it."""
    folder = tmp_path_factory.mktemp("closed-example") / "acme"
    close_example(folder)
    return folder


@pytest.fixture
def workspace(closed_example, tmp_path):
    shutil.copytree(closed_example, tmp_path / "acme")
    return Workspace.open(tmp_path / "acme")


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def to_cfo(workspace, inbox):
    """A function that sends October to the CFO, with the server running."""
    with mail_server(inbox) as port:
        write(workspace, MAIL.format(port=port))
        yield lambda **options: sent(workspace, "cfo", **options)


def write(workspace, text):
    (workspace.folder / "delivery.toml").write_text(text, encoding="utf-8")


def sent(workspace, target, *, reports=(), again=False, clock=lambda: NOW, **options):
    period = workspace.policy.calendar.period("2026-10")
    return deliver(workspace, Order(period, target, reports, again), by="anna", clock=clock, **options)


def opened(envelope):
    return email.message_from_bytes(envelope.content, policy=email_policy.default)


def entries(workspace):
    return [told["step"] for told in workspace.store.entries("send")["payload"]]


def test_a_mail_brings_the_bottom_line_and_the_files_as_they_are(workspace, to_cfo, inbox):
    done = to_cfo()
    (run,) = every_run(workspace.path("reports"))
    message = opened(inbox.mails[0])
    assert inbox.mails[0].rcpt_tos == ["cfo@nordlicht.example", "anna@nordlicht.example"]
    assert message["Subject"] == "Nordlicht (example) October 2026: Reconciliation"
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert run.manifest["sentence"] in text
    assert text.startswith("Nordlicht (example), October 2026\nStatus: Needs review\n\nReconciliation\n237,596.56 EUR came in.")
    assert f"  //server/reports/2026-10/{run.run_id}/reconciliation.html\n" in text
    stem = f"reconciliation_Nordlicht-example_2026-10_{run.run_id[:8]}"
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert list(attached) == [f"{stem}.xlsx", f"{stem}.html"]
    assert attached[f"{stem}.xlsx"] == (run.folder / "reconciliation.xlsx").read_bytes()
    assert "Checks" in openpyxl.load_workbook(io.BytesIO(attached[f"{stem}.xlsx"])).sheetnames
    assert done.receipt.answer == "250 2.0.0 queued as 4F2A"


def test_a_share_of_windows_is_named_with_its_own_signs(workspace, to_cfo, inbox):
    text = (workspace.folder / "delivery.toml").read_text("utf-8")
    write(workspace, text.replace('"//server/reports/"', r"'\\server\reports'"))
    to_cfo()
    assert r"  \\server\reports\2026-10" in opened(inbox.mails[0]).get_body(("plain",)).get_content()


def test_it_is_journaled_before_and_after_without_an_address(workspace, to_cfo):
    to_cfo()
    told = workspace.store.entries("send")["payload"].tolist()
    assert [one["step"] for one in told] == ["intent", "outcome"]
    assert "nordlicht.example" not in json.dumps([one["to"] for one in told[:1]] + [told[1]["told"], told[1]["refused"]])
    assert sorted(workspace.store.notes(*told[0]["to"]).values()) == ["anna@nordlicht.example", "cfo@nordlicht.example"]
    (run,) = every_run(workspace.path("reports"))
    known = hashlib.sha256((run.folder / "reconciliation.xlsx").read_bytes()).hexdigest()
    assert told[0]["files"][0]["sha256"] == known
    assert verify(workspace) == []
    copy = json.loads((run.folder.parent / "deliveries.json").read_text())
    assert [(one["target"], one["state"]) for one in copy] == [("cfo", "sent")]
    assert "nordlicht.example" not in json.dumps(copy)


def test_an_address_can_be_erased_and_the_chain_stays_whole(workspace, to_cfo):
    to_cfo()
    ref = workspace.store.entries("send")["payload"].iloc[0]["to"][0]
    workspace.store.erase(ref, by="anna", at=NOW)
    assert verify(workspace) == []
    assert Deliveries.of(Reading.now(workspace)).attempts[0].state == "sent"


def test_a_retry_sends_nothing_and_says_when_it_was_sent(workspace, to_cfo, inbox):
    to_cfo()
    later = to_cfo(clock=lambda: NOW + timedelta(days=3))
    assert (later.parcel, later.receipt) == (None, None)
    assert [(one.state, one.at, one.by) for one in later.before] == [("sent", NOW, "anna")]
    assert len(inbox.mails) == 1


def test_again_sends_it_a_second_time_as_another_mail(workspace, to_cfo, inbox):
    to_cfo()
    to_cfo(again=True)
    ids = [opened(mail)["Message-ID"] for mail in inbox.mails]
    assert len(ids) == len(set(ids)) == 2


def test_a_dry_run_sends_and_journals_nothing(workspace, to_cfo, inbox):
    done = to_cfo(dry_run=True)
    assert isinstance(done.parcel, Parcel)
    assert [file.name.rpartition(".")[2] for file in done.parcel.files] == ["xlsx", "html"]
    assert (done.receipt, inbox.mails, entries(workspace)) == (None, [], [])


def test_a_mail_whose_answer_was_lost_is_not_sent_again_by_itself(workspace, to_cfo, inbox):
    inbox.after_data = "drop"
    with pytest.raises(SendError, match="without it nobody knows"):
        to_cfo()
    with pytest.raises(DeliveryError, match=r"may have reached cfo; .* --to cfo --again"):
        to_cfo()
    said = status(Workspace.open(workspace.folder), NOW.date()).lines
    assert (
        "  reconciliation: nobody knows whether cfo got it; ask there, and if not: recon deliver 2026-10 --to cfo --again"
        in said
    )
    inbox.after_data = "250 ok"
    to_cfo(again=True)
    ids = [opened(mail)["Message-ID"] for mail in inbox.mails]
    assert len(ids) == 2 and len(set(ids)) == 1, "it is the same delivery, so a reader sees the second copy as one"
    assert to_cfo().receipt is None


def test_killed_between_the_entries_nobody_knows(workspace, to_cfo, inbox, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Sending, "_ended", killed)
        with pytest.raises(KeyboardInterrupt):
            to_cfo()
    assert len(inbox.mails) == 1
    with pytest.raises(DeliveryError, match="was killed while it sent"):
        to_cfo()
    assert len(inbox.mails) == 1


def test_a_certain_failure_is_tried_again(workspace, to_cfo, inbox):
    inbox.after_data = "452 4.3.1 disk full"
    with pytest.raises(SendError, match="disk full"):
        to_cfo()
    assert (
        "  reconciliation: not delivered to cfo; again: recon deliver 2026-10 --to cfo" in status(workspace, NOW.date()).lines
    )
    inbox.after_data = "250 ok"
    assert to_cfo().receipt.answer == "250 ok"
    assert entries(workspace) == ["intent", "outcome"] * 2
    assert not [line for line in status(workspace, NOW.date()).lines if "deliver" in line]


def test_yesterday_s_uncertain_mail_stays_uncertain_after_a_certain_failure(workspace, to_cfo, inbox):
    inbox.after_data = "drop"
    with pytest.raises(SendError):
        to_cfo()
    inbox.after_data = "452 full"
    with pytest.raises(SendError, match="full"):
        to_cfo(again=True)
    with pytest.raises(DeliveryError, match="may have reached"):
        to_cfo()


def test_an_address_that_is_refused_is_told_and_noted(workspace, to_cfo, inbox):
    inbox.refuse = ("anna@nordlicht.example",)
    done = to_cfo()
    assert [(one.address, one.answer) for one in done.receipt.refused] == [
        ("anna@nordlicht.example", "550 5.1.1 no such mailbox")
    ]
    assert to_cfo().before[0].refused == 1


def test_no_address_stays_in_what_is_kept_of_a_server_s_words(workspace, to_cfo, inbox):
    inbox.refuse = ("anna@nordlicht.example", "cfo@nordlicht.example")
    with pytest.raises(SendError, match=r"cfo@nordlicht\.example is '550"):
        to_cfo()
    (attempt,) = Deliveries.of(Reading.now(workspace)).attempts
    assert attempt.state == "failed"
    assert "(recipient 1) is '550 5.1.1 no such mailbox'" in attempt.told
    assert "nordlicht.example" not in attempt.told


def test_a_changed_file_is_not_sent(workspace, to_cfo, inbox):
    (run,) = every_run(workspace.path("reports"))
    page = run.folder / "reconciliation.html"
    page.write_text(page.read_text("utf-8").replace("237,596.56", "937,596.56"), encoding="utf-8")
    with pytest.raises(DeliveryError, match=r"reconciliation\.html as it was made, but it was changed"):
        to_cfo()
    assert (inbox.mails, entries(workspace)) == ([], [])


def test_outsiders_get_a_masked_working_paper(workspace, to_cfo, inbox, tmp_path):
    sent(workspace, "bank")
    (mail,) = inbox.mails
    (paper,) = email.message_from_bytes(mail.content, policy=email_policy.default).iter_attachments()
    attached = tmp_path / "attached.xlsx"
    attached.write_bytes(paper.get_content())
    (run,) = every_run(workspace.path("reports"))
    names = foreign_names(read_cut(run.folder))
    assert personal_data(run.folder / "reconciliation.xlsx", names) and personal_data(attached, names) == []


def test_a_manifest_is_no_paper_for_outsiders(workspace, to_cfo, inbox):
    text = (workspace.folder / "delivery.toml").read_text("utf-8")
    told = SFTP.format(port=1, key="SHA256:" + "x" * 43).replace('audience = "full"', 'audience = "external"')
    (workspace.folder / "delivery.toml").write_text(text + told, encoding="utf-8")
    with pytest.raises(ParameterError, match="manifest names people and files"):
        sent(workspace, "auditor")


@pytest.mark.parametrize(
    ("target", "reports", "told"),
    [("cof", (), "did you mean 'cfo'"), ("cfo", ("reconcilation",), "did you mean 'reconciliation'")],
)
def test_what_there_is_not_is_named(workspace, to_cfo, target, reports, told):
    with pytest.raises(ParameterError, match=told):
        sent(workspace, target, reports=reports)


def test_only_a_closed_period_is_sent(workspace, to_cfo):
    order = Order(workspace.policy.calendar.period("2026-09"), "cfo")
    with pytest.raises(ParameterError, match="2026-09 is not closed: recon close 2026-09"):
        deliver(workspace, order, by="anna", clock=lambda: NOW)


@pytest.fixture
def depot(tmp_path):
    (tmp_path / "depot" / "in").mkdir(parents=True)
    return Depot(tmp_path / "depot")


def test_files_arrive_under_names_that_people_need(workspace, depot, monkeypatch):
    monkeypatch.setenv("RECON_TEST_SFTP", "s3cret-word")
    with sftp_server(depot) as port:
        write(workspace, SFTP.format(port=port, key=depot.fingerprint))
        sent(workspace, "auditor")
        assert sent(workspace, "auditor").receipt is None
        (run,) = every_run(workspace.path("reports"))
        there = {path.name: path.read_bytes() for path in (depot.root / "in").iterdir()}
    stem = f"Nordlicht-example_2026-10_{run.run_id[:8]}"
    assert set(there) == {f"reconciliation_{stem}.html", f"reconciliation_{stem}.xlsx", f"manifest_{stem}.json"}
    assert there[f"manifest_{stem}.json"] == (run.folder / "manifest.json").read_bytes()


def test_a_server_with_another_key_gets_nothing_and_may_be_tried_again(workspace, depot, monkeypatch):
    monkeypatch.setenv("RECON_TEST_SFTP", "s3cret-word")
    with sftp_server(depot) as port:
        write(workspace, SFTP.format(port=port, key=f"SHA256:{'A' * 43}"))
        with pytest.raises(SendError, match="the server's key is"):
            sent(workspace, "auditor")
        assert depot.logins == []
        write(workspace, SFTP.format(port=port, key=depot.fingerprint))
        assert len(sent(workspace, "auditor").receipt.files) == 3


def test_files_whose_fate_is_unknown_are_sent_again_without_a_word(workspace, depot, monkeypatch):
    monkeypatch.setenv("RECON_TEST_SFTP", "s3cret-word")
    depot.at_rename = "cut after"
    with sftp_server(depot) as port:
        write(workspace, SFTP.format(port=port, key=depot.fingerprint))
        with pytest.raises(SendError):
            sent(workspace, "auditor")
        depot.at_rename = ""
        states = [file.state for file in sent(workspace, "auditor").receipt.files]
    assert states == ["there already", "sent", "sent"]


def test_a_secret_that_is_not_there_fails_before_anything_is_journaled(workspace, depot, monkeypatch):
    monkeypatch.delenv("RECON_TEST_SFTP", raising=False)
    write(workspace, SFTP.format(port=22, key=depot.fingerprint))
    with pytest.raises(SendError, match="RECON_TEST_SFTP"):
        sent(workspace, "auditor")
    assert entries(workspace) == []
