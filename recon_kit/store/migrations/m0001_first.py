"""The first schema: the journal, what it supersedes, notes, and one table per declared table."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from recon_kit.store.guards import guard
from recon_kit.store.schema import create_table

_TABLES = {
    "statements": (
        "entity text?, account text, statement_id text, sequence whole?, currency text, opening whole?, closing whole?, "
        "from_on day?, to_on day, source_file text"
    ),
    "bank_lines": (
        "entity text?, line_id text, account text?, booked_on day, value_on day?, amount whole, currency text, "
        "counterparty_name text?, counterparty_account text?, remittance text?, reference text?, end_to_end_id text?, "
        "bank_reference text?, kind text?, return_reason text?, instructed_amount whole?, instructed_currency text?, "
        "rate text?, charges whole?, source_file text?, source_line whole?"
    ),
    "open_items": (
        "entity text?, item_id text, kind text, document_no text, customer_id text?, customer_name text?, "
        "customer_account text?, issued_on day, due_on day?, amount whole, open_amount whole, currency text, reference "
        "text?, order_no text?, discount_on day?, discount_amount whole?, tax_split text?, channel text?, snapshot_on "
        "day?, source_file text?, source_line whole?"
    ),
    "snapshots": ("entity text?, snapshot_on day, complete flag, n_items whole, source_file text"),
    "settlement_lines": (
        "entity text?, psp text, psp_account text, txn_id text, parent_id text?, payout_id text?, kind text, order_no "
        "text?, method text?, channel text?, created_at instant, settled_on day?, gross whole, fee whole, tax_on_fee "
        "whole, net whole, currency text, txn_currency text?, txn_amount whole?, source_file text, source_line whole"
    ),
    "orders": (
        "entity text?, order_no text, channel text, store text?, ordered_at instant, amount whole, refunded whole, "
        "currency text, status text, customer_id text?, tender text?, source_file text, source_line whole"
    ),
    "customers": (
        "entity text?, customer_id text, name text, other_names text?, accounts text?, e_mail text?, phone text?, "
        "language text?, country text?, is_business flag, payment_days whole?, hold_reason text?, hold_until day?"
    ),
    "ledger_movements": (
        "entity text?, gl_account text, customer_id text?, document_no text, kind text, posted_on day, document_on day, "
        "amount whole, tax whole?, currency text, clearing_no text?, cleared_on day?"
    ),
    "ledger_balances": ("entity text?, gl_account text, role text, on day, amount whole, currency text"),
    "allocations": (
        "entity text?, match_id text, line_id text?, item_id text?, customer_id text?, gl_account text?, allocated "
        "whole, currency text, kind text, probability share?, status text, basis text, effective_on day"
    ),
    "alternatives": (
        "entity text?, match_id text, line_id text?, item_id text?, customer_id text?, gl_account text?, allocated "
        "whole, currency text, kind text, probability share?, status text, basis text, effective_on day, rank whole"
    ),
    "evidence": ("entity text?, match_id text, feature text, level text, value text?, log_odds share"),
    "breaks": ("entity text?, side text, id text, reason text, amount whole, currency text, detail text, facts text?"),
    "checks": (
        "entity text?, check text, subject text, outcome text, expected whole?, actual whole?, currency text?, detail "
        "text?, source_file text?, source_line whole?"
    ),
}


def apply(connection: Connection) -> None:
    """Create every table, and guard each against change."""
    create_table(connection, "schema_version", "version whole, name text", "version")
    create_table(
        connection, "journal", "seq whole, at text, by text, kind text, payload text, prev text, hash text", "seq", "prev hash"
    )
    create_table(connection, "superseded", "source_seq whole, seq whole", "source_seq")
    create_table(connection, "notes", "ref text, about text, salt text?, text text?", "ref")
    for name, columns in _TABLES.items():
        create_table(connection, name, f"seq whole, position whole, {columns}", "seq, position")
    for name in ("schema_version", "journal", "superseded", "notes", *_TABLES):
        guard(connection, name)
