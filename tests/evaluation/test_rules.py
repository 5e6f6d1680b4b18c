"""Rules on past months: coverage, what each decided, how often rightly; dead and overlapping ones by name."""

import pandas as pd
import pytest

from recon_kit.evaluation import evaluate, rules_measured
from recon_kit.matching import match_with_rules
from recon_kit.policy import Matching, Policy, Rule, Rules
from tests.matching.test_instructions import ITEMS, LINES

RULES = Rules(
    (
        Rule("ok", "accept", amount=("exact",)),
        Rule("known", "accept", payer=("same_name",)),
        Rule("thanks", "propose", text=("Dank",)),
        Rule("rent", "ledger_account", gl_account="6310", text=("Miete",)),
        Rule("later rent", "ledger_account", gl_account="6311", text=("Miete Oktober",)),
        Rule("leave", "never", text=("Irrläufer",)),
    )
)
OTHERS = pd.DataFrame(
    {
        "line_id": ["rent", "astray", "old"],
        "booked_on": pd.to_datetime(["2026-09-03", "2026-10-04", "2026-06-30"]),
        "amount": [-50_000, 700, -50_000],
        "remittance": ["Miete Oktober", "Irrläufer", "Miete Juni"],
        "currency": "EUR",
    }
)
TRUTH = pd.DataFrame(
    [("named", "1", 10_000, "payment", None), ("two", "4", 7_500, "payment", None),
     ("rent", None, -50_000, "ledger_account", "6310"), ("old", None, -50_000, "ledger_account", "9999")],
    columns=["line_id", "item_id", "allocated", "kind", "gl_account"],
)  # fmt: skip


@pytest.fixture(scope="module")
def measured():
    lines = pd.concat([LINES, OTHERS], ignore_index=True).astype({"booked_on": "datetime64[s]"})
    result, fits = match_with_rules(lines, ITEMS, Policy(rules=RULES, matching=Matching(floor=1.0)))
    return rules_measured(RULES, fits, lines, evaluate(result, TRUTH).lines, last=2)


def row(measured, rule, month):
    months = measured.months
    return months[months["rule"].eq(rule) & months["month"].eq(month)].iloc[0]


@pytest.mark.parametrize(
    ("rule", "month", "fits", "decided", "judged", "right"),
    [
        ("ok", "2026-10", 2, 2, 2, 1),
        ("known", "2026-10", 1, 0, 1, 1),
        ("thanks", "2026-10", 1, 0, 1, 1),
        ("rent", "2026-09", 1, 1, 1, 1),
        ("rent", "2026-06", 1, 1, 1, 0),
        ("rent", "all", 1, 1, 1, 1),
        ("later rent", "2026-09", 1, 0, 0, 0),
        ("leave", "2026-10", 1, 1, 0, 0),
    ],
)
def test_each_rule_and_month(measured, rule, month, fits, decided, judged, right):
    found = row(measured, rule, month)
    assert [found[name] for name in ("n_fits", "n_decided", "n_judged", "n_right")] == [fits, decided, judged, right]


def test_coverage_is_of_the_months_lines_and_precision_has_its_wilson_interval(measured):
    found = row(measured, "ok", "2026-10")
    assert (found["n_lines"], found["coverage"], found["precision"]) == (4, 0.5, 0.5)
    assert (round(found["lower95"], 4), round(found["upper95"], 4)) == (0.0945, 0.9055)
    assert pd.isna(row(measured, "leave", "2026-10")["precision"])


def test_rules_that_fit_the_same_lines_are_named_and_whether_the_later_ever_decides(measured):
    found = [tuple(pair) for pair in measured.overlaps.itertuples(index=False)]
    assert found == [
        ("ok", "known", 1, 1, True),
        ("ok", "thanks", 1, 1, True),
        ("known", "thanks", 1, 1, True),
        ("rent", "later rent", 1, 1, True),
    ]


def test_dead_is_what_fits_nothing_in_the_last_months():
    rules = Rules((Rule("june", "never", text=("Juni",)), Rule("typo", "accept", customer=("C99",))))
    result, fits = match_with_rules(OTHERS, ITEMS, Policy(rules=rules))
    judged = evaluate(result, TRUTH).lines
    assert rules_measured(rules, fits, OTHERS, judged, last=4).dead == ("june", "typo")
    assert rules_measured(rules, fits, OTHERS, judged, last=5).dead == ("typo",)


def test_no_rules_and_no_lines_measure_nothing():
    result, fits = match_with_rules(OTHERS[:0], ITEMS, Policy(rules=RULES))
    found = rules_measured(RULES, fits, OTHERS[:0], evaluate(result, TRUTH).lines)
    assert len(found.dead) == len(RULES.rule)
    assert found.overlaps.empty
    result, fits = match_with_rules(OTHERS, ITEMS, Policy())
    assert rules_measured(Rules(), fits, OTHERS, evaluate(result, TRUTH).lines).months.empty
