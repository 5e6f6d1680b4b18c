"""Files of a batch: what the ledger reads, and that reading back gives the very rows."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.book import batch_files, datev_fields, postings, read_datev, read_journal, write_datev, write_journal
from recon_kit.book import datev as datev_room
from recon_kit.errors import BookingError
from recon_kit.policy.booking import Datev, EntityBooking
from recon_kit.tables import BATCH_LINES, BOOKING_KINDS
from tests.book.world import POLICY, booking, frame, item, line, matched, part

HOW = EntityBooking("datev", datev=Datev(1234567, 10101, chart="04", documents="cleaned"))
AT = datetime(2026, 11, 3, 9, 30, 15, 123456, tzinfo=UTC)


def row(**more):
    told = {"entity": "NORD", "batch_no": 12, "line_no": 1, "booking_id": "b1", "match_id": "m1", "kind": "payment"}
    told |= {"account": "1800", "side": "debit", "contra_account": "10001", "amount": 123450, "currency": "EUR"}
    told |= {"posted_on": date(2026, 10, 5), "effective_on": date(2026, 10, 5), "document_no": "RE-2026-1", "text": "Zahlung"}
    return told | more


def rows(*some):
    return frame(BATCH_LINES, list(some))


def datev(*some, how=HOW):
    return write_datev(rows(*some), how, AT, "EUR")


def same(found, expected):
    pd.testing.assert_frame_equal(BATCH_LINES.sorted(found), BATCH_LINES.sorted(expected))


def fields(file):
    lines = list(csv.reader(io.StringIO(file.bytes.decode("cp1252"), newline=""), delimiter=";"))
    return lines[2]


def test_the_header_says_what_datev_asks():
    (file,) = datev(row(), row(line_no=2, booking_id="b2", posted_on=date(2026, 10, 31)))
    assert file.name == "EXTF_Buchungsstapel_NORD_000012.csv"
    assert file.bytes.split(b"\r\n")[0].decode() == (
        '"EXTF";700;21;"Buchungsstapel";13;20261103093015123;;"RK";"";"";1234567;10101;20260101;4;20261005;20261031;'
        '"Recon NORD 12";"";1;0;0;"EUR";;"";;;"04";;;"";""'
    )


def test_every_line_has_125_fields_and_ends_with_cr_lf():
    (file,) = datev(row())
    lines = file.bytes.decode("cp1252").split("\r\n")
    assert len(datev_fields.CAPTIONS) == 125 and len(fields(file)) == 125 and lines[-1] == "" and len(lines) == 4
    assert datev_fields.CAPTIONS[113] == "Festschreibung" and datev_fields.CAPTIONS[36] == "KOST1 - Kostenstelle"
    assert datev_fields.CAPTIONS[47] == "Zusatzinformation - Art 1" and datev_fields.CAPTIONS[124] == "Abw. Skontokonto"


def test_a_row_has_amount_side_accounts_key_date_document_and_cost_centre():
    (file,) = datev(row(side="credit", tax_code="3", tax_rate="19", tax_amount=19711, cost_centre="200"))
    told = fields(file)
    assert told[:3] == ["1234,50", "H", "EUR"] and told[6:11] == ["1800", "10001", "0003", "0510", "RE-2026-1"]
    assert (told[13], told[36], told[113]) == ("Zahlung", "200", "0")
    assert file.totals == {"EUR": (0, 123450)} and file.n == 1


def test_foreign_money_has_rate_and_base():
    foreign = {"base_amount": 131891, "base_currency": "EUR", "rate": "0.936"}
    (file,) = datev(row(currency="CHF", **foreign))
    assert fields(file)[:6] == ["1234,50", "S", "CHF", "0,936", "1318,91", "EUR"]
    (yen,) = datev(row(currency="JPY", amount=1234, **foreign | {"rate": "160.00"}))
    assert fields(yen)[0] == "1234,00"
    same(read_datev(yen.bytes), rows(row(currency="JPY", amount=1234, **foreign | {"rate": "160.00"})))


def test_years_and_too_many_rows_are_parted(monkeypatch):
    monkeypatch.setattr(datev_room.fields, "MOST_ROWS", 2)
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 2, 28)]
    many = [row(line_no=n, booking_id=f"b{n}", posted_on=day, effective_on=day) for n, day in enumerate(days, 1)]
    files = datev(*many, how=replace(HOW, year_starts=7))
    assert [(file.name[-8:], file.n) for file in files] == [("12_1.csv", 1), ("12_2.csv", 2), ("12_3.csv", 1)]
    assert [file.bytes.split(b";")[12] for file in files] == [b"20250701", b"20260701", b"20260701"]
    same(pd.concat([read_datev(file.bytes) for file in files]), rows(*many))


def test_what_datev_cannot_hold_is_named_at_once():
    wrong = row(amount=10**12, contra_account="D10001", tax_code="12345", cost_centre="Süd", document_no="RE 1")
    with pytest.raises(BookingError) as error:
        datev(wrong, row(line_no=2, booking_id="b2", currency="KWD", amount=1), how=replace(HOW, datev=Datev(1234567, 1)))
    told = str(error.value)
    for name in ("line 1: amount", "line 1: contra_account", "line 1: tax_code", "line 1: cost_centre", "line 2: amount"):
        assert f"NORD {name} is" in told
    assert "NORD line 1: document_no is 'RE 1', expected at most 36 letters" in told


def test_documents_that_cleaning_makes_one_are_refused():
    with pytest.raises(BookingError, match=r"stays apart from 'RE 1'"):
        datev(row(document_no="RE 1"), row(line_no=2, booking_id="b2", document_no="RE1"))


def test_letters_that_windows_1252_lacks_are_shown_without_marks_and_read_back_whole():
    one = row(text="Łódź 山 „Süß“ = €", document_no="RÜ 2026.1")
    (file,) = datev(one)
    assert fields(file)[13] == "?ódz ? „Süß“ = €" and fields(file)[10] == "RUe20261"
    same(read_datev(file.bytes), rows(one))


def test_a_foreign_file_is_refused_with_its_line():
    (file,) = datev(row())
    with pytest.raises(BookingError, match='DATEV:1: expected a Buchungsstapel that begins with "EXTF";700;21'):
        read_datev(file.bytes.replace(b'"EXTF"', b'"DTVF"'))
    with pytest.raises(BookingError, match=r"DATEV:3: .*names no posting"):
        read_datev(file.bytes.replace(b'"Buchung";"b1"', b'"";""'))


def test_the_journal_has_a_leg_for_each_account_and_balances():
    taxed = row(amount=2380, tax_rate="19", tax_amount=380, tax_account="3806", side="credit", account="1200")
    (file,) = write_journal(rows(taxed))
    lines = list(csv.DictReader(io.StringIO(file.bytes.decode(), newline="")))
    assert [(leg["account"], leg["debit"], leg["credit"]) for leg in lines] == [
        ("1200", "", "23.80"), ("10001", "20.00", ""), ("3806", "3.80", ""),
    ]  # fmt: skip
    assert (file.name, file.n, file.totals) == ("journal_NORD_000012.csv", 1, {"EUR": (2380, 2380)})


def test_the_journal_balances_in_base_currency_too():
    worth = {"currency": "CHF", "base_amount": 2543, "base_currency": "EUR", "rate": "0.936"}
    (file,) = write_journal(rows(row(amount=2380, tax_rate="19", tax_amount=380, tax_account="3806", **worth)))
    lines = list(csv.DictReader(io.StringIO(file.bytes.decode(), newline="")))
    assert [(leg["base_debit"], leg["base_credit"]) for leg in lines] == [("25.43", ""), ("", "21.37"), ("", "4.06")]


def test_the_journal_refuses_tax_without_an_account():
    with pytest.raises(BookingError, match=r"line 1 is missing, expected a tax_account for the tax of 19 %"):
        write_journal(rows(row(tax_rate="19", tax_amount=380)))


def test_no_field_of_the_journal_begins_a_formula():
    (file,) = write_journal(rows(row(text='=HYPERLINK("x")', document_no="-1+2", customer_id="@SUM", line_id="'q")))
    for values in csv.reader(io.StringIO(file.bytes.decode(), newline="")):
        assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in values)
    same(read_journal(file.bytes), rows(row(text='=HYPERLINK("x")', document_no="-1+2", customer_id="@SUM", line_id="'q")))


def test_a_file_that_is_no_journal_is_refused():
    with pytest.raises(BookingError, match="journal:1: expected the columns entity, batch_no"):
        read_journal(b"a,b\r\n")
    (file,) = write_journal(rows(row()))
    with pytest.raises(BookingError, match="journal:2: expected a leg of a posting"):
        read_journal(file.bytes.replace(b"1234.50", b"1234,50", 1))


NASTY = st.one_of(
    st.none(),
    st.sampled_from(["", '"', ";", "=1+1", "ä;ö\r\nü", "'", "\u202eRTL", " x ", "山", '"{}"', "null", "€" * 60, "\x00\x1a"]),
    st.text(max_size=40),
)
WORTHS = st.one_of(
    st.just({"currency": "EUR"}),
    st.builds(
        lambda base, rate: {"currency": "CHF", "base_amount": base, "base_currency": "EUR", "rate": rate},
        st.integers(1, 10**11), st.sampled_from(["0.936", "1.00", "160.00", "0.123456"]),
    ),
)  # fmt: skip
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TEXTS = ("line_id", "item_id", "customer_id", "document_no", "text", "reverses")
POSTING = st.builds(
    lambda amount, tax, worth, texts, kind, side, days, basis: row(
        amount=amount, kind=kind, side=side, posted_on=days[0], effective_on=days[1], tax_basis=basis, **worth,
        **(tax if tax.get("tax_amount", 0) <= amount else {}), **dict(zip(TEXTS, texts, strict=True)),
    ),
    st.integers(1, 10**11),
    st.one_of(
        st.just({}),
        st.builds(
            lambda tax: {"tax_amount": tax, "tax_rate": "19", "tax_account": "3806", "tax_code": "3", "cost_centre": "A 1"},
            st.integers(0, 10**6),
        ),
    ),
    WORTHS, st.tuples(*[NASTY] * len(TEXTS)), st.sampled_from(BOOKING_KINDS), st.sampled_from(["debit", "credit"]),
    st.tuples(DAYS, DAYS), st.sampled_from([None, "document", "default"]),
)  # fmt: skip


def batch(some):
    return rows(*[one | {"line_no": n, "booking_id": f"b{n}"} for n, one in enumerate(some, 1)])


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(POSTING, min_size=1, max_size=3))
def test_the_journal_reads_back_the_very_rows(some):
    (file,) = write_journal(batch(some))
    same(read_journal(file.bytes), batch(some))
    assert all(debit == credit for debit, credit in file.totals.values())


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(POSTING, min_size=1, max_size=3))
def test_datev_reads_back_the_very_rows(some):
    unlike = [one | {"document_no": f"{n}{one['document_no']}" if one["document_no"] else None} for n, one in enumerate(some)]
    files = write_datev(batch(unlike), HOW, AT, "EUR")
    same(pd.concat([read_datev(file.bytes) for file in files]), batch(unlike))
    assert sum(file.n for file in files) == len(some)
    for file in files:
        assert file.bytes.count(b"\r\n") == file.n + 2 and b"\x00" not in file.bytes


def test_a_batch_of_two_entities_has_a_file_in_the_form_of_each():
    parts = [part("m", "charge", -1, line_id="l"), part("n", "charge", -2, line_id="k", entity="ALPEN")]
    lines = [line("l", -1), line("k", -2, entity="ALPEN", account="DE02")]
    made = postings(matched(parts, lines), POLICY, booking(), 3)
    files = batch_files(made, POLICY, booking(), AT)
    assert [file.name for file in files] == ["journal_ALPEN_000003.csv", "EXTF_Buchungsstapel_NORD_000003.csv"]
    assert [file.sha256 for file in files] == [file.sha256 for file in batch_files(made, POLICY, booking(), AT)]
    same(pd.concat([read_journal(files[0].bytes), read_datev(files[1].bytes)]), made)


def test_a_long_batch_ties():
    n = 1_000
    parts = [part(f"m{i}", "payment", 100 + i, line_id=f"l{i}", item_id=f"i{i}") for i in range(n)]
    made = postings(
        matched(parts, [line(f"l{i}", 100 + i) for i in range(n)], [item(f"i{i}", 100 + i) for i in range(n)]),
        POLICY,
        booking(),
        1,
    )
    (file,) = batch_files(made, POLICY, booking(), AT)
    assert file.totals == {"EUR": (sum(100 + i for i in range(n)), 0)}
    same(read_datev(file.bytes), made)
