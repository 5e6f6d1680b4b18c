"""A private PostgreSQL for the tests: found, started in a temporary folder, stopped in the end; never skipped."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTINGS = "fsync=off synchronous_commit=on full_page_writes=off max_connections=60 shared_buffers=64MB listen_addresses="


@contextmanager
def postgresql() -> Iterator[str]:
    """URL of a fresh database `recon` on a unix socket of its own; fsync is off, for no test cuts the power.

    Raises:
        RuntimeError: PostgreSQL is not installed, or does not start (with what it says).
    """
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="recon-pg-", ignore_cleanup_errors=True) as folder:
        data, log = Path(folder) / "data", Path(folder) / "log"
        runner = _unprivileged(Path(folder))
        _run(
            [*runner, str(binaries / "initdb"), "-D", str(data), "-U", "recon", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        )
        options = " ".join(f"-c {setting}" for setting in [*_SETTINGS.split(), f"unix_socket_directories={folder}"])
        control = [*runner, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
        try:
            _run([*control, "-l", str(log), "-o", options, "start"])
        except RuntimeError as error:
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{error}\n{said}") from error
        try:
            yield f"postgresql+psycopg://recon@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _binaries() -> Path:
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    places += [Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    candidates = [Path(found).resolve().parent] if found else [path for path in places if (path / "initdb").exists()]
    if not candidates:
        raise RuntimeError("PostgreSQL is not installed: `make system` installs Debian's, or put initdb and pg_ctl on PATH")
    return candidates[-1]


def _unprivileged(folder: Path) -> list[str]:
    """The server refuses to run as root: then hand it the folder and run it as another user."""
    if os.geteuid() != 0:
        return []
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    if setpriv := shutil.which("setpriv"):
        return [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["runuser", "-u", user, "--"]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={**os.environ, "LC_ALL": "C"}, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")
