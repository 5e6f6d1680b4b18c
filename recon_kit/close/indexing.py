"""`reports/index.html`: written anew whenever a period moves, from the journal and the folders that are there."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from recon_kit import durable
from recon_kit.close.periods import PREPARER, REVIEWER, Close, Periods, State
from recon_kit.close.runs import Run, run_of
from recon_kit.report.index import Listed, ListedPeriod, ListedRun, index_page
from recon_kit.workspace import Reading, Workspace

INDEX = "index.html"


def write_index(workspace: Workspace) -> None:
    """Have the index say what the journal says now; left as it is where it says so already."""
    company = workspace.policy.company
    periods = [_period(workspace, state) for state in reversed(list(Periods.of(Reading.now(workspace))))]
    text = index_page(company.name, periods, company.locale).encode()
    target = workspace.path("reports") / INDEX
    if not target.is_file() or target.read_bytes() != text:
        durable.write_file(target, text, "index.write")


def _period(workspace: Workspace, state: State) -> ListedPeriod:
    period = state.period
    runs = [_run(workspace, state, close) for close in reversed(_latest(state))]
    return ListedPeriod(period.name, period.first, period.last, runs, _signed(workspace, state))


def _latest(state: State) -> list[Close]:
    """Each run once, by its last close."""
    return list({close.run_id: close for close in state.every}.values())


def _run(workspace: Workspace, state: State, close: Close) -> ListedRun:
    run = run_of(workspace.path("reports"), state.period.name, close.run_id)
    on = close.at.astimezone(ZoneInfo(workspace.policy.company.time_zone)).date()
    return ListedRun(close.run_id, on, close.by, close.status, _stands(state, close, run), _reports(run) if run else ())


def _stands(state: State, close: Close, run: Run | None) -> str:
    if run is None:
        return "gone"
    if state.current and close.run_id == state.current.run_id:
        return "current"
    if close.run_id in state.undone:
        return "undone"
    return "signed_off" if state.signed_off and close.run_id == state.signed_off.run_id else "earlier"


def _reports(run: Run) -> list[Listed]:
    at = f"{run.folder.parent.name}/{run.run_id}"
    return [
        Listed(name, told["sentence"], f"{at}/{told['page']}", f"{at}/{told['workbook']}") for name, told in run.reports.items()
    ]


def _signed(workspace: Workspace, state: State) -> tuple[str, dict[str, str | date]]:
    prepared, reviewed = state.standing(PREPARER), state.standing(REVIEWER)
    zone = ZoneInfo(workspace.policy.company.time_zone)
    if state.locked_by and prepared and reviewed:
        return "locked", {"by": prepared.by, "reviewer": reviewed.by, "day": reviewed.at.astimezone(zone).date()}
    if state.signed_off:
        return "reopened", {}
    if prepared:
        return "prepared", {"by": prepared.by, "day": prepared.at.astimezone(zone).date()}
    return "open", {}
