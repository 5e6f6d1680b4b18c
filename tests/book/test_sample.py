"""The sample's booking.toml tells every account that its matches can ask for."""

from pathlib import Path

import pytest

from recon_kit.book import batch_files, postings, read_datev, read_journal
from recon_kit.policy import load_policy
from recon_kit.policy.booking import load_booking
from recon_kit.tables import ITEM_ALLOCATIONS, LINE_ALLOCATIONS
from tests.book.test_files import AT, same
from tests.book.world import item, line, matched, part

FOLDER = Path(__file__).parents[2] / "data_samples"
POLICY = load_policy(FOLDER)
BOOKING = load_booking(FOLDER, POLICY)
ACCOUNTS = {(account.entity, account.currency): account.id for account in reversed(POLICY.accounts) if not account.psp}


@pytest.mark.parametrize(
    ("entity", "customer", "country", "currency"),
    [
        ("NORD", "D10003", "DE", "EUR"),
        ("NORD", "D10004", "AT", "EUR"),
        ("NORD", "D14009", "CH", "CHF"),
        ("ALPEN", "Norrode Markt GmbH", "AT", "EUR"),
        ("ALPEN", "Sundwerk Trading Ltd", "GB", "GBP"),
    ],
)
def test_every_kind_has_an_account(entity, customer, country, currency):
    same_ones = {"entity": entity, "currency": currency}
    kinds = [kind for kind in (*ITEM_ALLOCATIONS, *LINE_ALLOCATIONS) if kind != "exchange"]
    parts = [part("m", kind, 100, line_id="l", **same_ones) for kind in kinds]
    for one in parts:
        one["item_id"] = "i" if one["kind"] in ITEM_ALLOCATIONS else None
        one["gl_account"] = "6310" if one["kind"] == "ledger_account" else None
        one["customer_id"] = customer if one["kind"] == "on_account" else None
    parts += [part("g", "payment", sign * 5, item_id=name, **same_ones) for sign, name in ((1, "i"), (-1, "c"))]
    parts += [part("x", "payment", 7, item_id="i", **same_ones), part("x", "exchange", 7, line_id="x", entity=entity)]
    items = [item(name, 1000, customer_id=customer, **same_ones) for name in "ic"]
    lines = [line("l", 500, account=ACCOUNTS[entity, currency], entity=entity) | {"currency": currency}]
    lines.append(line("x", 7, entity=entity, account=ACCOUNTS[entity, "EUR"]))
    found = matched(parts, lines, items, {customer: country})
    customers = found.customers.assign(entity=entity).astype({"entity": found.bank_lines["entity"].dtype})
    rows = postings(type(found)(found.allocations, found.bank_lines, found.open_items, customers), POLICY, BOOKING, 1)
    assert set(rows["kind"]) == {*ITEM_ALLOCATIONS, *LINE_ALLOCATIONS, "clearing"}
    (file,) = batch_files(rows, POLICY, BOOKING, AT)
    same((read_datev if entity == "NORD" else read_journal)(file.bytes), rows)


def test_every_ledger_account_of_the_rules_fits_its_ledger():
    told = {rule.gl_account for rule in POLICY.rules.rule if rule.gl_account}
    assert told and all(account.isdigit() and len(account) == 4 for account in told)
