"""Equal documents that nothing tells apart: asked about, or paid oldest first if the policy says so; never given twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import PolicyError
from recon_kit.matching import MatchResult, check_laws, match
from recon_kit.policy import Matching, Policy, Rule, Rules, load_policy
from recon_kit.tables import BANK_LINES, OPEN_ITEMS
from tests.frames import frame

OLDEST = Policy(matching=Matching(ties="oldest"))
SAME: dict[str, Any] = {"currency": "EUR", "kind": "invoice", "customer_id": "C1", "customer_name": "Bergtal Sport GmbH",
                        "customer_account": "DE99"}  # fmt: skip
RENT = """
item_id  document_no  issued_on   due_on      amount  open_amount
1        88131        2026-08-01  2026-08-15  500.00  500.00
2        88132        2026-08-01  2026-08-15  500.00  500.00
3        88133        2026-08-01  2026-08-15  500.00  500.00
"""


def paid(*days: str, policy: Policy = OLDEST, text: str = "-", items: str = RENT) -> MatchResult:
    rows = "\n".join(f"{chr(97 + at)}  2026-{day}  500.00  {text}" for at, day in enumerate(days))
    lines = frame(
        BANK_LINES, f"line_id  booked_on  amount  remittance\n{rows}", currency="EUR", account="DE1",
        counterparty_name="Bergtal Sport GmbH", counterparty_account="DE99",
    )  # fmt: skip
    return match(lines, frame(OPEN_ITEMS, items, **SAME), policy)


def pairs(result: MatchResult) -> list[str]:
    rows = result.allocations
    told = (rows["line_id"] + " " + rows["item_id"] + " " + rows["status"] + " " + rows["basis"]).tolist()
    return sorted(told) + sorted(result.breaks["reason"])


def test_it_is_asked_unless_the_policy_says_otherwise() -> None:
    result = paid("08-15", policy=Policy())
    assert set(result.allocations["status"]) == {"proposed"} and result.breaks["reason"].tolist() == ["ambiguous"]
    assert pairs(paid("08-15")) == ["a 1 auto model:oldest_of_equals"]


def test_the_older_payment_takes_the_older_document() -> None:
    older = RENT.replace("1        88131        2026-08-01  2026-08-15", "1        88131        2026-08-03  2026-08-17")
    policy = replace(OLDEST, matching=Matching(ties="oldest", floor=0.99))
    found = paid("08-17", "08-15", items=older, policy=policy)
    assert pairs(found) == ["a 3 auto model:oldest_of_equals", "b 2 auto model:oldest_of_equals"]


def test_what_a_text_names_is_paid_and_no_other() -> None:
    result = paid("08-15", text="invoice 88132")
    assert pairs(result) == ["a 2 auto model:reference_exact"]


def test_more_payments_than_documents_leave_one_open() -> None:
    result = paid("08-15", "08-16", "08-17", "08-18")
    assert sorted(result.allocations["item_id"].dropna()) == ["1", "2", "3"]
    assert "d" not in set(result.allocations["line_id"].dropna()) and "d" in set(result.breaks["id"])


def test_a_rule_may_accept_what_the_model_is_not_sure_enough_of() -> None:
    accept = Rules((Rule(name="rent", then="accept", pattern=("oldest_of_equals",)),))
    rows = paid("08-15", "08-16", policy=replace(OLDEST, rules=accept)).allocations
    assert (rows["line_id"] + rows["item_id"] + rows["status"]).tolist() == ["a1auto", "b2auto"]


def test_a_rest_that_only_the_amount_speaks_for_stays_a_question() -> None:
    rows = frame(BANK_LINES, "line_id  booked_on  amount\na  2026-08-15  500.00", currency="EUR", account="DE1")
    result = match(rows, frame(OPEN_ITEMS, RENT, **SAME), OLDEST)
    assert "auto" not in set(result.allocations["status"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([500_00, 700_00])), min_size=1, max_size=8), st.integers(1, 8))
def test_laws_hold_and_no_document_is_given_twice(payments: list[tuple[int, int]], n_items: int) -> None:
    first = date(2026, 8, 15).toordinal()
    lines = BANK_LINES.frame({
        "line_id": [f"l{at}" for at in range(len(payments))], "account": ["DE1"] * len(payments),
        "booked_on": [date.fromordinal(first + day) for day, _ in payments], "amount": [amount for _, amount in payments],
        "currency": ["EUR"] * len(payments), "counterparty_name": ["Bergtal Sport GmbH"] * len(payments),
        "counterparty_account": ["DE99"] * len(payments),
    })  # fmt: skip
    items = OPEN_ITEMS.frame({
        "item_id": [f"i{at}" for at in range(n_items)], "document_no": [str(88_131 + at) for at in range(n_items)],
        "issued_on": [date(2026, 8, 1)] * n_items, "due_on": [date(2026, 8, 15)] * n_items,
        "amount": [500_00 if at % 3 else 700_00 for at in range(n_items)],
        "open_amount": [500_00 if at % 3 else 700_00 for at in range(n_items)],
        **{name: [value] * n_items for name, value in SAME.items()},
    })  # fmt: skip
    result = match(lines, items, OLDEST)
    assert not check_laws(lines, items, result.allocations, result.breaks)
    taken = result.allocations.loc[result.allocations["status"] == "auto", "item_id"].dropna()
    assert taken.is_unique


@pytest.mark.parametrize("wrong", ["newest", "Oldest"])
def test_another_word_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "recon.toml").write_text(f'[matching]\nties = "{wrong}"\n')
    with pytest.raises(PolicyError, match=r"matching.ties is .*, expected one of ask, oldest"):
        load_policy(tmp_path)
