"""Value-added tax when less is received than was invoiced: what reduces the taxable amount, by how much, at which rate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from recon_kit.money import split
from recon_kit.policy.booking import Treatment

Effect = Literal["tax", "net", "none"]

_EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

_REDUCES = frozenset({"discount", "write_off"})
"""A cash discount and an uncollectible or remitted rest reduce what the customer owes for the supply. A fee or bank charge
does not (the customer has paid in full, we bear the cost), nor does a difference of exchange, nor money on account."""

_EFFECTS: Mapping[Treatment, Effect] = {
    "domestic": "tax",
    "other_country": "tax",
    "intra_community": "net",
    "export": "net",
    "reverse_charge": "net",
    "no_tax": "net",
}


@dataclass(frozen=True)
class TaxPart:
    """What of a deduction falls to one rate.

    Args:
        rate: percent. gross, tax: minor units, signed like the deduction; `tax` is contained in `gross`.
    """

    rate: str
    gross: int
    tax: int

    @property
    def net(self) -> int:
        """The part without its tax."""
        return self.gross - self.tax


def effect(kind: str, treatment: Treatment) -> Effect:
    """What a posting of that kind does to the tax of the supply: corrects the tax, only the untaxed turnover, or nothing.

    Source: § 17 (1) and (2) no. 1 UStG, § 16 UStG 1994 (AT), art. 90 Directive 2006/112/EC: the taxable amount is reduced
    by a price reduction after the supply and by what has become uncollectible.

    >>> effect("discount", "domestic"), effect("write_off", "export"), effect("fee", "domestic")
    ('tax', 'net', 'none')
    """
    return _EFFECTS[treatment] if kind in _REDUCES else "none"


def reduces(kind: str) -> bool:
    """Whether postings of that kind reduce the taxable amount at all, and so need the rates of the document."""
    return kind in _REDUCES


def treatment(
    rate: str, home: str, country: str | None, rates: tuple[str, ...], untaxed: Mapping[str, Treatment]
) -> Treatment | None:
    """How a supply at that rate was taxed; None if it cannot be told.

    Args:
        home: country of the entity. country: of the customer, if it is known.
        rates: the entity's own rates; another rate is the customer's country's (distance sales declared through OSS).
        untaxed: the company's word on supplies at 0 %, by country; "unknown" for customers without one.
    """
    if rate != "0":
        if rate in rates:
            return "domestic"
        return "other_country" if country in _EU - {home} else None
    if told := untaxed.get(country or "unknown"):
        return told
    if country is None:
        return None
    if country == home:
        return "no_tax"
    return "intra_community" if country in _EU else "export"


def read_split(text: str) -> dict[str, int]:
    """The gross amounts by rate that a document says of itself.

    Raises:
        ValueError: it is no JSON object of whole minor units by rate, or they sum to nothing.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or not all(type(amount) is int for amount in found.values()):
        raise ValueError("no amounts by rate")
    if not sum(found.values()):
        raise ValueError("amounts that sum to 0")
    by_rate: dict[str, int] = {}
    for rate, amount in found.items():
        name = _plain_rate(rate)
        by_rate[name] = by_rate.get(name, 0) + amount
    return by_rate


def _plain_rate(rate: str) -> str:
    """A rate as percent without trailing zeros: 19.00 is 19."""
    number = Fraction(rate)
    if not 0 <= number < 100 or (number * 100).denominator != 1:
        raise ValueError(f"{rate!r} is no rate in percent")
    whole, hundredths = divmod(int(number * 100), 100)
    return f"{whole}.{hundredths:02d}".rstrip("0").rstrip(".")


def by_rate(deduction: int, tax_split: Mapping[str, int]) -> list[TaxPart]:
    """A gross deduction shared over a document's rates by largest remainder, each part with the tax that it contains.

    The parts sum to the deduction exactly; rates to which nothing falls are left out.

    Args:
        deduction: minor units, gross. tax_split: rate -> gross of the document, in its own currency and sign.

    >>> by_rate(2380, {"19": 119000})
    [TaxPart(rate='19', gross=2380, tax=380)]
    """
    rates, weights = sorted(tax_split, key=Fraction), [tax_split[rate] for rate in sorted(tax_split, key=Fraction)]
    if sum(weights) < 0:
        weights = [-weight for weight in weights]
    shares = zip(rates, split(deduction, weights), strict=True)
    return [TaxPart(rate, gross, contained(gross, rate)) for rate, gross in shares if gross]


def contained(gross: int, rate: str) -> int:
    """The tax that a gross amount contains, rounded half away from zero.

    >>> contained(2380, "19"), contained(-2380, "19"), contained(100, "0")
    (380, -380, 0)
    """
    percent = Fraction(rate)
    tax = int(abs(gross) * percent / (100 + percent) + Fraction(1, 2))
    return tax if gross >= 0 else -tax
