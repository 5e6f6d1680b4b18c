"""MT940 and MT942: SWIFT's statements, with the German and Dutch grammars of what stands in :86:."""

from recon_kit.load.mt940.reader import claims, read

__all__ = ["claims", "read"]
