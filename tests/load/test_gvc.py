"""One list of German transaction codes, whichever format carries them."""

from __future__ import annotations

import pytest

from recon_kit.load.camt.codes import kind_of_proprietary
from recon_kit.load.gvc import _CODES, kind_of_gvc
from recon_kit.load.mt940.details import details, kind
from recon_kit.tables.business import LINE_KINDS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("166", "credit_transfer"),
        ("164", "credit_transfer"),  # instant, with a creditor reference
        ("105", "direct_debit"),
        ("197", "direct_debit"),  # a batch of B2B debits, not a return
        ("109", "return"),
        ("193", "return"),
        ("082", "cash_deposit"),
        ("083", "other"),  # a withdrawal is no deposit
        ("106", "other"),
        ("170", "other"),
        ("808", "fee"),
        ("814", "interest"),
        ("544", None),
    ],
)
def test_mt940_and_camt_understand_a_code_alike(code: str, expected: str | None) -> None:
    in_mt940 = kind("N", "C", details([[f"{code}?00UMSATZ?20SVWZ+RE 4711"]], []))
    assert (in_mt940, kind_of_proprietary(f"NTRF+{code}+00931")) == (expected, expected)


def test_each_code_is_told_once_and_as_a_kind_of_the_table() -> None:
    codes = [code for told in _CODES.values() for code in told.split()]
    assert len(codes) == len(set(codes))
    assert {kind_of_gvc(code) for code in codes} <= set(LINE_KINDS)
