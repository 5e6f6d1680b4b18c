"""The first screen: status, one sentence, five figures, what is there, and what needs a decision first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import Finding, share
from recon_kit.measures.questions import largest
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.tables import LIMIT, Cell, Column, Html, Row, looked, section, shortened, table, tag, two_lines
from recon_kit.report.words import masked, plain

TOP, TOP_OTHER = 10, 3
"""How many questions of the base currency, and of each other one, stand on the first screen."""


def bottom_line(context: Context) -> Html:
    """Who, when, status, one sentence, five key figures against last period, and what stands in the way."""
    words, found = context.words, context.found
    status = found.verdict.status
    currencies = ", ".join(context.cut.currencies)
    parts = [context.cut.meta["company"], *_entities(context), words("head.accounts", currencies=currencies)]
    eyebrow = " · ".join([*(str(part) for part in parts), words("head.as_of", day=words.day(context.cut.meta["as_of"]))])
    title = words("head.title", period=context.period)
    pill = Markup('<span class="pill {}">{}</span>').format(status, words(f"status.{status}"))
    lead = sentence(context)
    markup = Markup(
        '<div data-language="{}"><p class="eyebrow">{}</p><div class="row"><h1>{}</h1>{}</div>'
        '<p class="lead">{}</p>{}{}<section class="kpis">{}</section></div>'
    ).format(words.language, plain(eyebrow, 240), title, pill, lead, _others(context), _blocked(context), _kpis(context))
    return Html(markup, f"{title}: {words(f'status.{status}')}. {lead.striptags()}")


def _entities(context: Context) -> list[str]:
    names = [str(name) for name in context.cut.meta["entities"].values()]
    return names if len(names) < 4 and names != [context.cut.meta["company"]] else []


def _bold(text: str) -> Markup:
    return Markup("<b>{}</b>").format(text)


def sentence(context: Context) -> Markup:
    """The bottom line in words: what came in, what of it is explained, what is missing; base currency only."""
    words, found, base = context.words, context.found, context.base
    row = found.total_of(base, "in")
    booked = int(row["booked"])
    missing = found.missing[(found.missing["currency"] == base) & (found.missing["amount"] != 0)]
    said = []
    if not booked:
        quiet = found.totals[found.totals["currency"] == base].empty
        said.append(words("head.nothing" if quiet else "head.only_out", currency=base))
    else:
        said.append(words("head.came_in", amount=_bold(context.money(booked, base, code=True))))
        said.append(_split(context, row))
    if len(missing):
        amount = _bold(context.money(total(missing["amount"]), base, code=True))
        said.append(words("head.overdue", things=words("head.n_things", len(missing)), amount=amount))
    return Markup(" ").join(said)


def _split(context: Context, row: pd.Series) -> Markup:
    words, booked, base = context.words, int(row["booked"]), str(row["currency"])
    if not row["n_proposed"] and not row["n_unexplained"]:
        return words("head.all_explained")
    shares = {name: words.percent(share(int(row[name]), booked)) for name in ("explained", "proposed")}
    lines = words("head.n_lines", int(row["n_unexplained"]))
    left = _bold(context.money(row["unexplained"], base, code=True))
    return words("head.split", explained=_bold(shares["explained"]), proposed=shares["proposed"], open=left, lines=lines)


def _others(context: Context) -> Markup:
    words, said = context.words, []
    for currency in context.cut.currencies:
        row = context.found.total_of(currency, "in")
        if currency != context.base and row["booked"]:
            amount = context.money(row["booked"], currency, code=True)
            said.append(
                words("head.others", amount=amount, share=words.percent(share(int(row["explained"]), int(row["booked"]))))
            )
    return Markup('<p class="also">{}</p>').format(Markup(" ").join(said)) if said else Markup()


def finding_text(context: Context, finding: Finding) -> Markup:
    """A reason for the verdict in words."""
    words, amount = context.words, ""
    if finding.amount is not None and finding.currency:
        amount = context.money(finding.amount, finding.currency, code=True)
    reason = words.known("accounts", finding.reason) if finding.code == "no_proof" else plain(finding.reason, 200)
    about_account = finding.code in ("account_differs", "bridge_differs", "no_proof")
    subject = context.account(finding.subject) if about_account else plain(finding.subject)
    if finding.code == "carry_differs":
        subject = words.known("side", finding.subject)
    return words(f"finding.{finding.code}", subject=subject, amount=amount, reason=reason)


def _blocked(context: Context) -> Markup:
    blocking = context.found.verdict.blocking
    if not blocking:
        return Markup()
    items = Markup().join(Markup("<li>{}</li>").format(finding_text(context, finding)) for finding in blocking[:8])
    more = Markup("<li>+ {}</li>").format(len(blocking) - 8) if len(blocking) > 8 else ""
    head = context.words("head.blocked")
    return Markup('<div class="block"><p>{}</p><ul>{}{}</ul></div>').format(head, items, more)


def _kpis(context: Context) -> Markup:
    cells = [_explained(context), _untouched(context), _waiting(context), _missing(context), _difference(context)]
    return Markup().join(cells)


def _kpi(label: str, value: Any, *below: object) -> Markup:
    under = Markup(" · ").join(Markup("{}").format(part) for part in below if part)
    return Markup('<div class="kpi"><div class="l">{}</div><div class="v">{}</div><div class="d">{}</div></div>').format(
        label, value, under
    )


def _explained(context: Context) -> Markup:
    words, base = context.words, context.base
    row = context.found.total_of(base, "in")
    value = share(int(row["explained"]), int(row["booked"]))
    why = words("kpi.no_money") if value == "n/a" else ""
    others = []
    for currency in context.cut.currencies:
        other = context.found.total_of(currency, "in")
        if currency != base and other["booked"]:
            others.append(f"{currency} {words.percent(share(int(other['explained']), int(other['booked'])))}")
    change = _points(context, f"credits_explained_share.{base}", value)
    label = words("kpi.explained_of", currency=base) if len(context.cut.currencies) > 1 else words("kpi.explained")
    return _kpi(label, words.percent(value), change, why, ", ".join(others[:3]))


def _untouched(context: Context) -> Markup:
    words, totals = context.words, context.found.totals
    part, whole = total(totals["n_automatic"]), total(totals["n_lines"])
    value = share(part, whole)
    below = words("kpi.of_lines", part=words.count(part), whole=words.count(whole)) if whole else words("kpi.no_lines")
    return _kpi(words("kpi.untouched"), words.percent(value), below, _points(context, "automatic_share_of_lines", value))


def _waiting(context: Context) -> Markup:
    words, rows = context.words, context.found.decisions
    proposed = int((rows["reason"] == "proposed").sum())
    below = words("kpi.with_proposal", proposed) if proposed else ""
    return _kpi(words("kpi.waiting"), words.count(len(rows)), below, _change(context, "n_decisions", len(rows)))


def _missing(context: Context) -> Markup:
    words, rows, base = context.words, context.found.missing, context.base
    if rows.empty:
        return _kpi(words("kpi.missing"), looked("0", "ok"), words("kpi.nothing_missing"))
    here = rows[(rows["currency"] == base) & (rows["amount"] != 0)]
    things = words("head.n_things", len(rows))
    oldest = words("kpi.oldest", days=words.age(rows["age"].max())) if rows["age"].notna().any() else ""
    if here.empty:
        return _kpi(words("kpi.missing"), words.count(len(rows)), oldest)
    whole = context.money(total(here["amount"]), base)
    value = Markup("{} <small>{}</small>").format(whole, base) if len(whole) < 12 else whole
    return _kpi(words("kpi.missing"), value, "" if len(whole) < 12 else base, things, oldest)


def _difference(context: Context) -> Markup:
    words, proofs, ties = context.words, context.found.proofs, context.found.ties
    known = proofs[proofs["difference"].notna()]
    wrong = known[known["difference"].astype("int64") != 0]
    unproven = len(proofs) - len(known)
    if len(wrong):
        row = wrong.iloc[0]
        value = looked(context.money(row["difference"], row["currency"], code=True), "no")
    else:
        value = looked(context.money(0, context.base), "ok") if len(known) else Markup("{}").format(words("number.na"))
    differs = int((ties["difference"].fillna(0).astype("int64") != 0).sum())
    absent = int((ties["why"] == "no_ledger_balance").sum())
    ledger = words("kpi.ledger_differs", differs) if differs else words("kpi.ledger_ties") if len(ties) > absent else ""
    without = words("kpi.no_balance", unproven) if unproven else ""
    return _kpi(words("kpi.difference"), value, words("kpi.accounts", len(proofs)), without, ledger)


def _points(context: Context, name: str, now: str) -> Markup:
    before = context.before.get(name, "n/a")
    if "n/a" in (before, now):
        return Markup()
    change = Decimal(now) - Decimal(before)
    sign = "+" if change >= 0 else ""
    text = f"{sign}{context.words.percent(str(change))[:-2]} {context.words('number.points')}"
    arrow = looked(text, "up" if change > 0 else "dn" if change < 0 else "")
    return Markup("{} {}").format(arrow, context.words("head.versus", period=context.before_name))


def _change(context: Context, name: str, now: int) -> Markup:
    before = context.before.get(name)
    if before is None:
        return Markup()
    change = now - int(before)
    text = ("+" if change >= 0 else "") + context.words.count(change)
    arrow = looked(text, "dn" if change > 0 else "up" if change < 0 else "")
    return Markup("{} {}").format(arrow, context.words("head.versus", period=context.before_name))


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
    looks = {"source": "w", "kind": "w", "through": "w", "reaches": "w", "files": "n"}
    heads = [Column(words(f"checklist.{name}"), looks.get(name, "")) for name in names]
    if context.several:
        heads.insert(1, Column(words("col.entity"), "w"))
    order = rows["state"].map({"missing": 0, "stale": 1, "overridden": 2, "there": 3})
    shown = rows.loc[order.sort_values(kind="stable").index[:LIMIT]]
    body = [_source_row(context, row) for row in shown.to_dict("records")]
    more = shortened(words, len(shown), len(rows), "sources")
    notes = [finding_text(context, found) for found in context.found.verdict.findings if found.code == "overridden"]
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
    note = words("decisions.more", n=words.count(len(rows)), sheet=words("sheet.breaks"))
    return section(title, f"{words('decisions.question')} {note}", table(heads, body))


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
    who = plain(row["name"], 70)
    if not who:
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
    else:
        document = plain(row["document"] if pd.notna(row["document"]) else row["id"], 60)
        dated = pd.notna(row["since"])
        told = (
            words("decisions.item_due", document=document, day=words.day(row["since"]))
            if dated
            else Markup("{}").format(document)
        )
    if words.language == "en" and pd.notna(row["detail"]):
        told += Markup("<br>{}").format(plain(row["detail"], 150))
    return two_lines(who, told)


def proposal_text(context: Context, row: dict[Any, Any]) -> Markup:
    """The best explanation that there is, in words; else what a person would do next."""
    words, proposals = context.words, context.found.proposals
    advice = words(f"advice.{row['reason']}")
    same = proposals["entity"].isna() if pd.isna(row["entity"]) else proposals["entity"] == row["entity"]
    found = proposals[same & (proposals["id"] == row["id"])]
    if row["side"] != "bank_line" or found.empty:
        return advice
    best = found.iloc[0]
    sure = words(
        "decisions.very_likely"
        if best["probability"] >= 0.95
        else "decisions.likely"
        if best["probability"] >= 0.75
        else "decisions.possible"
    )
    return _proposed(context, best, sure, row["name"])


def _proposed(context: Context, best: pd.Series, sure: Markup, known: object) -> Markup:
    words = context.words
    if best["documents"]:
        one = Markup('<span class="one">{}</span>')
        quoted: Markup = Markup(", ").join(one.format(plain(document, 40)) for document in best["documents"][:3])
        if len(best["documents"]) > 3:
            quoted = words("decisions.and_more", len(best["documents"]) - 3, documents=quoted)
        names = ", ".join(plain(name, 50) for name in best["names"][:2] if name != known)
        return words("decisions.pays_of" if names else "decisions.pays", sure=sure, documents=quoted, names=names)
    if best["gl_account"]:
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
    told = (
        words("decisions.item_due", document=plain(document, 60), day=words.day(row["since"])) if pd.notna(row["since"]) else ""
    )
    if words.language == "en" and pd.notna(row["detail"]):
        told = Markup("{}<br>{}").format(told, plain(row["detail"], 200)) if told else plain(row["detail"], 200)
    amount = context.money(row["amount"], currency, code=True) if row["amount"] else "–"
    why = tag(words.known("reason", row["reason"]))
    return [Cell(two_lines(plain(who, 70), told), "what"), why, words.age(row["age"]), amount, words(f"advice.{row['reason']}")]
