"""Statements in the styles of many banks and countries, invented: read rightly, or refused with what is wrong."""

from __future__ import annotations

import pytest

from recon_kit.errors import LoadError
from recon_kit.load.loaded import Loaded
from recon_kit.load.reading import read_source
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

DUTCH, GERMAN, POLISH, SWISS = (
    "NL44RABO0123456789", "DE89370400440532013000", "PL61109010140000071219812874", "CH9300762011623852957",
)  # fmt: skip


def load(text: str | bytes) -> Loaded:
    return read_source(SourceFile("bank", content=text if isinstance(text, bytes) else text.encode()), Policy(), Hints())


def swift(entry: str, account: str = "NL91ABNA0417164300", currency: str = "EUR") -> str:
    balances = f":60F:C261001{currency}1000,00", f":62F:C261005{currency}1010,00"
    return f":20:X\n:25:{account}\n:28C:19321/1\n{balances[0]}\n{entry}\n{balances[1]}\n-\n"


SWIFTS = {
    "ABN AMRO, fields": (
        swift(
            ":61:2610051005C10,00N247NONREF\n:86:/TRTP/SEPA OVERBOEKING/IBAN/NL44RABO0123456789/BIC/RABONL2U/NAME/BOUT\n"
            "IQUE DE LUXE BV/REMI/FACTUUR 4711/EREF/NOTPROVIDED"
        ),
        {"counterparty_name": "BOUTIQUE DE LUXE BV", "counterparty_account": DUTCH, "remittance": "FACTUUR 4711"},
    ),
    "ABN AMRO, labels": (
        swift(
            ":61:2610051005C10,00N247NONREF\n:86:SEPA OVERBOEKING                 IBAN: NL44RABO0123456789\n"
            "BIC: RABONL2U                    NAAM: BOUTIQUE DE LUXE BV\nOMSCHRIJVING: FACTUUR 4711"
        ),
        {"counterparty_name": "BOUTIQUE DE LUXE BV", "counterparty_account": DUTCH},
    ),
    "ING": (
        swift(
            ":61:2610051005C10,00NTRFEREF//00000000001005\n/TRCD/00100/\n"
            ":86:/EREF/EV12341REP1231456//CNTP/NL44RABO0123456789/RABONL2\nU/WEB BV///REMI/USTD//FACTUUR 4711/"
        ),
        {"counterparty_name": "WEB BV", "counterparty_account": DUTCH, "remittance": "FACTUUR 4711",
         "end_to_end_id": "EV12341REP1231456", "bank_reference": "00000000001005"},
    ),
    "Rabobank": (
        swift(
            ":61:261005C000000000010,00N541NONREF\nNL44RABO0123456789\n"
            ":86:/EREF/19-5-2026//ORDP//NAME/J.Janssen/REMI/Factuurnr 123456 Klantnr\n 00123/ISDT/2026-10-05"
        ),
        {"counterparty_name": "J.Janssen", "counterparty_account": DUTCH, "remittance": "Factuurnr 123456 Klantnr 00123"},
    ),
    "SEB": (
        swift(":61:2610051005C10,00N600NONREF//5568ABC123\nBG 5050-1055\n:86:INSATTNING\nFAKTURA 4711", "52781234567", "SEK"),
        {"remittance": "BG 5050-1055 INSATTNING FAKTURA 4711", "bank_reference": "5568ABC123"},
    ),
    "Deutsche Bank": (
        swift(
            ":61:2610051005CR10,00N051NONREF//20261005-1234\n/OCMT/EUR10,00//CHGS/EUR0,00/\n"
            ":86:166?00SEPA-Gutschrift?100599?20EREF+RE-4711?21SVWZ+Rechnung 4711?30DEUTDEFF\n"
            "?31DE89370400440532013000?32Müller & Söhne?33GmbH"
        ),
        {"counterparty_name": "Müller & Söhne GmbH", "counterparty_account": GERMAN, "end_to_end_id": "RE-4711"},
    ),
    "a name that fills its field": (
        swift(
            ":61:2610051005C10,00NTRFNONREF\n:86:166?00GUTSCHRIFT?20RE 4711?31DE89370400440532013000?32Großhandelsgesel"
            "lschaft Nor?33dwest mbH"
        ),
        {"counterparty_name": "Großhandelsgesellschaft Nordwest mbH"},
    ),
    "Pekao": (
        swift(
            f":61:2610051005C10,00N020NONREF\n:86:020~00VE02~20FAKTURA 4711~31{POLISH}~32JAN KOWALSKI~33UL DLUGA 1~34020",
            "12345678", "PLN",
        ),
        {"counterparty_name": "JAN KOWALSKI UL DLUGA 1", "counterparty_account": POLISH, "remittance": "FAKTURA 4711"},
    ),
    "UBS": (
        swift(
            ":61:2610051005C10,00NTRFNONREF//9930ABC\nGUTSCHRIFT\n"
            ":86:GUTSCHRIFT HANS MUSTER 8000 ZUERICH QRR 21 00000 00003 13947 1430\n0 09017", SWISS, "CHF",
        ),
        {"reference": "210000000003139471430009017", "bank_reference": "9930ABC"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("bank", SWIFTS)
def test_mt940_of_many_banks(bank: str) -> None:
    text, expected = SWIFTS[bank]
    for content in (text, text.encode("utf-16"), text.encode("utf-8-sig"), text.replace("\n", "\r\n")):
        loaded = load(content)
        (line,) = loaded.tables["bank_lines"].to_dict("records")
        assert {name: line[name] for name in expected} == expected
        assert (line["amount"], loaded.failed.empty) == (1000, True)


@pytest.mark.parametrize("amount", ["1.010,00", "10.00", "10"])
def test_an_amount_of_another_grammar_is_refused_by_its_line(amount: str) -> None:
    with pytest.raises(LoadError, match=r"bank:5: :61: amount is '1.*an amount with ',' as decimal mark"):
        load(swift(f":61:2610051005C{amount}NTRFREF4711\n:86:x"))


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-10-05T20:00:00</CreDtTm><Acct><Id><IBAN>ES9121000418450200051332</IBAN></Id><Ccy/><Ownr/></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">0</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-05</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">10.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-05</Dt></Dt></Bal>
<Ntry><NtryRef/><Amt Ccy="EUR">10.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-10-05</Dt></BookgDt><ValDt/>
<AcctSvcrRef/><BkTxCd><Prtry><Cd>02</Cd></Prtry></BkTxCd><NtryDtls><Btch/><TxDtls><Refs><EndToEndId/></Refs><RltdPties><Dbtr><Nm/>
</Dbtr><DbtrAcct/></RltdPties><RmtInf/></TxDtls></NtryDtls><AddtlNtryInf>TRANSFERENCIA DE PEÑA SL</AddtlNtryInf></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    "content",
    [
        CAMT,
        CAMT.replace("001.02", "001.13").replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>"),
        CAMT.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        CAMT.replace("UTF-8", "UTF-16").encode("utf-16"),
        CAMT.replace("<", "<ns2:").replace("<ns2:/", "</ns2:").replace("<ns2:?", "<?").replace("xmlns=", "xmlns:ns2="),
        CAMT.replace("<BookgDt><Dt>2026-10-05</Dt>", "<BookgDt><DtTm>2026-10-05T00:00:00.000+02:00</DtTm>"),
    ],
    ids=["empty parts", "version 13", "Latin-1", "UTF-16", "a prefix", "a time"],
)
def test_camt_of_many_countries(content: str | bytes) -> None:
    loaded = load(content)
    (line,) = loaded.tables["bank_lines"].to_dict("records")
    assert (line["amount"], str(line["booked_on"])[:10], line["remittance"]) == (1050, "2026-10-05", "TRANSFERENCIA DE PEÑA SL")
    assert loaded.checks.set_index("check").loc["balance", "outcome"] == "ok"
