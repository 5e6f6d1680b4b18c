"""The laws' own teeth, and what a match is known by."""

from __future__ import annotations

from datetime import date

import pytest

from recon_kit.matching import check_laws, match_id
from recon_kit.tables import ALLOCATIONS, BANK_LINES, BREAKS, OPEN_ITEMS
from tests.frames import frame


def test_match_id_knows_no_order_but_every_part() -> None:
    one, other = ("l", "i", "payment", 3), ("l", None, "on_account", 4)
    assert match_id([one, other]) == match_id([other, one])
    assert (
        len(
            {
                match_id([one]),
                match_id([one, other]),
                match_id([("l", "i", "payment", 4)]),
                match_id([("l", "i", "discount", 3)]),
            }
        )
        == 4
    )


LINES = frame(BANK_LINES, "line_id  amount\na  10.00\nb  20.00", booked_on=date(2026, 10, 1), currency="EUR")
ITEMS = frame(
    OPEN_ITEMS, "item_id  amount  open_amount\n1  10.00  10.00\n2  -5.00  -5.00",
    kind="invoice", document_no="x", issued_on=date(2026, 9, 1), currency="EUR",
)  # fmt: skip
# ruff: noqa: E501 (a row of a table is easier to read whole)
ROW = "match_id  line_id  item_id  allocated  kind  status\n"
BREAK = "id  reason  amount\n"


@pytest.mark.parametrize(
    ("rows", "breaks", "expected"),
    [
        ("m1  a  1  10.00  payment  auto", "b  no_item  20.00", []),
        ("m1  a  1  10.00  payment  auto", "b  no_item  19.00", ["line b of 2000 to be its allocations 0 and its break 1900"]),
        ("m1  a  1  9.00  payment  auto", "b  no_item  20.00", ["line a of 1000 to be its allocations 900 and its break 0"]),
        ("m1  a  1  10.00  payment  proposed", "b  no_item  20.00", ["line a of 1000", "line a to be proposed within its open 0"]),
        ("m1  b  1  20.00  payment  auto", "a  no_item  10.00", ["item 1 never to change sign, but -10.00 EUR would be left"]),
        ("m1  a  9  10.00  payment  auto", "b  no_item  20.00", ["item 9 of entity '' to be among the open items"]),
        ("m1  a  1  10.00  payment  reversed", "a  no_item  10.00\nb  no_item  20.00", []),
        ("m1  -  1  5.00  payment  auto\nm1  -  2  -5.00  payment  auto", "a  no_item  10.00\nb  no_item  20.00", []),
        ("m1  -  1  5.00  payment  auto\nm1  -  2  -4.00  payment  auto", "a  no_item  10.00\nb  no_item  20.00", ["match m1 without a line"]),
        ("m1  a  1  5.00  payment  auto\nm2  a  1  5.00  payment  auto", "b  no_item  20.00", ["line a to be in one match"]),
        ("m1  a  -  10.00  exchange  auto", "b  no_item  20.00", ["match m1 to pay items of one other currency than EUR"]),
        ("m1  a  -  10.00  exchange  auto\nm1  -  1  9.00  payment  auto", "b  no_item  20.00", ["match m1 to pay items of one other currency than EUR"]),
        ("m1  a  -  10.00  on_account  auto\nm1  -  1  9.00  payment  auto", "b  no_item  20.00", ["match m1 to exchange the money of one line for items alone"]),
        ("m1  a  -  10.00  exchange  auto\nm1  b  -  20.00  exchange  auto\nm1  -  1  9.00  payment  auto", "z  no_item  1.00", ["match m1 to exchange the money of one line for items alone"]),
        ("m1  z  1  10.00  payment  auto", "a  no_item  10.00\nb  no_item  20.00", ["line z to be known and in EUR"]),
    ],
)  # fmt: skip
def test_a_broken_law_is_named(rows: str, breaks: str, expected: list[str]) -> None:
    allocations = frame(
        ALLOCATIONS, ROW + rows, probability=1.0, basis="x", currency="EUR", effective_on=date(2026, 10, 1)
    )  # fmt: skip
    left = frame(BREAKS, BREAK + breaks, side="bank_line", currency="EUR", detail="x")
    found = [str(fault) for fault in check_laws(LINES, ITEMS, allocations, left)]
    assert len(found) == len(expected)
    assert all(said.startswith(start) for said, start in zip(found, expected, strict=True))


@pytest.mark.parametrize(("paid", "expected"), [("9.00", []), ("-9.00", ["match m1 to pay items the way its money runs"])])
def test_money_that_was_exchanged_pays_items_of_another_currency_the_way_it_runs(paid: str, expected: list[str]) -> None:
    items = ITEMS.assign(currency="CHF", amount=[1000, -1000], open_amount=[1000, -1000])
    item = "1" if paid > "0" else "2"
    rows = f"{ROW.strip()}  currency\nm1  a  -  10.00  exchange  auto  EUR\nm1  -  {item}  {paid}  payment  auto  CHF"
    allocations = frame(ALLOCATIONS, rows, probability=1.0, basis="x", effective_on=date(2026, 10, 1))
    left = frame(BREAKS, BREAK + "b  no_item  20.00", side="bank_line", currency="EUR", detail="x")
    faults = [str(fault) for fault in check_laws(LINES, items, allocations, left)]
    assert len(faults) == len(expected)
    assert all(said in fault for said, fault in zip(expected, faults, strict=True))
