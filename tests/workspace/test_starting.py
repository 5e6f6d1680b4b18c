"""A start: what lies there is found, the opening position is tied, differences are told."""

from datetime import date

import pytest

from recon_kit.errors import ParameterError, PolicyError
from recon_kit.policy import load_policy
from recon_kit.workspace import create, look_into, start
from recon_kit.workspace.template import Answers
from tests.workspace.conftest import AT, bank, items
from tests.workspace.test_taking import STATEMENT

BALANCES = "entity,gl_account,role,on,amount,currency\n"


@pytest.fixture
def opened(folder, drop, taken):
    (folder / "recon.toml").write_text((folder / "recon.toml").read_text().replace('mapping = "bank.toml"\n', ""))
    drop("bank/a.sta", STATEMENT.format(closing="110,00"))
    drop("items/list-2026-07-31.csv", items("RE-1 1000.00 600.00", "RE-2 50.00 50.00"))
    return taken


def test_the_opening_position_ties_to_the_ledger(opened, drop):
    drop("balances/b.csv", BALANCES + "A,1800,bank,2026-07-31,100.00,EUR\nA,1200,receivables,2026-07-31,650.00,EUR\n")
    workspace, _ = opened()
    opening = start(workspace, date(2026, 7, 31), by="anna", at=AT)
    assert opening.lines[["ours", "ledger", "difference"]].to_numpy().tolist() == [[10000, 10000, 0], [65000, 65000, 0]]
    assert opening.ties
    assert workspace.start_on() == date(2026, 7, 31)


def test_a_difference_is_told_and_not_plugged(opened, drop):
    drop("balances/b.csv", BALANCES + "A,1800,bank,2026-07-31,90.00,EUR\n")
    workspace, _ = opened()
    opening = start(workspace, date(2026, 7, 31), by="anna", at=AT)
    assert opening.lines["difference"].tolist()[0] == 1000
    assert not opening.ties


def test_a_day_that_nothing_reaches_is_refused(opened):
    workspace, _ = opened()
    with pytest.raises(ParameterError, match="a statement or open-item list that reaches 2026-06-30"):
        start(workspace, date(2026, 6, 30), by="anna", at=AT)


def test_init_finds_the_accounts_in_dropped_files(tmp_path):
    inbox = tmp_path / "inbox" / "bank"
    inbox.mkdir(parents=True)
    (inbox / "a.sta").write_text(STATEMENT.format(closing="110,00"))
    (inbox / "b.txt").write_text("nothing that anybody reads")
    found = look_into(tmp_path / "inbox")
    assert found.accounts == {"DE89370400440532013000": ("EUR", "mt940")}
    assert list(found.unread) == ["bank/b.txt"]
    create(tmp_path, Answers("ACME", 'Acme "& Söhne" GmbH'), found)
    policy = load_policy(tmp_path)
    assert policy.entities["ACME"].name == 'Acme "& Söhne" GmbH'
    assert policy.entity_of("DE89370400440532013000") == "ACME"
    assert [(source.kind, source.files) for source in policy.sources] == [("bank", "bank/*")]


def test_init_leaves_an_existing_workspace_as_it_is(folder):
    before = (folder / "recon.toml").read_text()
    with pytest.raises(PolicyError, match="left as it is"):
        create(folder, Answers("X", "X"), look_into(folder / "inbox"))
    assert (folder / "recon.toml").read_text() == before


def test_bank_rows_alone_tell_no_balance(drop, taken):
    drop("bank/a.csv", bank("2026-07-03 100.00 x"))
    workspace, _ = taken()
    with pytest.raises(ParameterError, match="load one first"):
        start(workspace, date(2026, 7, 31), by="anna", at=AT)
