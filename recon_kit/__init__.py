"""Recon Kit: which money paid what, exact to the cent, and a page that shows it.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon_kit.evaluation import Evaluation, evaluate
    from recon_kit.learning.own import train
    from recon_kit.load import Loaded, read, read_text
    from recon_kit.matching import History, MatchResult, match
    from recon_kit.policy import Policy
    from recon_kit.tables import (
        ALLOCATIONS,
        ALTERNATIVES,
        BANK_LINES,
        BREAKS,
        CHECKLIST,
        CHECKS,
        CUSTOMERS,
        EVIDENCE,
        LEDGER_BALANCES,
        LEDGER_MOVEMENTS,
        OPEN_ITEMS,
        ORDERS,
        SETTLEMENT_LINES,
        SNAPSHOTS,
        SOURCES,
        STATEMENTS,
    )
    from recon_kit.workspace import Workspace

__version__ = "0.1.0"

_TABLES = (
    "ALLOCATIONS", "ALTERNATIVES", "BANK_LINES", "BREAKS", "CHECKLIST", "CHECKS", "CUSTOMERS", "EVIDENCE", "LEDGER_BALANCES",
    "LEDGER_MOVEMENTS", "OPEN_ITEMS", "ORDERS", "SETTLEMENT_LINES", "SNAPSHOTS", "SOURCES", "STATEMENTS",
)  # fmt: skip
_HOMES = {
    **dict.fromkeys(("Loaded", "read", "read_text"), "recon_kit.load"),
    **dict.fromkeys(("Evaluation", "evaluate"), "recon_kit.evaluation"),
    **dict.fromkeys(("History", "MatchResult", "match"), "recon_kit.matching"),
    "Policy": "recon_kit.policy",
    "train": "recon_kit.learning.own",
    "Workspace": "recon_kit.workspace",
    **dict.fromkeys(_TABLES, "recon_kit.tables"),
}

__all__ = [
    "ALLOCATIONS", "ALTERNATIVES", "BANK_LINES", "BREAKS", "CHECKLIST", "CHECKS", "CUSTOMERS", "EVIDENCE", "LEDGER_BALANCES",
    "LEDGER_MOVEMENTS", "OPEN_ITEMS", "ORDERS", "SETTLEMENT_LINES", "SNAPSHOTS", "SOURCES", "STATEMENTS", "Evaluation",
    "History", "Loaded", "MatchResult", "Policy", "Workspace", "evaluate", "match", "read", "read_text",
    "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'recon_kit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
