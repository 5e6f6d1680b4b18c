"""recon.toml: what a company is, what it expects, and how far the software may go on its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from recon_kit.errors import Fault, PolicyError, nearest
from recon_kit.money import is_currency
from recon_kit.policy.calendar import Calendar
from recon_kit.policy.rules import Rules, rule_faults
from recon_kit.policy.toml import Amounts, parse


@dataclass(frozen=True)
class Folders:
    """Where things are, relative to the folder of recon.toml."""

    inbox: str = "inbox"
    store: str = "store.sqlite"
    sources: str = "sources"
    reports: str = "reports"
    layouts: str = "layouts"


@dataclass(frozen=True)
class Entity:
    """A legal entity: its ledger, its currency."""

    name: str
    base_currency: str = "EUR"
    country: str = "DE"
    receivables_account: str = "1200"


@dataclass(frozen=True)
class Account:
    """One of our accounts: at a bank, or a merchant account at a provider (`psp`).

    Args:
        id: IBAN or number, as statements give it, without blanks.
        also_known_as: other spellings of the same account in other formats, such as bank code and number.
        gl_account: the ledger account that mirrors it.
    """

    id: str
    entity: str
    currency: str
    name: str
    gl_account: str | None = None
    psp: str | None = None
    also_known_as: tuple[str, ...] = ()

    @property
    def numbers(self) -> set[str]:
        """Every spelling of it, without blanks and marks."""
        return {plain_account(number) for number in (self.id, *self.also_known_as)}


@dataclass(frozen=True)
class ExpectedSource:
    """Files that belong together, what they need to be told, and when the next one is due.

    Args:
        files: pattern of paths below the inbox, such as "nord/bank/main/*"; hints apply to what it fits.
        kind: what the files hold.
        expected: how often there must be one; "never" asks for nothing.
        late_days: business days that the last one may lag behind the end of a period.
    """

    name: str
    kind: Literal["bank", "psp", "open_items", "customers", "ledger_balances", "ledger_movements", "deposits", "orders"]
    files: str
    entity: str | None = None
    account: str | None = None
    expected: Literal["daily", "weekly", "monthly", "never"] = "monthly"
    late_days: int = 0
    currency: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal_mark: Literal[",", "."] | None = None
    layout: str | None = None
    mapping: str | None = None
    encoding: str | None = None
    snapshot: Literal["from_name", "content"] = "content"
    complete: bool | None = None


@dataclass(frozen=True)
class Discount:
    """When a cash discount may be granted without a person.

    Args:
        grace_days: days after the agreed last day.
        max_percent: of the gross amount, whatever an invoice says.
    """

    grace_days: int = 3
    max_percent: float = 3.0


@dataclass(frozen=True)
class Windows:
    """How far apart in time two things may lie and still be one; calendar days."""

    before_issue: int = 3
    after_due: int = 365
    own_transfer: int = 5
    payout: int = 10
    deposit: int = 10
    return_after: int = 400
    duplicate: int = 30


@dataclass(frozen=True)
class Exchange:
    """When a line may pay documents of another currency though its bank states no rate: as a question, never by itself.

    Args:
        tolerance_percent: how far from the day's rate the money may be.
        days: how far from the line's day a rate may have been stated on another line; calendar days.
    """

    tolerance_percent: float = 3.0
    days: int = 7


_PER_MATCH = Amounts(
    AED=40_000_000, AUD=16_000_000, BGN=20_000_000, BRL=60_000_000, CAD=15_000_000, CHF=10_000_000, CNY=80_000_000,
    CZK=250_000_000, DKK=75_000_000, EUR=10_000_000, GBP=10_000_000, HKD=85_000_000, HUF=4_000_000_000, ILS=40_000_000,
    INR=950_000_000, ISK=15_000_000, JPY=16_000_000, KRW=150_000_000, MXN=200_000_000, MYR=45_000_000, NOK=110_000_000,
    NZD=18_000_000, PLN=42_500_000, RON=50_000_000, SAR=40_000_000, SEK=110_000_000, SGD=14_000_000, THB=370_000_000,
    TRY=400_000_000, UAH=450_000_000, USD=10_000_000, ZAR=190_000_000,
)  # fmt: skip
"""About 100,000 EUR in each currency, in minor units; rounded, and not a rate to convert by."""
_CHARGES_PART = 2000
"""Of that: about 50 EUR."""


@dataclass(frozen=True)
class Ceilings:
    """Money above which nothing is decided without a person, in minor units.

    Args:
        per_match: of one match; a currency that is not named has no automatic match.
        per_run: of all automatic matches of a run together; none where a currency is not named.
        charges: bank charges taken off a payment; where a currency is not named, what 50 euros are about.
    """

    per_match: Amounts = field(default_factory=lambda: Amounts(_PER_MATCH))
    per_run: Amounts = field(default_factory=Amounts)
    charges: Amounts = field(default_factory=Amounts)

    def most_charges(self, currency: str) -> int:
        """Largest bank charges that are granted without a person, minor units."""
        return self.charges.get(currency, _PER_MATCH.get(currency, 0) // _CHARGES_PART)


@dataclass(frozen=True)
class Matching:
    """What must hold before a match is made without a person.

    Args:
        floor: lowest share of automatic matches of the model that have to be right, as measured on held-out truth; above what
            was measured nothing is automatic.
        margin: how much less probable the line's best other set has to be.
        ties: equal documents of one debtor that nothing in a payment tells apart: "ask" a person, or take the "oldest".
        rules_floor: lowest precision of a named rule (transfers, returns, the company's own) that decides, as its 95 % bound.
        payout_days, deposit_days: business days until a payout or deposit counts as overdue.
    """

    floor: float = 0.999
    margin: float = 0.5
    ties: Literal["ask", "oldest"] = "ask"
    rules_floor: float = 0.99
    payout_days: int = 3
    deposit_days: int = 6


@dataclass(frozen=True)
class Company:
    """What holds for all entities."""

    name: str = "Company"
    base_currency: str = "EUR"
    locale: Literal["en", "de"] = "en"
    time_zone: str = "Europe/Berlin"


@dataclass(frozen=True)
class Policy:
    """Everything recon.toml and rules.toml say; `Policy()` is a sound default without entities or accounts."""

    company: Company = field(default_factory=Company)
    folders: Folders = field(default_factory=Folders)
    calendar: Calendar = field(default_factory=Calendar)
    entities: dict[str, Entity] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    sources: tuple[ExpectedSource, ...] = ()
    tolerance: Amounts = field(default_factory=Amounts)
    discount: Discount = field(default_factory=Discount)
    windows: Windows = field(default_factory=Windows)
    exchange: Exchange = field(default_factory=Exchange)
    ceilings: Ceilings = field(default_factory=Ceilings)
    matching: Matching = field(default_factory=Matching)
    start_on: date | None = None
    rules: Rules = field(default_factory=Rules)

    @property
    def base_currency(self) -> str:
        """Currency of the company as a whole."""
        return self.company.base_currency

    def account(self, number: str | None) -> Account | None:
        """The account of that IBAN or number, however it is blanked or cased."""
        wanted = plain_account(number)
        return next((account for account in self.accounts if wanted in account.numbers), None)

    def entity_of(self, number: str | None) -> str | None:
        """The one entity that an account belongs to; the only entity there is, if there is but one."""
        if account := self.account(number):
            return account.entity
        return next(iter(self.entities)) if len(self.entities) == 1 else None


def plain_account(number: str | None) -> str:
    """An account number without blanks and marks, upper case."""
    return "".join(c for c in number or "" if c.isalnum()).upper()


def load_policy(folder: Path) -> Policy:
    """The policy of a workspace folder: recon.toml, and rules.toml if there is one.

    Raises:
        PolicyError: naming every wrong key (with the nearest right one) and value with its line, in either file.
    """
    recon = folder / "recon.toml"
    if not recon.is_file():
        raise PolicyError(str(recon), [Fault("a workspace, but there is no recon.toml here; `recon init` makes one")])
    return policy_of(policy_text(folder))


def policy_of(texts: Mapping[str, str]) -> Policy:
    """The policy that these texts say, name of the file -> text; as the journal keeps them, too.

    Raises:
        PolicyError: as `load_policy`.
    """
    policy = parse(Policy, texts["recon.toml"].removeprefix("\ufeff"), "recon.toml")
    if "rules.toml" in texts:
        policy = replace(policy, rules=parse(Rules, texts["rules.toml"].removeprefix("\ufeff"), "rules.toml"))
    if faults := list(_contradictions(policy)):
        raise PolicyError("recon.toml", faults)
    return policy


def policy_text(folder: Path) -> dict[str, str]:
    """Both files' texts, as the journal keeps them when they change."""
    found = {name: folder / name for name in ("recon.toml", "rules.toml")}
    return {name: path.read_text("utf-8") for name, path in found.items() if path.is_file()}


def policy_hash(texts: dict[str, str]) -> str:
    """Identity of a policy: a hash over both texts."""
    joined = "\0".join(f"{name}\0{text}" for name, text in sorted(texts.items()))
    return hashlib.sha256(joined.encode()).hexdigest()


def _contradictions(policy: Policy) -> Iterator[Fault]:
    yield from _impossible(policy)
    for place, entity in _entities_named(policy):
        if entity not in policy.entities:
            yield Fault(f"an entity of [entities]{nearest(entity, policy.entities)}", field=place, found=entity)
    for source in policy.sources:
        if source.account and not policy.account(source.account):
            known = [account.id for account in policy.accounts]
            yield Fault(f"an account of [[accounts]]{nearest(source.account, known)}", field=source.name, found=source.account)
    yield from rule_faults(policy.rules)


def _impossible(policy: Policy) -> Iterator[Fault]:
    for name in ("floor", "margin", "rules_floor"):
        share = getattr(policy.matching, name)
        if not 0 <= share <= 1 or (not share and name != "margin"):
            yield Fault("a share above 0 and up to 1, such as 0.99", field=f"matching.{name}", found=str(share))
    if not 1 <= policy.calendar.year_starts <= 12:
        yield Fault("a month from 1 to 12", field="calendar.year_starts", found=str(policy.calendar.year_starts))
    for section in ("windows", "discount", "exchange", "matching"):
        for name, value in vars(getattr(policy, section)).items():
            if not isinstance(value, str) and value < 0:
                yield Fault("a number that is not negative", field=f"{section}.{name}", found=str(value))
    if policy.company.time_zone not in (zones := available_timezones()):
        told = f"a time zone such as Europe/Berlin{nearest(policy.company.time_zone, zones)}"
        yield Fault(told, field="company.time_zone", found=policy.company.time_zone)
    if not policy.calendar.knows_holidays():
        yield Fault("a country such as DE, or a part as DE-BY", field="calendar.holidays", found=policy.calendar.holidays)
    currencies = [("company.base_currency", policy.base_currency)]
    currencies += [(f"entities.{name}.base_currency", entity.base_currency) for name, entity in policy.entities.items()]
    currencies += [(f"accounts.{account.id}.currency", account.currency) for account in policy.accounts]
    for place, currency in currencies:
        if not is_currency(currency):
            yield Fault("an ISO 4217 currency code", field=place, found=currency)


def _entities_named(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from ((f"accounts.{account.id}.entity", account.entity) for account in policy.accounts)
    yield from ((f"sources.{source.name}.entity", source.entity) for source in policy.sources if source.entity)
