"""Commands of the month: match, close, run a notebook, see where it stands, prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import typer

from recon_kit.cli.screen import FAILED, WRONG_USE, say
from recon_kit.close import Closed, close_period, find_notebook, match_and_post, run_notebook
from recon_kit.close import status as work_status
from recon_kit.close import verify as verify_workspace
from recon_kit.close.notebooks import cell_failure
from recon_kit.errors import Fault, ParameterError, PolicyError, ReconError
from recon_kit.money import money_text
from recon_kit.tables import REASONS
from recon_kit.workspace import Workspace

_Step = Callable[[str], None]


def match_lines(workspace: Path, period: str, by: str, at: datetime, step: _Step) -> None:
    """`recon match`."""
    opened = Workspace.open(workspace)
    opened.record_policy(by, at)
    step("matching")
    posted = match_and_post(opened, opened.policy.calendar.period(period, opened.day(at)), by=by, at=at)
    say(f"{posted.n_lines:,} lines explained by {posted.n_matches:,} matches")
    breaks = posted.result.breaks
    for (reason, currency), rows in breaks.groupby(["reason", "currency"]):
        amount = money_text(int(rows["amount"].abs().sum()), str(currency), group=",")
        say(f"  {len(rows):>6,}  {amount:>16} {currency}  {REASONS[str(reason)]}")


def close_one(
    workspace: Path, period: str, overrides: Sequence[str], totals: str | None, by: str, at: datetime, step: _Step
) -> Closed:
    """`recon close`."""
    opened = Workspace.open(workspace)
    today = opened.day(at)
    wanted = opened.policy.calendar.period(period, today)
    if wanted.last >= today:
        raise ParameterError("close", [Fault(f"a period that is over; {wanted} ends on {wanted.last}")])
    given = pairs(overrides, "override")
    return close_period(opened, wanted, by=by, at=at, overrides=given, override_totals=totals, step=step)


def print_all(closed: Closed) -> None:
    """`recon close --pdf`: every report of the run on paper."""
    from recon_kit.cli.delivering import printed

    for path in printed(closed.run):
        say(f"pdf: {path}")


@contextmanager
def noticed(command: str, period: str, workspace: Path, by: str, at: datetime) -> Iterator[None]:
    """Whatever fails within is told to `error_to`, and fails on."""
    try:
        yield
    except Exception as error:
        from recon_kit.close.noticing import Failure, notify  # loads what sends; a close that goes well needs none of it

        code = WRONG_USE if isinstance(error, ParameterError | PolicyError) else FAILED
        if told := notify(Failure(f"{command} {period}", period, workspace, error, code), by=by, at=at):
            typer.echo(told, err=True)
        raise


def run_one(workspace: Path, notebook: str, parameters: Sequence[str], out: Path | None) -> Path:
    """`recon run`; where the page lies."""
    from recon_kit.report import to_html

    path = find_notebook(notebook)
    folder = out or Workspace.open(workspace).path("reports") / "adhoc"
    kept = folder / f"{path.stem}.ipynb"
    try:
        executed = run_notebook(path, kept, pairs(parameters, "parameter"))
    except cell_failure() as error:
        raise ReconError(f"{notebook}: {error.evalue} ({error.ename}; as far as it ran it is kept at {kept})") from error
    page = folder / f"{path.stem}.html"
    page.write_text(to_html(executed, path.stem), encoding="utf-8")
    return page


def show_status(workspace: Path, at: datetime) -> None:
    """`recon status`."""
    opened = Workspace.open(workspace)
    told = work_status(opened, opened.day(at))
    for line in told.lines:
        say(line)
    say(f"next: {told.next_step}")


def prove(workspace: Path) -> bool:
    """`recon verify`; whether nothing was found."""
    opened = Workspace.open(workspace)
    faults, head = verify_workspace(opened), opened.store.head()
    for fault in faults:
        say(str(fault))
    say(f"journal: {head.seq} entries, the last is {head.hash}; kept elsewhere, this line shows any later cut")
    say(f"{len(faults)} things are not as they were written" if faults else "everything is as it was written")
    return not faults


def pairs(given: Sequence[str], what: str) -> dict[str, str]:
    faults = [Fault("name=value", field=what, found=pair) for pair in given if "=" not in pair]
    if faults:
        raise ParameterError(what, faults)
    return dict(pair.split("=", 1) for pair in given)
