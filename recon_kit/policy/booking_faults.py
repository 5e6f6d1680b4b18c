"""What booking.toml may not say though its words and types are right: impossible numbers, names that nothing bears."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from recon_kit.errors import Fault, nearest
from recon_kit.money import is_currency
from recon_kit.policy.policy import Policy

if TYPE_CHECKING:
    from recon_kit.policy.booking import Booking, Datev, EntityBooking

_CODE = re.compile(r"[1-9]\d{0,3}")
_COST_CENTRE = re.compile(r"[A-Za-z0-9_ ]{1,36}")
_WHEN = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")


def booking_faults(booking: Booking, policy: Policy, kinds: Sequence[str], items: Sequence[str]) -> Iterator[Fault]:
    """Everything that contradicts recon.toml, the ledger's format or itself."""
    for name, entity in booking.entities.items():
        place = f"entities.{name}"
        if name not in policy.entities:
            yield Fault(f"an entity of recon.toml{nearest(name, policy.entities)}", field=place, found=name)
        if not 1 <= entity.year_starts <= 12:
            yield Fault("a month from 1 to 12", field=f"{place}.year_starts", found=str(entity.year_starts))
        for number in entity.banks:
            account = policy.account(number)
            if account is None or account.entity != name:
                known = [one.id for one in policy.accounts if one.entity == name]
                yield Fault(f"an account of {name} in recon.toml{nearest(number, known)}", field=f"{place}.banks", found=number)
        yield from _taxes(place, entity)
        yield from _rules(place, entity, kinds, items)
        if entity.format == "datev":
            yield from _datev(place, entity)
        yield from _rates(f"{place}.rates", entity.rates)


def _taxes(place: str, entity: EntityBooking) -> Iterator[Fault]:
    rates = [(f"{place}.vat.rates", rate) for rate in entity.vat.rates]
    rates += [(f"{place}.vat.default.{country}", rate) for country, rate in entity.vat.default.items()]
    for number, rule in enumerate(entity.rules):
        rates += [(f"{place}.rules.{number}", rate) for rate in (rule.rate, rule.tax_rate) if rate is not None]
    for where, rate in rates:
        if not is_percent(rate):
            yield Fault('a rate in percent as text, such as "19" or "5.5"', field=where, found=rate)
    for country in (*entity.vat.default, *entity.vat.untaxed):
        if not re.fullmatch(r"[A-Z]{2}|unknown", country):
            yield Fault('a country such as DE, or "unknown"', field=f"{place}.vat", found=country)


def is_percent(text: str) -> bool:
    """Whether a text is a rate of tax: percent, decimal point, written one way only."""
    return bool(re.fullmatch(r"0|[1-9]\d?(\.\d?[1-9])?|0\.\d?[1-9]", text))


def _rules(place: str, entity: EntityBooking, kinds: Sequence[str], items: Sequence[str]) -> Iterator[Fault]:
    for number, rule in enumerate(entity.rules):
        where = f"{place}.rules.{number}"
        if rule.kind not in kinds:
            yield Fault(f"one of {', '.join(kinds)}{nearest(rule.kind, kinds)}", field=f"{where}.kind", found=rule.kind)
        for item in rule.item:
            if item not in items:
                yield Fault(f"one of {', '.join(items)}{nearest(item, items)}", field=f"{where}.item", found=item)
        if rule.currency and not is_currency(rule.currency):
            yield Fault("an ISO 4217 currency code", field=f"{where}.currency", found=rule.currency)
        if rule.tax_rate and rule.kind != "ledger_account":
            yield Fault("no tax_rate: only a ledger_account posting has input tax", field=where, found=rule.tax_rate)
        if rule.account == "debtor" and rule.kind not in ("payment", "on_account"):
            yield Fault("an account; only payment and on_account go to the debtor", field=where, found=rule.account)


def _datev(place: str, entity: EntityBooking) -> Iterator[Fault]:
    if entity.datev is None:
        yield Fault("a table with consultant and client here", field=f"{place}.datev")
        return
    told = entity.datev
    for name, low, high in (("consultant", 1001, 9_999_999), ("client", 1, 99_999), ("account_length", 4, 8)):
        if not low <= getattr(told, name) <= high:
            yield Fault(f"a number from {low} to {high}", field=f"{place}.datev.{name}", found=str(getattr(told, name)))
    if told.chart is not None and not re.fullmatch(r"\d{2}", told.chart):
        yield Fault('two digits, such as "04"', field=f"{place}.datev.chart", found=told.chart)
    yield from _datev_accounts(place, entity, told)


def _datev_accounts(place: str, entity: EntityBooking, told: Datev) -> Iterator[Fault]:
    accounts = [(f"{place}.debtors.accounts.{name}", account) for name, account in entity.debtors.accounts.items()]
    accounts += [(f"{place}.debtors.collective", entity.debtors.collective)] if entity.debtors.collective else []
    for number, how in entity.banks.items():
        accounts += [(f"{place}.banks.{number}", account) for account in (how.account, how.interim) if account]
    for place_no, rule in enumerate(entity.rules):
        accounts += [(f"{place}.rules.{place_no}.account", rule.account)] if rule.account != "debtor" else []
    for where, account in accounts:
        if not is_datev_account(account, told.account_length):
            yield Fault(f"digits, at most {told.account_length + 1} and not all 0", field=where, found=account)
    for place_no, rule in enumerate(entity.rules):
        if rule.tax_code is not None and not _CODE.fullmatch(rule.tax_code):
            yield Fault("one to four digits, the first not 0", field=f"{place}.rules.{place_no}.tax_code", found=rule.tax_code)
    centres = [rule.cost_centre for rule in entity.rules] + [*entity.cost_centres.values(), entity.cost_centre]
    for centre in centres:
        if centre is not None and not _COST_CENTRE.fullmatch(centre):
            yield Fault("at most 36 letters, digits, _ and blanks", field=f"{place}.cost_centre", found=centre)


def is_datev_account(account: str, length: int) -> bool:
    """Whether DATEV can hold an account number, where its G/L accounts have `length` digits."""
    return bool(re.fullmatch(rf"\d{{1,{length + 1}}}", account, re.ASCII)) and set(account) != {"0"}


def _rates(place: str, rates: dict[str, dict[str, str]]) -> Iterator[Fault]:
    for currency, known in rates.items():
        if not is_currency(currency):
            yield Fault("an ISO 4217 currency code", field=f"{place}.{currency}", found=currency)
        for when, rate in known.items():
            if not _WHEN.fullmatch(when):
                yield Fault("a month as 2026-10 or a day as 2026-10-05", field=f"{place}.{currency}", found=when)
            if not _positive(rate):
                yield Fault('a rate above 0 as text, such as "0.9362"', field=f"{place}.{currency}.{when}", found=rate)


def _positive(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0
