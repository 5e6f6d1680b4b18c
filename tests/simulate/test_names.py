"""Account numbers that pass every check, at banks that do not exist."""

from __future__ import annotations

import pytest
from stdnum import iban as checked
from stdnum import iso11649

from recon_kit.simulate import names
from recon_kit.simulate.company import ACCOUNTS, iban
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.trade import creditor_reference


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "NL", "BE", "FR", "GB"])
def test_an_invented_account_has_right_check_digits(country):
    draw = Draw(1, country)
    for _ in range(50):
        assert checked.is_valid(iban(country, names.bban(draw, country)), check_country=False)


def test_a_belgian_account_has_its_inner_check_digits_too():
    number = names.bban(Draw(1, "BE"), "BE")
    assert (int(number[:10]) % 97 or 97) == int(number[10:])


def test_our_own_accounts_have_right_check_digits():
    assert all(checked.is_valid(account.iban, check_country=False) for account in ACCOUNTS.values())


def test_a_creditor_reference_has_right_check_digits():
    assert iso11649.is_valid(creditor_reference("RE-2026-08123"))


def test_firms_get_each_name_once():
    draw, taken = Draw(1, "n"), set()
    made = [names.company(draw, "DE", taken) for _ in range(300)]
    assert len(set(made)) == 300


def test_a_name_keeps_its_own_spelling_first():
    assert names.spellings(Draw(1, "s"), "Grauhag Ausrüstung GmbH")[0] == "Grauhag Ausrüstung GmbH"
    assert names.ascii_text("Grauhag Ausrüstung") == "Grauhag Ausruestung"
