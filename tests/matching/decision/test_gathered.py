"""Payouts and deposits: amount and day alone are not enough, the money has to come from where it is expected."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from recon_kit.matching import History, MatchResult, match
from recon_kit.tables import ALLOCATIONS
from tests.frames import frame
from tests.matching.test_match import items, lines, told

PAYOUTS = """
item_id  document_no  amount   channel
a        TX20001AD    777.00   adyen
p        30001-PP     888.00   PayPal Europe
"""
DEPOSIT = "item_id  document_no  amount  channel\nd  Z-77  456.00  Store 5"


def paid(amount: str, name: str, text: str, what: str = PAYOUTS, **line: Any) -> MatchResult:
    row = lines(f"line_id  booked_on  amount  counterparty_name  remittance\nl  09-12  {amount}  {name}  {text}", **line)
    return match(row, _owed(what))


def _owed(what: str) -> pd.DataFrame:
    return items(what, kind="cash_deposit" if what == DEPOSIT else "payout")


@pytest.mark.parametrize(
    ("amount", "name", "text"),
    [("777.00", "ADYEN N.V.", "Gutschrift"), ("888.00", "-", "PAYPAL *TRANSFER"), ("777.00", "Someone", "A.D.Y.E.N payout")],
)
def test_a_payout_is_automatic_where_its_provider_is_named(amount: str, name: str, text: str) -> None:
    assert set(paid(amount, name, text).allocations["status"]) == {"auto"}


@pytest.mark.parametrize(
    ("amount", "name", "text"),
    [("777.00", "Petra Meier", "Danke für das Sofa"), ("888.00", "ADYEN N.V.", "Gutschrift"), ("777.00", "Foo Ltd", "-")],
)
def test_a_payout_is_asked_about_where_only_the_amount_fits(amount: str, name: str, text: str) -> None:
    found = paid(amount, name, text)
    assert "auto" not in set(found.allocations["status"])
    if len(found.allocations):
        assert found.breaks["detail"][0].startswith("Only the amount of")
        assert found.evidence.set_index("feature").loc["payer", "level"] == "unknown"


def test_the_bank_s_word_for_a_payout_counts_unless_another_provider_is_named() -> None:
    assert told(paid("777.00", "Foo Ltd", "-", kind="payout")) == ["l a payment 777 auto amount_window"]
    assert "auto" not in set(paid("888.00", "ADYEN N.V.", "-", kind="payout").allocations["status"])


def test_a_payer_who_brought_payouts_by_their_number_is_known() -> None:
    before = lines("line_id  booked_on  amount  counterparty_name\nold  09-11  10.00  Acquirer Services 7", currency="EUR")
    was = items("item_id  document_no  amount  channel\nx  TX1  10.00  adyen", kind="payout")
    row = "match_id  line_id  item_id  allocated  kind  status  basis  probability  effective_on\n"
    posted = frame(ALLOCATIONS, row + "m  old  x  10.00  payment  auto  rule:x  1.0  09-11", currency="EUR")
    row = lines("line_id  booked_on  amount  counterparty_name\nl  09-12  777.00  Acquirer Services 7")
    known = match(row, _owed(PAYOUTS), history=History(before, was, posted))
    assert told(known) == ["l a payment 777 auto amount_window"]
    assert "auto" not in set(match(row, _owed(PAYOUTS)).allocations["status"])


def test_another_payout_s_number_is_a_doubt() -> None:
    found = paid("777.00", "ADYEN N.V.", "TX29999AD")
    assert set(found.allocations["status"]) == {"proposed"}
    assert found.breaks["detail"][0] == (
        "The amount fits TX20001AD, but the text names a document of another number, which is not known."
    )


@pytest.mark.parametrize(
    ("name", "text", "sure"),
    [("-", "Bareinzahlung", True), ("Bank", "Versement espèces", True), ("Petra Meier", "Miete", False)],
)
def test_cash_is_paid_in_by_nobody(name: str, text: str, sure: bool) -> None:
    found = paid("456.00", name, text, DEPOSIT)
    assert set(found.allocations["status"]) <= {"auto" if sure else "proposed"}
    assert len(found.allocations) or not sure
