"""Secrets are fetched where they are used, from the environment or the system's keyring, and are never shown."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from recon_kit.errors import Fault
from recon_kit.send.outcome import SendError


@dataclass(frozen=True)
class Secret:
    """A secret with the place it came from; printed, it shows the place only."""

    place: str
    value: str = field(repr=False)

    def hide(self, text: str) -> str:
        """A text without the secret, should somebody else have written it there."""
        return text.replace(self.value, "(secret)")


def secret(place: str) -> Secret:
    """The secret at "env:NAME" or "keyring:service/name".

    Raises:
        SendError: it is not there, empty, or this machine has no keyring; the message names the place.
    """
    kind, _, name = place.partition(":")
    service, _, user = name.rpartition("/")
    if kind == "env" and name:
        value, told = os.environ.get(name), f"the variable {name} set and not empty"
    elif kind == "keyring" and service and user:
        value, told = _of_keyring(place, service, user), f"a secret; `keyring set {service} {user}` puts it there"
    else:
        raise SendError("secret", ['a place "env:NAME" or "keyring:service/name"'], "secret")
    if not value:
        raise SendError("secret", [Fault(told, field=place)], "secret")
    return Secret(place, value)


def _of_keyring(place: str, service: str, user: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        told = "the package keyring (`pip install recon-kit[keyring]`), or the secret in env:NAME"
        raise SendError("secret", [Fault(told, field=place)], "secret") from error
    try:
        return keyring.get_password(service, user)
    except (KeyringError, OSError, RuntimeError) as error:
        told = f"an open keyring ({type(error).__name__}); on a machine without a desktop put the secret in env:NAME"
        raise SendError("secret", [Fault(told, field=place)], "secret") from error
