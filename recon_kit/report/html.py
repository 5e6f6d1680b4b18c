"""From an executed notebook to one offline page: the same bytes whenever the outputs are the same."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from recon_kit.report.charts import PLOTLY
from recon_kit.report.notebook_format import nbformat
from recon_kit.report.theme import css
from recon_kit.report.words import Words

QUESTION = "question"
"""Tag of a cell that speaks to the reader of the notebook only; the page has the same in its own language."""

_LEAST = 940
_STYLE = re.compile(r"<style data-recon>.*?</style>", re.DOTALL)
_LANGUAGE = re.compile(r'data-language="([a-z]{2})"')


def to_html(executed_notebook: Any, title: str) -> str:
    """The report as one HTML page without code, that needs nothing from any network and asks for nothing.

    Figures get ids by their order and plotly.js is embedded once; cell ids, execution counts, times and other metadata
    leave no trace, so two runs over one cut give one page.

    Args:
        executed_notebook: an nbformat 4 notebook (a `NotebookNode` or plain dict) with its outputs.
        title: of the page; what stands in the notebook's metadata or file name plays no part.
    """
    reader = nbformat()
    from nbconvert import HTMLExporter

    notebook, language, n_figures = _prepared(executed_notebook)
    resources: dict[str, Any] = {"metadata": {"name": title}, "language": language, "recon_css": css(), "plotlyjs": ""}
    resources["skip"] = str(Words(language)("page.skip"))
    if n_figures:
        resources |= {"plotlyjs": _plotlyjs(), "recon_js": _file("page.js")}
    exporter = HTMLExporter(
        template_name="recon",
        extra_template_basedirs=[str(files("recon_kit.report").joinpath("templates"))],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    page, _ = exporter.from_notebook_node(reader.from_dict(notebook), resources=resources)
    return str(page)


def _prepared(executed: Any) -> tuple[dict[str, Any], str, int]:
    cells, language, n_figures = [], "en", 0
    for cell in executed["cells"]:
        if QUESTION in cell.get("metadata", {}).get("tags", []):
            continue
        made = {"cell_type": cell["cell_type"], "metadata": {}, "source": _text(cell["source"])}
        if cell["cell_type"] == "code":
            outputs = []
            for output in cell.get("outputs", []):
                built, n_figures = _output(output, n_figures)
                language = (_LANGUAGE.findall(str(built)) or [language])[0]
                outputs.append(built)
            made |= {"source": "", "outputs": outputs, "execution_count": None}
        cells.append(made)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, language, n_figures


def _output(output: Any, n_figures: int) -> tuple[dict[str, Any], int]:
    made: dict[str, Any] = deepcopy(dict(output))
    if made["output_type"] not in ("display_data", "execute_result"):
        return made, n_figures
    data = {kind: _text(value) if isinstance(value, list) else value for kind, value in made["data"].items()}
    if PLOTLY in data:
        n_figures += 1
        data = {"text/html": _figure(data[PLOTLY], f"fig-{n_figures}")}
    elif "text/html" in data:
        data = {"text/html": _STYLE.sub("", data["text/html"])}
    return {"output_type": "display_data", "data": data, "metadata": {}}, n_figures


def _figure(figure: Any, name: str) -> str:
    layout = dict(figure["layout"])
    label = (layout.pop("meta", None) or {}).get("label", "")
    config = {**figure.get("config", {}), "displaylogo": False, "responsive": True, "displayModeBar": False}
    config.pop("plotlyServerURL", None)
    arguments = ",".join(_script(value) for value in (figure["data"], layout, config))
    height = int(layout.get("height", 360))
    least = _LEAST if len(figure["data"]) else 0
    return Markup(
        '<div class="rk drawn"><div class="card figure"><div id="{}" class="plotly-graph-div" role="img" aria-label="{}"'
        ' style="height:{}px;--least:{}px"></div></div></div><script>Plotly.newPlot("{}",{})</script>'
    ).format(name, label, height, least, name, Markup(arguments))  # noqa: S704 (JSON with every < > & escaped)


def _script(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


@cache
def _plotlyjs() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _file(name: str) -> str:
    return files("recon_kit.report").joinpath("templates", "recon", name).read_text("utf-8")
