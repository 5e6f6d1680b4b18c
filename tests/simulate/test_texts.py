"""Payment texts and what goes wrong with them."""

from __future__ import annotations

from datetime import date

import pytest

from recon_kit.simulate import texts
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Customer, Item
from recon_kit.simulate.people import customers

_DAY = date(2026, 9, 1)


@pytest.fixture
def customer() -> Customer:
    found = customers(1, 0.1)[0]
    found.quotes, found.language = "numbers", "de"
    return found


def _item(customer: Customer, number: str) -> Item:
    return Item("NORD", number, "invoice", number, customer, _DAY, _DAY, 10_000, "EUR")


@pytest.mark.parametrize(
    ("noise", "written"),
    [
        ("cut_number", {"08120", "8120", "2026-08120", "RE-2026-0812"}),
        ("glued_number", {"RE202608120"}),
        ("transposed_digits", {"RE-2026-08210", "RE-2026-01820", "RE-2026-08102"}),
        ("letters_for_digits", {"RE-2026-O8120"}),
    ],
)
def test_a_spoilt_number_looks_like_this(noise, written):
    assert {texts._SPOILERS[noise](Draw(seed, noise), "RE-2026-08120") for seed in range(60)} <= written


def test_most_payments_quote_the_whole_number(customer):
    item = _item(customer, "RE-2026-08123")
    made = [texts.payment_text(Draw(seed, "t"), customer, [item], _DAY, []) for seed in range(300)]
    assert sum("RE-2026-08123" in text.text for text in made) > 240
    assert all(len(text.text) <= 140 for text in made)


def test_a_customer_with_structured_references_writes_nothing_else(customer):
    customer.quotes = "structured"
    item = _item(customer, "RE-2026-08123")
    item.reference = "RF18539007547034"
    text = texts.payment_text(Draw(1, "t"), customer, [item], _DAY, [])
    assert (text.text, text.reference, text.noise) == ("", "RF18539007547034", "structured_reference")


def test_long_lists_are_left_to_an_advice(customer):
    items = [_item(customer, f"RE-2026-{number:05d}") for number in range(12)]
    assert texts.payment_text(Draw(1, "t"), customer, items, _DAY, []).noise == "payment_advice"


def test_an_old_reference_needs_an_earlier_document(customer):
    item = _item(customer, "RE-2026-08123")
    made = {texts.payment_text(Draw(seed, "t"), customer, [item], _DAY, []).noise for seed in range(400)}
    assert "old_reference" not in made
    earlier = [_item(customer, "RE-2026-07001")]
    made = [texts.payment_text(Draw(seed, "t"), customer, [item], _DAY, earlier) for seed in range(400)]
    assert all("07001" in text.text for text in made if text.noise == "old_reference")
