from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from recon_kit.errors import Fault, LoadError
from recon_kit.load import ofx
from recon_kit.load.loaded import Loaded
from recon_kit.load.ofx.markup import closed_names, nodes
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\n"


def row(day: str = "20261030", amount: str = "-10.00", fitid: str = "F1", rest: str = "<NAME>Payee\n<MEMO>Text\n") -> str:
    return f"<STMTTRN>\n<TRNTYPE>DEBIT\n<DTPOSTED>{day}\n<TRNAMT>{amount}\n<FITID>{fitid}\n{rest}</STMTTRN>\n"


def statement(*rows: str, account: str = "123", currency: str = "USD", balance: str = "90.00", as_of: str = "20261031") -> str:
    listed = f"<BANKTRANLIST>\n<DTSTART>20261001\n<DTEND>20261031\n{''.join(rows)}</BANKTRANLIST>\n"
    ledger = f"<LEDGERBAL>\n<BALAMT>{balance}\n<DTASOF>{as_of}\n</LEDGERBAL>\n"
    owner = f"<BANKACCTFROM>\n<BANKID>1\n<ACCTID>{account}\n<ACCTTYPE>CHECKING\n</BANKACCTFROM>\n"
    return f"<STMTTRNRS>\n<STMTRS>\n<CURDEF>{currency}\n{owner}{listed}{ledger}</STMTRS>\n</STMTTRNRS>\n"


def document(*statements: str) -> str:
    return f"{HEADER}<OFX>\n<BANKMSGSRSV1>\n{''.join(statements)}</BANKMSGSRSV1>\n</OFX>\n"


def load(text: str | bytes, **hints: str) -> Loaded:
    content = text.encode() if isinstance(text, str) else text
    return ofx.read(SourceFile("bank.ofx", content=content), Policy(), Hints.of(dict(hints)))


def lines_of(loaded: Loaded) -> pd.DataFrame:
    return loaded.tables["bank_lines"]


def test_a_statement_gives_lines_and_its_closing_balance() -> None:
    loaded = load(document(statement(row())))
    line, told = lines_of(loaded).iloc[0], loaded.tables["statements"].iloc[0]
    assert (line["amount"], line["currency"], line["counterparty_name"], line["remittance"]) == (-1000, "USD", "Payee", "Text")
    assert (line["account"], line["bank_reference"], line["booked_on"]) == ("123", "F1", pd.Timestamp(2026, 10, 30))
    assert (told["closing"], told["to_on"], pd.isna(told["opening"])) == (9000, pd.Timestamp(2026, 10, 31), True)


@pytest.mark.parametrize(
    "written",
    [
        "20261030",
        "20261030120000",
        "20261030235959.123",
        "20261030120000[-5:EST]",
        "20261030000000.000[+1:CET]",
        "202610301200",
    ],
)
def test_the_day_is_the_one_that_is_written(written: str) -> None:
    assert lines_of(load(document(statement(row(written)))))["booked_on"][0] == pd.Timestamp(2026, 10, 30)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("+1 006,60", 100660),
        ("-2000,00", -200000),
        ("120", 12000),
        ("-5.5", -550),
        ("1,234.56", 123456),
        ("1.234,56-", -123456),
    ],
)
def test_amounts_as_banks_write_them(written: str, amount: int) -> None:
    assert lines_of(load(document(statement(row(amount=written)))))["amount"][0] == amount


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row(amount="$120"), r"bank.ofx:25: TRNAMT is '\$120', expected an amount with '.' or ',' as decimal mark"),
        (row(amount=""), r"bank.ofx:25: TRNAMT is '', expected a signed amount"),
        (row(amount="1.234"), r"TRNAMT is '1.234', expected an amount, but .* more decimals than USD"),
        (row(day="20260231"), r"bank.ofx:24: DTPOSTED is '20260231', expected a date as YYYYMMDD that exists"),
        (row(day=""), r"bank.ofx:24: DTPOSTED is ''"),
        (row().replace("<DTPOSTED>20261030\n", ""), r"bank.ofx:22: DTPOSTED is missing"),
    ],
)
def test_a_wrong_transaction_is_named_with_its_line_and_tag(bad: str, told: str) -> None:
    with pytest.raises(LoadError, match=told):
        load(document(statement(bad)))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(LoadError, match="TRNAMT") as caught:
        load(document(statement(row(amount="x"), row(day="y"), row()), statement(row(amount=""))))
    assert len(caught.value.faults) == 3


def test_two_statements_and_two_documents_with_nul_between_are_all_read() -> None:
    text = (
        document(statement(row(), account="1"), statement(row(), account="2"))
        + "\0\0"
        + document(statement(row(), account="3"))
    )
    loaded = load(text)
    assert list(lines_of(loaded)["account"]) == ["1", "2", "3"]
    assert lines_of(loaded)["line_id"].is_unique


def test_nul_inside_a_document_is_a_fault() -> None:
    with pytest.raises(LoadError, match=r"bank.ofx:27: expected text, but there is a NUL in it"):
        load(document(statement(row(rest="<NAME>Pa\0yee\n"))))


def test_a_transaction_that_two_statements_repeat_is_one_line_and_told() -> None:
    loaded = load(document(statement(row(), row(fitid="F2")), statement(row(fitid="F2"), row(fitid="F3"))))
    assert list(lines_of(loaded)["bank_reference"]) == ["F1", "F2", "F3"]
    assert (loaded.source.n_read, loaded.source.n_skipped) == (4, 1)


def test_a_statement_has_the_same_id_whatever_stands_beside_it() -> None:
    both = load(document(statement(row(), account="1"), statement(row(), account="2"))).tables["statements"]
    alone = load(document(statement(row(), account="2"), statement(row(fitid="9"), account="2"))).tables["statements"]
    assert both["statement_id"][1] == alone["statement_id"][0]
    assert alone["statement_id"].is_unique


def test_equal_rows_without_fitid_in_one_statement_stay_two() -> None:
    assert lines_of(load(document(statement(row(fitid=""), row(fitid="")))))["line_id"].is_unique


def test_a_reused_fitid_with_another_amount_is_another_line() -> None:
    assert lines_of(load(document(statement(row(), row(amount="10.00")))))["line_id"].is_unique


def test_xml_mixed_case_cdata_and_entities() -> None:
    text = document(statement(row(rest="<name><![CDATA[A & B <x>]]></name><Memo>C &amp; D</Memo>"))).replace(
        HEADER, "<?OFX OFXHEADER='200'?>\n"
    )
    found = lines_of(load(text)).iloc[0]
    assert (found["counterparty_name"], found["remittance"]) == ("A & B <x>", "C & D")


def test_an_empty_unclosed_leaf_swallows_nothing() -> None:
    text = document(statement(row(rest="<NAME>\n<MEMO>Text\n"), row(rest="<NAME>x</NAME>\n", fitid="2")))
    assert list(lines_of(load(text))["remittance"]) == ["Text", None] or lines_of(load(text))["remittance"].isna().tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("encoding", "charset"), [("cp1252", "1252"), ("latin-1", "8859-1"), ("utf-8", "1252"), ("cp1252", "NONE")]
)
def test_umlauts_survive_the_charset_that_is_declared_and_the_one_that_is_meant(encoding: str, charset: str) -> None:
    text = document(statement(row(rest="<NAME>Müller\n"))).replace("CHARSET:1252", f"CHARSET:{charset}")
    assert lines_of(load(text.encode(encoding)))["counterparty_name"][0] == "Müller"


@pytest.mark.parametrize("zero", ["00000000", "", "nonsense"])
def test_a_useless_balance_date_leaves_the_balance(zero: str) -> None:
    assert load(document(statement(row(), as_of=zero))).tables["statements"]["closing"][0] == 9000


def test_a_balance_older_than_the_last_entry_is_not_the_closing_one() -> None:
    loaded = load(document(statement(row(), as_of="20261029")))
    assert loaded.tables["statements"]["closing"].isna().all()
    assert "before the last entry" in loaded.checks["detail"][0]


def test_an_amount_of_another_currency_is_kept_in_it_and_a_converted_one_in_the_account_s() -> None:
    own = "<CURRENCY>\n<CURRATE>1.06\n<CURSYM>EUR\n</CURRENCY>\n"
    found = lines_of(load(document(statement(row(rest=own), row(fitid="2", rest=own.replace("CURRENCY", "ORIGCURRENCY"))))))
    assert list(found["currency"]) == ["EUR", "USD"]
    assert list(found["rate"]) == ["1.06", "1.06"]
    assert found["instructed_currency"][1] == "EUR"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>\n<OFX></OFX>", "bank.ofx:1: expected a statement without <!DOCTYPE"),
        (HEADER + "<OFX></OFX>", "a bank or card statement, but the bank's answer holds none"),
        ("<OFX><STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>Down</STATUS></OFX>", r"holds none \(status 2000 Down\)"),
        ("<OFX><INVSTMTRS><CURDEF>USD</INVSTMTRS></OFX>", "a statement of investments"),
        (document(statement(row()))[:-60], "the whole document, but it ends inside <"),
        (document(statement(row(), currency="")), "CURDEF is missing, expected a currency"),
        (document(statement(row(), currency="EURO")), "CURDEF is 'EURO', expected an ISO 4217"),
        (document(statement(row(), balance="n/a")), "BALAMT is 'n/a', expected an amount"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(LoadError, match=told):
        load(text)


@pytest.mark.parametrize(
    ("text", "claimed"),
    [("OFXHEADER:100DATA:OFXSGML", "ofx"), ("\r\n\r\n<OFX>", "ofx"), ("<?xml version='1.0'?><?OFX OFXHEADER='200'?>", "ofx"),
     ("<?xml version='1.0'?><Document>", None), ("a,b", None), ("<OFX2>", None)],
)  # fmt: skip
def test_content_decides_whether_it_is_ofx(text: str, claimed: str | None) -> None:
    assert ofx.claims(SourceFile("x.bin", content=text.encode())) == claimed


def test_transactions_come_before_the_file_has_been_read_to_its_end() -> None:
    taken = []

    def blocks() -> Iterator[str]:
        for number in range(100):
            taken.append(number)
            yield "<OFX><STMTRS><BANKTRANLIST>" if number == 0 else row()

    faults: list[Fault] = []
    stream = nodes(blocks(), {"STMTTRN", "STMTRS", "OFX"}, faults)
    assert (next(stream).name, taken) == ("STMTTRN", [0, 1])
    assert [node.name for node in stream][-2:] == ["STMTTRN", "STMTRS"]
    assert [str(fault) for fault in faults] == ["the whole document, but it ends inside <BANKTRANLIST> before </OFX>"]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_the_size_of_a_block_changes_nothing(size: int) -> None:
    text = document(statement(row(rest="<MEMO><![CDATA[A & <b>]]> C &amp; D <!-- x -->\n"), row(fitid="F2")))
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    found = list(nodes(blocks, closed_names(blocks), []))
    assert found == list(nodes([text], closed_names([text]), []))
    assert found[0].text("MEMO") == "A & <b> C & D"


def test_a_comment_that_nobody_ends_is_text() -> None:
    assert lines_of(load(document(statement(row(rest="<MEMO>a <!-- b\n")))))["remittance"][0] == "a <!-- b"


def test_aggregates_without_end_are_refused() -> None:
    with pytest.raises(LoadError, match=r"bank.ofx:\d+: expected aggregates at most 100 deep"):
        load("<OFX>" * 1000)


def test_a_transaction_outside_any_statement_is_refused() -> None:
    with pytest.raises(LoadError, match=r"bank.ofx:\d+: STMTTRN is '', expected a statement"):
        load(document(statement(row())).replace("</BANKMSGSRSV1>", row() + "</BANKMSGSRSV1>"))
