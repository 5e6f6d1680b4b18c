"""One mail over SMTP, step by step: at each step it is known whether the server can have taken it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from recon_kit import durable
from recon_kit.errors import Fault
from recon_kit.policy.addresses import mail_address
from recon_kit.policy.delivery import MailServer
from recon_kit.send.mail import Mail
from recon_kit.send.outcome import Receipt, Refused, SendError, SentFile, Stage
from recon_kit.send.secrets import Secret

_CHUNK = 64 * 1024
_LAST_WORD = b".\r\n"
_MEGABYTE = 1_000_000
_SHOWN = 500


def deliver_mail(server: MailServer, secret: Secret | None, mail: Mail) -> Receipt:
    """What the server took, in its own words, and which addresses it refused.

    A mail that some addresses are refused for goes to the others. What fails after the server took it (its farewell) changes
    nothing.

    Raises:
        SendError: nobody gets the mail (`certain`), or the connection broke between its last word and the server's answer.

    Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 1870 (SIZE), RFC 4954 (AUTH).
    """
    content = mail.as_message().as_bytes()
    _fits(server, mail, len(content))
    talk = _Talk(server, secret)
    with talk.connected() as smtp:
        talk.log_in(smtp)
        refused = talk.name_recipients(smtp, mail, len(content))
        answer = talk.hand_over(smtp, content)
    return Receipt(
        kind="mail",
        target=talk.place,
        answer=answer,
        message_id=mail.message_id,
        accepted=tuple(given for bare, given in mail.recipients.items() if bare not in refused),
        refused=tuple(Refused(given, refused[bare]) for bare, given in mail.recipients.items() if bare in refused),
        files=tuple(SentFile.of(file.name, file.content) for file in mail.attachments),
    )


@dataclass
class _Talk:
    """The talk with one server; `stage` says how far it came."""

    server: MailServer
    secret: Secret | None
    stage: Stage = "connect"

    @property
    def place(self) -> str:
        return f"{self.server.host}:{self.server.used_port}"

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """A connection whose every failure says how far it came."""
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._open()
            yield smtp
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(self.place, [self._fault(error)], self.stage, certain=self.stage != "answer") from error
        finally:
            if smtp:
                smtp.close()

    def _open(self) -> smtplib.SMTP:
        server, us = self.server, mail_address(self.server.from_).domain
        context = self._context()
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.used_port, us, timeout=server.timeout, context=context)
        smtp = smtplib.SMTP(server.host, server.used_port, us, timeout=server.timeout)
        if server.security == "starttls":
            try:
                smtp.starttls(context=context)
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.server.ca_file)
        except OSError as error:
            fault = Fault(f"a file of certificates ({type(error).__name__})", None, "ca_file", self.server.ca_file)
            raise SendError(self.place, [fault], self.stage) from error

    def log_in(self, smtp: smtplib.SMTP) -> None:
        """Say who we are, where the server wants to know."""
        self.stage = "login"
        smtp.ehlo_or_helo_if_needed()
        if self.server.user:
            if self.secret is None:
                raise SendError(self.place, [Fault("the secret of that user", field=self.server.user)], self.stage)
            if not (self.server.user + self.secret.value).isascii():
                told = "a user and a password in ASCII, for that is what servers agree on"
                raise SendError(self.place, [Fault(told, field=self.secret.place, found="other")], self.stage)
            smtp.login(self.server.user, self.secret.value)

    def name_recipients(self, smtp: smtplib.SMTP, mail: Mail, size: int) -> dict[str, str]:
        """Addresses that the server refuses, bare, with what it says; at least one is not."""
        self.stage = "recipients"
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise SendError(self.place, [_too_large(mail, size, int(limit), "this server takes")], self.stage)
        self._expect(smtp.mail(mail_address(mail.sender).addr_spec, [f"size={size}"] if limit else []))
        refused = {}
        for address in mail.recipients:
            code, answer = smtp.rcpt(address)
            if code == 421:
                self._expect((code, answer))
            if code not in (250, 251):
                refused[address] = self._words(code, answer)
        if len(refused) == len(mail.recipients):
            faults = [Fault("an address that the server takes", field=address, found=said) for address, said in refused.items()]
            raise SendError(self.place, faults, self.stage)
        return refused

    def hand_over(self, smtp: smtplib.SMTP, content: bytes) -> str:
        """The server's answer to the mail's text. Up to the last word nothing is sent; from there on the answer decides."""
        self.stage = "text"
        self._expect(smtp.docmd("DATA"), 354)
        text = re.sub(rb"(?m)^\.", b"..", content)
        with durable.point("send.mail"):
            for start in range(0, len(text), _CHUNK):
                smtp.send(text[start : start + _CHUNK])
            assert smtp.sock is not None
            smtp.sock.settimeout(self.server.answer_timeout)
            self.stage = "answer"
            smtp.send(_LAST_WORD)
            code, answer = smtp.getreply()
            if 400 <= code < 600:
                self.stage = "text"
            return self._expect((code, answer))

    def _expect(self, reply: tuple[int, bytes], *codes: int) -> str:
        code, answer = reply
        if code not in (codes or range(200, 300)):
            raise smtplib.SMTPResponseException(code, answer)
        return self._words(code, answer)

    def _words(self, code: int, answer: bytes | str) -> str:
        """A server's words on one line, without what is secret."""
        text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
        said = " ".join(f"{code if code > 0 else ''} {text}".split())[:_SHOWN]
        return self.secret.hide(said) if self.secret else said

    def _fault(self, error: Exception) -> Fault:
        if isinstance(error, smtplib.SMTPAuthenticationError) and self.secret:
            said = self._words(error.smtp_code, error.smtp_error)
            return Fault(f"a user that may log in with the secret of {self.secret.place}", None, self.server.user, said)
        if isinstance(error, smtplib.SMTPResponseException):
            return Fault(_WANTED[self.stage], None, "the answer", self._words(error.smtp_code, error.smtp_error))
        if isinstance(error, ssl.SSLCertVerificationError):
            told = f"a certificate of {self.server.host} by an authority that is known here (ca_file names another)"
            return Fault(told, None, "the certificate", error.verify_message)
        return Fault(_WANTED[self.stage], None, "the connection", f"{type(error).__name__}: {error}")


_WANTED: dict[Stage, str] = {
    "connect": "a mail server there, with the security of [mail] (starttls, tls or none)",
    "login": "a server that lets us log in",
    "recipients": "a server that takes mail from this sender",
    "text": "a server that takes the whole mail; it did not, so nothing was sent",
    "answer": "the server's answer to the whole mail; without it nobody knows whether it was sent",
}


def _fits(server: MailServer, mail: Mail, size: int) -> None:
    limit = int(server.max_megabytes * _MEGABYTE)
    if size > limit:
        place = f"{server.host}:{server.used_port}"
        raise SendError(place, [_too_large(mail, size, limit, "max_megabytes allows")], "content")


def _too_large(mail: Mail, size: int, limit: int, who: str) -> Fault:
    files = ", ".join(f"{file.name} {len(file.content):,}" for file in mail.attachments)
    told = f"no more than the {limit:,} that {who}; leave out an attachment ({files or 'there is none'}) or send by SFTP"
    return Fault(told, None, "the mail", f"{size:,} bytes as it travels")
