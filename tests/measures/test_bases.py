"""The two bases of receivables and the bridge between them."""

import pandas as pd

from recon_kit.measures.bases import basis_bridge, items_of, receipts_of_matches
from recon_kit.tables import ALLOCATIONS
from tests.frames import frame
from tests.measures.books import items
from tests.measures.cuts import cut

LEDGER = items("item_id  open_amount\nI1  100.00\nI2  50.00\nI3  30.00")
APPLIED = items("item_id  open_amount\nI1  10.00\nI2  50.00\nI3  25.00")


def allocations(text):
    same = {"entity": "A", "currency": "EUR", "probability": 0.99, "basis": "rule", "status": "auto", "kind": "payment"}
    found = frame(ALLOCATIONS, text, **same, match_id="", effective_on="2026-10-10", line_id="L")
    return found.assign(match_id=found["item_id"].fillna("") + found["kind"] + found.index.astype(str))


MATCHED = allocations("""
item_id  kind      allocated  status
I1       payment   88.00      auto
I1       discount  2.00       auto
I2       payment   9.00       proposed
""")


def bridge(now=APPLIED, ours=MATCHED):
    found = basis_bridge(cut(ledger_items=LEDGER, open_items=now, allocations=ours))
    return dict(zip(found["step"], found["amount"].tolist(), strict=True))


def test_each_kind_of_match_that_the_ledger_lacks_is_a_step_and_the_rest_is_told():
    assert bridge() == {"ledger": 180_00, "discount": -2_00, "payment": -88_00, "other": -5_00, "applied": 85_00}


def test_the_steps_sum_to_what_is_left():
    steps = bridge()
    assert sum(amount for step, amount in steps.items() if step != "applied") == steps["applied"]


def test_what_the_ledger_has_posted_is_no_step():
    assert bridge(now=LEDGER, ours=MATCHED.assign(status="in_ledger")) == {"ledger": 180_00, "applied": 180_00}


def test_receivables_only_and_each_basis_from_its_own_list():
    mixed = pd.concat([APPLIED, items("item_id  kind  open_amount\nP  payout  7.00\nD  down_payment  -9.00")])
    made = cut(ledger_items=LEDGER, open_items=mixed)
    assert items_of(made, "applied")["item_id"].tolist() == ["I1", "I2", "I3"]
    assert items_of(made, "ledger")["open_amount"].sum() == 180_00


def test_receipts_are_matched_money_of_the_period_on_receivables():
    came = allocations("""
    item_id  line_id  kind        allocated  effective_on
    I1       L1       payment     80.00      2026-10-05
    -        L2       on_account  20.00      2026-10-31
    I2       L3       payment     5.00       2026-09-30
    I3       -        payment     5.00       2026-10-09
    I3       L4       discount    1.00       2026-10-09
    P        L5       payment     70.00      2026-10-09
    """)
    payout = items("item_id  kind  open_amount\nP  payout  7.00")
    found = receipts_of_matches(cut(open_items=pd.concat([APPLIED, payout]), allocations=came))
    assert found.to_dict("records") == [{"entity": "A", "currency": "EUR", "receipts": -100_00}]
