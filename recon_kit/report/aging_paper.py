"""The aging report's working paper: every open item with its age on both readings, and sums that tie to the page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recon_kit.measures import Cut
from recon_kit.measures.aging import AGING_BUCKETS, CREDIT_COLUMNS, INVOICE_BUCKETS
from recon_kit.measures.credits_apart import CREDIT_PLACES
from recon_kit.measures.naming import Side
from recon_kit.measures.owed import metrics_of
from recon_kit.money import total
from recon_kit.report.aging_headline import sentence, tied_state
from recon_kit.report.context import Context
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
from recon_kit.report.sheets import Block, Paper
from recon_kit.tables import ITEM_ALLOCATIONS

AGING_SHEETS = (
    "Summary", "Aging", "Customers", "Items", "Roll-forward", "Late", "Credits", "Trend", "Sources", "Checks", "Definitions",
)  # fmt: skip
"""Names of the sheets, the same in every language."""

_SHOWN = ("aging_due", "aging_invoice", "readings_bridge", "credits_apart", "credit_balances", "receivables_roll")


def aging_workbook(cut: Cut, path: Path, language: str = "") -> Path:
    """Write the working paper of a cut's aging; equal cuts give equal bytes."""
    context = Context.of(cut, language)
    title = str(context.words("aging.page", period=context.period))
    with opened(context, path, title, AGING_SHEETS) as paper:
        metrics = metrics_of(context.owed)
        state = str(context.words(f"aging.{tied_state(context)}"))
        heading(context, paper, title, state, sentence(context).striptags())
        figures(context, paper, metrics)
        blocks = {
            **_aging(context, paper),
            "customers": _customers(context, paper),
            "items": _items(context, paper),
            "roll": _roll(context, paper),
            **_credits(context, paper),
            "trend": _trend(context, paper),
        }
        _late(context, paper)
        sources(context, paper)
        ties(context, paper, [tie for code in context.owed.currencies for tie in _ties(context, blocks, code)])
        controls(context, paper)
        definitions(context, paper, [*definitions_of(metrics), *_SHOWN])
    return path


def _aging(context: Context, paper: Paper) -> dict[str, Block]:
    words, owed = context.words, context.owed
    credits_ = ", ".join(f"{name} money = aging.{name}" for name in CREDIT_COLUMNS)
    blocks = {}
    for name, by, side in (("due", "due", "ledger"), ("invoice", "invoice", "ledger"), ("applied", "due", "applied")):
        buckets = AGING_BUCKETS if by == "due" else INVOICE_BUCKETS
        said = "entity, currency, n_items whole = aging.n_items, "
        said += ", ".join(f"{one} money = bucket.{one}" for one in buckets)
        said += f", gross money = aging.gross, {credits_}, net money = aging.net"
        title = f"{words(f'aging.by_{by}')}, {words(f'reading.{side}')}"
        rows = owed.aging(side, by)  # type: ignore[arg-type]
        blocks[name] = paper.block("Aging", fields(words, said), rows, title=title)
        paper.space("Aging")
    steps = ", ".join(f"{kind} money = aging.less_{kind}" for kind in ITEM_ALLOCATIONS)
    said = f"entity, currency, ledger money = aging.reading_ledger, {steps}, applied money = aging.reading_applied"
    title = str(words("metric.readings_bridge"))
    blocks["bridge"] = paper.block("Aging", fields(words, f"{said}, difference money"), owed.bridge, title=title)
    paper.space("Aging")
    said = "entity, gl_account, currency, control money = tie.control, listed money = tie.listed, difference money"
    blocks["tie"] = paper.block("Aging", fields(words, said), owed.tie, title=str(words("metric.list_tie")))
    return blocks


def _customers(context: Context, paper: Paper) -> Block:
    words = context.words
    rows = context.owed.debtors["ledger"].merge(
        context.owed.debtors["applied"][["entity", "customer_id", "currency", "gross", "overdue"]],
        on=["entity", "customer_id", "currency"], how="left", suffixes=("", "_applied"), validate="1:1",
    )  # fmt: skip
    rows = rows.astype({"gross_applied": "Int64", "overdue_applied": "Int64"}).fillna(
        {"gross_applied": 0, "overdue_applied": 0}
    )
    said = "entity, customer_id = col.customer_no, customer_name = col.customer, currency, n_items whole = aging.n_items, "
    said += ", ".join(f"{one} money = bucket.{one}" for one in AGING_BUCKETS)
    said += ", gross money = aging.gross, overdue money = aging.overdue, oldest whole = col.days, "
    said += ", ".join(f"{name} money = aging.{name}" for name in CREDIT_COLUMNS)
    said += ", net money = aging.net, gross_applied money = col.gross_applied, overdue_applied money = col.overdue_applied"
    said += ", proposed money = credits.proposed, held money = credits.held"
    return paper.block("Customers", fields(words, said), rows, whole=True)


def _items(context: Context, paper: Paper) -> Block:
    """Every document that is open on either reading, with its age and what is left of it after our matches."""
    words, every = context.words, context.owed.documents
    every = in_words(words, every, bucket="bucket", kind="item_kind")
    every["pending"] = every["pending"].astype("Int64").mask(every["pending"] == 0)  # most have none; a blank is no cell
    said = "entity, document_no = col.document, kind, customer_id = col.customer_no, customer_name = col.customer"
    said += ", issued_on day = col.issued, due_on day = col.due, days whole, bucket, amount money, listed money = tie.listed"
    said += ", pending money = col.pending, left money = col.left, currency"
    if every["channel"].notna().any():
        said += ", channel = aging.channel"
    return paper.block("Items", fields(words, said), every, whole=True)


def _roll(context: Context, paper: Paper) -> Block:
    words = context.words
    rows = context.owed.roll.assign(code=context.owed.roll["leg"])
    rows["why"] = [words.known("why", why) if why else "" for why in rows["why"]]
    rows = in_words(words, rows, leg="leg")
    said = "entity, gl_account, currency, leg = roll.leg, n whole = col.postings, amount money, why = files.note"
    said += ", code = col.leg_code"
    return paper.block("Roll-forward", fields(words, said), rows, whole=True)


def _late(context: Context, paper: Paper) -> None:
    words = context.words
    rows = in_words(words, context.owed.late, what="late_what", change="late_change")
    said = "entity, period = late.period, what = late.what, id, account, on day = late.on, change = late.change"
    paper.block(
        "Late", fields(words, f"{said}, amount money = late.amount, currency, customer_id = col.customer_no"), rows, whole=True
    )


def _credits(context: Context, paper: Paper) -> dict[str, Block]:
    words, owed = context.words, context.owed
    said = "entity, currency, " + ", ".join(f"{name} money = credits.{name}" for name in CREDIT_PLACES)
    apart = paper.block("Credits", fields(words, said), owed.credits, title=str(words("metric.credits_apart")))
    paper.space("Credits")
    said = "entity, customer_id = col.customer_no, currency, n whole = in_credit.n, "
    said += ", ".join(f"{name} money = in_credit.{name}" for name in ("debit", "credit", "balance"))
    title = str(words("metric.credit_balances"))
    return {"credits": apart, "in_credit": paper.block("Credits", fields(words, said), owed.in_credit, title=title)}


def _trend(context: Context, paper: Paper) -> Block:
    words = context.words
    rows = in_words(words, context.owed.trend.assign(code=context.owed.trend["bucket"]), bucket="bucket")
    said = "currency, on day = aging.list_of, bucket, n whole = aging.n_items, amount money, code = col.bucket_code"
    return paper.block("Trend", fields(words, said), rows, whole=True)


def _ties(context: Context, blocks: dict[str, Block], code: str) -> list[Tie]:
    """Each sum of the sheets against the same figure of the page, in one currency."""
    owed, only = context.owed, {"currency": code}

    def figure(side: Side, definition: str) -> int:
        return int(owed.figure(side, definition, code).value or 0)

    def of(frame: pd.DataFrame, column: str) -> int:
        return total(frame.loc[frame["currency"] == code, column].dropna().astype("int64"))

    gross, net = figure("ledger", "receivables_gross"), figure("ledger", "receivables_net")
    left, late = figure("applied", "receivables_net"), figure("ledger", "overdue")
    wanted = [
        ("due_gross", "due", "gross", gross), ("due_net", "due", "net", net), ("invoice_net", "invoice", "net", net),
        ("customers_gross", "customers", "gross", gross), ("customers_overdue", "customers", "overdue", late),
        ("items_listed", "items", "listed", net), ("items_left", "items", "left", left),
        ("items_pending", "items", "pending", of(owed.bridge, "ledger") - of(owed.bridge, "applied")),
        ("bridge_applied", "bridge", "applied", left), ("list_listed", "tie", "listed", net),
        ("credits_parked", "credits", "on_account", figure("ledger", "unapplied")),
        ("trend_now", "trend", "amount", of(owed.trend, "amount")),
    ]  # fmt: skip
    sums = [(name, blocks[block].sum_of(column, only), page) for name, block, column, page in wanted]
    for bucket in AGING_BUCKETS:
        held = blocks["items"].sum_of("listed", only | {"bucket": str(context.words(f"bucket.{bucket}"))})
        sums.append((f"bucket.{bucket}", held, of(owed.totals("ledger"), bucket)))
    if (owed.roll.loc[(owed.roll["currency"] == code) & (owed.roll["leg"] == "closing"), "amount"]).notna().any():
        held = blocks["roll"].sum_of("amount", only | {"code": "closing"})
        sums.append(("roll_closing", held, of(owed.tie, "control")))
    return [Tie(_named(context, name), code, formula, made, page) for name, (formula, made), page in sums]


def _named(context: Context, name: str) -> str:
    if not name.startswith("bucket."):
        return str(context.words(f"paper.{name}"))
    return f"{context.words('paper.items_listed')}: {context.words(name)}"
