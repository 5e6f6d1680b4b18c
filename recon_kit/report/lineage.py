"""Behind the figures: how to read them, the files they come from, the checks these passed, and what would give them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures.definitions import DEFINITIONS
from recon_kit.measures.naming import Name
from recon_kit.measures.questions import told_day
from recon_kit.money import minor_units, total
from recon_kit.report.context import Context
from recon_kit.report.tables import LIMIT, Cell, Column, Html, looked, section, shortened, table, two_lines
from recon_kit.report.words import plain

_CODES = 12
_FILE_LOOKS = {"format": "w", "rows": "n", "skipped": "n", "span": "w", "hash": "w"}


def method(context: Context) -> Html:
    """What the words on the page mean."""
    words = context.words
    names = ("explained", "money", "shares", "status", "missing")
    items = Markup().join(Markup("<li>{}</li>").format(words(f"method.{name}")) for name in names)
    title = words("method.title")
    markup = Markup('<section><h2>{}</h2><div class="card"><ul class="method">{}</ul></div></section>').format(title, items)
    return Html(markup, str(title))


def definitions(context: Context, page: str, used: Sequence[str]) -> Html:
    """What the words of a page mean, and every definition behind its figures with version, basis, VAT and source.

    Args:
        page: the section of words "method_<page>", each of which is one sentence or two.
        used: names of metrics, or ids of definitions.
    """
    words = context.words
    items = Markup().join(Markup("<li>{}</li>").format(words(key)) for key in words.keys_of(f"method_{page}"))
    ids = list(dict.fromkeys(Name.read(name).definition for name in used))
    looks = {"definition": "w", "basis": "w", "gross_of_vat": "w"}
    names = ("figure", "definition", "basis", "gross_of_vat", "source")
    heads = [Column(words(f"col.{name}"), looks.get(name, "")) for name in names]
    known = [(one, DEFINITIONS[one]) for one in ids]
    body = [
        [
            words.known("metric", one),
            Markup("<code>{} v{}</code>").format(one, made.version),
            words.known("of_basis", made.basis),
            words.known("of_vat", made.gross_of_vat),
            made.source,
        ]
        for one, made in known
    ]
    title = words("method.title")
    told = Markup('<div class="card"><ul class="method">{}</ul></div>').format(items)
    return section(title, words("method.question"), told, table(heads, body, look="dense"))


def files(context: Context) -> Html:
    """Each file with rows, days, control sums and hash, and every check of theirs that is not simply in order."""
    words, every = context.words, context.cut.sources
    rows = every[every["last_on"].isna() | (every["last_on"] >= context.cut.first)]
    checks = context.cut.checks[context.cut.checks["source_file"].isin(rows["name"]) | context.cut.checks["source_file"].isna()]
    failed = int((checks["outcome"] == "failed").sum())
    n_files = words("files.n_files", len(rows))
    n_rows, n_ok = words.count(total(rows["n_rows"])), words.count((checks["outcome"] == "ok").sum())
    title = words("files.title", files=n_files, rows=n_rows, checks=n_ok)
    if failed:
        title = words("files.title_failed", failed)
    elif rows.empty:
        title = words("files.none")
    aside = _not_counting(checks)
    names = ("file", "format", "rows", "skipped", "span", "sums", "hash")
    heads = [Column(words(f"files.{name}"), _FILE_LOOKS.get(name, "")) for name in names]
    shown = rows.head(LIMIT)
    body = [_file_row(context, row, aside) for row in shown.to_dict("records")]
    parts = [table(heads, body, look="dense long")] if body else []
    listed = checks[(checks["outcome"] != "ok") & (checks["check"] != "rows_counting")]
    if len(listed):
        parts.append(_checks(context, listed))
    earlier = words("files.earlier", len(every) - len(rows), sheet=words("sheet.sources")) if len(every) > len(rows) else ""
    notes = [*_told_twice(context, checks), earlier, shortened(words, len(shown), len(rows), "sources")]
    return section(title, words("files.question"), *parts, after=notes)


def _not_counting(checks: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """File -> how many of its rows do not count, and how many it has."""
    rows = checks[checks["check"] == "rows_counting"].to_dict("records")
    return {str(row["source_file"]): (int(row["expected"]) - int(row["actual"]), int(row["expected"])) for row in rows}


def _told_twice(context: Context, checks: pd.DataFrame) -> list[Markup]:
    """What two sources of the same days prove, and what they tell differently."""
    days = checks[checks["check"] == "told_twice"]
    proven = int((days["outcome"] == "ok").sum())
    counts = {"files.proven": proven, "files.differing": len(days) - proven}
    return [context.words(key, n) for key, n in counts.items() if n]


def _file_row(context: Context, row: dict[Any, Any], aside: dict[str, tuple[int, int]]) -> list[object]:
    words, said = context.words, []
    if pd.notna(row["override"]):
        said.append(words("files.override", reason=plain(row["override"], 200)))
    if row["name"] in aside:
        n, every = aside[row["name"]]
        said.append(words("files.not_counting", n, all=words.count(every)))
    below = Markup("<br>").join(said)
    code = Markup("<code>{}…</code>").format(str(row["sha256"])[:_CODES])
    skipped = Cell(words.count(row["n_skipped"]), "" if row["n_skipped"] else "zero")
    span = words.span(row["first_on"], row["last_on"]) if pd.notna(row["first_on"]) else "–"
    known = control_sums(row["control_sums"])
    sums = ", ".join(context.money(minor, code, code=True) for code, minor in known.items()) or "–"
    return [
        Markup('{}<div class="why">{}</div>').format(plain(row["name"], 90), below) if below else plain(row["name"], 90),
        plain(row["format"], 30),
        words.count(row["n_rows"]),
        skipped,
        span,
        sums,
        code,
    ]


def control_sums(text: Any) -> dict[str, int]:
    """A file's sums by currency, in minor units; empty where the file has none."""
    if text is None or pd.isna(text):
        return {}
    return {code: minor_units(str(amount), code, ".") for code, amount in sorted(json.loads(str(text)).items())}


_LOOK = {"failed": "no", "absent": "hm", "note": ""}


def _checks(context: Context, checks: pd.DataFrame) -> Markup:
    words = context.words
    order = checks["outcome"].map({"failed": 0, "absent": 1, "note": 2})
    rows = checks.loc[order.dropna().sort_values(kind="stable").index][:LIMIT]
    names = ("check", "subject", "expected", "actual", "outcome")
    heads = [Column(words(f"files.{name}"), "n" if name in ("expected", "actual") else "") for name in names]
    body = []
    for row in rows.to_dict("records"):
        figures = [_figure(context, row[name], row["currency"]) for name in ("expected", "actual")]
        said = looked(words(f"outcome.{row['outcome']}"), _LOOK[str(row["outcome"])])
        if words.language == "en" and pd.notna(row["detail"]):
            said += Markup('<div class="why">{}</div>').format(plain(row["detail"], 240))
        file = plain(row["source_file"], 80)
        body.append([words.known("check", row["check"]), two_lines(_subject(context, row), file), *figures, said])
    return table(heads, body, look="dense long")


def _subject(context: Context, row: dict[Any, Any]) -> str:
    """What was checked; the account of a day that two sources tell is said as everywhere on the page."""
    day = told_day(row["subject"]) if row["check"] == "told_twice" else None
    if day is None:
        return plain(row["subject"], 80)
    return f"{context.account(day[0])} · {context.words.day(day[1])} · {plain(day[2], 40)}"


def _figure(context: Context, value: Any, currency: Any) -> str:
    if value is None or pd.isna(value):
        return "–"
    return context.words.count(value) if pd.isna(currency) else context.money(value, str(currency))


def footer(context: Context) -> Html:
    """What this page was made from: with these, it can be made again, byte for byte."""
    words, meta = context.words, context.cut.meta
    line = words(
        "foot.line",
        files=words("files.n_files", len(context.cut.sources)),
        policy=str(meta["policy_sha256"])[:_CODES],
        version=plain(meta["package_version"], 40),
    )
    if meta.get("journal_head"):
        line += Markup(" · ") + words(
            "foot.journal", seq=words.count(meta["journal_seq"]), head=str(meta["journal_head"])[:_CODES]
        )
    proof = Markup("{} <code>recon verify</code>").format(words("foot.proof"))
    return Html(Markup("<footer>{} · {}</footer>").format(line, proof), str(line))
