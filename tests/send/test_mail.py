"""A mail as data: what is in it, byte for byte, and what may not be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.policy.addresses import has_control, mail_address
from recon_kit.send import Attachment, Mail, SendError, message_id

MAIL = Mail(
    sender="Recon <recon@nordlicht.example>",
    to=('"Müller, Anna" <anna@nordlicht.example>', "Böhm GmbH. <ap@boehm.example>"),
    subject="Größe",
    text="Grüße\n",
    at=datetime(2026, 11, 3, 7, tzinfo=timezone(timedelta(hours=1))),
    message_id=message_id("key", "recon@nordlicht.example"),
)


def read(mail: Mail):
    """What a mail program makes of it."""
    return message_from_bytes(mail.as_message().as_bytes(), policy=policy.default)


def lines(mail: Mail) -> list[bytes]:
    return mail.as_message().as_bytes().split(b"\r\n")


def test_a_reader_sees_what_was_written():
    mail = read(replace(MAIL, cc=("cfo@nordlicht.example",), reply_to=("ar@nordlicht.example",), headers=(("X-Run", "1a2b"),)))
    assert [(each.display_name, each.addr_spec) for each in mail["To"].addresses] == [
        ("Müller, Anna", "anna@nordlicht.example"),
        ("Böhm GmbH.", "ap@boehm.example"),
    ]
    told = {name: str(mail[name]) for name in ("From", "Cc", "Reply-To", "Subject", "Date", "Auto-Submitted", "X-Run")}
    assert told == {
        "From": "Recon <recon@nordlicht.example>",
        "Cc": "cfo@nordlicht.example",
        "Reply-To": "ar@nordlicht.example",
        "Subject": "Größe",
        "Date": "Tue, 03 Nov 2026 07:00:00 +0100",
        "Auto-Submitted": "auto-generated",
        "X-Run": "1a2b",
    }
    assert mail["Message-ID"] == MAIL.message_id
    assert mail.get_content().splitlines() == ["Grüße"]


def test_a_page_stands_beside_the_text_and_files_behind_both():
    files = (
        Attachment("Prüfung.pdf", "application/pdf", b"%PDF\r\n.\n\x00"),
        Attachment("a.html", "text/html", b"<p>\xff\r\r\n"),
    )
    mail = read(replace(MAIL, html="<p>Grüße</p>\n", attachments=files))
    assert mail.get_body(("plain",)).get_content().splitlines() == ["Grüße"]
    assert mail.get_body(("html",)).get_content().splitlines() == ["<p>Grüße</p>"]
    found = [(part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) for part in mail.iter_attachments()]
    assert found == [(file.name, file.mime, file.content) for file in files]


def test_equal_mails_are_equal_byte_for_byte_and_travel_in_seven_bits():
    mail = replace(MAIL, html="<p>ü</p>", attachments=(Attachment("a.pdf", "application/pdf", bytes(range(256)) * 9),))
    once, again = mail.as_message().as_bytes(), replace(mail).as_message().as_bytes()
    assert once == again
    assert once.isascii()
    assert b"\n" not in once.replace(b"\r\n", b"")


def test_another_delivery_has_another_id_and_the_same_the_same():
    assert message_id("run a, finance", "recon@nordlicht.example") == message_id(
        "run a, finance", "Recon <recon@nordlicht.example>"
    )
    assert message_id("run a, finance", "recon@nordlicht.example") != message_id("run b, finance", "recon@nordlicht.example")


def test_who_gets_it_unseen_stands_nowhere_in_it():
    mail = replace(MAIL, bcc=("audit@nordlicht.example",))
    assert b"audit" not in mail.as_message().as_bytes()
    assert list(mail.recipients) == ["anna@nordlicht.example", "ap@boehm.example", "audit@nordlicht.example"]


def test_ten_thousand_characters_break_no_line():
    long = "Ä<img src=x onerror=alert(1)>" * 350
    mail = replace(MAIL, subject=long, text=long + "\n", html=long + "\n")
    assert max(map(len, lines(mail))) <= 998
    assert read(mail)["Subject"] == long
    assert read(mail).get_body(("plain",)).get_content().splitlines() == [long]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_reaches_the_headers(text):
    mail = replace(MAIL, text=text)
    assert [name for name, _ in read(mail).items()] == [name for name, _ in read(MAIL).items()]
    assert max(map(len, lines(mail))) <= 998


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_a_subject_is_one_header_or_refused(subject):
    mail = replace(MAIL, subject=subject)
    if has_control(subject) or "=?" in subject:
        with pytest.raises(SendError, match=r"Subject is .*expected one line of plain text"):
            mail.as_message()
    else:
        assert [name for name, _ in read(mail).items()] == [name for name, _ in read(MAIL).items()]
        assert read(mail)["Subject"].strip() == subject.strip()


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120).filter(lambda name: "=?" not in name))
def test_a_plain_name_is_read_as_it_was_written(name):
    to = read(replace(MAIL, to=(f"{quoted(name)} <anna@nordlicht.example>", "cfo@nordlicht.example")))["To"]
    assert [(each.display_name, each.addr_spec) for each in to.addresses] == [
        (name.strip(), "anna@nordlicht.example"),
        ("", "cfo@nordlicht.example"),
    ]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120).filter(lambda name: "=?" not in name))
def test_a_name_of_any_letters_is_read_as_it_was_written(name):
    mail = replace(MAIL, to=(f"{quoted('Ä' + name + 'ß')} <anna@nordlicht.example>", "cfo@nordlicht.example"))
    assert [each.addr_spec for each in read(mail)["To"].addresses] == ["anna@nordlicht.example", "cfo@nordlicht.example"]
    header = message_from_bytes(mail.as_message().as_bytes())["To"]  # read by RFC 2047: the newer reader adds blanks in names
    assert str(make_header(decode_header(header))).startswith(f"Ä{name}ß ")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"subject": "a\r\nBcc: thief@evil.example"}, "Subject is .*one line"),
        ({"subject": "a\u2028b"}, "Subject is .*one line"),
        ({"to": ("a@b.example\r\nBcc: thief@evil.example",)}, "to is .*an address on one line"),
        ({"to": ("a@b.example, thief@evil.example",)}, "to is .*one address such as"),
        ({"to": ("a@b.example>\nRCPT TO:<thief@evil.example",)}, "to is .*on one line"),
        ({"cc": ("=?utf-8?q?a=0D=0ABcc?= <a@b.example>",)}, "cc is .*in plain text"),
        ({"subject": "=?utf-8?q?a=0D=0ABcc?="}, "Subject is .*one line of plain text"),
        ({"bcc": ("päul@b.example",)}, "bcc is .*the address itself in ASCII"),
        ({"to": ("anna@bücher.example",)}, 'its domain as "xn--'),
        ({"to": (f"{'x' * 65}@b.example",)}, "the part before @ of at most 64 characters, and these are 65"),
        ({"to": (f"{'x' * 10_000} <a@b.example>",)}, "a name of at most 200 characters, and these are 10000"),
        ({"to": ()}, "to is missing, expected at least one address"),
        ({"reply_to": ("nobody",)}, "reply_to is 'nobody', expected one address"),
        ({"sender": ""}, "from is '', expected one address"),
        ({"headers": (("Bcc", "thief@evil.example"), ("Content-Type", "text/html"))}, "headers is 'Content-Type'"),
        ({"headers": (("X-Run", "a\nBcc: b"),)}, "X-Run is .*one line"),
        ({"headers": (("X Run", "a"),)}, "headers is 'X Run'"),
        ({"message_id": "<a>\r\nBcc: x@y"}, "message_id is .*an id as"),
        ({"at": datetime(2026, 11, 3)}, "at is '2026-11-03 00:00:00', expected a time with its time zone"),
        ({"text": "\ud800"}, "text is 'broken', expected text that UTF-8 can write"),
        (
            {"attachments": (Attachment("../a.pdf", "application/pdf", b""),)},
            "attachment is '../a.pdf', expected a file's name",
        ),
        ({"attachments": (Attachment("a\r\nb.pdf", "application/pdf", b""),)}, "expected a file's name"),
        ({"attachments": (Attachment("ä" * 10_000, "application/pdf", b""),)}, "expected a file's name"),
        ({"attachments": (Attachment("a.pdf", "message/rfc822", b""),)}, "a type such as application/pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_mail_is_refused(wrong, told):
    with pytest.raises(SendError, match=told) as failed:
        replace(MAIL, **wrong).as_message()
    assert (failed.value.certain, failed.value.stage) == (True, "content")


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(SendError, match="Subject") as failed:
        replace(MAIL, subject="\n", to=("x", "y"), at=datetime(2026, 11, 3)).as_message()
    assert [fault.field for fault in failed.value.faults] == ["to", "to", "Subject", "at"]


@pytest.mark.parametrize(
    ("text", "name", "bare"),
    [
        ("cfo@example.com", "", "cfo@example.com"),
        (" <cfo@example.com> ", "", "cfo@example.com"),
        (r'"Anna \"AR\" Müller" <a.b+c@xn--bcher-kva.example>', 'Anna "AR" Müller', "a.b+c@xn--bcher-kva.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_an_address_is_read_with_its_name(text, name, bare):
    assert (mail_address(text).display_name, mail_address(text).addr_spec) == (name, bare)


@given(st.text('ab1@.<>", ;:\r\nü', max_size=14) | st.text(max_size=60))
def test_no_text_is_an_address_that_a_server_would_take_for_two(text):
    try:
        bare = mail_address(text).addr_spec
    except ValueError:
        return
    assert bare.count("@") == 1
    assert not set(bare) & set(' <>,;:\r\n"')


def test_at_is_the_caller_s_clock():
    assert read(replace(MAIL, at=datetime(2026, 1, 1, tzinfo=UTC)))["Date"].datetime == datetime(2026, 1, 1, tzinfo=UTC)
