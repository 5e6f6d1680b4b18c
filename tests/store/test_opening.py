"""Where a store may be, how it is made and brought up to date, and how it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from recon_kit import durable
from recon_kit.errors import StoreError
from recon_kit.store import Head, Store, backup, migrations, refuse_shared_folder, restore
from recon_kit.store.guards import GUARDED
from recon_kit.store.schema import BUSINESS, add_column, kinds
from recon_kit.tables import BANK_LINES, BATCH_LINES, STATEMENTS
from tests.frames import frame
from tests.store.helpers import AT, lines, statement, take

_SQL = {
    "sqlite": {"text": "TEXT", "day": "TEXT", "instant": "TEXT", "whole": "INTEGER", "share": "REAL", "flag": "INTEGER"},
    "postgresql": {"text": "TEXT", "day": "DATE", "instant": "TIMESTAMP", "whole": "BIGINT", "share": "DOUBLE PRECISION"}
    | {"flag": "BOOLEAN"},
}
TODAY = migrations.STEPS[-1].version


def test_the_migrations_make_the_declared_tables(store: Store) -> None:
    """If this fails after a change of a declared table, a numbered migration is missing."""
    inspector = sa.inspect(store._engine)
    types = _SQL[store.url.get_backend_name()]
    assert set(inspector.get_table_names()) == set(GUARDED)
    for table in BUSINESS.values():
        found = {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table.name)}
        wanted = {name: (types[kind], table.columns[name].nullable) for name, kind in kinds(table).items()}
        assert found == {"seq": (types["whole"], False), "position": (types["whole"], False), **wanted}, table.name


def test_a_store_is_made_once_and_found_again(url: str) -> None:
    with Store.open(url, create=True) as store:
        take(store, "camt.053", lines("a 10-01 1.00"))
    with Store.open(url, create=True) as again:
        assert again.head().seq == 1
    with Store.open(url) as again:
        assert again.head().seq == 1


def test_no_store_is_not_made_by_reading(url: str) -> None:
    with pytest.raises(StoreError, match="`recon init` makes one"):
        Store.open(url)


def test_a_database_of_others_is_left_alone(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(StoreError, match="holds other tables"):
        Store.open(url, create=True)
    assert sa.inspect(engine).get_table_names() == ["theirs"]


def test_a_creation_that_fails_leaves_nothing(url: str) -> None:
    def fail(point: str, when: str) -> None:
        if (point, when) == ("store.create", "before"):
            raise RuntimeError("the power is gone")

    stop = durable.watch(fail)
    try:
        with pytest.raises(RuntimeError, match="power"):
            Store.open(url, create=True)
    finally:
        stop()
    with pytest.raises(StoreError, match="there is none here"):
        Store.open(url)
    with Store.open(url, create=True) as store:
        assert store.verify() == []


def _purpose(connection: sa.Connection) -> None:
    add_column(connection, "bank_lines", "purpose text?")


def test_an_older_store_is_refused_then_migrated_with_its_rows(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, "camt.053", lines("a 10-01 1.00"))
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, migrations.Step(TODAY + 1, "purpose", _purpose)])
    with pytest.raises(StoreError, match=rf"older \(schema {TODAY}\); back it up, then bring it up to date: recon migrate"):
        Store.open(url)
    with Store.open(url, migrate=True) as migrated:
        assert len(migrated.fetch(BANK_LINES)) == 1
        assert migrated.verify() == []
    monkeypatch.undo()
    with pytest.raises(StoreError, match=rf"newer \(schema {TODAY + 1}\); install the newer recon-kit"):
        Store.open(url)


def test_a_store_of_the_first_schema_keeps_its_rows_and_takes_batches(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:1])
    with Store.open(url, create=True) as first:
        take(first, "camt.053", lines("a 10-01 1.00", "b 10-02 -2.50"), statement("2026-10-01", "2026-10-02"))
        before, head = [(table, first.fetch(table)) for table in (BANK_LINES, STATEMENTS)], first.head()
        with pytest.raises(StoreError, match="batch_lines"):
            first.fetch(BATCH_LINES)
    monkeypatch.undo()
    with pytest.raises(StoreError, match=r"older \(schema 1\); back it up, then bring it up to date: recon migrate"):
        Store.open(url, create=True)
    with Store.open(url, migrate=True) as store:
        assert store.verify(head) == []
        for table, rows in before:
            pd.testing.assert_frame_equal(store.fetch(table), rows)
        batch = _batch()
        with store.writing(by="anna", at=AT) as writer:
            writer.append(BATCH_LINES, batch, writer.journal("batch", {"batch_no": 1}))
        pd.testing.assert_frame_equal(store.fetch(BATCH_LINES), batch)
        assert store.verify() == []


def _batch() -> pd.DataFrame:
    text = """
    match_id  line_no  side    amount
    m1        1        debit   12.50
    m2        2        credit  0.40
    """
    days = {"posted_on": date(2026, 10, 5), "effective_on": date(2026, 9, 30)}
    told = {"booking_id": "b", "kind": "payment", "account": "1800", "contra_account": "10001", "currency": "EUR"}
    return frame(BATCH_LINES, text, entity="NORD", batch_no=1, **told, **days)


def test_a_failed_migration_leaves_the_store_as_it_was(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: sa.Connection) -> None:
        _purpose(connection)
        connection.exec_driver_sql("SELECT no_such_thing")

    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, migrations.Step(TODAY + 1, "half", half)])
    with pytest.raises(StoreError, match="no_such_thing"):
        Store.open(url, migrate=True)
    monkeypatch.undo()
    with Store.open(url) as again:
        columns = [column["name"] for column in sa.inspect(again._engine).get_columns("bank_lines")]
    assert "purpose" not in columns


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://x/y", "SQLite .* or PostgreSQL"),
        ("sqlite://", "in memory would be gone"),
        ("sqlite:///:memory:", "in memory would be gone"),
        ("what is this", "sqlite:///path/to/store.db"),
        ("postgresql://u:secret@127.0.0.1:1/none", r"postgresql\+psycopg://u:\*\*\*@127.0.0.1:1/none"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store.open(url, create=True)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing that a database would begin with" * 40)
    with pytest.raises(StoreError, match="this file is something else"):
        Store.open(f"sqlite:///{file}")


MOUNTS = """
/dev/vda / ext4 rw 0 0
nas:/share /mnt/team nfs4 rw 0 0
//nas/x /mnt/with\\040blank cifs rw 0 0
me@host:/ /home/me/far fuse.sshfs rw 0 0
/dev/sdb /mnt/team/local ext4 rw 0 0
overlay /srv fuse.fuse-overlayfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/mnt/team/store.db", "network file system \\(nfs4 at /mnt/team\\).*PostgreSQL"),
        ("/mnt/with blank/a/store.db", "cifs"),
        ("/home/me/far/store.db", "fuse.sshfs"),
        ("/home/me/OneDrive - Muster GmbH/recon/store.db", "synchronised folder \\('OneDrive - Muster GmbH'\\)"),
        ("/Users/me/Library/Mobile Documents/x/store.db", "Mobile Documents"),
        ("/home/me/Dropbox/store.db", "Dropbox"),
        ("/Users/me/Library/CloudStorage/GoogleDrive-me@x.de/store.db", "CloudStorage"),
        ("/home/me/Google Drive/store.db", "Google Drive"),
        ("/home/me/iCloudDrive/store.db", "iCloudDrive"),
    ],
)
def test_a_shared_folder_is_refused_with_what_to_do(path: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        refuse_shared_folder(Path(path), MOUNTS)


@pytest.mark.parametrize(
    "path", ["/home/me/store.db", "/mnt/team/local/store.db", "/mnt/teams/store.db", "/srv/store.db", "/my/dropboxes/s.db"]
)
def test_a_local_folder_is_welcome(path: str) -> None:
    refuse_shared_folder(Path(path), MOUNTS)


def test_a_backup_comes_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    saved = tmp_path / "saved" / "copy.db"
    saved.parent.mkdir()
    with Store.open(url, create=True) as store:
        take(store, "camt.053", lines("a 10-01 1.00"))
        head = backup(store, saved)
        take(store, "camt.053", lines("b 10-02 1.00"))
        with pytest.raises(StoreError, match="there is one already"):
            backup(store, saved)
    assert head.seq == 1
    assert [path.name for path in saved.parent.iterdir()] == ["copy.db"]
    with pytest.raises(StoreError, match="move these away first"):
        restore(saved, url)
    back = f"sqlite:///{tmp_path / 'new' / 'b.db'}"
    assert restore(saved, back) == head
    with Store.open(back) as restored:
        assert restored.fetch(BANK_LINES)["line_id"].tolist() == ["a"]
        assert restored.verify(head) == []


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    with pytest.raises(StoreError, match=r"broken\.db"):
        restore(broken, f"sqlite:///{tmp_path / 'b.db'}")
    assert not (tmp_path / "b.db").exists()


def test_postgresql_is_saved_by_its_own_program(server: str, fresh: Callable[[], str], tmp_path: Path) -> None:
    url = fresh()
    if not url.startswith("postgresql"):
        pytest.skip("SQLite saves itself")
    with Store.open(url, create=True) as store, pytest.raises(StoreError, match="pg_dump --format=custom"):
        backup(store, tmp_path / "x.db")
    with pytest.raises(StoreError, match="pg_restore"):
        restore(tmp_path / "x.db", url)


def test_an_empty_store_has_a_head(store: Store) -> None:
    assert store.head() == Head(0, "0" * 64)
