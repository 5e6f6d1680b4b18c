"""Credits beside the debts, customers whom we owe, and whether the ledger's list is the ledger's balance."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.credits_apart import CREDIT_PLACES
from recon_kit.money import total
from recon_kit.report.aging_headline import first_currency, who
from recon_kit.report.cells import amount_cell, tied
from recon_kit.report.context import Context
from recon_kit.report.tables import Column, Html, Row, section, table, two_lines
from recon_kit.report.words import plain

_TOP = 10


def credits_apart(context: Context) -> Html:
    """What is here or granted and pays nothing yet; only what stands on the list is part of the ledger's balance."""
    words, rows, code = context.words, context.owed.credits, first_currency(context)
    if rows.empty:
        return section(words("credits.none"), words("credits.question"))
    here = rows[rows["currency"] == code]
    listed, unknown = (sum(total(here[name]) for name in names) for names in (CREDIT_PLACES[:3], CREDIT_PLACES[4:]))
    amounts = {name: context.money(amount, code, code=True) for name, amount in (("listed", listed), ("unknown", unknown))}
    title = words("credits.title", **amounts)
    shown = [name for name in CREDIT_PLACES if rows[name].any() or name in ("on_account", "held", "unidentified")]
    heads = [Column(words("col.entity")), *(Column(words(f"credits.{name}"), "n slim") for name in shown)]
    body: list[Row] = []
    for one in (one for one in context.cut.currencies if one in set(rows["currency"])):
        found = rows[rows["currency"] == one]
        body.append(Row([one], "group"))
        for row in found.to_dict("records"):
            cells = [amount_cell(context, row[name], one) for name in shown]
            body.append(Row([context.entity(row["entity"]) or words("aging.no_entity"), *cells]))
        if len(found) > 1:
            body.append(Row([words("aging.sum"), *(amount_cell(context, total(found[name]), one) for name in shown)], "sum"))
    return section(title, words("credits.question"), table(heads, body, look="dense"), after=[words("credits.note")])


def in_credit(context: Context) -> Html:
    """Customers whose credits exceed their debts, gross: debts are not netted away against them."""
    words, rows, code = context.words, context.owed.in_credit, first_currency(context)
    if rows.empty:
        return section(words("in_credit.none"), words("in_credit.question"))
    amount = context.money(-total(rows.loc[rows["currency"] == code, "balance"]), code)
    title = words("in_credit.title", len(rows), amount=amount, currency=code)
    heads = [
        Column(words("aging.who")),
        *(Column(words(f"in_credit.{name}"), "n") for name in ("n", "debit", "credit", "balance")),
    ]
    names = context.owed.debtors["ledger"].set_index(["entity", "customer_id", "currency"])["customer_name"]
    body: list[Row] = []
    for one in (one for one in context.owed.currencies if one in set(rows["currency"])):
        found = rows[rows["currency"] == one].sort_values(["balance", "customer_id"])
        body.append(Row([one], "group"))
        for row in found.head(_TOP).to_dict("records"):
            named = row | {"customer_name": names.get((row["entity"], row["customer_id"], one))}
            body.append(Row([who(context, named), *_sides(context, row, one)]))
        sums = {name: total(found[name]) for name in ("n", "debit", "credit", "balance")}
        body.append(Row([words("in_credit.all", len(found), currency=one), *_sides(context, sums, one)], "sum"))
    note = words("in_credit.note", sheet=words("sheet.credits"))
    return section(title, words("in_credit.question"), table(heads, body, look="dense"), after=[note])


def _sides(context: Context, row: dict[Any, Any], code: str) -> list[object]:
    return [context.words.count(row["n"]), *(amount_cell(context, row[name], code) for name in ("debit", "credit", "balance"))]


def tie(context: Context) -> Html:
    """The ledger's list, net of credits, against the balance of its control accounts; a difference is shown, never plugged."""
    words, rows = context.words, context.owed.tie
    known = rows["difference"].dropna().astype("int64")
    differs = int((known != 0).sum())
    title = words("tie.title")
    if differs:
        title = words("tie.title_differs", differs)
    elif len(known) < len(rows) or rows.empty:
        title = words("tie.title_none") if known.empty else words("tie.title_some", len(known), all=words.count(len(rows)))
    heads = [Column(words("ledger.account")), Column(words("tie.control"), "n"), Column(words("tie.listed"), "n slim")]
    heads.append(Column(words("ledger.difference"), "w"))
    body = [_tie_row(context, row) for row in rows.to_dict("records")]
    parts = [table(heads, body, look="dense")] if body else []
    return section(title, words("tie.question"), *parts, after=[words("tie.note")])


def _tie_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    account = plain(row["gl_account"], 60) or str(words("tie.no_account"))
    below = " · ".join(part for part in (context.entity(row["entity"]) if context.several else "", code) if part)
    control = words("why.no_balance") if pd.isna(row["control"]) else context.money(row["control"], code)
    return [two_lines(account, below), control, context.money(row["listed"], code), tied(context, row["difference"], code)]
