"""Commands that keep a store, and the sample company."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import now, say, steps, told_errors, who


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    workspace: Folder = HERE,
) -> None:
    """Copy a SQLite store while it is in use."""
    from recon_kit.cli.keeping import back_up

    with told_errors():
        say(f"store copied to {target}; its journal ends with entry {back_up(workspace, target).seq}")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A copy that `recon backup` wrote.")],
    workspace: Folder = HERE,
) -> None:
    """Put a copied store in the place of one that is gone."""
    from recon_kit.cli.keeping import put_back

    with told_errors():
        say(f"store restored from {source}; its journal ends with entry {put_back(workspace, source).seq}")


@app.command()
def migrate(workspace: Folder = HERE) -> None:
    """Bring a store of an older version to today's schema; back it up first."""
    from recon_kit.cli.keeping import bring_up_to_date

    with told_errors():
        say(bring_up_to_date(workspace))


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Option(help="Where to work; the checkout's sample, else ./recon-demo.")] = None,
) -> None:
    """Close August, September and October 2026 of the sample company, and show where October's report lies."""
    from recon_kit.cli.showcase import close_sample

    with told_errors(), steps() as step:
        close_sample(folder, who(), now(), step)
