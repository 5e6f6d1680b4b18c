"""camt entries as bank lines: amounts, parties, texts, returns, batches, charges, currencies."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.load import camt
from recon_kit.load.source import SourceFile
from tests.load.camt_messages import balance, entry, load, load_entries, message, only_line, outcomes, statement

DETAILS = "<NtryDtls><TxDtls>{}</TxDtls></NtryDtls>"


def codes(domain: str, family: str, sub: str, proprietary: str = "") -> str:
    own = f"<Prtry><Cd>{proprietary}</Cd><Issr>DK</Issr></Prtry>" if proprietary else ""
    return f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>{own}</BkTxCd>"


def claimed(text: str | bytes) -> str | None:
    return camt.claims(SourceFile("x", content=text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize("kind", ["052", "053", "054"])
@pytest.mark.parametrize("version", ["01", "02", "08", "13"])
def test_each_message_and_version_is_recognised_by_content(kind: str, version: str) -> None:
    assert claimed(message(kind=kind, version=version)) == f"camt.{kind}"


@pytest.mark.parametrize(
    "text",
    [
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><Note>BkToCstmrStmt</Note></Invoice>',
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn/></Document>',
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.01"><FIToFIPmtCxlReq/></Document>',
        "Konto;Betrag\n<BkToCstmrStmt>;1,00\n",
        "",
    ],
)
def test_nothing_else_is_claimed(text: str) -> None:
    assert claimed(text) is None


@pytest.mark.parametrize(
    ("kind", "tag", "role"), [("052", "Rpt", "provisional"), ("053", "Stmt", "booked"), ("054", "Ntfctn", "advice")]
)
def test_the_three_messages_have_their_own_role(kind: str, tag: str, role: str) -> None:
    loaded = load(message(statement(entry("1.50", "DBIT"), tag=tag), kind=kind))
    assert (loaded.source.format, loaded.source.role) == (f"camt.{kind}", role)
    assert loaded.tables["bank_lines"]["amount"].tolist() == [-150]
    assert len(loaded.tables["statements"]) == 1


def test_prefixed_and_missing_namespaces_read_alike() -> None:
    plain = message(statement(entry("12.34")))
    bare = plain.replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', "")
    prefixed = (
        bare.replace("</", "\0")
        .replace("<", "<n0:")
        .replace("\0", "</n0:")
        .replace("<n0:Document", '<n0:Document xmlns:n0="x"', 1)
    )
    amounts = [load(text).tables["bank_lines"]["amount"].tolist() for text in (plain, bare, prefixed)]
    assert amounts == [[1234]] * 3


def test_a_message_in_an_envelope_is_found() -> None:
    assert only_line(load(f"<Envelope><Header/><Body>{message(statement(entry('5.00')))}</Body></Envelope>"))["amount"] == 500


def test_the_amount_is_the_entrys_own_and_no_other_below_it() -> None:
    inside = DETAILS.format(
        '<Amt Ccy="SEK">0</Amt><CdtDbtInd>CRDT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="USD">99.00</Amt></InstdAmt></AmtDtls>'
    )
    line = only_line(load_entries(entry("8.85", "DBIT", inside=inside)))
    assert (line["amount"], line["currency"]) == (-885, "EUR")


def test_a_reversal_is_not_turned_round_again() -> None:
    line = only_line(load_entries(entry("10.00", "DBIT", head="<RvslInd>true</RvslInd>", inside=codes("PMNT", "RCDT", "ESCT"))))
    assert (line["amount"], line["kind"]) == (-1000, "return")


def test_a_returned_direct_debit_names_the_customer_reason_and_charges() -> None:
    inside = (
        codes("PMNT", "IDDT", "UPDD")
        + '<Chrgs><Rcrd><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>'
        + DETAILS.format(
            "<Refs><EndToEndId>E2E-77</EndToEndId></Refs>"
            '<AmtDtls><InstdAmt><Amt Ccy="EUR">50.00</Amt></InstdAmt></AmtDtls>'
            "<RltdPties><Dbtr><Pty><Nm>Kundin AG</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE11 2222</IBAN></Id></DbtrAcct>"
            "<Cdtr><Pty><Nm>Wir GmbH</Nm></Pty></Cdtr></RltdPties>"
            "<RmtInf><Ustrd>RE-1</Ustrd></RmtInf><RtrInf><Rsn><Cd>MD06</Cd></Rsn><AddtlInf>Widerspruch</AddtlInf></RtrInf>"
        )
    )
    line = only_line(load_entries(entry("53.00", "DBIT", inside=inside)))
    assert line["amount"] == -5300
    assert (line["kind"], line["return_reason"], line["charges"]) == ("return", "MD06", -300)
    assert (line["counterparty_name"], line["counterparty_account"]) == ("Kundin AG", "DE112222")
    assert (line["instructed_amount"], line["instructed_currency"]) == (-5000, "EUR")
    assert (line["end_to_end_id"], line["remittance"]) == ("E2E-77", "RE-1 Widerspruch")


@pytest.mark.parametrize("wrap", ["{}", "<Pty>{}</Pty>"], ids=["v2", "v8"])
@pytest.mark.parametrize(("sign", "name"), [("CRDT", "Payer"), ("DBIT", "Payee")])
def test_the_other_party_is_the_debtor_of_a_credit_and_the_creditor_of_a_debit(wrap: str, sign: str, name: str) -> None:
    parties = "<RltdPties><Dbtr>{}</Dbtr><Cdtr>{}</Cdtr></RltdPties>"
    filled = parties.format(wrap.format("<Nm>Payer</Nm>"), wrap.format("<Nm>Payee</Nm>"))
    assert only_line(load_entries(entry(sign=sign, inside=DETAILS.format(filled))))["counterparty_name"] == name


def test_the_side_that_holds_our_account_is_never_the_other_party() -> None:
    inside = DETAILS.format(
        "<RltdPties><Dbtr><Nm>We</Nm></Dbtr><DbtrAcct><Id><IBAN>DE02 1203 0000 0000 2020 51</IBAN></Id></DbtrAcct>"
        "<Cdtr><Nm>Them</Nm></Cdtr></RltdPties>"
    )
    assert only_line(load_entries(entry(sign="CRDT", inside=inside)))["counterparty_name"] == "Them"


def test_an_ultimate_debtor_is_kept_beside_the_payer() -> None:
    parties = "<RltdPties><Dbtr><Nm>Agency</Nm></Dbtr><UltmtDbtr><Nm>Buyer</Nm></UltmtDbtr></RltdPties>"
    line = only_line(load_entries(entry(inside=DETAILS.format(parties + "<RmtInf><Ustrd>RE-9</Ustrd></RmtInf>"))))
    assert (line["counterparty_name"], line["remittance"]) == ("Agency", "RE-9 Buyer")


def test_references_are_kept_and_notprovided_is_none() -> None:
    inside = "<AcctSvcrRef>BANK-1</AcctSvcrRef>" + DETAILS.format(
        "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RmtInf><Ustrd>Danke</Ustrd><Strd><RfrdDocInf><Nb>4711</Nb></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    line = only_line(load_entries(entry(inside=inside)))
    assert "end_to_end_id" not in line
    assert (line["reference"], line["bank_reference"], line["remittance"]) == ("RF18539007547034", "BANK-1", "Danke 4711")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [("A" * 140, "B", "A" * 140 + "B"), ("A" * 35, "B", "A" * 35 + "B"), ("RE-1", "RE-2", "RE-1 RE-2")],
)
def test_text_cut_at_a_full_line_is_joined_without_a_blank(first: str, second: str, joined: str) -> None:
    inside = DETAILS.format(f"<RmtInf><Ustrd>{first}</Ustrd><Ustrd>{second}</Ustrd></RmtInf>")
    assert only_line(load_entries(entry(inside=inside)))["remittance"] == joined


def test_text_of_the_entry_stands_in_where_the_details_have_none() -> None:
    assert (
        only_line(load_entries(entry(inside="<AddtlNtryInf>Kartenzahlung 4711</AddtlNtryInf>")))["remittance"]
        == "Kartenzahlung 4711"
    )


def batch(announced: int, *details: tuple[str, str]) -> str:
    inner = "".join(
        f'<TxDtls><Refs><EndToEndId>{e2e}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
        f"<RmtInf><Ustrd>RE {e2e}</Ustrd></RmtInf></TxDtls>"
        for e2e, amount in details
    )
    return f"<NtryDtls><Btch><NbOfTxs>{announced}</NbOfTxs></Btch>{inner}</NtryDtls>"


def test_a_batch_is_one_line_with_the_references_of_each_payment() -> None:
    loaded = load_entries(entry("30.00", inside=batch(2, ("E-1", "10.00"), ("E-2", "20.00"))))
    line = only_line(loaded)
    assert (line["amount"], line["remittance"]) == (3000, "RE E-1 E-1\nRE E-2 E-2")
    assert "counterparty_name" not in line
    assert outcomes(loaded, "batch_detail") == []


@pytest.mark.parametrize(
    ("announced", "amount", "told"),
    [(3, "20.00", "3 payments announced, 2 shown"), (2, "21.00", "the details do not add up to the amount booked")],
)
def test_details_that_do_not_add_up_are_noted_and_never_replace_the_entry(announced: int, amount: str, told: str) -> None:
    loaded = load_entries(entry("30.00", inside=batch(announced, ("E-1", "10.00"), ("E-2", amount))))
    assert only_line(loaded)["amount"] == 3000
    assert loaded.checks.loc[loaded.checks["check"] == "batch_detail", ["outcome", "detail"]].values.tolist() == [
        ["note", told]
    ]


def test_one_shown_of_twenty_announced_is_a_batch_not_a_payment() -> None:
    loaded = load_entries(entry(inside=batch(20, ("E-1", "10.00"))))
    assert "end_to_end_id" not in only_line(loaded)
    assert outcomes(loaded, "batch_detail") == ["note"]


def test_a_foreign_payment_keeps_what_was_instructed_and_the_rate() -> None:
    inside = DETAILS.format(
        '<AmtDtls><InstdAmt><Amt Ccy="JPY">1000</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">6.10</Amt></TxAmt>'
        '<CntrValAmt><Amt Ccy="EUR">6.10</Amt><CcyXchg><XchgRate>0.0061000</XchgRate></CcyXchg></CntrValAmt></AmtDtls>'
    )
    line = only_line(load_entries(entry("6.10", "DBIT", inside=inside)))
    assert (line["instructed_amount"], line["instructed_currency"], line["rate"]) == (-1000, "JPY", "0.0061000")


def test_charges_of_version_2_and_of_another_currency() -> None:
    old = '<Chrgs><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs><Chrgs><Amt Ccy="EUR">0.25</Amt></Chrgs>'
    foreign = '<Chrgs><TtlChrgsAndTaxAmt Ccy="USD">7.00</TtlChrgsAndTaxAmt></Chrgs>'
    loaded = load_entries(entry(inside=old + foreign))
    assert only_line(loaded)["charges"] == -125
    assert outcomes(loaded, "charges") == ["note"]


@pytest.mark.parametrize(
    ("told", "sign", "kind"),
    [
        (codes("PMNT", "RCDT", "ESCT"), "CRDT", "credit_transfer"),
        (codes("PMNT", "RDDT", "ESDD"), "DBIT", "direct_debit"),
        (codes("PMNT", "ICDT", "RRTN"), "CRDT", "return"),
        (codes("PMNT", "CNTR", "CDPT"), "CRDT", "cash_deposit"),
        (codes("PMNT", "CNTR", "CWDL"), "DBIT", "other"),
        (codes("PMNT", "MCRD", "POSP"), "CRDT", "payout"),
        (codes("ACMT", "MDOP", "CHRG"), "DBIT", "fee"),
        (codes("ACMT", "MCOP", "INTR"), "CRDT", "interest"),
        ("<BkTxCd><Prtry><Cd>NTRF+166+00931</Cd></Prtry></BkTxCd>", "CRDT", "credit_transfer"),
        ("<BkTxCd><Prtry><Cd>NRTI+109+00905</Cd></Prtry></BkTxCd>", "DBIT", "return"),
        ("<BkTxCd><Prtry><Cd>NMSC+082</Cd></Prtry></BkTxCd>", "CRDT", "cash_deposit"),
        ("<BkTxCd><Prtry><Cd>NCHG+808+00001</Cd></Prtry></BkTxCd>", "DBIT", "fee"),
        ("<BkTxCd><Prtry><Cd>544</Cd></Prtry></BkTxCd>", "CRDT", None),
        ("", "CRDT", None),
    ],
)
def test_kind_is_what_the_banks_codes_say(told: str, sign: str, kind: str | None) -> None:
    assert only_line(load_entries(entry(sign=sign, inside=told))).get("kind") == kind


def test_without_a_booking_date_the_value_date_stands_in() -> None:
    text = message(statement(entry().replace("<BookgDt><Dt>2026-10-02</Dt></BookgDt>", "<ValDt><Dt>2026-10-05</Dt></ValDt>")))
    assert only_line(load(text))["booked_on"] == pd.Timestamp("2026-10-05")


def test_a_time_counts_for_the_day_that_the_banks_clock_shows() -> None:
    text = message(statement(entry().replace("<Dt>2026-10-02</Dt>", "<DtTm>2026-10-02T23:30:00-05:00</DtTm>")))
    assert only_line(load(text))["booked_on"] == pd.Timestamp("2026-10-02")


@pytest.mark.parametrize("status", ["<Sts>{}</Sts>", "<Sts><Cd>{}</Cd></Sts>"], ids=["v2", "v8"])
def test_only_booked_entries_become_lines_and_the_others_are_counted(status: str) -> None:
    entries = [
        entry(amount).replace("<Sts><Cd>BOOK</Cd></Sts>", status.format(word))
        for amount, word in (("1", "BOOK"), ("2", "PDNG"), ("3", "INFO"))
    ]
    loaded = load_entries(*entries)
    assert only_line(loaded)["amount"] == 100
    assert (loaded.source.n_read, loaded.source.n_skipped, outcomes(loaded, "status")) == (3, 2, ["note", "note"])


def test_the_line_is_the_true_one_far_into_the_file() -> None:
    text = message(statement("\n" * 70_000, entry()))
    at = text[: text.index("<Ntry>")].count("\n") + 1
    assert only_line(load(text))["source_line"] == at > 65_535


def test_identity_is_the_banks_reference_and_survives_another_message() -> None:
    inside = "<AcctSvcrRef>BANK-1</AcctSvcrRef>"
    booked = only_line(load(message(statement(entry(inside=inside + "<AddtlNtryInf>x</AddtlNtryInf>")))))
    intraday = only_line(load(message(statement(entry(inside=inside), tag="Rpt"), kind="052", version="02")))
    assert booked["line_id"] == intraday["line_id"]


def test_two_equal_payments_stay_two_and_another_text_is_another_line() -> None:
    told = "<AddtlNtryInf>{}</AddtlNtryInf>"
    loaded = load_entries(*(entry(inside=told.format(text)) for text in ("same", "same", "other")))
    assert loaded.tables["bank_lines"]["line_id"].nunique() == 3


def test_exact_zeros_beyond_the_minor_unit_are_read() -> None:
    assert only_line(load_entries(entry("8.85000")))["amount"] == 885


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    text = message(
        statement(entry(inside="<AddtlNtryInf>Müller &amp; Söhne</AddtlNtryInf>")),
        declaration=f'<?xml version="1.0" encoding="{declared}"?>\n',
    )
    assert claimed(text.encode(encoding)) == "camt.053"
    assert only_line(load(text.encode(encoding)))["remittance"] == "Müller & Söhne"


@settings(max_examples=12, deadline=None)  # each builds three checked frames
@given(st.lists(st.tuples(st.integers(0, 10**12), st.booleans()), max_size=8), st.integers(-(10**12), 10**12))
def test_what_is_written_is_what_is_read(amounts: list[tuple[int, bool]], opening: int) -> None:
    def text(minor: int) -> str:
        return f"{abs(minor) // 100}.{abs(minor) % 100:02d}"

    def sign(minor: int) -> str:
        return "CRDT" if minor >= 0 else "DBIT"

    signed = [minor if is_credit else -minor for minor, is_credit in amounts]
    closing = opening + sum(signed)
    entries = [entry(text(minor), sign(minor)) for minor in signed]
    loaded = load(
        message(
            statement(balance("OPBD", text(opening), sign(opening)), balance("CLBD", text(closing), sign(closing)), *entries)
        )
    )
    assert loaded.tables["bank_lines"]["amount"].tolist() == signed
    assert outcomes(loaded, "balance") == ["ok"]
