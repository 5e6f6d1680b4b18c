"""Quoted documents: what is found, how surely, and what only looks like a number."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.matching.columns import columns
from recon_kit.matching.evidence.quotes import CHECKED, COUNTED, GLUED, NEAR, ORDERED, SHORTENED, WHOLE, Quotes, quotes
from recon_kit.tables import BANK_LINES, OPEN_ITEMS

DOCUMENTS = [
    "RE-2026-08123", "RE-2026-08124", "INV-1", "INV-10", "100234", "4711", "2026/000815", "SUP-77A", "RF18539007547034",
]  # fmt: skip


def items(numbers: list[str], **more: list[object]) -> pd.DataFrame:
    """One open invoice for each number, of customers of their own."""
    found = {
        "item_id": [f"i{at:06d}" for at in range(len(numbers))], "entity": "A", "kind": "invoice", "document_no": numbers,
        "customer_id": [f"C{at}" for at in range(len(numbers))], "issued_on": pd.Timestamp("2026-08-01"), "due_on": pd.Timestamp("2026-09-01"),
        "amount": 1000, "open_amount": 1000, "currency": "EUR",
    }  # fmt: skip
    return OPEN_ITEMS.conform(pd.DataFrame(found | more))


def lines(texts: list[str], **more: list[object]) -> pd.DataFrame:
    """One line for each text."""
    found = {
        "line_id": [f"l{at:06d}" for at in range(len(texts))], "entity": "A", "account": "X", "booked_on": pd.Timestamp("2026-09-01"),
        "amount": 1000, "currency": "EUR", "remittance": texts,
    }  # fmt: skip
    return BANK_LINES.conform(pd.DataFrame(found | more))


def quoted(texts: list[str], numbers: list[str], least: int = SHORTENED, **more: list[object]) -> list[dict[str, int]]:
    """Per text the documents it quotes at `least` or better, with their strength."""
    both = columns(lines(texts), items(numbers, **more))
    found, documents = quotes(both.lines, both.items), both.items.document.to_pylist()
    shown: list[dict[str, int]] = [{} for _ in texts]
    for line, item, strength in zip(found.line, found.item, found.strength, strict=True):
        if strength >= least:
            shown[line][documents[item]] = int(strength)
    return shown


CASES = [
    ("Rechnung RE-2026-08123 vom 01.09.", ["RE-2026-08123"]),
    ("RE 2026 08123", ["RE-2026-08123"]),
    ("RE2026-08123", ["RE-2026-08123"]),
    ("zu re202608123 danke", ["RE-2026-08123"]),
    ("RE-2026-08123/RE-2026-08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE202608123RE202608124", ["RE-2026-08123", "RE-2026-08124"]),
    ("Sammelzahlung Rechnungen RE-20\n26-08123", ["RE-2026-08123"]),
    ("Zahlung unserer Bestellung 2026-08123, danke", ["RE-2026-08123"]),
    ("RE-2O26-O8I23", ["RE-2026-08123"]),
    ("INV-10", ["INV-10"]),
    ("INV-1", ["INV-1"]),
    ("INV-100", []),
    ("XINV-1", []),
    ("INV-1-2", []),
    ("INV-1.50", []),
    ("4711", []),
    ("100234", ["100234"]),
    ("Rg.100234", ["100234"]),
    ("RG100234", ["100234"]),
    ("1002345", []),
    ("10 0234", []),
    ("EUR 100234", []),
    ("100234 EUR", []),
    ("100234,50", []),
    ("Tel. 100234", []),
    ("Tel. 0301 100234", []),
    ("+49 30 100234", []),
    ("DE89 3704 0044 0532 0130 00 100234", ["100234"]),
    ("DE89370400440532013000", []),
    ("Kundennr. 100234", []),
    ("2026/000815", ["2026/000815"]),
    ("2026-000815", ["2026/000815"]),
    ("SUP 77A", ["SUP-77A"]),
    ("RF18 5390 0754 7034", ["RF18539007547034"]),
    ("RNRRE202608123", ["RE-2026-08123"]),
    ("RE-2026-08123, 08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123//124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123+08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123 + 124,00", ["RE-2026-08123"]),
    ("RE-2026-08123 vom 124", ["RE-2026-08123"]),
    ("124", []),
    ("", []),
    ("danke", []),
    ("Счёт № 100234 от 01.09.2026", ["100234"]),
    ("Τιμολόγιο 100234", ["100234"]),
    ("Réf. RE–2026–08123", ["RE-2026-08123"]),
]


@pytest.fixture(scope="module")
def found_in_cases() -> list[dict[str, int]]:
    return quoted([text for text, _ in CASES], DOCUMENTS)


@pytest.mark.parametrize(("at", "expected"), [(at, case[1]) for at, case in enumerate(CASES)], ids=[c[0] for c in CASES])
def test_quoted(found_in_cases: list[dict[str, int]], at: int, expected: list[str]) -> None:
    assert sorted(found_in_cases[at]) == sorted(expected)
