"""Commands of the month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import DONE, FAILED, NEEDS_REVIEW, now, say, steps, told_errors, who


@app.command()
def match(
    period: Annotated[str, typer.Argument(help="Period up to whose end lines are matched.")] = "previous-period",
    workspace: Folder = HERE,
) -> None:
    """Match what is unexplained; post what is certain, and list the rest by reason."""
    from recon_kit.cli.monthly import match_lines

    with told_errors(), steps() as step:
        match_lines(workspace, period, who(), now(), step)


@app.command()
def close(
    period: Annotated[str, typer.Argument(help="Period to close: 2026-10, previous-period ...")],
    override: Annotated[list[str] | None, typer.Option(help='"SOURCE=REASON": close without an expected source.')] = None,
    override_totals: Annotated[str, typer.Option(help="Reason for taking in files whose own totals do not tie.")] = "",
    pdf: Annotated[bool, typer.Option("--pdf", help="Print the reports too; needs Chromium, Chrome or Edge.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Close a period: inbox, matching, report, proof. Exit code 3: done, but something needs review."""
    from recon_kit.cli.monthly import close_one, noticed, print_all

    with told_errors():
        with noticed("recon close", period, workspace, who(), now()):
            with steps() as step:
                closed = close_one(workspace, period, override or [], override_totals or None, who(), now(), step)
            say(f"{closed.period}: {closed.status.replace('_', ' ')}. {closed.sentence}")
            same = "the period is locked: nothing was read or matched" if closed.locked else "nothing has changed since"
            say(f"report: {closed.report}" + ("" if closed.new else f"   ({same})"))
            if pdf:
                print_all(closed)
        raise typer.Exit(DONE if closed.status == "ready" else NEEDS_REVIEW)


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="A notebook's path, or the name of one that ships.")],
    parameter: Annotated[list[str] | None, typer.Option("-p", help="name=value")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the executed notebook and its page go.")] = None,
    workspace: Folder = HERE,
) -> None:
    """Run a notebook with checked parameters; leaves the executed notebook and one offline page."""
    from recon_kit.cli.monthly import run_one

    with told_errors():
        say(f"page: {run_one(workspace, notebook, parameter or [], out)}")


@app.command()
def status(workspace: Folder = HERE) -> None:
    """Where the work stands; the last line is the one next step."""
    from recon_kit.cli.monthly import show_status

    with told_errors():
        show_status(workspace, now())


@app.command()
def verify(workspace: Folder = HERE) -> None:
    """Prove that journal, rows, kept files and reports are as they were written."""
    from recon_kit.cli.monthly import prove

    with told_errors():
        raise typer.Exit(DONE if prove(workspace) else FAILED)
