"""What `match` found, to be looked at: which line paid what, why, what else was possible, and what is left open."""

from __future__ import annotations

from math import floor
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.matching import LIVE, Explanation, MatchResult
from recon_kit.matching.words import CERTAIN
from recon_kit.report.page import Sections
from recon_kit.report.tables import LIMIT, Cell, Column, Html, looked, section, table, tag, two_lines
from recon_kit.report.theme import notebook_css
from recon_kit.report.waterfall import evidence_figure
from recon_kit.report.words import Words, plain
from recon_kit.tables import BANK_LINES, OPEN_ITEMS, with_lines


class MatchPage:
    """A run's result beside the lines and documents that it was made from, in one language.

    Args:
        bank_lines, open_items: the frames that `match` was given.
    """

    def __init__(self, result: MatchResult, bank_lines: pd.DataFrame, open_items: pd.DataFrame, language: str = "en") -> None:
        self._result, self._words = result, Words(language)
        lines, items = BANK_LINES.conform(bank_lines), OPEN_ITEMS.conform(open_items)
        self._lines = lines.sort_values(["booked_on", "line_id"]).set_index("line_id")
        self._numbers = dict(zip(items["item_id"], items["document_no"], strict=True))
        if not self._lines.index.is_unique:
            raise ParameterError("matches", [Fault("lines of one entity, or ids that occur once", field="line_id")])

    @property
    def matches(self) -> Html:
        """Every bank line by day: who paid, which documents it pays, and how sure that is; brings the notebook its style."""
        words, lines, rows = self._words, self._lines, with_lines(self._result.allocations)
        n_sure = int(rows.loc[rows["status"].isin(LIVE), "line_id"].nunique())
        shown = lines.head(LIMIT)
        by_line = dict(iter(rows[rows["line_id"].isin(shown.index)].groupby("line_id", sort=False)))
        looks = {"amount": "n", "sure": "w"}
        heads = [Column(words(f"matches.{name}"), looks.get(name, "")) for name in ("line", "amount", "pays", "sure")]
        body = [self._match_row(line_id, by_line.get(line_id)) for line_id in shown.index]
        title = words("matches.title", sure=words.count(n_sure), all=words.count(len(lines)))
        note = words("matches.more", len(lines), shown=words.count(len(shown))) if len(shown) < len(lines) else ""
        made = section(title, words("matches.question"), table(heads, body), after=[note])
        style = Markup("<style data-recon>{}</style>").format(Markup(notebook_css()))  # noqa: S704 (our own file)
        return Html(style + made.markup, made.text)

    @property
    def questions(self) -> Html:
        """What is left open, the most money first, each with its reason."""
        words, rows = self._words, self._result.breaks
        if rows.empty:
            return section(words("matches.no_questions"), words("matches.questions_question"))
        order = rows["amount"].abs().sort_values(ascending=False, kind="stable").index
        heads = [Column(words("matches.on")), Column(words("matches.why")), Column(words("matches.amount"), "n")]
        body = [self._question_row(row) for row in rows.loc[order].head(LIMIT).to_dict("records")]
        title = words("matches.questions_title", len(rows))
        return section(title, words("matches.questions_question"), table(heads, body))

    @property
    def richest(self) -> str:
        """The line that pays the most documents; "" where no line has a match."""
        rows = with_lines(self._result.allocations)
        counts = rows[rows["item_id"].notna()].groupby("line_id")["item_id"].nunique()
        return "" if counts.empty else str(counts.idxmax())

    @property
    def closest(self) -> str:
        """The line where another set comes nearest to the chosen one, else the least probable; "" where no line has a match."""
        chosen, other = (
            rows.dropna(subset=["line_id", "probability"]).groupby("line_id")["probability"].first()
            for rows in (self._result.allocations, self._result.alternatives.query("rank == 1"))
        )
        lead = (chosen - other).dropna()
        found = lead.abs() if len(lead) else chosen
        return "" if found.empty else str(found.idxmin())

    def why(self, line_id: str) -> Sections:
        """Why this match: its documents, the evidence as a figure, what else fits, and what stands against it.

        Raises:
            ParameterError: no match was made or proposed for this line.
        """
        rows = self._result.allocations[self._result.allocations["line_id"] == line_id]
        if rows.empty:
            known = self._result.allocations["line_id"].dropna().unique()
            wanted = f"a line that is matched or has a proposal{nearest(line_id, known)}"
            raise ParameterError("why", [Fault(wanted, field="line_id", found=line_id)])
        told = self._result.explain(str(rows["match_id"].iloc[0]))
        weighed = [evidence_figure(told, self._words)] if _by_model(told) else []
        return Sections([self._verdict(line_id, told), *weighed, self._others(told)])

    def _verdict(self, line_id: str, told: Explanation) -> Html:
        words, line = self._words, self._line(line_id)
        who = plain(line["counterparty_name"], 60) or words("matches.someone")
        status = words.known("match_status", told.allocations["status"].iloc[0])
        amount = words.money(line["amount"], line["currency"], code=True)
        title = words("matches.because", amount=amount, who=who, status=status)
        text = plain(line["remittance"], 120)
        heads = [Column(words("matches.pays")), Column(words("matches.sure"), "w")]
        body = table(heads, [[self._pays(told.allocations), self._sure(told.allocations)]])
        return section(title, words("matches.quoted", text=text) if text else "", body)

    def _others(self, told: Explanation) -> Html:
        words = self._words
        against = [
            words("matches.against", why=words.sentence(row["detail"], row["facts"])) for row in told.breaks.to_dict("records")
        ]
        notes = Markup().join(Markup('<p class="after">{}</p>').format(text) for text in against)
        if told.alternatives.empty:
            none = words("matches.no_others" if _by_model(told) else "matches.by_rule")
            return Html(Markup('<p class="after">{}</p>{}').format(none, notes), str(none))
        heads = [Column(words("matches.others")), Column(words("matches.sure"), "w")]
        sets = [rows for _, rows in told.alternatives.groupby("rank")]
        return Html(table(heads, [[self._pays(rows), self._sure(rows)] for rows in sets]) + notes, str(words("matches.others")))

    def _match_row(self, line_id: str, rows: pd.DataFrame | None) -> list[object]:
        who, line = self._who(line_id), self._line(line_id)
        amount = self._words.money(line["amount"], line["currency"], code=True)
        if rows is None:
            return [who, amount, Cell(self._words("matches.nothing"), "zero"), looked(self._words("matches.open"), "no")]
        return [who, amount, self._pays(rows), self._sure(rows)]

    def _line(self, line_id: str) -> dict[Any, Any]:
        return dict(self._lines.loc[line_id].items())

    def _who(self, line_id: str) -> Markup:
        line = self._line(line_id)
        told = f"{self._words.day_short(line['booked_on'])} · {plain(line['remittance'], 90)}".rstrip(" ·")
        return two_lines(plain(line["counterparty_name"], 60) or line_id, told)

    def _pays(self, rows: pd.DataFrame) -> Markup:
        """Documents and accounts with what each is given, one below the other, and what kind of match it is."""
        first = rows.assign(last=rows["kind"].ne("payment")).sort_values(["last", "allocated"], ascending=[True, False])
        mixed = rows["currency"].nunique() > 1
        parts = Markup("<br>").join(self._part(row, mixed) for row in first.to_dict("records"))
        return parts + Markup('<div class="why">{}</div>').format(self._words.basis(rows["basis"].iloc[0]))

    def _part(self, row: dict[Any, Any], mixed: bool) -> Markup:
        where = next((row[name] for name in ("item_id", "gl_account", "customer_id") if isinstance(row[name], str)), "")
        amount = self._words.money(row["allocated"], row["currency"], code=mixed)
        kind = "" if row["kind"] == "payment" else f" · {self._words.known('by', row['kind'])}"
        return Markup('<span class="one"><b>{}</b> {}{}</span>').format(
            plain(self._numbers.get(where, where), 40), amount, kind
        )

    def _sure(self, rows: pd.DataFrame) -> Markup:
        words, status, chance = self._words, str(rows["status"].iloc[0]), rows["probability"].iloc[0]
        told = words.known("match_status", status)
        share = words("matches.company") if pd.isna(chance) else chance_text(float(chance), words)
        return looked(told, "ok" if status in LIVE else "hm") + Markup('<div class="why">{}</div>').format(share)

    def _question_row(self, row: dict[Any, Any]) -> list[object]:
        words, currency = self._words, str(row["currency"])
        why = tag(words.known("reason", row["reason"])) + Markup('<div class="why">{}</div>').format(
            words.sentence(row["detail"], row["facts"])
        )
        if row["side"] == "bank_line" and row["id"] in self._lines.index:
            what = self._who(row["id"])
        else:
            what = two_lines(words("matches.document", document=plain(self._numbers.get(row["id"], row["id"]), 40)), "")
        return [what, why, words.money(row["amount"], currency, code=True)]


def _by_model(told: Explanation) -> bool:
    return str(told.allocations["basis"].iloc[0]).startswith("model:")


def chance_text(chance: float, words: Words) -> str:
    """A probability, cut off rather than rounded up: none is called certain."""
    return words.percent(f"{floor(1e4 * min(chance, CERTAIN)) / 100:.2f}")


def matches(result: MatchResult, bank_lines: pd.DataFrame, open_items: pd.DataFrame, language: str = "en") -> MatchPage:
    """A run's result to be looked at in a notebook: `.matches`, `.why(line_id)`, `.questions`.

    Raises:
        ParameterError: another language.
    """
    return MatchPage(result, bank_lines, open_items, language)
