"""The sample company in small, its August closed once for all tests of a process."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recon_kit.close import close_period
from recon_kit.close.runs import Run
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
def august(small, tmp_path_factory):
    """(folder, what close gave): August is closed and nothing later taken in. Copy what lies above the folder."""
    folder = tmp_path_factory.mktemp("august") / "data_samples"
    shutil.copytree(small, folder)
    workspace = begin(folder)
    made = close(workspace, "2026-08")
    workspace.store.close()
    return folder, made


@pytest.fixture(scope="session")
def closed(august, tmp_path_factory):
    """(workspace, what close gave) of August and September."""
    folder, made = august
    workspace = Workspace.open(copied(folder, tmp_path_factory.mktemp("closed")))
    run = Run(workspace.path("reports") / "2026-08" / made.run_id)
    return workspace, replace(made, run=run), close(workspace, "2026-09")


def copied(folder: Path, home: Path) -> Path:
    """A workspace with the store and the reports that lie beside it, in another place."""
    shutil.copytree(folder.parent, home, dirs_exist_ok=True)
    return home / folder.name
