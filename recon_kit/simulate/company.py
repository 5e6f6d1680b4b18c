"""The invented company: its entities, accounts, ledger accounts and days. No such firm, bank code or account exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_TRADE = date(2025, 1, 2)
"""Trade begins so early that the year before the records is at its pace: who pays late has been late before."""
FIRST_INVOICE = date(2026, 6, 1)
"""What was issued before is history: its customers pay, dispute and return alike, and it is settled to its end."""
LEDGER_SINCE = date(2025, 8, 1)
"""First posting that the ledger's exports tell."""
CLEAN = date(2026, 7, 1)
"""From here to the opening position the ledger posts at once, so that it opens without a backlog."""
HISTORY = date(2026, 7, 16)
START = date(2026, 8, 1)
END = date(2026, 10, 31)
SNAPSHOTS = (date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
"""Days of the open-item lists and ledger balances; the first is the opening position."""

NAMES = {"NORD": "Nordlicht Handel GmbH", "ALPEN": "Nordlicht Alpen GmbH"}
DIVISIONS = {"NORD": 3108412}
PSP_ACCOUNTS = {"NORD": "11004567", "ALPEN": "11007890"}
STORES = {"01": "Kiel", "02": "Lübeck", "03": "Husum"}
"""Store number -> town."""
CREDITOR_ID = "DE98ZZZ09999999999"

RECEIVABLES = {("NORD", "EUR"): "1200", ("NORD", "CHF"): "1210", ("ALPEN", "EUR"): "1200", ("ALPEN", "GBP"): "1220"}
PSP_CLEARING = "1460"
CASH_IN_TRANSIT = "1470"
CARD_TAKINGS = "1465"
INTERCOMPANY = "1485"
BANK_FEES = "6855"
CASH_DIFFERENCE = "6968"


@dataclass(frozen=True)
class Account:
    """One of the company's bank accounts; `opening` is the booked balance before its first statement."""

    key: str
    entity: str
    iban: str
    bic: str
    currency: str
    gl_account: str
    opening: int
    since: date = START


def iban(country: str, bban: str) -> str:
    """The IBAN of a national account number, with its check digits (ISO 7064 mod 97-10).

    >>> iban("DE", "370400440532013000")
    'DE89370400440532013000'
    """
    digits = "".join(str(int(c, 36)) for c in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


ACCOUNTS = {
    account.key: account
    for account in (
        Account("main", "NORD", iban("DE", "990500001234567801"), "XNDBDEH9XXX", "EUR", "1800", 184_203_417, HISTORY),
        Account("stores", "NORD", iban("DE", "990500001234567802"), "XNDBDEH9XXX", "EUR", "1801", 6_814_550),
        Account("chf", "NORD", iban("CH", "99123000004455661"), "XALPCHZ9XXX", "CHF", "1802", 41_220_385),
        Account("alpen", "ALPEN", iban("DE", "996300000007700441"), "XVRBDEM9XXX", "EUR", "1800", 92_117_806),
        Account("gbp", "ALPEN", iban("GB", "XGBA99112277004412"), "XGBAGB9LXXX", "GBP", "1803", 15_330_142),
    )
}


def own_account(key: str) -> Account:
    """The account of that key."""
    return ACCOUNTS[key]


_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in "2025-04-18 2025-04-21 2025-05-01 2025-12-25 2025-12-26 2026-01-01 2026-04-03 2026-04-06 2026-05-01".split()
)
"""Of the euro payment systems, on weekdays; none falls into the months that are closed."""


def is_business_day(day: date) -> bool:
    """Whether banks book: Monday to Friday, holidays of the euro payment systems apart."""
    return day.weekday() < 5 and day not in _HOLIDAYS


def business_days(first: date, last: date) -> list[date]:
    """The days between, both included, on which banks book."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_business_day(day)]


def on_or_after(day: date) -> date:
    """The first day on which banks book, not before `day`."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def after(day: date, count: int) -> date:
    """The `count`-th day on which banks book after `day`."""
    for _ in range(count):
        day = on_or_after(day + timedelta(days=1))
    return day


def month_end(day: date) -> date:
    """The last day of that day's month."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months from that of `first` to that of `last`."""
    found = [month_end(first)]
    while found[-1] < last:
        found.append(month_end(found[-1] + timedelta(days=1)))
    return found
