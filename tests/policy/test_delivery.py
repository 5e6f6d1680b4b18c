"""delivery.toml: who gets what, and everything that is wrong with it at once, with its line."""

import re

import pytest

from recon_kit.errors import PolicyError
from recon_kit.policy import Delivery, MailTarget, SftpTarget, load_delivery, policy_hash, policy_text

KEY = "SHA256:" + "A" * 43
GOOD = f"""
error_to = ["it@nordlicht.example", "finance"]
[mail]
host = "smtp.nordlicht.example"
user = "recon"
from = "Recon <recon@nordlicht.example>"
secret = "env:RECON_SMTP"
ca_file = "ca.pem"
[targets.finance]
kind = "mail"
to = ["Anna Müller <anna@nordlicht.example>", "cfo@nordlicht.example"]
audience = "internal"
reports = ["reconciliation"]
attach = ["pdf", "xlsx"]
subject = "[{{company}}] {{report}} {{period}}"
[targets.auditor]
kind = "sftp"
host = "sftp.auditor.example"
user = "nordlicht"
folder = "/incoming"
audience = "external"
key_file = "keys/auditor"
host_key = "{KEY}"
"""


def delivery(folder, text):
    (folder / "delivery.toml").write_text(text, encoding="utf-8")
    return load_delivery(folder)


def test_a_delivery_is_read(tmp_path):
    read = delivery(tmp_path, GOOD)
    finance, auditor = read.targets["finance"], read.targets["auditor"]
    assert isinstance(finance, MailTarget)
    assert isinstance(auditor, SftpTarget)
    assert (read.mail.from_, read.mail.used_port, read.mail.security) == ("Recon <recon@nordlicht.example>", 587, "starttls")
    assert (finance.attach, finance.audience, finance.language) == (("pdf", "xlsx"), "internal", None)
    assert (auditor.host_key, auditor.files, auditor.port) == ((KEY,), ("html", "xlsx"), 22)


def test_paths_start_at_the_workspace(tmp_path):
    read = delivery(tmp_path, GOOD.replace('"ca.pem"', '"/etc/ca.pem"'))
    assert read.targets["auditor"].key_file == str(tmp_path / "keys" / "auditor")
    assert read.mail.ca_file == "/etc/ca.pem"


def test_without_a_file_nothing_is_sent(tmp_path):
    assert load_delivery(tmp_path) == Delivery()


def test_a_failure_is_told_to_addresses_and_to_the_people_of_targets(tmp_path):
    assert delivery(tmp_path, GOOD).error_addresses == (
        "it@nordlicht.example",
        "Anna Müller <anna@nordlicht.example>",
        "cfo@nordlicht.example",
    )


def test_reports_of_one_s_own_are_left_to_who_runs_them(tmp_path):
    read = delivery(tmp_path, '[[reports]]\nname = "weekly"\nnotebook = "weekly.ipynb"\n[reports.parameters]\ntop = 10\n')
    assert read.reports == ({"name": "weekly", "notebook": "weekly.ipynb", "parameters": {"top": 10}},)


def test_a_new_recipient_leaves_the_policy_as_it_was(tmp_path):
    (tmp_path / "recon.toml").write_text("")
    before = policy_hash(policy_text(tmp_path))
    delivery(tmp_path, GOOD)
    assert policy_hash(policy_text(tmp_path)) == before


def test_a_subject_is_filled_on_one_line_and_cut(tmp_path):
    finance = delivery(tmp_path, GOOD).targets["finance"]
    assert finance.titled("Nordlicht {x}\r\nBcc: a", "2026-10", "Abstimmung") == "[Nordlicht {x} Bcc: a] Abstimmung 2026-10"
    long = finance.titled("N" * 10_000, "2026-10", "Abstimmung")
    assert (len(long), long[-2:]) == (200, "N…")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (('host = "smtp', 'hots = "smtp'), r"delivery.toml:4: expected no key 'mail.hots' \(did you mean 'host'\?\)"),
        (("[mail]", "[mial]"), r"delivery.toml:3: expected no key 'mial' \(did you mean 'mail'\?\)"),
        (('kind = "sftp"', 'kind = "stfp"'), r"delivery.toml:17: targets.auditor.kind is 'stfp', .*did you mean 'sftp'"),
        (('kind = "sftp"\n', ""), r"delivery.toml:16: targets.auditor.kind is missing, expected one of mail, sftp"),
        (
            ('audience = "internal"\n', ""),
            "delivery.toml:9: targets.finance.audience is missing, expected one of full, internal, ext",
        ),
        (
            ('attach = ["pdf", "xlsx"]', 'attach = ["pfd"]'),
            r"delivery.toml:14: targets.finance.attach.0 is 'pfd'.*did you mean 'pdf'",
        ),
        (
            ('"cfo@nordlicht.example"', '"cfo.nordlicht.example"'),
            "delivery.toml:11: targets.finance.to is 'cfo.nord.*one address such",
        ),
        (('"cfo@nordlicht.example"', r'"cfo@n.example\r\nBcc: x@y"'), "targets.finance.to is .*an address on one line"),
        (
            ('to = ["Anna Müller <anna@nordlicht.example>", "cfo@nordlicht.example"]', "to = []"),
            "finance.to is missing, expected at",
        ),
        (
            ("{report}", "{reprot}"),
            r"delivery.toml:15: .*only \{company\}, \{period\}, \{report\} in braces \(did you mean 'report'",
        ),
        (("{report}", "{report.__class__}"), "delivery.toml:15: targets.finance.subject is"),
        (("{report}", "{report!r}"), "delivery.toml:15: targets.finance.subject is"),
        (("{report}", "{report:>9}"), "delivery.toml:15: targets.finance.subject is"),
        (("{report}", "{}"), "delivery.toml:15: targets.finance.subject is"),
        (("{report}", "{report"), "delivery.toml:15: targets.finance.subject is"),
        (
            ('attach = ["pdf", "xlsx"]', 'share = " "'),
            "delivery.toml:14: targets.finance.share is ' ', expected a folder or address on one line",
        ),
        (('user = "recon"\n', ""), "delivery.toml:3: mail.user is missing, expected the secret's user"),
        (
            ('secret = "env:RECON_SMTP"\n', ""),
            "delivery.toml:3: mail.secret is missing, expected the place of the user's password",
        ),
        (
            ('host = "smtp.nordlicht.example"', 'host = "smtp.nordlicht.example:25"\nport = 99999'),
            "mail.port is '99999', expected a port",
        ),
        (('host = "smtp.nordlicht.example"', 'host = "smtps://x"'), "mail.host is 'smtps://x', expected a server's name"),
        (('ca_file = "ca.pem"', "timeout = 0"), "delivery.toml:8: mail.timeout is '0.0', expected seconds above 0"),
        (
            ('ca_file = "ca.pem"', "max_megabytes = -1"),
            "delivery.toml:8: mail.max_megabytes is '-1.0', expected a number above 0 and up to 1000",
        ),
        (
            ('ca_file = "ca.pem"', 'security = "none"'),
            'delivery.toml:8: mail.security is \'none\', expected "starttls" or "tls"',
        ),
        (
            ('ca_file = "ca.pem"', 'security = "ssl"'),
            "delivery.toml:8: mail.security is 'ssl', expected one of starttls, tls, none",
        ),
        (
            ('from = "Recon <recon@nordlicht.example>"', 'from = "Recon"'),
            "delivery.toml:6: mail.from is 'Recon', expected one address",
        ),
        ((f'host_key = "{KEY}"\n', ""), "delivery.toml:16: targets.auditor.host_key is missing, expected the fingerprint of"),
        ((f'"{KEY}"', '"MD5:aa:bb"'), "delivery.toml:23: targets.auditor.host_key is 'MD5:aa:bb', expected a fingerprint"),
        ((f'host_key = "{KEY}"', f'host_key = "{KEY}"\nknown_hosts = "k"'), "auditor.host_key is 'there beside known_hosts'"),
        (('key_file = "keys/auditor"\n', ""), "targets.auditor.secret is missing, expected a secret or a key_file"),
        (('folder = "/incoming"', 'folder = "in/../../etc"'), "delivery.toml:20: targets.auditor.folder is 'in/../../etc'"),
        (
            ('"it@nordlicht.example", "finance"', '"finnance"'),
            r"delivery.toml:2: error_to is 'finnance'.*did you mean 'finance'",
        ),
        (
            ('"it@nordlicht.example", "finance"', '"auditor"'),
            "delivery.toml:2: error_to is 'auditor', expected an address or the name",
        ),
        (("[targets.finance]", '[targets."a@b"]'), "targets is 'a@b', expected a target's name"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_named_with_line_and_nearest(tmp_path, wrong, told):
    text = GOOD.replace(*wrong)
    assert text != GOOD
    with pytest.raises(PolicyError, match=told):
        delivery(tmp_path, text)


def test_mails_need_a_server(tmp_path):
    with pytest.raises(PolicyError, match=r"mail is missing, expected a table \[mail\] with host and from"):
        delivery(tmp_path, 'error_to = ["it@nordlicht.example"]')


@pytest.mark.parametrize(
    "written",
    ['secret = "hunter2"', "secret = 4711", 'secret = ["hunter2"]', 'password = "hunter2"', 'secret = "env:hun-ter2"'],
)
def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(tmp_path, written):
    with pytest.raises(PolicyError, match=r'"env:NAME"|text') as failed:
        delivery(tmp_path, GOOD.replace('secret = "env:RECON_SMTP"', written))
    assert not re.search("hunter2|4711|hun-ter2", str(failed.value))
    assert [fault.line for fault in failed.value.faults] == [7]


@pytest.mark.parametrize("place", ["localhost", "127.0.0.1", "::1"])
def test_mail_may_go_unencrypted_on_this_machine(tmp_path, place):
    text = GOOD.replace("smtp.nordlicht.example", place).replace('ca_file = "ca.pem"', 'security = "none"')
    assert delivery(tmp_path, text).mail.used_port == 25


def test_mail_may_go_unencrypted_elsewhere_if_somebody_says_so(tmp_path):
    text = GOOD.replace('ca_file = "ca.pem"', 'security = "none"\ninsecure = true')
    assert delivery(tmp_path, text).mail.insecure


def test_every_fault_comes_at_once(tmp_path):
    text = GOOD.replace('host = "smtp.nordlicht.example"', 'host = "a b"').replace(KEY, "x").replace("audience", "audiense")
    with pytest.raises(PolicyError, match=r"mail.host") as failed:
        delivery(tmp_path, text)
    told = [(fault.line, fault.field) for fault in failed.value.faults]
    assert told == [
        (4, "mail.host"),
        (9, "targets.finance.audience"),
        (12, None),
        (16, "targets.auditor.audience"),
        (21, None),
    ]
