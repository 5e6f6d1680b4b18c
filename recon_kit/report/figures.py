"""The key figures as rows of a working paper: named in the reader's language, numbers as numbers."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from recon_kit.measures import metrics
from recon_kit.measures.reconciliation import NOT_AVAILABLE
from recon_kit.money import minor_units
from recon_kit.report.context import Context


def key_figures(context: Context) -> pd.DataFrame:
    """One row per figure of `metrics`: figure (its name in words), currency (or null), kind ("text", "whole", "share",
    "money"), value and before (last period's), each of that kind or the text "n/a"."""
    rows = [_row(context, name, value) for name, value in metrics(context.found).items()]
    return pd.DataFrame(rows, columns=["figure", "currency", "kind", "value", "before"]).astype(object)


def _row(context: Context, name: str, value: str) -> dict[str, object]:
    plain, _, currency = name.partition(".")
    kind = _kind(plain)
    before = context.before.get(name)
    said = {
        key: None if text is None else _value(context, text, kind, currency)
        for key, text in (("value", value), ("before", before))
    }
    return {"figure": context.words.known("metric", plain), "currency": currency or None, "kind": kind, **said}


def _kind(name: str) -> str:
    if name == "status":
        return "text"
    if name.endswith(("_share", "_share_of_lines")):
        return "share"
    return "whole" if name.startswith("n_") else "money"


def _value(context: Context, text: str, kind: str, currency: str) -> object:
    if text == NOT_AVAILABLE:
        return str(context.words("number.na"))
    if kind == "text":
        return context.words.known("status", text)
    if kind == "money":
        return minor_units(text, currency, ".")
    return Decimal(text) / 100 if kind == "share" else int(text)
