"""Who owns the open balance: every example of the design, and the laws."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.measures.balances import Balances, available, balances, of_open_documents
from recon_kit.tables import ALLOCATIONS, BREAKS, OPEN_ITEMS, SNAPSHOTS
from tests.frames import day, frame


def items(text: str) -> pd.DataFrame:
    """Rows of `item snapshot_on open`; original amount 1,000.00."""
    rows = [line.split() for line in text.strip().splitlines()]
    return OPEN_ITEMS.frame(
        {
            "item_id": [row[0] for row in rows],
            "kind": ["invoice"] * len(rows),
            "document_no": [f"RE-{row[0]}" for row in rows],
            "issued_on": [day("07-10")] * len(rows),
            "amount": [100000] * len(rows),
            "open_amount": [int(row[2]) * 100 for row in rows],
            "currency": ["EUR"] * len(rows),
            "snapshot_on": [None if row[1] == "-" else day(row[1]) for row in rows],
        }
    )


def allocated(text: str) -> pd.DataFrame:
    """Rows of `item effective_on amount [kind] [status]`, each its own match."""
    rows = [(line.split() + ["payment", "auto"][len(line.split()) - 3 :])[:5] for line in text.strip().splitlines()]
    if not rows:
        return ALLOCATIONS.empty()
    return ALLOCATIONS.frame(
        {
            "match_id": [f"m{n}" for n in range(len(rows))],
            "line_id": [f"l{n}" for n in range(len(rows))],
            "item_id": [row[0] for row in rows],
            "allocated": [int(row[2]) * 100 for row in rows],
            "currency": ["EUR"] * len(rows),
            "kind": [row[3] for row in rows],
            "probability": [1.0] * len(rows),
            "status": [row[4] for row in rows],
            "basis": ["rule:test"] * len(rows),
            "effective_on": [day(row[1]) for row in rows],
        }
    )


def lists(*days: str, complete: bool = True) -> pd.DataFrame:
    """Complete lists of these days."""
    return frame(
        SNAPSHOTS, "\n".join(["snapshot_on  source_file", *(f"{d}  list {d}" for d in days)]), complete=complete, n_items=1
    )


def of(found: Balances, item: str = "A") -> dict[str, Any]:
    row = found.items.set_index("item_id").loc[item]
    names = ("open_amount", "ledger_amount", "pending", "in_ledger")
    return {name: row[name] / 100 for name in names} | {"state": row["state"]}


def said(opened: float, ledger: float, pending: float, in_ledger: float, state: str) -> dict[str, Any]:
    return {"open_amount": opened, "ledger_amount": ledger, "pending": pending, "in_ledger": in_ledger, "state": state}


CASES = [
    {
        "description": "400 of 1,000 allocated in October, November's list says 600: it is in the ledger",
        "items": "A 09-30 1000\nA 11-30 600",
        "allocated": "A 10-12 400",
        "expected": said(600, 600, 0, 400, "open"),
    },
    {
        "description": "... says 1,000: not in the ledger yet",
        "items": "A 09-30 1000\nA 11-30 1000",
        "allocated": "A 10-12 400",
        "expected": said(600, 1000, 400, 0, "open"),
    },
    {
        "description": "absent from a complete list, our allocation explains it",
        "items": "A 09-30 1000",
        "allocated": "A 10-12 1000",
        "expected": said(0, 0, 0, 1000, "closed_in_ledger"),
    },
    {
        "description": "absent from a complete list, nothing allocated by us: closed by the ledger",
        "items": "A 09-30 1000",
        "allocated": "",
        "expected": said(0, 0, 0, 0, "closed_in_ledger"),
    },
    {
        "description": "absent, of which we had allocated a part: closed, and our part counts as contained",
        "items": "A 09-30 1000",
        "allocated": "A 10-12 400",
        "expected": said(0, 0, 0, 400, "closed_in_ledger"),
    },
    {
        "description": "an allocation later than the newest list can never be in it",
        "items": "A 09-30 1000\nA 10-31 1000\nA 11-30 600",
        "allocated": "A 10-12 400\nA 12-02 600",
        "expected": said(0, 600, 600, 400, "closable"),
    },
    {
        "description": "the first list that shows an item contains none of our allocations, whatever their day",
        "items": "A 11-30 1000",
        "allocated": "A 10-12 400",
        "expected": said(600, 1000, 400, 0, "open"),
    },
    {
        "description": "a fall by the oldest allocation only",
        "items": "A 09-30 1000\nA 11-30 700",
        "allocated": "A 10-12 300\nA 11-29 200",
        "expected": said(500, 700, 200, 300, "open"),
    },
    {
        "description": "a fall by one that is not the oldest",
        "items": "A 09-30 1000\nA 11-30 800",
        "allocated": "A 10-12 300\nA 11-29 200",
        "expected": said(500, 800, 300, 200, "open"),
    },
    {
        "description": "a fall that we know nothing of is the ledger's own",
        "items": "A 09-30 1000\nA 11-30 700",
        "allocated": "",
        "expected": said(700, 700, 0, 0, "open"),
    },
    {
        "description": "discount and payment together explain the close",
        "items": "A 09-30 1000",
        "allocated": "A 10-12 980\nA 10-12 20 discount",
        "expected": said(0, 0, 0, 1000, "closed_in_ledger"),
    },
    {
        "description": "a return opens it again before the ledger knows",
        "items": "A 09-30 1000",
        "allocated": "A 10-12 1000\nA 12-03 -1000",
        "expected": said(1000, 0, -1000, 1000, "open"),
    },
    {
        "description": "a proposal and a reversed match deduct nothing",
        "items": "A 09-30 1000\nA 11-30 1000",
        "allocated": "A 10-12 400 payment proposed\nA 10-13 300 payment reversed",
        "expected": said(1000, 1000, 0, 0, "open"),
    },
    {
        "description": "an item of no list is never closed by one",
        "items": "A - 1000",
        "allocated": "A 10-12 400",
        "expected": said(600, 1000, 400, 0, "open"),
    },
    {
        "description": "an item of no list that is paid is closed",
        "items": "A - 1000",
        "allocated": "A 10-12 1000",
        "expected": said(0, 1000, 1000, 0, "closed"),
    },
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_balance(case: dict[str, Any]) -> None:
    found = balances(items(case["items"]), allocated(case["allocated"]), day("12-31"), lists("09-30", "11-30"))
    assert of(found) == case["expected"]
    assert found.breaks.empty


def test_a_fall_that_our_allocations_do_not_explain_is_a_break_with_both_amounts() -> None:
    found = balances(items("A 09-30 1000\nA 11-30 700"), allocated("A 10-12 400"), day("12-31"), lists("09-30", "11-30"))
    assert of(found) == said(700, 700, 0, 0, "open")
    row = found.breaks.iloc[0]
    assert (row["side"], row["id"], row["reason"], row["amount"]) == ("open_item", "A", "ledger_differs", -10000)
    assert "fall of 300.00 EUR" in row["detail"]
    assert "our matches up to that day are 400.00 EUR" in row["detail"]


def test_a_later_list_that_agrees_heals_the_difference() -> None:
    rows = items("A 09-30 1000\nA 10-31 700\nA 11-30 600")
    found = balances(rows, allocated("A 10-12 400"), day("12-31"), lists("09-30", "10-31", "11-30"))
    assert of(found) == said(600, 600, 0, 400, "open")
    assert found.breaks.empty


def test_after_a_difference_only_later_allocations_are_deducted() -> None:
    rows = items("A 09-30 1000\nA 11-30 700")
    found = balances(rows, allocated("A 10-12 400\nA 12-05 100"), day("12-31"), lists("09-30", "11-30"))
    assert of(found) == said(600, 700, 100, 0, "open")


def test_more_allocated_than_the_ledger_has_left_is_a_break_and_never_changes_sign() -> None:
    rows = items("A 09-30 1000\nA 11-30 300")
    found = balances(rows, allocated("A 12-05 400"), day("12-31"), lists("09-30", "11-30"))
    assert of(found)["open_amount"] == 0
    assert found.breaks["amount"].tolist() == [-10000]
    assert "cannot contain are 400.00 EUR" in found.breaks["detail"][0]


def test_absence_from_a_partial_list_or_without_snapshots_proves_nothing() -> None:
    rows = items("A 09-30 1000\nB 11-30 500")
    for snapshots in (lists("09-30", "11-30", complete=False), None):
        assert of(balances(rows, allocated(""), day("12-31"), snapshots))["open_amount"] == 1000


def test_a_complete_list_closes_only_items_of_its_own_entity() -> None:
    rows = items("A 09-30 1000\nB 09-30 500").assign(entity=["nord", "sued"])
    snapshots = lists("11-30").assign(entity="sued")
    found = balances(rows, allocated(""), day("12-31"), snapshots)
    assert of(found, "A")["state"] == "open"
    assert of(found, "B")["state"] == "closed_in_ledger"


def test_lists_and_allocations_after_the_day_are_not_looked_at() -> None:
    rows = items("A 09-30 1000\nA 11-30 600")
    found = balances(rows, allocated("A 10-12 400\nA 11-20 600"), day("10-31"), lists("09-30", "11-30"))
    assert of(found) == said(600, 1000, 400, 0, "open")
    assert found.items["snapshot_on"].tolist() == [pd.Timestamp("2026-09-30")]


def test_contained_allocations_are_named() -> None:
    found = balances(
        items("A 09-30 1000\nA 11-30 700"), allocated("A 10-12 300\nA 11-29 200"), day("12-31"), lists("09-30", "11-30")
    )
    assert found.contained[["match_id", "item_id", "allocated"]].values.tolist() == [["m0", "A", 30000]]


def test_available_gives_back_what_a_list_of_the_window_already_closed_or_lowered() -> None:
    rows = items("A 09-30 1000\nB 09-30 1000\nB 10-31 600\nC 10-31 300\nD 08-31 100")
    found = available(rows, allocated(""), day("10-01"), day("10-31"), lists("08-31", "09-30", "10-31"))
    assert dict(zip(found["item_id"], found["open_amount"] // 100, strict=True)) == {"A": 1000, "B": 1000, "C": 300}


def test_available_is_less_by_what_was_allocated_since_its_list() -> None:
    rows = items("A 09-30 1000\nB 08-31 1000\nB 09-30 600")
    ours = allocated("A 10-05 400\nB 09-12 400\nB 10-06 100")
    found = available(rows, ours, day("10-01"), day("10-31"), lists("08-31", "09-30", "10-31"))
    assert dict(zip(found["item_id"], found["open_amount"] // 100, strict=True)) == {"A": 600, "B": 500}


def test_available_knows_items_that_only_a_later_list_shows() -> None:
    rows = items("A 11-30 1000")
    assert available(rows, allocated(""), day("10-01"), day("10-31"), lists("09-30", "11-30"))["open_amount"].tolist() == [
        100000
    ]


def test_what_was_left_of_a_document_is_asked_about_until_the_ledger_closes_it() -> None:
    left = items("rest 07-31 30\ngone 07-31 30\nrest 08-31 30")
    names = "side  id  reason  amount  currency\n"
    told = frame(
        BREAKS,
        names + "open_item  rest  discount_late  3000  EUR\nopen_item  gone  discount_late  3000  EUR\n"
        "bank_line  gone  no_item  500  EUR\nopen_item  new  short_payment  100  EUR",
        detail="-",
    )
    july = balances(left, ALLOCATIONS.empty(), day("07-31"), lists("07-31", "08-31"))
    august = balances(left, ALLOCATIONS.empty(), day("08-31"), lists("07-31", "08-31"))
    assert of_open_documents(told, july)["id"].tolist() == ["rest", "gone", "gone", "new"]
    assert of_open_documents(told, august)[["side", "id"]].to_numpy().tolist() == [
        ["open_item", "rest"], ["bank_line", "gone"], ["open_item", "new"],
    ]  # fmt: skip


def test_available_has_a_returned_item_again() -> None:
    rows = items("A 08-31 1000")
    ours = allocated("A 09-12 1000\nA 10-05 -1000")
    found = available(rows, ours, day("10-01"), day("10-31"), lists("08-31", "09-30", "10-31"))
    assert found["open_amount"].tolist() == [100000]


Story = tuple[list[str], list[str]]
_MONTHS = [date(2026, month, 28) for month in range(6, 11)]


@st.composite
def _story(draw: st.DrawFn) -> Story:
    """One item in a ledger that books some of our payments late, some never, and has movements of its own."""
    payments = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 400), st.integers(0, 3)), max_size=5))
    own = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 300)), max_size=2))
    shown, ours, spent = [], [], 0
    for n, on in enumerate(_MONTHS):
        booked = sum(amount for month, amount, late in payments if month + 1 + late <= n) + sum(a for m, a in own if m <= n)
        shown += [f"{on} {1000 - booked}"] if booked < 1000 else []
    for month, amount, _ in payments:
        if spent + amount <= 1000:
            ours.append(f"{_MONTHS[month] + timedelta(days=2)} {amount}")
            spent += amount
    return shown, ours


# many items an example, few examples: the frames' gate costs more than the walk
_stories = st.lists(_story(), min_size=15, max_size=30)


def _frames(stories: list[Story]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rows = "\n".join(f"I{n} {row}" for n, (shown, _) in enumerate(stories) for row in shown)
    ours = "\n".join(f"I{n} {row}" for n, (_, parts) in enumerate(stories) for row in parts)
    return items(rows), allocated(ours), lists(*map(str, _MONTHS))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_stories, st.integers(0, 160), st.integers(0, 1000))
def test_laws(stories: list[Story], days: int, seed: int) -> None:
    rows, ours, snapshots = _frames(stories)
    at = _MONTHS[0] + timedelta(days=days)
    found = balances(rows, ours, at, snapshots)
    table = found.items.set_index("item_id")
    effective = (
        ours[ours["effective_on"] <= pd.Timestamp(at)].groupby("item_id")["allocated"].sum().reindex(table.index, fill_value=0)
    )
    assert table["open_amount"].between(0, 100000).all(), "the balance never changes sign"
    agreed = ~table.index.isin(found.breaks["id"])
    assert (table["open_amount"] == table["ledger_amount"] - table["pending"])[agreed].all()
    assert (table["in_ledger"] + table["pending"] == effective)[agreed].all(), "each allocation is deducted or contained"
    contained = found.contained.groupby("item_id")["allocated"].sum().reindex(table.index, fill_value=0)
    assert (contained == table["in_ledger"]).all()
    mixed = [part.sample(frac=1, random_state=seed) for part in (rows, ours, snapshots)]
    again = balances(mixed[0], mixed[1], at, mixed[2])
    pd.testing.assert_frame_equal(again.items, found.items)
    pd.testing.assert_frame_equal(again.contained, found.contained)
    pd.testing.assert_frame_equal(again.breaks, found.breaks)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_stories, st.integers(0, 120))
def test_what_is_open_is_always_available(stories: list[Story], days: int) -> None:
    rows, ours, snapshots = _frames(stories)
    first = _MONTHS[0] + timedelta(days=days + 1)
    last = first + timedelta(days=30)
    now = balances(rows, ours, last, snapshots).items.set_index("item_id")["open_amount"]
    offered = available(rows, ours, first, last, snapshots).set_index("item_id")["open_amount"]
    assert (offered.reindex(now.index, fill_value=0) >= now).all()
    assert (offered <= 100000).all()
