"""Single fields of a camt record as exact values: amounts, signs and days, each fault noted with its own line."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from recon_kit.load.camt.xml import Record
from recon_kit.load.loaded import Collector
from recon_kit.money import exponent, is_currency, minor_units

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,18})(?:\.0*)?", re.ASCII)
_SIGNS = {"CRDT": 1, "DBIT": -1}


def currency_of(record: Record, field: str, collector: Collector) -> str | None:
    """The Ccy beside an amount, else the hint; a missing or unknown one is a fault."""
    found = record.values.get(f"{field}@") or collector.hints.currency
    if found and is_currency(found):
        return found
    collector.fault(record.line_of(field), f"{record.name}/{field}/@Ccy", found, "an ISO 4217 currency code")
    return None


def amount_of(record: Record, field: str, currency: str, collector: Collector) -> int | None:
    """An amount without a sign in minor units of `currency`; a missing one, or one of another grammar, is a fault."""
    text = record.values.get(field)
    amount = None if text is None else exact(text, currency)
    if amount is None:
        expected = f"an amount without a sign, with '.' and at most {exponent(currency)} decimals in {currency}"
        collector.fault(record.line_of(field), f"{record.name}/{field}", text, expected)
    return amount


def exact(text: str, currency: str) -> int | None:
    """Minor units of an xs:decimal without a sign; None if it is none, or has more decimals than the currency.

    >>> exact("8.850", "EUR"), exact("100.0000000000005", "EUR"), exact("1,50", "EUR"), exact("5.", "JPY")
    (885, None, None, 5)
    """
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        return None
    if text[0] == "." or text[-1] == ".":
        text = f"0{text}".removesuffix(".")
    try:
        return minor_units(text, currency, ".")
    except ValueError:
        return None


def sign_of(record: Record, collector: Collector) -> int | None:
    """+1 for CRDT, -1 for DBIT; any other word is a fault."""
    text = record.values.get("CdtDbtInd", "")
    sign = _SIGNS.get(text)
    if sign is None:
        collector.fault(record.line_of("CdtDbtInd"), f"{record.name}/CdtDbtInd", text or None, "CRDT or DBIT")
    return sign


def day_of(record: Record, field: str, collector: Collector) -> date | None:
    """The calendar day of a date or of a time as the bank's clock showed it; None if missing, a fault if impossible."""
    text = record.values.get(field)
    if text is None:
        return None
    found = _day(text)
    if found is None:
        collector.fault(record.line_of(field), f"{record.name}/{field}", text, "a date that exists, as YYYY-MM-DD")
    return found


def number_of(record: Record, field: str) -> int | None:
    """A running number or count; None if missing or no whole number."""
    found = _NUMBER.fullmatch(record.values.get(field, ""))
    return int(found[1]) if found else None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
