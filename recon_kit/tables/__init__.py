"""The declared tables and what they are made of."""

from recon_kit.tables import business
from recon_kit.tables.business import (
    ALLOCATIONS,
    ALTERNATIVES,
    BANK_LINES,
    BATCH_LINES,
    BOOKING_KINDS,
    BREAKS,
    CHECKLIST,
    CHECKS,
    CUSTOMERS,
    EVIDENCE,
    ITEM_ALLOCATIONS,
    ITEM_KINDS,
    LEDGER_BALANCES,
    LEDGER_MOVEMENTS,
    LEDGER_ROLES,
    LINE_ALLOCATIONS,
    LINE_KINDS,
    OPEN_ITEMS,
    ORDERS,
    SETTLEMENT_KINDS,
    SETTLEMENT_LINES,
    SNAPSHOTS,
    SOURCES,
    STATEMENTS,
    STATUSES,
)
from recon_kit.tables.closing import AGED, LATE
from recon_kit.tables.declare import Table
from recon_kit.tables.matches import with_lines
from recon_kit.tables.reasons import REASONS

ALL = (*business.ALL, AGED, LATE)
"""Every declared table."""

__all__ = [
    "AGED", "ALL", "ALLOCATIONS", "ALTERNATIVES", "BANK_LINES", "BATCH_LINES", "BOOKING_KINDS", "BREAKS", "CHECKLIST",
    "CHECKS", "CUSTOMERS", "EVIDENCE", "ITEM_ALLOCATIONS", "ITEM_KINDS", "LATE", "LEDGER_BALANCES", "LEDGER_MOVEMENTS",
    "LEDGER_ROLES", "LINE_ALLOCATIONS", "LINE_KINDS", "OPEN_ITEMS", "ORDERS", "REASONS", "SETTLEMENT_KINDS",
    "SETTLEMENT_LINES", "SNAPSHOTS", "SOURCES", "STATEMENTS", "STATUSES", "Table", "with_lines",
]  # fmt: skip
