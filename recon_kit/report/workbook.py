"""The working paper beside the page: every row behind every figure, and a sheet that proves that both say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit.measures import Cut
from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.figures import key_figures
from recon_kit.report.headline import finding_text, sentence
from recon_kit.report.lineage import control_sums
from recon_kit.report.match_rows import WEIGHED, differing, match_rows, no_reason
from recon_kit.report.overview import proposal_text
from recon_kit.report.sheets import Block, Field, Paper

SHEETS = ("Summary", "Matches", "Evidence", "Breaks", "Accounts", "Sources", "Checks", "Carried over")
"""Names of the sheets, the same in every language."""


def workbook(cut: Cut, path: Path, language: str = "") -> Path:
    """Write the working paper of a cut; equal cuts give equal bytes.

    Foreign text is text: nothing that it begins with makes a formula or a link of it. `created` is the end of the period.
    """
    import xlsxwriter

    context = Context.of(cut, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        created = datetime(cut.last.year, cut.last.month, cut.last.day, tzinfo=UTC).replace(tzinfo=None)
        title = str(context.words("head.title", period=context.period))
        book.set_properties({"title": title, "company": str(cut.meta["company"]), "created": created, "author": "Recon Kit"})
        book.set_calc_mode("auto")
        _write(context, Paper(book))
    return path


def _write(context: Context, paper: Paper) -> None:
    for name in SHEETS:
        paper.sheet(name)
    _summary(context, paper)
    found = match_rows(context)
    blocks = {
        "matches": _matches(context, paper, found.parts),
        "evidence": _evidence(context, paper, found.evidence),
        "breaks": _breaks(context, paper),
        **_accounts(context, paper),
        "carried": _carried(context, paper),
    }
    _sources(context, paper)
    _checks(context, paper, blocks)
    paper.finish()


def _fields(context: Context, said: str) -> list[Field]:
    """Fields from lines "name [kind [currency column]] [= word]": the heading is the word `col.<name>` unless one is named."""
    made = []
    for line in said.split(","):
        left, _, word = line.strip().partition("=")
        name, *rest = left.split()
        kind, currency = (*rest, "text", "currency")[:2] if len(rest) < 2 else rest[:2]
        head = str(context.words(word.strip() or f"col.{name}"))
        made.append(
            Field(
                name,
                head[:1].upper() + head[1:].replace("\N{SOFT HYPHEN}", ""),
                kind if rest else "text",
                currency if len(rest) > 1 else "currency",
            )
        )
    return made


def _summary(context: Context, paper: Paper) -> None:
    words, found = context.words, context.found
    paper.line("Summary", str(words("head.title", period=context.period)), "large")
    paper.line("Summary", f"{context.cut.meta['company']} · {words('head.as_of', day=words.day(context.cut.meta['as_of']))}")
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
    counts = ", ".join(f"{name} whole = metric.{name}" for name in names)
    fields = _fields(context, f"currency, direction, {counts}, {money}, difference money")
    totals = _said(context, found.totals, direction="bridge")
    paper.block("Summary", fields, totals, title=str(words("paper.totals")))
    paper.space("Summary")
    sources = _said(context, found.by_source, direction="bridge", source="source")
    fields = _fields(context, f"source = source.head, currency, direction, {counts}, {money}, difference money")
    paper.block("Summary", fields, sources, title=str(words("paper.sources")))
    paper.space("Summary")
    fields = _fields(context, "figure, currency, value any, before any")
    paper.block("Summary", fields, key_figures(context), title=str(words("paper.figures")))


def _said(context: Context, rows: pd.DataFrame, **sections: str) -> pd.DataFrame:
    """Coded columns in words."""
    return rows.assign(
        **{name: [context.words.known(section, code) for code in rows[name]] for name, section in sections.items()}
    )


def _matches(context: Context, paper: Paper, rows: pd.DataFrame) -> Block:
    rows = _said(context, rows, status="match_status", kind="by")
    said = "entity, account, booked_on day, counterparty, text, line_amount money line_currency, line_currency = col.currency"
    said += (
        ", document, customer, kind, gl_account, allocated money, currency = col.allocated_in, line_part money line_currency"
    )
    said += ", status, certainty chance, basis, because wrap, next, next_certainty chance, line, match"
    return paper.block("Matches", _fields(context, said), rows, whole=True)


def _evidence(context: Context, paper: Paper, rows: pd.DataFrame) -> Block:
    """One row a match: what each kind of evidence adds to its log-odds, the score that they sum to, and the next best."""
    rows = _said(context, rows, status="match_status")
    weighed = ", ".join(f"{name} odds = evidence.{kind}" for kind, name in WEIGHED.items())
    said = f"entity, booked_on day, counterparty, documents, status, basis, certainty chance, {weighed}, together odds"
    said += ", score odds, next, next_certainty chance, because wrap, line, match"
    return paper.block("Evidence", _fields(context, said), rows, whole=True)


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
    rows = _said(context, rows, list="list", side="side", reason="reason", direction="bridge")
    said = "list, side, reason, entity, account, since day, age whole, counterparty, document, text, amount money"
    said += ", currency, direction, line_part money, before = decisions.carried, proposal, detail"
    said += ", code, id, list_code, side_code"
    return paper.block("Breaks", _fields(context, said), rows, whole=True)


def _accounts(context: Context, paper: Paper) -> dict[str, Block]:
    words, found = context.words, context.found
    money = ", ".join(f"{name} money = accounts.{name}" for name in ("opening", "credits", "debits", "closing"))
    said = f"entity, account, currency, n_statements whole = accounts.statements, n_lines whole = source.lines, {money}"
    proofs = found.proofs.assign(why=[words.known("accounts", why) if why else "" for why in found.proofs["why"]])
    fields = _fields(context, f"{said}, difference money, why = files.note")
    proof = paper.block("Accounts", fields, proofs, title=str(words("paper.proof")))
    paper.space("Accounts")
    steps = ", ".join(f"{step} money = step.{step}" for step in BRIDGE_STEPS)
    said = f"entity, account, currency, direction, n_lines whole = source.lines, booked money = source.booked, {steps}"
    rows = _said(context, found.bridge, direction="bridge")
    bridge = paper.block("Accounts", _fields(context, f"{said}, difference money"), rows, title=str(words("paper.bridge")))
    paper.space("Accounts")
    said = "entity, gl_account, role = ledger.role, currency, ledger money = ledger.ledger, ours money = ledger.ours"
    ties = found.ties.assign(why=[words.known("ledger", why) if why else "" for why in found.ties["why"]])
    ties = _said(context, ties, role="ledger")
    fields = _fields(context, f"{said}, pending money = ledger.pending, difference money, why = files.note")
    paper.block("Accounts", fields, ties, title=str(words("paper.ledger")))
    paper.sheet("Accounts").freeze_panes(0, 2)
    return {"proof": proof, "bridge": bridge}


def _carried(context: Context, paper: Paper) -> Block:
    rows = context.found.carried.copy()
    rows["fate"] = rows["fate"].fillna("new")
    rows["by"] = [context.words.known("by", by) if pd.notna(by) else "" for by in rows["by"]]
    for name in ("reason_before", "reason"):
        rows[name] = [context.words.known("reason", code) if pd.notna(code) else "" for code in rows[name]]
    rows = _said(context, rows, side="side", fate="fate")
    said = "entity, side, id, before money = carried.before, reason_before = carried.was, fate = carried.fate, by = col.kind"
    said += ", n_documents whole = carried.proposed, n_closed whole = carried.documents"
    fields = _fields(context, f"{said}, after money = carried.after, reason, currency")
    return paper.block("Carried over", fields, rows, whole=True)


def _sources(context: Context, paper: Paper) -> None:
    words, cut = context.words, context.cut
    said = "entity, source = checklist.source, kind = checklist.kind, account, through day = checklist.through"
    said += ", reaches day = checklist.reaches, n_files whole = checklist.files, state = checklist.state, reason"
    rows = _said(context, cut.checklist, kind="source_kind")
    rows["state"] = [words("checklist.overridden_state" if s == "overridden" else f"checklist.{s}") for s in rows["state"]]
    paper.block("Sources", _fields(context, said), rows, title=str(words("paper.checklist")))
    paper.space("Sources")
    said = "entity, name = files.file, format = files.format, n_bytes whole = col.bytes, n_read whole = col.read"
    said += ", n_rows whole = files.rows, n_skipped whole = files.skipped, first_on day = files.first"
    said += ", last_on day = files.last"
    fields = _fields(context, f"{said}, override = files.note, sha256 = files.hash")
    paper.block("Sources", fields, cut.sources, title=str(words("paper.files")))
    sums = [
        {"name": name, "currency": currency, "sum": minor}
        for name, text in zip(cut.sources["name"], cut.sources["control_sums"], strict=True)
        for currency, minor in control_sums(text).items()
    ]
    if sums:
        paper.space("Sources")
        fields = _fields(context, "name = files.file, currency, sum money = files.sums")
        paper.block("Sources", fields, pd.DataFrame(sums), title=str(words("files.sums")))


def _checks(context: Context, paper: Paper, blocks: dict[str, Block]) -> None:
    words = context.words
    paper.line("Checks", str(words("paper.ties")), "title")
    fields = _fields(context, "what, currency, sheet_sum money, page money, difference money")
    rows = [row for currency in context.cut.currencies for row in _ties(context, blocks, currency)]
    frame = pd.DataFrame(rows, columns=["what", "currency", "sheet_sum", "page", "difference", "formula"])
    block = paper.block("Checks", fields, frame)
    for number, row in enumerate(frame.to_dict("records"), block.first):
        paper.formula("Checks", number, 2, row["formula"], row["sheet_sum"], row["currency"])
        paper.formula("Checks", number, 4, f"=ROUND(C{number + 1}-D{number + 1},4)", row["difference"], row["currency"])
    paper.space("Checks")
    _explained(context, paper, blocks)
    paper.space("Checks")
    checks = context.cut.checks
    checks = checks.assign(kind=["money" if pd.notna(code) else "whole" for code in checks["currency"]])
    checks = _said(context, checks, outcome="outcome", check="check")
    said = "entity, check = files.check, subject = files.subject, outcome = files.outcome, expected any = files.expected"
    said += ", actual any = files.actual, currency, detail, source_file, source_line whole"
    paper.block("Checks", _fields(context, said), checks, title=str(words("paper.controls")))


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
    frame = pd.DataFrame(
        [(str(words(f"paper.{name}")), made, should, made - should, formula) for name, formula, made, should in rows],
        columns=["what", "count", "should", "difference", "formula"],
    )
    fields = _fields(context, "what, count whole, should whole, difference whole")
    block = paper.block("Checks", fields, frame, title=str(words("paper.explanations")))
    for number, row in enumerate(frame.to_dict("records"), block.first):
        paper.count("Checks", number, 1, row["formula"], row["count"])
        paper.count("Checks", number, 3, f"=B{number + 1}-C{number + 1}", row["difference"])


def _ties(context: Context, blocks: dict[str, Block], currency: str) -> list[dict[str, Any]]:
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
        {
            "what": str(context.words(f"paper.{name}")),
            "currency": currency,
            "sheet_sum": made,
            "page": page,
            "difference": made - page,
            "formula": formula,
        }
        for name, ((formula, made), page) in sums.items()
    ]
