"""The sample closed month by month in a copy, by the commands that a user types."""

from __future__ import annotations

import json
import shutil
import sys
from functools import cache
from pathlib import Path

from recon_kit.close.runs import current_run
from tests.bench.runner import ROOT, Run, command

RECON = Path(sys.executable).with_name("recon")
DONE = (0, 3)  # 3: done, but something needs review


class Sample:
    """A copy of data_samples below a folder of one's own, closed until September, and until October."""

    def __init__(self, place: Path) -> None:
        self._place = place

    @cache  # noqa: B019 (one sample a process)
    def until_september(self) -> Path:
        """Loaded, opened, August and September closed."""
        folder = self._place / "september"
        shutil.copytree(ROOT / "data_samples", folder / "data_samples")
        for words in (("load",), ("start", "--on", "2026-07-31"), ("close", "2026-08"), ("close", "2026-09")):
            _recon(folder, *words)
        return folder

    @cache  # noqa: B019 (one sample a process)
    def until_october(self) -> Path:
        """Closed to the end; with what the close of October took."""
        folder = self._place / "october"
        shutil.copytree(self.until_september(), folder)
        _recon(folder, "close", "2026-10")
        return folder

    def october(self) -> Run:
        """One close of October on a fresh copy; the notebook's own seconds are papermill's."""
        folder = self._place / "again"
        shutil.copytree(self.until_september(), folder)
        try:
            run = _recon(folder, "close", "2026-10")
            said = json.loads(
                Path(current_run(folder / "reports", "2026-10").file("reconciliation", "notebook")).read_text("utf-8")
            )
        finally:
            shutil.rmtree(folder)
        run.facts["notebook"] = said["metadata"]["papermill"]["duration"]
        return run


def help_page() -> Run:
    """`recon --help`."""
    return command([RECON, "--help"])


def _recon(folder: Path, *words: str) -> Run:
    return command([RECON, *words, "-w", folder / "data_samples"], ok=DONE)
