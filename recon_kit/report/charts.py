"""Charts as plotly's own figure data, aggregates only; no chart stands without its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.money import exponent
from recon_kit.report.multiples import Panel, grid
from recon_kit.report.theme import CONFIG, MEANING, SOFT, TEMPLATE
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
    told: list[str] = []
    panels = [[_panel(rows, currency, direction, words, told) for direction in ("in", "out")] for currency in currencies]
    traces, layout = grid(panels, height=_PANEL, widths=(0.56, 0.38))
    layout |= {"showlegend": False, "margin": {"l": 8, "r": 8, "t": 6, "b": 2}}
    return Figure(traces, layout, str(words("bridge.alt", parts="; ".join(told))))


def _panel(rows: pd.DataFrame, currency: str, direction: str, words: Words, told: list[str]) -> Panel:
    found = rows[(rows["currency"] == currency) & (rows["direction"] == direction)]
    title = f"{currency} · {words(f'bridge.{direction}')}"
    if found.empty:
        return Panel(title, [])
    row = found.iloc[0]
    told.append(_told(row, words))
    high = abs(int(row["booked"])) / 10 ** exponent(currency)
    x = {"tickangle": 0, "tickfont": {"size": 10.8, "color": SOFT}}
    return Panel(title, [_waterfall(row, words, direction)], x, {"visible": False, "range": [0, high * 1.2]})


def _told(row: pd.Series, words: Words) -> str:
    amount, left = (words.money(row[name], row["currency"], code=True) for name in ("booked", "unexplained"))
    direction = words(f"bridge.{row['direction']}")
    return str(words("bridge.alt_part", currency=row["currency"], direction=direction, amount=amount, open=left))


def _waterfall(row: pd.Series, words: Words, direction: str) -> dict[str, Any]:
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
    return trace | {"textfont": {"size": 12}, "width": 0.68}


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
        "yaxis": {"tickformat": ",.0f", "showgrid": False, "nticks": 4, "tickfont": {"color": SOFT}},
        "xaxis": {"type": "category", "tickangle": 0, "nticks": 12},
    }
    return Figure(traces, layout, str(words("day.alt")))
