"""An archive that mixes families of bank formats: taken in by its members, each known again, none counted twice."""

import zipfile
from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.policy import Period
from recon_kit.tables import BANK_LINES
from recon_kit.workspace import reload, unload
from recon_kit.workspace.expected import checklist
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
[[sources]]
name = "Main account"
kind = "bank"
files = "bank/*.zip"
account = "{IBAN}"
expected = "monthly"
"""
CAMT = message(
    statement(balance("OPBD", "100.00", on="2026-10-01"), entry("10.00", on="2026-10-02"), balance("CLBD", "110.00"))
)
MT940 = (
    f":20:X\r\n:25:{IBAN}\r\n:28C:9/1\r\n:60F:C260831EUR90,00\r\n:61:2609030903C10,00NTRFNONREF\r\n:86:a\r\n"
    ":62F:C260930EUR100,00\r\n-\r\n"
)


@pytest.fixture
def pack(folder):
    """pack(name, {member: text}): put a ZIP into the inbox of a workspace that knows the account."""
    (folder / "recon.toml").write_text(TOML, encoding="utf-8")

    def put(name, members):
        path = folder / "inbox" / "bank" / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in members.items():
                archive.writestr(member, text)
        return path

    return put


@pytest.fixture
def mixed(pack):
    return pack("mixed.zip", {"a.xml": CAMT, "b.sta": MT940})


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_member_is_a_source_in_a_dry_run_too(mixed, taken, dry_run):
    _, told = taken(dry_run=dry_run)
    assert [(one.name, one.outcome, one.format, one.n_rows) for one in told] == [
        ("bank/mixed.zip/b.sta", "new", "mt940", 1),
        ("bank/mixed.zip/a.xml", "new", "camt.053", 1),
    ]


def test_the_rows_of_every_member_count(mixed, taken):
    workspace, _ = taken()
    lines = workspace.store.fetch(BANK_LINES)
    assert sorted(lines["source_file"]) == ["bank/mixed.zip/a.xml", "bank/mixed.zip/b.sta"]
    kept = {path.name for path in workspace.path("sources").iterdir()}
    assert kept == set(workspace.sources()["sha256"])
    assert workspace.store.verify() == []


def test_a_second_load_knows_the_archive_and_each_member(mixed, taken, drop):
    taken()
    drop("bank/plain.sta", MT940)
    workspace, _ = taken()
    head = workspace.store.head()
    _, told = taken()
    assert {one.outcome for one in told} == {"known"}
    assert workspace.store.head() == head
    assert len(workspace.store.fetch(BANK_LINES)) == 2


def test_a_member_that_was_taken_in_alone_before_is_known(pack, taken, drop):
    drop("bank/b.sta", MT940)
    taken()
    pack("mixed.zip", {"a.xml": CAMT, "b.sta": MT940})
    _, told = taken()
    assert [one.name for one in told if one.outcome == "new"] == ["bank/mixed.zip/a.xml"]


def test_days_that_two_members_tell_count_once(pack, taken):
    same = MT940.replace("260831", "260930").replace("260930EUR100", "261031EUR100").replace("2609030903", "2610021002")
    pack("mixed.zip", {"a.xml": CAMT, "b.sta": same.replace("EUR90,", "EUR100,").replace("261031EUR100,", "261031EUR110,")})
    workspace, _ = taken()
    assert workspace.store.fetch(BANK_LINES)["amount"].tolist() == [1000]


def test_a_member_is_taken_back_and_read_again_by_its_name_and_comes_again_with_the_archive(mixed, taken):
    workspace, _ = taken()
    reload(workspace, "bank/mixed.zip/a.xml", by="ben", at=AT, apply=True)
    assert unload(workspace, "bank/mixed.zip/b.sta", why="test", by="ben", at=AT, apply=True).applied
    _, told = taken()
    assert [(one.name, one.outcome) for one in told if one.outcome == "new"] == [("bank/mixed.zip/b.sta", "new")]


def test_a_member_that_cannot_be_read_is_named_with_the_faults_of_other_files(pack, taken, drop):
    pack("mixed.zip", {"a.xml": CAMT, "b.sta": MT940, "readme.txt": "hello"})
    drop("bank/c.txt", "hello too")
    with pytest.raises(LoadError) as caught:
        taken()
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {"bank/mixed.zip/readme.txt", "bank/c.txt"}


def test_a_source_that_is_expected_as_an_archive_is_there_by_its_members(mixed, taken):
    workspace, _ = taken()
    (row,) = checklist(workspace.policy, workspace.sources(), Period("2026-10", date(2026, 10, 1), date(2026, 10, 31))).to_dict(
        "records"
    )
    assert (row["state"], row["n_files"]) == ("there", 1)
