"""MT940 and MT942: what each grammar means, what is proven, what is refused and where."""

from __future__ import annotations

import string
from datetime import date

import mt940 as reference_library
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mt940.options import Options

from recon_kit.errors import LoadError
from recon_kit.load import mt940
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

ACCOUNT = "DE89370400440532013000"


def load(text: str | bytes, **hints: object) -> Loaded:
    content = text if isinstance(text, bytes) else text.encode()
    return mt940.read(SourceFile("bank.sta", content=content), Policy(), Hints.of(hints))


def statement(*entries: str, opening: str = "C261001EUR1000,00", closing: str | None = None, number: str = "7/1") -> str:
    tags = [":20:STARTUMS", f":25:{ACCOUNT}", f":28C:{number}", f":60F:{opening}", *entries]
    return "\n".join([*tags, *([f":62F:{closing}"] if closing else []), "-", ""])


def lines(*entries: str, **hints: object) -> pd.DataFrame:
    return load(statement(*entries), **hints).tables["bank_lines"]


def line(*entry: str) -> dict[str, object]:
    (only,) = lines(*entry).to_dict("records")
    return {str(name): None if pd.isna(value) else value for name, value in only.items()}


def outcomes(loaded: Loaded, check: str) -> list[str]:
    return loaded.checks.loc[loaded.checks["check"] == check, "outcome"].tolist()


def faults(text: str, **hints: object) -> list[str]:
    with pytest.raises(LoadError, match=r"bank\.sta") as caught:
        load(text, **hints)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("mark", "amount"),
    [("C", 1234), ("D", -1234), ("RC", -1234), ("RD", 1234), ("EC", 1234), ("ED", -1234), ("CR", 1234), ("DR", -1234),
     ("RDR", 1234)],
)  # fmt: skip
def test_the_sign_follows_the_mark_and_a_funds_code_is_no_reversal(mark: str, amount: int) -> None:
    assert line(f":61:2610051005{mark}12,34NTRFNONREF")["amount"] == amount


@pytest.mark.parametrize(("text", "amount"), [("12,", 1200), ("12,5", 1250), ("000000000000,99", 99), ("0,", 0)])
def test_amounts_may_be_short_or_padded(text: str, amount: int) -> None:
    assert line(f":61:2610051005C{text}NTRFNONREF")["amount"] == amount


def test_an_entry_line_may_break_behind_its_mark() -> None:
    assert line(":61:2610051005CR", "30,00NTRFNONREF//BANK1")["amount"] == 3000


def test_a_reference_cut_at_the_line_width_is_joined() -> None:
    long = ":61:2610051005D000000000025,00NTRF1234567890123456//ABCDEFGHIJKLM"
    assert len(long) == 65
    assert line(long, "NOP", "/TRCD/00100/")["bank_reference"] == "ABCDEFGHIJKLMNOP"


@pytest.mark.parametrize(
    ("value", "booked", "expected"),
    [("261230", "0102", date(2027, 1, 2)), ("270102", "1230", date(2026, 12, 30)), ("261005", "    ", date(2026, 10, 5)),
     ("261005", "", date(2026, 10, 5)), ("240228", "0229", date(2024, 2, 29))],
)  # fmt: skip
def test_the_booking_year_is_the_one_nearest_to_the_value_date(value: str, booked: str, expected: date) -> None:
    assert line(f":61:{value}{booked}C1,00NTRFNONREF")["booked_on"] == pd.Timestamp(expected)


def test_30_february_is_the_last_day_of_february_and_said_so() -> None:
    loaded = load(statement(":61:2602300302D6,00NTRFNONREF"))
    assert loaded.tables["bank_lines"]["value_on"].tolist() == [pd.Timestamp("2026-02-28")]
    assert outcomes(loaded, "dates") == ["note"]


def test_every_fault_is_named_with_line_field_value_and_expectation() -> None:
    text = statement(
        ":61:2613051005C1,00NTRFNONREF", ":61:2610051305C1,00NTRFNONREF", ":61:2610051005C1.00NTRFNONREF",
        ":61:2610051005X1,00NTRFNONREF", ":61:2610051005C1,001NTRFNONREF", closing="C261005EUR10",
    )  # fmt: skip
    found = faults(text)
    assert [fault.split(": ")[0] for fault in found] == [f"bank.sta:{n}" for n in (5, 6, 7, 8, 9, 10)]
    assert found[0].endswith(":61: value date is '261305', expected a day of the calendar as YYMMDD")
    assert ":61: entry date is '1305'" in found[1]
    assert ":61: amount is '1.00', expected an amount with ',' as decimal mark" in found[2]
    assert ":61: is '2610051005X1,00NTRFNONREF', expected YYMMDD[MMDD]" in found[3]
    assert ":61: amount is '1,001'" in found[4]
    assert ":62F: amount is '10'" in found[5]


@pytest.mark.parametrize("balance", ["X261001EUR1,00", "C261301EUR1,00", "C261001EUX1,00", "C261001EUR1.00"])
def test_a_wrong_balance_is_refused(balance: str) -> None:
    (fault,) = faults(statement(":61:2610051005C1,00NTRFNONREF", opening=balance))[:1]
    assert fault.startswith("bank.sta:4: :60F:")


@pytest.mark.parametrize("fragment", [":20:X\n:25:123\n", ":60F:C140829EUR147,64\n", ":61:1409010902D1,62NTRFNONREF\n"])
def test_a_fragment_is_refused(fragment: str) -> None:
    assert faults(fragment)


def test_a_balance_that_ties_is_proven_and_one_that_does_not_fails() -> None:
    entry = ":61:2610051005C1,00NTRFNONREF"
    assert outcomes(load(statement(entry, closing="C261005EUR1001,00")), "balance") == ["ok"]
    assert outcomes(load(statement(entry, closing="C261005EUR1002,00")), "balance") == ["failed"]
    assert outcomes(load(statement(entry)), "balance") == ["absent"]


def test_pages_become_one_statement() -> None:
    one = statement(":61:2610051005C1,00NTRFNONREF", number="7/1") + ""
    text = one.replace("\n-\n", "\n:62M:C261005EUR1001,00\n-\n") + statement(
        ":61:2610051005C2,00NTRFNONREF", number="7/2", closing="C261005EUR1003,00"
    ).replace(":60F:C261001EUR1000,00", ":60M:C261005EUR1001,00")
    loaded = load(text)
    (row,) = loaded.tables["statements"].to_dict("records")
    assert (row["opening"], row["closing"], row["sequence"], row["statement_id"]) == (100000, 100300, 7, "2026-10-05/7")
    assert outcomes(loaded, "balance") == outcomes(loaded, "pages") == ["ok"]


def test_a_statement_that_stands_twice_is_read_once_and_counted() -> None:
    text = statement(":61:2610051005C1,00NTRFNONREF", closing="C261005EUR1001,00")
    loaded = load(text + text)
    assert len(loaded.tables["bank_lines"]) == len(loaded.tables["statements"]) == 1
    assert (loaded.source.n_read, loaded.source.n_skipped) == (2, 1)
    assert outcomes(loaded, "duplicate") == ["note"]


@pytest.mark.parametrize(("closing", "outcome"), [("1001,00", "note"), ("1002,00", "failed")])
def test_a_booking_behind_the_closing_balance_failed_unless_the_balances_prove_that_it_belongs_there(
    closing: str, outcome: str
) -> None:
    loaded = load(statement(":61:2610061006C1,00NTRFNONREF", closing=f"C261005EUR{closing}"))
    assert outcomes(loaded, "period") == [outcome]
    (row,) = loaded.tables["statements"].to_dict("records")
    assert row["from_on"] == row["to_on"] == pd.Timestamp("2026-10-05")


def test_bookings_within_the_days_of_a_statement_need_no_word() -> None:
    assert outcomes(load(statement(":61:2610051005C1,00NTRFNONREF", closing="C261005EUR1001,00")), "period") == []


def test_a_missing_statement_is_named_by_number_and_balance() -> None:
    first = statement(":61:2610051005C1,00NTRFNONREF", closing="C261005EUR1001,00", number="7/1")
    third = statement(":61:2610071007C1,00NTRFNONREF", opening="C261006EUR1500,00", closing="C261007EUR1501,00", number="9/1")
    loaded = load(first + third)
    assert outcomes(loaded, "continuity") == outcomes(loaded, "sequence") == ["failed"]
    told = loaded.failed.set_index("check")["detail"]
    assert told["sequence"] == "number 9 follows 7: what lies between is not in the file"


def test_numbers_that_skip_days_without_entries_are_only_a_note() -> None:
    first = statement(":61:2610051005C1,00NTRFNONREF", closing="C261005EUR1001,00", number="7/1")
    later = statement(opening="C261005EUR1001,00", closing="C261007EUR1001,00", number="9/1")
    assert outcomes(load(first + later), "sequence") == ["note"]


def test_statements_without_numbers_have_ids_of_their_own() -> None:
    first = statement(closing="C261005EUR1000,00", number="00000/001")
    later = statement(opening="C261005EUR1000,00", closing="C261006EUR1000,00", number="00000/001")
    assert load(first + later).tables["statements"]["statement_id"].tolist() == ["2026-10-05", "2026-10-06"]


def test_swift_envelopes_head_lines_and_line_ends_do_not_matter() -> None:
    plain = statement(":61:2610051005C1,00NTRFNONREF", ":86:text", closing="C261005EUR1001,00")
    envelope = (
        "{1:F01BANKDEFFAXXX0000000000}{2:I940BANKDEFFXXXXN}{3:{108:26}}{4:\n" + plain.rstrip("\n") + "}{5:{MAC:00000000}}"
    )
    head = "BANKNL2A\n940\nBANKNL2A\n" + plain
    expected = load(plain)
    for text in (envelope, head, ":940:\n" + plain, plain.replace("\n", "\r\n"), "\ufeff" + plain, "\x01" + plain + "\x03"):
        found = load(text)
        assert (
            found.tables["bank_lines"]
            .drop(columns="source_line")
            .equals(expected.tables["bank_lines"].drop(columns="source_line"))
        ), text


def test_payment_text_may_begin_with_a_dash_or_break_inside_a_time() -> None:
    text = statement(":61:2610051005C1,00NTRFNONREF", ":86:Kauf am 05.10. um 14", ":20:15 Uhr", "-", "- Filiale 3", "-")
    loaded = load(text)
    (found,) = loaded.tables["bank_lines"]["remittance"]
    assert found == "Kauf am 05.10. um 14 :20:15 Uhr"
    text = statement(":61:2610051005C1,00NTRFNONREF", ":86:first", "-", "- second", ":61:2610051005C2,00NTRFNONREF")
    assert load(text).tables["bank_lines"]["remittance"].tolist()[0] == "first - - second"


def test_every_86_of_an_entry_counts_and_one_at_the_end_is_the_statements() -> None:
    entry = (
        ":61:261005C000000000000,99N002NONREF",
        ":86:Doe,Utrecht",
        ":86:merchant order 4711",
        ":86:PSP ID (Visa)",
        ":86:shoes",
    )
    text = statement(*entry, closing="C261005EUR1000,99").replace("\n-\n", "\n:86:SUM OF ALL\n-\n")
    loaded = load(text)
    assert loaded.tables["bank_lines"]["remittance"].tolist() == ["Doe,Utrecht merchant order 4711 PSP ID (Visa) shoes"]
    assert loaded.checks.set_index("check").loc["statement_text", "detail"] == "SUM OF ALL"


def test_a_dummy_account_is_kept_as_it_is_and_said_so_unless_the_hint_names_it() -> None:
    text = "0000 01MSPANL2AXXXX00001\n940 00\n" + statement(":61:261005C0,99N002NONREF").replace(ACCOUNT, "IBAN")
    loaded = load(text)
    assert loaded.tables["bank_lines"]["account"].tolist() == ["IBAN"]
    assert outcomes(loaded, "account") == ["absent"]
    assert load(text, account=ACCOUNT).tables["statements"]["account"].tolist() == [ACCOUNT]
    assert ":25: is missing, expected our account" in faults(text.replace(":25:IBAN", ":25:"))[0]


def test_the_files_own_account_stands_against_a_hint() -> None:
    loaded = load(statement(":61:261005C0,99N002NONREF"), account="DE02120300000000202051")
    assert loaded.tables["bank_lines"]["account"].tolist() == [ACCOUNT]
    assert outcomes(loaded, "account") == ["note"]


@pytest.mark.parametrize(
    ("written", "account"),
    [("DE89370400440532013000/EUR", ACCOUNT), ("DE89 3704 0044 0532 0130 00", ACCOUNT),
     ("NL69INGB0123456789EUR", "NL69INGB0123456789"),
     ("37040044/532013000 EUR", "37040044/532013000"), ("UBRTHUHB/12345ABC002/HUF", "UBRTHUHB/12345ABC002")],
)  # fmt: skip
def test_our_account_loses_its_currency_and_nothing_else(written: str, account: str) -> None:
    text = statement(":61:261005C0,99NTRFNONREF").replace(ACCOUNT, written)
    assert load(text).tables["bank_lines"]["account"].tolist() == [account]


def test_german_details_with_tags_cut_across_subfields() -> None:
    found = line(
        ":61:2610051005C119,00NTRFNONREF//4711",
        ":86:166?00GUTSCHRIFT?109310?20EREF+RE-2026-0815-AB-000001 KR",
        "?21EF+K-77 SVWZ+Rechnung RF18 5?22390 0754 7034 danke?30COBADEFF?31DE893",
        "70400440532013000?32Mustermann Elektrohandel Gm?33bH",
    )
    assert found["remittance"] == "Rechnung RF18 5390 0754 7034 danke"
    assert (found["reference"], found["end_to_end_id"]) == ("RF18539007547034", "RE-2026-0815-AB-000001")
    assert (found["counterparty_name"], found["counterparty_account"]) == ("Mustermann Elektrohandel GmbH", ACCOUNT)
    assert (found["kind"], found["bank_reference"]) == ("credit_transfer", "4711")


def test_a_question_mark_in_the_text_is_no_subfield() -> None:
    assert line(":61:2610051005C1,00NTRFNONREF", ":86:166?20SVWZ+Wirklich?Ja?99 ok")["remittance"] == "Wirklich?Ja?99 ok"


def test_a_german_return_tells_reason_original_amount_and_charges() -> None:
    found = line(
        ":61:2610051005D12,35NRTINONREF//99", "/OCMT/EUR11,85//CHGS/EUR0,50/",
        ":86:109?00SEPA-LASTSCHR. RETOURE?20EREF+RE-1?21OAMT+11,85?22SVWZ+AC04 KONTO AUFGELOEST?32Doe",
    )  # fmt: skip
    assert (found["kind"], found["return_reason"], found["end_to_end_id"]) == ("return", "AC04", "RE-1")
    assert (found["instructed_amount"], found["instructed_currency"], found["charges"]) == (-1185, "EUR", -50)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("SVWZ+RETURN MD06 refund", "MD06"), ("SVWZ+RETOURE SONSTIGE GRUENDE", "MS03"), ("SVWZ+Ruecklastschrift?34914", "MS03"),
     ("SVWZ+Ruecklastschrift?34912", "MD06"), ("SVWZ+nothing said", None)],
)  # fmt: skip
def test_return_reasons_are_read_from_code_words_or_key_extension(text: str, reason: str | None) -> None:
    assert line(":61:2610051005D1,00NRTINONREF", f":86:109?00RETOURE?20{text}")["return_reason"] == reason


@pytest.mark.parametrize(
    ("gvc", "code", "kind"),
    [("808", "NCHG", "fee"), ("105", "NDDT", "direct_debit"), ("159", "NTRF", "return"), ("814", "NINT", "interest"),
     ("082", "NMSC", "cash_deposit"), ("999", "NMSC", None), ("999", "NTRF", "credit_transfer")],
)  # fmt: skip
def test_the_kind_comes_from_the_transaction_code_else_from_the_type(gvc: str, code: str, kind: str | None) -> None:
    assert line(f":61:2610051005D1,00{code}NONREF", f":86:{gvc}?00X?20Y")["kind"] == kind


def test_dutch_details() -> None:
    found = line(
        ":61:2610051005C1,56NTRFEREF//00000000001005", "/TRCD/00100/",
        ":86:/EREF/EV12341REP1231456T1234//CNTP/NL69INGB0123456789/INGBNL2",
        "A/ING BANK NV INZAKE WEB///REMI/USTD//EV10001/REP1000/",
    )  # fmt: skip
    assert (found["end_to_end_id"], found["remittance"]) == ("EV12341REP1231456T1234", "EV10001/REP1000")
    assert (found["counterparty_account"], found["counterparty_name"]) == ("NL69INGB0123456789", "ING BANK NV INZAKE WEB")


def test_a_dutch_return_and_a_structured_remittance() -> None:
    found = line(":61:2610051005C1,56NRTIEREF//1", ":86:/RTRN/MS03//EREF/NOTPROVIDED//REMI/STRD/CUR/9001234567890123/")
    assert (found["kind"], found["return_reason"], found["end_to_end_id"]) == ("return", "MS03", None)
    assert found["reference"] == found["remittance"] == "9001234567890123"


def test_plain_details_are_joined_as_the_bank_cut_them() -> None:
    found = line(":61:2610051005C1,00NTRFNONREF", ":86:" + "A" * 61, "B" * 65, "  and more", "last line")
    assert found["remittance"] == "A" * 61 + "B" * 65 + " and more last line"


def test_an_original_amount_in_another_currency_and_its_charges() -> None:
    found = line(":61:2610051005C88,00NTRFNONREF//1", "/OCMT/USD100,/EXCH/1,0845/CHGS/EUR3,/", ":86:PAYMENT 4711")
    assert (found["instructed_amount"], found["instructed_currency"], found["charges"]) == (10000, "USD", -300)
    assert found["rate"] == "1.0845"


def test_two_equal_payments_stay_two_and_ids_do_not_depend_on_the_file() -> None:
    pair = [":61:2610051005C1,00NTRFNONREF", ":86:same"] * 2
    ids = lines(*pair)["line_id"]
    assert ids.is_unique
    again = lines(":61:2610051005C9,00NTRFNONREF", ":86:other", ":61:2610051005C1,00NTRF", "NONREF", ":86:sa", "me")
    assert again["line_id"].tolist()[1] == ids[0]


def test_source_lines_are_the_files_own() -> None:
    text = "head\n\n" + statement(":61:2610051005C1,00NTRFNONREF", ":86:a", "b", "", ":61:2610051005C2,00NTRFNONREF")
    assert load(text).tables["bank_lines"]["source_line"].tolist() == [7, 11]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850"])
def test_encodings_of_banks(encoding: str) -> None:
    text = statement(":61:2610051005C1,00NTRFNONREF", ":86:166?20Büro Müller Größe")
    assert load(text.encode(encoding)).tables["bank_lines"]["remittance"].tolist() == ["Büro Müller Größe"]


def test_mt942_is_provisional_and_its_sums_are_proven() -> None:
    text = "\n".join([
        ":20:X", f":25:{ACCOUNT}", ":28C:3917/1", ":34F:EURD0,00", ":34F:EURC0,00", ":13D:2610301730+0000",
        ":61:2610301030D0,42NTRFNONREF", ":61:2610301030C5,00NTRFNONREF", ":90D:1EUR0,42", ":90C:2EUR5,00", "",
    ])  # fmt: skip
    assert mt940.claims(SourceFile("x", content=text.encode())) == "mt942"
    loaded = load(text)
    assert (loaded.source.format, loaded.source.role) == ("mt942", "provisional")
    assert loaded.tables["bank_lines"]["amount"].tolist() == [-42, 500]
    assert outcomes(loaded, "totals") == ["ok", "ok"]
    assert outcomes(loaded, "rows") == ["ok", "failed"]


@pytest.mark.parametrize("text", ["1\n2\n3\n", "Date;Amount\n:61;4\n", '<?xml version="1.0"?><Document/>'])
def test_other_files_are_not_claimed(text: str) -> None:
    assert mt940.claims(SourceFile("x", content=text.encode())) is None


_AMOUNTS = st.lists(
    st.tuples(st.sampled_from(["C", "D", "RC", "RD"]), st.integers(1, 10**9), st.text("AZaz09 -?/+.", max_size=70))
)


@settings(max_examples=50, deadline=None)
@given(_AMOUNTS)
def test_count_and_sum_agree_with_a_published_library(entries: list[tuple[str, int, str]]) -> None:
    tags = []
    for mark, minor, words in entries:
        tags += [f":61:2610051005{mark}{minor // 100},{minor % 100:02d}NTRFNONREF//1", f":86:text {words}".rstrip()]
    text = statement(*tags, closing="C261005EUR1,00")
    options = Options.all()
    theirs = reference_library.parse(text, options=options) if entries else []
    ours = load(text).tables["bank_lines"]
    assert ours["amount"].tolist() == [int(t.data["amount"].amount * 100) for t in theirs]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=40), min_size=1, max_size=6))
def test_sepa_values_survive_any_cut_into_subfields_and_lines(words: list[str]) -> None:
    purpose = f"EREF+{words[0]}SVWZ+{' '.join(words)}X"
    pieces = [purpose[at : at + 27] for at in range(0, len(purpose), 27)][:14]
    codes = [*range(20, 30), *range(60, 64)]
    joined = "".join(pieces)
    field = "166" + "".join(f"?{code}{piece}" for code, piece in zip(codes, pieces, strict=False))
    cut = [field[at : at + 65] for at in range(0, len(field), 65)]
    found = line(":61:2610051005C1,00NTRFNONREF", f":86:{cut[0]}", *cut[1:])
    assert found["end_to_end_id"] == words[0]
    assert found["remittance"] == joined.split("SVWZ+", 1)[1].strip()
