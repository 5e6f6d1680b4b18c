"""Small multiples: a panel for each currency, entity or bucket, every one with axes of its own, in one plotly figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

_TITLE = 32
"""Pixels kept above each panel for its title."""


@dataclass(frozen=True)
class Panel:
    """One small chart.

    Args:
        title: what it is of, in words.
        traces: plotly traces without axes; none draws the title and a dash.
        x, y: settings of its axes, over those of the template.
    """

    title: str
    traces: Sequence[Mapping[str, Any]]
    x: Mapping[str, Any] = field(default_factory=dict)
    y: Mapping[str, Any] = field(default_factory=dict)


def grid(
    rows: Sequence[Sequence[Panel | None]],
    *,
    height: int = 250,
    widths: Sequence[float] = (),
    gap: float = 0.06,
    labels: int = 48,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Traces and layout of panels in rows; no panel shares an axis with another, because their amounts may not be compared.

    Args:
        rows: as they stand on the page, each as long as the first; None leaves a place empty.
        height: of a row, in pixels.
        widths: of the columns, any unit; equal where none are given.
        gap: between columns, as a share of the whole width.
        labels: pixels kept below each panel for the labels of its axis.
    """
    columns = _spans(widths or [1.0] * len(rows[0]), gap)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": [], "height": height * len(rows)}
    number = 0
    for place, row in enumerate(rows):
        top, bottom = 1 - place / len(rows), 1 - (place + 1) / len(rows)
        domain = [bottom + labels / layout["height"], top - _TITLE / layout["height"]]
        for (left, right), panel in zip(columns, row, strict=True):
            if panel is None:
                continue
            number += 1
            axis = "" if number == 1 else str(number)
            layout["annotations"].append(_headline(panel.title, left, top))
            layout[f"xaxis{axis}"] = {"domain": [left, right], "anchor": f"y{axis}", **panel.x}
            layout[f"yaxis{axis}"] = {"domain": domain, "anchor": f"x{axis}", **panel.y}
            traces += [{**trace, "xaxis": f"x{axis}", "yaxis": f"y{axis}"} for trace in panel.traces]
            if not panel.traces:
                layout[f"xaxis{axis}"]["visible"] = layout[f"yaxis{axis}"]["visible"] = False
                layout["annotations"].append(_headline("–", left, domain[1]))
    return traces, layout


def in_rows(panels: Sequence[Panel], abreast: int) -> list[list[Panel | None]]:
    """Panels in rows of so many; the last row is filled up with empty places."""
    rows = [list[Panel | None](panels[at : at + abreast]) for at in range(0, len(panels), abreast)]
    return [[*row, *[None] * (abreast - len(row))] for row in rows]


def _spans(widths: Sequence[float], gap: float) -> list[tuple[float, float]]:
    room = 1 - gap * (len(widths) - 1)
    made, left = [], 0.0
    for width in widths:
        size = room * width / sum(widths)
        made.append((round(left, 4), round(left + size, 4)))
        left += size + gap
    return made


def _headline(text: str, x: float, y: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": x, "y": y, "xanchor": "left", "yanchor": "top", "showarrow": False}
    return {"text": f"<b>{escape(text)}</b>", "font": {"size": 13}, **place}
