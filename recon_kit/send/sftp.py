"""Files into a folder over SFTP: under another name until they are whole, to a server whose key is known beforehand."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import asyncssh

from recon_kit import durable
from recon_kit.errors import Fault
from recon_kit.policy.delivery import SftpTarget
from recon_kit.send.host_keys import HostKeys
from recon_kit.send.mail import plain_name
from recon_kit.send.outcome import Receipt, SendError, SentFile, Stage
from recon_kit.send.secrets import Secret

_MEGABYTE = 1_000_000
_ALIVE_SECONDS = 15.0
_LOST = (OSError, asyncssh.DisconnectError, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
"""The other side is gone without an answer; a timeout is an OSError."""


def deliver_files(server: SftpTarget, secret: Secret | None, files: Mapping[str, bytes]) -> Receipt:
    """The files as they lie in the folder now, each whole or not there under its name.

    A file goes up as `.name.part`, is forced to disk where the server can, its size is asked, and it gets its name in one step,
    also over an older file (a server without that step removes the older one first). One that is there with the same bytes is
    left alone, so a second delivery changes nothing.

    Args:
        files: contents by name, in the order in which they are sent.

    Raises:
        SendError: with `files` that had arrived; not `certain` only if the connection broke while a file got its name.

    Source: draft-ietf-secsh-filexfer-02 (SFTP 3); OpenSSH's PROTOCOL for posix-rename and fsync.
    """
    upload = _Upload(server, secret)
    if faults := list(_wrong_names(files)):
        raise SendError(upload.place, faults, "content")
    return _finished(upload.deliver(files))


def _finished(work: Coroutine[None, None, Receipt]) -> Receipt:
    """What it comes to; in a thread of its own where a loop runs already, as in notebooks."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@contextmanager
def _broken_off(connection: asyncssh.SSHClientConnection) -> Iterator[None]:
    """What fails is broken off: a server that went silent would not hear a farewell either."""
    try:
        yield
    except BaseException:
        connection.abort()
        raise


@dataclass
class _Upload:
    server: SftpTarget
    secret: Secret | None
    stage: Stage = "connect"
    done: list[SentFile] = field(default_factory=list)

    @property
    def place(self) -> str:
        server = self.server
        return f"sftp://{server.user}@{server.host}:{server.port}/{server.folder.lstrip('/')}"

    async def deliver(self, files: Mapping[str, bytes]) -> Receipt:
        greeting = ""
        try:
            keys = HostKeys(self.server)
            async with await self._connect(keys) as connection:
                greeting = str(connection.get_extra_info("server_version"))
                with _broken_off(connection):
                    sftp = await self._enter(connection)
                    for name, content in files.items():
                        self.done.append(await self._put(sftp, name, content))
        except asyncssh.HostKeyNotVerifiable as error:
            raise SendError(self.place, [keys.fault()], "connect") from error
        except (OSError, asyncssh.Error, ValueError) as error:
            if len(self.done) < len(files):
                raise self._failed(error) from error
        return Receipt(kind="sftp", target=self.place, answer=greeting, files=tuple(self.done))

    async def _connect(self, keys: HostKeys) -> asyncssh.SSHClientConnection:
        """A connection by delivery.toml alone: no agent, no ~/.ssh, no other way to log in than what is written there."""
        server = self.server
        own_keys, password = self._credentials()
        return await asyncssh.connect(
            server.host, server.port, config=None, username=server.user, password=password, client_keys=own_keys,
            known_hosts=keys.known, client_factory=keys.client, agent_path=None, x509_trusted_certs=None,
            gss_host=None, gss_kex=False, gss_auth=False, host_based_auth=False,
            connect_timeout=server.timeout, login_timeout=server.timeout, keepalive_interval=_ALIVE_SECONDS,
        )  # fmt: skip

    def _credentials(self) -> tuple[list[asyncssh.SSHKey] | None, str | None]:
        """Our key and our password. The secret opens the key; of a key that needs none it is the password besides."""
        file, secret = self.server.key_file, self.secret.value if self.secret else None
        if file is None:
            return None, secret
        try:
            return [asyncssh.read_private_key(file)], secret
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            if secret is None:
                raise
        return [asyncssh.read_private_key(file, secret)], None

    async def _enter(self, connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
        self.stage = "folder"
        async with self._in_time():
            sftp = await connection.start_sftp_client()
            if self.server.create:
                await sftp.makedirs(self.server.folder, exist_ok=True)
            if not await sftp.isdir(self.server.folder):
                raise asyncssh.SFTPNoSuchFile("there is no such folder; `create = true` makes it")
        return sftp

    async def _put(self, sftp: asyncssh.SFTPClient, name: str, content: bytes) -> SentFile:
        self.stage = "upload"
        target, part = self._path(name), self._path(f".{name}.part")
        there = await self._there(sftp, target, len(content))
        if there == hashlib.sha256(content).hexdigest():
            return SentFile.of(name, content, "there already")
        await self._write(sftp, part, content)
        self.stage = "rename"
        await self._rename(sftp, part, target, replacing=there is not None)
        return SentFile.of(name, content, "sent" if there is None else "replaced")

    def _path(self, name: str) -> str:
        return str(PurePosixPath(self.server.folder, name))

    async def _there(self, sftp: asyncssh.SFTPClient, path: str, size: int) -> str | None:
        """The sha256 of the file that has the name already; "" if its size differs or it may not be read, None without one."""
        found = hashlib.sha256()
        try:
            async with self._in_time():
                if (await sftp.stat(path)).size != size:
                    return ""
                file = await sftp.open(path, "rb")
            for start in range(0, size, _MEGABYTE):
                async with self._in_time():
                    found.update(_as_bytes(await file.read(_MEGABYTE, start)))
            async with self._in_time():
                await file.close()
        except asyncssh.SFTPNoSuchFile:
            return None
        except asyncssh.SFTPPermissionDenied:
            return ""
        return found.hexdigest()

    async def _write(self, sftp: asyncssh.SFTPClient, part: str, content: bytes) -> None:
        """The bytes under a name of their own. A file that failed is not closed: a server gone silent would not answer."""
        async with self._in_time():
            file = await sftp.open(part, "wb")
        for start in range(0, len(content), _MEGABYTE):
            async with self._in_time():
                await file.write(content[start : start + _MEGABYTE], start)
        async with self._in_time():
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
            await file.close()
            size = (await sftp.stat(part)).size
        if size != len(content):
            raise asyncssh.SFTPFailure(f"{part} has {size} of {len(content)} bytes")

    def _in_time(self) -> asyncio.Timeout:
        return asyncio.timeout(self.server.timeout)

    async def _rename(self, sftp: asyncssh.SFTPClient, part: str, target: str, *, replacing: bool) -> None:
        async with self._in_time():
            with durable.point("send.file"):
                try:
                    await sftp.posix_rename(part, target)
                except asyncssh.SFTPOpUnsupported:
                    if replacing:
                        await sftp.remove(target)
                    await sftp.rename(part, target)

    def _failed(self, error: Exception) -> SendError:
        stage: Stage = "login" if isinstance(error, asyncssh.PermissionDenied) else self.stage
        certain = stage != "rename" or not isinstance(error, _LOST)
        said = f"{type(error).__name__}: {error}"
        fault = Fault(_WANTED[stage], None, "the answer", self.secret.hide(said) if self.secret else said)
        return SendError(self.place, [fault], stage, certain=certain, files=tuple(self.done))


_WANTED: dict[Stage, str] = {
    "connect": "an SFTP server there, and a key_file and known_hosts that can be read",
    "login": "a log-in that the server takes",
    "folder": "a folder to put files into",
    "upload": "a file that goes up whole; what had not, has no name yet",
    "rename": "a file that gets its name in one step",
}


def _as_bytes(read: bytes | str) -> bytes:
    """What a file opened for bytes gives."""
    assert isinstance(read, bytes)
    return read


def _wrong_names(files: Mapping[str, bytes]) -> Iterator[Fault]:
    if not files:
        yield Fault("at least one file", field="file")
    folded = [unicodedata.normalize("NFC", name).casefold() for name in files]
    for name, same in zip(files, folded, strict=True):
        if not plain_name(f".{name}.part") or not plain_name(name):
            yield Fault("a file's name without folders and control characters, not too long", field="file", found=name)
        elif folded.count(same) > 1:
            yield Fault("names that differ by more than case", field="file", found=name)
