"""Settlement lines become expected payouts: open items that a bank line can pay, before matching."""

from recon_kit.payouts.expected import ExpectedPayouts, expected_payouts

__all__ = ["ExpectedPayouts", "expected_payouts"]
