"""The drawings of the collection page, as small multiples of aggregates; no chart stands without its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recon_kit.measures.delays import DelayCurve, delay_median
from recon_kit.measures.month_ends import as_numbers
from recon_kit.money import exponent
from recon_kit.report.charts import Figure
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.multiples import Panel, grid, in_rows
from recon_kit.report.theme import BOOKED, EXPLAINED, PROPOSED, SOFT

CURVE_DAYS = 120
_Y = {"showgrid": False, "nticks": 4, "tickfont": {"color": SOFT}, "rangemode": "tozero"}
_LEGEND = {"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "xanchor": "left", "traceorder": "normal"}
_HOVER = "%{{x}} · {name}: %{{y:{form}}}<extra></extra>"


def months_chart(context: CollectionContext, currencies: Sequence[str]) -> Figure:
    """Sales and receipts as bars on the left, DSO as a line on the right; a row for each currency, thousands and days."""
    words, rows, told = context.words, [], []
    for place, code in enumerate(currencies):
        months = context.collected.months
        found = months[(months["currency"] == code).to_numpy(bool)]
        labels = [_month(context, first) for first in found["first"]]
        scale = 10 ** exponent(code) * 1000
        bars = [
            _bar(labels, (sign * found[name] / scale).tolist(), str(words(f"collect_col.{name}")), colour, place == 0)
            for name, sign, colour in (("sales", 1, BOOKED), ("receipts", -1, EXPLAINED))
        ]
        line = _line(labels, as_numbers(found["dso"].tolist()), str(words("collect_col.dso")), BOOKED)
        x = {"type": "category", "tickangle": 0, "nticks": 7}
        rows.append([
            Panel(f"{code} · {words('collect.sales_receipts')}", bars, x, {**_Y, "tickformat": ",.0f"}),
            Panel(f"{code} · {words('collect_col.dso')}", [line], x, _Y),
        ])  # fmt: skip
        if len(found):
            last = found.iloc[-1]
            sales, receipts = context.amount(last["sales"], code), context.amount(-last["receipts"], code)
            told.append(str(words("collect.alt_month", currency=code, sales=sales, receipts=receipts)))
    return _figure(context, rows, (0.6, 0.4), str(words("collect.alt_months", parts="; ".join(told))), barmode="group")


def curves_chart(context: CollectionContext, found: Sequence[tuple[str, str, DelayCurve]]) -> Figure:
    """What share of the documents is paid so many days after their date; a panel for each entity and currency."""
    words, panels, told = context.words, [], []
    for name, code, curve in found:
        days = list(range(CURVE_DAYS + 1))
        reach = min(CURVE_DAYS, curve.longest or 0)
        shares = [round(100 * float(curve.ended_by(day)), 2) for day in days[: reach + 1]]
        trace = _line(days[: reach + 1], shares, str(words("collect_age.paid")), BOOKED, mode="lines")
        x = {"range": [0, CURVE_DAYS], "tickvals": [0, 30, 60, 90, 120]}
        panels.append(Panel(f"{name} · {code}" if name else code, [trace | {"line": {"color": BOOKED, "shape": "hv"}}], x,
                            {**_Y, "range": [0, 100], "ticksuffix": " %"}))  # fmt: skip
        median = context.in_days(delay_median(curve))
        told.append(str(words("collect.alt_curve", name=name, currency=code, median=median)))
    rows = in_rows(panels, min(len(panels), 2) or 1)
    return _figure(context, rows, (), str(words("collect.alt_curves", parts="; ".join(told))), showlegend=False)


def cash_chart(context: CollectionContext, currencies: Sequence[str]) -> Figure:
    """Expected cash by week with its interval, and the naive forecast beside it; a panel for each currency, thousands."""
    words, panels, told = context.words, [], []
    cash = context.collected.cash
    for place, code in enumerate(currencies):
        weeks, plain = (_weeks(frame, code) for frame in (cash.by_currency, cash.naive))
        scale = 10 ** exponent(code) * 1000
        labels = [words.day_short(first) for first in weeks["first"]]
        expected = [int(value) / scale for value in weeks["expected"]]
        name = str(words("collect_col.expected"))
        bars = _bar(labels, expected, name, EXPLAINED, place == 0)
        up = [int(high - value) / scale for high, value in zip(weeks["high"], weeks["expected"], strict=True)]
        down = [int(value - low) / scale for low, value in zip(weeks["low"], weeks["expected"], strict=True)]
        bars["error_y"] = {"type": "data", "array": up, "arrayminus": down, "color": SOFT, "thickness": 1.2, "width": 3}
        marks = _line(labels, [int(value) / scale for value in plain["expected"]], str(words("collect_col.naive")), PROPOSED,
                      mode="markers", legend=place == 0)  # fmt: skip
        x = {"type": "category", "tickangle": 0, "nticks": 7}
        panels.append(Panel(code, [bars, marks], x, {**_Y, "tickformat": ",.0f"}))
        told.append(str(words("collect.alt_cash_part", currency=code, soon=context.said(cash.soon(code), code=True))))
    rows = in_rows(panels, 1)
    return _figure(context, rows, (), str(words("collect.alt_cash", parts="; ".join(told))))


def _weeks(forecast: pd.DataFrame, code: str) -> pd.DataFrame:
    found: pd.DataFrame = forecast[((forecast["currency"] == code) & (forecast["part"] == "week")).to_numpy(bool)]
    return found


def _figure(
    context: CollectionContext, rows: Sequence[Sequence[Panel | None]], widths: Sequence[float], label: str, **more: Any
) -> Figure:
    traces, layout = grid(rows, height=230, widths=widths)
    layout |= {
        "legend": _LEGEND,
        "separators": "".join(context.words.marks),
        "margin": {"l": 8, "r": 8, "t": 6, "b": 26},
        **more,
    }
    return Figure(traces, layout, label)


def _bar(x: Sequence[Any], y: Sequence[Any], name: str, colour: str, legend: bool) -> dict[str, Any]:
    hover = _HOVER.format(name=name, form=",.1f")
    return {"type": "bar", "x": list(x), "y": list(y), "name": name, "marker": {"color": colour}, "legendgroup": name,
            "showlegend": legend, "hovertemplate": hover}  # fmt: skip


def _line(
    x: Sequence[Any], y: Sequence[float], name: str, colour: str, *, mode: str = "lines+markers", legend: bool = False
) -> dict[str, Any]:
    values = [None if value != value else value for value in y]
    hover = _HOVER.format(name=name, form=",.1f")
    mark = {"size": 7, "symbol": "diamond-open"} if mode == "markers" else {"size": 5}
    look = {"line": {"color": colour}, "marker": {"color": colour, **mark}}
    return {"type": "scatter", "mode": mode, "x": list(x), "y": values, "name": name, "legendgroup": name,
            "showlegend": legend, "hovertemplate": hover, **look}  # fmt: skip


def _month(context: CollectionContext, first: pd.Timestamp) -> str:
    return f"{context.words.period_short(f'{first:%Y-%m}')} {first:%y}"
