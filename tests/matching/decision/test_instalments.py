"""Part payments: told apart from short ones by what the text says, and by how much of the documents is left."""

from __future__ import annotations

import pytest

from recon_kit.matching import match
from tests.matching.test_match import items, lines

NUMBER = "RE-2026-08123"


@pytest.mark.parametrize(
    ("amount", "text", "pattern"),
    [
        ("90.00", NUMBER, "short_payment"),
        ("89.99", NUMBER, "part_payment"),
        ("50.00", NUMBER, "part_payment"),
        ("95.00", f"2. Rate {NUMBER}", "part_payment"),
        ("95.00", f"part payment {NUMBER}", "part_payment"),
        ("95.00", f"{NUMBER} Kurate", "short_payment"),
        ("80.00", f"{NUMBER} abz. Transportschaden 20,00", "short_payment"),
        ("100.00", f"letzte Rate {NUMBER}", "reference_exact"),
    ],
)
def test_a_part_payment_is_told_by_its_text_or_a_large_rest(amount: str, text: str, pattern: str) -> None:
    rows = lines(f"line_id  booked_on  amount  remittance\na  10-01  {amount}  {text}")
    result = match(rows, items(f"item_id  document_no  amount  customer_id\n1  {NUMBER}  100.00  K1"))
    assert result.allocations["basis"].unique().tolist() == [f"model:{pattern}"]


def test_the_rest_of_a_second_instalment_is_measured_against_the_whole_document() -> None:
    """30 of 35 that are left of 100: the rest is a twentieth of the document."""
    rows = lines(f"line_id  booked_on  amount  remittance\na  10-01  30.00  {NUMBER}")
    result = match(rows, items(f"item_id  document_no  amount  open_amount\n1  {NUMBER}  100.00  35.00"))
    assert result.allocations["basis"].unique().tolist() == ["model:short_payment"]
