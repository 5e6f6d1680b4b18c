"""Sentences: the same facts in either language, whatever names they carry."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.matching import measured
from recon_kit.report.words import Words
from recon_kit.sentences import _book, rule_name, sentence, told

SPACE = "\N{NO-BREAK SPACE}"
EN, DE = Words("en"), Words("de")
SENTENCES = _book()["sentence"]


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_says_the_same_values_in_both_languages(name):
    said = SENTENCES[name]
    assert set(said) == {"en", "de"}
    places = {language: sorted(re.findall(r"{[^}]*}", text)) for language, text in said.items()}
    optional = {language: sorted(re.findall(r"\[[^\]]*({[^}]*})", text)) for language, text in said.items()}
    assert places["en"] == places["de"]
    assert optional["en"] == optional["de"]


def test_amounts_and_days_are_written_as_the_reader_writes_them():
    made = sentence("overdue", amount=(-148730, "EUR"), due=date(2026, 8, 4), last=date(2026, 10, 31))
    assert str(made) == "−1,487.30 EUR expected by 2026-08-04, not on the account by 2026-10-31."
    assert told(made.facts, EN).replace(SPACE, " ").startswith("−1,487.30 EUR expected by 4 Aug 2026, not on")
    assert told(made.facts, DE).replace(SPACE, " ").startswith("−1.487,30 EUR erwartet bis 04.08.2026, bis 31.10.2026")


def test_what_is_not_known_falls_away():
    assert str(sentence("no_rule", amount=(100, "EUR"), name=None)) == ("1.00 EUR went out, and no rule says where it belongs.")


def test_a_value_that_the_sentence_needs_is_asked_for():
    with pytest.raises(KeyError, match="sentence no_rule needs amount"):
        sentence("no_rule", name="A")


def test_many_documents_are_counted():
    made = sentence("nothing_open", amount=(100, "EUR"), documents=list("ABCDEFGA"))
    assert "A, B, C, D, E and 2 more, of which" in str(made)
    assert "A, B, C, D, E und 2 weitere; davon" in told(made.facts, DE)


def test_a_sentence_within_a_sentence_is_in_its_language_too():
    made = sentence(
        "came_differently", documents=["R1"], left=(300, "EUR"), amount=(100, "EUR"), why=sentence("less", amount=(200, "EUR"))
    )
    assert told(made.facts, DE).replace(SPACE, " ") == "R1: offen 3,00 EUR, eingegangen 1,00 EUR, 2,00 EUR weniger."


@pytest.mark.parametrize("rule", measured())
def test_each_rule_of_ours_that_decides_has_a_name(rule):
    ours = {name for name in measured() if re.fullmatch("[a-z_]+", name)}
    assert rule not in ours or rule in _book()["rule"]


def test_a_rule_of_the_company_keeps_its_name():
    assert (rule_name("wages", "de"), rule_name("quoted_group", "de")) == ("wages", "genannte Belege, die genau aufgehen")


@given(st.text())
def test_names_stand_as_they_are_whatever_they_look_like(name):
    made = sentence("payer_unknown", amount=(1, "EUR"), name=name)
    assert str(made) == f"0.01 EUR came from {name}; neither payer nor text is known."
    assert made.facts == sentence("payer_unknown", name=name, amount=(1, "EUR")).facts
