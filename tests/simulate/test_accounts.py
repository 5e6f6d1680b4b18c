"""The clearing accounts at each month's end are what is on its way, by name, and what came without a report."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from recon_kit.simulate import SEED
from recon_kit.simulate.accounts import balances
from recon_kit.simulate.company import ACCOUNTS, PSP_CLEARING, SNAPSHOTS
from recon_kit.simulate.model import Item
from recon_kit.simulate.world import World, happen


@pytest.fixture(scope="module", params=[(7, 0.25), (SEED, 1.0)])
def world(request: pytest.FixtureRequest) -> World:
    return happen(*request.param)


def _held(world: World, role: str) -> dict[tuple[str, date], int]:
    found = balances(world.ledger, world.book, world.payouts, world.closings)
    return {(b.entity, b.on): b.amount for b in found if b.role == role}


def _received(world: World, on: date) -> Counter[Item]:
    parts = [part for line in world.book.lines if line.booked_on <= on for part in line.parts]
    received: Counter[Item] = Counter()
    for part in parts:
        if part.item and not part.item.customer:
            received[part.item] += part.allocated
    return received


def test_the_provider_s_clearing_account_holds_the_payouts_on_their_way(world):
    held = _held(world, "psp_clearing")
    for on in SNAPSHOTS:
        received = _received(world, on)
        for entity in ("NORD", "ALPEN"):
            items = [p.item for p in world.payouts if p.entity == entity and p.created_on <= on]
            on_their_way = [item for item in items if not received[item]]
            assert all(received[item] in (0, item.amount) for item in items)
            by_hand = [
                part.allocated
                for line in world.book.lines
                if line.booked_on <= on and line.account.entity == entity
                for part in line.parts
                if part.gl_account == PSP_CLEARING
            ]
            assert held[entity, on] == sum(item.amount for item in on_their_way) - sum(by_hand)
            assert len(by_hand) == (entity == "ALPEN" and on >= date(2026, 9, 30))
            assert len(on_their_way) <= 5


def test_cash_in_transit_is_the_bags_on_their_way_and_what_the_bank_counted_short(world):
    held = _held(world, "cash_in_transit")
    for on in SNAPSHOTS:
        received = _received(world, on)
        counted = [closing for closing in world.closings if closing.day <= on]
        on_their_way = [closing for closing in counted if not received[closing.item]]
        short = [closing.counted - received[closing.item] for closing in counted if received[closing.item]]
        assert held["NORD", on] == sum(closing.counted for closing in on_their_way) + sum(short)
        assert all(0 <= one <= 50_00 for one in short)
        old = {closing.bag for closing in on_their_way if (on - closing.day).days > 10}
        assert len(old) == (on >= date(2026, 9, 30) and len(old) > 0)


def test_no_bag_was_banked_before_the_records_begin(world):
    first = ACCOUNTS["stores"].since
    early = {closing.item for closing in world.closings if closing.day < first}
    paid = {part.item for line in world.book.lines for part in line.parts}
    assert early and early <= paid
