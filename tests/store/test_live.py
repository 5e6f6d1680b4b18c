"""Which lines count: each once, one source a day and account, and nothing lost when a source goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import StoreError
from recon_kit.store import Store
from recon_kit.store.live import Feed
from recon_kit.store.live import live as counted
from recon_kit.tables import BANK_LINES, CUSTOMERS, LEDGER_MOVEMENTS, STATEMENTS
from tests.frames import frame
from tests.store.helpers import AT, lines, statement, take


def live(store: Store, **how: object) -> list[str]:
    return sorted(store.fetch(BANK_LINES, **how)["line_id"])


POOL = lines(*(f"{name} 10-{day:02d} {day}.00" for day, name in enumerate("abcdefgh", 1)))
files = st.lists(st.integers(0, 7), min_size=1, unique=True)


@settings(max_examples=50, deadline=None)
@given(first=files, second=files, third=files)
def test_importing_overlapping_files_is_importing_their_union(first: list[int], second: list[int], third: list[int]) -> None:
    def imported(*taken: list[int]) -> list[str]:
        parts = [POOL.iloc[chosen].assign(seq=seq, turn=seq) for seq, chosen in enumerate(taken, 1)]
        claims = pd.concat(parts, ignore_index=True)
        feeds = {seq: Feed("booked", "camt") for seq in range(1, len(taken) + 1)}
        return sorted(claims[counted(BANK_LINES, claims, None, None, feeds)]["line_id"])

    union = sorted({*first, *second, *third})
    whole = ["abcdefgh"[place] for place in union]
    for taken in ([union], [first, second, third], [third, first, second], [first, union], [union, first], [union, union]):
        assert imported(*taken) == whole


def test_overlapping_and_reordered_files_count_once_in_the_store(fresh: Callable[[], str]) -> None:
    found = []
    for taken in ([[0, 1, 2, 3]], [[0, 1], [1, 2, 3], [0, 1]], [[3, 2], [0, 1, 2, 3]]):
        with Store.open(fresh(), create=True) as store:
            for chosen in taken:
                take(store, "camt.053", POOL.iloc[chosen])
            found.append(BANK_LINES.sorted(store.fetch(BANK_LINES)))
    pd.testing.assert_frame_equal(found[1], found[0])
    pd.testing.assert_frame_equal(found[2], found[0])


def test_a_corrected_line_of_a_later_file_does_not_move_the_first(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 1.00"))
    take(store, "camt.053", lines("a 10-02 1.00"))
    assert store.fetch(BANK_LINES)["booked_on"].dt.day.tolist() == [1]


def test_unloading_keeps_what_another_source_also_brought(store: Store) -> None:
    first = take(store, "camt.053", lines("a 10-01 1.00", "b 10-02 1.00"))
    take(store, "camt.053", lines("b 10-02 1.00", "c 10-03 1.00"))
    assert live(store, without=[first]) == ["b", "c"]
    assert live(store) == ["a", "b", "c"]
    with store.writing(by="anna", at=AT) as writer:
        unload = writer.journal("source", {"action": "unload"})
        writer.retire(first, unload)
    assert live(store) == ["b", "c"]
    assert live(store, at=2) == ["a", "b", "c"]
    assert store.superseded() == {first: unload}
    assert store.verify() == []


def test_a_reload_with_turned_signs_stands_in_the_place_of_the_first(store: Store) -> None:
    wrong = take(store, "csv:own", lines("a 08-01 -1.00", "b 08-02 2.00"))
    take(store, "mt940", lines("x 08-01 1.00", "y 08-02 -2.00"))
    take(store, "csv:own", lines("a 08-01 1.00", "b 08-02 -2.00"), retire=wrong)
    assert live(store) == ["a", "b"]
    assert store.fetch(BANK_LINES)["amount"].tolist() == [100, -200]
    assert store.overlaps()["agrees"].all()


def test_an_entry_is_superseded_once_and_must_exist(store: Store) -> None:
    first = take(store, "camt.053", lines("a 10-01 1.00"))
    take(store, "camt.053", lines("a 10-01 1.00"), retire=first)
    with pytest.raises(StoreError, match="1 was superseded by 2"):
        take(store, "camt.053", lines("a 10-01 1.00"), retire=first)
    with pytest.raises(StoreError, match="an entry from 1 to 2"):
        take(store, "camt.053", lines("a 10-01 1.00"), retire=7)


def test_the_same_days_in_two_formats_are_compared_never_added(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 1.00", "b 10-01 2.00", "c 10-02 5.00"))
    take(store, "mt940", lines("x 10-01 1.00", "y 10-01 2.00", "z 10-02 4.00", "w 10-03 9.00"))
    assert live(store) == ["a", "b", "c", "w"]
    told = store.overlaps()
    assert told["agrees"].tolist() == [True, False]
    assert told.loc[1, ["owner", "other", "n_owner", "amount_owner", "n_other", "amount_other"]].tolist() == [
        "camt", "mt940", 1, 500, 1, 400,
    ]  # fmt: skip


def test_another_account_or_entity_is_another_owner(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 1.00", account="DE1"))
    take(store, "mt940", lines("x 10-01 1.00", account="DE2"))
    take(store, "mt940", lines("y 10-01 1.00", account="DE1", entity="AT"))
    assert live(store) == ["a", "x", "y"]
    assert live(store, entity="AT") == ["y"]


def test_lines_without_an_account_are_owned_too(store: Store) -> None:
    take(store, "csv:a", lines("a 10-01 1.00", account=None))
    take(store, "csv:b", lines("x 10-01 1.00", account=None))
    assert live(store) == ["a"]


def test_a_statement_owns_its_days_without_lines(store: Store) -> None:
    take(store, "camt.053", lines("a 10-02 1.00"), statement("10-01", "10-05"))
    take(store, "csv:dkb", lines("x 10-04 7.00", "y 10-06 1.00"))
    assert live(store) == ["a", "y"]
    assert store.overlaps()[["n_owner", "n_other", "agrees"]].values.tolist() == [[0, 1, False]]


def test_the_first_day_of_a_statement_needs_a_line(store: Store) -> None:
    """Some formats write there the day of the balance before."""
    take(store, "mt940", lines("x 10-01 1.00"), statement("09-30", "10-01"))
    take(store, "camt.053", lines("a 09-30 7.00"), statement("09-01", "09-30"))
    assert live(store) == ["a", "x"]
    assert len(store.overlaps()) == 0


def test_a_day_goes_to_the_next_family_when_its_owner_is_unloaded(store: Store) -> None:
    first = take(store, "camt.053", lines("a 10-01 1.00"))
    take(store, "mt940", lines("x 10-01 1.00"))
    assert live(store) == ["a"]
    assert live(store, without=[first]) == ["x"]


def test_provisional_lines_count_until_the_day_is_booked(store: Store) -> None:
    take(store, "camt.052", lines("p 10-01 1.00", "q 10-02 2.00"), role="provisional")
    take(store, "mt942", lines("r 10-02 2.00"), role="provisional")
    assert live(store) == ["p", "q"]
    take(store, "camt.053", lines("a 10-01 1.00"))
    assert live(store) == ["a", "q"]
    take(store, "camt.053", lines("b 10-03 2.00"), statement("10-02", "10-03"))
    assert live(store) == ["a", "b", "q"]  # the first day of a statement needs a line
    take(store, "camt.053", lines("c 10-03 2.00"), statement("10-01", "10-03", name="2"))
    assert live(store) == ["a", "b", "c"]


def test_a_provisional_line_booked_on_another_day_counts_once(store: Store) -> None:
    take(store, "camt.052", lines("a 10-03 1.00"), role="provisional")
    take(store, "camt.053", lines("a 10-02 1.00"))
    assert store.fetch(BANK_LINES)["booked_on"].dt.day.tolist() == [2]


def test_advices_never_count_themselves(store: Store) -> None:
    take(store, "camt.054", lines("n 10-01 1.00", "m 10-01 1.00"), role="advice")
    take(store, "camt.054", lines("n 10-01 1.00"), role="advice")
    assert live(store) == []
    assert store.advices()["line_id"].tolist() == ["n", "m"]
    pd.testing.assert_series_equal(store.advices().dtypes, BANK_LINES.empty().dtypes)


def test_statements_count_where_their_family_owns_the_last_day(store: Store) -> None:
    take(store, "camt.053", lines("a 10-15 1.00"), statement("10-01", "10-15", name="camt"))
    take(store, "mt940", lines("x 10-15 1.00"), statement("10-01", "10-15", name="swift"))
    take(store, "mt940", lines("y 10-31 1.00"), statement("10-16", "10-31", name="swift2"))
    take(store, "camt.052", lines("p 11-01 1.00"), statement("11-01", "11-01", name="early"), role="provisional")
    assert store.fetch(STATEMENTS)["statement_id"].tolist() == ["camt", "swift2"]


def test_of_customers_the_latest_file_counts(store: Store) -> None:
    def known(name: str) -> pd.DataFrame:
        return CUSTOMERS.frame({"customer_id": ["1"], "name": [name], "is_business": [True]})

    first = take(store, "csv", known("Old"), role="customers", table=CUSTOMERS)
    take(store, "csv", known("New"), role="customers", table=CUSTOMERS)
    take(store, "csv", known("Old, read better"), role="customers", table=CUSTOMERS, retire=first)
    assert store.fetch(CUSTOMERS)["name"].tolist() == ["New"]


def test_a_document_that_was_cleared_later_is_not_posted_twice(store: Store) -> None:
    def posted(text: str) -> pd.DataFrame:
        day = date(2026, 10, 1)
        return frame(LEDGER_MOVEMENTS, text, gl_account="1400", kind="invoice", posted_on=day, document_on=day, currency="EUR")

    take(
        store, "csv", posted("document_no  amount  clearing_no\n1  9.00  -\n2  3.00  -"), role="ledger", table=LEDGER_MOVEMENTS
    )
    cleared = posted("document_no  amount  clearing_no\n1  5.00  c1\n1  4.00  c2")
    take(store, "csv", cleared, role="ledger", table=LEDGER_MOVEMENTS)
    found = store.fetch(LEDGER_MOVEMENTS)
    assert found["amount"].tolist() == [300, 500, 400]
