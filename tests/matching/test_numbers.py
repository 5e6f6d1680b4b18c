"""Document numbers in texts: what is found, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from recon_kit.matching.numbers import Numbers
from recon_kit.matching.sides import Item


def item(at: int, document_no: str, kind: str = "invoice", reference: str | None = None) -> Item:
    on = date(2026, 9, 1)
    return Item(at, "", str(at), kind, document_no, None, None, "", on, on, 1000, 1000, "EUR", reference, None, None, 0)


DOCUMENTS = [
    "RE-2026-08123", "RE-2026-08124", "INV-1", "INV-10", "100234", "4711", "2026/000815", "SUP-77A", "RF18539007547034",
]  # fmt: skip
NUMBERS = Numbers(item(at, number) for at, number in enumerate(DOCUMENTS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rechnung RE-2026-08123 vom 01.09.", ["RE-2026-08123"]),
        ("RE 2026 08123", ["RE-2026-08123"]),
        ("RE2026-08123", ["RE-2026-08123"]),
        ("zu re202608123 danke", ["RE-2026-08123"]),
        ("RE-2026-08123/RE-2026-08124", ["RE-2026-08123", "RE-2026-08124"]),
        ("Sammelzahlung Rechnungen RE-20\n26-08123", ["RE-2026-08123"]),
        ("Zahlung unserer Bestellung 2026-08123, danke", ["RE-2026-08123"]),
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
        ("100234,50", []),
        ("Tel. 100234", []),
        ("Tel. 0301 100234", []),
        ("+49 30 100234", []),
        ("DE89 3704 0044 0532 0130 00 100234", ["100234"]),
        ("DE89370400440532013000", []),
        ("Kundennr. 100234", []),
        ("2026/000815", ["2026/000815"]),
        ("2026-000815", ["2026/000815"]),
        ("20/26000815", []),
        ("SUP 77A", ["SUP-77A"]),
        ("RF18 5390 0754 7034", ["RF18539007547034"]),
        ("RNRRE202608123", ["RE-2026-08123"]),
        ("RE-2026-08123, 08124", ["RE-2026-08123", "RE-2026-08124"]),
        ("RE-2026-08123//124", ["RE-2026-08123", "RE-2026-08124"]),
        ("RE-2026-08123 + 124,00", ["RE-2026-08123"]),
        ("RE-2026-08123 vom 124", ["RE-2026-08123"]),
        ("124", []),
        ("", []),
        ("danke", []),
    ],
)
def test_quoted(text: str, expected: list[str]) -> None:
    assert [DOCUMENTS[at] for hit in NUMBERS.quoted(text) for at in hit.items] == expected


def test_a_number_cut_by_the_bank_with_a_blank_is_joined_only_at_the_cut() -> None:
    text = "Sammelzahlung unserer 10023" + " 4 danke"
    assert len("Sammelzahlung unserer 10023") == 27
    assert [hit.written for hit in NUMBERS.quoted(text)] == ["10023 4"]
    assert NUMBERS.quoted("unserer 10023 4 danke") == ()


def test_a_number_quoted_in_several_fields_counts_once() -> None:
    assert len(NUMBERS.quoted("RE-2026-08123", "RE202608123", None)) == 1


def test_a_number_of_several_documents_names_them_all() -> None:
    numbers = Numbers([item(0, "RE-1001"), item(1, "555555", reference="RE 1001")])
    assert [hit.items for hit in numbers.quoted("re1001")] == [(0, 1)]


@pytest.mark.parametrize(
    ("text", "expected"), [("po_1Nx5", set()), ("MSP po_1Nx5Tq", {0}), ("po_1Nx5T po_1Nx5Tq", {0}), ("Danke", set())]
)
def test_a_cut_payout_id_needs_six_characters_and_no_second_payout_that_begins_so(text: str, expected: set[int]) -> None:
    numbers = Numbers([item(0, "po_1Nx5TqLkdI", "payout"), item(1, "po_1Nx5SqLkdI", "payout")])
    assert numbers.cut_payouts(text) == expected
