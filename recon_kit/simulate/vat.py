"""Value-added tax contained in a document: by the seller's country, the buyer's, and whether goods leave the country."""

from __future__ import annotations

from recon_kit.simulate.model import Item

_STANDARD = {"DE": 19, "AT": 20}
_REDUCED = 10
_HOME = {"NORD": "DE", "ALPEN": "AT"}
"""Percent. Businesses elsewhere in the union account for the tax themselves, exports are free of it; consumers there pay the
rate of their own country."""


def lines(item: Item) -> list[tuple[int, int]]:
    """The document's line items as (rate in percent, gross amount); a few of the Austrian invoices hold maps and books."""
    rate, second = _rate(item), item.kind == "invoice" and item.amount > 20_00 and item.entry_no % 6 == 0
    if item.entity == "NORD" or not second:
        return [(rate, item.amount)]
    first = item.amount * 3 // 5
    return [(rate, first), (_REDUCED if rate and item.entry_no % 12 == 0 else rate, item.amount - first)]


def _rate(item: Item) -> int:
    assert item.customer
    country, home = item.customer.country, _HOME[item.entity]
    if country == home or not item.customer.is_business:
        return _STANDARD[country]
    return 0


def contained(gross: int, rate: int) -> int:
    """The tax in a gross amount, rounded half away from zero.

    >>> contained(119_00, 19), contained(-1_00, 20)
    (1900, -17)
    """
    tax = (2 * abs(gross) * rate + 100 + rate) // (2 * (100 + rate))
    return tax if gross >= 0 else -tax


def tax_in(item: Item, part: int) -> int:
    """The tax in a part of a document, which takes of each rate what that has of the whole."""
    of, left, tax = lines(item), part, 0
    for at, (rate, gross) in enumerate(of):
        share = left if at == len(of) - 1 else part * gross // item.amount
        left -= share
        tax += contained(share, rate)
    return tax
