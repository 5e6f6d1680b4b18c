"""Rules of the company on the evidence of the set that the model chose: accept, propose, never; the first that fits decides."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import numpy as np
import pytest

from recon_kit.matching import MatchResult, check_laws, match
from recon_kit.matching.decision import instructions
from recon_kit.matching.decision.patterns import PATTERNS
from recon_kit.matching.sets.families import HOW
from recon_kit.policy import Amounts, Ceilings, Matching, Pattern, Policy, Rule, Rules
from recon_kit.policy.rules import Amount, Payer, Reference
from recon_kit.tables import BANK_LINES, OPEN_ITEMS
from tests.frames import frame

LINES = frame(
    BANK_LINES,
    """
    line_id  booked_on  amount  remittance       counterparty_name
    named    10-01      100.00  vielen Dank      Anna Berger
    short    10-01      19.00   RE-1003          Otto Klein
    two      10-01      75.00   RE-1004 RE-1005  Emil Stein
    """,
    currency="EUR",
)
ITEMS = frame(
    OPEN_ITEMS,
    """
    item_id  document_no  customer_id  customer_name  amount  open_amount
    1        RE-1001      C1           Anna Berger    100.00  100.00
    2        RE-1002      C1           Anna Berger    70.00   70.00
    3        RE-1003      C2           Otto Klein     20.00   20.00
    4        RE-1004      C3           Emil Stein     45.00   45.00
    5        RE-1005      C3           Emil Stein     30.00   30.00
    """,
    currency="EUR",
    kind="invoice",
    issued_on=date(2026, 9, 10),
    due_on=date(2026, 9, 24),
)
UNSURE = Matching(floor=1.0)
"""No set is so sure: without a rule nothing is automatic."""


def run(*rules: Rule, matching: Matching = UNSURE, **policy: Any) -> MatchResult:
    return match(LINES, ITEMS, Policy(rules=Rules(rules), matching=matching, **policy))


def automatic(result: MatchResult) -> dict[str, str]:
    """Basis of what is automatic, by line."""
    rows = result.allocations[result.allocations["status"] == "auto"]
    return dict(zip(rows["line_id"], rows["basis"], strict=True))


def reasons(result: MatchResult) -> dict[str, str]:
    """Why a line is open or asked about."""
    rows = result.breaks[result.breaks["side"] == "bank_line"]
    return dict(zip(rows["id"], rows["reason"], strict=True))


def test_without_rules_nothing_is_automatic_above_what_was_measured() -> None:
    assert automatic(run()) == {}


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"pattern": ("payer_amount",)}, {"named"}),
        ({"pattern": ("short_payment", "quoted_group")}, {"short", "two"}),
        ({"reference": ("number",)}, {"short", "two"}),
        ({"reference": ("missing",)}, {"named"}),
        ({"payer": ("same_name",)}, {"named"}),
        ({"amount": ("exact",)}, {"named", "two"}),
        ({"amount": ("short",)}, {"short"}),
        ({"customer": ("C1", "C3")}, {"named", "two"}),
        ({"documents_at_most": 1}, {"named", "short"}),
        ({"documents_at_most": 1, "reference": ("number",)}, {"short"}),
        ({"counterparty": ("Anna *",)}, {"named"}),
        ({"amount": ("exact",), "text": ("Dank",)}, {"named"}),
        ({"customer": ("C9",)}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)  # fmt: skip
def test_accept_makes_automatic_just_what_fits_with_the_models_own_probability(
    condition: dict[str, Any], fits: set[str]
) -> None:
    result, before = run(Rule("ok", "accept", **condition)), run().allocations
    assert automatic(result) == dict.fromkeys(fits, "rule:ok")
    assert np.array_equal(result.allocations["probability"], before["probability"])
    assert check_laws(LINES, ITEMS, result.allocations, result.breaks) == []


def test_what_the_model_is_sure_of_stays_its_own() -> None:
    found = automatic(run(Rule("ok", "accept", amount=("exact", "short")), matching=Matching()))
    assert found and all(basis.startswith("model:") for basis in found.values())


def test_accept_keeps_to_the_ceilings() -> None:
    result = run(Rule("ok", "accept", amount=("exact",)), ceilings=Ceilings(per_match=Amounts(EUR=8_000)))
    assert automatic(result) == {"two": "rule:ok"}
    assert reasons(result)["named"] == "over_ceiling"


def test_accept_never_takes_one_of_two_that_are_alike() -> None:
    both = ITEMS[:2].assign(amount=10_000, open_amount=10_000)
    line = LINES[LINES["line_id"] == "named"]
    result = match(line, both, Policy(rules=Rules((Rule("ok", "accept", payer=("same_name",)),)), matching=UNSURE))
    assert automatic(result) == {}
    assert reasons(result) == {"named": "ambiguous"}


def test_propose_asks_about_what_the_model_is_sure_of_and_names_itself() -> None:
    result = run(Rule("ask", "propose", reference=("missing",)), matching=Matching())
    assert set(automatic(result)) == {"short", "two"}
    assert reasons(result) == {"named": "proposed"}
    said = result.breaks.set_index("id")["detail"]
    assert "the rule “ask” wants a person to see it" in said["named"]


def test_never_leaves_the_line_open_and_its_documents_to_others() -> None:
    result = run(Rule("hands off", "never", customer=("C1",)), matching=Matching())
    assert set(result.allocations["line_id"]) == {"short", "two"}
    assert reasons(result) == {"named": "never"}
    assert "the rule “hands off” leaves this to a person" in result.breaks.set_index("id")["detail"]["named"]
    assert check_laws(LINES, ITEMS, result.allocations, result.breaks) == []


@pytest.mark.parametrize(
    ("first", "second", "accepted"),
    [
        (Rule("ask", "propose", payer=("same_name",)), Rule("ok", "accept", amount=("exact",)), {"two"}),
        (Rule("ok", "accept", amount=("exact",)), Rule("ask", "propose", payer=("same_name",)), {"named", "two"}),
        (Rule("ask", "propose", text=("Dank",)), Rule("ok", "accept", amount=("exact",)), {"two"}),
        (Rule("ok", "accept", amount=("exact",)), Rule("ask", "propose", text=("Dank",)), {"named", "two"}),
    ],
    ids=["evidence, ask first", "evidence, accept first", "line, ask first", "line, accept first"],
)
def test_the_first_that_fits_decides(first: Rule, second: Rule, accepted: set[str]) -> None:
    assert set(automatic(run(first, second))) == accepted


def test_an_accepted_match_is_explained_by_its_rule() -> None:
    result = run(Rule("ok", "accept", payer=("same_name",)))
    row = result.allocations[result.allocations["line_id"] == "named"].iloc[0]
    told = result.explain(row["match_id"]).sentence
    assert f"by rule ok (the company's instruction; the model gives it {row['probability']:.2%})" in told


def test_the_words_of_the_table_are_those_of_the_engine() -> None:
    assert get_args(Pattern) == PATTERNS
    assert set(get_args(Reference)) == set(instructions._REFERENCE)
    assert set(get_args(Payer)) == set(instructions._PAYER)
    assert set(get_args(Amount)) == set(instructions._AMOUNT)
    assert len(instructions._AMOUNT) == len(HOW)
