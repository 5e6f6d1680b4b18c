"""Mail servers: a real one (aiosmtpd) that can be told to misbehave, and one that answers by heart."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult

from tests.send.loop import serving


@dataclass
class Inbox:
    """What arrived, and what the server does otherwise.

    Args:
        refuse: addresses that do not exist.
        after_data: "drop" the connection when the mail is there, or answer with another text.
    """

    refuse: tuple[str, ...] = ()
    after_data: str = "250 2.0.0 queued as 4F2A"
    mails: list = field(default_factory=list)
    logins: list = field(default_factory=list)
    greeted: list = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        self.greeted.append(session.host_name)
        if self.after_data.startswith(("250", "drop")):
            self.mails.append(envelope)
        if self.after_data == "drop":
            server.transport.abort()
            return "421 4.3.0 gone"
        return self.after_data

    def log_in(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (b"recon", b"s3cret-word"), handled=False)


@contextmanager
def mail_server(inbox, *, tls=None, at_once=False, auth=False, **options):
    """The port of a server; `tls` is its context, used from the first byte if `at_once`, else by STARTTLS."""
    told = {"authenticator": inbox.log_in, "auth_required": True, "auth_require_tls": tls is not None} if auth else {}
    told |= {"tls_context": tls, "require_starttls": True} if tls and not at_once else {}
    if at_once:
        told |= {"auth_require_tls": False}

    def talk(loop):
        with warnings.catch_warnings():  # it warns of log-ins without STARTTLS, also where TLS is there from the first byte
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(inbox, hostname="localhost", loop=loop, **told, **options)

    async def start():
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: talk(loop), "127.0.0.1", 0, ssl=tls if at_once else None)

    with serving(start) as port:
        yield port


@contextmanager
def parrot(*answers: str, greeting: str = "220 parrot"):
    """A server that gives these answers one after the other, whatever it hears; "drop" breaks off, "wait" is silence.

    After 354 it hears the whole text before it goes on, except where it drops at once ("354 drop").
    """

    async def talk(reader, writer):
        writer.write(greeting.encode() + b"\r\n")
        for answer in answers:
            heard = await reader.readuntil(b"\r\n")
            assert heard
            if answer == "wait":
                await asyncio.sleep(3600)
            if answer.endswith("drop"):
                if code := answer.removesuffix("drop").strip():
                    writer.write(code.encode() + b" go on\r\n")
                    await writer.drain()
                writer.transport.abort()
                return
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
            if answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r")
        await reader.read()

    async def start():
        return await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**24)

    with serving(start) as port:
        yield port


def server_context(authority, *names: str) -> ssl.SSLContext:
    """A context with a certificate of that authority for these names."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context
