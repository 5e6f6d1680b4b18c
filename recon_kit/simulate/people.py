"""The customers and how they behave.

Habits follow what was measured on public accounts-receivable data: sizes are heavy-tailed, each customer has its own
median delay with a heavy tail around it, payment runs make a good third of payments settle several documents.
"""

from __future__ import annotations

from recon_kit.simulate import names
from recon_kit.simulate.company import iban
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Customer

_SIZES = {"NORD": 225, "CHF": 25, "CONSUMER": 190, "ALPEN": 82, "GBP": 18}
"""Customers by group at scale 1."""
_COUNTRIES = {
    "NORD": {"DE": 70, "AT": 10, "NL": 8, "BE": 6, "FR": 6},
    "CHF": {"CH": 100},
    "CONSUMER": {"DE": 92, "AT": 8},
    "ALPEN": {"DE": 45, "AT": 55},
    "GBP": {"GB": 100},
}
_ENTITIES = {"NORD": "NORD", "CHF": "NORD", "CONSUMER": "NORD", "ALPEN": "ALPEN", "GBP": "ALPEN"}
_CURRENCIES = {"CHF": "CHF", "GBP": "GBP"}
_FIRST_IDS = {"NORD": 10001, "CHF": 14001, "CONSUMER": 70001, "ALPEN": 2001, "GBP": 2501}

_MEDIANS = ((0.0, -26), (0.09, -14), (0.28, -2), (0.65, 0), (0.82, 1), (0.93, 8), (1.0, 22))
"""Each customer's own median of paid minus due, days; with the noise in `paying` it gives the measured spread."""
_RUNS = {"single": 63, "weekly": 19, "halfmonthly": 12, "monthly": 6}
_LARGE, _LARGE_RUNS = 7, {"weekly": 50, "halfmonthly": 35, "monthly": 15}
"""The largest customers all pay in runs."""
_QUOTES = {"numbers": 78, "structured": 6, "customer_number": 5, "advice": 6, "nothing": 5}
_TERMS = {14: 40, 30: 50, 8: 10}


def customers(seed: int, scale: float) -> list[Customer]:
    """All customers of both entities, in the order of their numbers."""
    draw, taken = Draw(seed, "customers"), set[str]()
    made = []
    for group, size in _SIZES.items():
        count = max(4, round(size * scale))
        made += [_customer(draw, group, rank, taken) for rank in range(count)]
    _name_payers(draw, made, taken)
    return made


def _customer(draw: Draw, group: str, rank: int, taken: set[str]) -> Customer:
    country = draw.of(_COUNTRIES[group])
    consumer = group == "CONSUMER"
    name = names.person(draw) if consumer else names.company(draw, country, taken)
    street, postal_code, town = names.place(draw, country)
    accounts = [iban(country, names.bban(draw, country)) for _ in range(1 + draw.chance(0.12))]
    entity = _ENTITIES[group]
    number = f"{'A' if entity == 'ALPEN' else 'D'}{_FIRST_IDS[group] + rank}"
    return Customer(
        entity,
        number,
        name,
        [name, name.upper()] if consumer else names.spellings(draw, name),
        accounts,
        country,
        names.LANGUAGES[country],
        _CURRENCIES.get(group, "EUR"),
        is_business=not consumer,
        weight=0.012 if consumer else 1 / (rank + 9) * 9,
        days=14 if consumer else draw.of(_TERMS),
        discount=2 * draw.chance(0.35) if group == "NORD" else 0,
        median=round(draw.quantile(_MEDIANS)),
        run="single" if consumer else draw.of(_RUNS if rank >= _LARGE else _LARGE_RUNS),
        quotes=draw.of(_QUOTES) if not consumer else draw.of({"numbers": 85, "customer_number": 5, "nothing": 10}),
        known=draw.chance(0.6),
        mandate=_mandate(draw, group, number, rank),
        e_mail=f"{names.ascii_text(name).lower().split()[0]}{number[1:]}@example.com",
        street=street,
        postal_code=postal_code,
        city=town,
    )


def _mandate(draw: Draw, group: str, number: str, rank: int) -> str | None:
    """Some mid-sized customers of the first entity pay by SEPA direct debit."""
    drawn = draw.chance(0.2)
    return f"MND-{number[1:]}-1" if group == "NORD" and drawn and rank > 12 else None


def _name_payers(draw: Draw, made: list[Customer], taken: set[str]) -> None:
    """Give a few customers another payer: a parent for two subsidiaries, a spouse, a factor who pays for three."""
    firms = [c for c in made if c.is_business and c.mandate is None and c.currency == "EUR"]
    for kind, groups in (("parent", 4), ("factor", 2)):
        for _ in range(groups):
            members = draw.some([c for c in firms if c.payer is None], 2 if kind == "parent" else 3)
            name = names.company(draw, "DE", taken)
            name = name.rsplit(" ", 1)[0] + (" Holding GmbH" if kind == "parent" else " Factoring AG")
            account = iban("DE", names.bban(draw, "DE"))
            for member in members:
                member.payer, member.payer_name, member.accounts = kind, name, [account]
                member.known = False
    for person in draw.some([c for c in made if not c.is_business], max(2, len(made) // 22)):
        person.payer, person.payer_name = "spouse", names.spouse(draw, person.name)
        person.known = False
