"""`status`: where the work stands, and the one next step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from recon_kit.close.closing import current_run
from recon_kit.load import SourceFile
from recon_kit.workspace import Workspace


@dataclass(frozen=True)
class Status:
    """What stands where.

    Args:
        lines: sentences, most important first.
        next_step: the one command to type now.
    """

    lines: list[str]
    next_step: str


def status(workspace: Workspace, today: date) -> Status:
    """What is new in the inbox, which periods are closed and how, and what to do next."""
    inbox = workspace.path("inbox")
    known = set(workspace.sources()["sha256"])
    files = [path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith(".")] if inbox.is_dir() else []
    new = [path for path in files if SourceFile(path.name, path=path).sha256 not in known]
    start = workspace.start_on()
    lines = [
        f"{workspace.policy.company.name}: {len(known)} files taken in, {len(new)} new in the inbox",
        f"opening day: {start}" if start else "no opening day yet",
    ]
    closes = workspace.store.entries("close")["payload"].tolist()
    for name in sorted({closed["period"]["name"] for closed in closes}):
        folder = current_run(workspace.path("reports"), name)
        if folder:
            manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
            lines.append(f"{name}: {manifest['status'].replace('_', ' ')}. {manifest['sentence']}")
    unready = _unready(workspace, closes)
    return Status(lines, unready or _next(workspace, bool(known), bool(new), start, closes, today))


def _unready(workspace: Workspace, closes: list[dict[str, Any]]) -> str | None:
    """What the newest closed period still lacks, if something blocks it."""
    names = sorted({closed["period"]["name"] for closed in closes})
    folder = current_run(workspace.path("reports"), names[-1]) if names else None
    if folder and json.loads((folder / "manifest.json").read_text("utf-8"))["status"] == "not_ready":
        page = folder / "report.html"
        return f"see in {page} what blocks {names[-1]}, mend it (or give --override), then: recon close {names[-1]}"
    return None


def _next(workspace: Workspace, known: bool, new: bool, start: date | None, closes: list[dict[str, Any]], today: date) -> str:
    if not known and not new:
        return f"drop statements and lists into {workspace.path('inbox')}, then: recon load"
    if not known:
        return "recon load"
    if start is None:
        return "recon start --on YYYY-MM-DD   (the day before the first period that you want to close)"
    calendar = workspace.policy.calendar
    done = {str(closed["period"]["name"]) for closed in closes}
    period = calendar.containing(calendar.business_day_after(start, 1))
    while period.name in done:
        period = calendar.containing(calendar.business_day_after(period.last, 1))
    if period.last < today:
        return f"recon close {period.name}"
    return "recon load" if new else f"nothing to do before {period.last}, the end of {period.name}"
