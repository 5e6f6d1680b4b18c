"""The matching bench: peers and plain rules do what they are said to do, and the page shows what was measured."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.matching.precision import wilson
from tests.bench.matching import Told, _at_least, _false, _row, _upper
from tests.bench.matching_child import feed, judge, run
from tests.bench.matching_peers import tokens
from tests.bench.matching_rules import equal_amount, quoted_then_oldest
from tests.bench.page import page
from tests.bench.results import NO, YES, Result, Sheet, plain

LINES = pd.DataFrame(
    [
        ("l1", "2026-03-01", 100, "pays RE-20260001", None, None),
        ("l2", "2026-03-02", 250, "RE-20260002", None, None),
        ("l3", "2026-03-03", 77, "thanks", None, "DE2"),
        ("l4", "2026-03-04", 10, "thanks", None, "DE9"),
    ],
    columns=["line_id", "booked_on", "amount", "remittance", "counterparty_name", "counterparty_account"],
).assign(currency="EUR", reference=None, end_to_end_id=None, booked_on=lambda rows: pd.to_datetime(rows["booked_on"]))
ITEMS = pd.DataFrame(
    [
        ("i1", "RE-20260001", "2026-02-01", 100, "A", "DE1"),
        ("i2", "RE-20260002", "2026-02-01", 200, "A", "DE1"),
        ("i3", "RE-20260003", "2026-02-02", 90, "A", "DE1"),
        ("i4", "RE-20260004", "2026-02-03", 77, "B", "DE2"),
        ("i5", "RE-20260005", "2026-01-03", 40, "B", "DE2"),
    ],
    columns=["item_id", "document_no", "due_on", "open_amount", "customer_id", "customer_account"],
).assign(currency="EUR", amount=lambda rows: rows["open_amount"], customer_name=None, reference=None, order_no=None,
         due_on=lambda rows: pd.to_datetime(rows["due_on"]), issued_on=lambda rows: rows["due_on"])  # fmt: skip


def links(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return sorted(zip(frame["line_id"], frame["item_id"], strict=True))


def test_equal_amounts_are_taken_where_both_sides_have_one() -> None:
    assert links(equal_amount(LINES, ITEMS)) == [("l1", "i1"), ("l3", "i4")]
    twice = pd.concat([ITEMS, ITEMS[:1].assign(item_id="i9")])
    assert links(equal_amount(LINES, twice)) == [("l3", "i4")]


def test_quoted_documents_are_filled_first_and_the_rest_goes_to_the_oldest_of_their_owner() -> None:
    assert links(quoted_then_oldest(LINES, ITEMS)) == [("l1", "i1"), ("l2", "i2"), ("l2", "i3"), ("l3", "i4"), ("l3", "i5")]


def test_tokens_are_words_with_digits_and_their_long_runs() -> None:
    assert tokens(LINES[:1], ["remittance"]).tolist() == [["20260001", "RE20260001"]]


@pytest.mark.parametrize(("wrong", "n"), [(0, 100), (3, 2_000), (5, 5)])
def test_the_bound_is_the_packages_own(wrong: int, n: int) -> None:
    assert _upper(wrong, n) == pytest.approx(1 - wilson(n - wrong, n)[0])


def test_a_target_is_judged_by_its_least() -> None:
    assert _at_least("x", 0.885, (0.88, 0.94)).met == YES
    assert _at_least("x", 0.875, (0.88, 0.94)).met == NO


def test_no_automatic_match_is_no_proof_that_none_is_false() -> None:
    none, few = _false("easy", 0, 0), _false("easy", 1_000, 3)
    assert (none.figure, none.met) == ("n/a: nothing automatic", "")
    assert (few.figure.split(",")[0], few.met) == ("0.300 % (3 of 1", NO)


def test_a_stopped_engine_has_a_row_that_says_so() -> None:
    row = _row(Told(stopped="stopped after 900 s"))
    assert row[0] == "stopped after 900 s"
    sheet = Sheet("Matching", "How to read it.", ["engine", *["figure"] * len(row)], [["x", *row]])
    kept = {"machine": {}, "cases": {"matching": plain(Result([], sheets=[sheet]), "2026-11-22", 0.07)}}
    text = page(kept)
    assert "## Matching\n\nHow to read it.\n\n| engine | figure" in text
    assert "| x | stopped after 900 s |" in text


def test_a_feed_is_run_and_judged(tmp_path) -> None:
    feed(tmp_path, "easy", "300", "9000")
    for name in ("equal_amount", "recon_kit"):
        run(tmp_path, name)
        found = judge(tmp_path, name, *["laws"] * (name == "recon_kit"))
        assert found["n_unseen"] == 0
        assert found["n_automatic"] > 20
        assert found["shares"]["false_automatic"] < 0.1
    assert (found["n_faults"], found["n_lost"], found["order"]) == (0, 0, True)
