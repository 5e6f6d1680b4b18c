"""What goes in comes out: exactly, as of any entry, and all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.errors import StoreError, TableError
from recon_kit.store import Head, Store
from recon_kit.store.schema import BUSINESS
from recon_kit.tables import ALLOCATIONS, BANK_LINES, BREAKS, CHECKLIST, CUSTOMERS, OPEN_ITEMS, SETTLEMENT_LINES
from tests.frames import frame
from tests.store.helpers import AT, booked, lines, take


def test_rows_come_back_exactly(store: Store) -> None:
    taken = BANK_LINES.frame(
        {
            "entity": ["50% & 'quoted'", "50% & 'quoted'", None],
            "line_id": ["a", "b", "c"],
            "booked_on": [date(2026, 10, 1), date(1, 1, 1), date(9999, 12, 31)],
            "amount": [2**63 - 1, -(2**63), 2**53 + 1],
            "currency": ["EUR", "", "\N{GOTHIC LETTER AHSA}"],
            "remittance": ['a "quoted", text;\nwith\r\nlines\x1f', "", None],
            "counterparty_name": ["NULL", "\\N", "Müller  "],
            "instructed_amount": [None, 2**60 + 1, 0],
        }
    )
    take(store, "camt.053", taken)
    pd.testing.assert_frame_equal(store.fetch(BANK_LINES), taken)
    pd.testing.assert_frame_equal(store.fetch(BANK_LINES, entity="50% & 'quoted'"), taken[:2])


@pytest.mark.parametrize("table", BUSINESS.values(), ids=lambda table: table.name)
def test_every_table_comes_back_empty_with_its_types(store: Store, table) -> None:
    pd.testing.assert_frame_equal(store.fetch(table), table.empty())


def test_instants_floats_and_flags_come_back_exactly(store: Store) -> None:
    at = pd.to_datetime(["2026-10-01T23:59:59.999999Z", "1970-01-01T00:00:00.000000Z"])
    paid = frame(
        SETTLEMENT_LINES,
        """
        txn_id  kind     gross  fee    tax_on_fee  net
        t1      payment  10.00  -0.30  0.00        9.70
        t2      fee      0.00   -0.30  0.00        -0.30
        """,
        psp="p", psp_account="m", created_at=at[0], currency="EUR", source_file="f", source_line=1,
    )  # fmt: skip
    paid["created_at"] = at.astype("datetime64[us, UTC]")
    guesses = [0.1 + 0.2, 1 / 3, 5e-324, np.inf, -1.5, 0.0]
    part = {
        "match_id": list("abcdef"),
        "allocated": [1] * 6,
        "currency": ["EUR"] * 6,
        "kind": ["payment"] * 6,
        "status": ["auto"] * 6,
    }
    matched = ALLOCATIONS.frame({**part, "probability": guesses, "basis": ["r"] * 6, "effective_on": [date(2026, 10, 1)] * 6})
    known = CUSTOMERS.frame({"customer_id": ["1", "2"], "name": ["A\nB", "B"], "is_business": [True, False]})
    with store.writing(by="anna", at=AT) as writer:
        seq = writer.journal("posting", {})
        for table, rows in ((SETTLEMENT_LINES, paid), (ALLOCATIONS, matched), (CUSTOMERS, known)):
            writer.append(table, rows, seq)
    for table, rows in ((SETTLEMENT_LINES, paid), (ALLOCATIONS, matched), (CUSTOMERS, known)):
        pd.testing.assert_frame_equal(store.fetch(table), rows)
    assert store.verify() == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))), min_size=1)
)
def test_any_text_comes_back(store: Store, texts: list[str | None]) -> None:
    rows = BREAKS.frame(
        {
            "entity": texts, "side": ["bank_line"] * len(texts), "id": [str(n) for n in range(len(texts))],
            "reason": ["no_item"] * len(texts), "amount": [1] * len(texts), "currency": ["EUR"] * len(texts),
            "detail": [text or "" for text in texts],
        }
    )  # fmt: skip
    with store.writing(by="anna", at=AT) as writer:
        seq = writer.journal("posting", {})
        writer.append(BREAKS, rows, seq)
    pd.testing.assert_frame_equal(store.fetch(BREAKS, entry=seq), rows)


def test_a_store_answers_as_of_any_entry(store: Store) -> None:
    first = take(store, "camt.053", lines("a 10-01 10.00"))
    second = take(store, "camt.053", lines("b 10-02 20.00"))
    assert list(store.fetch(BANK_LINES, at=first)["line_id"]) == ["a"]
    assert list(store.fetch(BANK_LINES, at=second)["line_id"]) == ["a", "b"]
    assert len(store.fetch(BANK_LINES, at=0)) == 0


def test_rows_since_a_day_are_those_of_the_whole_view_since_then(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 10.00", "b 10-05 20.00"))
    take(store, "camt.053", lines("a 10-07 10.00", "c 10-09 1.00"))
    assert list(store.fetch(BANK_LINES, since=date(2026, 10, 5))["line_id"]) == ["b", "c"]


def test_nothing_stays_of_a_block_that_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError, match="division"), store.writing(by="anna", at=AT) as writer:
        seq = writer.journal("source", booked("camt.053"))
        writer.append(BANK_LINES, lines("a 10-01 10.00"), seq)
        1 / 0  # noqa: B018
    assert store.head().seq == 0
    assert len(store.fetch(BANK_LINES, entry=1)) == 0
    assert store.verify() == []


def test_several_entries_and_pieces_in_one_block(store: Store) -> None:
    with store.writing(by="anna", at=AT) as writer:
        first = writer.journal("source", booked("camt.053"))
        second = writer.journal("source", booked("mt940"))
        writer.append(BANK_LINES, lines("b 10-02 1.00", account="B"), second)
        writer.append(BANK_LINES, lines("a 10-01 1.00"), first)
        writer.append(BANK_LINES, lines("c 10-03 1.00"), first)
    assert list(store.fetch(BANK_LINES)["line_id"]) == ["a", "c", "b"]
    assert store.entries("source")["payload"].map(lambda payload: payload["rows"]["bank_lines"]["n"]).tolist() == [2, 1]
    assert store.verify() == []


def test_entries_tell_who_when_and_what(store: Store) -> None:
    with store.writing(by="anna", at=datetime.fromisoformat("2026-11-02T09:00:00+01:00")) as writer:
        writer.journal("policy", {"text": "ü", "n": [1, None, True]})
    found = store.entries().iloc[0]
    assert (found["seq"], found["by"], found["kind"]) == (1, "anna", "policy")
    assert found["at"] == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert found["payload"] == {"text": "ü", "n": [1, None, True]}
    assert store.head() == Head(1, found["hash"])


def test_a_block_refuses_what_would_not_last(store: Store) -> None:
    with (
        pytest.raises(StoreError, match=r"payload\.rate is '0\.5', expected a whole number or text") as caught,
        store.writing(by="anna", at=AT) as writer,
    ):
        writer.journal("policy", {"rate": 0.5, "on": date(2026, 1, 1), "deep": [{"x": {1: 2}}]})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("kind", "payload", "message"),
    [
        ("sorce", {}, r"kind is 'sorce', expected one of source, .*did you mean 'source'"),
        ("policy", {"rows": 1}, "without 'rows'"),
        ("policy", {"x": "\ud800"}, "UTF-8"),
    ],
)
def test_an_entry_that_is_none_is_refused(store: Store, kind: str, payload: dict[str, object], message: str) -> None:
    with pytest.raises(StoreError, match=message), store.writing(by="anna", at=AT) as writer:
        writer.journal(kind, payload)


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="time zone"), store.writing(by="anna", at=datetime(2026, 1, 1)):
        pass


def test_rows_need_an_entry_of_the_block(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 10.00"))
    with pytest.raises(StoreError, match="an entry that this transaction"), store.writing(by="anna", at=AT) as writer:
        writer.append(BANK_LINES, lines("b 10-01 10.00"), 1)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"format": "camt.053"}, "role is missing, expected a source with one of booked, provisional, advice"),
        ({"format": "camt.053", "role": "settlement"}, "role is 'settlement'"),
        ({"role": "booked"}, "format is missing"),
        ({"role": "booked", "format": "camt.053+mt940"}, "mixed archive"),
    ],
)
def test_bank_lines_need_a_source_that_tells_how_they_count(store: Store, payload: dict[str, object], message: str) -> None:
    with pytest.raises(StoreError, match=message), store.writing(by="anna", at=AT) as writer:
        writer.append(BANK_LINES, lines("a 10-01 10.00"), writer.journal("source", payload))


def test_what_a_database_would_cut_is_refused(store: Store) -> None:
    bad = lines("a 10-01 10.00").assign(value_on=pd.Series([pd.Timestamp("2026-10-01 12:00")], dtype="datetime64[us]"))
    bad["remittance"] = pd.Series(["a\0b"], dtype="str")
    with pytest.raises(StoreError, match="NUL") as caught, store.writing(by="anna", at=AT) as writer:
        writer.append(BANK_LINES, bad, writer.journal("source", booked("camt.053")))
    assert "value_on as days" in str(caught.value)


def test_a_frame_that_does_not_conform_is_refused(store: Store) -> None:
    with pytest.raises(TableError, match="a column amount"), store.writing(by="anna", at=AT) as writer:
        rows = lines("a 10-01 10.00").drop(columns="amount")
        writer.append(BANK_LINES, rows, writer.journal("source", booked("camt.053")))


def test_tables_made_at_closing_are_not_stored(store: Store) -> None:
    with pytest.raises(StoreError, match="checklist is made at closing"):
        store.fetch(CHECKLIST)


def test_since_needs_a_table_with_a_date(store: Store) -> None:
    with pytest.raises(StoreError, match="customers has none"):
        store.fetch(CUSTOMERS, since=date(2026, 1, 1))


def test_who_reasoned_on_an_older_state_is_told(store: Store) -> None:
    seen = store.head()
    take(store, "camt.053", lines("a 10-01 10.00"))
    with pytest.raises(StoreError, match="somebody wrote entry 1"), store.writing(by="ben", at=AT, expected=seen) as writer:
        writer.journal("decision", {})


def test_the_database_itself_refuses_changes(store: Store) -> None:
    take(store, "camt.053", lines("a 10-01 10.00"), retire=take(store, "camt.053", lines("a 10-01 10.00")))
    for table in ("journal", "bank_lines", "superseded", "schema_version", "notes"):
        column = {"superseded": "seq", "schema_version": "version", "notes": "salt"}.get(table, "seq")
        for act in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="append-only"), store._engine.begin() as connection:
                connection.exec_driver_sql(act)


def test_a_statement_of_items_is_kept_per_day(store: Store) -> None:
    def items(day: str, amount: str) -> pd.DataFrame:
        return frame(
            OPEN_ITEMS, f"item_id  open_amount\ni1  {amount}", kind="invoice", document_no="1", amount=100_000,
            issued_on=date(2026, 9, 1), currency="EUR", snapshot_on=date.fromisoformat(day),
        )  # fmt: skip

    for day, amount in (("2026-10-31", "1000.00"), ("2026-11-30", "600.00"), ("2026-10-31", "900.00")):
        take(store, "xero", items(day, amount), role="ledger", table=OPEN_ITEMS)
    found = store.fetch(OPEN_ITEMS)
    assert found[["snapshot_on", "open_amount"]].astype(str).values.tolist() == [
        ["2026-11-30", "60000"],
        ["2026-10-31", "90000"],
    ]


def test_two_stores_do_not_meet(fresh: Callable[[], str]) -> None:
    with Store.open(fresh(), create=True) as one, Store.open(fresh(), create=True) as other:
        take(one, "camt.053", lines("a 10-01 10.00"))
        assert other.head().seq == 0
