"""A mail over SMTP against real servers: what arrives, and what is known when it does not."""

import hashlib
import json
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trustme

from recon_kit.policy import MailServer
from recon_kit.send import Attachment, Mail, Secret, SendError, deliver_mail, message_id
from tests.send.mail_servers import Inbox, mail_server, parrot, server_context

PDF = bytes(range(256)) * 40 + b"\r\n.\r\n..\n.\n"
MAIL = Mail(
    sender="Recon <recon@nordlicht.example>",
    to=("Anna Müller <anna@nordlicht.example>",),
    cc=("cfo@nordlicht.example",),
    bcc=("audit@nordlicht.example",),
    subject="Nordlicht 2026-10: Abstimmung",
    text="98,7 % zugeordnet\n.\n..offen: 53.120,00 €\n",
    at=datetime(2026, 11, 3, 6, tzinfo=UTC),
    message_id=message_id("run finance reconciliation full", "recon@nordlicht.example"),
    attachments=(Attachment("Prüfbericht.pdf", "application/pdf", PDF),),
)
SECRET = Secret("env:SMTP_PASSWORD", "s3cret-word")
TO_PARROT = ("250 ok", "250 sender", "250 one", "250 two", "250 three")


def server(port, **told):
    return MailServer(**{"host": "localhost", "from_": MAIL.sender, "port": port, "security": "none", "timeout": 5.0} | told)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate authority of our own, and its file."""
    made = trustme.CA(key_type=trustme.KeyType.ECDSA)
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(file)
    return made, str(file)


def test_a_mail_arrives_byte_for_byte_and_is_receipted():
    inbox = Inbox()
    with mail_server(inbox) as port:
        receipt = deliver_mail(server(port), None, MAIL)
    (mail,) = inbox.mails
    assert mail.content == MAIL.as_message().as_bytes()
    assert mail.mail_from == "recon@nordlicht.example"
    assert mail.rcpt_tos == ["anna@nordlicht.example", "cfo@nordlicht.example", "audit@nordlicht.example"]
    assert (receipt.kind, receipt.answer, receipt.refused) == ("mail", "250 2.0.0 queued as 4F2A", ())
    assert receipt.accepted == (*MAIL.to, *MAIL.cc, *MAIL.bcc)
    assert receipt.message_id == MAIL.message_id


def test_a_receipt_is_plain_values_without_a_secret(authority):
    inbox, (made, file) = Inbox(), authority
    with mail_server(inbox, tls=server_context(made, "localhost"), auth=True) as port:
        receipt = deliver_mail(server(port, security="starttls", ca_file=file, user="recon", secret="env:X"), SECRET, MAIL)
    facts = receipt.facts()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["files"] == [
        {
            "name": "Prüfbericht.pdf",
            "sha256": hashlib.sha256(PDF).hexdigest(),
            "n_bytes": len(PDF),
            "state": "sent",
        }
    ]
    assert "s3cret-word" not in json.dumps(facts)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_encrypted_to_a_server_that_proves_its_name(authority, security):
    inbox, (made, file) = Inbox(), authority
    with mail_server(inbox, tls=server_context(made, "localhost"), at_once=security == "tls", auth=True) as port:
        deliver_mail(server(port, security=security, ca_file=file, user="recon", secret="env:X"), SECRET, MAIL)
    assert len(inbox.mails) == 1
    assert inbox.logins == [(b"recon", b"s3cret-word")]


@pytest.mark.parametrize(("name", "known"), [("localhost", False), ("mail.other.example", True)])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_does_not_prove_its_name_gets_no_password(authority, security, name, known):
    inbox, (made, file) = Inbox(), authority
    with mail_server(inbox, tls=server_context(made, name), at_once=security == "tls", auth=True) as port:
        told = server(port, security=security, ca_file=file if known else None, user="recon", secret="env:X")
        with pytest.raises(SendError, match="expected a certificate of localhost by an authority") as failed:
            deliver_mail(told, SECRET, MAIL)
    assert (failed.value.certain, failed.value.stage, inbox.logins, inbox.mails) == (True, "connect", [], [])


def test_a_server_without_encryption_gets_no_password():
    inbox = Inbox()
    with mail_server(inbox) as port, pytest.raises(SendError, match="STARTTLS extension not supported") as failed:
        deliver_mail(server(port, security="starttls", user="recon", secret="env:X"), SECRET, MAIL)
    assert (failed.value.certain, inbox.mails) == (True, [])


def test_a_wrong_password_is_told_by_its_place_and_not_by_itself(authority):
    inbox, (made, file) = Inbox(), authority
    wrong = Secret("env:SMTP_PASSWORD", "wr0ng-word")
    with mail_server(inbox, tls=server_context(made, "localhost"), auth=True) as port:
        told = server(port, security="starttls", ca_file=file, user="recon", secret="env:X")
        with pytest.raises(
            SendError, match=r"recon is '535 .*expected a user that may log in with the secret of env:SMTP"
        ) as failed:
            deliver_mail(told, wrong, MAIL)
    assert (failed.value.certain, failed.value.stage) == (True, "login")
    assert "wr0ng-word" not in str(failed.value) + repr(wrong)


def test_a_user_without_a_secret_is_told():
    with parrot("250 ok") as port, pytest.raises(SendError, match="recon is missing, expected the secret of that user"):
        deliver_mail(server(port, user="recon", secret="env:X"), None, MAIL)


def test_a_file_of_certificates_that_is_not_there_is_named(tmp_path):
    file = str(tmp_path / "ca.pem")
    with pytest.raises(SendError, match=rf"ca_file is '{file}', expected a file of certificates \(FileNotFoundError\)"):
        deliver_mail(server(1, security="starttls", ca_file=file), None, MAIL)


def test_a_password_that_smtp_cannot_say_is_told_before_it_is_tried():
    with parrot("250 ok") as port, pytest.raises(SendError, match="env:X is 'other', expected a user and a password in ASCII"):
        deliver_mail(server(port, user="recon", secret="env:X"), Secret("env:X", "grün"), MAIL)


def test_what_a_server_repeats_of_the_secret_is_hidden():
    with (
        parrot("250 ok", "550 s3cret-word is a bad word") as port,
        pytest.raises(SendError, match=r"550 \(secret\) is a bad word"),
    ):
        deliver_mail(server(port), SECRET, MAIL)


def test_one_refused_address_does_not_keep_the_mail_from_the_others():
    inbox = Inbox(refuse=("cfo@nordlicht.example",))
    with mail_server(inbox) as port:
        receipt = deliver_mail(server(port), None, MAIL)
    assert [(refused.address, refused.answer) for refused in receipt.refused] == [
        ("cfo@nordlicht.example", "550 5.1.1 no such mailbox")
    ]
    assert receipt.accepted == (*MAIL.to, *MAIL.bcc)
    assert inbox.mails[0].rcpt_tos == ["anna@nordlicht.example", "audit@nordlicht.example"]


def test_a_mail_that_everybody_is_refused_for_is_surely_not_sent():
    inbox = Inbox(refuse=tuple(MAIL.recipients))
    with mail_server(inbox) as port, pytest.raises(SendError, match=r"audit@nordlicht.example is '550 5.1.1") as failed:
        deliver_mail(server(port), None, MAIL)
    assert (failed.value.certain, failed.value.stage, len(failed.value.faults), inbox.mails) == (True, "recipients", 3, [])


def test_a_connection_that_breaks_after_the_last_word_leaves_it_open_whether_the_mail_was_sent():
    inbox = Inbox(after_data="drop")
    with mail_server(inbox) as port, pytest.raises(SendError, match="nobody knows whether it was sent") as failed:
        deliver_mail(server(port), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (False, "answer")
    assert len(inbox.mails) == 1  # it was: a second try would send it twice


def test_a_server_that_never_answers_leaves_it_open():
    began = time.monotonic()
    with parrot(*TO_PARROT, "354 go on", "wait") as port, pytest.raises(SendError, match="timed out") as failed:
        deliver_mail(server(port, answer_timeout=0.3), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (False, "answer")
    assert time.monotonic() - began < 4


def test_a_server_that_answers_gibberish_leaves_it_open():
    with parrot(*TO_PARROT, "354 go on\r\nnonsense") as port, pytest.raises(SendError, match="the answer is 'ense'") as failed:
        deliver_mail(server(port), None, MAIL)
    assert not failed.value.certain


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        (["drop"], "login"),
        (["421 busy", "421 busy"], "login"),
        (["250 ok", "drop"], "recipients"),
        (["250 ok", "553 not you"], "recipients"),
        (["250 ok", "250 sender", "drop"], "recipients"),
        (["250 ok", "250 sender", "250 one", "421 closing"], "recipients"),
        ([*TO_PARROT, "drop"], "text"),
        ([*TO_PARROT, "451 later"], "text"),
    ],
    ids=str,
)
def test_what_breaks_before_the_text_is_surely_not_sent(answers, stage):
    with parrot(*answers) as port, pytest.raises(SendError, match="expected a server that") as failed:
        deliver_mail(server(port), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (True, stage)


def test_what_breaks_in_the_middle_of_the_text_is_surely_not_sent():
    large = replace(MAIL, attachments=(Attachment("a.pdf", "application/pdf", bytes(12_000_000)),))
    with parrot(*TO_PARROT, "354 drop") as port, pytest.raises(SendError, match="so nothing was sent") as failed:
        deliver_mail(server(port), None, large)
    assert (failed.value.certain, failed.value.stage) == (True, "text")


def test_a_mail_that_the_server_refuses_whole_is_surely_not_sent():
    inbox = Inbox(after_data="554 5.7.1 we do not like attachments")
    with mail_server(inbox) as port, pytest.raises(SendError, match=r"is '554 5.7.1 we do not like attachments'") as failed:
        deliver_mail(server(port), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (True, "text")


def test_a_server_that_hangs_up_instead_of_saying_farewell_took_the_mail():
    with parrot(*TO_PARROT, "354 go on\r\n250 taken", "drop") as port:
        assert deliver_mail(server(port), None, MAIL).answer == "250 taken"


def test_a_server_that_is_not_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(
        SendError, match=rf"localhost:{port}: the connection is 'ConnectionRefusedError.*a mail server there"
    ) as failed:
        deliver_mail(server(port), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (True, "connect")


def test_a_mail_that_is_too_large_is_refused_before_any_connection():
    told = r"the mail is '[\d,]+ bytes as it travels', expected no more than the 10,000 .*\(Prüfbericht.pdf 10,250\) or send by"
    with pytest.raises(SendError, match=told) as failed:
        deliver_mail(server(1, max_megabytes=0.01), None, MAIL)
    assert (failed.value.certain, failed.value.stage) == (True, "content")


def test_a_mail_that_the_server_says_is_too_large_is_not_begun():
    inbox = Inbox()
    with mail_server(inbox, data_size_limit=10_000) as port, pytest.raises(SendError, match="10,000 that this server takes"):
        deliver_mail(server(port), None, MAIL)
    assert inbox.mails == []


def test_a_mail_that_is_no_mail_reaches_no_server():
    with pytest.raises(SendError, match=r"Subject is .*expected one line") as failed:
        deliver_mail(server(1), None, replace(MAIL, subject="a\r\nBcc: thief@evil.example"))
    assert (failed.value.certain, failed.value.stage) == (True, "content")


def test_an_address_given_twice_gets_one_mail():
    inbox = Inbox()
    with mail_server(inbox) as port:
        deliver_mail(server(port), None, replace(MAIL, cc=("anna@NORDLICHT.example",), bcc=()))
    assert inbox.mails[0].rcpt_tos == ["anna@nordlicht.example"]


def test_this_machine_s_name_stays_at_home():
    inbox = Inbox()
    with mail_server(inbox) as port:
        deliver_mail(server(port), None, MAIL)
    assert inbox.greeted == ["nordlicht.example"]
