"""How what is owed moved: from opening to closing, what came late, and the ledger's earlier lists."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.receivables_roll import LEDGER_KEYS, LEGS, POSTED_EARLIER
from recon_kit.money import total
from recon_kit.report.aging_charts import trend_chart
from recon_kit.report.aging_headline import first_currency
from recon_kit.report.aging_tables import COARSE
from recon_kit.report.cells import amount_cell, tied
from recon_kit.report.charts import Figure
from recon_kit.report.context import Context
from recon_kit.report.tables import LIMIT, Column, Html, Row, section, shortened, table, two_lines
from recon_kit.report.words import plain

_ABREAST = 4
_OVERDUE = ("past_1_30", "past_31_60", "past_61_90", "past_91_120", "past_121_180", "past_over_180")


def roll(context: Context) -> Html:
    """Opening, what was posted into earlier periods since, each kind of posting, closing, difference; per control account."""
    words, rows = context.words, context.owed.roll
    if rows.empty:
        return section(words("roll.none"), words("roll.question"))
    ends = rows.loc[rows["leg"] == "difference", "amount"]
    wrong = int((ends.dropna().astype("int64") != 0).sum())
    title = words("roll.title")
    if wrong:
        title = words("roll.title_differs", wrong)
    elif ends.isna().any():
        title = words("roll.title_unknown", int(ends.isna().sum()))
    accounts = [key for key, _ in rows.groupby(list(LEDGER_KEYS), dropna=False, sort=False)]
    order = {code: place for place, code in enumerate(context.owed.currencies)}
    accounts.sort(key=lambda key: order.get(str(key[2]), len(order)))
    tables = [_roll_table(context, accounts[at : at + _ABREAST]) for at in range(0, len(accounts), _ABREAST)]
    return section(title, words("roll.question"), *tables, after=[words("roll.note")])


def _roll_table(context: Context, accounts: list[tuple[Any, ...]]) -> Markup:
    words, rows = context.words, context.owed.roll
    amounts = {
        (*(None if pd.isna(part) else part for part in key), row["leg"]): row["amount"]
        for row in rows.to_dict("records")
        if (key := tuple(row[name] for name in LEDGER_KEYS))
    }
    keys = [tuple(None if pd.isna(part) else part for part in key) for key in accounts]
    heads = [Column(words("roll.leg")), *(Column(_account(context, key), "n slim") for key in keys)]
    body = []
    for leg in LEGS + tuple(sorted(set(rows["leg"]) - {*LEGS, "closing", "difference"})) + ("closing",):
        if not any((*key, leg) in amounts for key in keys):
            continue
        cells = [_amount(context, amounts.get((*key, leg), 0), str(key[2])) for key in keys]
        look = "sum" if leg == "closing" else "mark" if leg == "opening" else ""
        body.append(Row([words.known("leg", leg), *cells], look))
    foot = [words("bridge.difference"), *(tied(context, amounts.get((*key, "difference")), str(key[2])) for key in keys)]
    return table(heads, body, foot=foot, look="dense")


def _amount(context: Context, amount: Any, code: str) -> object:
    return context.words("number.na") if pd.isna(amount) else amount_cell(context, int(amount), code)


def _account(context: Context, key: tuple[Any, ...]) -> str:
    whose = f"{context.entity(key[0])} · " if context.several else ""
    return f"{whose}{plain(key[1], 30)} · {key[2]}"


def late(context: Context) -> Html:
    """Postings and balances of closed periods that came, went or changed after their close, with their effect."""
    words, rows = context.words, context.owed.late
    if rows.empty:
        return section(words("late.none"), words("late.question"))
    moved = rows[rows["what"] == "movement"]
    sums = [context.money(total(found["amount"]), str(code), code=True) for code, found in moved.groupby("currency")]
    title = words("late.title", len(rows), amounts=", ".join(sums) or "0")
    names = ("what", "period", "on", "account", "change", "amount")
    looks = {"amount": "n", "on": "w", "period": "w"}
    heads = [Column(words(f"late.{name}"), looks.get(name, "")) for name in names]
    shown = rows.sort_values(["on", "id"]).head(LIMIT)
    body = [_late_row(context, row) for row in shown.to_dict("records")]
    more = shortened(words, len(shown), len(rows), "late")
    note = words("late.in_roll") if (context.owed.roll["leg"] == POSTED_EARLIER).any() else ""
    return section(title, words("late.question"), table(heads, body, look="dense long"), after=[note, more])


def _late_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    what = words.known("late_what", row["what"])
    named = plain(row["id"], 60)
    if row["what"] == "movement":
        document, _, kind = named.rpartition(" ")
        what, named = words.known("leg", kind), document
    whose = f"{plain(row['account'], 30)} · {context.entity(row['entity'])}" if context.several else plain(row["account"], 30)
    change = words.known("late_change", row["change"])
    return [
        two_lines(what, named),
        plain(row["period"], 20),
        words.day(row["on"]),
        whose,
        change,
        context.money(row["amount"], code, code=True),
    ]


def trend(context: Context) -> list[Html | Figure]:
    """The ledger's list of each earlier month-end beside this one: a chart and a table per currency."""
    words, rows, code = context.words, context.owed.trend, first_currency(context)
    days = sorted(rows["on"].unique())
    if len(days) < 2:
        return [section(words("aging.trend_none"), words("aging.trend_question"))]
    here = rows[rows["currency"] == code]
    shares = [_share(here[here["on"] == day]) for day in (days[0], days[-1])]
    first, last = (words.percent(one) for one in shares)
    key = "aging.trend_same" if shares[0] == shares[1] else "aging.trend_title"
    title = words(key, currency=code, first=first, last=last, since=words.day(days[0]))
    heads = [Column(words("aging.list_of"), "w"), *(Column(words(f"bucket.{name}"), "n") for name in COARSE)]
    heads += [Column(words("aging.gross"), "n"), Column(words("aging.overdue_share"), "n")]
    body: list[Row] = []
    for one in (one for one in context.owed.currencies if one in set(rows["currency"])):
        body.append(Row([one], "group"))
        found = rows[rows["currency"] == one]
        body += [_trend_row(context, found[found["on"] == day], day, one) for day in sorted(found["on"].unique())]
    made = table(heads, body, look="dense", caption=title)
    return [section(title, words("aging.trend_question")), trend_chart(context, rows), Html(made, str(title))]


def _trend_row(context: Context, rows: pd.DataFrame, day: pd.Timestamp, code: str) -> Row:
    amounts = [total(rows.loc[rows["bucket"].isin(parts), "amount"]) for parts in COARSE.values()]
    cells = [amount_cell(context, amount, code) for amount in [*amounts, sum(amounts)]]
    return Row([context.words.day(day), *cells, context.words.percent(_share(rows))])


def _share(rows: pd.DataFrame) -> str:
    debts = rows[rows["bucket"].isin([one for parts in COARSE.values() for one in parts])]
    return share(total(debts.loc[debts["bucket"].isin(_OVERDUE), "amount"]), total(debts["amount"]))
