"""An SFTP server in a folder of the test (asyncssh), which can be told to break off."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncssh

from tests.send.loop import serving


@dataclass
class Depot:
    """A folder, its server's key, and what the server does otherwise.

    Args:
        cut_after: bytes of a file after which the connection breaks.
        at_rename: "cut before", "cut after", or "unsupported".
    """

    root: object
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    cut_after: int | None = None
    at_rename: str = ""
    write_only: bool = False
    shrink: bool = False
    stall: bool = False
    synced: int = 0
    written: int = 0
    logins: list = field(default_factory=list)

    @property
    def fingerprint(self):
        return self.key.get_fingerprint()


def _files(depot):
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel):
            super().__init__(channel, chroot=str(depot.root).encode())

        def cut(self):
            self.connection.abort()

        def open(self, path, pflags, attrs):
            if depot.write_only and pflags & asyncssh.FXF_READ and not pflags & asyncssh.FXF_WRITE:
                raise asyncssh.SFTPPermissionDenied("write only")
            return super().open(path, pflags, attrs)

        async def write(self, file_obj, offset, data):
            depot.written += len(data)
            if depot.stall:
                await asyncio.sleep(3600)
            if depot.cut_after is not None and depot.written > depot.cut_after:
                self.cut()
                raise asyncssh.SFTPConnectionLost("cut")
            return super().write(file_obj, offset, data[:-1] if depot.shrink else data)

        def fsync(self, file_obj):
            depot.synced += 1
            return super().fsync(file_obj)

        def posix_rename(self, oldpath, newpath):
            if depot.at_rename == "unsupported":
                raise asyncssh.SFTPOpUnsupported("no such extension")
            if depot.at_rename == "cut before":
                self.cut()
                raise asyncssh.SFTPConnectionLost("cut")
            super().posix_rename(oldpath, newpath)
            if depot.at_rename == "cut after":
                self.cut()

    return Files


def _door(depot, password):
    class Door(asyncssh.SSHServer):
        def connection_made(self, conn):
            self.conn = conn

        def password_auth_supported(self):
            return password is not None

        def validate_password(self, username, given):
            depot.logins.append((username, given))
            return (username, given) == ("recon", password)

    return Door


@contextmanager
def sftp_server(depot, *, password="s3cret-word", client_key=None):
    """The port of a server for user "recon" with that password, or with that key of the user's."""
    allowed = asyncssh.import_authorized_keys(client_key.export_public_key().decode()) if client_key else None

    async def start():
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=_door(depot, password if not client_key else None), server_host_keys=[depot.key],
            sftp_factory=_files(depot), authorized_client_keys=allowed, allow_scp=False,
        )  # fmt: skip

    with serving(start) as port:
        yield port
