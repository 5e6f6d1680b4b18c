"""Triggers by which the database itself lets rows be added and nothing else; a note can also be erased."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from recon_kit.store.schema import BUSINESS

GUARDED = ("journal", "superseded", "schema_version", "notes", *BUSINESS)

_REFUSAL = """
CREATE OR REPLACE FUNCTION recon_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_TABLE_NAME || ' is append-only'; END $$
"""
_NOT_ERASED = "NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.ref <> OLD.ref OR NEW.about <> OLD.about"


def guard(connection: Connection, table: str) -> None:
    """Have the database refuse to change or delete rows of a table."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.connection.cursor().execute(_REFUSAL)
    for statement in (_sqlite(table) if sqlite else _postgresql(table)).values():
        connection.exec_driver_sql(statement)


def unguarded(connection: Connection) -> list[str]:
    """Tables whose triggers are not as `guard` made them: gone, switched off or replaced."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        there = {str(name): sql for name, sql in found}
        return sorted(table for table in GUARDED if any(there.get(name) != sql for name, sql in _sqlite(table).items()))
    query = (
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgenabled <> 'D' AND p.proname = 'recon_append_only' AND c.relnamespace = current_schema()::regnamespace"
    )
    sound = {name for name, body in connection.exec_driver_sql(query) if body.strip() in _REFUSAL}
    return sorted(table for table in GUARDED if not set(_postgresql(table)) <= sound)


def _sqlite(table: str) -> dict[str, str]:
    when = f" WHEN {_NOT_ERASED}" if table == "notes" else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return {
        f"{table}_no_update": f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}"{when} {refuse}',
        f"{table}_no_delete": f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
    }


def _postgresql(table: str) -> dict[str, str]:
    when = f" WHEN ({_NOT_ERASED})" if table == "notes" else ""
    refuse = "EXECUTE FUNCTION recon_append_only()"
    return {
        f"{table}_no_update": f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW{when} {refuse}',
        f"{table}_no_delete": (
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE OR TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}'
        ),
    }
