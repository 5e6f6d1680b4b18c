"""Where the money went: the bridge, by source, by day, by account, and against the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.bridge import BRIDGE_STEPS
from recon_kit.measures.lines import SOURCES_IN, SOURCES_OUT
from recon_kit.money import total
from recon_kit.report.charts import Figure, bridge_chart, day_chart
from recon_kit.report.context import Context
from recon_kit.report.tables import LIMIT, Cell, Column, Html, Row, bar, looked, section, shortened, table, two_lines

_PANELS = 3
_ABREAST = 3


def bridge(context: Context) -> list[Html | Figure]:
    """The bridge: waterfalls for the first currencies, and the table of all of them."""
    words, base = context.words, context.base
    rows = context.found.bridge_by_currency
    row = context.found.total_of(base, "in")
    booked, left = (context.money(row[name], base, code=True) for name in ("booked", "unexplained"))
    title = words("bridge.title_none") if not row["booked"] else words("bridge.title", open=left, amount=booked)
    if row["booked"] and not row["unexplained"]:
        title = words("bridge.title_all", amount=booked)
    used = [code for code in context.cut.currencies if code in set(rows["currency"])]
    drawn = used[:_PANELS]
    parts: list[Html | Figure] = [section(title, words("bridge.question"))]
    if not used:
        return parts
    parts.append(bridge_chart(rows, drawn, words))
    tables = [_bridge_table(context, used[at : at + _ABREAST]) for at in range(0, len(used), _ABREAST)]
    notes = [words("bridge.closes"), _granted(context)]
    if len(used) > len(drawn):
        notes.append(words("bridge.omitted", len(used) - len(drawn)))
    after = Markup().join(Markup('<p class="after">{}</p>').format(note) for note in notes if note)
    parts.append(Html(Markup().join(tables) + after, str(words("bridge.step"))))
    return parts


def _bridge_table(context: Context, currencies: Sequence[str]) -> Markup:
    words, rows = context.words, context.found.bridge_by_currency
    columns = [
        (code, direction)
        for code in currencies
        for direction in ("in", "out")
        if ((rows["currency"] == code) & (rows["direction"] == direction)).any()
    ]
    heads = [Column(words("bridge.step"))]
    heads += [Column(f"{code} · {words(f'bridge.{direction}')}", "n") for code, direction in columns]
    found = [rows[(rows["currency"] == code) & (rows["direction"] == direction)].iloc[0] for code, direction in columns]
    body = [Row([words("bridge.booked"), *(context.money(row["booked"], row["currency"]) for row in found)], "mark")]
    for step in BRIDGE_STEPS:
        if any(row[step] for row in found):
            key = step if step in ("proposed", "unexplained") else "explained"
            name = Markup('<span class="key b-{}"></span>{}').format(key, words(f"step.{step}"))
            body.append(Row([name, *(_amount(context, row[step], row["currency"]) for row in found)]))
    ends = [_tied(context, row["difference"], row["currency"]) for row in found]
    return table(heads, body, foot=[words("bridge.difference"), *ends], look="dense")


def _amount(context: Context, minor: int, currency: str) -> Cell:
    return Cell(context.money(minor, currency) if minor else "–", "" if minor else "zero")


def _tied(context: Context, minor: Any, currency: str) -> Markup:
    """A difference that has to be 0: ✓ 0.00 in green, anything else in red, what is not known in words."""
    if pd.isna(minor):
        return Markup("{}").format(context.words("number.na"))
    text = context.money(minor, currency)
    return looked(f"✗ {text}", "no") if int(minor) else looked(f"✓ {text}", "ok")


def _granted(context: Context) -> Markup:
    words, rows = context.words, context.found.granted
    if rows.empty:
        return Markup()
    parts = [
        words(
            "bridge.granted_part",
            int(row["n"]),
            kind=words.known("granted", row["kind"]),
            amount=context.money(row["amount"], row["currency"], code=True),
        )
        for row in rows.to_dict("records")
    ]
    return words("bridge.granted", parts=Markup(", ").join(parts))


def by_source(context: Context) -> Html:
    """Lines and money by kind of source: credits, then debits, of each currency, never added across."""
    words, rows = context.words, context.found.by_source
    names = ("head", "lines", "automatic", "explained", "booked", "proposed", "open")
    looks = {"head": "", "explained": "w"}
    heads = [Column(words(f"source.{name}"), looks.get(name, "n")) for name in names]
    body: list[Row] = []
    for code in [code for code in context.cut.currencies if code in set(rows["currency"])]:
        body.append(Row([code], "group"))
        for direction, order in (("in", SOURCES_IN), ("out", SOURCES_OUT)):
            found = rows[(rows["currency"] == code) & (rows["direction"] == direction)]
            present = {row["source"]: row for _, row in found.iterrows()}
            named = [name for name in order if name in present]
            body += [Row(_source_row(context, words(f"source.{name}"), present[name])) for name in named]
            if present:
                body.append(
                    Row(_source_row(context, words(f"source.all_{direction}"), context.found.total_of(code, direction)), "sum")
                )
    title = _source_title(context)
    parts = [table(heads, body, look="dense")] if body else []
    return section(title, words("source.question"), *parts, after=[words("source.legend") if body else ""])


def _source_title(context: Context) -> Markup:
    words, rows = context.words, context.found.by_source
    left = (rows["proposed"] + rows["unexplained"]).abs()
    for code in sorted(context.cut.currencies, key=lambda code: code != context.base):
        here = (rows["currency"] == code) & (left > 0)
        if here.any():
            most = rows["source"].iloc[int(left.where(here, 0).to_numpy().argmax())]
            return words("source.title", source=words(f"source.{most}"), currency=code)
    return words("source.title_all")


def _source_row(context: Context, name: str, row: pd.Series) -> list[object]:
    words = context.words
    code = str(row.get("currency") or context.base)
    parts = [(state, int(row[state])) for state in ("explained", "proposed", "unexplained")]
    explained = bar(parts, words.percent(share(int(row["explained"]), int(row["booked"]))))
    money = [_amount(context, int(row[key]), code) for key in ("booked", "proposed", "unexplained")]
    return [name, words.count(row["n_lines"]), words.count(row["n_automatic"]), explained, *money]


def by_day(context: Context) -> list[Html | Figure]:
    """When the money came in, and when the part that is still open did; the base currency, by day, summed by week."""
    words, base = context.words, context.base
    rows = context.found.by_day
    rows = rows[rows["currency"] == base]
    if rows.empty:
        return []
    first, last = context.cut.first, context.cut.last
    days = list(pd.date_range(first, last, freq="D"))
    step = 1 if len(days) <= 45 else 7
    starts = days[::step]
    grouped = rows.assign(on=[starts[(on - first).days // step] for on in rows["on"]])
    sums = [
        {"currency": base, "on": on, **{name: total(found[name]) for name in ("explained", "proposed", "unexplained")}}
        for on, found in grouped.groupby("on", sort=True)
    ]
    late = rows[rows["on"] > last - pd.Timedelta(days=7)]
    whole, recent = (total(found["proposed"]) + total(found["unexplained"]) for found in (rows, late))
    title = words("day.title", share=words.percent(share(recent, whole))) if whole else words("day.title_all")
    chart = day_chart(pd.DataFrame(sums), base, starts, words)
    return [section(title, words("day.question", currency=base)), chart, _weeks(context, rows)]


def _weeks(context: Context, rows: pd.DataFrame) -> Html:
    words, base, first, last = context.words, context.base, context.cut.first, context.cut.last
    span = 7 if (last - first).days <= 100 else 28
    names = ("explained", "proposed", "unexplained")
    heads = [Column(words("day.week"), "w"), Column(words("source.booked"), "n")]
    heads += [Column(words("source.explained" if name == "explained" else f"step.{name}"), "n") for name in names]
    body = []
    for start in pd.date_range(first, last, freq=f"{span}D"):
        end = min(start + pd.Timedelta(days=span - 1), last)
        found = rows[(rows["on"] >= start) & (rows["on"] <= end)]
        sums = [total(found[name]) for name in names]
        body.append([words.span(start, end), *(_amount(context, value, base) for value in (sum(sums), *sums))])
    whole = [total(rows[name]) for name in names]
    foot = [words("source.all_in"), *(context.money(value, base) for value in (sum(whole), *whole))]
    return Html(table(heads, body, foot=foot, look="dense"), str(words("day.week")))


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
    proof = _tied(context, row["difference"], code)
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
        tied = _tied(context, row["difference"], code)
        body.append([_account_cell(context, row), *(_amount(context, value, code) for value in sums), tied])
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
    heads = [Column(words(f"ledger.{name}"), {"account": "", "role": "", "difference": "w"}.get(name, "n")) for name in names]
    body = []
    for row in ties.head(LIMIT).to_dict("records"):
        code = str(row["currency"])
        below = " · ".join(filter(None, [context.entity(row["entity"]) if context.several else "", code]))
        money = [context.money(row[name], code) for name in ("ledger", "ours", "pending")]
        tied = _tied(context, row["difference"], code)
        if row["why"]:
            tied += Markup('<div class="why">{}</div>').format(words(f"ledger.{row['why']}"))
        body.append([two_lines(row["gl_account"], below), words.known("ledger", row["role"]), *money, tied])
    return section(title, words("ledger.question"), table(heads, body, look="dense"))
