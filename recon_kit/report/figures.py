"""The key figures as rows of a working paper: named in the reader's language, numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from recon_kit.measures.figure import NOT_AVAILABLE
from recon_kit.measures.naming import Name
from recon_kit.money import minor_units
from recon_kit.report.context import Context

KINDS = {"text": "text", "count": "whole", "percent": "share", "money": "money", "days": "days", "times": "times"}
"""What a figure counts in -> how its cell looks."""


def key_figures(context: Context, metrics: Mapping[str, str]) -> pd.DataFrame:
    """One row per figure of a report: figure (its name in words), of (whose, where it is a part), currency (or null), kind (of
    cell), value, before (last period's), year_ago, each of that kind or the text "n/a"; definition and version (null where
    the figure has none)."""
    rows = [_row(context, Name.read(name), name, value) for name, value in metrics.items()]
    columns = ["figure", "of", "currency", "kind", "value", "before", "year_ago", "definition", "version"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def _row(context: Context, name: Name, whole: str, value: str) -> dict[str, object]:
    words = context.words
    told = {"value": value} | {
        key: earlier.metrics.get(whole) if earlier else None
        for key, earlier in (("before", context.previous), ("year_ago", context.year_ago))
    }
    basis = f", {words(f'reading.{name.basis}')}" if name.basis else ""
    return {
        "figure": words.known("metric", name.definition) + basis,
        "of": name.of or None,
        "currency": name.currency or None,
        "kind": KINDS[name.kind],
        **{key: None if text is None else _value(context, name, text) for key, text in told.items()},
        "definition": name.definition if name.version else None,
        "version": name.version or None,
    }


def _value(context: Context, name: Name, text: str) -> object:
    if text == NOT_AVAILABLE:
        return str(context.words("number.na"))
    if text.startswith(">"):  # more than could be counted: no number
        return text.replace(".", context.words.marks[0])
    if name.kind == "text":
        return context.words.known("status", text)
    if name.kind == "money":
        return minor_units(text, name.currency, ".")
    number = Decimal(text)
    return number / 100 if name.kind == "percent" else int(number) if name.kind == "count" else number
