"""From a frozen cut to a run's folder: every report's notebook run, its page and its workbook written, all of it hashed."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import recon_kit
from recon_kit import durable
from recon_kit.close.hashing import file_sha256
from recon_kit.close.notebooks import find_notebook, run_notebook
from recon_kit.close.runs import MANIFEST, SCHEMA
from recon_kit.errors import ReconError
from recon_kit.measures import Cut, Reconciliation
from recon_kit.report.canon import REPORTS
from recon_kit.report.cut import write_cut
from recon_kit.store import Head

Step = Callable[[str], None]
_ABANDONED = timedelta(days=1)
_AT_ONCE = 2
"""Notebooks that run side by side; each has a kernel of its own."""


@dataclass(frozen=True)
class Made:
    """What a manifest tells of a run's making, beside its contents.

    Args:
        known: the journal's entry up to which the cut knows.
        seconds: since the close began; asked when the manifest is written.
    """

    by: str
    at: datetime
    known: Head
    seconds: Callable[[], float]


class ReportError(ReconError):
    """A report's notebook failed.

    Args:
        kept: the folder in which it is kept as evidence.
    """

    def __init__(self, told: str, kept: Path) -> None:
        self.kept = kept
        super().__init__(told)


def frozen(aside: Path, cut: Cut) -> str:
    """Write a cut below an empty folder, and the id of the run that it makes.

    The id is a hash over the frozen cut (its sources, policy, matches, breaks and the package's version among it) and the
    notebooks that show it. The same contents have one id, and one id has one content.
    """
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    write_cut(aside, cut)
    digest = hashlib.sha256()
    for name in REPORTS:
        digest.update(find_notebook(name).read_bytes())
    for path in sorted(file for file in (aside / "data").rglob("*") if file.is_file()):
        digest.update(f"{path.name}\0{file_sha256(path)}\0".encode())
    return digest.hexdigest()[:16]


def sweep(home: Path, at: datetime) -> None:
    """Remove what killed calls began and left; a day old, so that one that still runs keeps its own."""
    for left in home.glob(".building-*"):
        if at.timestamp() - left.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def build(aside: Path, folder: Path, cut: Cut, made: Made, step: Step) -> None:
    """Run the reports over the frozen cut in `aside`, write the manifest, and put it all in place as `folder`.

    Raises:
        ReportError: a notebook failed; what ran is kept as `failed-<run id>` beside the runs, and nothing else changes.
    """
    step("running the reports")
    try:
        write_reports(aside, cut, step)
    except Exception as error:
        failed = folder.with_name(f"failed-{folder.name}")
        shutil.rmtree(failed, ignore_errors=True)
        durable.rename(aside, failed, "failed.keep")
        period = folder.parent.name
        raise ReportError(f"the reports of {period} failed; what ran is kept in {failed}:\n{error}", failed) from error
    manifest = json.dumps(_manifest(aside, folder.name, cut, made), indent=1)
    (aside / MANIFEST).write_text(manifest, encoding="utf-8")
    try:
        durable.rename(aside, folder, "cut.write")
    except OSError:
        if not (folder / MANIFEST).is_file():  # else another close of the same contents was faster
            raise


def write_reports(folder: Path, cut: Cut, step: Step) -> None:
    """Page, workbook and executed notebook of every report over the cut in `folder`."""
    from recon_kit.report import to_html

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = {name: pool.submit(_executed, name, folder) for name in REPORTS}
        executed = {name: run.result() for name, run in runs.items()}
    step("writing pages and workbooks")
    for name, notebook in executed.items():
        title = f"{cut.meta['company']} · {cut.meta['period']['name']} · {name.replace('_', ' ')}"
        (folder / f"{name}.html").write_text(to_html(notebook, title), encoding="utf-8")
        REPORTS[name].workbook(cut, folder / f"{name}.xlsx", "")


def _executed(name: str, folder: Path) -> Any:
    return run_notebook(find_notebook(name), folder / f"{name}.ipynb", {"run": str(folder)})


def _manifest(aside: Path, run_id: str, cut: Cut, made: Made) -> dict[str, Any]:
    measured = Reconciliation(cut)
    reports = {name: _told(name, cut) for name in REPORTS}
    inputs = zip(*(cut.sources[column] for column in ("name", "sha256", "n_rows")), strict=True)
    return {
        "schema": SCHEMA,
        "run_id": run_id,
        "period": cut.meta["period"],
        "status": measured.verdict.status,
        "sentence": reports["reconciliation"]["sentence"],
        "reports": reports,
        "metrics": {key: value for report in REPORTS.values() for key, value in report.metrics(cut).items()},
        "by": made.by,
        "at": made.at.isoformat(),
        "seconds": round(made.seconds(), 1),
        "journal": {"seq": made.known.seq, "hash": made.known.hash},
        "policy_sha256": cut.meta["policy_sha256"],
        "overrides": cut.meta["overrides"],
        "inputs": [{"name": name, "sha256": sha, "rows": int(rows)} for name, sha, rows in inputs],
        "outputs": list(_outputs(aside)),
        "versions": {"recon_kit": recon_kit.__version__, "python": platform.python_version()},
    }


def _told(name: str, cut: Cut) -> Mapping[str, str]:
    files = {"page": f"{name}.html", "workbook": f"{name}.xlsx", "notebook": f"{name}.ipynb"}
    return {**files, "sentence": REPORTS[name].sentence(cut, "").replace("\u00a0", " ")}


def _outputs(aside: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(path for path in aside.rglob("*") if path.is_file() and path.name != MANIFEST):
        yield {"path": path.relative_to(aside).as_posix(), "sha256": file_sha256(path), "bytes": path.stat().st_size}
