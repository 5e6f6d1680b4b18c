"""The declared tables and what they are made of."""

from recon_kit.tables.booking import BATCH_LINES, BOOKING_KINDS
from recon_kit.tables.business import (
    ALLOCATIONS,
    ALTERNATIVES,
    BANK_LINES,
    BREAKS,
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
    STATEMENTS,
    STATUSES,
)
from recon_kit.tables.closing import AGED, CHECKLIST, LATE, SOURCES
from recon_kit.tables.collecting import CONTACTS, DISPUTES, PROMISES, RATES
from recon_kit.tables.declare import Table
from recon_kit.tables.matches import with_lines
from recon_kit.tables.reasons import REASONS

ALL = (
    STATEMENTS, BANK_LINES, OPEN_ITEMS, SNAPSHOTS, SETTLEMENT_LINES, ORDERS, CUSTOMERS, LEDGER_MOVEMENTS,
    LEDGER_BALANCES, ALLOCATIONS, ALTERNATIVES, EVIDENCE, BREAKS, CHECKS, SOURCES, CHECKLIST, AGED, LATE,
    BATCH_LINES, PROMISES, DISPUTES, CONTACTS, RATES,
)  # fmt: skip
"""Every declared table."""

__all__ = [
    "AGED", "ALL", "ALLOCATIONS", "ALTERNATIVES", "BANK_LINES", "BATCH_LINES", "BOOKING_KINDS", "BREAKS", "CHECKLIST",
    "CHECKS", "CONTACTS", "CUSTOMERS", "DISPUTES", "EVIDENCE", "ITEM_ALLOCATIONS", "ITEM_KINDS", "LATE", "LEDGER_BALANCES",
    "LEDGER_MOVEMENTS", "LEDGER_ROLES", "LINE_ALLOCATIONS", "LINE_KINDS", "OPEN_ITEMS", "ORDERS", "PROMISES", "RATES",
    "REASONS", "SETTLEMENT_KINDS", "SETTLEMENT_LINES", "SNAPSHOTS", "SOURCES", "STATEMENTS", "STATUSES", "Table",
    "with_lines",
]  # fmt: skip
