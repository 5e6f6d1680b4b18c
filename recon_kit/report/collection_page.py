"""The collection report as one object: each property is a section that a notebook shows and the exported page holds."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from recon_kit.measures import Cut
from recon_kit.measures.collection_effectiveness import CollectionEffectiveness
from recon_kit.report import collection_head, collection_outlook, collection_payers, lineage
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.collection_workbook import collection_workbook
from recon_kit.report.page import Sections, open_cut
from recon_kit.report.tables import Html
from recon_kit.report.theme import notebook_css


class CollectionPage:
    """The report over one cut, in one language; every section says its finding first, then shows what it rests on."""

    def __init__(self, cut: Cut, language: str = "") -> None:
        self._context = CollectionContext.of(cut, language)

    @property
    def title(self) -> str:
        """The page's title, for the browser's tab and the file's name."""
        return f"{self._context.words('collect.title', period=self._context.period)} · {self._context.cut.meta['company']}"

    @property
    def measures(self) -> CollectionEffectiveness:
        """The frames behind every figure."""
        return self._context.collected

    @property
    def metrics(self) -> dict[str, str]:
        """Every headline figure as text."""
        return dict(self._context.metrics)

    @property
    def bottom_line(self) -> Html:
        """What is owed in days of sales, what is late, collected and expected; brings the notebook its style."""
        made = collection_head.bottom_line(self._context)
        style = Markup("<style data-recon>{}</style>").format(Markup(notebook_css()))  # noqa: S704 (our own file)
        return Html(style + made.markup, made.text)

    @property
    def days(self) -> Html:
        """How long money is outstanding, and how well it is collected, on both bases."""
        return collection_head.days(self._context)

    @property
    def months(self) -> Sections:
        """Sales, receipts and DSO by month."""
        return Sections(collection_head.months(self._context))

    @property
    def delays(self) -> Sections:
        """How long customers take."""
        return Sections(collection_payers.delays(self._context))

    @property
    def moves(self) -> Html:
        """What moved from bucket to bucket."""
        return collection_payers.moves(self._context)

    @property
    def payers(self) -> Html:
        """Who pays late."""
        return collection_payers.payers(self._context)

    @property
    def cash(self) -> Sections:
        """What is expected to come."""
        return Sections(collection_outlook.cash(self._context))

    @property
    def tries(self) -> Html:
        """How good the forecast is."""
        return collection_outlook.tries(self._context)

    @property
    def entities(self) -> Html:
        """The figures by entity and channel."""
        return collection_outlook.entities(self._context)

    @property
    def rates(self) -> Html:
        """How well money is matched."""
        return collection_outlook.rates(self._context)

    @property
    def provision(self) -> Html:
        """What may be lost: a calculation aid."""
        return collection_outlook.provision(self._context)

    @property
    def definitions(self) -> Html:
        """What each figure is made of."""
        return collection_outlook.definitions(self._context)

    @property
    def footer(self) -> Html:
        """What the page was made from."""
        return lineage.footer(self._context)

    def write_workbook(self, path: Path) -> Path:
        """The working paper beside the page."""
        return collection_workbook(self._context.cut, path, self._context.words.language)


def collection_effectiveness(run: str = "", language: str = "") -> CollectionPage:
    """The collection report of a run.

    Args:
        run: folder of the run, which holds data/; empty for the built-in example.
        language: "en" or "de"; empty for the company's own.
    Raises:
        StoreError: the folder holds no cut; names each file that is missing.
        ParameterError: another language.
    """
    return CollectionPage(open_cut(run), language)


def collection_line(cut: Cut, language: str = "") -> str:
    """The collection report's bottom line as plain text."""
    return collection_head.sentence(CollectionContext.of(cut, language)).striptags()
