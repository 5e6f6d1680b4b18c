"""An executed report notebook without a kernel: the same outputs that a run leaves."""

from __future__ import annotations

from typing import Any

from lxml import html

from recon_kit.report import AgingPage, ReconciliationPage

SECTIONS = (
    "bottom_line", "checklist", "decisions", "bridge", "by_source", "by_day", "reasons", "missing", "carried",
    "accounts", "ledger", "method", "files", "footer",
)  # fmt: skip

AGING_SECTIONS = (
    "bottom_line", "decisions", "due", "readings", "trend", "customers", "channels", "invoice", "credits", "in_credit",
    "ledger", "roll", "late", "method", "files", "footer",
)  # fmt: skip


def executed(page: ReconciliationPage | AgingPage) -> dict[str, Any]:
    """A notebook whose cells show every section of a page."""
    cells = []
    for name in AGING_SECTIONS if isinstance(page, AgingPage) else SECTIONS:
        pieces = getattr(page, name)
        pieces = pieces if isinstance(pieces, list) else [pieces]
        outputs = [{"output_type": "display_data", "data": piece._repr_mimebundle_(), "metadata": {}} for piece in pieces]
        cells.append(
            {
                "cell_type": "code",
                "id": name,
                "metadata": {},
                "source": f"page.{name}",
                "outputs": outputs,
                "execution_count": 1,
            }
        )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def text_of(page: ReconciliationPage | AgingPage, name: str) -> str:
    """What a section says, as a reader reads it."""
    pieces = getattr(page, name)
    pieces = pieces if isinstance(pieces, list) else [pieces]
    joined = "".join(piece._repr_mimebundle_().get("text/html", "") for piece in pieces)
    words = " ".join(html.fragment_fromstring(joined or "<i></i>", create_parent="div").itertext())
    return " ".join(words.replace("\N{NO-BREAK SPACE}", " ").split())
