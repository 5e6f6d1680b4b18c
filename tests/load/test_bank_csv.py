from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import LoadError
from recon_kit.load import bank_csv
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import money_text
from recon_kit.policy import Policy

SPARKASSE = (
    "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Glaeubiger ID;Mandatsreferenz;"
    "Kundenreferenz (End-to-End);Sammlerreferenz;Lastschrift Ursprungsbetrag;Auslagenersatz Ruecklastschrift;"
    "Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;BIC (SWIFT-Code);Betrag;Waehrung;Info"
)
WISE = (
    "TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance,Exchange From,Exchange To,"
    "Exchange Rate,Payer Name,Payee Name,Payee Account Number,Merchant"
)
ING_NL = "Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Mutatiesoort;Mededelingen;Saldo;Tag"
REVOLUT = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"
DKB = (
    '"Girokonto";"DE02120300000000202051"\n\n'
    "Buchungsdatum;Wertstellung;Status;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;Umsatztyp;IBAN;"
    "Betrag (€);Gläubiger-ID;Mandatsreferenz;Kundenreferenz"
)


def sparkasse(
    day: str = "30.10.26", amount: str = "1,00", text: str = "x", info: str = "Umsatz gebucht", currency: str = "EUR"
) -> str:
    return f"DE1;{day};;LASTSCHRIFT;{text};;;;;;;N;DE2;B;{amount};{currency};{info}"


def wise(day: str, amount: str = "1.00", balance: str = "1.00") -> str:
    return f"T,{day},{amount},EUR,text,,{balance},,,,,,,"


def load(*lines: str, encoding: str = "utf-8", **hints: str) -> Loaded:
    file = SourceFile("bank.csv", content=("\n".join(lines) + "\n").encode(encoding))
    return bank_csv.read(file, Policy(), Hints.of(dict(hints)))


def lines_of(loaded: Loaded) -> pd.DataFrame:
    return loaded.tables["bank_lines"]


def check(loaded: Loaded, name: str) -> pd.Series:
    (row,) = [row for _, row in loaded.checks.iterrows() if row["check"] == name]
    return row


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (sparkasse(amount="1.2O4,50"), r"bank.csv:2: Betrag is '1.2O4,50', expected an amount with ',' as decimal mark"),
        (sparkasse(amount="10.5"), r"Betrag is '10.5', expected an amount"),
        (sparkasse(amount="1,234"), r"Betrag is '1,234', expected an amount, but .*more decimals than EUR"),
        (sparkasse(amount=""), r"bank.csv:2: Betrag is '', expected an amount"),
        (sparkasse(day="31.02.26"), r"bank.csv:2: Buchungstag is '31.02.26', expected a date as DD.MM.YY that exists"),
        (sparkasse(day="2026-10-30"), r"Buchungstag is '2026-10-30', expected a date as DD.MM.YY or DD.MM.YYYY"),
        (sparkasse(day=""), r"Buchungstag is '', expected a date"),
        (sparkasse(currency="EURO"), r"Waehrung is 'EURO', expected an ISO 4217"),
        (sparkasse(info="Umsatz storniert"), r"Info is 'Umsatz storniert', expected one of Umsatz gebucht, Umsatz vorgemerkt"),
        ("a;b", r"bank.csv:2: expected 17 fields as in the header, but there are 2: 'a;b'"),
        (sparkasse(text='"offen'), r"bank.csv:2: expected a record with sound quotes"),
        (sparkasse(text='"zu"früh'), r"bank.csv:2: expected a record with sound quotes"),
    ],
)
def test_a_wrong_row_is_named_with_line_column_value_and_expectation(row: str, told: str) -> None:
    with pytest.raises(LoadError, match=told):
        load(SPARKASSE, row)


def test_all_faults_are_told_at_once_with_the_line_where_the_record_begins() -> None:
    rows = [sparkasse(text='"zwei\nZeilen"'), sparkasse(amount="x"), "a;b", sparkasse(day="30.2.26"), sparkasse(text='"u"v')]
    with pytest.raises(LoadError, match="sound quotes") as caught:
        load(SPARKASSE, *rows)
    assert [fault.line for fault in caught.value.faults] == [4, 5, 6, 7]


def test_a_record_over_two_lines_has_the_line_it_begins_on() -> None:
    found = lines_of(load(SPARKASSE, sparkasse(text='"zwei\nZeilen"'), "", sparkasse(amount="2,00")))
    assert list(found["source_line"]) == [2, 5]
    assert found["remittance"][0] == "zwei\nZeilen"


def test_a_nul_byte_is_named_with_its_line() -> None:
    with pytest.raises(LoadError, match=r"bank.csv:2: expected text, but byte \d+ is NUL"):
        load(SPARKASSE, sparkasse(text="\0"))


def test_a_byte_that_no_declared_encoding_has_is_named() -> None:
    file = SourceFile("bank.csv", content=DKB.encode() + b'\n"\x81";')
    with pytest.raises(LoadError, match=r"bank.csv:4: expected text in cp1252, but byte \d+ \(0x81\)"):
        bank_csv.read(file, Policy(), Hints())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-15"])
def test_umlauts_survive_every_encoding(encoding: str) -> None:
    assert lines_of(load(SPARKASSE, sparkasse(text="März"), encoding=encoding))["remittance"][0] == "März"


def test_pending_rows_are_left_out_counted_and_noted() -> None:
    loaded = load(SPARKASSE, sparkasse(), sparkasse(info="Umsatz vorgemerkt", amount="9,99"))
    assert (loaded.source.n_read, loaded.source.n_skipped, len(lines_of(loaded))) == (2, 1, 1)
    assert (check(loaded, "left_out")["subject"], check(loaded, "left_out")["actual"]) == ("pending", 1)


def test_two_equal_payments_stay_two_and_keep_their_ids_in_an_overlapping_file() -> None:
    first = lines_of(load(SPARKASSE, sparkasse(), sparkasse(), sparkasse(amount="7,00")))
    second = lines_of(load(SPARKASSE, sparkasse(amount="8,00"), sparkasse(), sparkasse()))
    assert first["line_id"].is_unique
    assert set(first["line_id"][:2]) == set(second["line_id"][1:])


def test_a_payment_and_its_reversal_are_two_rows_in_whatever_order() -> None:
    rows = [sparkasse(amount="-5,00"), sparkasse(amount="5,00")]
    down, up = lines_of(load(SPARKASSE, *rows)), lines_of(load(SPARKASSE, *rows[::-1]))
    assert dict(zip(down["line_id"], down["amount"], strict=True)) == dict(zip(up["line_id"], up["amount"], strict=True))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("29-10-2026", "01-02-2026"), date(2026, 2, 1)),
        (("29/10/2026", "01/02/2026"), date(2026, 2, 1)),
        (("10/29/2026", "01/02/2026"), date(2026, 1, 2)),
        (("02/02/2026", "01/01/2026"), date(2026, 1, 1)),
    ],
)
def test_the_whole_column_decides_whether_day_or_month_is_first(days: tuple[str, str], expected: date) -> None:
    found = lines_of(load(WISE, *map(wise, days)))
    assert found["booked_on"][1].date() == expected


def test_a_date_that_fits_both_orders_is_refused_until_the_order_is_said() -> None:
    with pytest.raises(LoadError, match=r"bank.csv:2: Date is '03/04/2026', expected .*say date_order"):
        load(WISE, wise("03/04/2026"))
    assert lines_of(load(WISE, wise("03/04/2026"), date_order="mdy"))["booked_on"][0] == pd.Timestamp(2026, 3, 4)
    assert lines_of(load(WISE, wise("03/04/2026"), date_order="dmy"))["booked_on"][0] == pd.Timestamp(2026, 4, 3)


def test_an_unsigned_amount_takes_its_sign_from_the_word_beside_it() -> None:
    rows = ["20261030;A;NL1;;GT;Bij;12,50;;;112,50;", "20261029;B;NL1;;IC;Af;10,00;;;100,00;"]
    assert list(lines_of(load(ING_NL, *rows))["amount"]) == [1250, -1000]


@pytest.mark.parametrize(
    ("row", "told"),
    [("20261030;A;NL1;;GT;Erbij;12,50;;;;", r"Af Bij is 'Erbij', expected one of Bij"),
     ("20261030;A;NL1;;GT;Bij;-12,50;;;;", r"Bedrag \(EUR\) is '-12,50', expected an amount without a sign beside 'Bij'")],
)  # fmt: skip
def test_a_word_or_sign_that_contradicts_is_a_fault(row: str, told: str) -> None:
    with pytest.raises(LoadError, match=told):
        load(ING_NL, row)


def test_a_running_balance_that_does_not_follow_is_a_failed_check_at_its_line() -> None:
    rows = [
        "20261030;A;NL1;;GT;Bij;12,50;;;112,51;",
        "20261029;B;NL1;;IC;Af;10,00;;;100,00;",
        "20261028;B;NL1;;IC;Af;1,00;;;110,00;",
    ]
    loaded = load(ING_NL, *rows)
    found = check(loaded, "balance")
    assert (found["outcome"], found["source_line"], found["expected"], found["actual"]) == ("failed", 3, 10001, 10000)
    assert len(loaded.failed) == 1
    assert loaded.tables["statements"]["closing"].isna().all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-50_000, 50_000).filter(bool), min_size=2, max_size=12), st.integers(-10_000, 10_000), st.randoms())
def test_balances_tie_in_any_order_and_a_missing_row_is_seen(moves: list[int], opening: int, random: object) -> None:
    balance, rows = opening, []
    for n, amount in enumerate(moves):
        balance += amount
        money = [money_text(value, "EUR") for value in (amount, balance)]
        rows.append(f"X,Current,2026-10-01 10:00:00,2026-10-01 10:00:{n:02d},t,{money[0]},0.00,EUR,COMPLETED,{money[1]}")
    random.shuffle(rows)  # type: ignore[attr-defined]
    loaded = load(REVOLUT, *rows, account="R1")
    assert check(loaded, "balance")["outcome"] == "ok"
    statement = loaded.tables["statements"].iloc[0]
    if pd.notna(statement["closing"]):
        assert statement["closing"] - statement["opening"] == sum(moves)


def test_revolut_money_moved_is_amount_less_fee() -> None:
    row = "TRANSFER,Current,2026-10-04 12:16:54,2026-10-04 12:16:55,To K,-80.00,1.00,EUR,COMPLETED,419.00"
    found = lines_of(load(REVOLUT, row))
    assert (found["amount"][0], found["charges"][0]) == (-8100, -100)


def test_pots_are_accounts_of_their_own() -> None:
    rows = [f"X,{pot},2026-10-01 10:00,2026-10-01 10:00,t,1.00,0.00,EUR,COMPLETED,1.00" for pot in ("Current", "Savings")]
    loaded = load(REVOLUT, *rows, account="LT12 3456")
    assert list(loaded.tables["statements"]["account"]) == ["LT123456", "LT123456/Savings"]


def test_running_numbers_that_are_missing_are_named() -> None:
    golden = (Path(__file__).parent / "golden" / "csv" / "rabobank.csv").read_bytes().splitlines(keepends=True)
    loaded = bank_csv.read(SourceFile("r.csv", content=b"".join([*golden[:2], *golden[3:]])), Policy(), Hints())
    assert (check(loaded, "sequence")["outcome"], check(loaded, "sequence")["detail"]) == ("failed", "Volgnr 7212 missing")


def test_a_declared_balance_that_the_rows_do_not_reach_is_a_failed_check() -> None:
    golden = (Path(__file__).parent / "golden" / "csv" / "ing_de.csv").read_bytes()
    loaded = bank_csv.read(
        SourceFile("i.csv", content=golden.replace(b"Saldo;66.331,90", b"Saldo;66.331,91")), Policy(), Hints()
    )
    found = check(loaded, "declared_balance")
    assert (found["outcome"], found["expected"], found["actual"], found["source_line"]) == ("failed", 6633191, 6633190, 8)


def test_no_account_in_the_file_means_no_statement_and_a_note_unless_it_is_told() -> None:
    row = wise("29-10-2026")
    assert load(WISE, row).tables["statements"].empty
    assert check(load(WISE, row), "account")["outcome"] == "note"
    assert list(load(WISE, row, account="BE1").tables["statements"]["account"]) == ["BE1"]


def test_rows_may_end_with_one_delimiter_more_where_the_layout_says_so() -> None:
    assert len(lines_of(load(DKB, "30.10.26;30.10.26;Gebucht;A;B;t;Eingang;DE1;1;;;;"))) == 1
    with pytest.raises(LoadError, match="12 fields as in the header, but there are 13"):
        load(DKB, "30.10.26;30.10.26;Gebucht;A;B;t;Eingang;DE1;1;;;;x")


def test_an_unknown_header_is_explained_by_the_nearest_layout() -> None:
    file = SourceFile("x.csv", content=SPARKASSE.replace("Betrag;", "Umsatz;").encode())
    assert bank_csv.claims(file) is None
    told = "line 1 is nearest to the bank layout 'sparkasse_camt', but lacks 'Betrag' and has the unknown column 'Umsatz'"
    assert bank_csv.explain(file) == told


@pytest.mark.parametrize(
    "text", ["Dear customer, thank you; we, too", ":20:STARTUMS\n:25:1/2", "<Document>;,</Document>", "a;b;c\n1;2;3"]
)
def test_other_files_are_neither_claimed_nor_explained(text: str) -> None:
    file = SourceFile("x", content=text.encode())
    assert (bank_csv.claims(file), bank_csv.explain(file)) == (None, None)


def test_a_header_below_line_40_is_not_looked_for() -> None:
    file = SourceFile("x.csv", content=("\n" * 40 + SPARKASSE).encode())
    assert bank_csv.claims(file) is None


def test_a_layout_named_by_hint_is_used_or_refused_with_what_differs() -> None:
    with pytest.raises(LoadError, match="a layout that exists, not 'sparkase_camt' \\(did you mean 'sparkasse_camt'"):
        load(SPARKASSE, layout="sparkase_camt")
    with pytest.raises(LoadError, match="the header of layout 'dkb'"):
        load(SPARKASSE, layout="dkb")


def test_a_file_with_a_header_and_no_rows_has_no_lines() -> None:
    assert lines_of(load(SPARKASSE)).empty


OWN = """
title = "A bank of our own"
[file]
delimiters = ";"
encodings = "utf-8"
decimal_mark = "detect"
dates = "D.M.YYYY"
[header]
columns = ["Tag", "Zu", "Ab", "Text"]
[footer]
patterns = '^Summe'
[columns]
booked_on = "Tag"
remittance = "Text"
[amount]
debit = "Ab"
credit = "Zu"
"""


def _own(tmp_path: Path, text: str = OWN) -> Policy:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    policy = Policy()
    return dataclasses.replace(policy, folders=dataclasses.replace(policy.folders, layouts=str(tmp_path)))


def _load_own(policy: Policy, *rows: str, **hints: str) -> Loaded:
    file = SourceFile("own.csv", content="\n".join(["Tag;Zu;Ab;Text", *rows]).encode())
    return bank_csv.read(file, policy, Hints.of({"currency": "CHF", **hints}))


def test_a_layout_of_the_workspace_needs_no_python(tmp_path: Path) -> None:
    loaded = _load_own(_own(tmp_path), "1.2.2026;12,5;;ein", "2.2.2026;;3,00;aus", "Summe;12,5;3,00;")
    assert [*zip(lines_of(loaded)["amount"], lines_of(loaded)["currency"], strict=True)] == [(1250, "CHF"), (-300, "CHF")]
    assert loaded.source.format == "csv:own"


def test_amounts_that_fit_both_decimal_marks_are_refused(tmp_path: Path) -> None:
    policy = _own(tmp_path)
    with pytest.raises(LoadError, match=r"'1.234' can be read with '.' as decimal or as thousands mark"):
        _load_own(policy, "1.2.2026;1.234;;x")
    assert lines_of(_load_own(policy, "1.2.2026;1.234;;x", decimal_mark=","))["amount"][0] == 123400


def test_debits_count_as_going_out_with_or_without_a_minus_but_not_both(tmp_path: Path) -> None:
    policy = _own(tmp_path)
    assert list(lines_of(_load_own(policy, "1.2.2026;;-3,00;x"))["amount"]) == [-300]
    with pytest.raises(LoadError, match=r"own.csv:4: Ab is .* expected a sign as in the column's other rows"):
        _load_own(policy, "1.2.2026;;3,00;x", "1.2.2026;;3,00;x", "1.2.2026;;-3,00;x")


def test_a_currency_that_nobody_names_is_asked_for(tmp_path: Path) -> None:
    file = SourceFile("own.csv", content=b"Tag;Zu;Ab;Text\n1.2.2026;1,00;;x")
    with pytest.raises(LoadError, match="say it by the hint currency"):
        bank_csv.read(file, _own(tmp_path), Hints())


def test_a_file_without_header_is_read_by_a_layout_named_by_hint_and_never_recognised(tmp_path: Path) -> None:
    text = OWN.replace("[footer]", "absent = true\n[footer]").replace(
        'debit = "Ab"\ncredit = "Zu"', 'column = "Zu"\ninverse = true'
    )
    file = SourceFile("own.csv", content=b"1.2.2026;7,00;;x\n2.2.2026;-8,00;;y")
    policy = _own(tmp_path, text)
    assert bank_csv.claims(file, policy) is None
    found = lines_of(bank_csv.read(file, policy, Hints(layout="own", currency="EUR")))
    assert ([*found["amount"]], [*found["source_line"]]) == ([-700, 800], [1, 2])


def test_balances_declared_above_the_rows_are_proven(tmp_path: Path) -> None:
    said = (
        "[preamble]\npatterns = ['^Von (?P<opening>.+) bis (?P<closing>.+) am (?P<closing_on>.+)$', '^Konto (?P<account>.+)']\n"
    )
    policy = _own(tmp_path, OWN.replace("[footer]", f"{said}[footer]"))
    for closing, outcome in (("11,00", "ok"), ("11,01", "failed")):
        head = f"Konto 4711\nVon 10,00 bis {closing} am 2.2.2026\nTag;Zu;Ab;Text\n"
        file = SourceFile("own.csv", content=f"{head}1.2.2026;1,00;;x".encode())
        loaded = bank_csv.read(file, policy, Hints(currency="EUR"))
        assert check(loaded, "declared_balance")["outcome"] == outcome
        assert loaded.tables["statements"]["opening"][0] == 1000


def test_a_header_that_two_layouts_fit_names_both(tmp_path: Path) -> None:
    (tmp_path / "twin.toml").write_text(OWN, encoding="utf-8")
    with pytest.raises(LoadError, match="it fits own and twin; name one by the hint layout"):
        bank_csv.claims(SourceFile("own.csv", content=b"Tag;Zu;Ab;Text"), _own(tmp_path))
