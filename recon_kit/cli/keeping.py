"""Commands that copy a store and put it back."""

from __future__ import annotations

from pathlib import Path

from recon_kit.workspace import Workspace


def back_up(workspace: Path, target: Path) -> Path:
    """`recon backup`."""
    from recon_kit.store import backup

    return backup(Workspace.open(workspace).store, target)


def put_back(workspace: Path, source: Path) -> Path:
    """`recon restore`."""
    from recon_kit.store import restore

    return restore(source, Workspace.open(workspace).url)
