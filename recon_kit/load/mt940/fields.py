"""The fixed fields of MT940 and MT942: entry lines, balances, days, our account."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from recon_kit.load.references import iban, iban_shaped
from recon_kit.money import is_currency

_ENTRY = re.compile(
    r"\s*(\d{6})(\d{4}|\ {4})?\s?(R[CD]|E[CD]|[CD])[A-Z]?\s*(\d[\d.,]*|,\d+)\s*([A-Z][A-Z0-9]{3})(.*)", re.ASCII
)
_BALANCE = re.compile(r"\s*([CD])(\d{6})([A-Z]{3})\s*([\d.,]+)\s*", re.ASCII)
_FLOOR = re.compile(r"\s*([A-Z]{3})\s*([CD ])?\s*([\d.,]+)\s*", re.ASCII)
_SUM = re.compile(r"\s*(\d{1,5})([A-Z]{3})\s*([\d.,]+)\s*", re.ASCII)
_NUMBER = re.compile(r"\s*(\w+)\s*(?:/\s*(\d+)\s*)?")
_SUFFIX = re.compile(r"(.*?\d\w*?)(\s*[/ ]\s*|(?<=\d))([A-Z]{3})")
_MARKER = re.compile(r"(?:NONREF|NOTPROVIDED|[A-Z]{1,2}REF|MARF)?\+?")
_DIGIT = re.compile(r"\d")
_MAX_REFERENCE = 16
_FULL_LINE = 61
_MOST_LINES = 8
_LONGEST_ACCOUNT = 100

AN_ENTRY = "YYMMDD[MMDD], one of C D RC RD EC ED, an amount with ',' as decimal mark, and a type such as NTRF"
A_BALANCE = "C or D, a date as YYMMDD, a currency and an amount with ',' as decimal mark"
A_DAY = "a day of the calendar as YYMMDD"


@dataclass(slots=True)
class Entry:
    """A :61: taken apart; texts as the file has them."""

    value: str
    booked: str
    mark: str
    amount: str
    code: str
    reference: str
    bank_reference: str
    supplementary: list[str]


class Balance(NamedTuple):
    """A :60: or :62: taken apart: sign +1 or -1, day as YYMMDD."""

    sign: int
    day: str
    currency: str
    amount: str


@dataclass(frozen=True, slots=True)
class Days:
    """Value and booking day of an entry, and whether one of them was the 30 February of German banks."""

    value: date
    booked: date
    moved: bool


def entry(lines: list[str]) -> Entry | None:
    """A :61: from its lines, wherever the bank broke them; None if it cannot be one."""
    text, n = lines[0], 1
    found = _ENTRY.fullmatch(text)
    while found is None and n < len(lines) and n < _MOST_LINES:
        text += lines[n]
        n += 1
        found = _ENTRY.fullmatch(text)
    if found is None:
        return None
    value, booked, mark, amount, code, references = found.groups("")
    customer, _, bank = references.partition("//")
    if len(text) >= _FULL_LINE and n < len(lines) and _continues(lines[n], bank or customer):
        wrapped = lines[n].strip()
        n += 1
        customer, bank = (customer, bank + wrapped) if bank else (customer + wrapped, bank)
    return Entry(value, booked.strip(), mark, amount, code, customer.strip(), bank.strip(), lines[n:])


def _continues(line: str, reference: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("/") and len(reference) + len(text) <= _MAX_REFERENCE


def own_reference(text: str) -> str | None:
    """The customer's reference of a :61: unless it only says that there is none or that it stands in the :86:."""
    return None if _MARKER.fullmatch(text) or not _DIGIT.search(text) or iban(text) else text


def balance(lines: list[str]) -> Balance | None:
    """A :60: or :62: from its lines; None if it cannot be one."""
    found = _BALANCE.fullmatch(lines[0]) or _BALANCE.fullmatch("".join(lines))
    return Balance(1 if found[1] == "C" else -1, found[2], found[3], found[4]) if found else None


def floor_currency(lines: list[str]) -> str | None:
    """The currency of an MT942's :34F: floor limit; None if it cannot be one."""
    found = _FLOOR.fullmatch("".join(lines))
    return found[1] if found else None


def announced(lines: list[str]) -> tuple[int, str, str] | None:
    """Count, currency and amount of a :90D: or :90C:; None if it cannot be one."""
    found = _SUM.fullmatch(lines[0]) or _SUM.fullmatch("".join(lines))
    return (int(found[1]), found[2], found[3]) if found else None


def number(lines: list[str]) -> tuple[str, str]:
    """Statement number without leading zeros ("" if it is nought) and page of a :28C:, pieces of a wrapped line joined."""
    found = _NUMBER.match("".join(line.strip() for line in lines))
    return (found[1].lstrip("0"), found[2] or "") if found else ("", "")


def own_account(lines: list[str]) -> str:
    """Our account from a :25:, a currency at its end taken off, an IBAN without blanks; else as the bank writes it.

    >>> own_account(["NL69INGB0123456789EUR"]), own_account(["87052000/123456789 EUR"]), own_account(["IBAN"])
    ('NL69INGB0123456789', '87052000/123456789', 'IBAN')
    """
    text = next((line.strip() for line in lines if line.strip()), "")
    if (
        not (whole := iban(text))
        and len(text) < _LONGEST_ACCOUNT
        and (found := _SUFFIX.fullmatch(text))
        and is_currency(found[3])
    ):
        text = found[1].strip()
    compact = text.replace(" ", "").upper()
    return whole or (compact if iban_shaped(compact) else text)


@lru_cache(maxsize=4096)
def days(value: str, booked: str) -> Days | None:
    """The days of a :61:; None if the value date is none. The booking day's year is the one nearest to the value date.

    German banks count interest in months of 30 days and write value dates up to 30 February: read as its last day.

    Raises:
        ValueError: the booking day is no day of the calendar in any year nearby.
    """
    year, month, day_of = _year(value[:2]), int(value[2:4]), int(value[4:])
    valued = _day(year, month, day_of)
    if valued is None:
        return None
    moved = valued.day != day_of
    if not booked:
        return Days(valued, valued, moved)
    near = [found for at in (year - 1, year, year + 1) if (found := _day(at, int(booked[:2]), int(booked[2:])))]
    if not near:
        raise ValueError(booked)
    exact = [found for found in near if found.day == int(booked[2:])]
    chosen = min(exact if _close(exact, valued) else near, key=lambda found: abs(found - valued))
    return Days(valued, chosen, moved or chosen.day != int(booked[2:]))


def _close(found: list[date], valued: date) -> bool:
    return any(abs(on - valued).days < 200 for on in found)


def day(text: str) -> date | None:
    """A day as YYMMDD; None if it is not one of the calendar."""
    return _day(_year(text[:2]), int(text[2:4]), int(text[4:6]))


def _year(text: str) -> int:
    return 2000 + int(text) if int(text) < 80 else 1900 + int(text)


def _day(year: int, month: int, day_of: int) -> date | None:
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    if month == 2 and last < day_of <= 30:
        day_of = last
    return date(year, month, day_of) if 1 <= day_of <= last else None
