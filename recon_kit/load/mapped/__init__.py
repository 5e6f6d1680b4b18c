"""Sheets of one's own, by a column-mapping file or in a table's own captions."""

from recon_kit.load.mapped.reader import claims, explain, read

__all__ = ["claims", "explain", "read"]
