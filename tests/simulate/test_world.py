"""What must hold for any seed and size: sums, signs, postings, ties."""

from __future__ import annotations

from collections import Counter

import pytest

from recon_kit.simulate.company import SNAPSHOTS, START
from recon_kit.simulate.world import World, happen


@pytest.fixture(scope="module", params=[7, 8])
def world(request: pytest.FixtureRequest) -> World:
    return happen(request.param, 0.25)


def test_the_parts_of_a_line_sum_to_it(world):
    known = [line for line in world.book.lines if line.group != "unidentified"]
    assert [line for line in known if sum(part.of_line for part in line.parts) != line.amount] == []


def test_an_unidentified_line_has_no_parts(world):
    assert all(not line.parts for line in world.book.lines if line.group == "unidentified")


def test_nothing_is_booked_on_a_day_without_banks(world):
    assert all(line.booked_on.weekday() < 5 and line.booked_on >= line.account.since for line in world.book.lines)


def test_an_open_amount_never_changes_sign_nor_grows(world):
    for on in SNAPSHOTS:
        for item, left in world.ledger.open_on(on):
            assert 0 < left * item.amount <= item.amount * item.amount, (on, item.document_no)


def test_a_collective_credit_is_the_sum_of_its_details(world):
    batches = [line for line in world.book.lines if line.details]
    assert batches
    assert all(sum(detail.amount for detail in line.details) == line.amount for line in batches)


def test_a_return_takes_back_what_the_returned_line_paid(world):
    for line in world.book.lines:
        if "return_" in line.phenomenon:
            taken = line.parts[0]
            before = [x for x in world.book.lines if x.booked_on <= line.booked_on and x is not line]
            assert any(p.item is taken.item and p.allocated == -taken.allocated for x in before for p in x.parts)


def test_identities_are_unique_within_an_entity(world):
    others = [*(payout.item for payout in world.payouts), *(closing.item for closing in world.closings)]
    counts = Counter((item.entity, item.item_id) for item in [*world.items, *others])
    assert [key for key, count in counts.items() if count > 1] == []


def test_a_month_s_receipts_are_mostly_posted_after_it(world):
    posted = [line for line in world.book.lines if line.posted_on and line.booked_on >= START]
    at_once = sum((x.posted_on.year, x.posted_on.month) == (x.booked_on.year, x.booked_on.month) for x in posted)
    assert 0.1 < at_once / len(posted) < 0.4
