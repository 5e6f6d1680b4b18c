"""An executed report notebook without a kernel: the same outputs that a run leaves."""

from __future__ import annotations

from typing import Any

from recon_kit.report import ReconciliationPage

SECTIONS = (
    "bottom_line", "checklist", "decisions", "bridge", "by_source", "by_day", "reasons", "missing", "carried",
    "accounts", "ledger", "method", "files", "footer",
)  # fmt: skip


def executed(page: ReconciliationPage) -> dict[str, Any]:
    """A notebook whose cells show every section of a page."""
    cells = []
    for name in SECTIONS:
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
