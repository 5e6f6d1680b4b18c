"""Commands that take files in and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import DONE, NEEDS_REVIEW, now, steps, told_errors, who


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new workspace; files may lie in its inbox already.")],
    entity: Annotated[str, typer.Option(help="Short name of the legal entity, such as DE01.")] = "",
    name: Annotated[str, typer.Option(help="Full name of the company.")] = "",
    currency: Annotated[str, typer.Option(help="Its base currency.")] = "",
    locale: Annotated[str, typer.Option(help="Language of reports: en or de.")] = "en",
) -> None:
    """Make a workspace: asks for entity and currency, finds the accounts in files dropped into its inbox."""
    from recon_kit.cli.intake import make_workspace

    with told_errors():
        make_workspace(folder, entity, name, currency, locale)


@app.command()
def start(
    on: Annotated[str, typer.Option("--on", help="Opening day: the last day before the first period to close.")],
    workspace: Folder = HERE,
) -> None:
    """Fix the opening position of a day, beside what the ledger says."""
    from recon_kit.cli.intake import show_opening

    with told_errors():
        raise typer.Exit(NEEDS_REVIEW if not show_opening(workspace, on, who(), now()) else DONE)


@app.command()
def load(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; the inbox by default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and prove everything, write nothing.")] = False,
    override: Annotated[str, typer.Option(help="Reason for taking in files whose own totals do not tie.")] = "",
    layout: Annotated[str, typer.Option(help="Layout to read them by, whatever they look like.")] = "",
    workspace: Folder = HERE,
) -> None:
    """Take in files that are new: each wholly or not at all, its totals proven."""
    from recon_kit.cli.intake import take_files

    with told_errors(), steps() as step:
        how = {"dry_run": dry_run, "override": override or None, "layout": layout or None}
        take_files(workspace, paths, who(), now(), step, **how)


@app.command()
def unload(
    name: Annotated[str, typer.Argument(help="The file's name as taken in, or the beginning of its hash.")],
    why: Annotated[str, typer.Option(help="Reason, for the journal; needed to do it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what it would move.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Take a file back: nothing is deleted, its rows no longer count. Shows first what it moves."""
    from recon_kit.cli.intake import take_back

    with told_errors():
        take_back(workspace, name, why, yes, who(), now())


@app.command()
def reload(
    name: Annotated[str, typer.Argument(help="The file's name as taken in, or the beginning of its hash.")],
    layout: Annotated[str, typer.Option(help="Layout to read it by.")] = "",
    mapping: Annotated[str, typer.Option(help="Column-mapping file to read it by.")] = "",
    date_order: Annotated[str, typer.Option(help="dmy, mdy or ymd.")] = "",
    decimal_mark: Annotated[str, typer.Option(help="Decimal mark, ',' or '.'.")] = "",
    why: Annotated[str, typer.Option(help="Reason, for the journal; needed where rows of a closed period move.")] = "",
    override: Annotated[str, typer.Option(help="Reason for taking it in although its totals do not tie.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what it would move.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Read a file again another way; matches on rows that did not change stay. Shows first what it moves."""
    from recon_kit.cli.intake import read_again

    hints = {"layout": layout, "mapping": mapping, "date_order": date_order, "decimal_mark": decimal_mark}
    with told_errors():
        given = {key: value for key, value in hints.items() if value}
        read_again(workspace, name, given, why, override or None, yes, who(), now())
