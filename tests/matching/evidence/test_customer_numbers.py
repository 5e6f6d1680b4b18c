"""Customers' numbers in texts: found as written, never by chance."""

import pyarrow as pa
import pytest

from recon_kit.matching.evidence.customer_numbers import quoted_customers


def _found(text: str | None, *customers: str, documents: tuple[str, ...] = ()) -> list[str]:
    texts, ids = pa.array([text], pa.large_string()), pa.array(customers, pa.large_string())
    _, code = quoted_customers([texts], ids, [pa.array(documents, pa.large_string())])
    return [customers[at] for at in code]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnung 5 K-00123 danke", "K-00123"),
        ("k00123", "K-00123"),
        ("K 00123", "K-00123"),
        ("D104455 März", "D10-4455"),
        ("104711", "0000104711"),
        ("000104711", "104711"),
        ("KdNr1234567", "1234567"),
    ],
)
def test_a_number_is_found_with_other_separators_and_zeros(text: str, number: str) -> None:
    assert _found(text, number, "Z-99999") == [number]


@pytest.mark.parametrize("text", ["X1234567", "12345678", "1.234.567,00", "1234567,00", "91234567", "12345", None])
def test_parts_of_numbers_and_amounts_are_no_customer(text: str | None) -> None:
    assert _found(text, "1234567") == []


def test_dense_numbers_need_a_word_before_them() -> None:
    dense = [str(number) for number in range(10000, 10900)]
    assert _found("Danke 10234", *dense) == []
    assert _found("Kd.-Nr. 10234", *dense) == ["10234"]
    assert _found("cod. cliente 10234", *dense) == ["10234"]


def test_a_number_that_is_also_a_document_needs_a_word_before_it() -> None:
    assert _found("1234567", "1234567", documents=("1234567",)) == []
    assert _found("customer 1234567", "1234567", documents=("1234567",)) == ["1234567"]
