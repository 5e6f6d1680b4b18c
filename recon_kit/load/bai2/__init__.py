"""BAI2: cash-management statements of American banks."""

from recon_kit.load.bai2.reader import claims, read

__all__ = ["claims", "read"]
