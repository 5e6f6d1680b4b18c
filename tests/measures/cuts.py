"""Small cuts of one month, so that each test writes only the rows that it is about."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures import Cut
from recon_kit.tables import ALLOCATIONS, BANK_LINES, BREAKS, OPEN_ITEMS, STATEMENTS
from tests.frames import frame

META: dict[str, Any] = {
    "company": "Probe GmbH",
    "period": {"name": "2026-10", "first": "2026-10-01", "last": "2026-10-31"},
    "as_of": "2026-10-31",
    "locale": "en",
    "base_currency": "EUR",
    "entities": {"A": "Probe GmbH"},
    "accounts": [{"id": "K1", "entity": "A", "currency": "EUR", "name": "Main", "gl_account": "1800", "psp": None}],
    "policy_sha256": "0" * 64,
    "package_version": "test",
    "start_on": None,
    "overrides": [],
    "previous": None,
}


def cut(meta: dict[str, Any] | None = None, **frames: pd.DataFrame | None) -> Cut:
    """A cut of October 2026 for entity A with account K1; frames left out, or None, are empty."""
    return Cut.of(META | (meta or {}), {name: found for name, found in frames.items() if found is not None})


def lines(text: str) -> pd.DataFrame:
    """Bank lines of entity A on account K1 in EUR."""
    return frame(BANK_LINES, text, entity="A", account="K1", currency="EUR")


def items(text: str) -> pd.DataFrame:
    """Open items of entity A in EUR, named like their documents."""
    found = frame(OPEN_ITEMS, text, entity="A", document_no="", issued_on="2026-09-01", currency="EUR", kind="invoice")
    return found.assign(document_no=found["item_id"])


def allocations(text: str) -> pd.DataFrame:
    """Automatic allocations of entity A in EUR."""
    same = {"entity": "A", "currency": "EUR", "probability": 0.99, "basis": "rule", "status": "auto", "kind": "payment"}
    found = frame(ALLOCATIONS, text, **same, match_id="", effective_on="2026-10-10")
    own = found["line_id"].fillna("") + found["item_id"].fillna("")
    return found.assign(match_id=found["match_id"].where(found["match_id"] != "", own))


def breaks(text: str) -> pd.DataFrame:
    """Breaks of entity A in EUR on bank lines."""
    return frame(BREAKS, text, entity="A", currency="EUR", side="bank_line", detail="A sentence.")


def statements(text: str) -> pd.DataFrame:
    """Statements of entity A's account K1 in EUR."""
    return frame(STATEMENTS, text, entity="A", account="K1", currency="EUR", source_file="a.xml")
