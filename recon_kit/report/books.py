"""What the books prove: every account from its own statements, and the ledger against bank and open items."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.money import total
from recon_kit.report.cells import amount_cell, tied
from recon_kit.report.context import Context
from recon_kit.report.tables import LIMIT, Column, Html, section, shortened, table, two_lines


def accounts(context: Context) -> Html:
    """Every account's proof from its statements, and what became of its entries; both have to close to 0."""
    words, proofs = context.words, context.found.proofs
    if proofs.empty:
        return section(words("accounts.none"), words("accounts.question"))
    known = proofs[proofs["difference"].notna()]
    wrong = int(((known["difference"].astype("int64") != 0) | (known["n_gaps"] > 0)).sum())
    title = words("accounts.title")
    if wrong:
        title = words("accounts.title_differs", wrong)
    elif known.empty:
        title = words("accounts.title_unproven")
    elif len(known) < len(proofs):
        title = words("accounts.title_some", len(known), all=words.count(len(proofs)))
    shown = proofs.head(LIMIT)
    names = ("account", "statements", "opening", "credits", "debits", "closing", "proof")
    heads = [
        Column(words(f"accounts.{name}"), {"account": "", "statements": "w", "proof": "w"}.get(name, "n")) for name in names
    ]
    upper = table(heads, [_proof_row(context, row) for row in shown.to_dict("records")], look="dense")
    lower = _became(context)
    more = shortened(words, len(shown), len(proofs), "accounts")
    return section(
        title, words("accounts.question"), upper, lower, after=[words("accounts.matrix", sheet=words("sheet.accounts")), more]
    )


def _account_cell(context: Context, row: dict[Any, Any]) -> Markup:
    below = " · ".join(filter(None, [context.entity(row["entity"]) if context.several else "", str(row["currency"])]))
    return two_lines(context.account(row["account"]), below)


def _proof_row(context: Context, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    n_statements = words.count(row["n_statements"])
    if pd.notna(row["n_expected"]):
        n_statements = words("accounts.n_of", n=n_statements, all=words.count(row["n_expected"]))
    money = [context.money(row[name], code) for name in ("opening", "credits", "debits", "closing")]
    proof = tied(context, row["difference"], code)
    if row["why"]:
        proof += Markup('<div class="why">{}</div>').format(words.known("accounts", row["why"]))
    if row["n_gaps"]:
        proof += Markup('<div class="no">{}</div>').format(words("accounts.gaps", int(row["n_gaps"])))
    return [_account_cell(context, row), n_statements, *money, proof]


def _became(context: Context) -> Markup:
    words = context.words
    order = {key: place for place, key in enumerate(_keys(context.found.proofs))}
    rows = context.found.bridge_by_account
    rows = rows.iloc[sorted(range(len(rows)), key=lambda at: order.get(_keys(rows.iloc[[at]])[0], len(order)))].head(LIMIT)
    if rows.empty:
        return Markup()
    explained = [step for step in BRIDGE_STEPS if step not in ("proposed", "unexplained")]
    heads = [Column(words("accounts.account"))]
    heads += [Column(words(key), "n") for key in ("accounts.net", "accounts.explained", "step.proposed", "step.unexplained")]
    heads.append(Column(words("bridge.difference"), "w"))
    body = []
    for row in rows.to_dict("records"):
        code = str(row["currency"])
        sums = [row["booked"], sum(row[step] for step in explained), row["proposed"], row["unexplained"]]
        proof = tied(context, row["difference"], code)
        body.append([_account_cell(context, row), *(amount_cell(context, value, code) for value in sums), proof])
    return table(heads, body, look="dense")


def _keys(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, key)) for key in rows[["entity", "account", "currency"]].itertuples(index=False)]


def ledger(context: Context) -> Html:
    """The ledger against the bank and the open items; a difference is shown and never plugged."""
    words, ties = context.words, context.found.ties
    known = ties[ties["difference"].notna()]
    if known.empty:
        return section(words("ledger.none"), words("ledger.question"))
    differs = int((known["difference"].astype("int64") != 0).sum())
    title = words("ledger.title_differs", differs) if differs else words("ledger.title")
    names = ("account", "role", "ledger", "ours", "pending", "difference")
    heads = [
        Column(words(f"ledger.{name}"), {"account": "", "role": "", "pending": "n slim", "difference": "w"}.get(name, "n"))
        for name in names
    ]
    body = []
    for row in ties.head(LIMIT).to_dict("records"):
        code = str(row["currency"])
        below = " · ".join(filter(None, [context.entity(row["entity"]) if context.several else "", code]))
        money = [context.money(row[name], code) for name in ("ledger", "ours", "pending")]
        proof = tied(context, row["difference"], code)
        if row["why"]:
            proof += Markup('<div class="why">{}</div>').format(words(f"ledger.{row['why']}"))
        body.append([two_lines(row["gl_account"], below), words.known("ledger", row["role"]), *money, proof])
    return section(title, words("ledger.question"), table(heads, body, look="dense"), after=[_to_post(context)])


def _to_post(context: Context) -> Markup:
    """What is matched here and open in the ledger still, by currency: what is to be posted, and what went out already."""
    ties = context.found.ties
    waiting = {"posting": ties["pending"] - ties["exported"], "exported": ties["exported"]}
    return Markup(" ").join(filter(None, (_said(context, key, amounts) for key, amounts in waiting.items())))


def _said(context: Context, key: str, amounts: pd.Series) -> Markup:
    ties = context.found.ties
    sums = [(code, total(amounts[ties["currency"] == code])) for code in context.cut.currencies]
    parts = [context.money(amount, code, code=True) for code, amount in sums if amount]
    return context.words(f"ledger.{key}", parts=", ".join(parts)) if parts else Markup()
