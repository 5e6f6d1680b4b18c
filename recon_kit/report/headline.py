"""The bottom line: status, one sentence, five figures against last period, and what stands in the way of closing."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import Finding, share
from recon_kit.measures.figure import NOT_AVAILABLE
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.kpis import Tile, band
from recon_kit.report.masthead import also, bold, masthead
from recon_kit.report.naming import gl_account, named_account
from recon_kit.report.tables import Html, looked
from recon_kit.report.words import plain


def bottom_line(context: Context) -> Html:
    """Who, when, status, one sentence, five key figures against last period, and what stands in the way."""
    words, status = context.words, context.found.verdict.status
    title = words("head.title", period=context.period)
    pill = (status, words(f"status.{status}"))
    return masthead(context, title, pill, sentence(context), _others(context), _blocked(context), _kpis(context))


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
        said.append(words("head.came_in", amount=bold(context.money(booked, base, code=True))))
        said.append(_split(context, row))
    if len(missing):
        amount = bold(context.money(total(missing["amount"]), base, code=True))
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
    left = bold(context.money(row["unexplained"], base, code=True))
    return words("head.split", explained=bold(shares["explained"]), proposed=shares["proposed"], open=left, lines=lines)


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
    return also(said)


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
    return band(context, [_explained(context), _untouched(context), _waiting(context), _missing(context), _difference(context)])


def _explained(context: Context) -> Tile:
    words, base = context.words, context.base
    name = f"credits_explained_share.{base}"
    value = context.metrics.get(name, NOT_AVAILABLE)
    why = words("kpi.no_money") if value == NOT_AVAILABLE else ""
    others = []
    for currency in context.cut.currencies:
        other = context.found.total_of(currency, "in")
        if currency != base and other["booked"]:
            others.append(f"{currency} {words.percent(share(int(other['explained']), int(other['booked'])))}")
    label = words("kpi.explained_of", currency=base) if len(context.cut.currencies) > 1 else words("kpi.explained")
    return Tile(label, name, value, "up", [why, ", ".join(others[:3])])


def _untouched(context: Context) -> Tile:
    words, metrics = context.words, context.metrics
    part, whole = (int(metrics[name]) for name in ("n_automatic", "n_lines"))
    below = words("kpi.of_lines", part=words.count(part), whole=words.count(whole)) if whole else words("kpi.no_lines")
    name = "automatic_share_of_lines"
    return Tile(words("kpi.untouched"), name, metrics[name], "up", [below])


def _waiting(context: Context) -> Tile:
    words, proposed = context.words, int(context.metrics["n_decisions_proposed"])
    below = words("kpi.with_proposal", proposed) if proposed else ""
    return Tile(words("kpi.waiting"), "n_decisions", context.metrics["n_decisions"], "down", [below])


def _missing(context: Context) -> Tile:
    words, rows, base = context.words, context.found.missing, context.base
    if rows.empty:
        return Tile(words("kpi.missing"), shown=looked("0", "ok"), below=[words("kpi.nothing_missing")])
    name = f"missing.{base}"
    oldest = words("kpi.oldest", days=words.age(rows["age"].max())) if rows["age"].notna().any() else ""
    things = words("head.n_things", len(rows))
    if not total(rows.loc[rows["currency"] == base, "amount"]):
        return Tile(words("kpi.missing"), "n_missing", context.metrics["n_missing"], "down", [oldest])
    return Tile(words("kpi.missing"), name, context.metrics[name], "down", [things, oldest])


def _difference(context: Context) -> Tile:
    words, proofs, ties = context.words, context.found.proofs, context.found.ties
    known = proofs[proofs["difference"].notna()]
    wrong = known[known["difference"].astype("int64") != 0]
    unproven = len(proofs) - len(known)
    if len(wrong):
        row = wrong.iloc[0]
        value = looked(context.money(row["difference"], row["currency"], code=True), "no")
    else:
        value = looked(context.money(0, context.base), "ok") if len(known) else words("number.na")
    differs = int((ties["difference"].fillna(0).astype("int64") != 0).sum())
    absent = int((ties["why"] == "no_ledger_balance").sum())
    ledger = words("kpi.ledger_differs", differs) if differs else words("kpi.ledger_ties") if len(ties) > absent else ""
    why = sorted(set(proofs.loc[proofs["difference"].isna(), "why"]))
    without = words("kpi.no_balance", unproven) if unproven else ""
    if len(why) == 1:
        without = words("kpi.no_balance_why", unproven, why=words.known("accounts", why[0]))
    return Tile(words("kpi.difference"), shown=value, below=[words("kpi.accounts", len(proofs)), without, ledger])
