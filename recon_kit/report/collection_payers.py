"""How customers pay: how long they take, who pays late, and what moved from bucket to bucket."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures.aging import AGING_BUCKETS
from recon_kit.measures.delays import DelayCurve, delay_conditional, delay_incidence, delay_median
from recon_kit.measures.figure import Measure
from recon_kit.measures.migration import TERMINAL
from recon_kit.measures.payers import LATE_BUCKETS, by_lateness
from recon_kit.report.charts import Figure
from recon_kit.report.collection_charts import curves_chart
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.tables import Cell, Column, Html, Row, section, shortened, table, two_lines

SHOWN = 20
FEW = 10
"""Documents below which a row of roll rates is no rate to plan with."""


def delays(context: CollectionContext) -> list[Html | Figure]:
    """Delay curves of each entity and currency, and what they say at some days."""
    words, found = context.words, context.collected
    named = [(context.entity(entity) if context.several else "", code, curve) for (entity, code), curve in found.curves.items()]
    named.sort(key=lambda one: (found.currencies.index(one[1]) if one[1] in found.currencies else 99, one[0]))
    if not named:
        return [section(words("collect.delays_title_none"), words("collect.delays_question"))]
    _, code, curve = named[0]
    share = context.said(delay_incidence(curve, 60))
    title = words("collect.delays_title", currency=code, median=context.in_days(delay_median(curve)), share=share)
    heads = context.heads("entity, currency, documents n, median n")
    heads += [Column(words("collect_col.within", n=day), "n") for day in (30, 60, 90)]
    heads += context.heads("still n")
    rows = [_curve_row(context, *one) for one in named]
    basis = found.cut.settled["basis"].value_counts()
    counts = {
        "bank": basis.get("bank", 0),
        "receipt": basis.get("receipt", 0),
        "other": basis.get("ledger", 0) + basis.get("list", 0),
    }
    note = words("collect.delays_basis", **{name: words.count(n) for name, n in counts.items()})
    below = Markup('{}<p class="after">{}</p>').format(table(heads, rows, look="dense", caption=title), note)
    return [section(title, words("collect.delays_question")), curves_chart(context, named), Html(below, str(title))]


def _curve_row(context: CollectionContext, name: str, code: str, curve: DelayCurve) -> list[object]:
    n = curve.at_risk[0] if curve.at_risk else 0
    documents = context.collected.documents
    known = documents[(documents["exit"] > documents["entry"]).to_numpy(bool) & (documents["currency"] == code).to_numpy(bool)]
    if context.several:
        names = [context.entity(entity) for entity in known["entity"]]
        known = known[[one == name for one in names]]
    n = len(known)
    shares = [context.said(delay_incidence(curve, day)) for day in (30, 60, 90)]
    return [
        name,
        code,
        context.words.count(n),
        context.said(delay_median(curve)),
        *shares,
        context.said(delay_conditional(curve, 30, 60)),
    ]


def payers(context: CollectionContext) -> Html:
    """Customers with the most overdue money, and what was paid by days late."""
    words, rows, code = context.words, context.collected.payers, context.base
    title = _payers_title(context, rows[(rows["currency"] == code).to_numpy(bool)])
    heads = [Column(words("collect_col.customer")), *(Column(words(f"collect_col.{name}"), "n") for name in _PAYER)]
    body: list[Row | list[object]] = []
    shown = 0
    for currency in context.collected.currencies:
        mine = rows[((rows["currency"] == currency) & (rows["overdue"] > 0)).to_numpy(bool)].head(SHOWN)
        if len(mine):
            body.append(Row([currency], "group"))
        body += [_payer(context, row) for row in mine.to_dict("records")]
        shown += len(mine)
    parts = [table(heads, body, look="dense long")] if body else []
    note = shortened(words, shown, len(rows), "payers")
    return section(title, words("collect.payers_question"), *parts, _lateness(context), after=[note])


_PAYER = ("overdue", "owed", "paid", "late_share", "mean_late")


def _payers_title(context: CollectionContext, mine: pd.DataFrame) -> Markup:
    overdue = mine.loc[(mine["overdue"] > 0).to_numpy(bool), "overdue"]
    whole = int(overdue.sum())
    if not whole:
        return context.words("collect.payers_title_none")
    n = int((overdue.cumsum() < Fraction(whole, 2)).sum()) + 1  # as few as hold half of it
    share = context.share(int(overdue.iloc[:n].sum()), whole, 0)
    key = "collect.payers_title_one" if n == 1 else "collect.payers_title"
    return context.words(key, n=context.words.count(n), share=share, currency=context.base)


def _payer(context: CollectionContext, row: dict[Any, Any]) -> list[object]:
    words, code, paid = context.words, str(row["currency"]), int(row["paid"])
    name = context.customer(row["entity"], row["customer_id"])
    below = " · ".join(
        part
        for part in (context.entity(row["entity"]) if context.several else "", str(row["customer_id"]))
        if part and part != name
    )
    share = mean = str(words("number.na"))
    if paid:
        share = context.share(int(row["late_amount"]), paid, 0)
        mean = context.said(Measure("payment_delay", Fraction(int(row["weighted"]), paid)))
    amounts = [context.money(row[name], code) for name in ("overdue", "open", "paid")]
    return [two_lines(name, below), *amounts, share, mean]


def _lateness(context: CollectionContext) -> Markup:
    words, rows = context.words, by_lateness(context.collected.paid)
    if rows.empty:
        return Markup()
    heads = [Column(words("collect_col.late")), *(Column(words.known("collect_late", name), "n") for name in LATE_BUCKETS)]
    body = []
    for currency in context.collected.currencies:
        mine = rows[(rows["currency"] == currency).to_numpy(bool)]
        whole = int(mine["amount"].sum())
        if whole:
            body.append([context.amount(whole, currency), *(context.share(int(amount), whole) for amount in mine["amount"])])
    title = words("collect.lateness")
    return Markup("<h3>{}</h3>{}").format(title, table(heads, body, look="dense", caption=title))


_OLD = ("past_91_120", "past_121_180", "past_over_180")
"""Shown as one column; apart in the workbook."""


def moves(context: CollectionContext) -> Html:
    """Roll rates as a heat table: each row a bucket of a period ago, its shares summing to one hundred."""
    words, rows, code = context.words, context.collected.moves, context.base
    rows = rows.assign(to=rows["to"].mask(rows["to"].isin(_OLD), "past_over_90"))
    ends = [name for name in (*TERMINAL, *AGING_BUCKETS[:4], "past_over_90", AGING_BUCKETS[-1]) if (rows["to"] == name).any()]
    heads = context.heads("from w, of n, documents n")
    heads += [Column(words.known("collect_age", name), "n") for name in ends]
    body: list[Row | list[object]] = []
    for currency in context.collected.currencies:
        mine = rows[(rows["currency"] == currency).to_numpy(bool)]
        if len(mine) and len(context.collected.currencies) > 1:
            body.append(Row([currency], "group"))
        body += [_way(context, start, found, ends) for start, found in mine.groupby("from", sort=False)]
    parts = [table(heads, body, look="dense")] if body else []
    title = _moves_title(context, rows[((rows["currency"] == code) & (rows["from"] == "not_due")).to_numpy(bool)])
    note = words("collect.moves_months", n=FEW) if body else ""
    return section(title, words("collect.moves_question"), *parts, after=[note])


def _moves_title(context: CollectionContext, rows: pd.DataFrame) -> Markup:
    words = context.words
    if rows.empty:
        return words("collect.moves_title_none")
    of = int(rows["of"].iloc[0])
    paid = int(rows.loc[(rows["to"] == "paid").to_numpy(bool), "amount"].sum())
    late = int(rows.loc[rows["to"].str.startswith("past_").to_numpy(bool), "amount"].sum())
    shares = [context.share(part, of, 0) for part in (paid, late)]
    return words("collect.moves_title", share=shares[0], late=shares[1], currency=context.base)


def _way(context: CollectionContext, start: object, found: pd.DataFrame, ends: list[str]) -> list[object]:
    words, code = context.words, str(found["currency"].iloc[0])
    of, n = int(found["of"].iloc[0]), int(found["n_of"].iloc[0])
    amounts = found.groupby("to")["amount"].sum().to_dict()
    cells: list[object] = []
    for name in ends:
        share = Fraction(100 * amounts.get(name, 0), of)
        if not amounts.get(name):
            cells.append(Cell("–", "zero"))
            continue
        look = "h3" if share >= 50 else "h2" if share >= 20 else "h1" if share >= 5 else ""
        cells.append(Cell(context.share(amounts[name], of), look))
    few = f"{words.count(n)} *" if n < FEW else words.count(n)
    return [words.known("collect_age", start), context.amount(of, code).split(code)[0].strip(), few, *cells]
