"""The page over all periods and runs: where each stands, and the way to its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from markupsafe import Markup, escape

from recon_kit.report.tables import Column, looked, section, table
from recon_kit.report.theme import css
from recon_kit.report.words import Words, plain

_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Listed:
    """One report of a run.

    Args:
        name: "reconciliation", "aging" ... page, workbook: paths relative to the index.
    """

    name: str
    sentence: str
    page: str
    workbook: str


@dataclass(frozen=True)
class ListedRun:
    """One run of a period.

    Args:
        stands: "current", "earlier", "signed_off", "undone" or "gone". reports: none where the folder is gone.
    """

    run_id: str
    on: date
    by: str
    status: str
    stands: str
    reports: Sequence[Listed] = ()


@dataclass(frozen=True)
class ListedPeriod:
    """A period that was ever closed.

    Args:
        runs: newest first.
        signed: what is said of signatures: "open", "prepared", "locked" or "reopened", and the names and days in it.
    """

    name: str
    first: date
    last: date
    runs: Sequence[ListedRun]
    signed: tuple[str, Mapping[str, str | date]]


def index_page(company: str, periods: Sequence[ListedPeriod], language: str) -> str:
    """The index as one page that asks for nothing from any network; links are relative, so the folder can be moved.

    Args:
        periods: newest first.
    """
    words = Words(language)
    title = words("index.title", company=plain(company))
    lead = words("index.lead", len(periods)) if periods else words("index.none")
    body = Markup().join(_period(words, period) for period in periods)
    head = Markup('<header><h1>{}</h1><p class="lead">{}</p><p class="q">{}</p></header>').format(
        title, lead, words("index.question")
    )
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{css()}</style>\n"
        f'</head><body><main><div class="rk">{head}{body}</div></main></body></html>\n'
    )


def _period(words: Words, period: ListedPeriod) -> Markup:
    current = next((run for run in period.runs if run.stands == "current"), None)
    title = words.period(period.name, pd.Timestamp(period.first), pd.Timestamp(period.last))
    name, told = period.signed
    values = {key: words.day(value) if isinstance(value, date) else plain(value) for key, value in told.items()}
    parts = [_reports(words, current)] if current else []
    parts.append(_runs(words, period.runs))
    status = Markup("")
    if current:
        said = words(f"status.{current.status}")
        status = Markup('<span class="pill {}">{}</span>').format(current.status, said)
    made = section(Markup("{} {}").format(title, status), words(f"index.{name}", **values), *parts)
    return made.markup


def _reports(words: Words, run: ListedRun) -> Markup:
    heads = [Column(words("index.report"), "w"), Column(words("index.finding")), Column("", "w")]
    rows = [
        [
            _link(one.page, words.known("reports", one.name)),
            plain(one.sentence, 400),
            _link(one.workbook, words("index.workbook")),
        ]
        for one in run.reports
    ]
    return table(heads, rows)


def _runs(words: Words, runs: Sequence[ListedRun]) -> Markup:
    heads = [Column(words(f"index.{name}"), "w") for name in ("run", "made", "by", "standing")] + [Column("")]
    rows = [
        [
            run.run_id,
            words.day(run.on),
            plain(run.by),
            looked(words(f"index.{run.stands}"), "no" if run.stands == "gone" else ""),
            Markup(" · ").join(_link(one.page, words.known("reports", one.name)) for one in run.reports),
        ]
        for run in runs
    ]
    made = table(heads, rows, look="dense")
    return Markup("<details><summary>{}</summary>{}</details>").format(words("index.runs"), made)


def _link(target: str, text: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(target, text)
