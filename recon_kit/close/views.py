"""A view: a report as one reader asked for it, in another language or on paper; made from a run, which it never changes.

Views lie in reports/<period>/views/<view id>. They may be deleted: asked for again they are made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import recon_kit
from recon_kit import durable
from recon_kit.close.hashing import file_sha256
from recon_kit.close.notebooks import cell_failure, checked_parameters, find_notebook, run_notebook
from recon_kit.close.runs import Run
from recon_kit.errors import DeliveryError, Fault, ParameterError, ReconError, nearest
from recon_kit.measures import Cut
from recon_kit.measures.audience import AUDIENCES, for_audience
from recon_kit.policy.delivery import Audience
from recon_kit.report.canon import REPORTS
from recon_kit.report.cut import canonical_json, read_cut, write_cut
from recon_kit.report.pdf import Margins, to_pdf
from recon_kit.report.scanner import personal_data
from recon_kit.report.words import Words

FOLDER, TOLD = "views", "view.json"
_ABANDONED = 24 * 60 * 60
_KINDS = {"page": "html", "workbook": "xlsx", "notebook": "ipynb", "pdf": "pdf"}


@dataclass(frozen=True)
class Asked:
    """What a reader wants otherwise than the run has it; what is empty is as the run has it.

    Args:
        language: "en" or "de". entity, currency: only of these, where the report's notebook declares such a parameter.
        audience: "full" sees the run as it is; for "internal" account numbers are masked, for "external" payers as well.
    """

    language: str = ""
    entity: str = ""
    currency: str = ""
    audience: Audience = "full"

    def parameters(self, own: str) -> dict[str, str]:
        """What makes a view another one than the run's own, `own` being the run's language."""
        given = {name: value for name, value in asdict(self).items() if value and name != "audience"}
        if given.get("language") == own:
            del given["language"]
        return given | ({"audience": self.audience} if self.audience != "full" else {})


@dataclass(frozen=True)
class Shown:
    """The files of one report for one kind of reader.

    Args:
        sentence: its bottom line. language: that it is in. view_id: None if these are the run's own files.
        files: "page", "workbook", "notebook" or "pdf" -> where it lies. hashes: the same -> SHA-256 as it was made.
    """

    report: str
    sentence: str
    language: str
    view_id: str | None
    files: Mapping[str, Path]
    hashes: Mapping[str, str]


def show(run: Run, report: str, asked: Asked) -> Shown:
    """A report of a run as somebody asked for it: the run's own files, or a view, made now unless it is there already.

    A view is made by today's notebooks from the run's frozen data; view.json says by which version.

    Raises:
        ParameterError: the run has no such report, or its notebook takes no such parameter. ReconError: it cannot be made.
    """
    if report not in run.reports:
        raise ParameterError("report", [Fault(f"a report of the run{nearest(report, run.reports)}", None, "report", report)])
    own = own_language(run)
    parameters = asked.parameters(own)
    if not parameters:
        return _of_run(run, report, own)
    if asked.audience not in AUDIENCES:
        told = f"one of {', '.join(AUDIENCES)}{nearest(asked.audience, AUDIENCES)}"
        raise ParameterError("audience", [Fault(told, None, "audience", asked.audience)])
    if parameters.get("language"):
        Words(parameters["language"])  # refuses one that there are no words for
    notebook = {name: value for name, value in parameters.items() if name != "audience"}
    checked_parameters(find_notebook(report), notebook)
    return _view(run, report, parameters, lambda aside: _written(run, report, asked, notebook, aside))


def print_pdf(run: Run, report: str, asked: Asked) -> Shown:
    """The same as PDF, printed from the page of that view; its bytes differ each time that it is printed anew.

    Raises:
        As `show`; ParameterError where there is no browser to print with. PdfError: the browser failed.
    """
    page = show(run, report, asked)
    parameters = asked.parameters(own_language(run)) | {"form": "pdf"}
    return _view(run, report, parameters, lambda aside: _printed(run, page, aside))


@contextmanager
def _readable(run: Run, asked: Asked) -> Iterator[Path]:
    """The folder with the data that a view for this audience may be made of; the one place where an audience decides.

    Everything of a view (page, workbook, bottom line) comes from here, so masked data, written aside, mask all.
    """
    if asked.audience == "full":
        yield run.folder
        return
    with tempfile.TemporaryDirectory(prefix="recon-view-") as folder:
        write_cut(Path(folder), for_audience(read_cut(run.folder), asked.audience))
        yield Path(folder)


def _require_masked(run: Run, asked: Asked, made: Path) -> None:
    """Refuse files that hold what their audience may not see: masks leave nothing of it, and this is looked at all the same."""
    cut = read_cut(run.folder)
    names = foreign_names(cut) if asked.audience == "external" else set()
    faults = [
        Fault(f"no personal data in {path.name}, but it holds {len(found)} such things, the first is a {found[0].split()[0]}")
        for path in sorted(made.iterdir())
        if (found := personal_data(path, names))
    ]
    if faults:
        raise DeliveryError(f"view for the audience {asked.audience}", faults)


def foreign_names(cut: Cut) -> set[str]:
    """Names of payers and customers, of two words or more, that the company does not itself use for its own things."""
    ours = canonical_json(cut.meta) + " ".join(cut.checklist["source"])
    tables = ((cut.bank_lines, "counterparty_name"), (cut.open_items, "customer_name"), (cut.ledger_items, "customer_name"))
    found = {str(name) for rows, column in tables for name in rows[column].dropna().unique()}
    return {name for name in found if " " in name and name not in ours}


def own_language(run: Run) -> str:
    """The language of a run's own pages."""
    return str(about(run).get("locale") or "en")


def about(run: Run) -> dict[str, Any]:
    """What a run's cut says of itself (company, period, language), without its tables."""
    meta: dict[str, Any] = json.loads((run.folder / "data" / "cut.json").read_text("utf-8"))
    return meta


def told_period(run: Run, words: Words) -> str:
    """A run's period as people say it."""
    told = about(run)["period"]
    return words.period(told["name"], pd.Timestamp(told["first"]), pd.Timestamp(told["last"]))


def _of_run(run: Run, report: str, own: str) -> Shown:
    told, known = run.reports[report], {output["path"]: output["sha256"] for output in run.manifest["outputs"]}
    names = {kind: told[kind] for kind in _KINDS if kind in told}
    files = {kind: run.folder / name for kind, name in names.items()}
    return Shown(report, told["sentence"], own, None, files, {kind: known[name] for kind, name in names.items()})


def _written(run: Run, report: str, asked: Asked, parameters: Mapping[str, str], aside: Path) -> dict[str, str]:
    from recon_kit.report import to_html

    with _readable(run, asked) as data:
        try:
            executed = run_notebook(find_notebook(report), aside / f"{report}.ipynb", {"run": str(data), **parameters})
        except cell_failure() as error:
            raise ReconError(f"{report} cannot be shown so: {error.evalue} ({error.ename})") from error
        cut, language = read_cut(data), asked.language or own_language(run)
    title = f"{cut.meta['company']} · {cut.meta['period']['name']} · {report.replace('_', ' ')}"
    (aside / f"{report}.html").write_text(to_html(executed, title), encoding="utf-8")
    if not asked.entity and not asked.currency:  # a working paper is always of everything
        REPORTS[report].workbook(cut, aside / f"{report}.xlsx", language)
    if asked.audience != "full":
        (aside / f"{report}.ipynb").unlink()  # it names folders of this machine
        _require_masked(run, asked, aside)
    return {"sentence": REPORTS[report].sentence(cut, language).replace("\u00a0", " "), "language": language}


def _printed(run: Run, page: Shown, aside: Path) -> dict[str, str]:
    if file_sha256(page.files["page"]) != page.hashes["page"]:
        raise DeliveryError("pdf", [Fault(f"{page.files['page']} as it was made, but it was changed")])
    period = told_period(run, Words(page.language))
    margins = Margins(str(about(run)["company"]), period, run.run_id, page.language)
    (aside / f"{page.report}.pdf").write_bytes(to_pdf(page.files["page"], margins))
    return {"sentence": page.sentence, "language": page.language}


def _view(run: Run, report: str, parameters: Mapping[str, str], write: Callable[[Path], dict[str, str]]) -> Shown:
    """The view with these parameters: whole under its id, or not there."""
    asked = canonical_json({"run_id": run.run_id, "report": report, "parameters": parameters})
    view_id = hashlib.sha256(asked.encode()).hexdigest()[:16]
    home = run.folder.parent / FOLDER
    folder = home / view_id
    if not (folder / TOLD).is_file():
        _sweep(home)
        aside = home / f".making-{os.getpid()}-{view_id}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            _put(aside, folder, json.loads(asked) | write(aside))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return _of_view(folder)


def _put(aside: Path, folder: Path, told: dict[str, Any]) -> None:
    files = {path.name: file_sha256(path) for path in sorted(aside.iterdir())}
    made = {"schema": 1, "view_id": folder.name, **told, "files": files, "versions": {"recon_kit": recon_kit.__version__}}
    (aside / TOLD).write_text(json.dumps(made, indent=1), encoding="utf-8")
    try:
        durable.rename(aside, folder, "view.write")
    except OSError:
        if not (folder / TOLD).is_file():  # else another process made the same view meanwhile
            raise


def _of_view(folder: Path) -> Shown:
    told = json.loads((folder / TOLD).read_text("utf-8"))
    names = {kind: f"{told['report']}.{suffix}" for kind, suffix in _KINDS.items()}
    there = {kind: name for kind, name in names.items() if name in told["files"]}
    files = {kind: folder / name for kind, name in there.items()}
    hashes = {kind: told["files"][name] for kind, name in there.items()}
    return Shown(told["report"], told["sentence"], told["language"], folder.name, files, hashes)


def _sweep(home: Path) -> None:
    """Remove what was begun a day ago and never finished."""
    for left in home.glob(".making-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
