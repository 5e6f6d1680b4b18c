"""What is open by age: by due date, by document date, by customer and channel, and on both readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.aging import AGING_BUCKETS, CREDIT_COLUMNS, INVOICE_BUCKETS
from recon_kit.money import total
from recon_kit.report.aging_charts import due_chart
from recon_kit.report.aging_headline import first_currency, who
from recon_kit.report.cells import amount_cell, tied
from recon_kit.report.charts import Figure
from recon_kit.report.context import Context
from recon_kit.report.tables import Cell, Column, Html, Row, bar, section, table
from recon_kit.tables import ITEM_ALLOCATIONS

TOP, TOP_OTHER = 15, 5
"""Debtors of the first currency, and of each other one, in the drill-down."""

_ABREAST = 4
COARSE = {
    "not_due": ("not_due", "no_due_date"), "past_1_30": ("past_1_30",), "past_31_60": ("past_31_60",),
    "past_61_90": ("past_61_90",), "over_90": ("past_91_120", "past_121_180", "past_over_180"),
}  # fmt: skip
"""The buckets as wide tables show them; documents without a due date are not known to be late."""


def by_due_date(context: Context) -> list[Html | Figure]:
    """By days past due: a small chart for each entity and currency, and the tables that they are drawn from."""
    words, owed, code = context.words, context.owed, first_currency(context)
    if not owed.currencies:
        return [section(words("aging.nothing"), words("aging.due_question"))]
    late = owed.figure("ledger", "overdue_share", code)
    rows = owed.totals("ledger")
    here = rows[rows["currency"] == code]
    title = words("aging.no_debts", currency=code)
    if len(here) and late.value is not None:
        near = share(total(here["past_1_30"]), total(here["overdue"]))
        title = words("aging.due_title", share=words.percent(late.text()), currency=code, near=words.percent(near))
        if not total(here["overdue"]):
            title = words("aging.due_none", currency=code)
    tables = Markup().join(_due_tables(context))
    return [
        section(title, words("aging.due_question")),
        due_chart(context, owed.aging("ledger")),
        Html(tables + _note(words("aging.due_note")), str(title)),
    ]


def _note(text: object) -> Markup:
    return Markup('<p class="after">{}</p>').format(text)


def by_document_date(context: Context) -> Html:
    """By days since the document date: the same documents, the same sums, other buckets."""
    words, code = context.words, first_currency(context)
    rows = context.owed.totals("ledger", "invoice")
    here = rows[rows["currency"] == code]
    if here.empty:
        return section(words("aging.nothing"), words("aging.invoice_question"))
    old = words.percent(share(total(here["over_90"]), total(here["gross"])))
    title = words("aging.invoice_title", share=old, currency=code)
    return section(
        title,
        words("aging.invoice_question"),
        *(_invoice_table(context, part) for part in _abreast(context, context.owed.aging("ledger", "invoice"))),
    )


def _due_tables(context: Context) -> list[Markup]:
    rows = context.owed.aging("ledger")
    listed = [code for code in context.owed.currencies if code in set(rows["currency"])]
    return [_aging_table(context, rows[rows["currency"] == code], code) for code in listed]


def _side(context: Context, side: dict[Any, Any]) -> str:
    """A column of one entity and currency."""
    return f"{context.entity(side['entity'])} · {side['currency']}".removeprefix(" · ")


def _abreast(context: Context, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of an entity and currency each, in the order of the currencies, as many as fit side by side."""
    order = {code: place for place, code in enumerate(context.owed.currencies)}
    ranked = rows.iloc[rows["currency"].map(order).argsort(kind="stable")]
    return [ranked.iloc[at : at + _ABREAST] for at in range(0, len(ranked), _ABREAST)]


def _invoice_table(context: Context, rows: pd.DataFrame) -> Markup:
    words, sides = context.words, rows.to_dict("records")
    heads = [Column(words("aging.by_invoice")), *(Column(_side(context, side), "n slim") for side in sides)]
    body = [
        Row([_key(context, one, f"age{place}"), *(amount_cell(context, side[one], side["currency"]) for side in sides)])
        for place, one in enumerate(INVOICE_BUCKETS)
    ]
    for name in ("gross", *(one for one in CREDIT_COLUMNS if rows[one].any())):
        cells = [amount_cell(context, side[name], side["currency"]) for side in sides]
        body.append(Row([words(f"aging.{name}"), *cells], "sum" if name == "gross" else ""))
    foot = [words("aging.net"), *(context.money(side["net"], side["currency"]) for side in sides)]
    return table(heads, body, foot=foot, look="dense")


def _key(context: Context, bucket: str, look: str) -> Markup:
    return Markup('<span class="key b-{}"></span>{}').format(look, context.words(f"bucket.{bucket}"))


def _aging_table(context: Context, rows: pd.DataFrame, code: str) -> Markup:
    """The buckets of one currency from top to bottom, its entities from left to right, with sum and share."""
    words = context.words
    buckets = [one for one in AGING_BUCKETS if one != "no_due_date" or rows[one].any()]
    sides = rows.to_dict("records") if 1 < len(rows) <= _ABREAST else []
    heads = [Column(f"{code} · {words('aging.by_due')}")]
    heads += [Column(context.entity(side["entity"]) or str(words("aging.no_entity")), "n slim") for side in sides]
    whole = context.entity(rows["entity"].iloc[0]) if len(rows) == 1 and context.several else words("aging.sum")
    heads += [Column(str(whole), "n"), Column(words("aging.of_gross_head"), "w")]
    gross = total(rows["gross"])
    body: list[Row] = []
    for place, one in enumerate(buckets):
        amount = total(rows[one])
        look = f"age{place}" if one != "no_due_date" else "undated"
        name = _key(context, one, look)
        part = bar([(look, amount), ("rest", gross - amount)], words.percent(share(amount, gross)))
        body.append(
            Row([name, *(amount_cell(context, side[one], code) for side in sides), amount_cell(context, amount, code), part])
        )
    body.append(_sum_row(context, rows, sides, "gross", code, words.percent(share(gross, gross))))
    body += [_sum_row(context, rows, sides, one, code, "", "") for one in CREDIT_COLUMNS if rows[one].any()]
    net = _sum_row(context, rows, sides, "net", code, "")
    return table(heads, body, foot=Row(net.cells), look="dense", caption=f"{words('aging.by_due')}, {code}")


def _sum_row(
    context: Context, rows: pd.DataFrame, sides: Sequence[dict[Any, Any]], name: str, code: str, part: str, look: str = "sum"
) -> Row:
    cells = [amount_cell(context, side[name], code) for side in sides]
    return Row([context.words(f"aging.{name}"), *cells, context.money(total(rows[name]), code), part], look)


def readings(context: Context) -> Html:
    """The ledger's list, less our matches that are not in it yet, is what is owed; and what that does to the age."""
    words, owed = context.words, context.owed
    rows = owed.bridge
    code = first_currency(context)
    here = rows[rows["currency"] == code]
    pending = total(here["ledger"]) - total(here["applied"])
    title = words("aging.readings_same")
    if pending:
        late = {side: words.percent(owed.figure(side, "overdue_share", code).text()) for side in ("ledger", "applied")}
        title = words("aging.readings_title", amount=context.money(pending, code, code=True), **late)
    tables = [_bridge_table(context, part) for part in _abreast(context, rows)]
    return section(title, words("aging.readings_question"), *tables, after=[words("aging.readings_note")])


def _bridge_table(context: Context, rows: pd.DataFrame) -> Markup:
    words, sides = context.words, rows.to_dict("records")
    heads = [Column(words("bridge.step"))]
    heads += [Column(_side(context, side), "n slim") for side in sides]
    body = [Row([words("aging.reading_ledger"), *(context.money(side["ledger"], side["currency"]) for side in sides)], "mark")]
    for kind in ITEM_ALLOCATIONS:
        if rows[kind].any():
            cells = [amount_cell(context, side[kind], side["currency"]) for side in sides]
            body.append(Row([words(f"aging.less_{kind}"), *cells]))
    body.append(
        Row([words("aging.reading_applied"), *(context.money(side["applied"], side["currency"]) for side in sides)], "sum")
    )
    for name in ("gross", "overdue", "over_90"):
        body.append(Row([words(f"aging.applied_{name}"), *(_applied(context, side, name) for side in sides)]))
    ends = [tied(context, side["difference"], side["currency"]) for side in sides]
    return table(heads, body, foot=[words("bridge.difference"), *ends], look="dense")


def _applied(context: Context, side: dict[Any, Any], name: str) -> Cell:
    rows = context.owed.aging("applied")
    same = rows["entity"].isna() if pd.isna(side["entity"]) else rows["entity"] == side["entity"]
    return amount_cell(context, total(rows.loc[same & (rows["currency"] == side["currency"]), name]), side["currency"])


def customers(context: Context) -> Html:
    """The largest debtors of each currency by the ledger's list; the rest in one row, so that the sums are the aging's."""
    words, rows, code = context.words, context.owed.debtors["ledger"], first_currency(context)
    if rows.empty:
        return section(words("aging.nothing"), words("aging.customers_question"))
    here = rows[(rows["currency"] == code) & rows["customer_id"].notna()]
    most = here["gross"].nlargest(10)
    part = words.percent(share(total(most), total(rows.loc[rows["currency"] == code, "gross"])))
    title = words("aging.customers_title", len(most), share=part, currency=code, all=words.count(len(here)))
    if most.empty:
        title = words("aging.customers_none", currency=code)
    names = ["who", *COARSE, "gross", "credits"]
    heads = [
        Column(words(f"aging.{name}" if name not in COARSE else f"bucket.{name}"), "" if name == "who" else "n")
        for name in names
    ]
    body: list[Row] = []
    for one in (one for one in context.owed.currencies if one in set(rows["currency"])):
        found = rows[rows["currency"] == one].sort_values("gross", ascending=False, kind="stable")
        n = TOP_OTHER if body else TOP
        body.append(Row([one], "group"))
        body += [Row([Cell(who(context, row), "name"), *_ages(context, row, one)]) for row in found.head(n).to_dict("records")]
        if len(found) > n:
            body.append(Row([words("aging.others", len(found) - n), *_ages(context, _summed(found.iloc[n:]), one)]))
        body.append(Row([words("aging.all_debtors", currency=one), *_ages(context, _summed(found), one)], "sum"))
    note = words("aging.customers_note", sheet=words("sheet.customers"))
    return section(title, words("aging.customers_question"), table(heads, body, look="dense"), after=[note])


def channels(context: Context) -> Html:
    """By channel and currency; nothing where no document has one."""
    words, owed = context.words, context.owed
    if not owed.items["ledger"]["channel"].notna().any():
        return Html(Markup(), "")
    rows = owed.aging("ledger", "due", "channel")
    known = rows[rows["channel"].notna()]
    title = words("aging.channels_title", known["channel"].nunique())
    names = ["channel", *COARSE, "gross", "credits"]
    heads = [
        Column(words(f"aging.{name}" if name not in COARSE else f"bucket.{name}"), "" if name == "channel" else "n")
        for name in names
    ]
    body: list[Row] = []
    for code in owed.currencies:
        found = rows[rows["currency"] == code]
        body.append(Row([code], "group"))
        for row in found.to_dict("records"):
            called = words("aging.no_channel") if pd.isna(row["channel"]) else words.known("channel", row["channel"])
            body.append(Row([called, *_ages(context, row, code)]))
    return section(title, words("aging.channels_question"), table(heads, body, look="dense"))


def _summed(rows: pd.DataFrame) -> dict[Any, Any]:
    names = [*AGING_BUCKETS, "gross", *CREDIT_COLUMNS]
    return {name: total(rows[name]) for name in names}


def _ages(context: Context, row: dict[Any, Any], code: str) -> list[object]:
    amounts = [sum(int(row[one]) for one in parts) for parts in COARSE.values()]
    amounts += [int(row["gross"]), sum(int(row[one]) for one in CREDIT_COLUMNS)]
    return [amount_cell(context, amount, code) for amount in amounts]
