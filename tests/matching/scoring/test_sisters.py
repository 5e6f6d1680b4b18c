"""Two companies that number their documents alike: what the sister has of a number changes nothing for one's own."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.matching import match
from recon_kit.policy import Policy
from recon_kit.policy.policy import Entity
from recon_kit.simulate.feeds import feed

pytestmark = pytest.mark.xdist_group("compiled")
FACTS = ["line_id", "item_id", "allocated", "kind", "status", "basis"]


def _decided(lines: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    policy = Policy(entities={name: Entity(name=name) for name in ("here", "there")})
    found = match(lines.assign(entity="here"), items, policy).allocations
    return found[FACTS].sort_values(["line_id", "item_id", "kind"], ignore_index=True)


def test_a_sister_with_the_same_numbers_changes_nothing() -> None:
    made = feed("mixed_b2b", 1_500, 9107, "test")
    own = made.open_items.assign(entity="here")
    sister = own.assign(entity="there", open_amount=own["open_amount"] * 3 + 7, amount=own["amount"] * 3 + 7)
    sister = sister.assign(item_id="s" + sister["item_id"], customer_id="S", customer_name="Anderswo AG", customer_account=None)
    alone = _decided(made.bank_lines, own)
    beside = _decided(made.bank_lines, pd.concat([own, sister.drop(columns="discount_amount")], ignore_index=True))
    both = alone.merge(beside, on=FACTS)
    assert len(both) / len(alone) > 0.99
    assert (beside["status"] == "auto").sum() / (alone["status"] == "auto").sum() > 0.99
    assert not set(beside["item_id"].dropna()) & set(sister["item_id"])
