"""The bottom line: status, one sentence, five figures against last period, and what stands in the way of closing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import Finding, share
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.naming import gl_account, named_account
from recon_kit.report.tables import Html, looked
from recon_kit.report.words import plain


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
    if row["unexplained"] == row["booked"]:
        return words("head.none_explained")
    shares = {name: words.percent(share(int(row[name]), booked)) for name in ("explained", "proposed")}
    lines = words("head.n_lines", int(row["n_unexplained"]))
    left = _bold(context.money(row["unexplained"], base, code=True))
    return words("head.split", explained=_bold(shares["explained"]), proposed=shares["proposed"], open=left, lines=lines)


def _others(context: Context) -> Markup:
    words, said = context.words, []
    if moved := _moved(context):
        said.append(moved)
    for currency in context.cut.currencies:
        row = context.found.total_of(currency, "in")
        if currency != context.base and row["booked"]:
            amount = context.money(row["booked"], currency, code=True)
            said.append(
                words("head.others", amount=amount, share=words.percent(share(int(row["explained"]), int(row["booked"]))))
            )
    return Markup('<p class="also">{}</p>').format(Markup(" ").join(said)) if said else Markup()


def _moved(context: Context) -> Markup:
    """What only moved between own accounts, which is no part of what came in or went out."""
    parts = []
    for currency in context.cut.currencies:
        for name in ("own_in", "own_out"):
            if amount := abs(int(context.found.total_of(currency, name)["booked"])):
                parts.append(context.words(f"head.{name}", amount=context.money(amount, currency, code=True)))
    return context.words("head.own", parts=Markup(", ").join(parts)) if parts else Markup()


def finding_text(context: Context, finding: Finding) -> Markup:
    """A reason for the verdict in words."""
    words, amount = context.words, ""
    if finding.amount is not None and finding.currency:
        amount = context.money(finding.amount, finding.currency, code=True)
    reason = words.known("accounts", finding.reason) if finding.code == "no_proof" else plain(finding.reason, 200)
    about_account = finding.code in ("account_differs", "bridge_differs", "no_proof")
    subject = plain(finding.subject)
    if about_account:
        subject = named_account(context, finding.subject, first=finding.code != "bridge_differs")
    if finding.code == "ledger_differs":
        subject = gl_account(context, finding.subject, finding.entity)
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
    why = sorted(set(proofs.loc[proofs["difference"].isna(), "why"]))
    without = words("kpi.no_balance", unproven) if unproven else ""
    if len(why) == 1:
        without = words("kpi.no_balance_why", unproven, why=words.known("accounts", why[0]))
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
