"""The aging report as one object: what is owed to us, how old it is, and whether it ties to the ledger."""

from __future__ import annotations

from pathlib import Path

from recon_kit.measures import Cut
from recon_kit.measures.cut import narrowed
from recon_kit.measures.owed import Owed, metrics_of
from recon_kit.report import aging_credits, aging_headline, aging_moves, aging_tables, lineage
from recon_kit.report.aging_paper import aging_workbook
from recon_kit.report.context import Context
from recon_kit.report.page import Sections, open_cut, styled
from recon_kit.report.tables import Html


class AgingPage:
    """The report over one cut, in one language; every section says its finding first, then shows what it rests on.

    Args:
        entity, currency: only what is of these; empty for everything. A part is compared with no earlier figures.
    """

    def __init__(self, cut: Cut, language: str = "", entity: str = "", currency: str = "") -> None:
        self._context = Context.of(narrowed(cut, entity, currency), language)

    @property
    def title(self) -> str:
        """The page's title, for the browser's tab and the file's name."""
        context = self._context
        return f"{context.words('aging.page', period=context.period)} · {context.cut.meta['company']}"

    @property
    def measures(self) -> Owed:
        """The frames behind every figure."""
        return self._context.owed

    @property
    def metrics(self) -> dict[str, str]:
        """Every headline figure as text."""
        return metrics_of(self._context.owed)

    @property
    def bottom_line(self) -> Html:
        """Whether it ties, one sentence and five key figures; brings the notebook its style."""
        return styled(aging_headline.bottom_line(self._context))

    @property
    def decisions(self) -> Html:
        """Whom to turn to first, and whether their money is already here."""
        return aging_headline.decisions(self._context)

    @property
    def due(self) -> Sections:
        """How long it has been due."""
        return Sections(aging_tables.by_due_date(self._context))

    @property
    def readings(self) -> Html:
        """The ledger's list, and what is left of it once our matches are booked."""
        return aging_tables.readings(self._context)

    @property
    def trend(self) -> Sections:
        """The earlier lists of the ledger by age."""
        return Sections(aging_moves.trend(self._context))

    @property
    def customers(self) -> Html:
        """The largest debtors."""
        return aging_tables.customers(self._context)

    @property
    def channels(self) -> Html:
        """By channel, where documents have one."""
        return aging_tables.channels(self._context)

    @property
    def invoice(self) -> Html:
        """How old the documents are."""
        return aging_tables.by_document_date(self._context)

    @property
    def credits(self) -> Html:
        """What is here or granted and pays nothing yet."""
        return aging_credits.credits_apart(self._context)

    @property
    def in_credit(self) -> Html:
        """Customers whom we owe, gross."""
        return aging_credits.in_credit(self._context)

    @property
    def ledger(self) -> Html:
        """The list against the ledger's control accounts."""
        return aging_credits.tie(self._context)

    @property
    def roll(self) -> Html:
        """From the opening to the closing balance of each control account."""
        return aging_moves.roll(self._context)

    @property
    def late(self) -> Html:
        """What came after its period was closed."""
        return aging_moves.late(self._context)

    @property
    def method(self) -> Html:
        """How to read the page, and every definition that it uses."""
        return lineage.definitions(self._context, "aging", list(self.metrics))

    @property
    def files(self) -> Html:
        """The files behind the figures."""
        return lineage.files(self._context)

    @property
    def footer(self) -> Html:
        """What the page was made from."""
        return lineage.footer(self._context)

    def write_workbook(self, path: Path) -> Path:
        """The working paper beside the page."""
        return aging_workbook(self._context.cut, path, self._context.words.language)


def aging(run: str = "", language: str = "") -> AgingPage:
    """The aging report of a run.

    Args:
        run: folder of the run, which holds data/; empty for the built-in example.
        language: "en" or "de"; empty for the company's own.
    Raises:
        StoreError: the folder holds no cut; names each file that is missing.
        ParameterError: another language.
    """
    return AgingPage(open_cut(run), language)


def aging_line(cut: Cut, language: str = "") -> str:
    """The bottom line of a cut's aging as plain text, for manifests, terminals and mails."""
    return aging_headline.sentence(Context.of(cut, language)).striptags()
