"""A document's gross amount by tax rate, from Xero's line items: what a discount or a loss on it has to correct."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?) ?%")
_CENT = Decimal("0.01")


class Line(NamedTuple):
    """A line item as it stands there: the tax rate's display name, the net amount, the tax on it."""

    tax_type: str
    net: Decimal
    tax: Decimal


def tax_split(lines: Sequence[Line], amount: int, minor: Decimal) -> str | None:
    """The gross amount by rate as `tax_split` of OPEN_ITEMS, signed like `amount`; None where the rates are not certain.

    The rate is the percentage in the display name, which the tax has to confirm to a cent; names without one are free of tax
    if their tax is 0. What rounding leaves goes to the largest remainders, so that the split sums to the document.

    Args:
        amount: the document's total in minor units.
        minor: one minor unit of its currency, as a decimal.

    >>> tax_split([Line("20% (VAT on Income)", Decimal("50.00"), Decimal("10.00"))], -6000, Decimal("0.01"))
    '{"20": -6000}'
    """
    gross: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        rate = _rate(line)
        if rate is None:
            return None
        gross[rate] += abs(line.net + line.tax) / minor
    if not gross or abs(sum(gross.values(), Decimal(0)) - abs(amount)) > len(lines):
        return None
    whole = _rounded(gross, abs(amount))
    return json.dumps({f"{rate.normalize():f}": minors if amount > 0 else -minors for rate, minors in sorted(whole.items())})


def _rate(line: Line) -> Decimal | None:
    found = _RATE.search(line.tax_type)
    if not line.tax_type or (found is None and line.tax):
        return None
    rate = Decimal(found[1].replace(",", ".")) if found else Decimal(0)
    return rate if abs(line.net * rate / 100 - line.tax) <= _CENT else None


def _rounded(gross: dict[Decimal, Decimal], amount: int) -> dict[Decimal, int]:
    whole = {rate: int(exact.to_integral_value(ROUND_FLOOR)) for rate, exact in gross.items()}
    remainders = sorted(gross, key=lambda rate: (whole[rate] - gross[rate], rate))
    for at in range(abs(amount - sum(whole.values()))):
        whole[remainders[at % len(remainders)]] += 1 if amount > sum(whole.values()) else -1
    return whole
