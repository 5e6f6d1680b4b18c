"""Money whose text names another document is never posted to one of the same amount; charges and ceilings hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from recon_kit.errors import TableError
from recon_kit.matching import History, check_laws, match
from recon_kit.policy import Amounts, Ceilings, Matching, Policy, Rule, Rules
from recon_kit.tables import ALLOCATIONS
from tests.frames import frame
from tests.matching.test_match import OWN, items, lines, told

MEIER: dict[str, Any] = {"customer_id": "K1", "customer_name": "Meier AG", "customer_account": "DE99"}
BY_MEIER: dict[str, Any] = {"counterparty_name": "Meier AG", "counterparty_account": "DE99"}
PAID = History(
    lines("line_id  booked_on  amount  remittance\nold  09-20  100.00  RE-0907", **BY_MEIER),
    items("item_id  document_no  amount\n7  RE-0907  100.00", **MEIER),
    frame(
        ALLOCATIONS, "match_id  line_id  item_id  allocated\nm  old  7  100.00", currency="EUR", kind="payment", status="auto",
        probability=1.0, basis="rule:x", effective_on=date(2026, 9, 20),
    ),
)  # fmt: skip
TWO = "item_id  document_no  amount\n1  RE-1001  100.00\n2  RE-1002  250.00"


def row(amount: str, text: str) -> str:
    return f"line_id  booked_on  amount  remittance\na  10-01  {amount}  {text}"


def test_a_payment_again_is_no_payment_of_another_document_of_that_amount() -> None:
    result = match(lines(row("100.00", "Rechnung RE-0907"), **BY_MEIER), items(TWO, **MEIER), history=PAID)
    assert told(result) == ["a: possible_duplicate"]


def test_without_the_number_it_would_be_paid() -> None:
    result = match(lines(row("100.00", "Danke"), **BY_MEIER), items(TWO, **MEIER), history=PAID)
    assert told(result) == ["a 1 payment 100 auto payer_amount"]


@pytest.mark.parametrize("closed", ["100.00", "77.00"])
def test_a_stranger_is_not_known_by_the_closed_document_that_he_quotes(closed: str) -> None:
    both = items(
        f"item_id  document_no  amount  open_amount\n1  RE-2026-08123  100.00  100.00\n9  RE-2026-08124  {closed}  0.00",
        **MEIER,
    )
    stranger = lines(row("100.00", "RE-2026-08124"), counterparty_name="Irgendwer", counterparty_account="DE55")
    assert "auto" not in set(match(stranger, both).allocations["status"])


def test_a_stranger_with_a_slip_in_the_number_is_a_question() -> None:
    both = items("item_id  document_no  amount\n1  RE-2026-08123  100.00\n2  RE-2026-08555  120.00", **MEIER)
    stranger = lines(row("100.00", "RE-2026-08124"), counterparty_name="Irgendwer", counterparty_account="DE55")
    assert "auto" not in set(match(stranger, both).allocations["status"])
    assert told(match(lines(row("100.00", "RE-2026-08124"), **BY_MEIER), both)) == ["a 1 payment 100 auto reference_partly"]


def test_a_document_of_another_currency_that_is_quoted_is_meant() -> None:
    both = items("item_id  document_no  amount  currency\n1  RE-1001  100.00  USD\n2  RE-1002  92.00  EUR", **MEIER)
    assert "auto" not in set(match(lines(row("92.00", "RE-1001"), **BY_MEIER), both).allocations["status"])


@pytest.mark.parametrize(
    ("arrived", "status"), [("980.00", {"auto"}), ("100.00", {"proposed"}), ("940.00", {"proposed"})]
)  # fmt: skip
def test_charges_are_granted_up_to_the_limit(arrived: str, status: set[str]) -> None:
    sent = {"instructed_amount": 1000_00, "instructed_currency": "EUR", **BY_MEIER}
    rows, both = lines(row(arrived, "RE-1001"), **sent), items("item_id  document_no  amount\n1  RE-1001  1000.00", **MEIER)
    result = match(rows, both)
    assert set(result.allocations["status"]) == status
    assert set(result.breaks["reason"]) <= {"proposed"}
    more = Policy(ceilings=Ceilings(charges={"EUR": 90_00}))  # type: ignore[arg-type]
    again = match(
        lines(row("940.00", "RE-1001"), **sent), items("item_id  document_no  amount\n1  RE-1001  1000.00", **MEIER), more
    )
    assert set(again.allocations["status"]) == {"auto"}


def test_charges_are_never_added() -> None:
    sent = {"instructed_amount": 100_00, "instructed_currency": "EUR", **BY_MEIER}
    rows, both = lines(row("1000.00", "RE-1001"), **sent), items("item_id  document_no  amount\n1  RE-1001  100.00", **MEIER)
    result = match(rows, both)
    assert (result.allocations.loc[result.allocations["kind"] == "fee", "allocated"] > 0).all()
    assert check_laws(rows, both, result.allocations, result.breaks) == []


def test_a_runs_ceiling_is_one_for_rules_and_model() -> None:
    rent = Rule(name="Miete", then="ledger_account", gl_account="4210", text=("Miete",))
    policy = Policy(ceilings=Ceilings(per_run=Amounts(EUR=120_00)), rules=Rules((rent,)))
    rows = lines(
        "line_id  booked_on  amount  remittance\na  10-01  -100.00  Miete Oktober\nb  10-02  100.00  RE-1001", **BY_MEIER
    )
    result = match(rows, items(TWO, **MEIER), policy)
    assert told(result) == [
        "a 4210 ledger_account -100 auto Miete",
        "b 1 payment 100 proposed reference_exact",
        "b: over_ceiling",
    ]


def test_a_ceiling_is_named_though_the_amount_differs_too() -> None:
    policy = Policy(ceilings=Ceilings(per_match=Amounts(EUR=50_00)))
    result = match(lines(row("97.00", "RE-1001"), **BY_MEIER), items(TWO, **MEIER), policy)
    assert result.breaks["reason"].tolist() == ["over_ceiling"]


@pytest.mark.parametrize("side", ["item_id", "line_id"])
def test_an_id_that_is_one_only_until_the_entity_is_known_is_refused(side: str) -> None:
    both = items("item_id  entity  document_no  amount\n1  nord  RE-1  1.00\n2  nord  RE-2  2.00")
    rows = lines("line_id  entity  account  booked_on  amount\na  nord  DE11  10-01  1.00\nb  nord  DE11  10-01  2.00")
    frame_, first = (both, "1") if side == "item_id" else (rows, "a")
    frame_.loc[1, side], frame_.loc[1, "entity"] = first, pd.NA
    with pytest.raises(TableError, match=side):
        match(rows, both, OWN)


def test_the_laws_fill_in_the_entity_as_the_match_did() -> None:
    rows = lines("line_id  account  booked_on  amount  remittance\na  DE11  10-01  100.00  RE-1001")
    both = items("item_id  entity  document_no  amount\n1  nord  RE-1001  100.00")
    result = match(rows, both, OWN)
    assert check_laws(rows, both, result.allocations, result.breaks, OWN) == []


def test_what_is_paid_less_within_the_tolerance_is_written_off() -> None:
    policy = Policy(tolerance=Amounts(EUR=50), matching=Matching(floor=0.99))
    both = items(TWO, **MEIER)
    one = match(lines(row("99.60", "RE-1001"), **BY_MEIER), both, policy)
    assert told(one) == ["a 1 payment 99.6 auto short_payment", "a 1 write_off 0.4 auto short_payment"]
    assert check_laws(lines(row("99.60", "RE-1001"), **BY_MEIER), both, one.allocations, one.breaks) == []
    beyond = match(lines(row("99.40", "RE-1001"), **BY_MEIER), both, policy)
    assert told(beyond) == ["a 1 payment 99.4 auto short_payment", "1: short_payment"]
    assert set(match(lines(row("99.60", "RE-1001"), **BY_MEIER), both).allocations["kind"]) == {"payment"}


def test_a_group_within_the_tolerance_needs_nobody_to_say_which_is_short() -> None:
    rows, both = lines(row("349.70", "RE-1001 RE-1002"), **BY_MEIER), items(TWO, **MEIER)
    assert set(match(rows, both).allocations["status"]) == {"proposed"}
    result = match(rows, both, Policy(tolerance=Amounts(EUR=50)))
    assert set(result.allocations["status"]) == {"auto"} and result.breaks.empty
    assert check_laws(rows, both, result.allocations, result.breaks) == []
