"""Deductions: what a payer's text says was taken off is the reason of the break."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.matching import match
from recon_kit.matching.decision.deducted import _HEAD, _forms, _words, deducted
from recon_kit.report.words import Words
from recon_kit.sentences import told
from recon_kit.tables import REASONS
from tests.matching.test_match import items, lines

ENTRIES: dict[str, dict[str, str]] = tomllib.loads(
    files("recon_kit.matching.decision").joinpath("deducted.toml").read_text("utf-8")
)
CODES = [code for code in ENTRIES if code != "less"]


def found(text: str | None, missing: int = 1200, charges: int = 5000) -> str | None:
    said = deducted(text, missing, "EUR", charges)
    return said and said.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("RE 4711 abzgl. Transportschaden", "damaged_goods"),
        ("merce danneggiata", "damaged_goods"),
        ("short delivery PO 88", "short_delivery"),
        ("tekort levering", "short_delivery"),
        ("Kürzung Preisdifferenz", "price_difference"),
        ("ecart de prix deduit", "price_difference"),
        ("różnica ceny", "price_difference"),
        ("menos devolución", "returned_goods"),
        ("abzgl. Retoure", "returned_goods"),
        ("Abzug Frachtkosten", "freight_deducted"),
        ("less promo allowance", "bonus_deducted"),
        ("RFA 3%", "bonus_deducted"),
        ("Sicherheitseinbehalt 5 %", "retention"),
        ("frais bancaires", "charges_deducted"),
        ("abz. Gutschrift folgt", "credit_expected"),
        ("minus kreditnota 88", "credit_expected"),
        ("Abzug lt. Tel.", None),
        ("Rechnung 4711", None),
        ("", None),
        (None, None),
    ],
)
def test_a_text_names_its_reason(text, reason):
    assert found(text) == reason


@pytest.mark.parametrize(
    "text", ["Rücksendung", "RÜCKSENDUNG", "ruecksendung", "Rucksendung", "Ru\N{COMBINING DIAERESIS}cksendung"]
)
def test_capitals_and_accents_do_not_matter(text):
    assert found(f"1 {text} 2") == "returned_goods"


@pytest.mark.parametrize("text", ["abzgl. Bruchsal", "less Bonuswelt", "minus Fresolution", "Zubruchware", "less 3% portesa"])
def test_a_word_within_another_word_is_not_meant(text):
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Fracht Oktober", None),
        ("abzgl. Fracht Oktober", "freight_deducted"),
        ("Fracht 12,00", "freight_deducted"),
        ("Fracht 112,00", None),
        ("SEPA Gutschrift RE 4711", None),
        ("abzgl. Skonto, vielen Dank, Spedition Fracht", None),
    ],
)
def test_a_word_that_texts_have_anyway_needs_one_that_deducts_or_the_missing_amount(text, reason):
    assert found(text) == reason


@pytest.mark.parametrize(("missing", "reason"), [(5000, "charges_deducted"), (5001, None)])
def test_bank_charges_are_little(missing, reason):
    assert found("less charges", missing) == reason


def test_the_most_specific_reason_comes_first_and_in_the_payers_own_words():
    said = deducted("abzgl. Gutschrift Retoure\nTransportsch\u00e4den  12,00", 1200, "EUR", 0)
    assert (said.reason, said.words) == ("damaged_goods", "Transportschäden")


def test_a_word_that_the_line_breaks_is_still_read():
    assert deducted("RE 4711 abzgl. Retou\nre", 1200, "EUR", 0).words == "Retoure"


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_reason_and_words_in_each_language(code):
    assert code in REASONS
    assert {"de", "en", "fr", "nl", "it", "es", "pl", "sv", "da"} <= set(ENTRIES[code])


@pytest.mark.parametrize("code", [*CODES, "less"])
def test_each_entry_is_found_as_itself(code):
    for entry in "|".join(ENTRIES[code].values()).split("|"):
        word = re.sub(r"[*?]", "", entry)
        assert not entry.rstrip("?").endswith("*") or len(word.split()[0]) >= _HEAD or " " in word or code == "less", entry
        hits = _words().less if code == "less" else _words().beside[code] if entry.endswith("?") else _words().sure[code]
        assert all(hits.search(re.sub(r"[*?]", "", form)) for form in _forms(entry)), entry
        assert code == "less" or found(f"less {word}"), entry


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_text_is_read_and_what_is_quoted_stands_in_it(text):
    said = deducted(f"{text} abzgl. Rücksendung {text}", 1200, "EUR", 0)
    assert said is not None
    assert (
        said.words in " ".join(f"{text} abzgl. Rücksendung {text}".replace("\r", "").replace("\n", "").split()) or "\n" in text
    )


def broken(text: str, paid: str = "88.00", **item: Any) -> list[dict[str, Any]]:
    result = match(
        lines(f"line_id  booked_on  amount  remittance\na  10-01  {paid}  {text}"),
        items("item_id  document_no  amount\n1  RE-2026-08123  100.00", **item),
    )
    return result.breaks.to_dict("records")


@pytest.mark.parametrize(
    ("paid", "text", "reasons"),
    [
        ("88.00", "RE-2026-08123 abzgl. Gutschrift Transportschaden 12,00", ["damaged_goods"]),
        ("60.00", "RE-2026-08123 abzgl. Retoure", ["returned_goods"]),
        ("60.00", "RE-2026-08123", []),
        ("60.00", "RE-2026-08123 Rate 1", []),
        ("60.00", "RE-2026-08123 Rate 1 Gebühr", []),
        ("95.00", "RE-2026-08123", ["short_payment"]),
        ("95.00", "RE-2026-08123 less shortage", ["short_delivery"]),
        ("95.00", "RE-2026-08123 abzgl. Gebühren", ["charges_deducted"]),
    ],
)
def test_what_is_left_open_is_asked_about_if_it_is_little_or_its_text_says_why(paid, text, reasons):
    assert [row["reason"] for row in broken(text, paid)] == reasons


def test_the_sentence_quotes_the_payer_in_both_languages():
    (row,) = broken("RE-2026-08123 abzgl. Transportschaden")
    assert row["detail"].endswith("12.00 EUR less: damaged goods, says the text (Transportschaden).")
    german = told(row["facts"], Words("de")).replace("\N{NO-BREAK SPACE}", " ")
    assert german.endswith("12,00 EUR weniger: beschädigte Ware, sagt der Text (Transportschaden).")


def test_a_proposal_says_it_too():
    result = match(
        lines("line_id  booked_on  amount  counterparty_name  remittance\na  10-01  10.00  Meier AG  abzgl. Bruch"),
        items("item_id  document_no  amount  customer_name\n1  RE-1001  12.00  MEIER AG"),
    )
    assert result.breaks["reason"].tolist() == ["damaged_goods"]
    assert "2.00 EUR less: damaged goods, says the text (Bruch)" in result.breaks["detail"][0]
