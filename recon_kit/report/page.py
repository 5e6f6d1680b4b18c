"""The reconciliation report as one object: each property is a section that a notebook shows and the exported page holds."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from recon_kit.measures import Cut, Reconciliation, metrics
from recon_kit.report import books, flows, followup, headline, lineage, overview
from recon_kit.report.charts import Figure
from recon_kit.report.context import Context
from recon_kit.report.cut import read_cut
from recon_kit.report.tables import Html
from recon_kit.report.theme import notebook_css
from recon_kit.report.workbook import workbook


class Sections(list[Html | Figure]):
    """Several pieces that a notebook shows one below the other."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for piece in self:
            display(piece)  # type: ignore[no-untyped-call]


def styled(first: Html) -> Html:
    """The first piece of a page with the style that a notebook needs to show all of them; the exported page has its own."""
    style = Markup("<style data-recon>{}</style>").format(Markup(notebook_css()))  # noqa: S704 (our own file)
    return Html(style + first.markup, first.text)


class ReconciliationPage:
    """The report over one cut, in one language; every section says its finding first, then shows what it rests on."""

    def __init__(self, cut: Cut, language: str = "") -> None:
        self._context = Context.of(cut, language)

    @property
    def title(self) -> str:
        """The page's title, for the browser's tab and the file's name."""
        context = self._context
        return f"{context.words('head.title', period=context.period)} · {context.cut.meta['company']}"

    @property
    def measures(self) -> Reconciliation:
        """The frames behind every figure."""
        return self._context.found

    @property
    def metrics(self) -> dict[str, str]:
        """Every headline figure as text."""
        return metrics(self._context.found)

    @property
    def bottom_line(self) -> Html:
        """Status, one sentence and five key figures; brings the notebook its style."""
        return styled(headline.bottom_line(self._context))

    @property
    def checklist(self) -> Html:
        """Whether each expected source is there to the last day."""
        return overview.checklist(self._context)

    @property
    def decisions(self) -> Html:
        """What needs a decision first."""
        return overview.decisions(self._context)

    @property
    def missing(self) -> Html:
        """What was expected and is not there."""
        return overview.missing(self._context)

    @property
    def bridge(self) -> Sections:
        """From what came in and went out to what is unexplained."""
        return Sections(flows.bridge(self._context))

    @property
    def by_source(self) -> Html:
        """Explained, proposed, unexplained by kind of source."""
        return flows.by_source(self._context)

    @property
    def by_day(self) -> Sections:
        """When the money came in, and when the open part did."""
        return Sections(flows.by_day(self._context))

    @property
    def reasons(self) -> Html:
        """Open questions by reason and age."""
        return followup.reasons(self._context)

    @property
    def carried(self) -> Html:
        """What was carried over, and what became of it."""
        return followup.carried(self._context)

    @property
    def accounts(self) -> Html:
        """Every account's proof."""
        return books.accounts(self._context)

    @property
    def ledger(self) -> Html:
        """The ledger against bank and open items."""
        return books.ledger(self._context)

    @property
    def method(self) -> Html:
        """How to read the page."""
        return lineage.method(self._context)

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
        return workbook(self._context.cut, path, self._context.words.language)


def reconciliation(run: str = "", language: str = "") -> ReconciliationPage:
    """The reconciliation report of a run.

    Args:
        run: folder of the run, which holds data/; empty for the built-in example.
        language: "en" or "de"; empty for the company's own.
    Raises:
        StoreError: the folder holds no cut; names each file that is missing.
        ParameterError: another language.
    """
    return ReconciliationPage(open_cut(run), language)


def bottom_line(cut: Cut, language: str = "") -> str:
    """The bottom line of a cut as one plain sentence or two, for manifests, terminals and mails."""
    return headline.sentence(Context.of(cut, language)).striptags()


def open_cut(run: str) -> Cut:
    """The cut of a run's folder, or the built-in example for an empty name."""
    if run:
        return read_cut(Path(run))
    from recon_kit.report.example import example_cut

    return example_cut()


__all__ = ["ReconciliationPage", "Sections", "bottom_line", "open_cut", "reconciliation", "styled"]
