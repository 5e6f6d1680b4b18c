"""The aging report's charts: small multiples by age; one hue, the darker the older, and every bar has its bucket's name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.aging import AGING_BUCKETS
from recon_kit.money import exponent
from recon_kit.report.charts import Figure
from recon_kit.report.context import Context
from recon_kit.report.multiples import Panel, grid, in_rows
from recon_kit.report.theme import AGES, EDGE, SOFT, UNDATED

_MOST, _ABREAST = 6, 2
_OUTLINE = {"color": EDGE, "width": 0.8}
_COLOURS = (*AGES, UNDATED)


def due_chart(context: Context, rows: pd.DataFrame) -> Figure:
    """What is open by days past due: a panel for each entity and currency, the largest first; thousands on every bar.

    Args:
        rows: as `aging_due`, per entity and currency.
    """
    order = {code: place for place, code in enumerate(context.owed.currencies)}
    ranked = rows.assign(_at=rows["currency"].map(order)).sort_values(["_at", "gross"], ascending=[True, False])
    ranked = ranked[ranked["gross"] > 0].head(_MOST)
    panels = [_due_panel(context, row) for row in ranked.to_dict("records")]
    traces, layout = grid(in_rows(panels, min(_ABREAST, max(len(panels), 1))) or [[None]], height=210, gap=0.05, labels=26)
    layout |= {"showlegend": False, "margin": {"l": 8, "r": 8, "t": 6, "b": 2}}
    told = "; ".join(_told(context, row) for row in ranked.to_dict("records"))
    return Figure(traces, layout, str(context.words("aging.due_alt", parts=told)))


def _due_panel(context: Context, row: dict[Any, Any]) -> Panel:
    words, scale = context.words, 10 ** exponent(row["currency"])
    buckets = [one for one in AGING_BUCKETS if one != "no_due_date" or row[one]]
    values = [int(row[one]) / scale for one in buckets]
    colours = [_COLOURS[AGING_BUCKETS.index(one)] for one in buckets]
    trace = {
        "type": "bar", "x": [str(words(f"bucket_short.{one}")) for one in buckets], "y": values,
        "text": [words.thousands(value) for value in values], "textposition": "outside", "cliponaxis": False,
        "marker": {"color": colours, "line": _OUTLINE}, "hovertemplate": "%{x}: %{text}<extra></extra>",
        "textfont": {"size": 11}, "width": 0.72,
    }  # fmt: skip
    x = {"tickangle": 0, "type": "category", "tickfont": {"size": 10.8, "color": SOFT}}
    whose = f"{context.entity(row['entity'])} · " if context.several else ""
    title = str(words("aging.panel", of=f"{whose}{row['currency']}"))
    return Panel(title, [trace], x, {"visible": False, "range": [0, max([*values, 1]) * 1.22]})


def _told(context: Context, row: dict[Any, Any]) -> str:
    whose = f"{context.entity(row['entity'])} " if context.several else ""
    gross, late = (context.money(row[name], row["currency"], code=True) for name in ("gross", "overdue"))
    return str(context.words("aging.due_alt_part", of=f"{whose}{row['currency']}", gross=gross, late=late))


def trend_chart(context: Context, rows: pd.DataFrame) -> Figure:
    """The ledger's lists by age as stacked bars: a panel for each currency, a bar for each list; thousands.

    Args:
        rows: as `Owed.trend`.
    """
    words, owed = context.words, context.owed
    listed = [code for code in owed.currencies if code in set(rows["currency"])][:_MOST]
    panels = [_trend_panel(context, rows[rows["currency"] == code], code, first=not at) for at, code in enumerate(listed)]
    traces, layout = grid(in_rows(panels, min(3, len(panels))), height=250, gap=0.06, labels=26)
    legend = {"orientation": "h", "x": 0, "y": -0.04, "xanchor": "left", "yanchor": "top", "traceorder": "normal"}
    layout |= {"barmode": "stack", "bargap": 0.35, "legend": legend, "separators": "".join(words.marks)}
    layout |= {"height": layout["height"] + 40, "margin": {"l": 8, "r": 8, "t": 6, "b": 2}}
    return Figure(traces, layout, str(words("aging.trend_alt")))


def _trend_panel(context: Context, rows: pd.DataFrame, code: str, *, first: bool) -> Panel:
    words, scale = context.words, 10 ** exponent(code) * 1000
    days = sorted(rows["on"].unique())
    labels = [words.day_short(day) for day in days]
    amounts = {(row["on"], row["bucket"]): int(row["amount"]) for row in rows.to_dict("records")}
    traces = []
    for place, one in enumerate(AGING_BUCKETS):
        values = [amounts.get((day, one), 0) / scale for day in days]
        if one == "no_due_date" and not any(values):
            continue
        name = str(words(f"bucket.{one}"))
        traces.append(
            {
                "type": "bar", "x": labels, "y": values, "name": name, "legendgroup": one, "showlegend": first,
                "marker": {"color": _COLOURS[place], "line": _OUTLINE},
                "hovertemplate": "%{x} · " + name + ": %{y:,.1f}<extra></extra>",
            }
        )  # fmt: skip
    y = {"tickformat": ",.0f", "nticks": 4, "tickfont": {"color": SOFT}}
    return Panel(str(words("aging.panel", of=code)), traces, {"type": "category", "tickangle": 0}, y)
