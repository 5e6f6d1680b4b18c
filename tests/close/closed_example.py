"""A workspace whose October is closed with the example's figures: the page is made without a kernel, the journal is real."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from recon_kit.close import building, closing
from recon_kit.close.runs import MANIFEST, Run
from recon_kit.report import ReconciliationPage, to_html
from recon_kit.report.canon import REPORTS
from recon_kit.report.example import example_cut
from recon_kit.workspace import Workspace
from tests.report.pages import executed

AT = datetime(2026, 11, 3, 6, tzinfo=UTC)
NAME = "reconciliation"


def close_example(folder: Path, locale: str = "en") -> Workspace:
    """Close October there; a run as `recon close` leaves it, but for the executed notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recon.toml").write_text(f'[company]\nname = "Nordlicht"\nlocale = "{locale}"\n', encoding="utf-8")
    workspace = Workspace.open(folder)
    workspace.record_policy("anna", AT)
    cut = example_cut(locale)
    home = workspace.path("reports") / cut.meta["period"]["name"]
    aside = home / ".building-0"
    with patch.object(building, "REPORTS", {NAME: REPORTS[NAME]}):  # one report is enough to be sent and shown
        run = Run(home / building.frozen(aside, cut))
        page = ReconciliationPage(cut)
        (aside / f"{NAME}.html").write_text(to_html(executed(page), page.title), encoding="utf-8")
        REPORTS[NAME].workbook(cut, aside / f"{NAME}.xlsx", "")
        (aside / f"{NAME}.ipynb").write_text("{}", encoding="utf-8")
        made = building.Made("anna", AT, workspace.store.head(), lambda: 1.0)
        (aside / MANIFEST).write_text(json.dumps(building._manifest(aside, run.run_id, cut, made)), encoding="utf-8")
    aside.rename(run.folder)
    closing.point(workspace, closing._recorded(workspace, run, "anna", AT))
    return workspace
