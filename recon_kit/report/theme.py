"""One look: a colour has one meaning, in tables, in charts, by day and by night."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

BOOKED, EXPLAINED, PROPOSED, UNEXPLAINED = "#0072B2", "#56B4E9", "#E69F00", "#D55E00"
MEANING = {"booked": BOOKED, "explained": EXPLAINED, "proposed": PROPOSED, "unexplained": UNEXPLAINED, "other": "#999999"}
"""Okabe-Ito hues, told apart by colour-blind readers: booked dark blue, explained sky, proposed orange, open vermillion."""

AGES = ("#f6e4ee", "#e6bfd5", "#d598bb", "#bd6f9f", "#9c4b80", "#763360", "#4f1d40")
"""One hue from light to dark: the older what is open, the darker; one colour for each bucket by due date."""

UNDATED = "#999999"
SOFT, EDGE = "#5b6875", "#7c8a97"
"""Text that steps back, and the outline that keeps the lightest and the darkest bar visible by day and by night."""

FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,sans-serif'

TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 12.5, "color": "#16202a"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [BOOKED, PROPOSED, "#009E73", UNEXPLAINED, EXPLAINED, "#CC79A7", "#999999"],
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "xaxis": {
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "tickfont": {"color": SOFT},
            "fixedrange": True,
        },
        "yaxis": {"showgrid": False, "zeroline": True, "zerolinecolor": "#dfe4ea", "automargin": True, "fixedrange": True},
        "hoverlabel": {"font": {"family": FONT}},
        "bargap": 0.32,
        "dragmode": False,
    }
}
"""The plotly template `recon`: no grid, zero-based bars, clear ground so that the page's own shows through."""

CONFIG = {"displayModeBar": False, "responsive": True, "displaylogo": False}


def css() -> str:
    """The style of the page, colours for day and night and print included."""
    return _text("page.css") + _text("recon.css")


def notebook_css() -> str:
    """The same style inside a notebook, on the colours of JupyterLab's own theme."""
    return _text("notebook.css") + _text("recon.css")


def _text(name: str) -> str:
    return files("recon_kit.report").joinpath("templates", "recon", name).read_text("utf-8")
