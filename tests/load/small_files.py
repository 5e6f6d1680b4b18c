"""A small whole file of every format that is read, built from three rows, so that each kind of wrong can be put into each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl

from recon_kit.load import Hints, SourceFile
from recon_kit.load.loaded import Loaded
from recon_kit.load.reading import read_source
from recon_kit.load.xero import HEADER
from recon_kit.policy import Policy

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Small:
    """One format.

    Args:
        build: the file of some rows (day, amount), each as the format writes it.
        days, amounts: of the three good rows.
        day_field, amount_field: what the format calls them.
        bad_day: no day of any calendar.
        bad_amount: letter O for a nought.
    """

    build: Callable[[Rows], bytes]
    days: tuple[str, str, str]
    amounts: tuple[str, str, str]
    day_field: str
    amount_field: str
    bad_day: str
    bad_amount: str
    hints: dict[str, object] = field(default_factory=dict)

    @property
    def good(self) -> bytes:
        """The file as it should be."""
        return self.build(list(zip(self.days, self.amounts, strict=True)))


def load(content: bytes, name: str = "small", **hints: object) -> Loaded:
    """What `recon_kit.read` gives for these bytes."""
    return read_source(SourceFile(name, content=content), Policy(), Hints.of(hints))


def _camt(rows: Rows) -> bytes:
    entries = "".join(
        f'<Ntry>\n<Amt Ccy="EUR">{amount}</Amt>\n<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts><Cd>BOOK</Cd></Sts>\n'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>\n<NtryDtls><TxDtls><RmtInf><Ustrd>Müller</Ustrd></RmtInf></TxDtls></NtryDtls>\n</Ntry>\n"
        for day, amount in rows
    )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-10-31</Dt></Dt></Bal>\n"
        for code, amount in (("OPBD", "100.00"), ("CLBD", "160.00"))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        "<BkToCstmrStmt>\n<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-10-31T20:00:00</CreDtTm></GrpHdr>\n<Stmt><Id>S1</Id>"
        f"<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{balances}{entries}</Stmt>\n"
        "</BkToCstmrStmt></Document>\n"
    ).encode()


def _mt940(rows: Rows) -> bytes:
    entries = "".join(f":61:{day}C{amount}NTRFNONREF\n:86:Müller Rechnung\n" for day, amount in rows)
    head = ":20:STARTUMS\n:25:DE02120300000000202051\n:28C:7/1\n:60F:C261001EUR100,00\n"
    return f"{head}{entries}:62F:C261031EUR160,00\n-\n".encode()


def _ofx(rows: Rows) -> bytes:
    listed = "".join(
        f"<STMTTRN>\n<TRNTYPE>CREDIT\n<DTPOSTED>{day}\n<TRNAMT>{amount}\n<FITID>F{n}\n<MEMO>Müller\n</STMTTRN>\n"
        for n, (day, amount) in enumerate(rows)
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n"
        f"<STMTRS>\n<CURDEF>EUR\n<BANKACCTFROM>\n<ACCTID>123\n</BANKACCTFROM>\n<BANKTRANLIST>\n{listed}</BANKTRANLIST>\n"
        "<LEDGERBAL>\n<BALAMT>160.00\n<DTASOF>20261031\n</LEDGERBAL>\n</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n"
    ).encode("cp1252")


def _ofx_xml(rows: Rows) -> bytes:
    listed = "".join(
        f"<STMTTRN><TRNTYPE>CREDIT</TRNTYPE>\n<DTPOSTED>{day}</DTPOSTED>\n<TRNAMT>{amount}</TRNAMT>\n<FITID>F{n}</FITID>"
        "<MEMO>Müller &amp; Co</MEMO></STMTTRN>\n"
        for n, (day, amount) in enumerate(rows)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>'
        f"<CURDEF>EUR</CURDEF><BANKACCTFROM><ACCTID>123</ACCTID></BANKACCTFROM><BANKTRANLIST>\n{listed}</BANKTRANLIST>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


def _qif(rows: Rows) -> bytes:
    return ("!Type:Bank\n" + "".join(f"D{day}\nT{amount}\nPMüller\nMRechnung\n^\n" for day, amount in rows)).encode()


def _bai2(rows: Rows) -> bytes:
    entries = "".join(f"16,165,{amount},V,{day},,B{n},C{n},Müller/\n" for n, (day, amount) in enumerate(rows))
    return (
        "01,S,R,261031,0700,1,,,2/\n02,R,O,1,261031,2359,EUR,2/\n03,123456,,010,10000,,,015,16000,,/\n"
        f"{entries}49,32000,5/\n98,32000,1,7/\n99,32000,1,9/\n"
    ).encode()


WISE = (
    "TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance,Exchange From,Exchange To,"
    "Exchange Rate,Payer Name,Payee Name,Payee Account Number,Merchant"
)


def _wise(rows: Rows) -> bytes:
    lines = [f'T-{n},{day},{amount},EUR,"Received, thanks",,,,,,Müller,,,' for n, (day, amount) in enumerate(rows)]
    return "\n".join([WISE, *lines, ""]).encode()


def _payout(rows: Rows) -> bytes:
    lines = [f"{day} 10:00:00,completed,50{n},{amount},C,N021,IDEAL,W-{n},Müller" for n, (day, amount) in enumerate(rows)]
    head = "Merchant ID,10998877\nPayout ID,PO-1\nPayout currency,EUR\n\n"
    captions = "Created date,Mt status,PSP ID,Amount,Creditdebit,N code,Payment type,Order ID,Mt description"
    return f"{head}{captions}\n{chr(10).join(lines)}\n".encode()


def _api(rows: Rows) -> bytes:
    moved = [
        {"transaction_id": str(n), "type": "payment", "amount": amount, "currency": "EUR", "debit_credit": "C", "site_id": "7",
         "financial_status": "completed", "created": f"{day}T10:00:00", "order_id": "Müller"}
        for n, (day, amount) in enumerate(rows)
    ]  # fmt: skip
    return json.dumps({"success": True, "data": moved}, indent=1, ensure_ascii=False).encode()


def _exact(rows: Rows) -> bytes:
    items = [
        {"ID": f"guid-{n}", "AccountCode": "400", "AccountName": "Müller", "InvoiceNumber": n + 1, "InvoiceDate": day,
         "Currency": "EUR", "AmountFC": amount, "TransactionAmountFC": amount, "TransactionType": 20, "IsFullyPaid": False}
        for n, (day, amount) in enumerate(rows)
    ]  # fmt: skip
    return json.dumps({"d": {"results": items}}, indent=1, ensure_ascii=False).encode()


def _exact_list(rows: Rows) -> bytes:
    items = [
        {"HID": n, "AccountName": "Müller", "InvoiceNumber": n + 1, "InvoiceDate": day, "CurrencyCode": "EUR", "Amount": amount}
        for n, (day, amount) in enumerate(rows)
    ]
    return json.dumps({"value": items}, indent=1, ensure_ascii=False).encode()


def _xero(rows: Rows) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    for n, (day, amount) in enumerate(rows):
        same = dict.fromkeys(("Total", "InvoiceAmountDue", "LineAmount"), amount)
        told = {"ContactName": "Müller", "InvoiceNumber": f"INV-{n}", "InvoiceDate": day, "DueDate": "2026-12-01", **same}
        writer.writerow({**told, "Currency": "EUR", "Type": "Sales invoice", "Status": "Awaiting Payment"})
    return out.getvalue().encode()


def _items(rows: Rows) -> bytes:
    lines = [f"10001;RE-{n};{day};{amount};Müller" for n, (day, amount) in enumerate(rows)]
    return "\n".join(["Debitor;Belegnr.;Belegdatum;Offen;Name", *lines, ""]).encode()


def _own(rows: Rows) -> bytes:
    lines = [f"NORD,1200,RE-{n},invoice,{day},{day},{amount},EUR,Müller" for n, (day, amount) in enumerate(rows)]
    captions = "entity,gl_account,document_no,kind,posted_on,document_on,amount,currency,customer_id"
    return "\n".join([captions, *lines, ""]).encode()


def workbook(content: bytes, delimiter: str) -> bytes:
    """A sheet as a workbook, every cell a text."""
    book = openpyxl.Workbook()
    for cells in csv.reader(io.StringIO(content.decode()), delimiter=delimiter):
        book.active.append([cell or None for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ISO, TEXT_MARKS = ("2026-10-05", "2026-10-06", "2026-10-27"), ("10.00", "20.00", "30.00")
NO_ISO = "2026-02-30"
SWIFT, SLASHED = ("261005", "261006", "261027"), ("05/10/2026", "06/10/2026", "27/10/2026")
MAPPING = str(Path(__file__).parent / "golden" / "items.toml")
LIST = {"snapshot_on": date(2026, 10, 31)}
_SHEET = (
    ("05.10.2026", "06.10.2026", "27.10.2026"),
    ("1.010,00", "20,00", "30,00"),
    "Belegdatum",
    "Offen",
    "30.02.2026",
    "1O,00",
)
_MSP = (ISO, TEXT_MARKS, "Created date", "Amount", NO_ISO, "1O.00")

SMALL: dict[str, Small] = {
    "camt": Small(_camt, ISO, TEXT_MARKS, "Ntry/BookgDt", "Ntry/Amt", NO_ISO, "1O.00"),
    "mt940": Small(_mt940, SWIFT, ("10,00", "20,00", "30,00"), ":61: value date", ":61:", "261335", "1O,0"),
    "ofx": Small(_ofx, ("20261005", "20261006", "20261027"), TEXT_MARKS, "DTPOSTED", "TRNAMT", "20260230", "1O.00"),
    "ofx_xml": Small(_ofx_xml, ("20261005", "20261006", "20261027"), TEXT_MARKS, "DTPOSTED", "TRNAMT", "20260230", "1O.00"),
    "qif": Small(_qif, ("10/05/2026", "10/06/2026", "10/27/2026"), TEXT_MARKS, "D", "T", "02/30/2026", "1O.00"),
    "bai2": Small(_bai2, SWIFT, ("1000", "2000", "3000"), "value date", "amount", "260230", "1O00"),
    "bank_csv": Small(_wise, ("05-10-2026", "06-10-2026", "27-10-2026"), TEXT_MARKS, "Date", "Amount", "30-02-2026", "1O.00"),
    "multisafepay": Small(_payout, *_MSP),
    "multisafepay_xlsx": Small(lambda rows: workbook(_payout(rows), ","), *_MSP),
    "multisafepay_api": Small(_api, ISO, ("1000", "2000", "3000"), "created", "amount", NO_ISO, "1O00"),
    "exact_online": Small(_exact, ISO, TEXT_MARKS, "InvoiceDate", "AmountFC", NO_ISO, "1O.00", LIST),
    "exact_list": Small(_exact_list, ISO, TEXT_MARKS, "InvoiceDate", "Amount", NO_ISO, "1O.00", LIST),
    "xero": Small(_xero, SLASHED, TEXT_MARKS, "InvoiceDate", "Total", "30/02/2026", "1O.00", LIST),
    "mapped": Small(_items, *_SHEET, {"mapping": MAPPING}),
    "mapped_xlsx": Small(lambda rows: workbook(_items(rows), ";"), *_SHEET, {"mapping": MAPPING}),
    "own_captions": Small(_own, ISO, TEXT_MARKS, "posted_on", "amount", NO_ISO, "1O.00"),
}  # fmt: skip
"""By reader, and by form where a reader has several."""

WORKBOOKS = ("multisafepay_xlsx", "mapped_xlsx")
