"""Tax of a deduction: by the document's rates, to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.book.vat import TaxPart, by_rate, contained, effect, read_split, treatment

RATES = st.dictionaries(st.sampled_from(["0", "5.5", "7", "19", "20"]), st.integers(1, 10**9), min_size=1)


def test_two_percent_of_1190_at_19_percent_are_20_net_and_3_80_tax():
    (part,) = by_rate(2380, {"19": 119000})
    assert (part.gross, part.net, part.tax) == (2380, 2000, 380)


def test_two_rates_share_by_largest_remainder():
    # 10.01 over 595.00 and 535.00: 5.2708 and 4.7392; the cent goes to the larger remainder
    assert by_rate(1001, {"19": 59500, "7": 53500}) == [TaxPart("7", 474, 31), TaxPart("19", 527, 84)]


def test_a_credit_note_is_shared_like_an_invoice():
    assert by_rate(-1001, {"19": -59500, "7": -53500}) == [
        TaxPart("7", -474, -31),
        TaxPart("19", -527, -84),
    ]


@given(st.integers(-(10**9), 10**9), RATES)
def test_the_parts_sum_to_the_deduction_and_hold_their_tax(deduction, rates):
    parts = by_rate(deduction, rates)
    assert sum(part.gross for part in parts) == deduction
    assert sum(part.net + part.tax for part in parts) == deduction
    assert all(abs(part.tax) <= abs(part.gross) for part in parts)
    assert all(part.tax == 0 for part in parts if part.rate == "0")


@given(st.integers(-(10**9), 10**9))
def test_tax_is_the_same_out_and_back(gross):
    assert contained(gross, "19") == -contained(-gross, "19")


@pytest.mark.parametrize(
    ("kind", "how", "done"),
    [
        ("discount", "domestic", "tax"),
        ("write_off", "domestic", "tax"),
        ("discount", "other_country", "tax"),
        ("discount", "export", "net"),
        ("write_off", "intra_community", "net"),
        ("discount", "reverse_charge", "net"),
        ("write_off", "no_tax", "net"),
        ("fee", "domestic", "none"),
        ("charge", "domestic", "none"),
        ("fx_difference", "domestic", "none"),
        ("on_account", "domestic", "none"),
    ],
)
def test_discounts_and_lost_money_correct_tax_and_charges_do_not(kind, how, done):
    assert effect(kind, how) == done


@pytest.mark.parametrize(
    ("rate", "country", "how"),
    [
        ("19", "DE", "domestic"),
        ("7", None, "domestic"),
        ("19", "FR", "domestic"),
        ("21", "NL", "other_country"),
        ("21", "DE", None),
        ("21", "CH", None),
        ("0", "DE", "no_tax"),
        ("0", "FR", "intra_community"),
        ("0", "CH", "export"),
        ("0", "GB", "export"),
        ("0", None, None),
        ("0", "AT", "reverse_charge"),
    ],
)
def test_the_treatment_follows_rate_and_country(rate, country, how):
    assert treatment(rate, "DE", country, ("19", "7"), {"AT": "reverse_charge"}) == how


def test_a_split_names_each_rate_once():
    assert read_split('{"19.00": 100, "19": 50, "7.50": 1}') == {"19": 150, "7.5": 1}


@pytest.mark.parametrize("text", ["[]", '{"19": 1.5}', '{"19": 1, "7": -1}', '{"x": 1}', "{", '{"119": 1}'])
def test_a_split_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r"amounts|rate|Invalid|Expecting|property"):
        read_split(text)
