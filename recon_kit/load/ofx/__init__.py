"""OFX and QFX, versions 1 (SGML) and 2 (XML), read as banks really write them."""

from recon_kit.load.ofx.reader import claims, read

__all__ = ["claims", "read"]
