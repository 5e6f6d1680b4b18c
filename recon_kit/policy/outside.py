"""What a policy says of the world outside (servers, secrets, addresses, subjects), looked at as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Formatter

from recon_kit.errors import nearest
from recon_kit.policy.addresses import has_control, mail_address

Wrong = Iterator[tuple[str, object, str]]
"""What cannot be: key, what stands there, what should."""

_DAY = 24 * 60 * 60


def bad_server(host: str, port: int | None) -> Wrong:
    """A host's name or number, and its port."""
    if not re.fullmatch(r"[A-Za-z0-9_.:-]+", host) or host.startswith("-"):
        yield "host", host, "a server's name such as smtp.example.com, in ASCII and without a port"
    if port is not None and not 1 <= port <= 65535:
        yield "port", port, "a port from 1 to 65535"


def bad_seconds(key: str, seconds: float) -> Wrong:
    """A time to wait."""
    if not 0 < seconds <= _DAY:
        yield key, seconds, "seconds above 0 and up to a day"


def bad_secret(place: str | None) -> Wrong:
    """Where a secret is; a secret itself is refused, unseen."""
    if place is not None and not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:.+/[^/]+", place):
        yield "secret", place, 'the place of a secret, "env:NAME" or "keyring:service/name"; it does not itself stand in a file'


def bad_addresses(key: str, addresses: tuple[str, ...]) -> Wrong:
    """Mail addresses, each a list's entry of its own."""
    for address in addresses:
        try:
            mail_address(address)
        except ValueError as error:
            yield key, address, str(error)


def bad_subject(subject: str, known: Sequence[str]) -> Wrong:
    """A template of one line that names known fields only: no attributes, no formats."""
    only = f"only {', '.join('{' + name + '}' for name in known)} in braces"
    try:
        parts = [part[1:] for part in Formatter().parse(subject) if part[1] is not None]
    except ValueError as error:
        yield "subject", subject, f"{only} ({error})"
        return
    for name, form, conversion in parts:
        if name not in known or form or conversion:
            yield "subject", subject, f"{only}{nearest(str(name), known)}"
    if has_control(subject):
        yield "subject", subject, "a subject on one line"
