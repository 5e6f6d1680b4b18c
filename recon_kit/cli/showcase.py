"""`recon demo`: the sample company's three months, closed on this machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from recon_kit.cli.screen import say
from recon_kit.close import close_period
from recon_kit.close.indexing import INDEX
from recon_kit.workspace import Workspace, start, take_in

OPENING = date(2026, 7, 31)
PERIODS = ("2026-08", "2026-09", "2026-10")


def close_sample(folder: Path | None, by: str, at: datetime, step: Callable[[str], None]) -> None:
    """Close the sample's months one after the other; says where October's report lies and its bottom line.

    In a checkout it works on data_samples/, elsewhere it lets the simulator write the same files into `folder`.
    """
    workspace = Workspace.open(_sample(folder, step))
    if workspace.start_on() is None or workspace.sources().empty:
        take_in(workspace, by=by, at=at, until=OPENING, step=step)
        start(workspace, OPENING, by=by, at=at)
    for name in PERIODS:
        step(f"closing {name}")
        closed = close_period(workspace, workspace.policy.calendar.period(name), by=by, at=at, step=step)
        say(f"{name}: {closed.status.replace('_', ' ')}. {closed.sentence}")
    say(f"October's report: {closed.report}")
    for name in list(closed.run.reports)[1:]:
        say(f"   and {name.replace('_', ' ')}: {closed.run.file(name, 'page')}")
    say(f"  every period: {workspace.path('reports') / INDEX}")


def _sample(folder: Path | None, step: Callable[[str], None]) -> Path:
    checkout = Path(__file__).parents[2] / "data_samples"
    if folder is None and (checkout / "recon.toml").is_file():
        return checkout
    target = folder or Path("recon-demo")
    if not (target / "data_samples" / "recon.toml").is_file():
        from recon_kit.simulate import simulate

        step(f"writing the sample company into {target}")
        simulate(target / "data_samples")
    return target / "data_samples"
