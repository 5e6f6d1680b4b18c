"""booking.toml: what is wrong is named, all of it at once; and the page tells every key."""

from dataclasses import fields
from pathlib import Path

import pytest

from recon_kit.errors import PolicyError
from recon_kit.policy import Account, Entity, Policy, load_policy
from recon_kit.policy.booking import (
    BankPosting,
    Booking,
    Datev,
    Debtors,
    EntityBooking,
    PostingRule,
    Vat,
    booking_text,
    load_booking,
)

ROOT = Path(__file__).parents[2]
POLICY = Policy(entities={"NORD": Entity("Nord")}, accounts=(Account("DE89 3704", "NORD", "EUR", "Main", "1800"),))
GOOD = """
[entities.NORD]
format = "datev"
[entities.NORD.datev]
consultant = 1234567
client = 1
[entities.NORD.banks."de893704"]
interim = "1490"
[entities.NORD.rates]
CHF = { 2026-10 = "0.936", 2026-10-05 = "0.94" }
[[entities.NORD.rules]]
kind = "fee"
account = "6855"
"""


def load(folder: Path, text: str) -> Booking:
    (folder / "booking.toml").write_text(text, encoding="utf-8")
    return load_booking(folder, POLICY)


def test_what_is_written_is_what_is_read(tmp_path):
    how = load(tmp_path, GOOD).entities["NORD"]
    assert how.datev == Datev(1234567, 1) and how.rules == (PostingRule("fee", "6855"),)
    assert how.bank("DE89 37 04") == BankPosting(interim="1490") and how.bank("DE00") == BankPosting()
    assert how.rates == {"CHF": {"2026-10": "0.936", "2026-10-05": "0.94"}}
    assert booking_text(tmp_path) == GOOD


def test_a_workspace_without_the_file_is_told(tmp_path):
    assert booking_text(tmp_path) is None
    with pytest.raises(PolicyError, match=r"there is no booking\.toml here"):
        load_booking(tmp_path, POLICY)


def test_a_misspelt_key_is_named_with_its_line(tmp_path):
    with pytest.raises(PolicyError, match=r"booking\.toml:13: .*'entities\.NORD\.rules\.0\.acount'.*did you mean 'account'"):
        load(tmp_path, GOOD.replace('account = "6855"', 'acount = "6855"'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("NORD", "NORT", r"entities\.NORT is 'NORT', expected an entity of recon\.toml \(did you mean 'NORD'"),
        ('format = "datev"', 'format = "datev"\nyear_starts = 13', "expected a month from 1 to 12"),
        ("consultant = 1234567", "consultant = 7", "expected a number from 1001 to 9999999"),
        ("client = 1", "client = 0", "expected a number from 1 to 99999"),
        ("client = 1", "client = 1\naccount_length = 9", "expected a number from 4 to 8"),
        ("client = 1", 'client = 1\nchart = "SKR04"', "expected two digits"),
        ("de893704", "de893705", r"expected an account of NORD in recon\.toml"),
        ('"1490"', '"Bank"', "expected digits, at most 5"),
        ('"fee"', '"fees"', r"expected one of payment.*did you mean 'fee'"),
        ('account = "6855"', 'account = "685500"', "expected digits, at most 5"),
        ('account = "6855"', 'account = "debtor"', "only payment and on_account go to the debtor"),
        ('account = "6855"', 'account = "6855"\nrate = "19 %"', "expected a rate in percent"),
        ('account = "6855"', 'account = "6855"\nrate = "19.0"', "expected a rate in percent"),
        ('account = "6855"', 'account = "6855"\ntax_rate = "19"', "only a ledger_account posting has input tax"),
        ('account = "6855"', 'account = "6855"\ntax_code = "03"', "expected one to four digits, the first not 0"),
        ('account = "6855"', 'account = "6855"\ncost_centre = "Süd"', "expected at most 36 letters"),
        ('account = "6855"', 'account = "6855"\nitem = ["payouts"]', r"did you mean 'payout'"),
        ('account = "6855"', 'account = "6855"\ncurrency = "EURO"', "expected an ISO 4217 currency code"),
        ("2026-10 =", "2026-13 =", "expected a month as 2026-10 or a day"),
        ('"0.936"', '"0,936"', "expected a rate above 0 as text"),
        ("CHF =", "XYZ =", "expected an ISO 4217 currency code"),
        (
            "[entities.NORD.rates]",
            '[entities.NORD.vat]\ndefault = { Germany = "19" }\n[entities.NORD.rates]',
            "a country such as",
        ),
    ],
)
def test_what_cannot_be_followed_is_named(tmp_path, old, new, said):
    with pytest.raises(PolicyError, match=said):
        load(tmp_path, GOOD.replace(old, new))


def test_datev_needs_its_numbers(tmp_path):
    with pytest.raises(PolicyError, match=r"entities\.ALPEN\.datev is missing, expected a table with consultant and client"):
        (tmp_path / "booking.toml").write_text('[entities.ALPEN]\nformat = "datev"\n')
        load_booking(tmp_path, Policy(entities={"ALPEN": Entity("Alpen")}))


def test_the_sample_has_the_file_that_the_simulator_writes():
    sample = (ROOT / "data_samples" / "booking.toml").read_bytes()
    assert sample == (ROOT / "recon_kit" / "simulate" / "workspace" / "booking.toml").read_bytes()
    loaded = load_booking(ROOT / "data_samples", load_policy(ROOT / "data_samples"))
    assert {name: how.format for name, how in loaded.entities.items()} == {"NORD": "datev", "ALPEN": "journal"}


def test_each_key_stands_in_the_booking_page():
    page = (ROOT / "docs" / "booking.md").read_text("utf-8")
    parts = (Booking, EntityBooking, Datev, BankPosting, Debtors, Vat, PostingRule)
    missing = sorted({field.name for part in parts for field in fields(part) if f"`{field.name}`" not in page})
    assert not missing
