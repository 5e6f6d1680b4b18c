"""Matches against truth, the interval, and the laws' own teeth."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from recon_kit.errors import TableError
from recon_kit.matching import MatchResult, check_laws, evaluate, match_id
from recon_kit.matching.precision import measured, wilson
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BANK_LINES, BREAKS, EVIDENCE, OPEN_ITEMS
from tests.frames import frame

ALLOCATED = frame(
    ALLOCATIONS,
    """
    match_id  line_id  item_id  gl_account  allocated  kind            status    basis
    m1        a        1        -           10.00      payment         auto      rule:one
    m2        b        2        -           19.60      payment         auto      rule:one
    m2        b        2        -           0.40       discount        auto      rule:one
    m3        c        -        6310        -5.00      ledger_account  auto      rule:rent
    m4        d        3        -           7.00       payment         proposed  rule:two
    """,
    probability=0.9, currency="EUR", effective_on=date(2026, 10, 1),
)  # fmt: skip
LEFT = frame(BREAKS, "id  reason  amount  detail\nd  proposed  7.00  x\ne  no_item  9.00  x", side="bank_line", currency="EUR")
RESULT = MatchResult(ALLOCATED, ALTERNATIVES.empty(), LEFT, EVIDENCE.empty())


def truth(*rows: tuple[str, str | None, int, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["line_id", "item_id", "allocated", "kind", "gl_account"])


def test_a_match_is_right_only_if_every_part_is() -> None:
    found = evaluate(
        RESULT,
        truth(
            ("a", "1", 1000, "payment", None),
            ("b", "2", 1960, "payment", None),
            ("c", None, -500, "ledger_account", "6320"),
            ("d", "4", 700, "payment", None),
            ("e", "5", 900, "payment", None),
        ),
    )
    assert found.rules[["basis", "status", "n", "right", "wrong"]].values.tolist() == [
        ["rule:one", "auto", 2, 1, 1],
        ["rule:rent", "auto", 1, 0, 1],
        ["rule:two", "proposed", 1, 0, 1],
    ]
    assert found.wrong["line_id"].tolist() == ["b", "c", "d"]
    assert found.wrong["truth"][1] == "ledger_account 6320 -500"
    assert (found.n_lines, found.n_through) == (5, 1)
    assert found.straight_through == pytest.approx(0.2)
    assert found.by_currency.values.tolist() == [["EUR", 5, 1, 1000 + 1960 + 500 + 700 + 900, 1000]]


def test_without_kinds_only_what_is_paid_to_items_counts() -> None:
    rows = truth(("b", "2", 1960, "", None), ("c", None, -500, "", None))[["line_id", "item_id", "allocated"]]
    found = evaluate(RESULT, rows)
    assert found.wrong.empty
    assert found.n_through == 2


def test_lines_that_truth_does_not_name_are_not_judged() -> None:
    assert evaluate(RESULT, truth(("a", "1", 1000, "payment", None))).rules["n"].tolist() == [1]


def test_truth_without_its_columns_is_refused() -> None:
    with pytest.raises(TableError, match="a column allocated"):
        evaluate(RESULT, pd.DataFrame({"line_id": ["a"], "item_id": ["1"]}))


def test_wilson_is_the_published_interval() -> None:
    assert [round(bound, 4) for bound in wilson(8, 10)] == [0.4902, 0.9433]
    assert wilson(0, 0) == (0.0, 1.0)


def test_every_measured_precision_fits_its_counts() -> None:
    for name, found in measured().items():
        if found.n:
            assert (found.lower95, found.upper95) == pytest.approx(wilson(found.n - found.wrong, found.n), abs=1e-6), name
            assert found.probability == pytest.approx((found.n - found.wrong + 1) / (found.n + 2), abs=1e-6), name
        assert 0 < found.probability < 1


DECIDING = ("reference_exact", "reference_discount", "quoted_group", "payout_reference", "deposit_reference",
            "return_of_known_line", "own_transfer")  # fmt: skip


@pytest.mark.parametrize("rule", DECIDING)
def test_every_deciding_rule_was_shown_to_hold_the_default_floor(rule: str) -> None:
    assert measured()[rule].lower95 >= Policy().matching.floor


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
