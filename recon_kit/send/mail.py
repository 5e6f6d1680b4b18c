"""A mail as data: the same values give the same bytes, so that a receiver can tell a second copy from a second mail."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from recon_kit.errors import Fault
from recon_kit.policy.addresses import has_control, mail_address
from recon_kit.send.headers import WIRE
from recon_kit.send.outcome import SendError

_OURS = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "auto-submitted", "mime-version", "sender"}
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `mime` such as "application/pdf"."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail, all of it; the clock and the identity are the caller's.

    Args:
        sender, to, cc, bcc, reply_to: addresses, with or without names. `bcc` gets the mail and stands nowhere in it.
        text: the mail itself; `html` the same for those who look at pages.
        at: when it is written, with its time zone.
        message_id: of the delivery, by `message_id`: the same again for the same delivery.
        headers: others, as (name, text).
    """

    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    at: datetime
    message_id: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def recipients(self) -> dict[str, str]:
        """Each address that gets it once, bare, with how it was given."""
        found: dict[str, str] = {}
        for given in (*self.to, *self.cc, *self.bcc):
            address = mail_address(given)
            found.setdefault(f"{address.username}@{address.domain.lower()}", given)
        return found

    def as_message(self) -> EmailMessage:
        """The mail as it travels, without `bcc`; equal mails are equal byte for byte.

        Raises:
            SendError: a header with a line break, no or a wrong address, a file without a plain name: everything at once.

        Source: RFC 5322 (mail), RFC 2046 (parts), RFC 2231 (names of files), RFC 3834 (Auto-Submitted).
        """
        if faults := list(self._faults()):
            raise SendError("mail", faults, "content")
        message = EmailMessage(policy=WIRE)
        for name, value in self._headers():
            message[name] = value
        message.set_content(self.text, charset="utf-8")
        if self.html is not None:
            message.add_alternative(self.html, subtype="html", charset="utf-8")
        for file in self.attachments:
            maintype, _, subtype = file.mime.partition("/")
            message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
        self._set_boundaries(message)
        return message

    def _headers(self) -> Iterator[tuple[str, object]]:
        yield "From", mail_address(self.sender)
        for name, given in (("To", self.to), ("Cc", self.cc), ("Reply-To", self.reply_to)):
            if given:
                yield name, tuple(mail_address(address) for address in given)
        yield "Subject", self.subject
        yield "Date", self.at
        yield "Message-ID", self.message_id
        yield "Auto-Submitted", "auto-generated"
        yield from self.headers

    def _set_boundaries(self, message: EmailMessage) -> None:
        """Between parts stands a line that no part holds: "=_" is in neither encoding (RFC 2045 6.7), the rest is a hash."""
        for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
            part.set_boundary("=_" + hashlib.sha256(f"{self.message_id} {number}".encode()).hexdigest()[:32])

    def _faults(self) -> Iterator[Fault]:
        yield from self._wrong_addresses()
        yield from self._wrong_headers()
        for what, text in (("text", self.text), ("html", self.html or "")):
            if re.search(r"[\ud800-\udfff]", text):
                yield Fault("text that UTF-8 can write: there are halves of characters in it", field=what, found="broken")
        for file in self.attachments:
            if not plain_name(file.name):
                yield Fault("a file's name without folders and control characters", field="attachment", found=file.name)
            if not re.fullmatch(r"(application|image|text)/[a-z0-9.+-]+", file.mime):
                yield Fault("a type such as application/pdf", field="attachment", found=file.mime)

    def _wrong_addresses(self) -> Iterator[Fault]:
        given = {"from": (self.sender,), "to": self.to, "cc": self.cc, "bcc": self.bcc, "reply_to": self.reply_to}
        if not self.to:
            yield Fault("at least one address", field="to")
        for field, addresses in given.items():
            for address in addresses:
                try:
                    mail_address(address)
                except ValueError as error:
                    yield Fault(str(error), field=field, found=address)

    def _wrong_headers(self) -> Iterator[Fault]:
        for name, value in (("Subject", self.subject), *self.headers):
            if has_control(value) or "=?" in value:
                yield Fault("one line of plain text without control characters", field=name, found=value)
        for name, _ in self.headers:
            if name.lower() in _OURS or name.lower().startswith("content-") or not re.fullmatch(r"[A-Za-z0-9-]+", name):
                yield Fault("a header besides those that a mail has anyway", field="headers", found=name)
        if not re.fullmatch(r"<[A-Za-z0-9.=_-]+@[A-Za-z0-9.-]+>", self.message_id):
            yield Fault('an id as "<...@...>"', field="message_id", found=self.message_id)
        if self.at.tzinfo is None:
            yield Fault("a time with its time zone", field="at", found=str(self.at))


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a delivery: a hash of what makes it one, at the sender's domain.

    >>> message_id("run 1a2b, finance, aging, internal", "Recon <recon@example.com>")
    '<925e7d68bbc40801118bb6030449c273@example.com>'
    """
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{mail_address(sender).domain}>"


def plain_name(name: str) -> bool:
    """Whether a name is that of one file in a folder: no folders, no control characters, no more than file systems take."""
    return (
        name not in ("", ".", "..")
        and not has_control(name)
        and not set(name) & set("/\\")
        and len(name.encode()) <= _LONGEST_NAME
    )
