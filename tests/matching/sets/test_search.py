"""Sets for a line: what must always hold, and that small pools are searched completely."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.matching.coding import columns
from recon_kit.matching.columns import NOTHING, Columns
from recon_kit.matching.sets import BIT, CHARGED, EXACT, HOW, LESS, MORE, NET, NET_LATE, NET_PART, Hypotheses, search
from recon_kit.matching.sets.pools import pools
from recon_kit.tables import BANK_LINES, OPEN_ITEMS


@dataclass(frozen=True)
class Pairs:
    """Evidence as plain columns: which line has to do with what, and how strongly."""

    line: np.ndarray
    item: np.ndarray
    strength: np.ndarray

    @property
    def debtor(self) -> np.ndarray:
        return self.item

    @property
    def kind(self) -> np.ndarray:
        return self.strength


@dataclass(frozen=True)
class TextRuns:
    run_start: np.ndarray
    run_value: np.ndarray
    run_digits: np.ndarray


def pairs_of(rows: list[tuple[int, int, int]]) -> Pairs:
    a = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Pairs(a[:, 0].astype(np.int32), a[:, 1].astype(np.int32), a[:, 2].astype(np.int8))


def item(number: str, left: int, due: str = "2026-10-01", customer: str = "C1", **more: object) -> dict[str, object]:
    row = {
        "item_id": number, "entity": "E", "kind": "invoice" if left > 0 else "credit_note", "document_no": number,
        "customer_id": customer, "issued_on": "2026-09-01", "due_on": due, "amount": left, "open_amount": left,
        "currency": "EUR",
    }  # fmt: skip
    return row | more


def line(number: str, amount: int, on: str = "2026-10-05", **more: object) -> dict[str, object]:
    row = {
        "line_id": number, "entity": "E", "account": "DE1", "booked_on": on, "value_on": on,
        "amount": amount, "currency": "EUR",
    }  # fmt: skip
    return row | more


def both(lines: list[dict[str, object]], items: list[dict[str, object]]) -> Columns:
    return columns(BANK_LINES.conform(dated(lines)), OPEN_ITEMS.conform(dated(items)))


def dated(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in frame.columns.intersection(["booked_on", "value_on", "issued_on", "due_on", "discount_on"]):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    for name in frame.columns.intersection(["discount_amount", "charges"]):
        frame[name] = frame[name].astype("Int64")
    return frame


def found(
    c: Columns,
    quotes: list[tuple[int, int, int]] | None = None,
    links: list[tuple[int, int, int]] | None = None,
    **more: object,
) -> Hypotheses:
    every = [(at, int(d), 5) for at in range(len(c.lines)) for d in sorted(set(c.items.debtor.tolist()))]
    given_links = pairs_of(every if links is None else links)
    return search(c.lines, c.items, c.items.open, np.ones(len(c.lines), bool), pairs_of(quotes or []), given_links, **more)


def as_ids(c: Columns, h: Hypotheses, at: int = 0) -> dict[frozenset[str], int]:
    ids = c.items.ids.to_pylist()
    return {frozenset(ids[i] for i in h.items[h.start[k] : h.start[k + 1]]): k for k in range(len(h)) if h.line[k] == at}


def families(h: Hypotheses, k: int) -> set[str]:
    return {name for name, bit in BIT.items() if h.families[k] & bit}


def test_one_document_of_the_amount_is_found_as_such() -> None:
    c = both([line("L", 500)], [item("A", 500), item("B", 700)])
    h = found(c)
    k = as_ids(c, h)[frozenset("A")]
    assert h.how[k] == EXACT
    assert h.difference[k] == 0
    assert "single" in families(h, k)


def test_everything_due_by_a_day_is_found_though_later_documents_stand_open() -> None:
    items = [item(f"A{n}", 101 * 3**n, f"2026-10-{n + 1:02}") for n in range(8)]
    c = both([line("L", 101 * (1 + 3 + 9 + 27))], items)
    h = found(c)
    k = as_ids(c, h)[frozenset(["A0", "A1", "A2", "A3"])]
    assert {"prefix", "run", "near"} <= families(h, k)


def test_a_credit_note_is_netted() -> None:
    c = both([line("L", 750)], [item("A", 1000), item("B", -250, "2026-11-20"), item("D", 333)])
    assert frozenset("AB") in as_ids(c, found(c))


def test_a_refund_pays_a_credit_note() -> None:
    c = both([line("L", -250)], [item("A", 1000), item("B", -250)])
    assert frozenset("B") in as_ids(c, found(c))


@pytest.mark.parametrize("amount", [-2975, -29750, -31000])
def test_money_out_that_quotes_an_open_invoice_does_not_pay_it(amount: int) -> None:
    c = both([line("L", amount)], [item("I", 29750), item("J", 5000)])
    assert as_ids(c, found(c, quotes=[(0, 0, 7)])) == {}


def test_discount_in_time_and_too_late_differ_and_grace_moves_the_day() -> None:
    terms = {"discount_on": "2026-10-03", "discount_amount": 20}
    c = both([line("L", 980, "2026-10-05")], [item("A", 1000, **terms), item("B", 4)])
    late, grace = found(c), found(c, grace=2)
    assert late.how[as_ids(c, late)[frozenset("A")]] == NET_LATE
    assert grace.how[as_ids(c, grace)[frozenset("A")]] == NET


def test_a_stretch_less_discounts_is_found_in_a_large_pool() -> None:
    terms = {"discount_on": "2026-10-20", "discount_amount": 30}
    items = [item(f"A{n:02}", 1000 + 7 * n * n, f"2026-10-{n // 2 + 1:02}", **terms) for n in range(40)]
    total = sum(1000 + 7 * n * n - 30 for n in range(5, 25))
    c = both([line("L", total)], items)
    h = found(c)
    assert h.how[as_ids(c, h)[frozenset(f"A{n:02}" for n in range(5, 25))]] == NET


def test_charges_that_the_bank_states_explain_the_gap() -> None:
    c = both([line("L", 985, charges=-15)], [item("A", 1000), item("B", 4)])
    h = found(c)
    assert h.how[as_ids(c, h)[frozenset("A")]] == CHARGED


def test_a_discount_on_part_of_what_was_paid_is_told_apart_from_a_short_payment() -> None:
    terms = {"discount_on": "2026-10-20", "discount_amount": 30}
    items = [item(f"A{n:02}", 1000 + 7 * n * n, f"2026-10-{n // 2 + 1:02}", **terms) for n in range(40)]
    c = both([line("L", sum(1000 + 7 * n * n for n in range(12)) - 5 * 30)], items)
    h = found(c)
    k = as_ids(c, h)[frozenset(f"A{n:02}" for n in range(12))]
    assert h.how[k] == NET_PART
    assert "part_discount" in families(h, k)


def test_a_document_outside_the_window_of_a_large_payer_is_found_by_its_amount() -> None:
    items = [item(f"A{n:04}", 1000 + n, str(np.datetime64("2025-01-01") + n // 2)) for n in range(1_200)]
    c = both([line("L", 1003)], items)
    assert frozenset(["A0003"]) in as_ids(c, found(c))


@pytest.mark.parametrize(("amount", "family"), [(2500, "rest_fraction"), (20020, "rest_fraction"), (5010, "rest_round")])
def test_part_payments_with_a_likely_reason(amount: int, family: str) -> None:
    items = [item("A", 10010), item("B", 7501), *(item(f"D{n}", 90001 + 17 * n) for n in range(8))]
    c = both([line("L", amount if amount != 2500 else 2502)], items)
    h = found(c)
    assert family in families(h, as_ids(c, h)[frozenset("A")])


def test_quoted_documents_are_proposed_together_though_they_do_not_sum() -> None:
    c = both([line("L", 900)], [item("A", 400), item("B", 600), item("D", 50)])
    h = found(c, quotes=[(0, 0, 6), (0, 1, 6)])
    k = as_ids(c, h)[frozenset("AB")]
    assert h.how[k] == LESS
    assert h.difference[k] == -100


def test_quoted_and_a_stretch_more() -> None:
    items = [item(f"A{n:02}", 977 * (n + 3) ** 2, f"2026-10-{n // 2 + 1:02}") for n in range(40)]
    chosen = [2, 20, 21, 22, 23]
    c = both([line("L", sum(977 * (n + 3) ** 2 for n in chosen))], items)
    h = found(c, quotes=[(0, 2, 6)])
    assert "quoted_run" in families(h, as_ids(c, h)[frozenset(f"A{n:02}" for n in chosen)])


def test_short_ends_of_numbers_are_looked_up_among_the_payers_own() -> None:
    items = [item(f"A{n:02}", 977 * (n + 3) ** 2, f"2026-10-{n // 2 + 1:02}") for n in range(40)]
    c = both([line("L", sum(977 * (n + 3) ** 2 for n in (3, 17, 31, 38)))], items)
    runs = TextRuns(np.array([0, 4]), np.array([503, 517, 531, 538]), np.array([3, 3, 3, 3], np.int8))
    h = found(c, runs=runs, counting=np.arange(40) + 20260500, digits=np.full(40, 8, np.int8))
    assert "tails" in families(h, as_ids(c, h)[frozenset(["A03", "A17", "A31", "A38"])])


def test_a_rare_amount_is_found_without_a_payer() -> None:
    c = both([line("L", 98765)], [item("A", 98765), item("B", 500, customer="C2")])
    h = found(c, links=[])
    k = as_ids(c, h)[frozenset("A")]
    assert families(h, k) == {"rare"}
    assert h.debtor[k] == c.items.debtor[0]


def test_an_overpayment_of_a_payer_with_few_documents_is_more_than_the_set() -> None:
    c = both([line("L", 5000)], [item("A", 1700)])
    h = found(c)
    assert h.how[as_ids(c, h)[frozenset("A")]] == MORE


def test_one_document_of_each_of_two_payers_has_no_debtor() -> None:
    c = both([line("L", 1234 + 577)], [item("A", 1234), item("B", 577, customer="C2")])
    h = found(c)
    assert h.debtor[as_ids(c, h)[frozenset("AB")]] == NOTHING


@pytest.mark.parametrize("other", [{"entity": "F"}, {"currency": "USD"}])
def test_no_set_crosses_entity_or_currency(other: dict[str, object]) -> None:
    c = both([line("L", 500)], [item("A", 500, **other), item("B", 500)])
    h = found(c, quotes=[(0, 0, 7), (0, 1, 7)])
    assert set(as_ids(c, h)) == {frozenset("B")}


def test_five_hundred_equal_documents_are_cut_and_said_so() -> None:
    c = both([line("L", 9 * 999)], [item(f"A{n:03}", 999) for n in range(500)])
    h = found(c)
    assert h.capped[0] != 0
    assert 0 < len(h) <= 40


def test_ten_thousand_documents_of_one_customer_end_in_time() -> None:
    items = [item(f"A{n:05}", 1000 + n * 37 % 5000, str(np.datetime64("2026-01-01") + n // 40)) for n in range(10_000)]
    c = both([line(f"L{n:03}", 7919 * (n + 1)) for n in range(50)], items)
    h = found(c)
    assert (h.capped & 8).all()


def test_amounts_near_the_largest_are_skipped_or_right() -> None:
    huge = 2**62
    items = [item("A", huge - 1), item("B", huge - 5), item("D", huge + 3), item("E", 77)]
    c = both([line("L1", huge - 5), line("L2", huge + 3), line("L3", 77), line("L4", huge - 6)], items)
    h = found(c)
    assert frozenset("B") in as_ids(c, h, 0)
    assert not as_ids(c, h, 1)
    assert frozenset("E") in as_ids(c, h, 2)
    assert (h.capped[[0, 1, 3]] & 16).all()
    left = c.items.open.astype(object)
    for k in range(len(h)):
        total = sum(left[i] for i in h.items[h.start[k] : h.start[k + 1]])
        assert int(c.lines.amount[h.line[k]]) - total == h.difference[k]


def test_no_lines_and_no_items_give_no_sets() -> None:
    empty = BANK_LINES.empty()
    c = columns(empty, OPEN_ITEMS.conform(dated([item("A", 5)])))
    assert len(found(c)) == 0
    c = columns(BANK_LINES.conform(dated([line("L", 5)])), OPEN_ITEMS.empty())
    assert len(found(c)) == 0


amounts = st.integers(-40, 120).filter(bool)
worlds = st.tuples(
    st.lists(st.tuples(amounts, st.integers(1, 28), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=12),
    st.lists(st.integers(-60, 260).filter(bool), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 11), st.integers(1, 7)), max_size=6),
)  # fmt: skip


def world(drawn: tuple[list, list, list], n_customers: int = 3) -> tuple[Columns, Hypotheses]:
    rows, totals, quotes = drawn
    items = [
        item(f"I{n}", left * 10, f"2026-10-{day:02}", f"C{who % n_customers}",
             **({"discount_on": "2026-10-12", "discount_amount": left * 10 // 50 or None} if cut == 1 else {}))
        for n, (left, day, who, cut) in enumerate(rows)
    ]  # fmt: skip
    c = both([line(f"L{n}", total * 10) for n, total in enumerate(totals)], items)
    quoted = [q for q in {(q[0], q[1]): q for q in quotes}.values() if q[0] < len(totals) and q[1] < len(rows)]
    return c, found(c, quotes=quoted)


@given(worlds)
@settings(max_examples=20, deadline=None)
def test_every_set_is_of_one_entity_and_currency_holds_no_item_twice_and_says_how_it_sums(drawn: tuple) -> None:
    c, h = world(drawn)
    for k in range(len(h)):
        chosen, amount = h.items[h.start[k] : h.start[k + 1]], int(c.lines.amount[h.line[k]])
        assert len(chosen) > 0
        assert (np.diff(chosen) > 0).all()
        total, discount = int(c.items.open[chosen].sum()), int(c.items.discount[chosen].sum())
        assert h.difference[k] == amount - total
        word = HOW[h.how[k]]
        assert (total == amount) == (h.how[k] == EXACT), word
        if h.how[k] == NET_LATE:
            assert total - discount == amount
        assert np.bincount(h.line, minlength=len(c.lines)).max() <= 40


@given(worlds)
@settings(max_examples=20, deadline=None)
def test_small_pools_are_searched_completely(drawn: tuple) -> None:
    c, h = world((drawn[0], drawn[1], []), n_customers=1)
    left = c.items.open.tolist()
    for at, amount in enumerate(c.lines.amount.tolist()):
        true = {
            frozenset(some) for n in range(1, len(left) + 1) for some in combinations(range(len(left)), n)
            if sum(left[i] for i in some) == amount
        }  # fmt: skip
        rows = [k for k in range(len(h)) if h.line[k] == at and h.how[k] == EXACT]
        mine = {frozenset(h.items[h.start[k] : h.start[k + 1]].tolist()) for k in rows}
        assert len(mine) == len(rows)
        assert mine <= true
        assert mine == true or h.capped[at]


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_changes_nothing(drawn: tuple, chance: object) -> None:
    rows, totals, _ = drawn
    items = [item(f"I{n}", left * 10, f"2026-10-{day:02}", f"C{who}") for n, (left, day, who, _) in enumerate(rows)]
    lines = [line(f"L{n}", total * 10) for n, total in enumerate(totals)]
    one = both(lines, items)
    chance.shuffle(items)
    chance.shuffle(lines)
    two = both(lines, items)
    assert told(one, found(one)) == told(two, found(two))


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_other_ids_give_the_same_sets_of_the_same_documents(drawn: tuple, chance: object) -> None:
    rows, totals, _ = drawn
    names = [f"I{n}" for n in range(len(rows))]
    others = chance.sample(names, len(names))
    items = [item(name, left * 10, f"2026-10-{day:02}") for name, (left, day, _, _) in zip(names, rows, strict=True)]
    renamed = [one | {"item_id": other} for one, other in zip(items, others, strict=True)]
    lines = [line(f"L{n}", total * 10) for n, total in enumerate(totals)]
    back, (one, two) = dict(zip(others, names, strict=True)), (both(lines, items), both(lines, renamed))
    h, g = found(one), found(two)
    for at in range(len(lines)):
        if not h.capped[at]:
            exact = {s for s, k in as_ids(two, g, at).items() if g.how[k] == EXACT}
            assert {frozenset(back[i] for i in s) for s in exact} == {
                s for s, k in as_ids(one, h, at).items() if h.how[k] == EXACT
            }


def told(c: Columns, h: Hypotheses) -> list[tuple]:
    """The sets by ids; each way of telling them that a run could change."""
    ids, lines = c.items.ids.to_pylist(), c.lines.ids.to_pylist()
    sets = [tuple(ids[i] for i in h.items[h.start[k] : h.start[k + 1]]) for k in range(len(h))]
    return [(lines[h.line[k]], sets[k], int(h.key[k]), int(h.families[k]), int(h.how[k])) for k in range(len(h))]


def test_the_number_of_threads_changes_nothing() -> None:
    items = [item(f"A{n:05}", 500 + n * n % 977, str(np.datetime64("2026-08-01") + n % 90), f"C{n % 40}") for n in range(2_000)]
    c = both([line(f"L{n:05}", 700 + n * 31 % 1500) for n in range(9_000)], items)
    links = [(at, at % 40, 5) for at in range(9_000)]
    assert told(c, found(c, links=links, threads=1)) == told(c, found(c, links=links, threads=3))


def test_a_pool_stands_in_order_of_due_day_and_adds_up() -> None:
    c = both(
        [line("L", 1)], [item("A", 3, "2026-10-09"), item("B", 4, "2026-10-02"), item("D", 0), item("E", 9, customer="C2")]
    )
    p = pools(c.items, c.items.open)
    ids = c.items.ids.to_pylist()
    assert [ids[i] for i in p.slots["item"][:-1]] == ["B", "A", "E"]
    assert p.slots["total"].tolist() == [0, 4, 7, 16]
