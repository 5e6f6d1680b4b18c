"""Both languages say the same things, and figures and days as their readers write them."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from recon_kit.errors import ParameterError
from recon_kit.measures.aging import AGING_BUCKETS, CREDIT_COLUMNS, INVOICE_BUCKETS
from recon_kit.measures.carried import FATES
from recon_kit.measures.credits_apart import CREDIT_PLACES
from recon_kit.measures.lines import SOURCES, STEPS
from recon_kit.measures.naming import BASES
from recon_kit.measures.receivables import CLASS_OF, RECEIVABLE
from recon_kit.measures.receivables_roll import LEGS
from recon_kit.report.canon import REPORTS
from recon_kit.report.example import example_cut
from recon_kit.report.words import Words, _book, keys, masked, plain
from recon_kit.tables import ITEM_ALLOCATIONS, LINE_ALLOCATIONS, REASONS, STATUSES

EN, DE = Words("en"), Words("de")
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("key", keys())
def test_both_languages_have_each_word_with_the_same_places_to_fill_in(key):
    section, _, name = key.partition(".")
    said = _book()[section][name]
    assert set(said) == {"en", "de"}
    assert all(said.values())
    plural = {language: [set(re.findall(r"{(\w+)}", part)) for part in text.split("|")] for language, text in said.items()}
    numbers = {"n", "word", "Word"}
    assert set().union(*plural["en"]) - numbers == set().union(*plural["de"]) - numbers
    assert len(plural["en"]) == len(plural["de"])


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("reason", REASONS),
        ("advice", REASONS),
        ("step", (*STEPS, "proposed", "unexplained")),
        ("source", tuple(name for order in SOURCES.values() for name in order)),
        ("fate", FATES),
        ("by", (*ITEM_ALLOCATIONS, *LINE_ALLOCATIONS)),
        ("granted", ITEM_ALLOCATIONS[1:]),
        ("match_status", STATUSES),
        ("bucket", (*AGING_BUCKETS, *INVOICE_BUCKETS, *CREDIT_COLUMNS)),
        ("bucket_short", AGING_BUCKETS),
        ("leg", (*LEGS, "closing", "difference")),
        ("credits", CREDIT_PLACES),
        ("reading", BASES),
        ("item_kind", [kind for kind, name in CLASS_OF.items() if name in RECEIVABLE]),
    ],
)
def test_every_code_has_its_word(section, codes):
    assert set(codes) <= set(_book()[section])


def test_every_figure_has_its_name():
    names = {name.partition(".")[0] for report in REPORTS.values() for name in report.metrics(example_cut())}
    assert names <= set(_book()["metric"])


def test_money_in_both_languages():
    assert EN.money(-123456789, "EUR", code=True) == f"−1,234,567.89{SPACE}EUR"
    assert DE.money(-123456789, "EUR") == "−1.234.567,89"
    assert DE.money(1234, "JPY") == "1.234"
    assert (EN.money(None, "EUR"), DE.money(None, "EUR")) == ("n/a", "k. A.")


def test_days_and_periods_in_both_languages():
    import pandas as pd

    first, last = pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-31")
    assert (EN.day(last), DE.day(last)) == (f"31{SPACE}Oct{SPACE}2026", "31.10.2026")
    assert (EN.period("2026-10", first, last), DE.period("2026-10", first, last)) == ("October 2026", "Oktober 2026")
    assert EN.period("2026-P10", first, last).startswith("2026-P10 (")


def test_shares_and_thousands_in_both_languages():
    assert (EN.percent("96.7"), DE.percent("96.7"), EN.percent("n/a")) == (f"96.7{SPACE}%", f"96,7{SPACE}%", "n/a")
    assert (EN.thousands(-1234567), DE.thousands(1234567), EN.thousands(-0.01)) == ("−1,234.6", "1.234,6", "0.0")


def test_one_and_many():
    assert (EN("kpi.accounts", 1), EN("kpi.accounts", 3)) == ("1 account", "3 accounts")


def test_what_is_filled_in_is_escaped():
    assert EN("finding.source_missing", subject="<b>") == Markup("&lt;b&gt;: there is no file")


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="language is 'fr', expected en or de"):
        Words("fr")


def test_foreign_text_loses_control_and_direction_marks():
    assert plain("a\u202eb\x00\nc\u200b  d") == "a b c d"
    assert plain("x" * 200, 10) == "xxxxxxxxx…"


def test_account_numbers_are_masked():
    assert masked("DE89 3704 0044 0532 0130 00") == f"DE89{SPACE}••••{SPACE}3000"
    assert "1234" not in masked("12345678")
