"""The checklist: there, stale, missing or overridden, by the last day that has to be reached."""

from datetime import date

import pytest

from recon_kit.errors import ParameterError
from recon_kit.policy import Period
from recon_kit.workspace import checklist
from tests.workspace.conftest import bank, items

AUGUST = Period("2026-08", date(2026, 8, 1), date(2026, 8, 31))


def states(workspace, **options):
    found = checklist(workspace.policy, workspace.sources(), AUGUST, **options)
    return dict(zip(found["source"], found["state"], strict=True))


@pytest.mark.parametrize(
    ("last", "state"),
    [("2026-08-31", "there"), ("2026-08-28", "stale"), ("2026-07-30", "missing")],
    ids=["there", "stale", "missing"],
)
def test_a_daily_account_has_to_reach_the_last_business_day(drop, taken, last, state):
    drop("bank/a.csv", bank(f"{last} 1.00 x"))
    workspace, _ = taken()
    assert states(workspace)["Main account"] == state


def test_a_list_has_to_be_of_the_last_day(drop, taken):
    drop("items/list-2026-08-28.csv", items("RE-1 1.00 1.00"))
    workspace, _ = taken()
    assert states(workspace)["Open items"] == "stale"


def test_a_reason_overrides_and_is_shown(drop, taken):
    drop("bank/a.csv", bank("2026-08-28 1.00 x"))
    workspace, _ = taken()
    found = checklist(workspace.policy, workspace.sources(), AUGUST, {"Main account": "strike at the bank"})
    row = found[found["source"] == "Main account"].iloc[0]
    assert (row["state"], row["reason"], row["entity"]) == ("overridden", "strike at the bank", "A")


def test_an_override_of_an_unknown_source_is_refused(taken):
    workspace, _ = taken()
    with pytest.raises(ParameterError, match=r"did you mean 'Main account'"):
        states(workspace, overrides={"Main acount": "x"})


def test_a_source_never_expected_is_never_missed(taken):
    workspace, _ = taken()
    assert "Balances" not in states(workspace)
