"""Commands that copy a store and put it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recon_kit.store import Store
from recon_kit.workspace import Workspace

if TYPE_CHECKING:  # the store is imported only when a command needs it
    from recon_kit.store.journal import Head


def back_up(workspace: Path, target: Path) -> Head:
    """`recon backup`; returns the journal's head in the copy."""
    from recon_kit.store import backup

    return backup(Workspace.open(workspace).store, target)


def put_back(workspace: Path, source: Path) -> Head:
    """`recon restore`; returns the journal's head in the store."""
    from recon_kit.store import restore

    return restore(source, Workspace.open(workspace).url)


def bring_up_to_date(workspace: Path) -> str:
    """`recon migrate`; what became of the store, in words."""
    opened = Workspace.open(workspace)
    with Store.open(opened.url, migrate=True) as store:
        return f"the store is of today's schema; its journal ends with entry {store.head().seq}"
