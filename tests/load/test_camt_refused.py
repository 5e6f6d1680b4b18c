"""camt files that are refused: one error that names every line, field, value and expectation."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import LoadError
from tests.load.camt_messages import entry, load, load_entries, message, statement

GOOD = message(statement(entry(), entry("2.00", "DBIT")))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (">10.00<", ">12,50<", r"bank\.xml:9: Ntry/Amt is '12,50', expected an amount without a sign, with '\.' and at most 2"),
        (">10.00<", ">1,234.50<", r":9: Ntry/Amt is '1,234\.50'"),
        (">10.00<", ">1.234<", r":9: Ntry/Amt is '1\.234'"),
        (">10.00<", ">-10.00<", r":9: Ntry/Amt is '-10\.00'"),
        (">10.00<", ">100.0000000000005<", r":9: Ntry/Amt is '100\.0000000000005'"),
        (">10.00<", "><", r":9: Ntry/Amt is missing"),
        ('<Amt Ccy="EUR">10.00</Amt>', "", r":8: Ntry/Amt is missing"),
        ('Ccy="EUR"', "", r":9: Ntry/Amt/@Ccy is missing, expected an ISO 4217 currency code"),
        ('Ccy="EUR"', 'Ccy="EUX"', r":9: Ntry/Amt/@Ccy is 'EUX'"),
        (">CRDT<", ">C<", r":10: Ntry/CdtDbtInd is 'C', expected CRDT or DBIT"),
        ("<CdtDbtInd>CRDT</CdtDbtInd>", "", r":8: Ntry/CdtDbtInd is missing, expected CRDT or DBIT"),
        (">2026-10-02<", ">2026-02-30<", r":12: Ntry/BookgDt is '2026-02-30', expected a date that exists"),
        (">2026-10-02<", ">02.10.2026<", r":12: Ntry/BookgDt is '02\.10\.2026'"),
        ("<BookgDt><Dt>2026-10-02</Dt></BookgDt>", "", r":8: Ntry/BookgDt is missing, expected a booking date, or ValDt"),
        (">BOOK<", ">GEBUCHT<", r":11: Ntry/Sts is 'GEBUCHT', expected one of BOOK, PDNG, INFO"),
        ("<Id><IBAN>DE02120300000000202051</IBAN></Id>", "", r":7: Stmt/Acct/Id is missing|:4: Stmt/Acct/Id is missing"),
        ("<Id>S1</Id>", "", r":4: Stmt/Id is missing"),
        (
            "<CdtDbtInd>CRDT</CdtDbtInd>",
            "<CdtDbtInd>CRDT</CdtDbtInd><CdtDbtInd>DBIT</CdtDbtInd>",
            r":10: Ntry/CdtDbtInd is .* a second time",
        ),
        (">10.00<", "><b>1</b>0.00<", r":9: Amt is '<b>', expected text without elements in it"),
    ],
)
def test_a_bad_field_is_named_with_its_line_and_value(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(LoadError, match=told):
        load(GOOD.replace(old, new, 1))


def test_all_bad_entries_are_named_at_once() -> None:
    with pytest.raises(LoadError, match="Ntry/Amt") as caught:
        load_entries(entry("x"), entry(), entry("1.00", "KREDIT"), entry(on="2026-13-01"))
    assert [(fault.field, fault.found) for fault in caught.value.faults] == [
        ("Ntry/Amt", "x"),
        ("Ntry/CdtDbtInd", "KREDIT"),
        ("Ntry/BookgDt", "2026-13-01"),
    ]


def test_no_statement_is_refused_with_the_root() -> None:
    with pytest.raises(
        LoadError, match=r"a statement \(Stmt, Rpt or Ntfctn\), but there is none; the root is Document/BkToCstmrStmt"
    ):
        load(message())


def test_two_kinds_of_message_in_one_file_are_refused() -> None:
    other = message(statement(entry(), tag="Rpt"), kind="052")
    with pytest.raises(LoadError, match=r"one kind of message, but the file also holds camt\.053"):
        load(f"<Both>{GOOD}{other}</Both>")


def test_truncated_xml_names_line_and_column() -> None:
    with pytest.raises(LoadError, match=r"bank\.xml:\d+: expected well-formed XML, but at column \d+: no element found"):
        load(GOOD[: GOOD.rindex("</Ntry>")])


def test_truncated_xml_still_names_the_bad_entry_before_it() -> None:
    with pytest.raises(LoadError, match="Ntry/Amt is 'x'"):
        load(GOOD.replace(">10.00<", ">x<")[:-20])


def test_mismatched_tags_name_line_and_column() -> None:
    with pytest.raises(LoadError, match=r"bank\.xml:13: expected well-formed XML, but at column \d+: mismatched tag"):
        load(GOOD.replace("</Ntry>", "</Entry>", 1))


def test_a_byte_of_another_encoding_is_named() -> None:
    text = message(statement(entry(inside="<AddtlNtryInf>Müller</AddtlNtryInf>")))
    with pytest.raises(LoadError, match=r":13: expected well-formed XML.*byte 0xFC does not fit"):
        load(text.encode("iso-8859-1"))


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(LoadError, match=r"bank\.xml:1: .*encoding"):
        load(GOOD.replace("<Document", '<?xml version="1.0" encoding="klingon-8"?><Document', 1))


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"


@pytest.mark.parametrize("doctype", ["<!DOCTYPE Document>", LAUGHS, '<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_a_doctype_is_refused_at_once(doctype: str) -> None:
    begun = time.monotonic()
    with pytest.raises(LoadError, match="XML without a DOCTYPE"):
        load(doctype + GOOD.replace("<Id>S1", "<Id>&a11;"))
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "bomb",
    [
        f"<AddtlNtryInf>{'x' * 3_000_000}</AddtlNtryInf>",
        f"<Unknown>{'x' * 3_000_000}</Unknown>",
        f"<!--{'x' * 3_000_000}-->",
        f'<a b="{"x" * 3_000_000}"/>',
    ],
    ids=["text", "unread", "comment", "attribute"],
)
def test_a_single_token_of_megabytes_is_refused(bomb: str) -> None:
    with pytest.raises(LoadError, match="values of at most 1,000,000 characters"):
        load_entries(entry(inside=bomb))


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(LoadError, match="elements deep"):
        load_entries(entry(inside="<a>" * 300_000))


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), new=st.sampled_from("<>&x0,.-\0 "))
def test_one_changed_character_is_refused_or_read_but_never_breaks_the_reader(at: int, new: str) -> None:
    try:
        loaded = load(GOOD[:at] + new + GOOD[at + 1 :])
    except LoadError as error:
        assert all(fault.expected for fault in error.faults)
    else:
        assert len(loaded.tables["bank_lines"]) + loaded.source.n_skipped == loaded.source.n_read
