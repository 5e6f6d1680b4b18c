"""Where something becomes lasting: every commit, rename and send has a name here, so that tests can kill the process there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from recon_kit.errors import ReconError

When = Literal["before", "after"]

POINTS = {
    "store.create": "commit of a new store's schema",
    "store.migrate": "commit of one numbered migration",
    "store.write": "commit of one journal entry with its rows",
    "store.backup": "rename of a finished copy of the store into place",
    "store.restore": "rename of a verified copy to the place of the store",
    "sources.keep": "rename of a taken-in file to sources/<sha256>",
    "cut.write": "rename of a finished run folder into its period",
    "booking.keep": "rename of a batch's files, or of one that was lost, into place",
    "failed.keep": "rename of a run whose notebook failed, kept as evidence",
    "view.write": "rename of a finished view of a run into place",
    "deliveries.copy": "rename of a period's deliveries.json, a copy of what the journal says, into place",
    "current.point": "rename of current.json onto the newest good run",
    "evidence.write": "rename of a finished evidence zip into place",
    "index.write": "rename of the page over all periods into place",
    "model.keep": "rename of a trained model, and of the list of models, into place",
    "workspace.create": "rename of a new workspace's recon.toml into place",
    "send.mail": "text of a mail with its last word, after which the mail is the server's, and the server's answer",
    "send.file": "rename of a file that was uploaded whole to its name at the recipient's",
}
"""Every commit, rename and send of the package by name; `recon_kit` calls none of them but through this module."""

_watchers: list[Callable[[str, When], None]] = []


def watch(watcher: Callable[[str, When], None]) -> Callable[[], None]:
    """Call `watcher(point, when)` before and after each lasting act; returns a function that ends the watch."""
    _watchers.append(watcher)
    return lambda: _watchers.remove(watcher)


@contextmanager
def point(name: str) -> Iterator[None]:
    """Wrap one lasting act; `name` stands in `POINTS`."""
    if name not in POINTS:
        raise ReconError(f"{name!r} is no named point of durability")
    _tell(name, "before")
    yield
    _tell(name, "after")


def _tell(name: str, when: When) -> None:
    for watcher in list(_watchers):
        watcher(name, when)


def commit(connection: Any, name: str) -> None:
    """Commit a database connection at a named point."""
    with point(name):
        connection.commit()


def rename(built: Path, target: Path, name: str) -> None:
    """Put a finished file or folder in place in one step: its bytes are on disk before its name is.

    A file replaces what stands there; a folder needs the place free.
    """
    _sync(built)
    with point(name):
        built.replace(target)
        _sync_folder(target.parent)


def write_file(target: Path, content: bytes, name: str) -> None:
    """Write a whole file aside, then rename it into place: readers see the old one or the new one, never half."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    aside.parent.mkdir(parents=True, exist_ok=True)
    aside.write_bytes(content)
    rename(aside, target, name)


def _sync(path: Path) -> None:
    if path.is_dir():
        for child in path.rglob("*"):
            if child.is_file():
                _sync_file(child)
    else:
        _sync_file(path)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
