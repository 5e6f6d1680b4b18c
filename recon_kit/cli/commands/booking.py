"""The command that takes what is matched out to the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import now, told_errors, who


@app.command()
def book(
    period: Annotated[str, typer.Argument(help="Period up to whose end matches go out; previous-period by default.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show counts and totals, write nothing.")] = False,
    again: Annotated[int, typer.Option("--again", help="Write lost files of this batch anew, the same bytes.")] = 0,
    workspace: Folder = HERE,
) -> None:
    """Take what is matched out to the ledger, once: a numbered batch of postings, in files that the ledger reads."""
    from recon_kit.cli.booking import book_out, write_lost

    with told_errors():
        if again:
            write_lost(workspace, again, period, dry_run, now())
        else:
            book_out(workspace, period, dry_run, who(), now())
