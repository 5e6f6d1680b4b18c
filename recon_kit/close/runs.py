"""A run's folder as it lies on disk, whichever version of this program made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
POINTER = "current.json"
SCHEMA = 2
"""Of the manifest. 1: one report, named report.html, report.xlsx and run.ipynb."""
_FIRST_NAMES = {"page": "report.html", "workbook": "report.xlsx", "notebook": "run.ipynb"}


@dataclass(frozen=True)
class Run:
    """One run of a period's reports.

    Args:
        folder: reports/<period>/<run id>.
    """

    folder: Path

    @property
    def run_id(self) -> str:
        """Its identity: a hash of its contents."""
        return self.folder.name

    @property
    def is_whole(self) -> bool:
        """Whether it is there; a folder gets its name only when all of it is."""
        return (self.folder / MANIFEST).is_file()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was made of what."""
        told: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        return told

    @property
    def reports(self) -> Mapping[str, Mapping[str, str]]:
        """Name of a report -> its files and its bottom line: page, workbook, notebook, sentence."""
        if self.manifest["schema"] == 1:
            return {"reconciliation": {**_FIRST_NAMES, "sentence": self.manifest["sentence"]}}
        told: Mapping[str, Mapping[str, str]] = self.manifest["reports"]
        return told

    @property
    def metrics(self) -> Mapping[str, str]:
        """Every headline figure as text."""
        told: Mapping[str, str] = self.manifest["metrics"]
        return told

    def file(self, report: str, kind: str) -> Path:
        """The page, the workbook or the notebook of a report."""
        return self.folder / self.reports[report][kind]


def run_of(reports: Path, period: str, run_id: str) -> Run | None:
    """A run by its id; None if its folder is gone."""
    run = Run(reports / period / run_id)
    return run if run.is_whole else None


def current_run(reports: Path, period: str) -> Run | None:
    """The run of a period to which its pointer points, or None."""
    pointer = reports / period / POINTER
    return run_of(reports, period, json.loads(pointer.read_text("utf-8"))["run_id"]) if pointer.is_file() else None


def every_run(reports: Path) -> list[Run]:
    """All runs below a folder of reports, by period and id."""
    found = (path.parent for path in reports.glob(f"*/*/{MANIFEST}") if path.parent.name[0] != ".")
    return [Run(folder) for folder in sorted(found)]
