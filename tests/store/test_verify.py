"""Whatever is done to the store behind its back is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from recon_kit.store import Flaw, Head, Store
from recon_kit.store.journal import Entry, canonical, chained, digest
from tests.store.helpers import AT, lines, take


@pytest.fixture
def filled(store: Store) -> Store:
    """Five sources of two lines each."""
    for number in range(1, 6):
        take(store, "camt.053", lines(f"a{number} 10-0{number} 1.00", f"b{number} 10-0{number} 2.00"))
    return store


def tamper(store: Store, *statements: str, table: str = "journal") -> None:
    """Change the database as somebody with its password or file could: the triggers put away for a moment."""
    sqlite = store.url.get_backend_name() == "sqlite"
    with store._engine.begin() as connection:
        kept = []
        if sqlite:
            found = connection.exec_driver_sql(
                f"SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='{table}'"
            )
            kept = found.all()
            for name, _ in kept:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)
        for _, sql in kept:
            connection.exec_driver_sql(sql)
        if not sqlite:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def named(flaws: list[Flaw]) -> set[tuple[str, str, int | None]]:
    return {(flaw.problem, flaw.table, flaw.seq) for flaw in flaws}


def test_a_store_as_it_was_written_has_no_flaw(filled: Store) -> None:
    assert filled.verify() == []
    assert filled.verify(filled.head()) == []


@pytest.mark.parametrize("column", ["payload", "at", "by", "kind"])
def test_an_edited_entry_is_named(filled: Store, column: str) -> None:
    tamper(filled, f"UPDATE journal SET {column} = replace({column}, substr({column}, 3, 1), '#') WHERE seq = 3")
    assert ("edited", "journal", 3) in named(filled.verify())


@pytest.mark.parametrize("payload", ["no JSON", "[]", '{"rows":5,"supersedes":"x","notes":{}}', '{"rows":{"bank_lines":1}}'])
def test_a_payload_made_nonsense_is_named(filled: Store, payload: str) -> None:
    tamper(filled, f"UPDATE journal SET payload = '{payload}' WHERE seq = 3")
    assert {("edited", "journal", 3), ("rows_added", "bank_lines", 3)} <= named(filled.verify())


def test_a_deleted_entry_is_named_with_its_rows(filled: Store) -> None:
    tamper(filled, "DELETE FROM journal WHERE seq = 3")
    flaws = filled.verify()
    assert named(flaws) == {("deleted", "journal", 4), ("rows_added", "bank_lines", 3)}
    assert str(flaws[0]) == "journal, entry 4: entry 3 before it is gone"


def test_swapped_entries_are_named(filled: Store) -> None:
    tamper(filled, *(f"UPDATE journal SET seq = {new} WHERE seq = {old}" for old, new in ((2, 99), (4, 2), (99, 4))))
    found = named(filled.verify())
    assert {("reordered", "journal", 2), ("reordered", "journal", 4)} <= found
    assert not any(problem == "edited" for problem, _, _ in found)


def test_an_inserted_entry_is_named(filled: Store) -> None:
    tamper(filled, "DELETE FROM journal WHERE seq = 3")
    forged = chained(Head(2, "f" * 64), "2026-11-01T08:00:00.000000Z", "x", "source", "{}")
    values = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in forged)
    tamper(filled, f"INSERT INTO journal VALUES ({values})")
    assert {("inserted", "journal", 3), ("inserted", "journal", 4)} <= named(filled.verify())


def test_a_cut_tail_is_found_with_a_head_kept_elsewhere(filled: Store) -> None:
    head = filled.head()
    tamper(filled, "DELETE FROM journal WHERE seq = 5")
    tamper(filled, "DELETE FROM bank_lines WHERE seq = 5", table="bank_lines")
    assert filled.verify() == []
    assert named(filled.verify(head)) == {("cut_off", "journal", 5)}


def test_a_rewritten_chain_is_found_with_a_head_kept_elsewhere(filled: Store) -> None:
    head = filled.head()
    with filled._engine.connect() as connection:
        last = Entry(
            *connection.exec_driver_sql('SELECT seq, at, "by", kind, payload, prev, hash FROM journal WHERE seq = 5').one()
        )
    forged = last._replace(at="2026-11-01T09:00:00.000000Z")
    tamper(filled, f"UPDATE journal SET at = '{forged.at}', hash = '{digest(forged)}' WHERE seq = 5")
    assert filled.verify() == []
    assert named(filled.verify(head)) == {("rewritten", "journal", 5)}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE bank_lines SET amount = amount + 1 WHERE seq = 4 AND position = 1", "rows_edited"),
        ("UPDATE bank_lines SET remittance = '' WHERE seq = 4 AND position = 0", "rows_edited"),
        ("UPDATE bank_lines SET booked_on = '2026-10-30' WHERE seq = 4 AND position = 0", "rows_edited"),
        ("UPDATE bank_lines SET position = 1 - position WHERE seq = 4", "rows_edited"),
        ("DELETE FROM bank_lines WHERE seq = 4 AND position = 1", "rows_deleted"),
        (
            "INSERT INTO bank_lines (seq, position, line_id, booked_on, amount, currency) "
            "VALUES (4, 2, 'x', '2026-10-01', 1, 'EUR')",
            "rows_added",
        ),
    ],
)
def test_a_changed_business_row_is_named(filled: Store, change: str, problem: str) -> None:
    if "1 - position" in change:
        steps = [
            f"UPDATE bank_lines SET position = {new} WHERE seq = 4 AND position = {old}"
            for old, new in ((0, 9), (1, 0), (9, 1))
        ]
        tamper(filled, *steps, table="bank_lines")
    else:
        tamper(filled, change, table="bank_lines")
    assert named(filled.verify()) == {(problem, "bank_lines", 4)}


def test_a_day_that_is_none_is_a_flaw_not_a_crash(filled: Store) -> None:
    if filled.url.get_backend_name() == "postgresql":
        pytest.skip("PostgreSQL keeps dates as dates")
    tamper(filled, "UPDATE bank_lines SET booked_on = 'yesterday' WHERE seq = 4", table="bank_lines")
    assert named(filled.verify()) == {("rows_edited", "bank_lines", None)}


def test_a_forged_supersession_is_named(filled: Store) -> None:
    with filled._engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO superseded VALUES (2, 5)")
    assert named(filled.verify()) == {("supersession", "superseded", 2)}


def test_missing_triggers_are_named(filled: Store) -> None:
    on = "" if filled.url.get_backend_name() == "sqlite" else " ON bank_lines"
    with filled._engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER bank_lines_no_update{on}")
    assert named(filled.verify()) == {("unguarded", "bank_lines", None)}


def test_the_same_payload_has_one_text() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": [True, None]}}) == canonical({"a": {"c": (True, None), "d": 2}, "b": 1})


def test_a_renamed_person_is_named(filled: Store) -> None:
    tamper(filled, "UPDATE notes SET text = 'ben'", table="notes")
    assert named(filled.verify()) == {("note", "notes", None)}


def test_an_erased_person_leaves_the_chain_whole(store: Store) -> None:
    with store.writing(by="anna", at=AT) as writer:
        anna = writer.name("anna")
        remark = writer.note("rang her; pays on Friday", about=anna)
        other = writer.note("unrelated")
        writer.journal("decision", {"comment": remark, "also": other})
    with store.writing(by="anna", at=AT) as writer:
        assert writer.name("anna") == anna
        writer.journal("decision", {})
    assert store.notes(remark, other) == {remark: "rang her; pays on Friday", other: "unrelated"}
    erased = store.erase(anna, by="ben", at=AT)
    assert set(erased) == {anna, remark}
    assert store.notes(remark, other) == {remark: None, other: "unrelated"}
    assert store.entries()["by"].tolist() == ["erased", "erased", "ben"]
    assert store.verify(store.head()) == []
    if store.url.get_backend_name() == "sqlite":
        file = str(store.url.database)
        bytes_left = b"".join(path.read_bytes() for path in Path(file).parent.glob("*.db*"))
        assert b"rang her" not in bytes_left


def test_a_note_emptied_without_a_word_is_named(filled: Store) -> None:
    with filled._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notes SET text = NULL, salt = NULL")
    assert named(filled.verify()) == {("note", "notes", None)}
