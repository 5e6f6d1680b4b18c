"""The working paper beside the page: every row behind every figure, and a sheet that proves that both say the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recon_kit.measures import Cut
from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.headline import finding_text, sentence
from recon_kit.report.match_rows import WEIGHED, differing, match_rows, no_reason
from recon_kit.report.overview import proposal_text
from recon_kit.report.paper import Counted, Tie, controls, counts, fields, figures, heading, in_words, opened, sources, ties
from recon_kit.report.sheets import Block, Paper

SHEETS = ("Summary", "Matches", "Evidence", "Breaks", "Accounts", "Sources", "Checks", "Carried over")
"""Names of the sheets, the same in every language."""


def workbook(cut: Cut, path: Path, language: str = "") -> Path:
    """Write the working paper of a cut's reconciliation; equal cuts give equal bytes."""
    context = Context.of(cut, language)
    with opened(context, path, str(context.words("head.title", period=context.period)), SHEETS) as paper:
        _write(context, paper)
    return path


def _write(context: Context, paper: Paper) -> None:
    _summary(context, paper)
    found = match_rows(context)
    blocks = {
        "matches": _matches(context, paper, found.parts),
        "evidence": _evidence(context, paper, found.evidence),
        "breaks": _breaks(context, paper),
        **_accounts(context, paper),
        "carried": _carried(context, paper),
    }
    sources(context, paper)
    ties(context, paper, [tie for currency in context.cut.currencies for tie in _ties(context, blocks, currency)])
    _explained(context, paper, blocks)
    controls(context, paper)


def _summary(context: Context, paper: Paper) -> None:
    words, found = context.words, context.found
    heading(context, paper, str(words("head.title", period=context.period)))
    paper.line("Summary", f"{words('col.status')}: {words(f'status.{found.verdict.status}')}", "title")
    paper.line("Summary", sentence(context).striptags())
    reasons = [finding for finding in found.verdict.findings if finding.code not in ("questions", "missing")]
    if reasons:
        paper.space("Summary")
        paper.line("Summary", str(words("paper.findings")), "title")
        for finding in reasons:
            paper.line("Summary", finding_text(context, finding).striptags())
    paper.space("Summary")
    money = "booked money = source.booked, explained money = source.explained, proposed money = source.proposed"
    money += ", unexplained money = source.open"
    names = ("n_lines", "n_explained", "n_automatic", "n_proposed", "n_unexplained")
    numbers = ", ".join(f"{name} whole = metric.{name}" for name in names)
    columns = fields(words, f"currency, direction, {numbers}, {money}, difference money")
    totals = in_words(words, found.totals, direction="bridge")
    paper.block("Summary", columns, totals, title=str(words("paper.totals")))
    paper.space("Summary")
    by_source = in_words(words, found.by_source, direction="bridge", source="source")
    columns = fields(words, f"source = source.head, currency, direction, {numbers}, {money}, difference money")
    paper.block("Summary", columns, by_source, title=str(words("paper.sources")))
    figures(context, paper, context.metrics)


def _matches(context: Context, paper: Paper, rows: pd.DataFrame) -> Block:
    rows = in_words(context.words, rows, status="match_status", kind="by")
    said = "entity, account, booked_on day, counterparty, text, line_amount money line_currency, line_currency = col.currency"
    said += (
        ", document, customer, kind, gl_account, allocated money, currency = col.allocated_in, line_part money line_currency"
    )
    said += ", status, certainty chance, basis, because wrap, next, next_certainty chance, line, match"
    return paper.block("Matches", fields(context.words, said), rows, whole=True)


def _evidence(context: Context, paper: Paper, rows: pd.DataFrame) -> Block:
    """One row a match: what each kind of evidence adds to its log-odds, the score that they sum to, and the next best."""
    rows = in_words(context.words, rows, status="match_status")
    weighed = ", ".join(f"{name} odds = evidence.{kind}" for kind, name in WEIGHED.items())
    said = f"entity, booked_on day, counterparty, documents, status, basis, certainty chance, {weighed}, together odds"
    said += ", score odds, next, next_certainty chance, because wrap, line, match"
    return paper.block("Evidence", fields(context.words, said), rows, whole=True)


def _breaks(context: Context, paper: Paper) -> Block:
    rows = context.found.questions.copy()
    rows["proposal"] = [proposal_text(context, row).striptags() for row in rows.to_dict("records")]
    rows["detail"] = [context.words.sentence(*both) for both in zip(rows["detail"], rows["facts"], strict=True)]
    rows["code"] = rows["reason"]
    in_period = (rows["side"] == "bank_line") & (rows["since"] >= context.cut.first)
    rows["line_part"] = rows["amount"].astype("Int64").where(in_period)
    rows["counterparty"] = rows["name"]
    rows["list_code"], rows["side_code"] = rows["list"], rows["side"]
    rows["before"] = [context.words("decisions.carried") if carried else "" for carried in rows["carried"]]
    rows = in_words(context.words, rows, list="list", side="side", reason="reason", direction="bridge")
    said = "list, side, reason, entity, account, since day, age whole, counterparty, document, text, amount money"
    said += ", currency, direction, line_part money, before = decisions.carried, proposal, detail"
    said += ", code, id, list_code, side_code"
    return paper.block("Breaks", fields(context.words, said), rows, whole=True)


def _accounts(context: Context, paper: Paper) -> dict[str, Block]:
    words, found = context.words, context.found
    money = ", ".join(f"{name} money = accounts.{name}" for name in ("opening", "credits", "debits", "closing"))
    said = f"entity, account, currency, n_statements whole = accounts.statements, n_lines whole = source.lines, {money}"
    proofs = found.proofs.assign(why=[words.known("accounts", why) if why else "" for why in found.proofs["why"]])
    columns = fields(words, f"{said}, difference money, why = files.note")
    proof = paper.block("Accounts", columns, proofs, title=str(words("paper.proof")))
    paper.space("Accounts")
    steps = ", ".join(f"{step} money = step.{step}" for step in BRIDGE_STEPS)
    said = f"entity, account, currency, direction, n_lines whole = source.lines, booked money = source.booked, {steps}"
    rows = in_words(words, found.bridge, direction="bridge")
    bridge = paper.block("Accounts", fields(words, f"{said}, difference money"), rows, title=str(words("paper.bridge")))
    paper.space("Accounts")
    said = "entity, gl_account, role = ledger.role, currency, ledger money = ledger.ledger, ours money = ledger.ours"
    rows = found.ties.assign(why=[words.known("ledger", why) if why else "" for why in found.ties["why"]])
    rows = in_words(words, rows, role="ledger")
    columns = fields(words, f"{said}, pending money = ledger.pending, difference money, why = files.note")
    paper.block("Accounts", columns, rows, title=str(words("paper.ledger")))
    paper.sheet("Accounts").freeze_panes(0, 2)
    return {"proof": proof, "bridge": bridge}


def _carried(context: Context, paper: Paper) -> Block:
    rows = context.found.carried.copy()
    rows["fate"] = rows["fate"].fillna("new")
    rows["by"] = [context.words.known("by", by) if pd.notna(by) else "" for by in rows["by"]]
    for name in ("reason_before", "reason"):
        rows[name] = [context.words.known("reason", code) if pd.notna(code) else "" for code in rows[name]]
    rows = in_words(context.words, rows, side="side", fate="fate")
    said = "entity, side, id, before money = carried.before, reason_before = carried.was, fate = carried.fate, by = col.kind"
    said += ", n_documents whole = carried.proposed, n_closed whole = carried.documents"
    columns = fields(context.words, f"{said}, after money = carried.after, reason, currency")
    return paper.block("Carried over", columns, rows, whole=True)


def _explained(context: Context, paper: Paper, blocks: dict[str, Block]) -> None:
    """That every match of the workbook has its reason, and that its evidence sums to its score."""
    words, matches, evidence = context.words, blocks["matches"], blocks["evidence"]
    without, n_matches, wrong = no_reason(matches.rows), matches.rows["match"].nunique(), differing(evidence.rows)
    here, there, reason = matches.address("match"), evidence.address("match"), matches.address("because")
    apart = f"ABS({evidence.address('together')}-{evidence.address('score')})>0.000001"
    rows = [
        ("unexplained_matches", f"=COUNTA({here})-COUNTA({reason})", int(without.sum()), 0),
        ("matches_there", f"=COUNTA({there})", len(evidence.rows), n_matches),
        ("scores_differ", f"=SUMPRODUCT(--({apart}))", int(wrong.sum()), 0),
    ]
    checks = [Counted(str(words(f"paper.{name}")), formula, made, should) for name, formula, made, should in rows]
    counts(context, paper, str(words("paper.explanations")), checks)


def _ties(context: Context, blocks: dict[str, Block], currency: str) -> list[Tie]:
    """Each sum of the sheets against the same figure of the page, in one currency."""
    found = context.found
    here = found.totals[found.totals["currency"] == currency]
    net = {name: total(here[name]) for name in ("booked", "explained", "proposed", "unexplained")}
    missing = total(found.missing.loc[found.missing["currency"] == currency, "amount"])
    closing = found.proofs.loc[found.proofs["currency"] == currency, "closing"].dropna().astype("int64")
    roll = found.roll[found.roll["currency"] == currency]
    only = {"currency": currency}
    listed = {"currency": currency, "side_code": "bank_line"}
    breaks, bridge = blocks["breaks"], blocks["bridge"]
    open_lines = breaks.sum_of("line_part", listed)
    proposed = breaks.sum_of("line_part", listed | {"code": "proposed"})
    unexplained = (f"{open_lines[0]}-{proposed[0][1:]}", open_lines[1] - proposed[1])
    sums = {
        "booked": (bridge.sum_of("booked", only), net["booked"]),
        "explained": (blocks["matches"].sum_of("line_part", {"line_currency": currency}), net["explained"]),
        "proposed": (proposed, net["proposed"]),
        "unexplained": (unexplained, net["unexplained"]),
        "missing": (breaks.sum_of("amount", only | {"list_code": "missing"}), missing),
        "closing": (blocks["proof"].sum_of("closing", only), total(closing)),
        "before": (blocks["carried"].sum_of("before", only), total(roll["before"])),
        "after": (breaks.sum_of("amount", only), total(roll["after"])),
    }
    return [
        Tie(str(context.words(f"paper.{name}")), currency, formula, made, page)
        for name, ((formula, made), page) in sums.items()
    ]
