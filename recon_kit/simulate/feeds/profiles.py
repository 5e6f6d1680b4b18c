"""The profiles: what kind of company a feed is of. Every rate stands here, so that a measured one can be put beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from recon_kit.simulate.feeds.chance import Quantiles

_QUOTING = {"full": 50.0, "digits": 15, "order": 6, "customer": 7, "nothing": 12, "structured": 5, "advice": 8}
_NOISE = {
    "cut": 16.0, "glued": 16, "transposed": 9, "wrong": 6, "letters": 8, "old": 6, "wrapped": 18, "prefix": 10, "lower": 11,
}  # fmt: skip
_EVENTS = {
    "short": 0.022, "partial": 0.030, "instalments": 0.020, "overpaid": 0.012, "charges": 0.010, "duplicate": 0.006,
    "returned": 0.007, "fx": 0.004,
}  # fmt: skip
_BESIDE = {
    "fee": 10.0, "interest": 4, "wages": 12, "tax": 8, "supplier": 28, "private": 4, "own_transfer": 5, "on_account": 6,
    "prepayment": 6, "old_document": 7, "foreign": 10,
}  # fmt: skip
_GROUP_SIZE = ((0.0, 1.6), (0.6, 2.0), (0.85, 2.8), (0.95, 7.0), (0.98, 24.0), (0.993, 95.0), (1.0, 220.0))


@dataclass(frozen=True)
class Profile:
    """Rates of a kind of company. Shares are of lines where nothing else is said.

    Args:
        per_customer: items a customer on average; `spread`: sigma of the log of a customer's weight.
        in_runs: share of payers that pay several items at once; `group_size`: how many they aim at.
        known: least and greatest share of customers whose account the ledger knows; a company draws its own.
        other_payer: share of customers whose items somebody else pays; `one_time`: share of lines.
        repeated: share of customers with a recurring equal amount; `prices`: share of items with an amount of a price list.
        beside: share of lines that belong to no item; `swift`: share of payers that pay on receipt.
        wrapped: share of texts broken at 27 or 35 characters; `pieces`: share of texts made of EREF+ ... pieces.
        amount: median of the customers' medians, in minor units, and sigma of its log.
    """

    per_customer: float = 20
    spread: float = 1.4
    business: float = 0.97
    in_runs: float = 0.5
    group_size: Quantiles = _GROUP_SIZE
    quoting: Mapping[str, float] = field(default_factory=lambda: dict(_QUOTING))
    noise: float = 0.11
    noises: Mapping[str, float] = field(default_factory=lambda: dict(_NOISE))
    events: Mapping[str, float] = field(default_factory=lambda: dict(_EVENTS))
    beside: float = 0.12
    besides: Mapping[str, float] = field(default_factory=lambda: dict(_BESIDE))
    known: tuple[float, float] = (0.2, 0.9)
    no_account: float = 0.06
    other_payer: float = 0.06
    one_time: float = 0.012
    repeated: float = 0.06
    prices: float = 0.12
    credit_notes: float = 0.05
    discounts: float = 0.15
    debits: float = 0.04
    swift: float = 0.04
    bad_payers: float = 0.03
    disputed: float = 0.004
    wrapped: float = 0.08
    pieces: float = 0.06
    abroad: float = 0.15
    amount: tuple[float, float] = (60_000, 1.1)
    channels: float = 0.0
    currencies: int = 2


_B2B = Profile()
PROFILES: Mapping[str, Profile] = {
    "mixed_b2b": _B2B,
    "easy": replace(
        _B2B,
        per_customer=12,
        in_runs=0.4,
        quoting={"full": 84, "digits": 7, "order": 1, "customer": 1, "nothing": 1, "structured": 5, "advice": 0.5},
        noise=0.03,
        events={name: share * 0.4 for name, share in _EVENTS.items()},
        known=(0.5, 0.9),
        no_account=0.02,
        other_payer=0.02,
        one_time=0.004,
        credit_notes=0.015,
        discounts=0.08,
        repeated=0.02,
        beside=0.08,
        group_size=((0.0, 2.0), (0.6, 2.5), (0.9, 4.0), (0.99, 9.0), (1.0, 40.0)),
    ),
    "few_references": replace(
        _B2B,
        quoting={"full": 14, "digits": 9, "order": 6, "customer": 16, "nothing": 38, "structured": 1, "advice": 16},
        noise=0.16,
        known=(0.0, 0.5),
        no_account=0.22,
        in_runs=0.55,
        other_payer=0.08,
        one_time=0.02,
    ),
    "b2c": replace(
        _B2B,
        per_customer=3,
        spread=0.6,
        business=0.06,
        in_runs=0.3,
        group_size=((0.0, 2.0), (0.7, 2.3), (0.96, 3.5), (1.0, 8.0)),
        quoting={"full": 34, "digits": 16, "order": 20, "customer": 9, "nothing": 15, "structured": 5, "advice": 0.2},
        noise=0.17,
        known=(0.0, 0.7),
        other_payer=0.05,
        one_time=0.03,
        repeated=0.4,
        prices=0.55,
        credit_notes=0.02,
        discounts=0.01,
        debits=0.14,
        swift=0.35,
        amount=(5_500, 0.8),
        events={**_EVENTS, "short": 0.008, "charges": 0.002, "returned": 0.014, "overpaid": 0.016, "duplicate": 0.009},
        beside=0.09,
        currencies=1,
    ),
    "long_sepa": replace(_B2B, per_customer=15, in_runs=0.45, wrapped=0.55, pieces=0.7, noise=0.07),
    "messy": replace(
        _B2B,
        quoting={"full": 30, "digits": 14, "order": 8, "customer": 14, "nothing": 24, "structured": 2, "advice": 8},
        noise=0.3,
        known=(0.05, 0.3),
        no_account=0.15,
        other_payer=0.1,
        one_time=0.03,
        repeated=0.2,
        prices=0.5,
        credit_notes=0.09,
        disputed=0.012,
        beside=0.22,
    ),
    "omni": replace(_B2B, per_customer=8, business=0.6, channels=0.22, currencies=4, amount=(18_000, 1.2), prices=0.3),
}
