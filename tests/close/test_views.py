"""Views of a run: the run stays as it is, and the same question finds the same view."""

from __future__ import annotations

import json
import shutil

import openpyxl
import pytest

from recon_kit.close import verify, views
from recon_kit.close.runs import every_run
from recon_kit.close.views import Asked, print_pdf, show
from recon_kit.errors import DeliveryError, ParameterError, ReconError
from recon_kit.report.cut import read_cut
from recon_kit.report.scanner import personal_data
from recon_kit.workspace import Workspace
from tests.close.closed_example import close_example


@pytest.fixture(scope="module")
def closed_workspace(tmp_path_factory):
    return close_example(tmp_path_factory.mktemp("views") / "acme")


@pytest.fixture
def run(closed_workspace, tmp_path):
    """The run of a copy."""
    shutil.copytree(closed_workspace.folder, tmp_path / "acme")
    (found,) = every_run(tmp_path / "acme" / "reports")
    return found


@pytest.fixture
def printer(monkeypatch):
    """What was printed, by a printer that needs no browser."""
    printed = []

    def to_pdf(page, margins):
        printed.append((page, margins))
        return b"%PDF-1.4"

    monkeypatch.setattr(views, "to_pdf", to_pdf)
    return printed


def test_the_run_s_own_language_needs_no_view(run):
    for asked in (Asked(), Asked(language="en")):
        shown = show(run, "reconciliation", asked)
        assert (shown.view_id, shown.language, shown.sentence) == (None, "en", run.manifest["sentence"])
        assert shown.files["page"] == run.folder / "reconciliation.html"
    assert not (run.folder.parent / "views").exists()


def test_another_language_is_made_once_beside_the_run_and_printed_from_there(run, printer):
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    shown = show(run, "reconciliation", Asked(language="de"))
    assert shown.files["page"].parent == run.folder.parent / "views" / shown.view_id
    assert 'lang="de"' in shown.files["page"].read_text("utf-8")[:200]
    assert "237.596,56 EUR sind eingegangen" in shown.sentence
    assert openpyxl.load_workbook(shown.files["workbook"])["Summary"]["A1"].value == "Abstimmung Oktober 2026"
    told = json.loads((shown.files["page"].parent / "view.json").read_text("utf-8"))
    assert (told["run_id"], told["report"], told["parameters"]) == (run.run_id, "reconciliation", {"language": "de"})
    assert {path: path.read_bytes() for path in before} == before
    made = shown.files["page"].stat().st_mtime_ns
    assert show(run, "reconciliation", Asked(language="de")).files["page"].stat().st_mtime_ns == made
    print_pdf(run, "reconciliation", Asked(language="de"))
    page, margins = printer[0]
    assert (page, margins.period, margins.language) == (shown.files["page"], "Oktober 2026", "de")
    assert verify(Workspace.open(run.folder.parents[2])) == []


@pytest.mark.parametrize("audience", ["internal", "external"])
def test_a_view_for_others_holds_nothing_that_they_may_not_see(run, audience):
    names = views.foreign_names(read_cut(run.folder)) if audience == "external" else ()
    shown = show(run, "reconciliation", Asked(audience=audience))
    assert set(shown.files) == {"page", "workbook"}  # the executed notebook names folders of this machine
    assert [personal_data(path, names) for path in shown.files.values()] == [[], []]
    assert personal_data(run.folder / "reconciliation.xlsx", names)
    assert shown.sentence == run.manifest["sentence"]


def test_what_masks_left_over_is_not_published(run, monkeypatch):
    monkeypatch.setattr(views, "for_audience", lambda cut, _: cut)
    with pytest.raises(DeliveryError, match=r"no personal data in reconciliation\.\w+, but it holds \d+ such things"):
        show(run, "reconciliation", Asked(audience="external"))
    assert not [path for path in (run.folder.parent / "views").glob("*") if path.name[0] != "."]


def test_paper_is_a_view_of_its_own(run, printer):
    shown = print_pdf(run, "reconciliation", Asked())
    again = print_pdf(run, "reconciliation", Asked(language="en"))
    assert list(shown.files) == ["pdf"]
    assert (again.view_id, len(printer)) == (shown.view_id, 1)
    page, margins = printer[0]
    assert page == run.folder / "reconciliation.html"
    assert (margins.company, margins.period, margins.language) == ("Nordlicht (example)", "October 2026", "en")
    assert not [path for path in shown.files["pdf"].parent.parent.iterdir() if path.name.startswith(".")]


def test_paper_that_fails_leaves_nothing(run, monkeypatch):
    def broken(*_):
        raise ReconError("no paper")

    monkeypatch.setattr(views, "to_pdf", broken)
    with pytest.raises(ReconError, match="no paper"):
        print_pdf(run, "reconciliation", Asked())
    assert list((run.folder.parent / "views").iterdir()) == []


def test_a_page_that_was_changed_is_not_printed(run, printer):
    (run.folder / "reconciliation.html").write_text("<p>all is well</p>")
    with pytest.raises(DeliveryError, match=r"reconciliation\.html as it was made, but it was changed"):
        print_pdf(run, "reconciliation", Asked())
    assert printer == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(language="fr"), "language is 'fr', expected en or de"),
        (Asked(entity="NORD"), "no parameter 'entity'"),
        (Asked(currency="CHF"), "no parameter 'currency'"),
        (Asked(audience="public"), "audience is 'public', expected one of full, internal, external"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(run, asked, told):
    for made in (show, print_pdf):
        with pytest.raises(ParameterError, match=told):
            made(run, "reconciliation", asked)
    assert not list((run.folder.parent / "views").glob("*"))


def test_a_report_that_the_run_has_not_is_named(run):
    with pytest.raises(ParameterError, match="did you mean 'reconciliation'"):
        show(run, "reconcilation", Asked())
