"""Transfers between own accounts: what is no other side of one, and what has to fit between currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recon_kit.matching import History, check_laws, match
from recon_kit.policy import Account, Policy
from recon_kit.tables import ALLOCATIONS, OPEN_ITEMS
from tests.matching.test_match import OWN, items, lines, told

POUNDS = replace(OWN, accounts=(*OWN.accounts, Account("DE13", "nord", "GBP", "Pounds")))
TO_SAVINGS = "line_id  account  booked_on  amount  counterparty_account  counterparty_name  remittance  kind\n"
OUT = "out  DE11  10-01  -500.00  DE12  -  -  -\n"
SENT = "out - own_transfer -500 auto own_transfer"


def matched(rows: str, documents: str = "", policy: Policy = OWN) -> list[str]:
    bank, owed = lines(rows, entity="nord"), items(documents, entity="nord") if documents else OPEN_ITEMS.empty()
    found = match(bank, owed, policy, as_of=date(2026, 10, 3))
    assert check_laws(bank, owed, found.allocations, found.breaks) == []
    return told(found)


@pytest.mark.parametrize("name", ["-", "Nord GmbH"])
def test_a_line_that_quotes_an_open_document_is_no_other_side_unless_it_names_our_account(name: str) -> None:
    document = "item_id  document_no  amount\n1  RE-2026-08123  500.00"
    row = TO_SAVINGS + OUT + "in  DE12  10-02  500.00  {}  {}  Rechnung RE-2026-08123  -"
    assert matched(row.format("-", name), document) == ["in 1 payment 500 auto reference_exact", SENT]
    assert matched(row.format("DE11", name), document) == ["in - own_transfer 500 auto own_transfer", SENT]


def test_a_line_that_quotes_the_sister_companys_open_document_is_no_other_side() -> None:
    bank = lines(TO_SAVINGS + OUT + "in  DE12  10-02  500.00  -  -  Rechnung RE-2026-08123  -", entity="nord")
    owed = items("item_id  document_no  amount\n1  RE-2026-08123  500.00", entity="sued")
    assert told(match(bank, owed, OWN, as_of=date(2026, 10, 3))) == [SENT, "in: other_entity"]


def test_a_line_that_quotes_a_document_that_is_closed_may_be_the_other_side() -> None:
    document = "item_id  document_no  amount  open_amount\n1  RE-2026-08123  500.00  0.00"
    row = TO_SAVINGS + OUT + "in  DE12  10-02  500.00  -  -  Rechnung RE-2026-08123  -"
    assert matched(row, document) == ["in - own_transfer 500 auto own_transfer", SENT]


@pytest.mark.parametrize("name", ["-", "Nord GmbH"])
def test_cash_from_the_till_is_no_other_side(name: str) -> None:
    bag = "item_id  document_no  amount  kind\n1  700123  500.00  cash_deposit"
    row = TO_SAVINGS + OUT + f"in  DE12  10-02  500.00  -  {name}  SAFEBAG 700123  cash_deposit"
    assert matched(row, bag) == ["in 1 payment 500 auto deposit_reference", SENT]
    assert matched(row) == [SENT, "in: no_item"]


def test_a_payout_is_no_other_side() -> None:
    row = TO_SAVINGS + OUT + "in  DE12  10-02  500.00  -  -  -  payout"
    assert matched(row) == [SENT, "in: payout_unknown"]


def test_cash_that_history_knows_and_has_not_explained_is_no_other_side() -> None:
    old = lines(TO_SAVINGS + "in  DE12  10-02  500.00  -  -  -  cash_deposit", entity="nord")
    history = History(old, OPEN_ITEMS.empty(), ALLOCATIONS.empty())
    late = match(lines(TO_SAVINGS + OUT), OPEN_ITEMS.empty(), OWN, history=history, as_of=date(2026, 10, 31))
    assert told(late) == ["out - own_transfer -500 proposed own_transfer", "out: transfer_unpaired"]


ACROSS = (
    "line_id  account  booked_on  amount  currency  counterparty_account  instructed_amount  instructed_currency  charges\n"
)
BOTH = ["in - own_transfer {} {} own_transfer", "out - own_transfer -100 {} own_transfer"]


@pytest.mark.parametrize(
    ("out", "back", "amount", "status"),
    [
        ("DE11  -        -    -", "DE13  -       -    -", "115.00", "auto"),
        ("DE11  -        -    -", "DE13  -       -    -", "99999.00", "proposed"),
        ("DE11  -        -    -", "DE13  -       -    -", "1.15", "proposed"),
        ("DE11  -115.00  EUR  -", "-     -       -    -", "115.00", "auto"),
        ("DE11  -115.00  EUR  -", "DE13  -       -    -", "115.00", "auto"),
        ("DE11  -115.00  EUR  -", "DE13  -       -    -", "117.00", "proposed"),
        ("DE11  -115.00  EUR  -", "DE13  -       -    -2.00", "113.00", "auto"),
        ("DE11  -        -    -", "DE13  100.00  GBP  -", "117.00", "auto"),
        ("DE11  -        -    -", "DE13  90.00   GBP  -", "117.00", "proposed"),
    ],
)
def test_between_currencies_the_amounts_have_to_fit(out: str, back: str, amount: str, status: str) -> None:
    rows = f"{ACROSS}out  DE13  10-01  -100.00  GBP  {out}\nin  DE11  10-02  {amount}  EUR  {back}"
    shown = f"{float(amount):g}"
    expected = [BOTH[0].format(shown, status), BOTH[1].format(status)]
    if status == "proposed":
        expected += ["in: proposed", "out: proposed"]
    assert matched(rows, policy=POUNDS) == expected


def test_one_side_alone_proves_nothing_between_currencies() -> None:
    rows = f"{ACROSS}out  DE13  10-01  -100.00  GBP  DE11  -  -  -\nin  DE11  10-02  115.00  EUR  -  -  -  -"
    assert matched(rows, policy=POUNDS) == ["out - own_transfer -100 auto own_transfer", "in: payer_unknown"]


def test_what_fits_is_paired_before_what_only_might() -> None:
    rows = (
        f"{ACROSS}odd  DE13  10-01  -9000.00  GBP  DE11  -  -  -\nout  DE13  10-02  -100.00  GBP  DE11  -  -  -\n"
        "in  DE11  10-02  115.00  EUR  DE13  -  -  -"
    )
    assert matched(rows, policy=POUNDS)[:1] == ["in - own_transfer 115 auto own_transfer"]
