"""Exact Online: lists of receivables as its services give them."""

from recon_kit.load.exact_online.reader import claims, read

__all__ = ["claims", "read"]
