"""Commands that bring reports to people: on paper, by mail, into a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from recon_kit.cli.screen import DONE, NEEDS_REVIEW, say
from recon_kit.close.deliveries import Attempt
from recon_kit.close.delivering import Delivered, Order, deliver
from recon_kit.close.periods import Periods
from recon_kit.close.runs import Run, run_of
from recon_kit.close.views import Asked, print_pdf
from recon_kit.errors import Fault, ParameterError
from recon_kit.policy import Period
from recon_kit.workspace import Reading, Workspace


def deliver_reports(
    workspace: Path, period: str, target: str, reports: Sequence[str], *, again: bool, dry_run: bool,
    by: str, clock: Callable[[], datetime],
) -> int:  # fmt: skip
    """`recon deliver`; the exit code."""
    opened = Workspace.open(workspace)
    wanted = opened.policy.calendar.period(period, opened.day(clock()))
    order = Order(wanted, target, tuple(reports), again)
    done = deliver(opened, order, by=by, clock=clock, dry_run=dry_run)
    for one in done.before:
        say(_told_before(one, wanted))
    if done.parcel and done.receipt:
        say(f"{', '.join(done.parcel.reports)} of {wanted} sent to {target}: {done.receipt.answer}")
        for file in done.receipt.files:
            say(f"  {file.name}, {file.n_bytes:,} bytes, {file.state}")
        for refused in done.receipt.refused:
            say(f"  not to {refused.address}: {refused.answer}")
        return NEEDS_REVIEW if done.receipt.refused else DONE
    if done.parcel:
        _show(done, target)
    return DONE


def _told_before(one: Attempt, period: Period) -> str:
    less = f", though {one.refused} addresses were refused" if one.refused else ""
    what = f"{', '.join(one.reports)} of {period} was sent to {one.target} on {one.at:%Y-%m-%d at %H:%M} UTC by {one.by}{less}"
    return f"{what}; to send it again: --again"


def _show(done: Delivered, target: str) -> None:
    assert done.parcel is not None
    say(f"to {target}, if it were sent:")
    for file in done.parcel.files:
        say(f"  {file.name}, {len(file.content):,} bytes")
    if done.parcel.text:
        say(f"\n{done.parcel.subject}\n\n{done.parcel.text}")


def print_reports(workspace: Path, period: str, reports: Sequence[str], language: str, at: datetime) -> list[Path]:
    """`recon pdf`; where the files lie."""
    opened = Workspace.open(workspace)
    wanted = opened.policy.calendar.period(period, opened.day(at))
    close = Periods.of(Reading.now(opened)).current(wanted.name)
    run = run_of(opened.path("reports"), wanted.name, close.run_id) if close else None
    if run is None:
        raise ParameterError("pdf", [Fault(f"a closed period with its run; recon close {wanted}")])
    return printed(run, reports, language)


def printed(run: Run, reports: Sequence[str] = (), language: str = "") -> list[Path]:
    """PDFs of a run's reports, all where none is named."""
    asked = Asked(language=language)
    return [print_pdf(run, report, asked).files["pdf"] for report in (reports or run.reports)]
