"""delivery.toml: who gets which report, over which server.

It stands apart from recon.toml, so that a new recipient does not change the policy's hash, under which closed months were made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from recon_kit.errors import nearest
from recon_kit.policy.addresses import has_control
from recon_kit.policy.outside import Wrong, bad_addresses, bad_seconds, bad_secret, bad_server, bad_subject
from recon_kit.policy.toml import parse

Audience = Literal["full", "internal", "external"]

_LOCAL = ("localhost", "127.0.0.1", "::1")
_SUBJECT = ("company", "period", "report")
_LONGEST_SUBJECT = 200
_UNWRITTEN = ': a password does not stand in a file; write secret = "env:NAME" or secret = "keyring:service/name"'
_ADVICE = dict.fromkeys(("password", "passwd", "pass", "token", "passphrase"), _UNWRITTEN)


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mails.

    Args:
        from_: the sender, with or without a name; `from` in the file.
        port: else the usual one: 587 for "starttls", 465 for "tls", 25 for "none".
        secret: where the password is: "env:NAME" or "keyring:service/name".
        ca_file: certificates of the authorities to trust instead of the system's.
        timeout: seconds for each step until the mail's text is handed over.
        answer_timeout: seconds that the server may take to say whether it took the mail; giving up early sends mails twice.
        max_megabytes: of a mail as it travels (a third larger than its attachments), in millions of bytes.
        insecure: without encryption to another machine.

    Source: RFC 5321 4.5.3.2.6 for the ten minutes of `answer_timeout`.
    """

    ADVICE: ClassVar[Mapping[str, str]] = _ADVICE

    host: str
    from_: str
    port: int | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    secret: str | None = None
    reply_to: tuple[str, ...] = ()
    ca_file: str | None = None
    timeout: float = 60.0
    answer_timeout: float = 600.0
    max_megabytes: float = 20.0
    insecure: bool = False

    @property
    def used_port(self) -> int:
        """The port that is written, else the usual one."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]

    def contradictions(self) -> Wrong:
        """What cannot be, as (key, what stands there, what should)."""
        yield from bad_server(self.host, self.port)
        yield from bad_secret(self.secret)
        yield from bad_addresses("from", (self.from_,))
        yield from bad_addresses("reply_to", self.reply_to)
        yield from bad_seconds("timeout", self.timeout)
        yield from bad_seconds("answer_timeout", self.answer_timeout)
        if not 0 < self.max_megabytes <= 1000:
            yield "max_megabytes", self.max_megabytes, "a number above 0 and up to 1000"
        if self.security == "none" and self.host not in _LOCAL and not self.insecure:
            told = '"starttls" or "tls", or `insecure = true` if all that is sent may be read on the way'
            yield "security", self.security, told
        if bool(self.user) != bool(self.secret):
            yield ("secret", None, "the place of the user's password") if self.user else ("user", None, "the secret's user")


@dataclass(frozen=True)
class MailTarget:
    """People who get reports by mail.

    Args:
        audience: how much they may see; to be said for each target.
        reports: names of reports; all where none is named.
        attach: what is attached; an HTML report is often held back by mail gateways.
        language: of text and attachments; the company's where none is said.
        subject: a text with {company}, {period} and {report} in it.
        share: how these readers reach the folder reports/ ("//server/finance/reports"); the mail then names each page there.
    """

    ADVICE: ClassVar[Mapping[str, str]] = _ADVICE

    kind: Literal["mail"]
    to: tuple[str, ...]
    audience: Audience
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    attach: tuple[Literal["pdf", "xlsx", "html"], ...] = ("xlsx",)
    language: Literal["de", "en"] | None = None
    subject: str = "{company} {period}: {report}"
    share: str | None = None

    def contradictions(self) -> Wrong:
        """What cannot be, as (key, what stands there, what should)."""
        if not self.to:
            yield "to", None, "at least one address"
        for key in ("to", "cc", "bcc"):
            yield from bad_addresses(key, getattr(self, key))
        yield from bad_subject(self.subject, _SUBJECT)
        if self.share is not None and (not self.share.strip() or has_control(self.share)):
            yield "share", self.share, "a folder or address on one line"

    def titled(self, company: str, period: str, report: str) -> str:
        """The subject of one mail: on one line, at most 200 characters."""
        told = " ".join(self.subject.format(company=company, period=period, report=report).split())
        return told if len(told) <= _LONGEST_SUBJECT else told[: _LONGEST_SUBJECT - 1] + "…"


@dataclass(frozen=True)
class SftpTarget:
    """A folder on another machine that gets the files of reports.

    Args:
        folder: absolute, or from where the server puts the user.
        audience, reports, language: as for a mail.
        files: which files of a report; "json" is its manifest.
        secret: where the password is; with `key_file`, the key's passphrase, or the password that is asked besides.
        host_key: fingerprints ("SHA256:...") of which the server has to show one.
        known_hosts: or a file of its keys as OpenSSH keeps it.
        create: make the folder if it is not there.
        timeout: seconds for each step, and for each megabyte.
    """

    ADVICE: ClassVar[Mapping[str, str]] = _ADVICE

    kind: Literal["sftp"]
    host: str
    user: str
    folder: str
    audience: Audience
    port: int = 22
    reports: tuple[str, ...] = ()
    files: tuple[Literal["html", "xlsx", "pdf", "json"], ...] = ("html", "xlsx")
    language: Literal["de", "en"] | None = None
    secret: str | None = None
    key_file: str | None = None
    host_key: tuple[str, ...] = ()
    known_hosts: str | None = None
    create: bool = False
    timeout: float = 60.0

    def contradictions(self) -> Wrong:
        """What cannot be, as (key, what stands there, what should)."""
        yield from bad_server(self.host, self.port)
        yield from bad_secret(self.secret)
        yield from bad_seconds("timeout", self.timeout)
        if not self.folder or ".." in self.folder.split("/") or "\\" in self.folder or has_control(self.folder):
            yield "folder", self.folder, "a folder with / between its parts and no .., such as /incoming/reports"
        if not self.secret and not self.key_file:
            yield "secret", None, "a secret or a key_file"
        if bool(self.host_key) == bool(self.known_hosts):
            found = "there beside known_hosts" if self.host_key else None
            yield "host_key", found, 'the fingerprint of the server\'s key ("SHA256:..."), or else a known_hosts file'
        for key in self.host_key:
            if not re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", key):
                yield "host_key", key, 'a fingerprint as `ssh-keygen -l` prints it: "SHA256:" and 43 characters'


@dataclass(frozen=True)
class Delivery:
    """Everything delivery.toml says; `Delivery()` sends nothing.

    Args:
        error_to: who is told when a close fails: addresses, or names of mail targets.
        reports: reports of one's own, as they stand there; who runs them reads them.
    """

    mail: MailServer | None = None
    targets: dict[str, MailTarget | SftpTarget] = field(default_factory=dict)
    error_to: tuple[str, ...] = ()
    reports: tuple[dict[str, Any], ...] = ()

    @property
    def error_addresses(self) -> tuple[str, ...]:
        """Addresses that are told of a failure: those of `error_to`, and the `to` of targets it names."""
        found: dict[str, None] = {}
        for entry in self.error_to:
            target = self.targets.get(entry)
            found |= dict.fromkeys(target.to if isinstance(target, MailTarget) else (entry,))
        return tuple(found)

    def contradictions(self) -> Wrong:
        """What cannot be, as (key, what stands there, what should)."""
        people = [name for name, target in self.targets.items() if isinstance(target, MailTarget)]
        for name in self.targets:
            if not re.fullmatch(r"[\w-]{1,64}", name):
                yield "targets", name, "a target's name of letters, digits, - and _"
        for entry in self.error_to:
            if "@" in entry:
                yield from bad_addresses("error_to", (entry,))
            elif entry not in people:
                yield "error_to", entry, f"an address or the name of a mail target{nearest(entry, people)}"
        if self.mail is None and (people or self.error_to):
            yield "mail", None, "a table [mail] with host and from, for mails are to be sent"


def load_delivery(folder: Path) -> Delivery:
    """What a workspace folder's delivery.toml says, with paths from that folder; `Delivery()` where there is none.

    Raises:
        PolicyError: naming every wrong key (with the nearest right one) and value with its line.
    """
    file = folder / "delivery.toml"
    if not file.is_file():
        return Delivery()
    read = parse(Delivery, file.read_text("utf-8-sig"), "delivery.toml")
    mail = read.mail and replace(read.mail, ca_file=_found(folder, read.mail.ca_file))
    return replace(read, mail=mail, targets={name: _settled(folder, target) for name, target in read.targets.items()})


def _settled(folder: Path, target: MailTarget | SftpTarget) -> MailTarget | SftpTarget:
    if isinstance(target, MailTarget):
        return target
    return replace(target, key_file=_found(folder, target.key_file), known_hosts=_found(folder, target.known_hosts))


def _found(folder: Path, name: str | None) -> str | None:
    return None if name is None else str(folder / Path(name).expanduser())
