"""MultiSafepay: payout report, accountant export and API."""

from recon_kit.load.multisafepay.reader import claims, read

__all__ = ["claims", "read"]
