"""What every working paper shares: a summary, key figures, sources, and the sheet that ties each sum to the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from recon_kit.load.uncollected import uncollected
from recon_kit.measures.definitions import DEFINITIONS
from recon_kit.measures.naming import Name
from recon_kit.report.context import Context
from recon_kit.report.figures import key_figures
from recon_kit.report.lineage import control_sums
from recon_kit.report.sheets import Block, Field, Paper
from recon_kit.report.words import Words

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@contextmanager
def opened(context: Context, path: Path, title: str, sheets: Sequence[str]) -> Iterator[Paper]:
    """A working paper to write, with its sheets in order; equal contents give equal bytes.

    Foreign text is text: nothing that it begins with makes a formula or a link of it. `created` is the end of the period.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    last = context.cut.last
    with uncollected(), xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        created = datetime(last.year, last.month, last.day, tzinfo=UTC).replace(tzinfo=None)
        company = str(context.cut.meta["company"])
        book.set_properties({"title": title, "company": company, "created": created, "author": "Recon Kit"})
        book.set_calc_mode("auto")
        paper = Paper(book)
        for name in sheets:
            paper.sheet(name)
        yield paper
        paper.finish()


def fields(words: Words, said: str) -> list[Field]:
    """Fields from text "name [kind [currency column]] [= word], ...": the heading is the word named, else `col.<name>`."""
    made = []
    for line in said.split(","):
        left, _, word = line.strip().partition("=")
        name, *rest = left.split()
        kind, currency = (*rest, "text", "currency")[:2] if len(rest) < 2 else rest[:2]
        head = str(words(word.strip() or f"col.{name}"))
        head = head[:1].upper() + head[1:].replace("\N{SOFT HYPHEN}", "")
        made.append(Field(name, head, kind if rest else "text", currency if len(rest) > 1 else "currency"))
    return made


def in_words(words: Words, rows: pd.DataFrame, **sections: str) -> pd.DataFrame:
    """Coded columns in words: column -> the section of words in which its codes stand; null stays null."""
    rows = rows.copy()
    for name, section in sections.items():
        rows[name] = [None if pd.isna(code) else words.known(section, code) for code in rows[name]]
    return rows


def heading(context: Context, paper: Paper, title: str, *lines: str) -> None:
    """The first lines of the sheet Summary: what it is, whose and of which day, and what it says in a sentence or two."""
    words = context.words
    paper.line("Summary", title, "large")
    paper.line("Summary", f"{context.cut.meta['company']} · {words('head.as_of', day=words.day(context.cut.meta['as_of']))}")
    for line in lines:
        paper.line("Summary", line)


def figures(context: Context, paper: Paper, metrics: Mapping[str, str]) -> None:
    """The report's key figures on the sheet Summary, beside last period's and those of a year ago."""
    rows = key_figures(context, metrics)
    of = "of, " if rows["of"].notna().any() else ""
    version = ", definition, version whole" if rows["definition"].notna().any() else ""
    paper.space("Summary")
    said = f"figure, {of}currency, value any, before any, year_ago any{version}"
    paper.block("Summary", fields(context.words, said), rows, title=str(context.words("paper.figures")))


def definitions(context: Context, paper: Paper, used: Sequence[str]) -> None:
    """The sheet Definitions: id, version, unit, basis, VAT and source of each figure that the report shows."""
    words = context.words
    rows = pd.DataFrame([asdict(DEFINITIONS[one]) for one in used])
    rows["name"] = [words.known("metric", one) for one in used]
    rows = in_words(words, rows, unit="unit", basis="of_basis", gross_of_vat="of_vat")
    said = "name = col.figure, id = col.definition, version whole, unit = col.unit, basis = col.basis, gross_of_vat, source"
    paper.block("Definitions", fields(words, said), rows, whole=True)


def definitions_of(metrics: Mapping[str, str]) -> list[str]:
    """The registered definitions behind named figures, each once, in order."""
    names = [Name.read(name) for name in metrics]
    return list(dict.fromkeys(name.definition for name in names if name.version))


@dataclass(frozen=True)
class Tie:
    """A sum of a sheet, live and in minor units, against the same figure of the page."""

    what: str
    currency: str
    formula: str
    sheet_sum: int
    page: int


def ties(context: Context, paper: Paper, rows: Sequence[Tie]) -> None:
    """The first block of the sheet Checks: every sum of the workbook against the page; each difference has to be 0."""
    words = context.words
    paper.line("Checks", str(words("paper.ties")), "title")
    frame = pd.DataFrame([asdict(row) for row in rows], columns=["what", "currency", "formula", "sheet_sum", "page"])
    frame["difference"] = (frame["sheet_sum"] - frame["page"]).astype("int64")
    block = paper.block("Checks", fields(words, "what, currency, sheet_sum money, page money, difference money"), frame)
    for number, row in enumerate(frame.to_dict("records"), block.first):
        paper.formula("Checks", number, 2, row["formula"], row["sheet_sum"], row["currency"])
        paper.formula("Checks", number, 4, f"=ROUND(C{number + 1}-D{number + 1},4)", row["difference"], row["currency"])


@dataclass(frozen=True)
class Counted:
    """A count of a sheet, live and as a number, against what it has to be."""

    what: str
    formula: str
    count: int
    should: int


def counts(context: Context, paper: Paper, title: str, rows: Sequence[Counted]) -> Block:
    """A block of the sheet Checks: counts against what they have to be."""
    frame = pd.DataFrame([asdict(row) for row in rows])
    frame["difference"] = frame["count"] - frame["should"]
    paper.space("Checks")
    said = fields(context.words, "what, count whole, should whole, difference whole")
    block = paper.block("Checks", said, frame, title=title)
    for number, row in enumerate(frame.to_dict("records"), block.first):
        paper.count("Checks", number, 1, row["formula"], row["count"])
        paper.count("Checks", number, 3, f"=B{number + 1}-C{number + 1}", row["difference"])
    return block


def controls(context: Context, paper: Paper) -> None:
    """The last block of the sheet Checks: the control totals of the files."""
    words, checks = context.words, context.cut.checks
    checks = checks.assign(kind=["money" if pd.notna(code) else "whole" for code in checks["currency"]])
    checks = in_words(words, checks, outcome="outcome", check="check")
    said = "entity, check = files.check, subject = files.subject, outcome = files.outcome, expected any = files.expected"
    said += ", actual any = files.actual, currency, detail, source_file, source_line whole"
    paper.space("Checks")
    paper.block("Checks", fields(words, said), checks, title=str(words("paper.controls")))


def sources(context: Context, paper: Paper) -> None:
    """The sheet Sources: what was expected, each file with its hash, and the files' own sums."""
    words, cut = context.words, context.cut
    said = "entity, source = checklist.source, kind = checklist.kind, account, through day = checklist.through"
    said += ", reaches day = checklist.reaches, n_files whole = checklist.files, state = checklist.state, reason"
    rows = in_words(words, cut.checklist, kind="source_kind")
    rows["state"] = [words("checklist.overridden_state" if s == "overridden" else f"checklist.{s}") for s in rows["state"]]
    paper.block("Sources", fields(words, said), rows, title=str(words("paper.checklist")))
    paper.space("Sources")
    said = "entity, name = files.file, format = files.format, n_bytes whole = col.bytes, n_read whole = col.read"
    said += ", n_rows whole = files.rows, n_skipped whole = files.skipped, first_on day = files.first"
    said += ", last_on day = files.last, override = files.note, sha256 = files.hash"
    paper.block("Sources", fields(words, said), cut.sources, title=str(words("paper.files")))
    sums = [
        {"name": name, "currency": currency, "sum": minor}
        for name, text in zip(cut.sources["name"], cut.sources["control_sums"], strict=True)
        for currency, minor in control_sums(text).items()
    ]
    if sums:
        paper.space("Sources")
        said = "name = files.file, currency, sum money = files.sums"
        paper.block("Sources", fields(words, said), pd.DataFrame(sums), title=str(words("files.sums")))
