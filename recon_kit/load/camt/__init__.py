"""camt.052, .053 and .054: accounts, statements and entries as banks write them in ISO 20022."""

from recon_kit.load.camt.reader import claims, read

__all__ = ["claims", "read"]
