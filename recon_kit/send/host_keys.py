"""Whose keys a server may show: a server that shows another is not spoken to, whatever the reason."""

from __future__ import annotations

import asyncssh

from recon_kit.errors import Fault
from recon_kit.policy.delivery import SftpTarget


class HostKeys:
    """The keys that are pinned for a server, and the one that it showed."""

    def __init__(self, server: SftpTarget) -> None:
        self._pinned = server.host_key
        self._file = server.known_hosts
        self._shown: asyncssh.SSHKey | None = None
        self.known = asyncssh.read_known_hosts(self._file) if self._file else asyncssh.import_known_hosts("")
        if self._file:
            port = server.port if server.port != asyncssh.DEFAULT_PORT else None
            keys = self.known.match(server.host, "", port)[0]
            self._pinned = tuple(key.get_fingerprint() for key in keys)

    def client(self) -> asyncssh.SSHClient:
        """What asyncssh asks about a key that is in no list."""
        return _Client(self)

    def takes(self, key: asyncssh.SSHKey) -> bool:
        """Whether the server may show this key; keys of a known_hosts file were looked up before."""
        self._shown = key
        return self._file is None and key.get_fingerprint() in self._pinned

    def fault(self) -> Fault:
        """Both fingerprints, so that a person can compare them with what the server's owner says."""
        shown = f"{self._shown.get_fingerprint()} ({self._shown.get_algorithm()})" if self._shown else "none that can be read"
        wanted = " or ".join(self._pinned) or f"a key that {self._file} knows for this server; it knows none"
        told = f"{wanted}; it is another server, or its owner changed the key: ask, and write the new one down"
        return Fault(told, None, "the server's key", shown)


class _Client(asyncssh.SSHClient):
    def __init__(self, keys: HostKeys) -> None:
        self._keys = keys

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        return self._keys.takes(key)
