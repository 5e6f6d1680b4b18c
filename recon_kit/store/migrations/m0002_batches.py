"""Batches for the ledger: what went out is kept as it was written, so that nothing goes out twice."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from recon_kit.store.guards import guard
from recon_kit.store.schema import create_table

_BATCH_LINES = (
    "entity text?, batch_no whole, line_no whole, booking_id text, match_id text, line_id text?, item_id text?, "
    "customer_id text?, kind text, account text, side text, contra_account text, amount whole, currency text, "
    "base_amount whole?, base_currency text?, rate text?, tax_code text?, tax_rate text?, tax_amount whole?, "
    "tax_account text?, tax_basis text?, cost_centre text?, document_no text?, posted_on day, effective_on day, text "
    "text?, reverses text?"
)


def apply(connection: Connection) -> None:
    """Create the table of postings that went out, and guard it against change."""
    create_table(connection, "batch_lines", f"seq whole, position whole, {_BATCH_LINES}", "seq, position")
    guard(connection, "batch_lines")
