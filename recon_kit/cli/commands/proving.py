"""Commands by which people stand for a close, take it back, or make it again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import DONE, FAILED, now, steps, told_errors, who

_Why = Annotated[str, typer.Option("--why", help="Reason, for the journal.")]


@app.command()
def sign(
    period: Annotated[str, typer.Argument(help="Closed period to stand for.")],
    note: Annotated[str, typer.Option(help="A remark, for the journal.")] = "",
    workspace: Folder = HERE,
) -> None:
    """Sign a closed period: first who prepared it, then another person, whose signature locks it."""
    from recon_kit.cli.standing import sign_one

    with told_errors():
        sign_one(workspace, period, note, who(), now())


@app.command()
def reopen(
    period: Annotated[str, typer.Argument(help="Locked period to open again.")], why: _Why = "", workspace: Folder = HERE
) -> None:
    """Open a locked period again; the run that was signed off is kept."""
    from recon_kit.cli.standing import reopen_one

    with told_errors():
        reopen_one(workspace, period, why, who(), now())


@app.command()
def undo(
    what: Annotated[str, typer.Argument(help="What to take back: close.")],
    period: Annotated[str, typer.Argument(help="The newest closed period.")],
    why: _Why = "",
    workspace: Folder = HERE,
) -> None:
    """Take the newest close back: its automatic matches end, the close before it counts again; nothing is deleted."""
    from recon_kit.cli.standing import undo_one

    with told_errors():
        undo_one(workspace, what, period, why, who(), now())


@app.command()
def evidence(
    period: Annotated[str, typer.Argument(help="Closed period.")],
    out: Annotated[Path | None, typer.Option(help="File to write; among the period's reports by default.")] = None,
    workspace: Folder = HERE,
) -> None:
    """Pack all that a closed period rests on into one zip, which checks itself with Python alone."""
    from recon_kit.cli.standing import pack_one

    with told_errors():
        pack_one(workspace, period, out, now())


@app.command()
def replay(period: Annotated[str, typer.Argument(help="Closed period to make again.")], workspace: Folder = HERE) -> None:
    """Make a closed period again from kept files and journal, and compare every result; changes nothing."""
    from recon_kit.cli.standing import replay_one

    with told_errors(), steps() as step:
        raise typer.Exit(DONE if replay_one(workspace, period, now(), step) else FAILED)
