"""The ledger's movements over fifteen months: they roll from balance to balance, clear to nothing, and hold their tax."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from recon_kit.simulate.accounts import balances
from recon_kit.simulate.company import END, LEDGER_SINCE, SNAPSHOTS, month_end
from recon_kit.simulate.files import Files
from recon_kit.simulate.movements import Posting, movements
from recon_kit.simulate.world import World, happen
from recon_kit.simulate.writers_master import write_movements


@pytest.fixture(scope="module", params=[7, 8])
def world(request: pytest.FixtureRequest) -> World:
    return happen(request.param, 0.25)


@pytest.fixture(scope="module")
def postings(world: World) -> list[Posting]:
    return movements(world.ledger, world.book)


@pytest.fixture(scope="module")
def receivables(world: World) -> dict[tuple[str, str, str], dict[date, int]]:
    """Ledger account -> month's end -> balance."""
    found: defaultdict[tuple[str, str, str], dict[date, int]] = defaultdict(dict)
    for b in balances(world.ledger, world.book, world.payouts, world.closings):
        if b.role == "receivables":
            found[b.entity, b.gl_account, b.currency][b.on] = b.amount
    return found


@pytest.fixture(scope="module")
def exports(postings, tmp_path_factory) -> dict[str, list[dict[str, str]]]:
    """File -> its rows, in the order in which they were made."""
    files = Files(tmp_path_factory.mktemp("ledger"))
    write_movements(files, postings)
    return {name: _rows(files.folder / name) for name in files.written}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_opening_and_movements_are_the_closing_of_each_month(postings, receivables):
    moved: Counter[tuple[tuple[str, str, str], date]] = Counter()
    for p in postings:
        moved[(p.entity, p.gl_account, p.currency), month_end(p.entered_on)] += p.amount
    assert len(receivables) == 4
    for account, held in receivables.items():
        assert len(held) == 16
        for (_, opening), (on, closing) in pairwise(sorted(held.items())):
            assert opening + moved[account, on] == closing, (account, on)


def test_what_is_posted_late_is_all_that_parts_posting_day_and_month_told(postings):
    late = [p for p in postings if month_end(p.entered_on) != month_end(p.posted_on)]
    assert 2 <= len(late) <= 6
    assert {(month_end(p.posted_on), month_end(p.entered_on)) for p in late} == {SNAPSHOTS[2:4]}
    assert {p.kind for p in late} <= {"credit_note", "invoice", "write_off"}


def test_the_rows_of_a_clearing_sum_to_nothing_for_each_customer(postings):
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for p in postings:
        if p.cleared:
            sums[p.entity, p.customer_id, p.currency, p.cleared.number] += p.amount
    assert len(sums) > 3_000
    assert [key for key, left in sums.items() if left] == []


def test_what_is_not_cleared_is_what_the_last_list_shows(world, postings):
    uncleared: Counter[str] = Counter()
    for p in postings:
        if p.entered_on <= END and (not p.cleared or p.cleared.entered_on > END):
            uncleared[p.customer_id] += p.amount
    listed: Counter[str] = Counter()
    for item, left in world.ledger.open_on(END):
        listed[item.customer.ledger_id] += left
    assert uncleared == listed


def test_each_posting_is_one_row_and_only_its_clearing_is_told_later(postings, exports):
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for rows in exports.values():
        in_file = set()
        for row in rows:
            key = tuple(row[name] for name in ("entity", "gl_account", "document_no", "kind", "posted_on", "customer_id"))
            assert key not in in_file
            in_file.add(key)
            if before := seen.get(key):
                assert not before["clearing_no"] and row["clearing_no"]
                assert before | {"clearing_no": "", "cleared_on": ""} == row | {"clearing_no": "", "cleared_on": ""}
            seen[key] = row
    expected = [p for p in postings if p.posted_on >= LEDGER_SINCE and p.entered_on <= END]
    assert len(seen) == len(expected)
    known = [p for p in expected if p.cleared and p.cleared.entered_on <= END]
    assert sum(bool(row["clearing_no"]) for row in seen.values()) == len(known)


def test_no_export_knows_a_clearing_of_a_later_day(exports):
    last = {"2025-08_2026-07": "2026-07-31", "2026-08": "2026-08-31", "2026-09": "2026-09-30", "2026-10": "2026-10-31"}
    for name, rows in exports.items():
        on = next(day for month, day in last.items() if name.endswith(f"movements-{month}.csv"))
        assert max(max(row["posted_on"], row["cleared_on"]) for row in rows) <= on


def test_sales_and_what_reduces_them_hold_their_tax_and_money_none(postings):
    for p in postings:
        assert (p.tax is not None) == (p.kind in ("invoice", "credit_note", "discount", "write_off"))
        assert (p.tax or 0) * p.amount >= 0 and abs(p.tax or 0) * 6 <= abs(p.amount) + 30
    domestic = [p for p in postings if p.entity == "NORD" and p.kind == "discount" and p.tax]
    assert domestic and all(abs(p.tax * 119 - p.amount * 19) <= 119 * 5 for p in domestic)


def test_the_year_before_is_at_the_pace_of_the_months_that_are_closed(postings, receivables):
    """Invoices grow by less than a half over the year, and days sales outstanding stay where they are."""
    sales: Counter[tuple[str, str, date]] = Counter()
    for p in postings:
        if p.kind == "invoice":
            sales[p.entity, p.currency, month_end(p.posted_on)] += p.amount
    for (entity, _, currency), held in receivables.items():
        for on in (date(2025, 10, 31), date(2026, 10, 31)):
            quarter = sum(sales[entity, currency, month_end(date(on.year, month, 1))] for month in (8, 9, 10))
            assert 25 < held[on] / quarter * 92 < 75, (entity, currency, on)
    counts = Counter(p.posted_on.year for p in postings if p.kind == "invoice" and 8 <= p.posted_on.month <= 10)
    assert 1 < counts[2026] / counts[2025] < 1.5
