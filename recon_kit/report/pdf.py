"""A report's page on paper: A4, tagged, company, period and page numbers in its margins, printed by a headless Chromium."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from recon_kit.errors import Fault
from recon_kit.report.browser import PdfError, browsing
from recon_kit.report.words import Words

_A4 = (210 / 25.4, 297 / 25.4)
"""Width and height, in inches."""
_MARGINS = {"marginTop": 0.75, "marginBottom": 0.7, "marginLeft": 0.5, "marginRight": 0.5}
_WAITED_MS = 30_000
_DRAWN = """new Promise(done => {
  const until = Date.now() + %d, look = () => {
    const left = [...document.querySelectorAll(".plotly-graph-div")].filter(one => !one.querySelector(".main-svg")).length;
    if (left && Date.now() < until) setTimeout(look, 50);
    else document.fonts.ready.then(() => setTimeout(() => done(left), 50));
  }; look(); })"""
"""How many figures are not drawn, when all are or the time is over."""
_LINE = Markup(
    '<div style="width:100%;margin:0 0.5in;font:7.5pt system-ui,sans-serif;color:#4d5965;display:flex;'
    'justify-content:space-between"><span>{}</span><span>{}</span></div>'
)


@dataclass(frozen=True)
class Margins:
    """What stands above and below each page of paper.

    Args:
        company, period: above, left and right. run: below, left; page numbers stand at its right.
        language: of the page numbers, "en" or "de".
    """

    company: str
    period: str
    run: str
    language: str

    @property
    def above(self) -> str:
        """The header, as HTML."""
        return str(_LINE.format(self.company, self.period))

    @property
    def below(self) -> str:
        """The footer, as HTML; the browser fills in the numbers."""
        number, total = (Markup('<span class="{}"></span>').format(name) for name in ("pageNumber", "totalPages"))
        return str(_LINE.format(self.run, Words(self.language)("printed.page", number=number, total=total)))


def to_pdf(page: Path, margins: Margins, *, timeout: float = 120.0) -> bytes:
    """A page as PDF: A4 upright, tagged and with an outline for readers who hear it, every figure drawn.

    Nothing is fetched: the browser is offline and its profile new. The same page gives the same paper, but not the same
    bytes, since a PDF says when it was made.

    Raises:
        ParameterError: this machine has no browser. PdfError: a figure was not drawn, or the browser failed or took too long.

    Source: ISO 216 (A4); Chrome DevTools Protocol, Page.printToPDF.
    """
    with browsing(timeout) as talk:
        target = talk.ask("Target.createTarget", url="about:blank")["targetId"]
        talk.session = talk.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        talk.ask("Network.enable")
        talk.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        talk.ask("Page.enable")
        failed = talk.ask("Page.navigate", url=page.resolve().as_uri()).get("errorText")
        if failed:
            raise PdfError("pdf", [Fault("a page that the browser can open", None, str(page), str(failed))])
        talk.wait_for("Page.loadEventFired")
        drawn = talk.ask("Runtime.evaluate", expression=_DRAWN % _WAITED_MS, awaitPromise=True, returnByValue=True)
        if drawn["result"].get("value") != 0:
            told = f"every figure drawn; {drawn['result'].get('value', 'some')} were not after {_WAITED_MS // 1000} s"
            raise PdfError("pdf", [Fault(told, None, "the page", page.name)])
        printed = talk.ask(
            "Page.printToPDF", paperWidth=_A4[0], paperHeight=_A4[1], printBackground=True, displayHeaderFooter=True,
            headerTemplate=margins.above, footerTemplate=margins.below, generateTaggedPDF=True,
            generateDocumentOutline=True, preferCSSPageSize=False, **_MARGINS,
        )  # fmt: skip
        return base64.b64decode(printed["data"])
