"""Exchange rates from a file and from the central bank's offline data."""

from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.load.rates import ECB, ecb_rates, read_rates


def written(tmp_path, text):
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("mark", [",", ";"])
def test_rates_of_a_file(tmp_path, mark):
    text = "\ufeffDate,Currency,Rate\n2026-03-31,USD,1.0815\n\n2026-03-30,USD,1.08\n2026-03-31,CHF,0.9500\n"
    found = read_rates(written(tmp_path, text.replace(",", mark)))
    assert found[["base", "currency", "rate", "source"]].values.tolist() == [
        ["EUR", "CHF", "0.9500", "rates.csv"],
        ["EUR", "USD", "1.08", "rates.csv"],
        ["EUR", "USD", "1.0815", "rates.csv"],
    ]
    assert found["on"].dt.date.tolist()[1] == date(2026, 3, 30)


def test_every_bad_line_is_named(tmp_path):
    text = "date,currency,rate\n31.03.2026,USD,1.1\n2026-03-31,EUR,1\n2026-03-31,usd,1,1\n2026-03-31,GBP,0\n2026-03-31,CHF\n"
    with pytest.raises(LoadError) as caught:
        read_rates(written(tmp_path, text + "2026-03-30,USD,1.1\n2026-03-30,USD,1.2\n"))
    assert str(caught.value).splitlines() == [
        "rates.csv:2: date is '31.03.2026', expected a date as YYYY-MM-DD",
        "rates.csv:3: currency is 'EUR', expected a currency other than EUR",
        "rates.csv:4: currency is 'usd', expected a currency other than EUR",
        "rates.csv:5: rate is '0', expected a decimal number above 0 with a decimal point",
        "rates.csv:6: rate is '', expected a decimal number above 0 with a decimal point",
        "rates.csv:8: date is '2026-03-30', expected one rate a day, but line 7 has one of USD too",
    ]


@pytest.mark.parametrize("rate", ["1,1", "-1", "1e3", "NaN", "", "inf", "٣"])
def test_what_is_no_plain_decimal_is_refused(tmp_path, rate):
    with pytest.raises(LoadError, match="expected a decimal number above 0 with a decimal point"):
        read_rates(written(tmp_path, f'date,currency,rate\n2026-03-31,USD,"{rate}"\n'))


@pytest.mark.parametrize("text", ["", "date,code,rate\n"])
def test_a_file_without_the_columns_is_refused(tmp_path, text):
    with pytest.raises(LoadError, match=r"rates\.csv:1: expected a column currency"):
        read_rates(written(tmp_path, text))


def test_a_file_without_rows_has_no_rates(tmp_path):
    assert read_rates(written(tmp_path, "date,currency,rate\n")).empty


def test_the_central_bank_s_rates_are_exact_and_have_none_on_sundays():
    found = ecb_rates(["USD", "EUR"], [date(2014, 3, 28), date(2014, 3, 30), date(2100, 1, 1)])
    assert found[["base", "currency", "rate", "source"]].values.tolist() == [["EUR", "USD", "1.3759", ECB]]


def test_a_currency_that_the_central_bank_does_not_price_is_named():
    with pytest.raises(LoadError, match="currency is 'KWD', expected a currency that the bank prices"):
        ecb_rates(["KWD"], [date(2014, 3, 28)])
