"""One drawn company: where it sits, how it numbers, what terms it gives, how careless its customers write."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recon_kit.simulate.feeds.chance import Whole, stream, tilted
from recon_kit.simulate.feeds.numbering import STYLES, Series, draw_series
from recon_kit.simulate.feeds.profiles import PROFILES, Profile
from recon_kit.simulate.feeds.words import LANGUAGES

CURRENCY = {"GB": "GBP", "IE": "EUR", "CH": "CHF", "PL": "PLN", "CZ": "CZK", "SE": "SEK", "DK": "DKK", "RO": "RON"}
RATES = {"EUR": 1.0, "GBP": 0.86, "CHF": 0.95, "PLN": 4.3, "CZK": 24.9, "SEK": 11.2, "DKK": 7.46, "RON": 4.98, "USD": 1.09}
"""Units of a currency for one euro, roughly."""
_HOMES = {"de": "DE DE AT CH", "en": "GB IE", "fr": "FR BE", "nl": "NL NL BE", "it": "IT", "es": "ES", "pl": "PL",
          "pt": "PT", "ro": "RO", "cs": "CZ", "sv": "SE", "da": "DK"}  # fmt: skip
_STRUCTURED = {"CH": "qrr", "BE": "ogm", "SE": "luhn", "DK": "luhn", "FI": "finnish"}


@dataclass(frozen=True)
class Company:
    """What stays the same through one feed.

    Args:
        name: of the stream from which everything else is drawn.
        languages: home first, with their shares of customers.
        start: first day of the period of `days` days in which documents are issued.
        terms: days until due that its customers have; `discount`: (rate, days), rate 0 if it grants none.
        structured: which check-digit reference stands on its documents, None if none does.
        order_head: what its order numbers begin with; order_width: least digits after that.
    """

    name: tuple[object, ...]
    profile: Profile
    dialect: str
    country: str
    currency: str
    currencies: dict[str, float]
    languages: dict[str, float]
    start: np.datetime64
    days: int
    series: tuple[Series, ...]
    terms: tuple[int, ...]
    discount: tuple[float, int]
    structured: str | None
    known: float
    quoting: dict[str, float]
    noises: dict[str, float]
    customer_digits: tuple[str, int]
    order_head: str
    order_width: int
    accounts: int
    bare_sepa: bool

    def rng(self, purpose: str) -> np.random.Generator:
        """The stream for one purpose."""
        return stream(*self.name, purpose)

    def working(self, day: Whole) -> Whole:
        """The first working day from each of these days on, counted like them from the start."""
        made: Whole = (np.busday_offset(self.start + day, 0, roll="forward") - self.start).astype(np.int64)
        return made


def draw_company(profile: str, items: int, seed: int, dialect: str) -> Company:
    """The company that a seed stands for."""
    name = ("feed", profile, items, seed, dialect)
    rng = stream(*name, "company")
    kind = PROFILES[profile]
    home = str(rng.choice(LANGUAGES[dialect], p=_home_weights(dialect)))
    country = str(rng.choice(_HOMES[home].split()))
    currency = CURRENCY.get(country, "EUR")
    patterns = STYLES[dialect].split("|")
    chosen = rng.choice(len(patterns), int(rng.choice([1, 1, 2, 2, 3])), replace=False)
    b2c = kind.business < 0.5
    terms = (0, 7, 14) if b2c else tuple(sorted(rng.choice([8, 10, 14, 21, 30, 30, 45, 60], 3, replace=False).tolist()))
    structured = _STRUCTURED.get(country, str(rng.choice(["rf", "rf", "finnish", "luhn"])))
    return Company(
        name=name,
        profile=kind,
        dialect=dialect,
        country=country,
        currency=currency,
        currencies=_currencies(rng, currency, kind.currencies),
        languages=_languages(rng, home, dialect, kind.abroad),
        start=np.datetime64("2019-01-01") + int(rng.integers(0, 2600)),
        days=int(rng.integers(100, 260)),
        series=tuple(draw_series(rng, dialect, patterns[at]) for at in chosen.tolist()),
        terms=terms,
        discount=(float(rng.choice([0.02, 0.02, 0.03, 0.025, 0.01, 0.04])), int(rng.choice([7, 8, 10, 14]))),
        structured=structured if rng.random() < 0.7 else None,
        known=float(rng.uniform(*kind.known)),
        quoting=tilted(rng, kind.quoting, 0.25),
        noises=tilted(rng, kind.noises, 0.5 if dialect == "train" else 0.7),
        customer_digits=(str(rng.choice(["", "", "K", "D-", "C", "1", "10"])), int(rng.choice([4, 5, 5, 6, 7]))),
        order_head=str(rng.choice(["", "", "PO", "#", "45", "SO-", "302-", "WEB", "B"])),
        order_width=int(rng.choice([5, 6, 7, 8])),
        accounts=int(rng.integers(1, 4)),
        bare_sepa=bool(rng.random() < 0.4),
    )


def _home_weights(dialect: str) -> list[float]:
    weights = [0.28 if language == "de" else 0.09 for language in LANGUAGES[dialect]]
    return [weight / sum(weights) for weight in weights]


def _languages(rng: np.random.Generator, home: str, dialect: str, abroad: float) -> dict[str, float]:
    others = [language for language in LANGUAGES[dialect] if language != home]
    shares = rng.dirichlet(np.full(len(others), 0.4)) * abroad * float(rng.uniform(0.2, 2.0))
    return {home: 1.0 - float(shares.sum()), **dict(zip(others, shares.tolist(), strict=True))}


def _currencies(rng: np.random.Generator, own: str, most: int) -> dict[str, float]:
    foreign = [currency for currency in ("EUR", "USD", "GBP", "CHF") if currency != own]
    count = int(rng.integers(0, most + 1)) if most > 1 else 0
    some = rng.permutation(foreign)[:count].tolist()
    return {own: 1.0, **{str(currency): float(rng.uniform(0.01, 0.12)) for currency in some}}
