"""The command `recon` itself: what all its commands share. They register with it from `recon_kit.cli.commands`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="recon",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
HERE = Path()


def _named(context: typer.Context, folder: Path) -> Path:
    """The workspace that -w names, before the command, after it, or both to the same effect."""
    before = context.parent.params.get("workspace") if context.parent else None
    if before is None:
        return folder
    given = context.get_parameter_source("workspace")
    if given is not None and given.name == "COMMANDLINE" and folder.resolve() != before.resolve():
        raise typer.BadParameter(f"-w names {before} before the command and {folder} after it; name one")
    return Path(before)


_WHERE = "Folder with recon.toml; this one or one above by default."
Folder = Annotated[Path, typer.Option("-w", "--workspace", callback=_named, help=_WHERE)]


@app.callback()
def options(
    context: typer.Context, workspace: Annotated[Path | None, typer.Option("-w", "--workspace", help=_WHERE)] = None
) -> None:
    """Which money paid what, exact to the cent. Run it in a workspace, or name one with -w, before or after the command."""
    if workspace is not None and context.invoked_subcommand in ("init", "demo"):
        told = f"{context.invoked_subcommand} makes a workspace and is told its folder after the command"
        raise typer.BadParameter(told, param_hint="-w")
