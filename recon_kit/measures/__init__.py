"""Measures over a frozen cut: frames in, frames out; no disk, no clock."""

from recon_kit.measures.cut import CUT_TABLES, EXPLAINED, Cut
from recon_kit.measures.reconciliation import Reconciliation, metrics, share
from recon_kit.measures.verdict import Finding, Verdict

__all__ = ["CUT_TABLES", "EXPLAINED", "Cut", "Finding", "Reconciliation", "Verdict", "metrics", "share"]
