"""The reason of a match in words: every level that the engine can find has its clause, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import recon_kit.matching.rules
from recon_kit.matching.decision.evidence import LEVELS
from recon_kit.report.because import clause, key_of, sentence_of
from recon_kit.report.words import Words

EN, DE = Words("en"), Words("de")
UNSAID = ("prior", "score")
SOURCES = Path(recon_kit.matching.rules.__path__[0]).glob("*.py")


def of_rules() -> Iterator[tuple[str, str]]:
    """(feature, level) of every piece of evidence that the rules' source names."""
    calls = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "Seen" and isinstance(call.args[0], ast.Constant):
            texts = [node.value for node in ast.walk(call.args[1]) if isinstance(node, ast.Constant)]
            yield from ((str(call.args[0].value), text) for text in texts if isinstance(text, str))


OF_EXCHANGES = [
    *(("reference", level) for level in ("quoted", "partly", "missing")),
    *(("amount", level) for level in ("instructed", "instructed at the printed rate", "at the printed rate")),
    ("amount", "at the rate of the day"),
]
OF_RULES = [*of_rules(), *OF_EXCHANGES]


def row(feature: str, level: str, value: str | None = None) -> dict[str, str | None]:
    return {"feature": feature, "level": level, "value": value}


def test_the_rules_levels_are_found_in_their_source() -> None:
    assert {("original line", "exact"), ("return reason", "missing"), ("other account", "by name")} <= set(OF_RULES)


@pytest.mark.parametrize(
    ("feature", "level"),
    [*((kind, level) for kind, levels in LEVELS.items() if kind not in UNSAID for level in levels), *OF_RULES],
)
def test_each_level_has_its_words(feature: str, level: str) -> None:
    if feature == "date" or (feature, level) in [("amount", "any"), ("other open documents", "not asked")]:
        return
    assert EN.has(key_of(feature, level)), key_of(feature, level)


def test_a_match_of_the_model_is_told_in_one_sentence() -> None:
    rows = [
        row("amount", "the set sums to the line", "3 documents"), row("date", "after it was due", "46 days"),
        row("other open documents", "left open", "1 document"), row("payer", "account by the ledger", "Meier AG"),
        row("prior", "before any evidence"), row("reference", "shortened", "10421, 436"),
        row("rivals", "no other set fits"), row("score", "together", "7.1"),
    ]  # fmt: skip
    assert sentence_of(EN, rows) == (
        "The text lists all 3 numbers, some shortened, such as 10421, 436; the 3 documents come to exactly this amount; "
        "the account is the customer's by the ledger; paid 46 days after it was due; 1 older document stays open; nothing else "
        "fits."
    )
    assert sentence_of(DE, rows) == (
        "Der Text zählt alle 3 Nummern auf, manche gekürzt, etwa 10421, 436; die 3 Belege ergeben genau diesen Betrag; das "
        "Konto ist laut Hauptbuch das des Kunden; gezahlt 46 Tage nach Fälligkeit; 1 älterer Beleg bleibt offen; sonst passt "
        "nichts."
    )


def test_a_return_is_told_with_day_and_amount_as_the_reader_writes_them() -> None:
    rows = [row("original line", "exact", "2026-10-22 50,247.62 EUR"), row("return reason", "given", "AC04")]
    assert sentence_of(DE, rows).replace("\N{NO-BREAK SPACE}", " ") == (
        "Sie nimmt die Zahlung vom 22.10.2026, 50.247,62 EUR zurück; die Bank nennt den Grund AC04."
    )


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("-7 days", "paid 7 days before it was due"),
        ("0 days", "paid on the day it was due"),
        ("1 day", "paid 1 day after it was due"),
    ],
)
def test_days_are_said_by_their_sign(days: str, told: str) -> None:
    assert clause(EN, "date", "about when it was due", days) == told


def test_a_rule_of_the_company_is_named_with_its_note() -> None:
    assert clause(EN, "rule of the company", "fits", "Coins for the tills.", rule="change") == (
        "the company's rule “change” fits the line (Coins for the tills)"
    )
    assert clause(DE, "rule of the company", "fits", "ledger account 3300", rule="Lohn & Gehalt") == (
        "die Regel „Lohn & Gehalt“ des Unternehmens passt auf den Umsatz"
    )


def test_accounts_are_hidden_in_part() -> None:
    assert "5320" not in clause(EN, "other account", "own", "DE89370400440532013000")


def test_hostile_text_stays_text() -> None:
    assert clause(EN, "reference", "number", "<b>{n}|x") == "the text quotes its number, <b>{n}|x"


def test_a_payment_in_another_currency_is_told_with_its_rate() -> None:
    rows = [
        row("reference", "quoted", "GB-104"), row("amount", "instructed at the printed rate", "1,190.00 GBP"),
        row("rate", "printed", "1.1522"),
    ]  # fmt: skip
    assert sentence_of(DE, rows) == (
        "Der Text nennt GB-104; der beauftragte Betrag ist genau der offene, in der Währung des Belegs; der Kurs der Bank ist "
        "1,1522."
    )


def test_the_payments_that_taught_a_payer_are_told_with_their_days() -> None:
    value = "RE-7938 2026-10-12; RE-2026-10-05 2026-10-05"
    told = f"so did the payments of RE-7938 {EN.day('2026-10-12')}, RE-2026-10-05 {EN.day('2026-10-05')}"
    assert clause(EN, "proof", "other payments", value) == told
