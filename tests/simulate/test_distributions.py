"""The sample behaves as receivables do: figures measured on public data, within what three months can show."""

from __future__ import annotations

import pytest

from recon_kit.simulate import SEED
from recon_kit.simulate.model import Line
from recon_kit.simulate.world import World, happen


@pytest.fixture(scope="module")
def world() -> World:
    return happen(SEED, 1.0)


@pytest.fixture(scope="module")
def payments(world: World) -> list[Line]:
    return [x for x in world.book.lines if not x.details and any(_invoice(part) for part in x.parts)]


def _invoice(part: object) -> bool:
    item = getattr(part, "item", None)
    return bool(item and item.kind == "invoice" and part.kind == "payment" and part.allocated > 0)  # type: ignore[attr-defined]


def _share(values: list[int], share: float) -> int:
    return sorted(values)[int(share * len(values))]


def test_delays_have_a_heavy_tail_around_the_due_date(payments):
    days = [(line.booked_on - part.item.due_on).days for line in payments for part in line.parts if _invoice(part)]
    measured = {0.05: -24, 0.25: -2, 0.5: 0, 0.75: 3, 0.9: 15, 0.95: 30}
    for share, wanted in measured.items():
        assert abs(_share(days, share) - wanted) <= 7, share
    assert _share(days, 0.99) > 40


def test_a_quarter_of_the_payments_settles_several_invoices(payments):
    sizes = [sum(map(_invoice, line.parts)) for line in payments]
    assert 0.2 <= sum(size > 1 for size in sizes) / len(sizes) <= 0.45
    assert 3 <= _share(sizes, 0.95) <= 6
    assert 7 <= _share(sizes, 0.99) <= 16


def test_most_invoices_are_paid_in_one_payment(payments):
    counts: dict[int, int] = {}
    for line in payments:
        for part in line.parts:
            if _invoice(part):
                counts[id(part.item)] = counts.get(id(part.item), 0) + 1
    assert 0.93 <= sum(count == 1 for count in counts.values()) / len(counts) <= 0.99


def test_credit_notes_are_netted_in_one_payment_of_twenty(payments):
    netted = sum("credit_netting" in line.phenomenon for line in payments)
    assert 0.035 <= netted / len(payments) <= 0.075
