"""The collection page's bottom line, and how long money is outstanding: what the rest of the page explains."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures.collection_metrics import ON_BOTH
from recon_kit.measures.dso import dso_period_end
from recon_kit.measures.figure import NOT_AVAILABLE, Measure
from recon_kit.measures.naming import BASES, Side, named
from recon_kit.report.charts import Figure
from recon_kit.report.collection_charts import months_chart
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.kpis import Tile, band
from recon_kit.report.masthead import also, bold, masthead
from recon_kit.report.tables import Column, Html, Row, section, table


def bottom_line(context: CollectionContext) -> Html:
    """One or two sentences in the base currency, five figures against a month and a year ago, and what they rest on."""
    words = context.words
    status = context.found.verdict.status
    note = Markup('<p class="after">{} {}</p>').format(words("collect.from_series"), words("collect.no_data"))
    title = words("collect.title", period=context.period)
    lead = sentence(context)
    return masthead(
        context, title, (status, words(f"status.{status}")), lead, also(_beside(context)), band(context, _tiles(context)), note
    )


def sentence(context: CollectionContext) -> Markup:
    """The bottom line in words: what is owed in days of sales, what is late, what was collected, what is expected."""
    words, found, code = context.words, context.collected, context.base
    past = found.overdue(code)
    owed, overdue = past["receivables_gross"], past["overdue"]
    if not owed.value:
        return words("collect.lead_none", currency=code)
    amount = bold(context.amount(owed.value, code))
    dso, best = (found.figure(name, code) for name in ("dso_period_end", "dso_best_possible"))
    said = [words("collect.lead_owed", owed=amount, why=_ended(context.why(dso)))]
    if dso.value is not None:
        said = [words("collect.lead_dso", owed=amount, dso=bold(context.in_days(dso)), best=context.in_days(best))]
    late = words("collect.lead_no_late")
    if overdue.value:
        late = words(
            "collect.lead_late", overdue=bold(context.amount(overdue.value, code)), share=context.said(past["overdue_share"])
        )
    said.append(late)
    cei, soon = found.figure("cei", code), found.cash.soon(code)
    if cei.value is not None:
        said.append(words("collect.lead_cei", cei=bold(context.said(cei))))
    if soon.value is not None:
        said.append(words("collect.lead_soon", soon=bold(context.amount(soon.value, code))))
    return Markup(" ").join(said)


def _ended(text: str) -> str:
    return f"{text}."


def _beside(context: CollectionContext) -> list[Markup]:
    """What limits the bottom line: the other basis, money that nobody has matched, the other currencies."""
    words, found, code = context.words, context.collected, context.base
    said = []
    theirs, ours = (found.figure("dso_period_end", code, basis) for basis in ("ledger", "applied"))
    gap = _gap(found.bridge, code)
    if theirs.value is not None and gap:
        said.append(words("collect.also_ledger", dso=context.in_days(theirs), gap=context.amount(gap, code)))
    unmatched = found.unmatched.get(code, 0)
    if unmatched > 0 and ours.value is not None:
        days = dso_period_end(unmatched, _sales(context, code), found.period.days, code)
        said.append(words("collect.also_unmatched", amount=context.amount(unmatched, code), days=context.in_days(days)))
    for other in found.currencies[1:]:
        dso, past = found.figure("dso_period_end", other), found.overdue(other)["overdue"]
        late = context.amount(past.value, other)
        said.append(words("collect.also_other", currency=other, dso=context.in_days(dso), overdue=late))
    return said


def _sales(context: CollectionContext, code: str) -> int | None:
    months = context.collected.months
    rows = months[((months["currency"] == code) & (months["last"] == context.cut.last)).to_numpy(bool)]
    return int(rows["sales"].iloc[0]) if len(rows) else None


def _gap(bridge: pd.DataFrame, code: str) -> int:
    """What our matches took off the ledger's list, as a positive amount."""
    rows = bridge[((bridge["currency"] == code) & ~bridge["step"].isin(["ledger", "applied"])).to_numpy(bool)]
    return -int(rows["amount"].sum())


def _tiles(context: CollectionContext) -> list[Tile]:
    words, found, code = context.words, context.collected, context.base
    past = found.overdue(code)
    best, delay = (found.figure(name, code) for name in ("dso_best_possible", "delinquency_days_direct"))
    cei, cash, soon = found.figure("cei", code), found.figure("cash_cei", code), found.cash.soon(code)
    share, owed = past["overdue_share"], past["receivables_gross"]
    dso = found.figure("dso_period_end", code)
    return [
        _tile(context, "dso", dso, "applied", "down", [words("collect.best", days=context.said(best))]),
        _tile(context, "account", None, "", "down", [words("collect.account_net")]),
        _tile(context, "overdue", share, "applied", "down", [
            words("collect.of_owed", amount=context.amount(owed.value, code)),
            words("collect.sees_late", days=context.said(delay)),
        ]),
        _tile(context, "cei", cei, "applied", "up", [words("collect.cash_form", share=context.said(cash))]),
        _tile(context, "soon", soon, "", "up", [words("collect.interval")] if soon.value is not None else []),
    ]  # fmt: skip


def _tile(context: CollectionContext, label: str, one: Measure | None, basis: str, good: str, below: list[object]) -> Tile:
    """A tile of a figure; "account" is that of the last month."""
    name = named(one.id if one else "dso_account", context.base, basis=basis)
    text = context.metrics.get(name, one.text() if one else NOT_AVAILABLE)
    why = context.why(one) if one else context.words.known("collect_why", "no_movements")
    under = below if text != NOT_AVAILABLE else [why]
    shown = None
    if one is not None and one.unit == "money" and one.value is not None:
        number, _, currency = context.amount(one.value, context.base).rpartition("\N{NO-BREAK SPACE}")
        shown = Markup("{} <small>{}</small>").format(number, currency)
    return Tile(context.words(f"collect_kpi.{label}"), name, text, good, under, shown)  # type: ignore[arg-type]


def days(context: CollectionContext) -> Html:
    """Every figure of time and of collection on both bases, and the bridge between them."""
    words, found, code = context.words, context.collected, context.base
    applied, ledger = (found.figure("dso_period_end", code, basis) for basis in ("applied", "ledger"))
    title = words("collect.days_title", currency=code, applied=context.in_days(applied), ledger=context.in_days(ledger))
    if applied.value is None:
        title = words("collect.days_title_none", why=context.why(applied))
    shown = found.currencies[:ABREAST]
    heads = [
        Column(words("collect_col.figure")),
        *(Column(head, "n slim") for currency in shown for head in _heads(context, currency)),
    ]
    rows = [
        [words.known("metric", name), *(cell for currency in shown for cell in _both(context, name, currency))]
        for name in ON_BOTH
    ]
    quarter = [("", "", context.full(found.cei_of(currency, found.quarter))) for currency in shown]
    rows.append(
        [words("metric.cei_quarter"), *(cell for cells in quarter for cell in (cells if cells is quarter[0] else cells[1:]))]
    )
    notes = [_coverage(context, currency) for currency in found.currencies]
    if len(found.currencies) > ABREAST:
        notes.append(words("collect.more_currencies", n=words.count(len(found.currencies) - ABREAST)))
    notes += [words("collect.vat_gross"), words("collect.quarter"), words("collect.fx")]
    return section(title, words("collect.days_question"), table(heads, rows, look="dense"), _bridge(context), after=notes)


ABREAST = 3
"""Currencies whose figures stand side by side; those of others are in the workbook."""


def _heads(context: CollectionContext, currency: str) -> list[str]:
    sides = ("applied", "before", "ledger") if currency == context.base else ("applied", "ledger")
    return [f"{currency} · {context.words(f'collect_col.{side}')}" for side in sides]


def _both(context: CollectionContext, name: str, currency: str) -> list[object]:
    """A figure after our matches, for the base currency also of a period before, and by the ledger's list."""
    sides: dict[Side, Measure] = {basis: context.collected.figure(name, currency, basis) for basis in BASES}
    if currency != context.base:
        return [context.full(sides["applied"]), context.full(sides["ledger"])]
    then = context.collected.before["applied"].get(currency, {}).get(name)
    return [context.full(sides["applied"]), context.said(then) if then is not None else "", context.full(sides["ledger"])]


def _coverage(context: CollectionContext, currency: str) -> Markup:
    words, known = context.words, context.collected.sales_known(currency)
    months = words("collect.n_months", len(context.collected.spans))
    return words("collect.coverage", currency=currency, share=context.said(known), months=months)


def _bridge(context: CollectionContext) -> Markup:
    words, bridge, code = context.words, context.collected.bridge, context.base
    gap = _gap(bridge, code)
    title = words("collect.bridge_title", amount=context.amount(gap, code)) if gap else words("collect.bridge_title_none")
    heads = context.heads("step, documents n, amount n, currency")
    rows = [
        Row(
            [
                words.known("collect_step", row["step"]),
                words.count(row["n"]),
                context.money(row["amount"], row["currency"]),
                row["currency"],
            ],
            "sum" if row["step"] == "applied" else "",
        )
        for currency in context.collected.currencies
        for row in bridge[(bridge["currency"] == currency).to_numpy(bool)].to_dict("records")
    ]
    return Markup("<h3>{}</h3>{}").format(title, table(heads, rows, look="dense", caption=title)) if rows else Markup()


def months(context: CollectionContext) -> list[Html | Figure]:
    """Sales, receipts and DSO by month, drawn and as a table."""
    words, found, code = context.words, context.collected, context.base
    rows = found.months
    mine = rows[(rows["currency"] == code).to_numpy(bool)]
    if mine.empty:
        return [section(words("collect.months_title_none"), words("collect.months_question"))]
    last = mine.iloc[-1]
    sales, receipts = context.amount(last["sales"], code), context.amount(-last["receipts"], code)
    title = words("collect.months_title", receipts=receipts, sales=sales)
    heads = [Column(words("collect_col.month"), "w"), *(Column(words(f"collect_col.{name}"), "n") for name in _MONTHLY)]
    body: list[Row | list[object]] = []
    for currency in found.currencies:
        body.append(Row([currency], "group"))
        body += [_of_month(context, row) for row in rows[(rows["currency"] == currency).to_numpy(bool)].to_dict("records")]
    note = words("collect.net_unknown") if rows["net_sales"].isna().any() else ""
    shown = [currency for currency in found.currencies if (rows["currency"] == currency).any()]
    parts: list[Html | Figure] = [section(title, words("collect.months_question")), months_chart(context, shown)]
    below = Markup("{}{}").format(
        table(heads, body, look="dense long", caption=title), Markup('<p class="after">{}</p>').format(note)
    )
    return [*parts, Html(below if note else table(heads, body, look="dense long", caption=title), str(title))]


_MONTHLY = ("sales", "net_sales", "receipts", "credit_notes", "write_offs", "receivables", "dso")


def _of_month(context: CollectionContext, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    label = words.period_with_year(f"{row['first']:%Y-%m}")
    receipts = None if pd.isna(row["receipts"]) else -int(row["receipts"])
    amounts = [row["sales"], row["net_sales"], receipts, row["credit_notes"], row["write_offs"], row["receivables"]]
    return [label, *(context.money(amount, code) for amount in amounts), context.said(row["dso"])]
