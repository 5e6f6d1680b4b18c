"""The working paper beside the collection page: every figure's table, and a sheet that proves that both say the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recon_kit.measures import Cut
from recon_kit.measures.delays import life_tables
from recon_kit.measures.figure import Measure
from recon_kit.measures.naming import BASES
from recon_kit.money import total
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.collection_head import sentence
from recon_kit.report.figures import KINDS
from recon_kit.report.paper import (
    Tie,
    controls,
    definitions,
    definitions_of,
    fields,
    figures,
    heading,
    in_words,
    opened,
    sources,
    ties,
)
from recon_kit.report.sheets import Block, Field, Paper

SHEETS = (
    "Summary", "Figures", "Months", "Delays", "Payers", "Roll rates", "Forecast", "Documents", "Back-test", "Match rates",
    "Provision", "Definitions", "Sources", "Checks",
)  # fmt: skip
"""Names of the sheets, the same in every language."""


def collection_workbook(cut: Cut, path: Path, language: str = "") -> Path:
    """Write the working paper of a cut's collection report; equal cuts give equal bytes."""
    context = CollectionContext.of(cut, language)
    title = str(context.words("collect.title", period=context.period))
    with opened(context, path, title, SHEETS) as paper:
        heading(context, paper, title, sentence(context).striptags())
        figures(context, paper, context.metrics)
        blocks = {**_figures(context, paper), **_rows(context, paper), **_outlook(context, paper)}
        definitions(context, paper, definitions_of(context.metrics))
        sources(context, paper)
        ties(context, paper, [tie for code in context.collected.currencies for tie in _ties(context, blocks, code)])
        controls(context, paper)
    return path


def _fields(context: CollectionContext, said: str) -> list[Field]:
    """As `fields`, with headings of the collection page."""
    named = [part.strip() for part in said.split(",")]
    return fields(
        context.words, ", ".join(part if "=" in part else f"{part} = collect_col.{part.split()[0]}" for part in named)
    )


def _figures(context: CollectionContext, paper: Paper) -> dict[str, Block]:
    found, words = context.collected, context.words
    parts = in_words(words, found.parts, basis="reading")
    money = ", ".join(f"{name} money" for name in ("opening", "sales", "receipts", "closing", "current"))
    said = f"entity, currency, basis = col.basis, days whole, {money}"
    made = paper.block("Figures", _fields(context, said), parts, title=str(words("collect_paper.parts")))
    paper.space("Figures")
    steps = in_words(words, found.bridge.assign(code=found.bridge["step"]), step="collect_step")
    said = "step, documents whole, amount money, currency, code = collect_col.id"
    bridge = paper.block(
        "Figures", _fields(context, said), steps.rename(columns={"n": "documents"}), title=str(words("collect_paper.bridge"))
    )
    paper.space("Figures")
    rows = [
        {"entity": entity, "currency": code, "basis": words.known("reading", basis), "figure": words.known("metric", name),
         "kind": KINDS[one.unit], "value": _number(context, one), "why": context.why(one), "id": name}
        for basis in BASES for (entity, code), known in found.by_entity[basis].items() for name, one in known.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["entity", "currency", "basis", "figure", "kind", "value", "why", "id"]).astype(
        {"value": object}
    )
    said = "entity, currency, basis = col.basis, figure, value any, why, id"
    paper.block("Figures", _fields(context, said), frame, title=str(words("collect_paper.figures")))
    numbers = pd.Series([_number(context, one) for one in found.months["dso"]], found.months.index, dtype="object")
    months = found.months.assign(kind="days", dso=numbers)
    money = ", ".join(
        f"{name} money"
        for name in ("sales", "net_sales", "credit_notes", "receipts", "discounts", "write_offs", "other", "receivables")
    )
    said = f"currency, first day, last day, days whole, {money}, dso any"
    block = paper.block("Months", _fields(context, said), months, whole=True)
    return {"parts": made, "bridge": bridge, "months": block}


def _number(context: CollectionContext, one: Measure) -> object:
    """A figure to one decimal, as the page rounds it; or the text for one that is not defined or more than known."""
    text = one.text()
    if one.value is None:
        return str(context.words("number.na"))
    if text.startswith(">"):
        return text
    return float(text) / (100 if one.unit == "percent" else 1)


def _rows(context: CollectionContext, paper: Paper) -> dict[str, Block]:
    found, words = context.collected, context.words
    whole = ("day", "at_risk", "paid", "credited", "written_off")
    said = ", ".join(f"{name} whole = collect_curve.{name}" for name in whole)
    said += ", still_open exact = collect_curve.still_open, paid_until exact = collect_curve.paid_until"
    paper.block("Delays", _fields(context, f"entity, currency, {said}"), life_tables(found.curves), whole=True)
    payers = found.payers
    names = [context.customer(*key) for key in zip(payers["entity"], payers["customer_id"], strict=True)]
    payers = payers.assign(customer=names)
    said = "entity, customer, customer_id, currency, overdue money, open money = collect_col.owed, paid money, n_paid whole"
    said += ", late_amount money, n_late whole, weighted money"
    rows = paper.block("Payers", _fields(context, said), payers, whole=True)
    moves = found.moves.assign(share=found.moves["amount"] / found.moves["of"].where(found.moves["of"] != 0))
    moves = in_words(words, moves, **{"from": "collect_age", "to": "collect_age"})
    said = "currency, from, to, n whole = collect_col.documents, amount money, n_of whole, of money, share share"
    rolled = paper.block("Roll rates", _fields(context, said), moves, whole=True)
    rates = in_words(words, found.rates, source="source", direction="bridge")
    steps = ", ".join(
        f"n_{name} whole = collect_rate.{name}, {name} money = collect_rate.{name}"
        for name in ("proposed", "explained", "straight_through")
    )
    said = f"source, direction, currency, n whole = collect_col.lines, amount money, {steps}"
    paper.block("Match rates", _fields(context, said), rates, whole=True)
    return {"payers": rows, "moves": rolled}


def _outlook(context: CollectionContext, paper: Paper) -> dict[str, Block]:
    found, words = context.collected, context.words
    by = ["currency", "part", "first"]
    naive = found.cash.naive[[*by, "expected"]].rename(columns={"expected": "naive"})
    forecast = in_words(words, found.cash.by_currency.merge(naive, on=by, how="left"), part="collect_part")
    said = "currency, part, first day, last day, n whole = collect_col.documents, expected money, low money"
    said += ", high money, naive money"
    made = paper.block("Forecast", _fields(context, said), forecast, whole=True)
    documents = found.cash.documents
    documents = documents.assign(age=(found.cut.last - documents["issued_on"]).dt.days.clip(lower=0))
    said = "entity, item_id = collect_col.item, document_no = collect_col.document, customer_id"
    said += ", issued_on day = collect_col.issued, due_on day = collect_col.due, age whole, currency"
    said += ", open_amount money = collect_col.owed, here money, left money, chance exact"
    listed = paper.block("Documents", _fields(context, said), documents, whole=True)
    said = "currency, origin day = collect_col.known_on, first day, last day, expected money, low money, high money"
    said += ", naive money, actual money"
    paper.block("Back-test", _fields(context, said), found.cash.tries, title=str(words("collect_paper.tries")))
    paper.space("Back-test")
    scores = [
        {"currency": code, "method": words.known("collect_method", name), "kind": "share",
         **{part: _number(context, known[f"forecast_{part}"]) for part in ("bias", "mape", "coverage")}}
        for (code, name), known in found.cash.scores.items()
    ]  # fmt: skip
    frame = pd.DataFrame(scores, columns=["currency", "method", "kind", "bias", "mape", "coverage"]).astype(object)
    paper.block(
        "Back-test",
        _fields(context, "currency, method, bias any, mape any, coverage any"),
        frame,
        title=str(words("collect_paper.scores")),
    )
    return {"forecast": made, "documents": listed, "provision": _provision(context, paper)}


def _provision(context: CollectionContext, paper: Paper) -> Block:
    found, words = context.collected, context.words
    rows = in_words(words, found.provision, bucket="collect_age")
    rows["rate"] = rows["rate"].fillna(str(words("number.na")))
    said = "segment = collect_col.entity, bucket, currency, n whole = collect_col.documents, gross money, vat money"
    said += ", at_risk money, rate, loss money"
    block = paper.block("Provision", _fields(context, said), rows, title=str(words("collect.provision_question")))
    paper.space("Provision")
    history = [
        {"currency": code, "bucket": words.known("collect_age", bucket), "n": one.n_reached[bucket],
         "reached": one.reached[bucket], "lost": one.lost[bucket]}
        for code, one in found.loss_history.items() for bucket in one.reached
    ]  # fmt: skip
    frame = pd.DataFrame(history, columns=["currency", "bucket", "n", "reached", "lost"])
    said = "currency, bucket, n whole = collect_col.documents, reached money, lost money"
    paper.block("Provision", _fields(context, said), frame, title=str(words("collect_paper.history")))
    return block


def _ties(context: CollectionContext, blocks: dict[str, Block], code: str) -> list[Tie]:
    found, only = context.collected, {"currency": code}
    past = found.overdue(code)
    owed, overdue = (int(past[name].value or 0) for name in ("receivables_gross", "overdue"))
    before = int(found.overdue(code, before=True)["receivables_gross"].value or 0)
    steps, applied = blocks["bridge"].sum_of("amount", only), blocks["bridge"].sum_of("amount", only | {"code": "applied"})
    month = found.months[((found.months["currency"] == code) & (found.months["last"] == found.cut.last)).to_numpy(bool)]
    sums = {
        "tie_owed": ((f"{steps[0]}-{applied[0][1:]}", steps[1] - applied[1]), owed),
        "tie_moves": (blocks["moves"].sum_of("amount", only), before),
        "tie_forecast": (blocks["forecast"].sum_of("expected", only), owed),
        "tie_documents": (blocks["documents"].sum_of("open_amount", only), owed),
        "tie_overdue": (blocks["payers"].sum_of("overdue", only), overdue),
        "tie_provision": (blocks["provision"].sum_of("gross", only), owed),
    }
    if len(month):
        days = blocks["parts"].rows
        sold = total(
            days.loc[((days["currency"] == code) & (days["basis"] == days["basis"].iloc[0])).to_numpy(bool), "sales"]
            .dropna()
            .astype("int64")
        )
        formula, _ = blocks["parts"].sum_of("sales", only | {"basis": str(days["basis"].iloc[0])})
        sums["tie_sales"] = ((formula, sold), int(month["sales"].iloc[0]))
    return [
        Tie(str(context.words(f"collect_paper.{name}")), code, formula, made, page)
        for name, ((formula, made), page) in sums.items()
    ]
