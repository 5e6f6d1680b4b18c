"""Names with initials or cut ones, brought together where amount and day fit."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recon_kit.matching.evidence.beginnings import MOST_NEAR, agreeing
from recon_kit.matching.evidence.folding import plain_bytes
from recon_kit.matching.evidence.payers import SIMILAR_NAME, known_payers, links
from tests.matching.evidence.frames import both

NO_QUOTES = (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8))


def found(lines: list[dict[str, object]], items: list[dict[str, object]]) -> list[tuple[str, int]]:
    """(document, kind) of every link of the only line."""
    read = both(lines, items)
    known = links(known_payers(read), NO_QUOTES)
    ids = read.items.ids.to_pylist()
    return sorted((ids[int(np.flatnonzero(read.items.debtor == debtor)[0])], int(kind))
                  for debtor, kind in zip(known.debtor, known.kind, strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("payer", "debtor"),
    [
        ("J W Ricker", "John W. Ricker"),
        ("O F M 78cd7959", "O F M"),
        ("A Müller payment", "Anna MUELL"[:6]),
        ("JAMES WATT CHQ", "James Watt dona"),
    ],
)
def test_names_that_begin_alike_are_linked_where_amount_and_day_fit(payer: str, debtor: str) -> None:
    owed = {"customer_name": debtor, "open_amount": 108}
    others = [{"customer_name": "Otto Ende", "open_amount": 108}, {"customer_name": f"{payer[0]} Zeh", "open_amount": 104}]
    assert found([{"counterparty_name": payer}], [owed, *others]) == [("i0", SIMILAR_NAME)]


@pytest.mark.parametrize(
    "other",
    [
        {"open_amount": 113},
        {"open_amount": -100},
        {"currency": "USD"},
        {"entity": "B"},
        {"issued_on": pd.Timestamp(2026, 3, 9), "due_on": pd.Timestamp(2026, 4, 9)},
        {"issued_on": pd.Timestamp(2025, 3, 9), "due_on": pd.Timestamp(2025, 4, 9)},
    ],
)
def test_neither_far_amounts_nor_far_days_nor_another_book(other: dict[str, object]) -> None:
    assert found([{"counterparty_name": "J W R CHQ"}], [{"customer_name": "J W R donation", "open_amount": 104, **other}]) == []


def test_a_line_without_a_name_is_called_by_its_text() -> None:
    owed = [{"customer_name": "J W Ricker", "open_amount": 104}, {"customer_name": "Otto Ende", "open_amount": 104}]
    assert found([{"remittance": "J W RICKER donation"}], owed) == [("i0", SIMILAR_NAME)]
    assert found([{"remittance": "J W RICKER", "counterparty_name": "A B"}], owed) == []


def test_a_payer_known_by_account_is_not_asked_for() -> None:
    owed = [{"customer_name": "Paul Ix", "customer_account": "DE99"}, {"customer_name": "J W R donation", "open_amount": 104}]
    assert [name for name, _ in found([{"counterparty_name": "J W R CHQ", "counterparty_account": "DE99"}], owed)] == ["i0"]


def test_more_agreeing_letters_come_before_nearer_amounts_and_a_few_are_enough() -> None:
    owed = [{"customer_name": f"J W number{at}", "open_amount": 101} for at in range(MOST_NEAR + 2)]
    told = found([{"counterparty_name": "J W RICKER CHQ"}], [*owed, {"customer_name": "J W RICKER mon", "open_amount": 110}])
    assert len(told) == MOST_NEAR
    assert (f"i{MOST_NEAR + 2}", SIMILAR_NAME) in told


def test_letters_that_agree_and_their_share_of_the_shorter_name() -> None:
    names = plain_bytes(pa.array(["J B donation", "J B CHQ", "J B", "Jo Bx", None], pa.large_string()))
    letters, share = agreeing(names, np.array([0, 0, 1, 2, 0]), np.array([1, 2, 2, 3, -1]))
    assert letters.tolist() == [2, 2, 2, 2, 0]
    assert np.allclose(share, [2 / 5, 1, 1, 1, -1])
