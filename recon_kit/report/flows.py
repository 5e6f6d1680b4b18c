"""Where the money came from and went to: the bridge, by source, by day."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.measures.lines import SOURCES
from recon_kit.money import total
from recon_kit.report.cells import amount_cell, tied
from recon_kit.report.charts import Figure, bridge_chart, day_chart
from recon_kit.report.context import Context
from recon_kit.report.tables import Column, Html, Row, bar, section, table

_PANELS = 3
_ABREAST = 3


def bridge(context: Context) -> list[Html | Figure]:
    """The bridge: waterfalls for the first currencies, and the table of all of them."""
    words, base = context.words, context.base
    rows = context.found.bridge_by_currency
    row = context.found.total_of(base, "in")
    booked, left = (context.money(row[name], base, code=True) for name in ("booked", "unexplained"))
    title = words("bridge.title", open=left, amount=booked)
    if not row["booked"]:
        title = words("bridge.title_none")
    elif not row["unexplained"]:
        title = words("bridge.title_all" if not row["proposed"] else "bridge.title_proposed", amount=booked)
    elif row["unexplained"] == row["booked"]:
        title = words("bridge.title_nothing", amount=booked)
    used = [code for code in context.cut.currencies if code in set(rows["currency"])]
    drawn = used[:_PANELS]
    parts: list[Html | Figure] = [section(title, words("bridge.question"))]
    if not used:
        return parts
    drawn = [code for code in drawn if set(rows.loc[rows["currency"] == code, "direction"]) & {"in", "out"}]
    if drawn:
        parts.append(bridge_chart(rows, drawn, words))
    tables = [_bridge_table(context, used[at : at + _ABREAST]) for at in range(0, len(used), _ABREAST)]
    notes = [words("bridge.closes"), _granted(context)]
    if len(used) > _PANELS:
        notes.append(words("bridge.omitted", len(used) - _PANELS))
    after = Markup().join(Markup('<p class="after">{}</p>').format(note) for note in notes if note)
    parts.append(Html(Markup().join(tables) + after, str(words("bridge.step"))))
    return parts


def _bridge_table(context: Context, currencies: Sequence[str]) -> Markup:
    words, rows = context.words, context.found.bridge_by_currency
    columns = [
        (code, direction)
        for code in currencies
        for direction in ("in", "out")
        if ((rows["currency"] == code) & rows["direction"].isin([direction, f"own_{direction}"])).any()
    ]
    heads = [Column(words("bridge.step"))]
    heads += [Column(f"{code} · {words(f'bridge.{direction}')}", "n") for code, direction in columns]
    found = [_bridge_row(rows, code, direction) for code, direction in columns]
    own = [_bridge_row(rows, code, f"own_{direction}") for code, direction in columns]
    body: list[Row] = []
    if any(row["n_lines"] for row in own):
        every = [context.money(row["booked"] + moved["booked"], row["currency"]) for row, moved in zip(found, own, strict=True)]
        body.append(Row([words("bridge.on_accounts"), *every]))
        body.append(Row([words("bridge.own"), *(amount_cell(context, -row["booked"], row["currency"]) for row in own)]))
    body.append(Row([words("bridge.booked"), *(context.money(row["booked"], row["currency"]) for row in found)], "mark"))
    for step in BRIDGE_STEPS:
        if any(row[step] for row in found):
            key = step if step in ("proposed", "unexplained") else "explained"
            name = Markup('<span class="key b-{}"></span>{}').format(key, words(f"step.{step}"))
            body.append(Row([name, *(amount_cell(context, row[step], row["currency"]) for row in found)]))
    ends = [
        tied(context, row["difference"] + moved["difference"], row["currency"]) for row, moved in zip(found, own, strict=True)
    ]
    return table(heads, body, foot=[words("bridge.difference"), *ends], look="dense", caption=words("paper.bridge"))


def _bridge_row(rows: pd.DataFrame, currency: str, direction: str) -> pd.Series:
    found = rows[(rows["currency"] == currency) & (rows["direction"] == direction)]
    nothing = pd.Series(0, index=rows.columns, dtype=object)
    return found.iloc[0] if len(found) else nothing.where(~rows.columns.isin(["currency"]), currency)


def _granted(context: Context) -> Markup:
    words, rows = context.words, context.found.granted
    if rows.empty:
        return Markup()
    parts = [
        words(
            "bridge.granted_part",
            int(row["n"]),
            kind=words.known("granted", row["kind"]),
            amount=context.money(row["amount"], row["currency"], code=True),
        )
        for row in rows.to_dict("records")
    ]
    return words("bridge.granted", parts=Markup(", ").join(parts))


def by_source(context: Context) -> Html:
    """Lines and money by kind of source: credits, then debits, of each currency, never added across."""
    words, rows = context.words, context.found.by_source
    names = ("head", "lines", "automatic", "explained", "booked", "proposed", "open")
    looks = {"head": "", "explained": "w"}
    heads = [Column(words(f"source.{name}"), looks.get(name, "n")) for name in names]
    body: list[Row] = []
    for code in [code for code in context.cut.currencies if code in set(rows["currency"])]:
        body.append(Row([code], "group"))
        for direction, order in SOURCES.items():
            found = rows[(rows["currency"] == code) & (rows["direction"] == direction)]
            present = {row["source"]: row for _, row in found.iterrows()}
            named = [name for name in order if name in present and len(order) > 1]
            body += [Row(_source_row(context, words(f"source.{name}"), present[name])) for name in named]
            if present:
                look = "sum" if len(order) > 1 else ""
                body.append(
                    Row(_source_row(context, words(f"source.all_{direction}"), context.found.total_of(code, direction)), look)
                )
    title = _source_title(context)
    parts = [table(heads, body, look="dense")] if body else []
    return section(title, words("source.question"), *parts, after=[words("source.legend") if body else ""])


def _source_title(context: Context) -> Markup:
    words, rows = context.words, context.found.by_source
    if rows.empty:
        return words("source.none")
    left = (rows["proposed"] + rows["unexplained"]).abs()
    for code in sorted(context.cut.currencies, key=lambda code: code != context.base):
        here = (rows["currency"] == code) & (left > 0)
        if here.any():
            most = rows["source"].iloc[int(left.where(here, 0).to_numpy().argmax())]
            return words("source.title", source=words(f"source.{most}"), currency=code)
    return words("source.title_all")


def _source_row(context: Context, name: str, row: pd.Series) -> list[object]:
    words = context.words
    code = str(row.get("currency") or context.base)
    parts = [(state, int(row[state])) for state in ("explained", "proposed", "unexplained")]
    explained = bar(parts, words.percent(share(int(row["explained"]), int(row["booked"]))))
    money = [amount_cell(context, int(row[key]), code) for key in ("booked", "proposed", "unexplained")]
    return [name, words.count(row["n_lines"]), words.count(row["n_automatic"]), explained, *money]


def by_day(context: Context) -> list[Html | Figure]:
    """When the money came in, and when the part that is still open did; the base currency, by day, summed by week."""
    words, base = context.words, context.base
    rows = context.found.by_day
    rows = rows[rows["currency"] == base]
    if rows.empty:
        return []
    first, last = context.cut.first, context.cut.last
    days = list(pd.date_range(first, last, freq="D"))
    step = 1 if len(days) <= 45 else 7
    starts = days[::step]
    grouped = rows.assign(on=[starts[(on - first).days // step] for on in rows["on"]])
    sums = [
        {"currency": base, "on": on, **{name: total(found[name]) for name in ("explained", "proposed", "unexplained")}}
        for on, found in grouped.groupby("on", sort=True)
    ]
    late = rows[rows["on"] > last - pd.Timedelta(days=7)]
    whole, recent = (total(found["proposed"]) + total(found["unexplained"]) for found in (rows, late))
    title = words("day.title", share=words.percent(share(recent, whole))) if recent else words("day.title_older")
    if not whole:
        title = words("day.title_all")
    chart = day_chart(pd.DataFrame(sums), base, starts, words)
    return [section(title, words("day.question", currency=base)), chart, _weeks(context, rows)]


def _weeks(context: Context, rows: pd.DataFrame) -> Html:
    words, base, first, last = context.words, context.base, context.cut.first, context.cut.last
    span = 7 if (last - first).days <= 100 else 28
    names = ("explained", "proposed", "unexplained")
    heads = [Column(words("day.week"), "w"), Column(words("source.booked"), "n")]
    heads += [Column(words("source.explained" if name == "explained" else f"step.{name}"), "n") for name in names]
    body = []
    for start in pd.date_range(first, last, freq=f"{span}D"):
        end = min(start + pd.Timedelta(days=span - 1), last)
        found = rows[(rows["on"] >= start) & (rows["on"] <= end)]
        sums = [total(found[name]) for name in names]
        body.append([words.span(start, end), *(amount_cell(context, value, base) for value in (sum(sums), *sums))])
    whole = [total(rows[name]) for name in names]
    foot = [words("source.all_in"), *(context.money(value, base) for value in (sum(whole), *whole))]
    return Html(table(heads, body, foot=foot, look="dense", caption=words("day.alt")), str(words("day.week")))
