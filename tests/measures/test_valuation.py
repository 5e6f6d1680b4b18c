"""Amounts in another currency, at rates that are named."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from recon_kit.measures.valuation import Rates, converted, exchanged, realised_fx, unrealised_fx
from recon_kit.tables import RATES
from tests.frames import frame
from tests.measures.books import items

END = date(2026, 3, 31)
TABLE = frame(
    RATES,
    """
    currency  on     rate
    USD       03-31  1.25
    USD       03-30  1.30
    USD       04-01  9.99
    CHF       03-27  0.95
    GBP       03-20  0.80
    JPY       03-31  160
    """,
    base="EUR",
    source="bank",
)
RATE = Rates(TABLE)


def test_a_rate_is_the_newest_until_the_day():
    found = RATE.of("USD", "EUR", END)
    assert (found.value, found.on, found.source) == (Fraction(4, 5), END, "bank")
    assert RATE.of("EUR", "USD", date(2026, 3, 30)).value == Fraction(13, 10)


def test_over_a_weekend_the_last_rate_holds_but_not_longer_than_a_week():
    assert RATE.of("CHF", "EUR", END).on == date(2026, 3, 27)
    assert RATE.of("GBP", "EUR", END) is None


def test_two_currencies_meet_by_way_of_the_one_that_prices_both():
    found = RATE.of("USD", "CHF", END)
    assert found.value == Fraction(95, 100) / Fraction(125, 100)
    assert found.on == date(2026, 3, 27)


@pytest.mark.parametrize("pair", [("XAU", "EUR"), ("EUR", "PLN"), ("USD", "PLN")])
def test_a_missing_rate_is_never_one(pair):
    assert RATE.of(*pair, END) is None


def test_minor_units_of_currencies_differ():
    assert exchanged(1, "EUR", "JPY", Fraction(160)) == 2
    assert exchanged(160, "JPY", "EUR", Fraction(1, 160)) == 100
    assert exchanged(100, "EUR", "KWD", Fraction(1, 3)) == 333


def test_a_view_in_one_currency_tells_the_rate_its_day_and_its_source():
    rows = pd.DataFrame({"currency": ["EUR", "USD", "GBP"], "amount": [100, 125, 7]})
    found = converted(rows, RATE, "EUR", END, ["amount"])
    assert found["amount_in_eur"].tolist()[:2] == [100, 100]
    assert found["amount_in_eur"].isna().tolist() == [False, False, True]
    assert found["why"].tolist() == ["", "", "no_rate"]
    assert found["rate"].tolist()[1] == "4/5"
    assert found["rate_on"].dt.date.tolist()[1] == END
    assert found["rate_source"].tolist()[:2] == ["same currency", "bank"]
    assert str(found["amount_in_eur"].dtype) == "Int64"


def test_open_foreign_items_at_the_closing_rate():
    held = items("item_id  open_amount\nI1  1000.00\nI2  1000.00", currency="USD")
    rows = pd.concat([held, items("item_id  open_amount\nI3  5.00", currency="GBP"), items("item_id  open_amount\nI4  9.00")])
    found = unrealised_fx(rows.assign(book_rate=["0.92", None, "1.2", None]), RATE, "EUR", END).set_index("item_id")
    assert found.index.tolist() == ["I1", "I2", "I3"]
    assert found.loc["I1", ["at_book", "at_closing", "unrealised", "why"]].tolist() == [920_00, 800_00, -120_00, ""]
    assert found["why"].tolist() == ["", "no_book_rate", "no_rate"]
    assert found["unrealised"].isna().tolist() == [False, True, True]
    assert found.loc["I2", "at_closing"] == 800_00


def test_what_settlement_lost_is_apart_from_the_bank_s_charges():
    settled = pd.DataFrame(
        {
            "amount": [1_000_00, 1_000_00],
            "currency": "USD",
            "book_rate": ["0.92", None],
            "arrived": [888_00, 888_00],
            "charges": -12_00,
        }
    )
    found = realised_fx(settled, "EUR")
    assert found["at_book"].tolist()[0] == 920_00
    assert found["realised"].tolist()[0] == -20_00
    assert found["why"].tolist() == ["", "no_book_rate"]
    assert found["realised"].isna().tolist() == [False, True]
