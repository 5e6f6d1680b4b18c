"""What a reader looks at first: what is there, what needs a decision, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.questions import largest
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.headline import finding_text
from recon_kit.report.naming import name_of
from recon_kit.report.tables import LIMIT, Cell, Column, Html, Row, looked, section, shortened, table, tag, two_lines
from recon_kit.report.words import masked, plain

TOP, TOP_OTHER = 10, 3
"""How many questions of the base currency, and of each other one, stand on the first screen."""

_STATE_LOOK = {"there": "ok", "stale": "no", "missing": "no", "overridden": "hm"}


def checklist(context: Context) -> Html:
    """Is each expected source there to the last day? Missing or stale ones block; waived ones show their reason."""
    words, rows = context.words, context.cut.checklist
    lacking = int(rows["state"].isin(["missing", "stale"]).sum())
    waived = int((rows["state"] == "overridden").sum())
    count = words.count(len(rows))
    title = words("checklist.all_there")
    if rows.empty:
        title = words("checklist.none_expected")
    elif lacking:
        title = words("checklist.some_missing", lacking, all=count)
    elif waived:
        title = words("checklist.overridden", waived, all=count)
    names = ("source", "kind", "through", "reaches", "files", "state")
    looks = {"source": "w", "through": "w", "reaches": "w", "files": "n", "state": "w"}
    heads = [Column(words(f"checklist.{name}"), looks.get(name, "")) for name in names]
    if context.several:
        heads.insert(1, Column(words("col.entity")))
    order = rows["state"].map({"missing": 0, "stale": 1, "overridden": 2, "there": 3})
    shown = rows.loc[order.sort_values(kind="stable").index[:LIMIT]]
    body = [_source_row(context, row) for row in shown.to_dict("records")]
    more = shortened(words, len(shown), len(rows), "sources")
    told = [found for found in context.found.verdict.findings if found.code in ("overridden", "period_skipped")]
    notes = [finding_text(context, found) for found in told]
    return section(
        title, words("checklist.question"), *([table(heads, body, look="dense long")] if body else []), after=[*notes, more]
    )


def _source_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, state = context.words, str(row["state"])
    mark = {"ok": "✓ ", "no": "✗ "}.get(_STATE_LOOK[state], "")
    told = words("checklist.overridden_state") if state == "overridden" else words(f"checklist.{state}")
    said = looked(f"{mark}{told}", _STATE_LOOK[state])
    reaches = words.day(row["reaches"]) if pd.notna(row["reaches"]) else words("checklist.no_file")
    kind = words.known("source_kind", row["kind"])
    name = two_lines(plain(row["source"], 60), "")
    if pd.notna(row["account"]):
        name += Markup(' <span class="why">{}</span>').format(masked(row["account"]))
    whose = [context.entity(row["entity"])] if context.several else []
    return [name, *whose, kind, words.day(row["through"]), reaches, words.count(row["n_files"]), said]


def decisions(context: Context) -> Html:
    """What needs a decision first, by money: the largest in each currency, with why, age and best proposal."""
    words, rows = context.words, context.found.decisions
    if rows.empty:
        return section(words("decisions.none"), words("decisions.question"))
    tops = list(_tops(context))
    currency, top = tops[0]
    whole = sum(abs(int(amount)) for amount in rows.loc[rows["currency"] == currency, "amount"])
    part = sum(abs(int(amount)) for amount in top["amount"])
    title = words("decisions.title", len(top), share=words.percent(share(part, whole)), currency=currency)
    looks = {"age": "n", "amount": "n"}
    heads = [Column(words(f"decisions.{name}"), looks.get(name, "")) for name in ("what", "why", "age", "amount", "proposal")]
    body: list[Row] = []
    for code, found in tops:
        if len(tops) > 1:
            body.append(Row([code], "group"))
        body += [Row(_decision_row(context, row)) for row in found.to_dict("records")]
    question = words("decisions.question")
    if sum(len(found) for _, found in tops) < len(rows):
        question += Markup(" ") + words("decisions.more", n=words.count(len(rows)), sheet=words("sheet.breaks"))
    return section(title, question, table(heads, body))


def _tops(context: Context) -> Iterator[tuple[str, pd.DataFrame]]:
    rows = context.found.decisions
    order = sorted(context.cut.currencies, key=lambda code: code != context.base)
    present = [code for code in order if code in set(rows["currency"])]
    for place, code in enumerate(present):
        yield code, largest(rows, code, TOP if place == 0 else TOP_OTHER)


def _decision_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, currency = context.words, str(row["currency"])
    amount = context.money(row["amount"], currency)
    why = tag(words.known("reason", row["reason"]))
    if row["carried"]:
        why += Markup('<div class="why">{}</div>').format(words("decisions.carried"))
    return [Cell(_what(context, row), "what"), why, words.age(row["age"]), amount, proposal_text(context, row)]


def _what(context: Context, row: dict[Any, Any]) -> Markup:
    words = context.words
    who, called = plain(row["name"], 70), _called(context, row)
    if called:
        who = called[0]
    elif not who:
        who = (
            str(words("decisions.unnamed"))
            if row["side"] == "bank_line"
            else plain(row["document"], 70) or plain(row["id"], 70)
        )
    if row["side"] == "bank_line":
        where = words(
            "decisions.booked", day=words.day_short(row["since"]), account=context.account(row["account"], number=False)
        )
        told = Markup("{} · {}").format(plain(row["text"], 64), where) if pd.notna(row["text"]) else where
    elif called:
        told = Markup("{}").format(called[1])
    else:
        document = plain(row["document"] if pd.notna(row["document"]) else row["id"], 60)
        dated = pd.notna(row["since"])
        told = (
            words("decisions.item_due", document=document, day=words.day(row["since"]))
            if dated
            else Markup("{}").format(document)
        )
    if said := words.sentence(row["detail"], row["facts"]):
        told = Markup("<br>").join(filter(None, [told, Markup("{}").format(plain(said, 260))]))
    return two_lines(who, told)


def _called(context: Context, row: dict[Any, Any]) -> tuple[str, str] | None:
    return name_of(context, row["entity"], row["id"], row["reason"]) if row["side"] == "expected" else None


def proposal_text(context: Context, row: dict[Any, Any]) -> Markup:
    """The best explanation that there is, in words; else what a person would do next."""
    words = context.words
    best = context.proposed.get((row["entity"] if pd.notna(row["entity"]) else "", str(row["id"])))
    if row["side"] != "bank_line" or best is None:
        return words(f"advice.{row['reason']}")
    sure = words(
        "decisions.very_likely"
        if best["probability"] >= 0.95
        else "decisions.likely"
        if best["probability"] >= 0.75
        else "decisions.possible"
    )
    return _proposed(context, best, sure, row["name"])


def _proposed(context: Context, best: dict[Any, Any], sure: Markup, known: object) -> Markup:
    words = context.words
    if best["documents"]:
        one = Markup('<span class="one">{}</span>')
        quoted: Markup = Markup(", ").join(one.format(plain(document, 40)) for document in best["documents"][:3])
        if len(best["documents"]) > 3:
            quoted = words("decisions.and_more", len(best["documents"]) - 3, documents=quoted)
        names = ", ".join(plain(name, 50) for name in best["names"][:2] if name != known)
        return words("decisions.pays_of" if names else "decisions.pays", sure=sure, documents=quoted, names=names)
    if isinstance(best["gl_account"], str) and best["gl_account"]:
        return words("decisions.to_account", sure=sure, account=plain(best["gl_account"], 30))
    return words("decisions.own_transfer" if "own_transfer" in best["kinds"] else "decisions.on_account", sure=sure)


def missing(context: Context) -> Html:
    """What was expected and is not there, oldest first; no part of any booked figure."""
    words, rows = context.words, context.found.missing
    if rows.empty:
        return section(words("missing.none"), words("missing.question"))
    base = rows[(rows["currency"] == context.base) & (rows["amount"] != 0)]
    title = words("missing.title", len(rows))
    if len(base):
        title = words("missing.title_money", amount=context.money(total(base["amount"]), context.base, code=True))
    names = ("what", "why", "age", "amount")
    heads = [Column(words(f"decisions.{name}"), "n" if name in ("age", "amount") else "") for name in names]
    heads.append(Column(words("missing.next")))
    order = (
        rows.assign(days=rows["age"].fillna(-1)).sort_values(["days", "currency", "id"], ascending=[False, True, True]).index
    )
    shown = rows.loc[order[:LIMIT]]
    body = [_missing_row(context, row) for row in shown.to_dict("records")]
    more = shortened(words, len(shown), len(rows), "breaks")
    return section(title, words("missing.question"), table(heads, body), after=[more])


def _missing_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, currency = context.words, str(row["currency"])
    who = row["name"] if pd.notna(row["name"]) else row["id"]
    document = row["document"] if pd.notna(row["document"]) else row["id"]
    told = Markup("{}").format(plain(document, 60)) if pd.notna(row["since"]) else Markup()
    if said := plain(words.sentence(row["detail"], row["facts"]), 260):
        told = Markup("<br>").join(filter(None, [told, said]))
    elif told:
        told = words("decisions.item_due", document=told, day=words.day(row["since"]))
    amount = context.money(row["amount"], currency, code=True) if row["amount"] else "–"
    why = tag(words.known("reason", row["reason"]))
    return [Cell(two_lines(plain(who, 70), told), "what"), why, words.age(row["age"]), amount, words(f"advice.{row['reason']}")]
