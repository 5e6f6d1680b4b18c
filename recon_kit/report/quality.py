"""An evaluation to be looked at: its measures, what a floor of probability costs and gains, whether probabilities hold."""

from __future__ import annotations

from math import isnan
from typing import Any

import pandas as pd

from recon_kit.evaluation import Evaluation
from recon_kit.report.charts import Figure
from recon_kit.report.tables import Column, Html, section, table
from recon_kit.report.theme import BOOKED, MEANING, PROPOSED
from recon_kit.report.words import Words

_TOLD = (0.9, 0.99, 0.999)
_GREY = MEANING["other"]


def measures_table(evaluation: Evaluation, language: str = "en") -> Html:
    """How good a run was, by count and by money of the currency that most lines have; every share with what it is taken of."""
    words, rows = Words(language), evaluation.measures()
    most = evaluation.lines["currency"].value_counts()
    shown = rows[rows["currency"].isna() | rows["currency"].isin(most.index[:1])]
    heads = [Column(words("quality.measure")), *(Column(words(f"quality.{name}"), "n") for name in ("share", "of", "between"))]
    body = [_measure_row(row, words) for row in shown.to_dict("records") if row["of"]]
    through, false = (
        _share(rows.loc[rows["measure"] == name, "share"].iloc[0], words, 2) if evaluation.n_lines else str(words("number.na"))
        for name in ("straight_through", "false_automatic")
    )
    gap = "" if isnan(evaluation.ece) else words("quality.ece", gap=_share(evaluation.ece, words, 2))
    title = words("quality.title", share=through, false=false)
    return section(title, words("quality.question"), table(heads, body, look="dense"), after=[gap])


def _measure_row(row: dict[Any, Any], words: Words) -> list[object]:
    currency = row["currency"] if isinstance(row["currency"], str) else None
    name = words(f"quality.{row['measure']}")
    if currency:
        name = words("quality.in_currency", measure=name, currency=currency)
    part, of = (words.money(row[at], currency) if currency else words.count(row[at]) for at in ("part", "of"))
    low, high = (_share(row[at], words, 2) for at in ("lower95", "upper95"))
    share = _share(row["share"], words, 2)
    return [name, share, words("quality.part_of", part=part, of=of), words("quality.from_to", low=low, high=high)]


def frontier_figure(evaluation: Evaluation, language: str = "en") -> Figure:
    """Share automatic against false share, floor by floor, by count and by money of the main currency, with upper bounds."""
    words, rows = Words(language), evaluation.frontier()
    count = rows[rows["currency"].isna() & (rows["n"] > 0)]
    sizes = evaluation.lines["currency"].value_counts()
    traces = [_frontier(count, ("share", "false_share", "false_upper95"), str(words("quality.by_count")), BOOKED, words)]
    if len(sizes):
        money = rows[(rows["currency"] == sizes.index[0]) & (rows["n"] > 0)]
        name = str(words("quality.by_amount", currency=sizes.index[0]))
        columns = ("amount_share", "amount_false_share", "amount_false_upper95")
        traces.append(_frontier(money, columns, name, PROPOSED, words))
    told = "; ".join(_floor_told(row, words) for row in count[count["floor"].isin(_TOLD)].to_dict("records"))
    layout = _layout(str(words("quality.automatic_share")), str(words("quality.false_share")), words)
    layout["xaxis"]["tickformat"] = ".0%"
    layout["yaxis"] |= {"tickformat": ".2%", "rangemode": "tozero"}
    return Figure(traces, layout, str(words("quality.frontier_alt", parts=told)))


def calibration_figure(evaluation: Evaluation, language: str = "en", n_bins: int = 15) -> Figure:
    """Said against seen: a point a bin of about equally many decided lines, its 95 % interval, and the line of truth."""
    words, bins = Words(language), evaluation.calibration(n_bins)
    said, seen = bins["said"].tolist(), bins["seen"].tolist()
    above, below = (bins["upper95"] - bins["seen"]).tolist(), (bins["seen"] - bins["lower95"]).tolist()
    points = {
        "type": "scatter", "mode": "markers", "x": said, "y": seen, "marker": {"color": BOOKED, "size": 8},
        "error_y": {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": BOOKED, "thickness": 1},
        "text": [words.count(n) for n in bins["n"]], "hovertemplate": "%{x:.2%} → %{y:.2%} · %{text}<extra></extra>",
    }  # fmt: skip
    truth = {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "hoverinfo": "skip",
             "line": {"color": _GREY, "dash": "dot", "width": 1}}  # fmt: skip
    layout = _layout(str(words("quality.said")), str(words("quality.seen")), words) | {"showlegend": False}
    layout["xaxis"] |= {"tickformat": ".0%", "range": [-0.02, 1.02]}
    layout["yaxis"] |= {"tickformat": ".0%", "range": [-0.02, 1.02]}
    gap = f"{evaluation.ece:.4f}".replace(".", words.marks[0])
    return Figure([truth, points], layout, str(words("quality.calibration_alt", n=len(bins), gap=gap)))


def _frontier(rows: pd.DataFrame, columns: tuple[str, str, str], name: str, colour: str, words: Words) -> dict[str, Any]:
    share, false, upper = (rows[column].astype(float) for column in columns)
    return {
        "type": "scatter", "mode": "lines+markers", "name": name, "x": share.tolist(), "y": false.tolist(),
        "line": {"color": colour}, "marker": {"color": colour, "size": 6},
        "error_y": {"type": "data", "symmetric": False, "array": (upper - false).tolist(), "arrayminus": [0.0] * len(rows),
                    "color": colour, "thickness": 0.7},
        "text": [str(words("quality.floor", floor=_share(floor, words))) for floor in rows["floor"]],
        "hovertemplate": name + " · %{text}: %{x:.1%}, %{y:.3%}<extra></extra>",
    }  # fmt: skip


def _layout(across: str, up: str, words: Words) -> dict[str, Any]:
    return {
        "height": 340, "separators": "".join(words.marks), "legend": {"orientation": "h", "x": 0, "y": 1.12},
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8}, "xaxis": {"title": {"text": across}}, "yaxis": {"title": {"text": up}},
    }  # fmt: skip


def _floor_told(row: dict[Any, Any], words: Words) -> str:
    shares = {
        name: _share(row[at], words, 2)
        for name, at in (("share", "share"), ("false", "false_share"), ("upper", "false_upper95"))
    }
    return str(words("quality.frontier_part", floor=_share(row["floor"], words), **shares))


def _share(value: float, words: Words, digits: int | None = None) -> str:
    text = f"{100 * value:g}" if digits is None else f"{100 * value:.{digits}f}"
    return words.percent(text)
