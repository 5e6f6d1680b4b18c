"""Charts as plotly's own figure data, aggregates only; no chart stands without its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.money import exponent
from recon_kit.report.theme import CONFIG, MEANING, TEMPLATE
from recon_kit.report.words import MINUS, Words

PLOTLY = "application/vnd.plotly.v1+json"
_PANEL = 250
_SMALL = 0.025
_SOFT = "\N{SOFT HYPHEN}"


@dataclass(frozen=True)
class Figure:
    """A plotly figure as data, told to a notebook by mimetype; plotly.js is added once when the page is exported.

    Args:
        label: what it shows, for those who cannot see it.
    """

    data: list[dict[str, Any]]
    layout: dict[str, Any]
    label: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        layout = {"template": TEMPLATE, "meta": {"label": self.label}, **self.layout}
        return {PLOTLY: {"data": self.data, "layout": layout, "config": CONFIG}, "text/plain": self.label}

    def __repr__(self) -> str:
        return self.label


def bridge_chart(rows: pd.DataFrame, currencies: Sequence[str], words: Words) -> Figure:
    """Waterfalls from what was booked to what is unexplained: a row per currency, in on the left, out on the right.

    Args:
        rows: as `bridge_by_currency`; thousands of the major unit on every label.
    """
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "showlegend": False,
        "annotations": [],
        "margin": {"l": 8, "r": 8, "t": 6, "b": 2},
        "height": _PANEL * len(currencies),
    }
    told = []
    for place, currency in enumerate(currencies):
        top, bottom = 1 - place / len(currencies), 1 - (place + 1) / len(currencies)
        for side, (direction, left, right) in enumerate((("in", 0.0, 0.56), ("out", 0.62, 1.0))):
            found = rows[(rows["currency"] == currency) & (rows["direction"] == direction)]
            number = 2 * place + side + 1
            axis = "" if number == 1 else str(number)
            title = f"{currency} · {words(f'bridge.{direction}')}"
            layout["annotations"].append(_headline(title, left, top))
            domain = [bottom + 0.19 / len(currencies), top - 0.13 / len(currencies)]
            layout[f"xaxis{axis}"] = {
                "domain": [left, right],
                "anchor": f"y{axis}",
                "tickangle": 0,
                "tickfont": {"size": 10.8, "color": "#5b6875"},
            }
            layout[f"yaxis{axis}"] = {"domain": domain, "anchor": f"x{axis}", "visible": False}
            if found.empty:
                layout[f"xaxis{axis}"]["visible"] = False
                layout["annotations"].append(_headline("–", left, domain[1]))
                continue
            row = found.iloc[0]
            high = abs(int(row["booked"])) / 10 ** exponent(currency)
            layout[f"yaxis{axis}"]["range"] = [0, high * 1.2]
            traces.append(_waterfall(row, axis, words, direction))
            told.append(_told(row, words))
    label = words("bridge.alt", parts="; ".join(told))
    return Figure(traces, layout, str(label))


def _told(row: pd.Series, words: Words) -> str:
    amount, left = (words.money(row[name], row["currency"], code=True) for name in ("booked", "unexplained"))
    direction = words(f"bridge.{row['direction']}")
    return str(words("bridge.alt_part", currency=row["currency"], direction=direction, amount=amount, open=left))


def _headline(text: str, x: float, y: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": x, "y": y, "xanchor": "left", "yanchor": "top", "showarrow": False}
    return {"text": f"<b>{text}</b>", "font": {"size": 13}, **place}


def _waterfall(row: pd.Series, axis: str, words: Words, direction: str) -> dict[str, Any]:
    scale = 10 ** exponent(row["currency"])
    sign = -1 if direction == "out" else 1
    labels, bases, sizes, texts, colours = [], [], [], [], []
    left = sign * int(row["booked"])
    steps = [(f"booked_{direction}", left), *_steps(row, sign)]
    for step, amount in steps:
        first = step.startswith("booked")
        after = left if first else left - amount
        named = f"bridge.{step}" if first else "bridge.small_steps" if step == "small" else f"step.{step}"
        labels.append(_wrapped(str(words(named))))
        bases.append(0 if first else after / scale)
        sizes.append(amount / scale)
        major = sign * amount / scale
        texts.append(_label(major if first or step == "unexplained" else -major, words))
        colours.append(MEANING["booked" if first else step if step in MEANING else "explained"])
        left = after
    trace = {
        "type": "bar",
        "x": labels,
        "y": sizes,
        "base": bases,
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
    }
    trace |= {"marker": {"color": colours}, "hovertemplate": "%{x}: %{text}<extra></extra>", "constraintext": "none"}
    return trace | {"xaxis": f"x{axis}", "yaxis": f"y{axis}", "textfont": {"size": 12}, "width": 0.68}


def _label(major: float, words: Words) -> str:
    """Thousands; what is there but too little for them is not called nothing."""
    text = words.thousands(major).replace("-", MINUS)
    return f"< {words.thousands(100)}" if major and abs(major) < 50 else text


def _steps(row: pd.Series, sign: int) -> list[tuple[str, int]]:
    """The steps to draw: several that are too small to be seen stand together; what is open always stands alone."""
    steps = {step: sign * int(row[step]) for step in BRIDGE_STEPS if row[step]}
    small = [s for s in steps if s not in ("proposed", "unexplained") and abs(steps[s]) < _SMALL * abs(int(row["booked"]))]
    if len(small) < 2:
        return list(steps.items())
    together = [("small", sum(steps[step] for step in small))]
    explained = [(step, amount) for step, amount in steps.items() if step not in (*small, "proposed", "unexplained")]
    return [*explained, *together, *((step, steps[step]) for step in ("proposed", "unexplained") if step in steps)]


def _wrapped(text: str) -> str:
    """A label in short lines, as plotly breaks none by itself; long words at their soft hyphens."""
    lines = [""]
    for word in text.split():
        whole = word.replace(_SOFT, "")
        first, _, rest = word.partition(_SOFT) if len(whole) > 9 else (whole, "", "")
        if lines[-1] and len(lines[-1]) + len(first) > 9:
            lines.append(first)
        else:
            lines[-1] = f"{lines[-1]} {first}".strip()
        if rest:
            lines[-1] += "-"
            lines.append(rest.replace(_SOFT, ""))
    return "<br>".join(lines)


def day_chart(rows: pd.DataFrame, currency: str, days: Sequence[pd.Timestamp], words: Words) -> Figure:
    """Money in by day as stacked bars: explained, proposed, unexplained; one currency, thousands.

    Args:
        rows: as `by_day`.
        days: the days (or first days of weeks) on the axis, every one of the period.
    """
    scale = 10 ** exponent(currency) * 1000
    found = rows[rows["currency"] == currency].set_index("on")
    labels = [words.day_short(day) for day in days]
    traces = []
    for state in ("explained", "proposed", "unexplained"):
        values = [int(found[state].get(day, 0)) / scale for day in days]
        name = str(words(f"step.{state}") if state != "explained" else words("source.explained"))
        trace = {"type": "bar", "x": labels, "y": values, "name": name, "marker": {"color": MEANING[state]}}
        traces.append(trace | {"hovertemplate": "%{x} · " + name + ": %{y:,.1f}<extra></extra>"})
    top = {"orientation": "h", "x": 0, "y": 1.16, "xanchor": "left", "traceorder": "normal"}
    layout = {
        "barmode": "stack",
        "bargap": 0.25,
        "height": 260,
        "legend": top,
        "separators": "".join(words.marks),
        "yaxis": {"tickformat": ",.0f", "showgrid": False, "nticks": 4, "tickfont": {"color": "#5b6875"}},
        "xaxis": {"type": "category", "tickangle": 0, "nticks": 12},
    }
    return Figure(traces, layout, str(words("day.alt")))
