"""What each rule decides, proposes or leaves open, as tables of a few rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.errors import ParameterError, TableError
from recon_kit.matching import History, MatchResult, Precision, check_laws, match, measured
from recon_kit.matching.precision import wilson
from recon_kit.policy import Account, Amounts, Ceilings, Entity, Policy, Rule, Rules
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS
from tests.frames import frame

LINE = {"currency": "EUR"}
ITEM = {"currency": "EUR", "kind": "invoice", "issued_on": date(2026, 9, 10), "due_on": date(2026, 9, 24)}
OWN = Policy(
    entities={"nord": Entity("Nord GmbH"), "sued": Entity("Sued GmbH")},
    accounts=(
        Account("DE11", "nord", "EUR", "Main"),
        Account("DE12", "nord", "EUR", "Savings"),
        Account("DE21", "sued", "EUR", "Sued"),
        Account("MSP", "nord", "EUR", "Provider", psp="multisafepay"),
    ),
)


def lines(text: str, **same: Any) -> pd.DataFrame:
    return frame(BANK_LINES, text, **(LINE | same))


def items(text: str, **same: Any) -> pd.DataFrame:
    """Items whose `amount` is what is open, unless `open_amount` says otherwise."""
    head, *rows = [re.split(r"\s{2,}", row.strip()) for row in text.strip().splitlines()]
    if "open_amount" not in head:
        rows = [[*row, row[head.index("amount")]] for row in rows]
        head = [*head, "open_amount"]
    return frame(OPEN_ITEMS, "\n".join("  ".join(row) for row in [head, *rows]), **(ITEM | same))


def told(result: MatchResult) -> list[str]:
    """Allocations as "line item|account kind amount status rule", breaks as "line: reason"."""
    rows = [
        f"{r['line_id']} {_whereto(r)} {r['kind']} {r['allocated'] / 100:g} {r['status']} {r['basis'].removeprefix('rule:').removeprefix('model:')}"
        for r in result.allocations.to_dict("records")
    ]
    return sorted(rows) + sorted(f"{r['id']}: {r['reason']}" for r in result.breaks.to_dict("records"))


def _whereto(row: dict[Any, Any]) -> str:
    return next((row[name] for name in ("item_id", "gl_account", "customer_id") if isinstance(row[name], str)), "-")


# ruff: noqa: E501 (a row of a table is easier to read whole)
# fmt: off
CASES: list[dict[str, Any]] = [
    {
        "description": "a quoted number and its exact amount",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  119.00  Rechnung RE-2026-08123",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  119.00",
        "expected": ["a 1 payment 119 auto reference_exact"],
    },
    {
        "description": "the end-to-end id is the document number",
        "lines": "line_id  booked_on  amount  end_to_end_id\na  10-01  119.00  RE202608123",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  119.00",
        "expected": ["a 1 payment 119 auto reference_exact"],
    },
    {
        "description": "the structured reference, whatever its blanks",
        "lines": "line_id  booked_on  amount  reference\na  10-01  119.00  RF18 5390 0754 7034",
        "items": "item_id  document_no  reference  amount\n1  4711  RF18539007547034  119.00",
        "expected": ["a 1 payment 119 auto reference_exact"],
    },
    {
        "description": "the order number",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  119.00  Bestellung WEB-100234",
        "items": "item_id  document_no  order_no  amount\n1  4711  WEB100234  119.00",
        "expected": ["a 1 payment 119 auto reference_exact"],
    },
    {
        "description": "money out for a credit note",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  -50.00  Gutschrift GS-2026-0012",
        "items": "item_id  document_no  amount\n1  GS-2026-0012  -50.00",
        "expected": ["a 1 payment -50 auto reference_exact"],
    },
    {
        "description": "the other direction is never netted",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  50.00  Gutschrift GS-2026-0012",
        "items": "item_id  document_no  amount\n1  GS-2026-0012  -50.00",
        "expected": ["a: no_item"],
    },
    {
        "description": "INV-1 is not in INV-10",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  119.00  INV-10",
        "items": "item_id  document_no  amount\n1  INV-1  119.00",
        "expected": ["a 1 payment 119 proposed amount_alone", "a: proposed"],
    },
    {
        "description": "discount taken in time",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  98.00  RE-2026-08123 abz. Skonto",
        "items": "item_id  document_no  amount  discount_on  discount_amount\n1  RE-2026-08123  100.00  09-28  2.00",
        "expected": ["a 1 discount 2 auto reference_discount", "a 1 payment 98 auto reference_discount"],
    },
    {
        "description": "discount taken after the days of grace",
        "lines": "line_id  booked_on  amount  remittance\na  10-02  98.00  RE-2026-08123 abz. Skonto",
        "items": "item_id  document_no  amount  discount_on  discount_amount\n1  RE-2026-08123  100.00  09-28  2.00",
        "expected": ["a 1 payment 98 auto reference_discount", "1: discount_late"],
    },
    {
        "description": "the value date decides what is in time",
        "lines": "line_id  booked_on  value_on  amount  remittance\na  10-02  10-01  98.00  RE-2026-08123",
        "items": "item_id  document_no  amount  discount_on  discount_amount\n1  RE-2026-08123  100.00  09-28  2.00",
        "expected": ["a 1 discount 2 auto reference_discount", "a 1 payment 98 auto reference_discount"],
    },
    {
        "description": "a discount agreed above the company's limit needs a person",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  95.00  RE-2026-08123",
        "items": "item_id  document_no  amount  discount_on  discount_amount\n1  RE-2026-08123  100.00  10-28  5.00",
        "expected": ["a 1 payment 95 auto reference_discount", "1: discount_too_high"],
    },
    {
        "description": "a group that sums, with a credit note",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  880.00  RE-2026-08123, RE-2026-08124 abz. GS-2026-0012",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  600.00\n2  RE-2026-08124  400.00\n3  GS-2026-0012  -120.00",
        "expected": [
            "a 1 payment 600 auto quoted_group",
            "a 2 payment 400 auto quoted_group",
            "a 3 payment -120 auto quoted_group",
        ],
    },
    {
        "description": "a group less the discount of one of its documents",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  988.00  RE-2026-08123 RE-2026-08124",
        "items": (
            "item_id  document_no  amount  discount_on  discount_amount\n"
            "1  RE-2026-08123  600.00  10-05  12.00\n2  RE-2026-08124  400.00  -  -"
        ),
        "expected": [
            "a 1 discount 12 auto reference_discount",
            "a 1 payment 588 auto reference_discount",
            "a 2 payment 400 auto reference_discount",
        ],
    },
    {
        "description": "a collective entry, one detail a line",
        "lines": "line_id  booked_on  amount  remittance  kind\na  10-01  30.00  RE-2026-08123\\nRE-2026-08124  direct_debit",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  10.00\n2  RE-2026-08124  20.00",
        "expected": ["a 1 payment 10 auto quoted_group", "a 2 payment 20 auto quoted_group"],
    },
    {
        "description": "a payout by its id",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  932.51  MSP payout 2026-558811",
        "items": "item_id  document_no  amount  kind\n1  2026-558811  932.51  payout",
        "expected": ["a 1 payment 932.51 auto payout_reference"],
    },
    {
        "description": "two payouts in one line",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  30.00  PO-558811 PO-558812",
        "items": "item_id  document_no  amount  kind\n1  PO-558811  10.00  payout\n2  PO-558812  20.00  payout",
        "expected": ["a 1 payment 10 auto payout_reference", "a 2 payment 20 auto payout_reference"],
    },
    {
        "description": "a payout whose id the bank has cut",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  10.00  STRIPE po_1Nx5Tq",
        "items": "item_id  document_no  amount  kind\n1  po_1Nx5TqLkdIwHu7ix  10.00  payout\n2  po_1Ny5TqLkdIwHu7ix  10.00  payout",
        "expected": ["a 1 payment 10 auto payout_reference"],
    },
    {
        "description": "a payout that arrived with another amount",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  9.00  PO-558811",
        "items": "item_id  document_no  amount  kind\n1  PO-558811  10.00  payout",
        "expected": ["a 1 payment 9 proposed payout_reference", "a: payout_differs"],
    },
    {
        "description": "cash bags that sum",
        "lines": "line_id  booked_on  amount  remittance  kind\na  10-01  30.00  Einzahlung Bag 700123 700124  cash_deposit",
        "items": "item_id  document_no  amount  kind\n1  700123  10.00  cash_deposit\n2  700124  20.00  cash_deposit",
        "expected": ["a 1 payment 10 auto deposit_reference", "a 2 payment 20 auto deposit_reference"],
    },
    {
        "description": "the closings of several days in one bag",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  30.00  SAFEBAG 700123",
        "items": "item_id  document_no  amount  kind\n1  700123  10.00  cash_deposit\n2  700123  20.00  cash_deposit",
        "expected": ["a 1 payment 10 auto deposit_reference", "a 2 payment 20 auto deposit_reference"],
    },
    {
        "description": "numbers of a series, shortened, that sum",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  30.00  AR/26/0663+/0730",
        "items": "item_id  document_no  amount\n1  AR/26/0663  10.00\n2  AR/26/0730  20.00",
        "expected": ["a 1 payment 10 auto quoted_group", "a 2 payment 20 auto quoted_group"],
    },
    {
        "description": "what could be a shortened number does not disturb an exact one",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  10.00  AR/26/0663+/0730",
        "items": "item_id  document_no  amount\n1  AR/26/0663  10.00\n2  AR/26/0730  20.00",
        "expected": ["a 1 payment 10 auto reference_exact"],
    },
    {
        "description": "a payout without its number, the only one of its amount near the day",
        "lines": "line_id  booked_on  amount  kind\na  10-01  10.00  payout",
        "items": "item_id  document_no  amount  kind  due_on\n1  PO-558811  10.00  payout  09-29",
        "expected": ["a 1 payment 10 auto amount_window"],
    },
    {
        "description": "a payout that nobody expects",
        "lines": "line_id  booked_on  amount  kind\na  10-01  10.00  payout",
        "items": "item_id  document_no  amount  kind\n1  PO-558811  11.00  payout",
        "expected": ["a: payout_unknown"],
    },
    {
        "description": "paid twice: both are asked about",
        "lines": "line_id  booked_on  amount  remittance\nb  10-02  10.00  RE-2026-08123\na  10-01  10.00  RE-2026-08123",
        "line": {"counterparty_name": "Meier AG", "counterparty_account": "DE99"},
        "items": "item_id  document_no  amount\n1  RE-2026-08123  10.00",
        "item": {"customer_id": "K1", "customer_name": "Meier AG", "customer_account": "DE99"},
        "expected": ["a 1 payment 10 proposed reference_exact", "a: proposed", "b: possible_duplicate"],
    },
    {
        "description": "paid short",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  9.50  RE-2026-08123",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  10.00",
        "expected": ["a 1 payment 9.5 auto short_payment", "1: short_payment"],
    },
    {
        "description": "paid in part: more than a tenth is left",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  8.00  RE-2026-08123",
        "items": "item_id  document_no  amount\n1  RE-2026-08123  10.00",
        "expected": ["a 1 payment 8 auto part_payment"],
    },
    {
        "description": "paid too much: the rest is on account",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  13.00  RE-2026-08123",
        "items": "item_id  document_no  amount  customer_id\n1  RE-2026-08123  10.00  K1",
        "expected": ["a 1 payment 10 auto overpayment", "a K1 on_account 3 auto overpayment"],
    },
    {
        "description": "a number of two customers, amount and payer decide",
        "lines": "line_id  booked_on  amount  remittance  counterparty_name\na  10-01  10.00  100234  Meier",
        "items": (
            "item_id  document_no  order_no  amount  customer_name\n1  100234  -  10.00  MEIER\n2  555555  100234  10.50  Schulz"
        ),
        "expected": ["a 1 payment 10 auto reference_exact"],
    },
    {
        "description": "a number of two customers, only the amount decides",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  10.00  100234",
        "items": (
            "item_id  document_no  order_no  amount  customer_name\n1  100234  -  10.00  MEIER\n2  555555  100234  10.50  Schulz"
        ),
        "expected": ["a 1 payment 10 auto reference_exact"],
    },
    {
        "description": "the payer's account and an amount that only one document has",
        "lines": "line_id  booked_on  amount  counterparty_account\na  10-01  10.00  DE99",
        "items": "item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  11.00",
        "item": {"customer_id": "K1", "customer_account": "DE 99"},
        "expected": ["a 1 payment 10 auto payer_amount"],
    },
    {
        "description": "the payer's account and an amount that two documents have",
        "lines": "line_id  booked_on  amount  counterparty_account\na  10-01  10.00  DE99",
        "items": "item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  10.00",
        "item": {"customer_id": "K1", "customer_account": "DE99"},
        "expected": ["a 1 payment 10 proposed payer_amount", "a: ambiguous"],
    },
    {
        "description": "a known customer, nothing of that amount",
        "lines": "line_id  booked_on  amount  counterparty_name\na  10-01  10.00  Meier AG",
        "items": "item_id  document_no  amount  customer_name\n1  RE-1001  12.00  MEIER AG",
        "expected": ["a 1 payment 10 proposed part_payment", "a: short_payment"],
    },
    {
        "description": "another currency",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  10.00  RE-1001",
        "items": "item_id  document_no  amount  currency\n1  RE-1001  10.00  CHF",
        "expected": ["a: other_currency"],
    },
    {
        "description": "money out that no rule knows",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  -10.00  Miete",
        "items": "item_id  document_no  amount\n1  RE-1001  10.00",
        "expected": ["a: no_rule"],
    },
    {
        "description": "a line of nothing needs nothing",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  0.00  RE-1001",
        "items": "item_id  document_no  amount\n1  RE-1001  10.00",
        "expected": [],
    },
    {
        "description": "a payment returned in the same run opens its document, and a second payment closes it",
        "lines": (
            "line_id  booked_on  amount  remittance  end_to_end_id  kind\n"
            "a  10-01  10.00  RE-1001  E2E-778899  -\n"
            "r  10-05  -13.00  Retoure  E2E-778899  return\n"
            "b  10-09  10.00  RE-1001  -  -"
        ),
        "line": {"charges": -300},
        "items": "item_id  document_no  amount\n1  RE-1001  10.00",
        "expected": [
            "a 1 payment 10 auto reference_exact",
            "b 1 payment 10 auto reference_exact",
            "r - charge -3 auto return_of_known_line",
            "r 1 payment -10 auto return_of_known_line",
        ],
    },
    {
        "description": "one document of a collective direct debit comes back",
        "lines": (
            "line_id  booked_on  amount  remittance  kind\n"
            "a  10-01  30.00  RE-1001\\nRE-1002  direct_debit\n"
            "r  10-05  -20.00  RE-1002 AC04  return"
        ),
        "items": "item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  20.00",
        "expected": [
            "a 1 payment 10 auto quoted_group",
            "a 2 payment 20 auto quoted_group",
            "r 2 payment -20 auto return_of_known_line",
        ],
    },
    {
        "description": "a collective entry with a part that is not known",
        "lines": "line_id  booked_on  amount  remittance  kind\na  10-01  60.00  RE-1001\\nRE-1002\\nRE-1003  direct_debit",
        "items": "item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  20.00",
        "expected": ["a 1 payment 10 proposed overpayment", "a 2 payment 20 proposed overpayment", "a: batch_unresolved"],
    },
    {
        "description": "a cash bag that holds less than the till says",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  9.00  SAFEBAG 700123",
        "items": "item_id  document_no  amount  kind\n1  700123  10.00  cash_deposit",
        "expected": ["a 1 payment 9 proposed deposit_reference", "a: deposit_differs"],
    },
    {
        "description": "a bag of two closings that holds more than the tills say",
        "lines": "line_id  booked_on  amount  remittance\na  10-01  31.00  SAFEBAG 700123",
        "items": "item_id  document_no  amount  kind\n1  700123  10.00  cash_deposit\n2  700123  20.00  cash_deposit",
        "expected": [
            "a 1 payment 10 proposed deposit_reference",
            "a 2 payment 20 proposed deposit_reference",
            "a: deposit_differs",
        ],
    },
    {
        "description": "a return of nothing that is known",
        "lines": "line_id  booked_on  amount  remittance  kind\nr  10-05  -20.00  RE-1002 AC04  return",
        "items": "item_id  document_no  amount\n2  RE-1002  20.00",
        "expected": ["r: return_unmatched"],
    },
]


# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_rule(case: dict[str, Any]) -> None:
    both = lines(case["lines"], **case.get("line", {})), items(case["items"], **case.get("item", {}))
    result = match(*both)
    assert told(result) == case["expected"]
    assert check_laws(*both, result.allocations, result.breaks) == []


RULES = [
    Rule("rent", "ledger_account", gl_account="6310", text=("Miete",), direction="out"),
    Rule("fees", "ledger_account", gl_account="6855", kind=("fee",)),
    Rule("interest", "ledger_account", gl_account="7100", text=("Zins*", "RE-1001"), direction="in", at_most=Amounts(EUR=1000)),
    Rule("ask", "propose", counterparty=("Anwalt *",)),
    Rule("hands off", "never", counterparty_account=("DE 66",)),
]
RULED = Policy(rules=Rules(tuple(RULES)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-10.00  Miete Oktober  -  -  -", ["a 6310 ledger_account -10 auto rent"]),
        ("10.00  Miete Oktober  -  -  -", ["a 1 payment 10 proposed amount_alone", "a: proposed"]),
        ("-10.00  Vermietung  -  -  -", ["a: no_rule"]),
        ("-1.00  -  fee  -  -", ["a 6855 ledger_account -1 auto fees"]),
        ("5.00  Zinsertrag  -  -  -", ["a 7100 ledger_account 5 auto interest"]),
        ("50.00  Zinsertrag  -  -  -", ["a: payer_unknown"]),
        ("20.00  RE-1002  -  Anwalt Dr. Frey  -", ["a 2 payment 20 proposed reference_exact", "a: proposed"]),
        ("20.00  RE-1002  -  -  DE66", ["a: never"]),
        ("10.00  RE-1001  -  -  -", ["a 1 payment 10 auto reference_exact"]),
        ("8.00  RE-1001  -  -  -", ["a 1 payment 8 auto part_payment"]),
    ],
    ids=[
        "rule by text", "direction", "word boundary", "kind", "wildcard", "above at_most", "propose", "never",
        "quoted documents come before rules for money in", "even when they are paid short",
    ],
)  # fmt: skip
def test_rules_of_the_company(line: str, expected: list[str]) -> None:
    names = "line_id  booked_on  amount  remittance  kind  counterparty_name  counterparty_account"
    result = match(
        lines(f"{names}\na  10-01  {line}"), items("item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  20.00"), RULED
    )
    assert told(result) == expected


def test_a_rule_that_nobody_measured_decides_as_the_companys_instruction_without_a_probability() -> None:
    lease = Policy(rules=Rules((Rule("lease", "ledger_account", gl_account="6310", text=("Pacht",)),)))
    result = match(lines("line_id  booked_on  amount  remittance\na  10-01  -10.00  Pacht"), OPEN_ITEMS.empty(), lease)
    assert result.allocations["status"].tolist() == ["auto"]
    assert result.allocations["probability"].isna().tolist() == [True]
    told = result.explain(result.allocations["match_id"][0]).sentence
    assert "by rule lease (the company's instruction; not measured)" in told


@pytest.mark.parametrize(("right", "status"), [(99, "auto"), (90, "proposed")])
def test_a_measured_rule_of_the_company_is_asked_about_once_it_was_shown_below_the_floor(
    right: int, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    low, high = wilson(right, 100)
    found = {**measured(), RULES[0].fingerprint: Precision(100, 100 - right, (right + 1) / 102, low, high, "here")}
    monkeypatch.setattr("recon_kit.matching.precision.measured", lambda: found)
    result = match(lines("line_id  booked_on  amount  remittance\na  10-01  -10.00  Miete"), OPEN_ITEMS.empty(), RULED)
    assert result.allocations["status"].tolist() == [status]
    assert result.allocations["probability"].tolist() == pytest.approx([(right + 1) / 102])


def test_own_transfers_pair_and_a_missing_side_is_asked_about() -> None:
    rows = lines(
        """
        line_id  account  booked_on  amount   counterparty_account  counterparty_name
        out      DE11     10-01      -500.00  DE12                  -
        in       DE12     10-02      500.00   -                     -
        lost     DE11     10-03      -70.00   DE12                  -
        fresh    DE11     10-29      -80.00   DE12                  -
        sister   DE11     10-04      -90.00   DE21                  Sued GmbH
        """
    )
    result = match(rows, OPEN_ITEMS.empty(), OWN, as_of=date(2026, 10, 31))
    assert told(result) == [
        "fresh - own_transfer -80 auto own_transfer",
        "in - own_transfer 500 auto own_transfer",
        "lost - own_transfer -70 proposed own_transfer",
        "out - own_transfer -500 auto own_transfer",
        "lost: transfer_unpaired",
        "sister: no_rule",
    ]


def test_transfers_without_account_numbers_pair_by_our_own_name() -> None:
    rows = lines(
        """
        line_id  account  booked_on  amount   counterparty_name
        out      DE11     10-01      -500.00  NORD GMBH
        in       DE12     10-03      500.00   Nord GmbH
        paid     DE12     10-03      500.00   Meier
        """
    )
    assert told(match(rows, OPEN_ITEMS.empty(), OWN)) == [
        "in - own_transfer 500 auto own_transfer",
        "out - own_transfer -500 auto own_transfer",
        "paid: payer_unknown",
    ]


def test_between_currencies_both_sides_must_name_each_other() -> None:
    policy = Policy(entities=OWN.entities, accounts=(*OWN.accounts, Account("DE13", "nord", "GBP", "Pounds")))
    rows = lines(
        """
        line_id  account  booked_on  amount   currency  counterparty_account
        out      DE13     10-01      -100.00  GBP       DE11
        in       DE11     10-02      115.00   EUR       DE13
        other    DE11     10-02      230.00   EUR       -
        """
    )
    result = match(rows, OPEN_ITEMS.empty(), policy, as_of=date(2026, 10, 31))
    assert [row for row in told(result) if "other" not in row] == [
        "in - own_transfer 115 auto own_transfer",
        "out - own_transfer -100 auto own_transfer",
    ]


def test_the_sister_companys_document_is_named_and_never_paid() -> None:
    rows = lines(
        "line_id  account  booked_on  amount  remittance\na  DE11  10-01  12.00  RE-1001\nb  DE11  10-01  20.00  RE-1002"
    )
    both = items(
        """
        item_id  entity  document_no  amount
        1        nord    RE-1001      10.00
        1s       sued    RE-1001      12.00
        2        sued    RE-1002      20.00
        """
    )
    result = match(rows, both, OWN)
    assert told(result) == ["a: other_entity", "b: other_entity"]
    assert "RE-1001 open with 12.00 EUR, of sued" in result.breaks["detail"][0]


def test_a_known_payer_who_quotes_the_sister_companys_document_does_not_pay_ours_of_the_same_amount() -> None:
    row = "line_id  account  booked_on  amount  counterparty_name  remittance\na  DE11  10-01  119.00  Quelltal Outdoor OG  {}"
    both = items(
        """
        item_id  entity  document_no    amount  customer_id  customer_name
        1        nord    RE-2026-07414  119.00  C1           Quelltal Outdoor OG
        2        sued    RE-2026-07032  119.00  D1           Quelltal Outdoor
        """
    )
    assert told(match(lines(row.format("RNR RE-2026-07414")), both, OWN)) == ["a 1 payment 119 auto reference_exact"]
    assert told(match(lines(row.format("RNR RE-2026-07032")), both, OWN)) == ["a: other_entity"]


HISTORY = History(
    lines(
        """
        line_id  booked_on  amount  end_to_end_id  counterparty_account
        old      09-20      40.00   E2E-445566     DE77
        sup      09-21      -60.00  PAY-112233     DE88
        """
    ),
    items("item_id  document_no  amount  customer_id\n7  RE-0907  40.00  K7"),
    frame(
        ALLOCATIONS,
        """
        line_id  item_id  gl_account  customer_id  allocated  kind
        old      7        -           K7           40.00      payment
        sup      -        3300        -            -60.00     ledger_account
        """,
        match_id="m", probability=1.0, status="confirmed", basis="rule:x", currency="EUR", effective_on=date(2026, 9, 20),
    ).assign(match_id=["m1", "m2"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-40.00  E2E-445566  return  -", ["a 7 payment -40 auto return_of_known_line"]),
        ("60.00  PAY-112233  return  -", ["a 3300 ledger_account 60 auto return_of_known_line"]),
        ("-61.00  E2E-445566  return  -", ["a: return_unmatched"]),
        ("40.00  RE-0907  -  -", ["a: possible_duplicate"]),
        ("30.00  RE-0907  -  -", ["a: item_closed"]),
        ("15.00  -  -  DE77", ["a 8 payment 15 auto payer_amount"]),
    ],
    ids=[
        "return",
        "return of our own transfer",
        "return of another amount",
        "paid twice",
        "closed",
        "payer learned from history",
    ],
)
def test_history(line: str, expected: list[str]) -> None:
    rows = lines(f"line_id  booked_on  amount  end_to_end_id  kind  counterparty_account\na  10-01  {line}")
    result = match(rows, items("item_id  document_no  amount  customer_id\n8  RE-1008  15.00  K7"), history=HISTORY)
    assert told(result) == expected


def test_a_line_that_history_explains_is_not_matched_again() -> None:
    rows = lines("line_id  booked_on  amount  end_to_end_id\nold  09-20  40.00  E2E-445566")
    result = match(rows, OPEN_ITEMS.empty(), history=HISTORY)
    assert told(result) == []


@pytest.mark.parametrize(
    ("ceilings", "expected"),
    [
        (Ceilings(per_match=Amounts(EUR=1500)), ["a: auto", "b: over_ceiling", "c: auto"]),
        (Ceilings(per_match=Amounts(CHF=1500)), ["a: over_ceiling", "b: over_ceiling", "c: over_ceiling"]),
        (Ceilings(per_run=Amounts(EUR=2500)), ["a: auto", "b: over_ceiling", "c: auto"]),
    ],
    ids=["per match", "currency not named", "per run"],
)
def test_ceilings(ceilings: Ceilings, expected: list[str]) -> None:
    rows = lines(
        "line_id  booked_on  amount  remittance\na  10-01  10.00  RE-1001\nb  10-02  20.00  RE-1002\nc  10-03  15.00  RE-1003"
    )
    both = items("item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  20.00\n3  RE-1003  15.00")
    result = match(rows, both, Policy(ceilings=ceilings))
    found = dict(zip(result.allocations["line_id"], result.allocations["status"], strict=True))
    found |= dict(zip(result.breaks["id"], result.breaks["reason"], strict=True))
    assert sorted(f"{line}: {what}" for line, what in found.items()) == expected
    assert check_laws(rows, both, result.allocations, result.breaks) == []


def test_a_rule_below_the_floor_only_proposes() -> None:
    policy = Policy()
    strict = Policy(matching=type(policy.matching)(floor=0.9999))
    rows = lines("line_id  booked_on  amount  remittance\na  10-01  10.00  RE-1001")
    result = match(rows, items("item_id  document_no  amount\n1  RE-1001  10.00"), strict)
    assert told(result) == ["a 1 payment 10 proposed reference_exact", "a: proposed"]
    assert "With a floor of 99.99% a person decides every match" in result.breaks["detail"][0]


def test_an_ambiguous_line_has_its_alternatives() -> None:
    rows = lines("line_id  booked_on  amount  counterparty_account\na  10-01  10.00  DE99")
    both = items(
        "item_id  document_no  amount  customer_id  customer_account\n1  RE-1001  10.00  K1  DE99\n2  RE-1002  10.00  K1  DE99"
    )
    result = match(rows, both)
    chosen = result.allocations["item_id"].tolist()
    assert result.alternatives["status"].unique().tolist() == ["proposed"]
    best = result.alternatives[result.alternatives["rank"] == 1]
    assert sorted([*chosen, *best["item_id"]]) == ["1", "2"]
    assert result.breaks["detail"][0].startswith("A tie: ")


def test_explain_names_amount_document_rule_and_evidence() -> None:
    rows = lines("line_id  booked_on  amount  remittance\na  10-01  10.00  zu re 1001")
    result = match(rows, items("item_id  document_no  amount\n1  RE-1001  10.00"))
    found = result.explain(result.allocations["match_id"][0])
    assert found.sentence.startswith("10.00 EUR payment 1: reference exact, right with a probability of")
    assert "reference number, written otherwise (RE 1001)" in found.sentence or "reference number (RE 1001)" in found.sentence
    assert {"reference", "amount", "payer", "date", "prior"} <= set(found.evidence["feature"])
    assert found.evidence["log_odds"].sum() > 4
    with pytest.raises(ParameterError, match="match_id of an allocation"):
        result.explain("nothing")


def test_an_item_given_twice_is_refused() -> None:
    twice = items("item_id  document_no  amount  snapshot_on\n1  RE-1001  10.00  08-31\n1  RE-1001  10.00  09-30")
    with pytest.raises(TableError, match="one row per item"):
        match(BANK_LINES.empty(), twice)


def test_a_model_is_refused_rather_than_ignored() -> None:
    with pytest.raises(ParameterError, match="a trained model, or None"):
        match(BANK_LINES.empty(), OPEN_ITEMS.empty(), model=object())


def test_arguments_of_another_type_are_refused_all_at_once() -> None:
    with pytest.raises(ParameterError) as refused:
        match([1], OPEN_ITEMS.empty(), policy={}, history=(1, 2), as_of="2026-10-01")  # type: ignore[arg-type]
    for told in ("a pandas DataFrame", "a Policy, or None", "a History, or None", "a date, or None"):
        assert told in str(refused.value)


def test_nothing_gives_empty_tables() -> None:
    result = match(BANK_LINES.empty(), OPEN_ITEMS.empty())
    assert [len(t) for t in (result.allocations, result.alternatives, result.breaks, result.evidence)] == [0, 0, 0, 0]


_AMOUNTS = st.sampled_from([1000, 2000, 3000, 980, -500])


@st.composite
def _books(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    n_items, n_lines = draw(st.integers(10, 25)), draw(st.integers(20, 60))
    documents = [f"RE-{1000 + n % 9}" for n in range(n_items)]
    amounts = [draw(_AMOUNTS) for _ in range(n_items)]
    left = [draw(st.sampled_from([amount, amount, amount // 2])) for amount in amounts]
    customers = [draw(st.sampled_from(["K1", "K2", None])) for _ in range(n_items)]
    both = OPEN_ITEMS.frame(
        {
            "item_id": [f"i{n}" for n in range(n_items)], "kind": ["invoice"] * n_items, "document_no": documents,
            "customer_id": customers, "customer_account": [c and f"DE{c}" for c in customers],
            "issued_on": [date(2026, 9, 1)] * n_items, "amount": amounts, "open_amount": left, "currency": ["EUR"] * n_items,
            "discount_on": [date(2026, 10, 5)] * n_items, "discount_amount": [a // 50 for a in amounts],
        }
    )  # fmt: skip
    quoted = [draw(st.lists(st.sampled_from([*documents, "danke"]), max_size=3)) for _ in range(n_lines)]
    rows = BANK_LINES.frame(
        {
            "line_id": [f"l{n}" for n in range(n_lines)],
            "booked_on": [date(2026, 10, draw(st.integers(1, 9))) for _ in range(n_lines)],
            "amount": [draw(st.sampled_from([*amounts, *left, 980, 1500, -1000, 4000])) for _ in range(n_lines)],
            "currency": [draw(st.sampled_from(["EUR", "EUR", "EUR", "CHF"])) for _ in range(n_lines)],
            "remittance": [" ".join(words) or None for words in quoted],
            "counterparty_account": [draw(st.sampled_from(["DEK1", None])) for _ in range(n_lines)],
            "end_to_end_id": [draw(st.sampled_from(["E2E-100001", "E2E-100002", None])) for _ in range(n_lines)],
            "kind": [draw(st.sampled_from([None, None, "return"])) for _ in range(n_lines)],
        }
    )
    return rows, both


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_books(), st.integers(0, 1000))
def test_laws_and_row_order(books: tuple[pd.DataFrame, pd.DataFrame], seed: int) -> None:
    rows, both = books
    result = match(rows, both)
    assert check_laws(rows, both, result.allocations, result.breaks) == []
    explained = set(result.allocations.loc[result.allocations["status"] == "auto", "line_id"])
    assert explained | set(result.breaks["id"]) == set(rows["line_id"]), "every line is explained or has its break"
    assert not explained & set(result.breaks["id"])
    again = match(rows.sample(frac=1, random_state=seed), both.sample(frac=1, random_state=seed))
    for name in ("allocations", "alternatives", "breaks", "evidence"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name))
