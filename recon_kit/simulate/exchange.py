"""Exchange rates of the invented bank: euro for one franc or pound, in ten-thousandths, moving a little every day."""

from __future__ import annotations

from datetime import date

_BASE = {"CHF": 10_684, "GBP": 11_542, "EUR": 10_000}


def rate(currency: str, on: date) -> int:
    """Euro for one unit of that currency, times 10,000."""
    return _BASE[currency] + (0 if currency == "EUR" else (on.toordinal() * 37) % 61 - 30)


def rate_text(currency: str, on: date) -> str:
    """The rate as the bank prints it."""
    return f"{rate(currency, on) / 10_000:.4f}"


def in_euro(amount: int, currency: str, on: date) -> int:
    """That amount in euro cents, rounded half up."""
    return (amount * rate(currency, on) + 5_000) // 10_000


def from_euro(cents: int, currency: str, on: date) -> int:
    """Euro cents in minor units of that currency, rounded half up."""
    return (cents * 10_000 + rate(currency, on) // 2) // rate(currency, on)
