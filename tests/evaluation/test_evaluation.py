"""Runs against truth: what counts as right, what each measure is taken of, and that row order changes nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import ParameterError, TableError
from recon_kit.evaluation import evaluate
from recon_kit.matching import MatchResult, match
from recon_kit.simulate.feeds import feed
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE
from tests.frames import frame

ALLOCATED = frame(
    ALLOCATIONS,
    """
    match_id  line_id  item_id  gl_account  allocated  kind            status    basis      probability
    m1        a        1        -           10.00      payment         auto      rule:one   0.99
    m2        b        2        -           19.60      payment         auto      rule:one   0.98
    m2        b        2        -           0.40       discount        auto      rule:one   0.98
    m3        c        -        6310        -5.00      ledger_account  auto      rule:rent  0.97
    m4        d        3        -           7.00       payment         proposed  rule:two   0.40
    m6        f        6        -           1.00       payment         auto      rule:one   0.99
    m6        f        7        -           2.00       payment         auto      rule:one   0.99
    """,
    currency="EUR", effective_on=date(2026, 10, 1),
)  # fmt: skip
LEFT = frame(BREAKS, "id  reason  amount  detail\nd  proposed  7.00  x\ne  no_item  9.00  x", side="bank_line", currency="EUR")
RESULT = MatchResult(ALLOCATED, ALTERNATIVES.empty(), LEFT, EVIDENCE.empty())
ROWS = [
    ("a", "1", 1000, "payment", None, "exact"),
    ("b", "2", 1960, "payment", None, "discount"),
    ("c", None, -500, "ledger_account", "6320", "rent"),
    ("d", "4", 700, "payment", None, "exact"),
    ("e", "5", 900, "payment", None, "exact"),
    ("f", "6", 100, "payment", None, "netting"),
]
COLUMNS = ["line_id", "item_id", "allocated", "kind", "gl_account", "phenomenon"]
TRUTH = pd.DataFrame(ROWS, columns=COLUMNS)


def measure(evaluation, name, currency=None):
    rows = evaluation.measures()
    mine = rows["currency"].isna() if currency is None else rows["currency"].eq(currency)
    return rows[rows["measure"].eq(name) & mine].iloc[0]


def test_right_is_every_part_to_the_cent_and_exact_the_set_of_documents() -> None:
    found = evaluate(RESULT, TRUTH)
    assert found.rules[["basis", "status", "n", "right", "wrong", "exact"]].values.tolist() == [
        ["rule:one", "auto", 3, 1, 2, 2],
        ["rule:rent", "auto", 1, 0, 1, 0],
        ["rule:two", "proposed", 1, 0, 1, 0],
    ]
    assert found.wrong[["line_id", "exact"]].values.tolist() == [["b", True], ["c", False], ["f", False], ["d", False]]
    assert found.wrong["said"].tolist()[0] == "2 discount 40; 2 payment 1960"
    assert found.wrong["truth"].tolist()[1] == "ledger_account 6320 -500"


@pytest.mark.parametrize(("kind", "is_right"), [("fee", True), ("discount", True), ("on_account", False), ("payment", False)])
def test_a_deduction_that_nobody_granted_is_open_not_wrong(kind: str, is_right: bool) -> None:
    more = pd.DataFrame([("a", "1", 80, kind, None, "short")], columns=COLUMNS)
    lines = evaluate(RESULT, pd.concat([TRUTH, more], ignore_index=True)).lines.set_index("line_id")
    assert lines.loc["a", ["exact", "right", "ungranted"]].tolist() == [True, is_right, is_right]
    assert lines.loc["b", ["exact", "right", "ungranted"]].tolist() == [True, False, False]


def test_shares_are_of_lines_that_pay_documents() -> None:
    found = evaluate(RESULT, TRUTH)
    assert (found.n_lines, found.n_through, found.straight_through, found.exact) == (5, 2, 0.4, 0.4)
    false = measure(found, "false_automatic")
    assert (false["part"], false["of"]) == (2, 4)
    assert 0.5 < false["upper95"] < 0.9
    assert tuple(measure(found, "link_precision_automatic")[["part", "of"]]) == (3, 4)
    assert tuple(measure(found, "link_recall_automatic")[["part", "of"]]) == (3, 5)
    assert tuple(measure(found, "link_precision_decided")[["part", "of"]]) == (3, 5)


def test_money_is_counted_by_currency_in_whole_lines() -> None:
    found = evaluate(RESULT, TRUTH)
    assert found.by_currency.to_dict("records") == [
        {"currency": "EUR", "n_lines": 5, "n_automatic": 3, "n_through": 2, "n_false": 2,
         "amount": 1000 + 1960 + 700 + 900 + 300, "amount_automatic": 1000 + 1960 + 300,
         "amount_through": 1000 + 1960, "amount_false": 500 + 300}
    ]  # fmt: skip
    assert tuple(measure(found, "straight_through", "EUR")[["part", "of"]]) == (2960, 4860)
    assert tuple(measure(found, "false_automatic", "EUR")[["part", "of"]]) == (800, 3760)


def test_without_kinds_only_what_is_paid_to_items_counts() -> None:
    rows = pd.DataFrame([("b", "2", 1960), ("c", None, -500)], columns=["line_id", "item_id", "allocated"])
    found = evaluate(RESULT, rows)
    assert found.wrong.empty
    assert (found.n_lines, found.n_through) == (1, 1)


def test_lines_that_only_one_side_knows_are_not_judged_and_those_of_truth_counted() -> None:
    found = evaluate(RESULT, pd.DataFrame([*ROWS[:1], ("x", "9", 5, "payment", None, "exact")], columns=COLUMNS))
    assert found.rules["n"].tolist() == [1]
    assert found.n_unseen == 1
    assert "1 lines of the truth are not known to the run" in str(found)


def test_the_same_line_of_two_entities_is_two_lines() -> None:
    rows = pd.concat([ALLOCATED[:1].assign(entity="A"), ALLOCATED[:1].assign(entity="B", item_id="2")])
    truth = TRUTH[:1].assign(entity="A")
    found = evaluate(MatchResult(rows, ALTERNATIVES.empty(), LEFT, EVIDENCE.empty()), truth)
    assert found.lines[["entity", "exact"]].values.tolist() == [["A", True]]


def test_truth_without_its_columns_is_refused() -> None:
    with pytest.raises(TableError, match="a column allocated"):
        evaluate(RESULT, pd.DataFrame({"line_id": ["a"], "item_id": ["1"]}))


def test_recall_by_label() -> None:
    found = evaluate(RESULT, TRUTH).by("phenomenon").set_index("phenomenon")
    row = found.loc["exact"]
    assert row[["n", "n_pays", "automatic", "through", "false", "proposed", "exact", "left"]].tolist() == [
        3,
        3,
        1,
        1,
        0,
        1,
        1,
        1,
    ]
    assert row["recall"] == pytest.approx(1 / 3)
    assert np.isnan(found.loc["rent", "recall"])
    with pytest.raises(ParameterError, match="did you mean 'phenomenon'"):
        evaluate(RESULT, TRUTH).by("phenomena")


def test_calibration_holds_what_was_said_against_the_documents() -> None:
    found = evaluate(RESULT, TRUTH)
    assert found.calibration(n_bins=2)["n"].sum() == 5
    bins = found.calibration()
    assert found.ece == pytest.approx(sum(bins["n"] * (bins["said"] - bins["seen"]).abs()) / 5)


def test_the_frontier_counts_what_another_floor_would_let_through() -> None:
    found = evaluate(RESULT, TRUTH).frontier([0.3, 0.975])
    count = found[found["currency"].isna()]
    assert count[["floor", "n", "share", "n_false"]].values.tolist() == [[0.3, 5, 4 / 5, 3], [0.975, 3, 3 / 5, 1]]
    money = found[found["currency"].eq("EUR") & found["floor"].eq(0.975)].iloc[0]
    assert (money["amount"], money["amount_false"]) == (1000 + 1960 + 300, 300)
    assert money["amount_false_share"] < money["amount_false_upper95"] <= 1


def test_it_can_be_read() -> None:
    text = str(evaluate(RESULT, TRUTH))
    assert "straight through (automatic and exact)" in text
    assert "40.000%  2 of 5" in text
    assert "29.60 of 48.60" in text
    assert "<table" in evaluate(RESULT, TRUTH)._repr_html_()


def test_nothing_at_all_is_evaluated_too() -> None:
    empty = MatchResult(ALLOCATIONS.empty(), ALTERNATIVES.empty(), BREAKS.empty(), EVIDENCE.empty())
    found = evaluate(empty, TRUTH[:0])
    assert (found.n_lines, found.straight_through) == (0, 0.0)
    assert np.isnan(found.ece)
    assert found.frontier([0.9])["n"].tolist() == [0]
    assert "of nothing" in str(found)


@pytest.fixture(scope="module")
def company():
    made = feed("b2c", 400, 3, "test")
    return match(made.bank_lines, made.open_items), made.truth


def test_truth_itself_is_wholly_right(company) -> None:
    result, truth = company
    payments = truth[truth["kind"] == "payment"]
    said = ALLOCATIONS.frame({
        **{name: [None] * len(payments) for name in ("entity", "customer_id", "gl_account")},
        **{name: payments[name].tolist() for name in ("line_id", "item_id", "allocated", "currency", "kind")},
        "match_id": payments["line_id"].tolist(), "probability": [1.0] * len(payments), "status": ["auto"] * len(payments),
        "basis": ["truth"] * len(payments), "effective_on": [date(2026, 1, 1)] * len(payments),
    })  # fmt: skip
    found = evaluate(MatchResult(said, ALTERNATIVES.empty(), result.breaks, EVIDENCE.empty()), truth)
    assert found.straight_through == found.exact == 1.0
    assert measure(found, "false_automatic")["part"] == 0
    assert measure(found, "link_recall_automatic")["share"] == 1.0
    assert found.ece == 0


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_order_of_rows_changes_a_measure(company, seed: int) -> None:
    result, truth = company
    first = evaluate(result, truth)
    mixed = MatchResult(
        result.allocations.sample(frac=1, random_state=seed), result.alternatives,
        result.breaks.sample(frac=1, random_state=seed), result.evidence,
    )  # fmt: skip
    again = evaluate(mixed, truth.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(again.measures(), first.measures())
    pd.testing.assert_frame_equal(again.rules, first.rules)
    pd.testing.assert_frame_equal(again.by("phenomenon"), first.by("phenomenon"))
