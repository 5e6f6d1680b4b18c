from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from recon_kit.errors import LoadError
from recon_kit.load import qif
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

BANK = "!Type:Bank\n"


def load(text: str, **hints: str) -> Loaded:
    return qif.read(SourceFile("b.qif", content=text.encode()), Policy(), Hints.of(dict(hints)))


def lines_of(loaded: Loaded) -> pd.DataFrame:
    return loaded.tables["bank_lines"]


@pytest.mark.parametrize(
    ("written", "order", "expected"),
    [
        ("2/14'2020", "mdy", date(2020, 2, 14)), ("1/ 1'01", "mdy", date(2001, 1, 1)), ("31.12.98", "dmy", date(1998, 12, 31)),
        ("2022-09-23", None, date(2022, 9, 23)), ("20220923", None, date(2022, 9, 23)), ("08/27/21", None, date(2021, 8, 27)),
        ("27/08/2021", None, date(2021, 8, 27)), ("3/4/2026", "dmy", date(2026, 4, 3)), ("3/3/2026", None, date(2026, 3, 3)),
    ],
)  # fmt: skip
def test_dates_of_every_shape(written: str, order: str | None, expected: date) -> None:
    hints = {"date_order": order} if order else {}
    assert lines_of(load(f"{BANK}D{written}\nT1.00\n^\n", **hints))["booked_on"][0].date() == expected


def test_the_whole_column_decides_and_a_doubtful_one_is_refused() -> None:
    assert lines_of(load(BANK + "D3/4/2026\nT1\n^\nD3/14/2026\nT1\n^\n"))["booked_on"][0] == pd.Timestamp(2026, 3, 4)
    with pytest.raises(LoadError, match=r"b.qif:2: D is '3/4/2026', expected .* dmy and mdy fit them all; say date_order"):
        load(BANK + "D3/4/2026\nT1\n^\n")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("D2026-02-31\nT1\n^\n", r"b.qif:2: D is '2026-02-31', expected a date"),
        ("T1\n^\n", r"b.qif:2: D is missing, expected a date"),
        ("D2026-02-01\nT1O\n^\n", r"b.qif:3: T is '1O', expected an amount"),
        ("D2026-02-01\nPx\n^\n", r"b.qif:2: T is missing, expected an amount"),
        ("D2026-02-01\nT1\n", r"b.qif:2: record is 'D2026-02-01', expected a record that ends with \^; the file is cut off"),
        ("D2026-02-01\nT1.234\n^\n", r"'1.234' can be read with '.' as decimal or as thousands mark"),
        ("D2026-02-01\nT1\nzzz\n^\n", r"b.qif:4: line is 'zzz', expected a line of a transaction"),
    ],
)
def test_a_wrong_record_is_named_with_its_line(record: str, told: str) -> None:
    with pytest.raises(LoadError, match=told):
        load(BANK + record)


def test_splits_are_never_added() -> None:
    loaded = load(BANK + "D2020-02-14\nT67.50\nPT-Mobile\nSBills\nEa\n$-15.00\nSBills\n$82.50\n^\n")
    assert list(lines_of(loaded)["amount"]) == [6750]


def test_thousands_are_grouped_by_commas() -> None:
    assert list(lines_of(load(BANK + "D2020-02-14\nT-1,234,567.50\n^\n"))["amount"]) == [-123456750]


def test_an_opening_balance_is_the_account_s_not_a_movement() -> None:
    loaded = load(BANK + "D2020-02-01\nT500.00\nPOpening Balance\nL[Giro]\n^\nD2020-02-02\nT-20\nPShop\n^\n")
    assert list(lines_of(loaded)["amount"]) == [-2000]
    told = loaded.tables["statements"].iloc[0]
    assert (told["account"], told["opening"]) == ("Giro", 50000)
    assert (loaded.source.n_read, loaded.source.n_skipped) == (2, 1)


def test_several_accounts_keep_their_lines_apart() -> None:
    text = "!Account\nNA\nTBank\n^\n!Type:Bank\nD2020-02-01\nT1\n^\n!Account\nNB\nTCCard\n^\n!Type:CCard\nD2020-02-01\nT1\n^\n"
    found = lines_of(load(text))
    assert list(found["account"]) == ["A", "B"]
    assert found["line_id"].is_unique


def test_lists_and_investments_are_left_out_counted_and_noted() -> None:
    loaded = load("!Type:Cat\nNx\n^\n!Type:Invst\nD1/1'01\nNBuy\n^\n!Type:Bank\nD2020-02-01\nT1\n^\n")
    assert (len(lines_of(loaded)), loaded.source.n_read, loaded.source.n_skipped) == (1, 3, 2)
    assert set(loaded.checks[loaded.checks["check"] == "left_out"]["subject"]) == {"cat", "invst"}


def test_the_assumed_currency_is_told_and_a_hint_decides() -> None:
    text = BANK + "D2020-02-01\nT1\n^\n"
    assert "currency" in set(load(text).checks["check"])
    assert "currency" not in set(load(text, currency="JPY").checks["check"])
    assert list(lines_of(load(text, currency="JPY"))["amount"]) == [1]


def test_equal_records_stay_two_and_keep_their_ids() -> None:
    record = "D2020-02-01\nT1\nPx\n^\n"
    found, again = lines_of(load(BANK + record * 2)), lines_of(load(BANK + "D2020-01-01\nT3\n^\n" + record * 2))
    assert found["line_id"].is_unique
    assert list(found["line_id"]) == list(again["line_id"][1:])


@pytest.mark.parametrize(
    ("text", "claimed"), [("# note\n!Type:Bank", "qif"), ("^\n!Account", "qif"), ("!Hello", None), ("prose", None)]
)
def test_content_decides_whether_it_is_qif(text: str, claimed: str | None) -> None:
    assert qif.claims(SourceFile("x", content=text.encode())) == claimed
