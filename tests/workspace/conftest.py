"""A small workspace: one entity with two accounts, and one sister."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recon_kit.workspace import Workspace, take_in

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TOML = """
[company]
name = "Acme"
[entities.A]
name = "Acme GmbH"
[entities.B]
name = "Acme Sister GmbH"
[[accounts]]
id = "DE89370400440532013000"
entity = "A"
currency = "EUR"
name = "Main"
gl_account = "1800"
[[accounts]]
id = "DE75512108001245126199"
entity = "B"
currency = "EUR"
name = "Sister"
[[sources]]
name = "Main account"
kind = "bank"
files = "bank/*"
account = "DE89370400440532013000"
expected = "daily"
mapping = "bank.toml"
[[sources]]
name = "Open items"
kind = "open_items"
files = "items/*"
entity = "A"
snapshot = "from_name"
[[sources]]
name = "Balances"
kind = "ledger_balances"
files = "balances/*"
expected = "never"
"""
BANK = """
table = "bank_lines"
delimiter = ";"
date_format = "%Y-%m-%d"
decimal_mark = "."
[columns]
booked_on = "Day"
amount = "Amount"
remittance = "Text"
[constants]
currency = "EUR"
account = "DE89370400440532013000"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The workspace's folder, its inbox empty."""
    (tmp_path / "recon.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "bank.toml").write_text(BANK, encoding="utf-8")
    for name in ("bank", "items", "balances"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def drop(folder):
    """drop(name, text): put a file into the inbox."""

    def put(name: str, text: str) -> Path:
        path = folder / "inbox" / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def taken(folder):
    """taken(**options): open the workspace and take in what is new; gives the workspace and what became of each file."""

    def take(**options):
        workspace = Workspace.open(folder)
        return workspace, take_in(workspace, by="anna", at=AT, **options)

    return take


def bank(*rows: str) -> str:
    """A bank file of the mapped shape; rows as "2026-08-03 100.00 text"."""
    return "Day;Amount;Text\n" + "".join(";".join(row.split(" ", 2)) + "\n" for row in rows)


def items(*rows: str) -> str:
    """An open-item list in our own captions; rows as "RE-1 1000.00 600.00" (number, amount, open)."""
    head = "kind,document_no,issued_on,due_on,amount,open_amount,currency\n"
    return head + "".join(
        f"invoice,{number},2026-07-01,2026-07-31,{amount},{left},EUR\n"
        for number, amount, left in (row.split() for row in rows)
    )
