"""The aging report's first screen: the bottom line, five key figures, and whom to turn to first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.naming import Side, named
from recon_kit.measures.owed import metrics_of
from recon_kit.money import total
from recon_kit.report.cells import amount_cell
from recon_kit.report.context import Context
from recon_kit.report.kpis import Good, Tile, band
from recon_kit.report.masthead import also, bold, masthead
from recon_kit.report.tables import Cell, Column, Html, Row, section, table, two_lines
from recon_kit.report.words import plain

TOP, TOP_OTHER = 10, 3
"""How many debtors of the first currency, and of each other one, stand on the first screen."""

_OLD_PART = 4
"""A reminder is not enough where at least one part in so many of what is overdue is more than 90 days late."""

_TIED = {"ties": "ready", "differs": "not_ready", "untied": "needs_review"}


def bottom_line(context: Context) -> Html:
    """Whose, of which day, whether it ties, one sentence, five key figures."""
    words, state = context.words, tied_state(context)
    pill = (_TIED[state], words(f"aging.{state}"))
    title = words("aging.page", period=context.period)
    return masthead(context, title, pill, sentence(context), also(list(_besides(context))), _kpis(context))


def tied_state(context: Context) -> str:
    """Whether the list ties to the ledger: "ties", "differs" or, where a balance is missing, "untied"."""
    differences = context.owed.tie["difference"]
    if (differences.dropna().astype("int64") != 0).any():
        return "differs"
    return "untied" if differences.isna().any() or differences.empty else "ties"


def first_currency(context: Context) -> str:
    """The currency that the headline speaks of: the company's, or the first that something is open in."""
    return next(iter(context.owed.currencies), str(context.cut.meta["base_currency"]))


def sentence(context: Context) -> Markup:
    """The bottom line in words: owed gross and net, overdue, over 90 days, on account, and whether it ties; one currency."""
    words, code = context.words, first_currency(context)
    if not context.owed.currencies:
        return words("aging.nothing")
    figure = {one: context.owed.figure("ledger", one, code) for one in ("receivables_gross", "receivables_net", "over_90")}
    money = {one: bold(context.money(known.value, code, code=True)) for one, known in figure.items()}
    said = [words("aging.owed", gross=money["receivables_gross"], net=money["receivables_net"])]
    overdue = context.owed.figure("ledger", "overdue_share", code)
    if overdue.value is not None:
        said.append(words("aging.late", share=bold(words.percent(overdue.text())), old=money["over_90"]))
    parked = context.owed.figure("ledger", "unapplied", code).value
    if parked:
        said.append(words("aging.parked", amount=context.money(parked, code, code=True)))
    return Markup(" ").join([*said, words(f"aging.{tied_state(context)}_said")])


def _besides(context: Context) -> Iterator[Markup]:
    """The other reading, money that may belong to these debts, and the other currencies."""
    words, owed, code = context.words, context.owed, first_currency(context)
    if not owed.currencies:
        return
    listed, left = (owed.figure(reading, "receivables_gross", code) for reading in ("ledger", "applied"))
    pending = Fraction(listed.value or 0) - Fraction(left.value or 0)
    if pending:
        late = owed.figure("applied", "overdue_share", code)
        amounts = {"pending": context.money(int(pending), code, code=True), "gross": context.money(left.value, code, code=True)}
        yield words("aging.booked", share=words.percent(late.text()), **amounts)
    here = owed.credits[owed.credits["currency"] == code]
    if unknown := total(here["unidentified"]) + total(here["proposed"]):
        yield words("aging.nobodys", amount=context.money(unknown, code, code=True))
    for other in owed.currencies[1:]:
        gross, late = (owed.figure("ledger", one, other) for one in ("receivables_gross", "overdue_share"))
        if gross.value:
            yield words("aging.other", amount=context.money(gross.value, other, code=True), share=words.percent(late.text()))


def _kpis(context: Context) -> Markup:
    code = first_currency(context)
    metrics = metrics_of(context.owed)
    wanted: list[tuple[str, Good]] = [
        ("receivables_gross", ""), ("overdue_share", "down"), ("over_90", "down"), ("unapplied", "down"),
        ("largest_debtor_share", "down"),
    ]  # fmt: skip
    return band(context, [_tile(context, metrics, code, one, good) for one, good in wanted])


def _tile(context: Context, metrics: dict[str, str], code: str, definition: str, good: Good) -> Tile:
    """A figure by the ledger's list, and below it the same once our matches are booked."""
    words, sides = context.words, dict[Side, str](ledger="", applied="")
    names = {side: named(definition, code, basis=side) for side in sides}
    label = words(f"aging.kpi_{definition}", currency=code)
    if names["ledger"] not in metrics:
        return Tile(label, names["ledger"], below=[words("why.no_receivables")])
    text = metrics[names["ledger"]]
    below: list[object] = []
    if text == "n/a":
        below.append(words(f"why.{context.owed.figure('ledger', definition, code).why}"))
    elif definition == "over_90":
        below.append(words("aging.of_gross", share=words.percent(metrics[named("over_90_share", code, basis="ledger")])))
    other = context.owed.figure("applied", definition, code)
    if other.value is not None and metrics[names["applied"]] != text:
        said = context.money(other.value, code) if other.unit == "money" else words.percent(other.text())
        below.append(words("aging.after_booking", value=said))
    return Tile(label, names["ledger"], text, good, below)


def decisions(context: Context) -> Html:
    """The largest overdue debtors of each currency once our matches are booked, and what of their money is already here."""
    words, rows = context.words, context.owed.debtors["applied"]
    late = rows[(rows["overdue"] > 0) & rows["customer_id"].notna()]
    if late.empty:
        return section(words("aging.none_late"), words("aging.decide"))
    body: list[Row] = []
    found: list[tuple[str, pd.DataFrame]] = []
    for code in (code for code in context.owed.currencies if code in set(late["currency"])):
        top = late[late["currency"] == code].head(TOP_OTHER if found else TOP)
        found.append((code, top))
        body += [Row([code], "group"), *(Row(_debtor_row(context, row)) for row in top.to_dict("records"))]
    code, top = found[0]
    whole = total(rows.loc[rows["currency"] == code, "overdue"])
    part = words.percent(share(total(top["overdue"]), whole))
    title = words("aging.decide_title", len(top), share=part, currency=code)
    names = ("who", "overdue", "over_90", "oldest", "proposed", "credit", "next")
    looks = {"who": "", "next": "", "over_90": "n slim"}
    heads = [Column(words(f"aging.{name}"), looks.get(name, "n")) for name in names]
    return section(title, words("aging.decide"), table(heads, body), after=[words("aging.decide_note")])


def _debtor_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    credit = -(int(row["on_account"]) + int(row["credit_notes"]) + int(row["other_credits"])) + int(row["held"])
    cells = [amount_cell(context, amount, code) for amount in (int(row["over_90"]), int(row["proposed"]), credit)]
    whole = context.money(row["overdue"], code)
    step = Cell(_step(context, row, credit), "step")
    return [Cell(who(context, row), "name"), whole, cells[0], words.age(row["oldest"]), *cells[1:], step]


def _step(context: Context, row: dict[Any, Any], credit: int) -> str:
    """What to do next: first decide and apply what is here, then ask for the rest."""
    words = context.words
    here = {"proposed": bool(row["proposed"]), "credit": bool(credit)}
    steps = [words(f"aging.first_{'both' if all(here.values()) else name}") for name, there in here.items() if there][:1]
    old = int(row["over_90"]) * _OLD_PART >= int(row["overdue"])
    steps.append(words("aging.next_old" if old else "aging.next_remind"))
    told = str(words("aging.then").join(steps))
    return told[:1].upper() + told[1:]


def who(context: Context, row: dict[Any, Any]) -> Markup:
    """A debtor: the name over the number and the entity."""
    if pd.isna(row["customer_id"]):
        return two_lines(context.words("aging.nobody"), context.entity(row["entity"]) if context.several else "")
    number, name = plain(row["customer_id"], 40), plain(row["customer_name"], 70)
    whose = context.entity(row["entity"]) if context.several else ""
    below = " · ".join(part for part in (number if name and number != name else "", whose) if part)
    return two_lines(name or number, below)
