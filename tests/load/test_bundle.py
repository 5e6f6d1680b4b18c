"""Archives: members of several formats as one `Loaded`, repeats named, every unreadable member at once."""

from __future__ import annotations

import io
import zipfile

import pytest

from recon_kit.errors import LoadError
from recon_kit.load.loaded import Loaded
from recon_kit.load.reading import read_source
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy
from tests.load import camt_messages as camt
from tests.load.small_files import SMALL

SWIFT = """:20:STARTUMS
:25:NL69INGB0123456789
:28C:{number}/1
:60F:C{day}EUR{opening}
:61:{day}1005C1,00NTRFNONREF
:86:Rechnung 4711
:62F:C{day}EUR{closing}
-
"""
FIRST = SWIFT.format(number=7, day="261005", opening="10,00", closing="11,00")
SECOND = SWIFT.format(number=8, day="261006", opening="11,00", closing="12,00").replace("1005C", "1006C")
OCTOBER = camt.message(camt.statement(camt.balance("OPBD", "0.00"), camt.balance("CLBD", "5.00"), camt.entry("5.00")))


def packed(**members: str | bytes) -> SourceFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return SourceFile("bank.zip", content=out.getvalue())


def load(**members: str | bytes) -> Loaded:
    return read_source(packed(**members), Policy(), Hints())


def outcomes(loaded: Loaded, check: str) -> list[str]:
    return loaded.checks.loc[loaded.checks["check"] == check, "outcome"].tolist()


def test_members_of_several_formats_are_one_and_each_row_names_its_member() -> None:
    loaded = load(a_xml=OCTOBER, b_sta=FIRST, c_csv=SMALL["bank_csv"].good)
    assert loaded.source.format == "camt.053+mt940+csv:wise"
    lines = loaded.tables["bank_lines"]
    assert list(dict.fromkeys(lines["source_file"])) == ["bank.zip/a.xml", "bank.zip/b.sta", "bank.zip/c.csv"]
    assert loaded.source.n_read == len(lines)


def test_every_member_that_cannot_be_read_is_named_at_once() -> None:
    with pytest.raises(
        LoadError, match=r"bank\.zip/b\.txt:1: expected a format that is known.*\n.*bank\.zip/c\.html:1: expected a statement"
    ):
        load(a_xml=OCTOBER, b_txt="Kommen Sie bald wieder", c_html="<html><body>503</body></html>")


def test_a_statement_in_two_members_is_read_once_and_named() -> None:
    loaded = load(a_sta=FIRST, b_sta=FIRST)
    assert len(loaded.tables["statements"]) == len(loaded.tables["bank_lines"]) == 1
    assert (loaded.source.n_read, loaded.source.n_skipped) == (2, 1)
    told = loaded.checks.loc[loaded.checks["check"] == "duplicate", ["outcome", "detail"]].values.tolist()
    assert ["note", "1 bank lines of bank.zip/b.sta stand in bank.zip/a.sta too; read once"] in told


def test_a_statement_of_the_same_id_and_other_content_failed() -> None:
    other = camt.message(camt.statement(camt.balance("OPBD", "5.00"), camt.balance("CLBD", "7.00"), camt.entry("2.00")))
    assert "failed" in outcomes(load(a_xml=OCTOBER, b_xml=other), "duplicate")


def test_balances_and_numbers_go_on_from_member_to_member() -> None:
    loaded = load(b_sta=FIRST, a_sta=SECOND)
    assert outcomes(loaded, "continuity") == outcomes(loaded, "sequence") == ["ok"]
    third = SECOND.replace(":28C:8", ":28C:9").replace("11,00", "15,00").replace("12,00", "16,00")
    assert outcomes(load(a_sta=FIRST, b_sta=third), "continuity") == ["failed"]


def test_an_account_that_two_formats_tell_for_the_same_days_failed() -> None:
    swift = FIRST.replace("NL69INGB0123456789", camt.IBAN).replace("261005", "261002").replace("1005C", "1002C")
    loaded = load(a_xml=OCTOBER, b_sta=swift)
    assert outcomes(loaded, "formats") == ["failed"]


def test_members_that_are_worth_different_things_are_refused_by_name() -> None:
    report = camt.message(camt.statement(camt.entry(), tag="Rpt"), kind="052")
    with pytest.raises(LoadError, match=r"it holds a\.xml: booked; b\.xml: provisional; take them one by one"):
        load(a_xml=OCTOBER, b_xml=report)
