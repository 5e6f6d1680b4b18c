"""The sample company in small, its August closed once for all tests of a process."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recon_kit.close import close_period
from recon_kit.simulate import simulate
from recon_kit.workspace import Workspace, start, take_in

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 18, tzinfo=UTC)
OPENING = date(2026, 7, 31)


def close(workspace: Workspace, period: str, at: datetime = AT, **options):
    """Close a period by name."""
    return close_period(workspace, workspace.policy.calendar.period(period), by="anna", at=at, **options)


def begin(folder: Path, at: datetime = AT) -> Workspace:
    """Open a copy of the sample and fix its opening position."""
    workspace = Workspace.open(folder)
    take_in(workspace, by="anna", at=at, until=OPENING)
    start(workspace, OPENING, by="anna", at=at)
    return workspace


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The sample's folder, never opened: copy it."""
    folder = tmp_path_factory.mktemp("small") / "data_samples"
    simulate(folder, scale=0.05, seed=11)
    for path in (folder / "inbox").rglob("*"):
        if re.search(r"2026-(07-[12]|10)", path.name):
            path.unlink()
    return folder


@pytest.fixture(scope="session")
def closed(small, tmp_path_factory):
    """(workspace, what close gave) of August and September."""
    folder = tmp_path_factory.mktemp("closed") / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder)
    return workspace, close(workspace, "2026-08"), close(workspace, "2026-09")
