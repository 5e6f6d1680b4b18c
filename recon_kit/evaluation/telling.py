"""An evaluation as a person reads it: plain lines on a terminal, a table in a notebook."""

from __future__ import annotations

from collections.abc import Collection
from math import isnan
from typing import Any

import pandas as pd

from recon_kit.money import money_text

_SAYS = {
    "straight_through": "straight through (automatic and exact)",
    "exact": "exact (automatic or best proposal)",
    "automatic": "automatic",
    "false_automatic": "false automatic matches",
    "link_precision_automatic": "links that are right, automatic",
    "link_recall_automatic": "links found, automatic",
    "link_precision_decided": "links that are right, with proposals",
    "link_recall_decided": "links found, with proposals",
}


def told(measures: pd.DataFrame, main: Collection[str], n_pays: int, n_others: int, n_unseen: int, ece: float) -> str:
    """The measures as aligned lines, what they are taken of first; by amount only those of the `main` currencies."""
    shown = measures[measures["currency"].isna() | measures["currency"].isin(list(main))]
    rows = [_row(row) for row in shown.to_dict("records")]
    wide = max(len(name) for name, *_ in rows)
    head = f"{n_pays:,} lines that pay documents, {n_others:,} that pay none"
    if n_unseen:
        head += f"; {n_unseen:,} lines of the truth are not known to the run"
    lines = [f"  {name:<{wide}}  {figure:>9}  {of}" for name, figure, of in rows]
    if not isnan(ece):
        lines.append(f"  {'calibration error (ECE) of probability':<{wide}}  {ece:>9.4f}")
    return "\n".join([head, *lines])


def html(measures: pd.DataFrame) -> str:
    """The measures as a table."""
    frame = pd.DataFrame([_row(row) for row in measures.to_dict("records")], columns=["measure", "share", "of"])
    return str(frame.to_html(index=False, border=0))


def _row(row: dict[Any, Any]) -> tuple[str, str, str]:
    currency = row["currency"] if isinstance(row["currency"], str) else None
    name = _SAYS[str(row["measure"])] + (f", by amount in {currency}" if currency else "")
    if row["of"] == 0:
        return name, "-", "of nothing"
    part, of = (money_text(int(str(row[at])), currency, group=",") if currency else f"{row[at]:,}" for at in ("part", "of"))
    return name, f"{row['share']:.3%}", f"{part} of {of} (95 %: {row['lower95']:.3%} to {row['upper95']:.3%})"
