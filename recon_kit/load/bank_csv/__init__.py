"""CSV exports of banks, by layouts that are data."""

from recon_kit.load.bank_csv.reader import claims, explain, read

__all__ = ["claims", "explain", "read"]
