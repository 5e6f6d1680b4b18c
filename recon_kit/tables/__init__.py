"""The declared tables and what they are made of."""

from recon_kit.tables.business import (
    ALL,
    ALLOCATIONS,
    ALTERNATIVES,
    BANK_LINES,
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
from recon_kit.tables.collecting import CONTACTS, DISPUTES, PROMISES, RATES
from recon_kit.tables.declare import Table
from recon_kit.tables.matches import with_lines
from recon_kit.tables.reasons import REASONS

__all__ = [
    "ALL", "ALLOCATIONS", "ALTERNATIVES", "BANK_LINES", "BREAKS", "CHECKLIST", "CHECKS", "CONTACTS", "CUSTOMERS",
    "DISPUTES", "EVIDENCE", "ITEM_ALLOCATIONS", "ITEM_KINDS", "LEDGER_BALANCES", "LEDGER_MOVEMENTS", "LEDGER_ROLES",
    "LINE_ALLOCATIONS", "LINE_KINDS", "OPEN_ITEMS", "ORDERS", "PROMISES", "RATES", "REASONS", "SETTLEMENT_KINDS",
    "SETTLEMENT_LINES", "SNAPSHOTS", "SOURCES", "STATEMENTS", "STATUSES", "Table", "with_lines",
]  # fmt: skip
