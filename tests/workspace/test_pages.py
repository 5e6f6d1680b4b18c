"""Pages of one statement in several files: one statement, proven over all of them, or none."""

import zipfile
from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.load import read
from recon_kit.tables import BANK_LINES, CHECKS, STATEMENTS
from recon_kit.workspace import Workspace, take_in
from tests.load.camt_messages import IBAN, balance, entry, message, statement
from tests.workspace.conftest import AT

TOML = f"""
[entities.A]
name = "Acme GmbH"
[[accounts]]
id = "{IBAN}"
entity = "A"
currency = "EUR"
name = "Main"
"""


def page(number, *parts, last=False):
    head = f"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{str(last).lower()}</LastPgInd></StmtPgntn>\n"
    return message(statement(*parts, head=head))


PAGES = {
    "1": page(1, balance("OPBD", "100.00", on="2026-10-01"), entry("10.00", on="2026-10-02")),
    "2": page(2, entry("10.00", on="2026-10-02"), entry("20.00", on="2026-10-12")),
    "3": page(3, balance("CLBD", "170.00"), entry("30.00", on="2026-10-22"), last=True),
}


@pytest.fixture
def load(tmp_path):
    """load("1", "2", ...): take in those pages, each in its own file."""
    (tmp_path / "recon.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "inbox").mkdir()

    def take(*names, **options):
        for name in names:
            (tmp_path / "inbox" / f"p{name}.xml").write_text(options.get("changed", {}).get(name, PAGES[name]), "utf-8")
        workspace = Workspace.open(tmp_path)
        told = {key: value for key, value in options.items() if key != "changed"}
        return workspace, take_in(workspace, by="anna", at=AT, **told)

    return take


def test_pages_in_several_files_are_one_statement(load):
    workspace, _ = load("3", "1", "2")
    (row,) = workspace.store.fetch(STATEMENTS).to_dict("records")
    assert (row["statement_id"], row["opening"], row["closing"]) == ("S1", 10000, 17000)
    assert (row["from_on"].date(), row["to_on"].date(), row["source_file"]) == (date(2026, 10, 1), date(2026, 10, 31), "p3.xml")


def test_equal_payments_on_two_pages_stay_two(load):
    workspace, _ = load("1", "2", "3")
    assert sorted(workspace.store.fetch(BANK_LINES)["amount"]) == [1000, 1000, 2000, 3000]


def test_the_balance_is_proven_over_all_pages(load):
    workspace, _ = load("1", "2", "3")
    checks = workspace.store.fetch(CHECKS).set_index("check")
    assert checks.loc["balance", ["outcome", "expected", "actual"]].tolist() == ["ok", 17000, 17000]
    assert checks.loc["pages", "outcome"].tolist() == ["ok", "ok", "ok"]


def test_pages_that_do_not_tie_are_refused(load):
    with pytest.raises(LoadError, match=r"balance of .* S1 is '170.00 EUR', expected 171.00 EUR \(over its 3 pages\)"):
        load("1", "2", "3", changed={"3": PAGES["3"].replace("170.00", "171.00")})


@pytest.mark.parametrize("there", [("1",), ("1", "3"), ("2", "3"), ("1", "2")])
def test_a_page_that_is_missing_refuses_the_others(load, there):
    with pytest.raises(LoadError, match="load the files of all pages together") as caught:
        load(*there)
    assert {str(line).split(":")[0] for line in str(caught.value).splitlines()} == {f"p{name}.xml" for name in there}


def test_pages_that_are_taken_with_a_reason_do_not_take_each_others_place(load):
    workspace, _ = load("1", "3", override="the bank lost page 2")
    found = workspace.store.fetch(STATEMENTS).sort_values("statement_id")
    assert found["statement_id"].tolist() == ["S1/001", "S1/003"]
    assert found["closing"].tolist()[1] == 17000


def test_a_statement_across_a_months_end_is_taken_in_whole(load):
    _, told = load("1", "2", "3", until=date(2026, 10, 10))
    assert {one.outcome for one in told} == {"new"}


def test_pages_in_an_archive_are_one_statement_too(tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for name, text in PAGES.items():
            archive.writestr(f"{name}.xml", text)
    loaded = read(tmp_path / "pages.zip")
    assert loaded.failed.empty
    assert loaded.tables["statements"]["closing"].tolist() == [17000]
    assert len(loaded.tables["bank_lines"]) == 4
