"""Commands that bring reports to people."""

from __future__ import annotations

from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import now, say, told_errors, who


@app.command()
def deliver(
    period: Annotated[str, typer.Argument(help="Closed period: 2026-10, previous-month ...")],
    to: Annotated[str, typer.Option("--to", help="Target of delivery.toml.")],
    report: Annotated[list[str] | None, typer.Option("--report", help="Only this report; may be given again.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Send although it was sent, or may have arrived.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent; send and journal nothing.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Send a closed period's reports to a target of delivery.toml, each once. Exit code 3: sent, but an address was refused."""
    from recon_kit.cli.delivering import deliver_reports

    with told_errors():
        how = {"again": again, "dry_run": dry_run}
        raise typer.Exit(deliver_reports(workspace, period, to, report or [], by=who(), clock=now, **how))


@app.command()
def pdf(
    period: Annotated[str, typer.Argument(help="Closed period: 2026-10, previous-month ...")],
    report: Annotated[list[str] | None, typer.Option("--report", help="Only this report; may be given again.")] = None,
    language: Annotated[str, typer.Option(help="de or en; the company's own by default.")] = "",
    workspace: Folder = HERE,
) -> None:
    """Print a closed period's reports as PDF on A4; needs Chromium, Chrome or Edge."""
    from recon_kit.cli.delivering import print_reports

    with told_errors():
        for path in print_reports(workspace, period, report or [], language, now()):
            say(f"pdf: {path}")
