"""Cells of money that every table of the page makes alike."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.report.context import Context
from recon_kit.report.tables import Cell, looked


def amount_cell(context: Context, minor: int, currency: str) -> Cell:
    """An amount; a dash where it is nothing."""
    return Cell(context.money(minor, currency) if minor else "–", "" if minor else "zero")


def tied(context: Context, minor: Any, currency: str) -> Markup:
    """A difference that has to be 0: ✓ 0.00 in green, anything else in red, what is not known in words."""
    if pd.isna(minor):
        return Markup("{}").format(context.words("number.na"))
    text = context.money(minor, currency)
    return looked(f"✗ {text}", "no") if int(minor) else looked(f"✓ {text}", "ok")
