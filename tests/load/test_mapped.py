"""Sheets of one's own: what a mapping can say, and what is refused rather than guessed."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from recon_kit.errors import LoadError, PolicyError
from recon_kit.load import Hints, SourceFile
from recon_kit.load import mapped as reader
from recon_kit.policy import Policy

ITEMS = """
table = "open_items"
snapshot_on = 2026-10-31
[columns]
document_no = "Belegnr."
customer_id = "Debitor"
issued_on = "Belegdatum"
open_amount = "Offen"
[constants]
currency = "EUR"
"""

SHEET = """Offene Posten zum 31.10.2026;;;
Debitor;Belegnr.;Belegdatum;Offen
10001;RE-1;30.09.2026;1.190,00
10001;GU-2;01.10.2026;-25,5
"""


@pytest.fixture
def load(tmp_path):
    def run(content, mapping, **hints):
        path = tmp_path / "items.toml"
        path.write_text(mapping, "utf-8")
        raw = content if isinstance(content, bytes) else content.encode()
        return reader.read(SourceFile("sheet", content=raw), Policy(), Hints(mapping=str(path), **hints))

    return run


def own(content, **hints):
    file = SourceFile("sheet", content=content.encode())
    assert reader.claims(file)
    return reader.read(file, Policy(), Hints(**hints))


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_german_list_becomes_open_items_with_its_snapshot(load):
    loaded = load(SHEET, ITEMS)
    frame = loaded.tables["open_items"]
    assert frame[["item_id", "kind", "document_no", "customer_id", "amount", "open_amount"]].to_numpy().tolist() == [
        ["invoice:RE-1", "invoice", "RE-1", "10001", 119000, 119000],
        ["credit_note:GU-2", "credit_note", "GU-2", "10001", -2550, -2550],
    ]
    assert [f"{on:%F}" for on in frame["issued_on"]] == ["2026-09-30", "2026-10-01"]
    assert frame["source_line"].tolist() == [3, 4]
    snapshot = loaded.tables["snapshots"].iloc[0]
    assert (f"{snapshot['snapshot_on']:%F}", snapshot["complete"], snapshot["n_items"]) == ("2026-10-31", False, 2)
    assert (loaded.source.format, loaded.source.role, loaded.source.n_read) == ("mapped:open_items", "ledger", 2)


def test_a_workbook_gives_the_same_with_native_numbers_and_dates(load):
    content = workbook(
        ["Offene Posten"], [], ["Debitor", "Belegnr.", "Belegdatum", "Offen"],
        [10001, "RE-1", date(2026, 9, 30), 1190.0], [10001, "GU-2", datetime(2026, 10, 1), -25.5],
    )  # fmt: skip
    declared = ITEMS.replace("snapshot_on", 'decimal_mark = ","\ndate_format = "%d.%m.%Y"\nsnapshot_on')
    for mapping in (ITEMS, declared):
        frame = load(content, mapping).tables["open_items"]
        same = [name for name in frame if name != "source_line"]
        assert frame[same].equals(load(SHEET, ITEMS).tables["open_items"][same])
        assert frame["source_line"].tolist() == [4, 5]


def test_a_number_of_three_decimals_in_a_workbook_is_never_thousands(load):
    content = workbook(["Debitor", "Belegnr.", "Belegdatum", "Offen"], [1, "RE-1", date(2026, 9, 30), 1.234])
    mapping = ITEMS.replace("snapshot_on", 'decimal_mark = ","\nsnapshot_on')
    with pytest.raises(LoadError, match=r"Offen is '1\.234', expected an amount with no more decimals than EUR has"):
        load(content, mapping)


def test_long_numeric_references_errors_and_uncomputed_formulas_are_named(load):
    header = ["Debitor", "Belegnr.", "Belegdatum", "Offen"]
    content = workbook(
        header, [1, 1234567890123456, date(2026, 9, 30), 1], [1, "#REF!", date(2026, 9, 30), 1],
        [1, "RE-3", date(2026, 9, 30), "=A2*2"],
    )  # fmt: skip
    with pytest.raises(LoadError, match="export as CSV") as error:
        load(content, ITEMS)
    assert [fault.line for fault in error.value.faults] == [2, 3, 4]
    assert "Offen is '=A2*2', expected a value, not a formula that was never computed" in str(error.value)


def test_amounts_that_fit_both_marks_are_asked_for_once(load):
    content = SHEET.replace("1.190,00", "1.190").replace("-25,5", "2.500")
    with pytest.raises(LoadError, match=r"sheet:3: Offen is '1\.190', expected one reading only") as error:
        load(content, ITEMS)
    assert len(error.value.faults) == 1
    assert load(content, ITEMS, decimal_mark=",").tables["open_items"]["open_amount"].tolist() == [119000, 250000]


def test_dates_that_fit_both_orders_are_asked_for_once(load):
    content = SHEET.replace("30.09.2026", "03/04/2026").replace("01.10.2026", "04/05/2026")
    with pytest.raises(LoadError, match="Belegdatum is '03/04/2026'"):
        load(content, ITEMS)
    declared = 'date_order = "mdy"\n' + ITEMS
    assert [f"{on:%m-%d}" for on in load(content, declared).tables["open_items"]["issued_on"]] == ["03-04", "04-05"]


def test_missing_columns_are_named_beside_those_there_are(load):
    with pytest.raises(
        LoadError, match="a column 'Offen', but the columns here are 'Debitor', 'Nr', 'Belegdatum', 'Saldo'"
    ) as error:
        load(SHEET.replace("Offen\n", "Saldo\n").replace("Belegnr.", "Nr"), ITEMS)
    assert len(error.value.faults) == 2


def test_a_caption_that_stands_twice_needs_its_position(load):
    content = "Debitor;Belegnr.;Belegdatum;Offen;Offen\n1;RE-1;30.09.2026;1,00;2,00\n"
    with pytest.raises(LoadError, match="one column 'Offen', but it stands twice"):
        load(content, ITEMS)
    assert load(content, ITEMS.replace('"Offen"', "5")).tables["open_items"]["open_amount"].tolist() == [200]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.replace("snapshot_on", "snapshoton"), "did you mean 'snapshot_on'"),
        (lambda text: text.replace("document_no", "document_nr"), "did you mean 'document_no'"),
        (lambda text: text.replace('"open_items"', '"open_item"'), "did you mean 'open_items'"),
        (lambda text: text.replace('issued_on = "Belegdatum"\n', ""), "a column or constant for issued_on"),
        (lambda text: text + "[values.kindd]\nRE='invoice'\n", "did you mean 'kind'"),
        (lambda text: 'negate = ["document_no"]\n' + text, "an amount of open_items"),
        (lambda text: text.replace('"Offen"', "0"), "a position from 1"),
        (lambda text: 'time_zone = "Europe/Atlantis"\n' + text, "Europe/Atlantis"),
    ],
)
def test_a_mapping_that_cannot_be_followed_says_why(load, spoil, told):
    with pytest.raises(PolicyError, match=told):
        load(SHEET, spoil(ITEMS))


def test_words_signs_skipped_rows_joined_columns_and_encodings(load):
    mapping = """
table = "open_items"
encoding = "cp1252"
decimal_mark = ","
complete = true
[columns]
document_no = "Beleg"
kind = "Art"
customer_name = ["Name", "Zusatz"]
issued_on = "Datum"
open_amount = "Betrag"
currency = "Währg"
[values.kind]
RE = "invoice"
GS = "credit_note"
"*" = "other"
[sign]
column = "S/H"
negative = ["H"]
positive = ["S"]
[[skip]]
rule = "subtotals"
column = "Beleg"
matches = "Summe.*"
"""
    content = (
        "Beleg;Art;Name;Zusatz;Datum;Betrag;S/H;Währg\n1;RE;Müller;GmbH;31.10.2026;1.000,00;S;EUR\n"
        "2;GS;Müller;;31.10.2026;10,00;H;EUR\nSumme Müller;;;;;990,00;;\n3;XX;M;;31.10.2026;1;S;CHF\n"
    )
    loaded = load(content.encode("cp1252"), mapping, snapshot_on=date(2026, 10, 31))
    frame = loaded.tables["open_items"]
    assert frame[["kind", "customer_name", "open_amount", "currency"]].to_numpy().tolist() == [
        ["invoice", "Müller GmbH", 100000, "EUR"],
        ["credit_note", "Müller", -1000, "EUR"],
        ["other", "M", 100, "CHF"],
    ]
    assert (loaded.source.n_read, loaded.source.n_skipped, loaded.checks["subject"].tolist()) == (4, 1, ["subtotals"])
    assert loaded.tables["snapshots"]["complete"].tolist() == [True]
    with pytest.raises(LoadError, match="S/H is 'X', expected one of S, H"):
        load(content.replace(";S;CHF", ";X;CHF").encode("cp1252"), mapping, snapshot_on=date(2026, 10, 31))


def test_words_outside_a_declared_list_ask_for_a_map(load):
    mapping = ITEMS.replace("[constants]", 'kind = "Debitor"\n[constants]')
    with pytest.raises(LoadError, match=r"Debitor is '10001', expected one of invoice, .*\[values\.kind\]"):
        load(SHEET, mapping)


def test_settlement_lines_with_positive_fees_and_two_amount_columns(load):
    mapping = """
table = "settlement_lines"
negate = ["fee"]
time_zone = "Europe/Berlin"
[columns]
txn_id = "id"
payout_id = "payout"
kind = "type"
created_at = ["date", "time"]
gross = { plus = "credit", minus = "debit" }
fee = "fee"
currency = "cur"
[constants]
psp = "acquirer"
psp_account = "A1"
[values.kind]
sale = "payment"
"""
    content = (
        "id,payout,type,date,time,credit,debit,fee,cur\n"
        "1,P,sale,2026-10-31,23:30,10.00,,0.35,EUR\n2,P,refund,2026-10-31,23:31,,4.00,,EUR\n"
    )
    frame = load(content, mapping).tables["settlement_lines"]
    assert frame[["gross", "fee", "tax_on_fee", "net"]].to_numpy().tolist() == [[1000, -35, 0, 965], [-400, 0, 0, -400]]
    assert f"{frame['created_at'][0]:%F %H:%M}" == "2026-10-31 22:30"
    wrong = content.replace("fee,cur", "fee,cur,net").replace("0.35,EUR", "0.35,EUR,10.35").replace(",,EUR", ",,EUR,-4.00")
    with pytest.raises(LoadError, match="gross \\+ fee \\+ tax_on_fee, which is 965"):
        load(wrong, mapping.replace('fee = "fee"', 'fee = "fee"\nnet = "net"'))


def test_movements_of_one_document_are_added_and_noted(load):
    mapping = """
table = "ledger_movements"
minor_units = true
[columns]
gl_account = "gl"
document_no = "doc"
kind = "kind"
posted_on = "on"
document_on = "on"
amount = "cents"
[constants]
currency = "EUR"
"""
    loaded = load(
        "gl,doc,kind,on,cents\n1200,1,invoice,2026-10-01,100\n1200,1,invoice,2026-10-01,-30\n1200,2,invoice,2026-10-01,5\n",
        mapping,
    )
    assert loaded.tables["ledger_movements"]["amount"].tolist() == [70, 5]
    assert loaded.checks["check"].tolist() == ["merged"]


def test_a_table_in_its_own_captions_needs_no_mapping():
    loaded = own("gl_account,role,on,amount,currency\n1200,receivables,2026-10-31,1234.50,EUR\n1800,bank,2026-10-31,-5,JPY\n")
    assert loaded.tables["ledger_balances"][["gl_account", "role", "amount", "currency"]].to_numpy().tolist() == [
        ["1200", "receivables", 123450, "EUR"],
        ["1800", "bank", -5, "JPY"],
    ]
    assert (loaded.source.format, loaded.source.role) == ("table:ledger_balances", "ledger")


def test_own_captions_take_only_iso_dates_and_decimal_points():
    with pytest.raises(LoadError, match="year, month, day") as error:
        own(
            "gl_account,role,on,amount,currency\n1,bank,31.10.2026,1,EUR\n2,bank,2026-10-31,1.234,EUR\n3,safe,2026-10-31,1,EUR\n"
        )
    assert [fault.line for fault in error.value.faults] == [2, 3, 4]


def test_own_captions_of_customers_and_bank_lines():
    people = own('customer_id,name,is_business,other_names\n7,Müller,yes,"A\nB"\n8,Meier,false,\n')
    assert people.tables["customers"]["is_business"].tolist() == [True, False]
    content = "account,booked_on,amount,currency,remittance\nDE1,2026-10-01,5.00,EUR,x\nDE1,2026-10-01,5.00,EUR,x\n"
    first, again = own(content), own(content.replace("DE1,2026-10-01", "DE1,2026-09-30,1.00,EUR,y\nDE1,2026-10-01", 1))
    ids = first.tables["bank_lines"]["line_id"]
    assert ids.is_unique and list(ids) == list(again.tables["bank_lines"]["line_id"])[1:]


def test_rows_name_their_own_entity_and_not_another_than_the_file_s():
    content = "entity,item_id,document_no,issued_on,open_amount,currency,snapshot_on\n"
    content += "NL,1,RE-1,2026-10-01,5.00,EUR,2026-10-31\nDE,1,RE-1,2026-10-01,7.00,EUR,2026-10-31\n"
    loaded = own(content)
    assert loaded.tables["open_items"][["entity", "item_id", "open_amount"]].to_numpy().tolist() == [
        ["NL", "1", 500],
        ["DE", "1", 700],
    ]
    assert loaded.tables["snapshots"][["entity", "n_items"]].to_numpy().tolist() == [["NL", 1], ["DE", 1]]
    with pytest.raises(LoadError, match="sheet:3: entity is 'DE', expected 'NL'"):
        own(content, entity="NL")


def test_a_list_that_describes_two_days_is_refused():
    content = "item_id,document_no,issued_on,open_amount,currency,snapshot_on\n"
    content += "1,RE-1,2026-10-01,5.00,EUR,2026-10-31\n2,RE-2,2026-10-01,7.00,EUR,2026-09-30\n"
    with pytest.raises(LoadError, match="one day for the whole list"):
        own(content)


def test_a_repeated_key_is_a_fault_with_both_lines():
    with pytest.raises(LoadError, match="sheet:3: expected each customer_id once, but 7 stands in line 2 too"):
        own("customer_id,name,is_business\n7,A,yes\n7,B,yes\n")


def test_other_sheets_are_not_claimed_but_explained():
    file = SourceFile("x", content=SHEET.encode())
    assert reader.claims(file) is None
    assert "Debitor, Belegnr., Belegdatum, Offen" in reader.explain(file)
    assert "save it as XLSX" in reader.explain(SourceFile("x", content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SHEET + "1;2;3\n", "sheet:5: expected 4 fields as in the header, but the row has 3"),
        (SHEET + '1;"2;3;4\n', "sheet:5: expected fields in whole quotes"),
        (SHEET.encode() + b"1;\x00;3;4\n", "sheet:5: expected text, but byte"),
    ],
)
def test_broken_rows_name_their_line(load, content, told):
    with pytest.raises(LoadError, match=told):
        load(content, ITEMS)


def test_a_workbook_with_a_document_type_or_a_broken_part_is_refused(load):
    import zipfile

    whole = workbook(["Debitor", "Belegnr.", "Belegdatum", "Offen"], [1, "RE-1", date(2026, 9, 30), 1])
    for part, told in (
        (b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "document type declaration"),
        (b"<worksheet", "damaged"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
            for entry in old.infolist():
                new.writestr(entry, part if entry.filename == "xl/worksheets/sheet1.xml" else old.read(entry))
        with pytest.raises(LoadError, match=told):
            load(out.getvalue(), ITEMS)
