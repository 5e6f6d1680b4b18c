"""Every notebook is a page to read, and what a kernel leaves is the page that the package makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recon_kit.report import aging, reconciliation, to_html, write_cut
from recon_kit.report.canon import REPORTS
from recon_kit.report.example import example_cut
from recon_kit.report.parameters import Parameter, declared, faults
from tests.report.pages import executed

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def test_there_is_a_notebook():
    assert "reconciliation.ipynb" in [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_a_page_to_read(path):
    assert faults(read(path)) == []


@pytest.mark.parametrize("name", REPORTS)
def test_what_a_report_of_every_run_declares(name):
    assert declared(read(FOLDER / f"{name}.ipynb")) == [
        Parameter("run", str, "", "folder of a run, which holds data/; empty shows a built-in example"),
        Parameter("language", str, "", "de or en; empty takes the company's own"),
    ]


def notebook(*code: str, head: str = "# Title", parameters: str = 'run: str = ""  # a folder') -> dict:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": head}]
    cells.append({"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": parameters, "outputs": []})
    cells += [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in code]
    return {"cells": cells}


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (notebook(head="no heading"), "the first cell is not a markdown heading of level one"),
        (notebook(parameters="run = ''  # a folder"), "1 lines in the parameters cell, but 0 are `name: type = literal`"),
        (notebook(parameters='run: str = ""'), "parameter run has no comment"),
        (notebook(parameters="run: str = 5  # x"), "1 lines in the parameters cell, but 0 are `name: type = literal`"),
        (notebook("for x in y:\n    x"), "code cell 2 has a For; logic belongs into the package"),
        (notebook("[x for x in y]"), "code cell 2 has a ListComp; logic belongs into the package"),
        (notebook("def f(): ..."), "code cell 2 has a FunctionDef; logic belongs into the package"),
        (notebook("import pandas"), "code cell 2 imports pandas"),
        (notebook("a\nb\nc\nd\ne\nf\ng"), "code cell 2 has 7 lines, at most 6"),
        (notebook(*["a\nb\nc\nd\ne\nf"] * 10), "61 code lines, at most 60"),
        (notebook("x = '/home/anna/run'"), "a cell names a path of one machine: \"x = '/home/anna/run'\""),
        (notebook("%matplotlib inline"), "code cell 2 is not plain Python: invalid syntax"),
    ],
)
def test_what_is_no_page_is_named(made, fault):
    assert fault in faults(made)


def test_rows_of_data_count_as_one_line():
    assert faults(notebook('rows = read_text("""\n' + "a | b\n" * 40 + '""")')) == []


def test_outputs_and_counts_are_named():
    made = notebook("x")
    made["cells"][-1] |= {"outputs": [{}], "execution_count": 3}
    assert faults(made) == ["code cell 2 has outputs", "code cell 2 has an execution count"]


def test_two_cells_of_parameters_are_one_too_many():
    made = notebook()
    made["cells"].append(made["cells"][1])
    assert "2 cells are tagged 'parameters', expected one" in faults(made)


@pytest.mark.parametrize(("name", "opened"), [("reconciliation", reconciliation), ("aging", aging)])
def test_a_kernel_leaves_the_page_that_the_package_makes(tmp_path, name, opened):
    """Takes seconds: a kernel has to start. Papermill's random cell id, counts and times must leave no trace in the page."""
    import papermill

    write_cut(tmp_path, example_cut())
    page = opened(str(tmp_path), "de")
    ran = papermill.execute_notebook(
        str(FOLDER / f"{name}.ipynb"),
        str(tmp_path / "run.ipynb"),
        {"run": str(tmp_path), "language": "de"},
        progress_bar=False,
    )
    assert to_html(ran, page.title) == to_html(executed(page), page.title)
