"""The evidence for one match as a figure: where it starts, what each kind adds or takes, where it ends."""

from __future__ import annotations

from math import log
from typing import Any

from recon_kit.matching import Explanation
from recon_kit.report.charts import Figure
from recon_kit.report.theme import BOOKED, EXPLAINED, MEANING, UNEXPLAINED
from recon_kit.report.words import MINUS, Words, plain

_TICKS = ("1", "10", "50", "90", "99", "99.9", "99.99", "99.999")
_BAR = 34
_ROOM = 0.09
"""Left beside the bars for their figures, as a share of the axis."""


def evidence_figure(told: Explanation, words: Words) -> Figure:
    """A bar a kind of evidence, each where the one above it ends; the axis is log-odds, read as probability.

    Args:
        told: of a match that the model weighed.
    """
    rows = told.evidence[told.evidence["feature"] != "score"]
    rows = rows.assign(first=rows["feature"] != "prior", size=rows["log_odds"].abs())
    rows = rows.sort_values(["first", "size", "feature"], ascending=[True, False, True])
    names, bases, sizes, texts, colours = [], [], [], [], []
    at = 0.0
    for row in rows.to_dict("records"):
        adds, first = float(row["log_odds"]), not row["first"]
        names.append(_name(row, words))
        bases.append(0.0 if first else at)
        sizes.append(adds)
        texts.append(_signed(adds, words))
        colours.append(MEANING["other"] if first else EXPLAINED if adds >= 0 else UNEXPLAINED)
        at += adds
    names.append(f"<b>{words('matches.together')}</b>")
    bases.append(0.0)
    sizes.append(at)
    texts.append(_signed(at, words))
    colours.append(BOOKED)
    trace = {
        "type": "bar", "orientation": "h", "y": names, "x": sizes, "base": bases, "text": texts, "textposition": "outside",
        "cliponaxis": False, "marker": {"color": colours}, "hovertemplate": "%{y}: %{text}<extra></extra>", "width": 0.62,
    }  # fmt: skip
    ends = [0.0, *(base + size for base, size in zip(bases, sizes, strict=True))]
    label = "; ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    return Figure([trace], _layout(len(names), ends, words), str(words("matches.evidence_alt", parts=label)))


def _name(row: dict[Any, Any], words: Words) -> str:
    kind = words.known("evidence", row["feature"])
    if row["feature"] == "prior":
        return kind
    value = f" ({plain(row['value'], 32)})" if isinstance(row["value"], str) else ""
    return f"{kind}: {plain(row['level'], 60)}{value}"


def _signed(adds: float, words: Words) -> str:
    sign = "+" if adds >= 0 else MINUS
    return f"{sign}{abs(adds):.2f}".replace(".", words.marks[0])


def _layout(n_bars: int, ends: list[float], words: Words) -> dict[str, Any]:
    ticks = [(log(float(text) / (100 - float(text))), words.percent(text)) for text in _TICKS]
    low, high = min(ends), max(ends)
    room = _ROOM * (high - low)
    return {
        "height": _BAR * n_bars + 74, "showlegend": False, "margin": {"l": 8, "r": 48, "t": 8, "b": 8},
        "yaxis": {"autorange": "reversed", "zeroline": False, "ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)"},
        "xaxis": {
            "range": [low - room * (low < 0 or ends[-1] < room), high + room], "tickvals": [at for at, _ in ticks],
            "ticktext": [text for _, text in ticks], "showgrid": True,
            "title": {"text": str(words("matches.axis")), "font": {"size": 12.5}},
            "gridcolor": "#eef1f4", "zeroline": True, "zerolinecolor": "#9aa5b1",
        },
    }  # fmt: skip
