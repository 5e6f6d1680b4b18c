"""The open questions as a whole: by reason and age, and from one period to the next."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import share
from recon_kit.measures.questions import BUCKETS, by_reason_and_age, by_reason_and_money
from recon_kit.money import total
from recon_kit.report.context import Context
from recon_kit.report.naming import name_of
from recon_kit.report.tables import Cell, Column, Html, Row, looked, section, shortened, table, tag, two_lines
from recon_kit.report.words import plain

_BUCKET_HEADS = {"0-7": "0–7", "8-30": "8–30", "31-60": "31–60", ">60": "> 60"}
_MONEY_COLUMNS = 6
_CARRIED = 20


def reasons(context: Context) -> Html:
    """Open questions by reason and age, as a table of heat, with the money in them by currency and direction."""
    words, rows = context.words, context.found.decisions
    if rows.empty:
        return section(words("reasons.none"), words("reasons.question"))
    counts, money = by_reason_and_age(rows), by_reason_and_money(rows)
    young, old = (int((rows["bucket"] == bucket).sum()) for bucket in ("0-7", ">60"))
    title = words("reasons.title_old", old)
    if not old:
        part = words.percent(share(young, len(rows)))
        title = words("reasons.title_young", share=part)
        if not young and not (rows["bucket"] == "undated").any():
            title = words("reasons.title_between")
    buckets = [bucket for bucket in BUCKETS if bucket != "undated" or counts[bucket].any()]
    sums = _money_columns(context, money)
    heads = [Column(words("reasons.reason"))]
    heads += [Column(_BUCKET_HEADS.get(bucket, str(words("reasons.undated"))), "n") for bucket in buckets]
    heads.append(Column(words("reasons.all"), "n"))
    heads += [Column(code, "n") for code in sums]
    most = max(int(counts[bucket].max()) for bucket in buckets)
    body: list[Row] = []
    kinds = list(counts["kind"].unique())
    for kind in kinds:
        here, sum_here = counts[counts["kind"] == kind], money[money["kind"] == kind]
        if len(kinds) > 1:
            body.append(Row([words(f"side.{kind}")], "group"))
        for row in here.to_dict("records"):
            heat = (_heat(context, int(row[bucket]), most, bucket) for bucket in buckets)
            own = sum_here[sum_here["reason"] == row["reason"]]
            cells = (_sum(context, own, code) for code in sums)
            body.append(Row([words.known("reason", row["reason"]), *heat, words.count(row["n"]), *cells]))
        if len(kinds) > 1 and len(here) > 1:
            body.append(Row(_all(context, here, sum_here, buckets, sums), "sum"))
    only = money if len(kinds) == 1 else money.head(0)
    foot = _all(context, counts, only, buckets, sums)
    return section(title, words("reasons.question"), table(heads, body, foot=foot, look="dense heat"))


def _all(context: Context, counts: pd.DataFrame, money: pd.DataFrame, buckets: list[str], sums: list[str]) -> list[object]:
    """The row of sums; without money where kinds of questions that are not alike stand above it."""
    words = context.words
    whole = [words.count(total(counts[name])) for name in (*buckets, "n")]
    return [words("reasons.all"), *whole, *(_sum(context, money, code) for code in sums)]


def _money_columns(context: Context, money: pd.DataFrame) -> list[str]:
    order = sorted(context.cut.currencies, key=lambda code: code != context.base)
    return [code for code in order if code in set(money["currency"])][:_MONEY_COLUMNS]


def _heat(context: Context, count: int, most: int, bucket: str) -> Cell:
    if not count:
        return Cell("0", "zero")
    if bucket == ">60":
        return Cell(context.words.count(count), "old")
    return Cell(context.words.count(count), f"h{max(1, -(-3 * count // most))}")


def _sum(context: Context, money: pd.DataFrame, code: str) -> Cell:
    """Credits over debits of one currency, never netted."""
    here = money[money["currency"] == code]
    sums = [here[here["direction"] == direction] for direction in ("in", "out")]
    said = [context.money(total(found["amount"]), code) for found in sums if len(found)]
    return Cell(Markup("<br>").join(said), "") if said else Cell("–", "zero")


def carried(context: Context) -> Html:
    """The roll-forward of open questions, and each one that was carried over with what became of it."""
    words, rows = context.words, context.found.carried
    before = rows[rows["is_before"]]
    title = _carried_title(context, before)
    shown = _by_fate(context, before).head(_CARRIED)
    parts = [_roll(context)] if len(context.found.roll) else []
    if len(before):
        parts.append(_fates(context, shown))
    return section(title, words("carried.question"), *parts, after=[shortened(words, len(shown), len(before), "carried")])


def _carried_title(context: Context, before: pd.DataFrame) -> Markup:
    """How many are cleared, and how many documents behind the others the ledger has closed meanwhile."""
    words, roll = context.words, context.found.roll
    if before.empty:
        return words("carried.none")
    cleared, behind, closed = int((~before["is_after"]).sum()), total(roll["n_documents"]), total(roll["n_closed"])
    whole = words.count(len(before))
    said = [words("carried.title", cleared, before=whole) if cleared else words("carried.title_open", len(before))]
    if behind:
        said.append(words("carried.closed", behind, closed=words.count(closed)))
    return Markup("; ").join(said)


def _by_fate(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """What is cleared, then what the ledger has closed documents of, then the rest; by currency, the most money first."""
    place = {code: at for at, code in enumerate(context.cut.currencies)}
    order = pd.DataFrame({"open": rows["is_after"], "waits": rows["n_closed"] == 0, "currency": rows["currency"].map(place)})
    order = order.assign(size=-rows["before"].abs(), side=rows["side"], id=rows["id"])
    return rows.loc[order.sort_values(list(order.columns)).index]


def _roll(context: Context) -> Markup:
    words = context.words
    names = ("before", "new", "changed", "cleared", "after")
    heads = [Column(words("carried.side")), *(Column(words(f"carried.{name}"), "n") for name in names)]
    heads.append(Column(words("carried.difference"), "w"))
    behind = total(context.found.roll["n_documents"]) > 0
    if behind:
        heads.append(Column(words("carried.documents"), "n slim"))
    body = []
    for row in context.found.roll.to_dict("records"):
        code = str(row["currency"])
        cells = [_counted(context, row[name], row.get(f"n_{name}"), code) for name in names]
        ties = not row["difference"] and not row["n_difference"]
        tied = looked(f"{'✓' if ties else '✗'} {context.money(row['difference'], code)}", "ok" if ties else "no")
        documents = _of_all(context, row["n_closed"], row["n_documents"])
        body.append([Markup("{} · {}").format(words(f"side.{row['kind']}"), code), *cells, tied, *([documents] * behind)])
    return table(heads, body, look="dense")


def _of_all(context: Context, part: int, whole: int) -> Cell:
    words = context.words
    return Cell(words("accounts.n_of", n=words.count(part), all=words.count(whole)), "") if whole else Cell("–", "zero")


def _counted(context: Context, minor: int, count: int | None, code: str) -> Markup | Cell:
    if not minor and not count:
        return Cell("–", "zero")
    below = Markup('<div class="why">{}</div>').format(context.words("carried.n", count)) if count is not None else Markup()
    return Markup("{}{}").format(context.money(minor, code), below)


_FATE_LOOK = dict.fromkeys(("still_open", "changed", "gone", "waived", "not_compared"), "hm")


def _fates(context: Context, rows: pd.DataFrame) -> Markup:
    words = context.words
    heads = [Column(words("decisions.what")), Column(words("carried.was")), Column(words("carried.before"), "n")]
    heads += [Column(words("carried.after"), "n"), Column(words("carried.fate"))]
    lines = context.cut.bank_lines.drop_duplicates("line_id").set_index("line_id")
    items = context.cut.open_items.drop_duplicates("item_id").set_index("item_id")
    body = []
    for row in rows.to_dict("records"):
        code = str(row["currency"])
        fate = looked(words(f"fate.{row['fate']}"), _FATE_LOOK.get(str(row["fate"]), "ok"))
        if pd.notna(row["by"]) and row["fate"] == "explained":
            fate += Markup(" · {}").format(words.known("by", row["by"]))
        if row["is_after"] and row["n_documents"]:
            told = words("carried.of_documents", row["n_documents"], closed=words.count(row["n_closed"]))
            fate += Markup('<div class="why">{}</div>').format(told)
        after = context.money(row["after"], code, code=True) if row["is_after"] else Cell("–", "zero")
        reason = tag(words.known("reason", row["reason_before"]))
        body.append([_named(context, row, lines, items), reason, context.money(row["before"], code, code=True), after, fate])
    return table(heads, body)


def _named(context: Context, row: dict[Any, Any], lines: pd.DataFrame, items: pd.DataFrame) -> Markup:
    words, known = context.words, row["id"]
    if row["side"] == "bank_line" and known in lines.index:
        line = lines.loc[known]
        where = words(
            "decisions.booked", day=words.day_short(line["booked_on"]), account=context.account(line["account"], number=False)
        )
        return two_lines(plain(line["counterparty_name"], 60) or words("decisions.unnamed"), where)
    if known in items.index and row["kind"] != "balance":
        item = items.loc[known]
        return two_lines(plain(item["customer_name"], 60) or plain(item["document_no"], 60), plain(item["document_no"], 60))
    called = name_of(context, row["entity"], known, row["reason_before"]) if row["side"] == "expected" else None
    return two_lines(*called) if called else two_lines(plain(known, 60), words(f"side.{row['kind']}"))
