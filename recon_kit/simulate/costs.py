"""The third of every account that is no receivable: wages, tax, rent, suppliers, fees, interest and loans."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from recon_kit.simulate import names
from recon_kit.simulate.company import (
    ACCOUNTS,
    CARD_TAKINGS,
    END,
    STORES,
    Account,
    after,
    business_days,
    iban,
    month_end,
    on_or_after,
)
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Line, Part

_SUPPLIERS = {"main": (64, 22, (1, 4)), "alpen": (38, 24, (2,)), "chf": (9, 6, (3,)), "gbp": (8, 5, (3,))}
"""Account -> number of suppliers, payments a run, weekdays of the payment runs."""
_STAFF = {"main": 50, "alpen": 21}
_SUPPLIER_AMOUNTS = ((0.0, 40_00), (0.5, 640_00), (0.9, 4_900_00), (1.0, 24_000_00))
_WAGES = ((0.0, 1_150_00), (0.5, 2_150_00), (0.9, 3_400_00), (1.0, 5_600_00))
_COUNTRY = {"EUR": "DE", "CHF": "CH", "GBP": "GB"}


@dataclass(frozen=True)
class Sort:
    """A sort of line: the bank's business code, the phenomenon and the ledger account that it belongs to."""

    code: str
    phenomenon: str
    gl_account: str


_SUPPLIER = Sort("116", "supplier", "3300")
_BY_HAND = Sort("116", "supplier_by_hand", "3300")
_MONEY_BACK = Sort("166", "supplier_refund", "3300")
_WAGE = Sort("153", "wages", "6020")
_EXPENSES = Sort("116", "expenses", "6650")
_TAKINGS = Sort("166", "card_takings", CARD_TAKINGS)
_ONE_OFF = Sort("116", "one_off", "6300")
_BY_HAND_SHARE = 0.008


@dataclass(frozen=True)
class Payee:
    """The other side: a name and an account."""

    name: str
    number: str


@dataclass(frozen=True)
class Standing:
    """Something paid again and again, a row of `data/standing.csv`.

    Args:
        days: days of the month on which it is booked; 31 is the last.
        low, high: minor units; negative amounts leave the account.
        text: may hold {m} for the month as 08/2026 and {n} for a number.
    """

    account: str
    sort: Sort
    name: str
    text: str
    days: tuple[int, ...]
    low: int
    high: int


_ODD = (
    ("Abschlag Messebau Herbstmesse", 6_400_00),
    ("Kaution Lagerflaeche", 4_500_00),
    ("Spende Seenotretter Verein", 500_00),
    ("Gerichtskosten 12 C 88/26", 219_00),
    ("Notarkosten UR 314/2026", 1_130_00),
)
"""What no rule foresees: it has to end as an open question."""


def costs(seed: int, scale: float) -> list[Line]:
    """Every line that no customer, payout or deposit stands behind, own transfers apart."""
    draw = Draw(seed, "costs")
    lines: list[Line] = []
    for account in ACCOUNTS.values():
        lines += _payment_runs(draw, account, scale)
        lines += _wages(draw, account, scale)
    for standing in _orders():
        lines += _standing(draw, standing)
    lines += _card_takings(draw)
    lines += _oddities(draw)
    return lines


def _payment_runs(draw: Draw, account: Account, scale: float) -> list[Line]:
    if account.key not in _SUPPLIERS:
        return []
    number, per_run, weekdays = _SUPPLIERS[account.key]
    country, taken = _COUNTRY[account.currency], set[str]()
    suppliers = [_payee(draw, country, names.company(draw, country, taken)) for _ in range(number)]
    per_run = max(2, round(per_run * scale))
    lines = []
    for day in business_days(account.since, END):
        if day.weekday() in weekdays and (account.currency == "EUR" or day.day <= 14):
            for payee in draw.some(suppliers, draw.whole(per_run - 2, per_run + 2)):
                lines.append(_paid(draw, account, day, payee))
        if account.currency == "EUR" and draw.chance(0.06):
            text = f"Lieferantengutschrift Erstattung Kd {draw.digits(6)}"
            lines.append(_line(account, day, draw.whole(30_00, 900_00), draw.one(suppliers), text, _MONEY_BACK))
    return lines


def _paid(draw: Draw, account: Account, day: date, payee: Payee) -> Line:
    amount, number = -int(draw.quantile(_SUPPLIER_AMOUNTS)), draw.digits(7)
    if draw.chance(_BY_HAND_SHARE):
        return _line(account, day, amount, payee, f"Rg {number} eilig", _BY_HAND)
    return _line(account, day, amount, payee, f"Zahllauf {day:%Y-%m%d} Rg {number}", _SUPPLIER)


def _wages(draw: Draw, account: Account, scale: float) -> list[Line]:
    count = round(_STAFF.get(account.key, 0) * max(scale, 0.1))
    staff = [
        (_payee(draw, "DE", names.person(draw)), int(draw.quantile(_WAGES)), f"PersNr {draw.digits(4)}") for _ in range(count)
    ]
    lines = []
    for month in _months(account.since):
        day = _back(month_end(month), 2)
        for payee, wage, personnel in staff:
            told = f"{month:%m/%Y} {personnel}"
            lines.append(_line(account, day, -wage - draw.whole(0, 60_00), payee, f"Lohn/Gehalt {told}", _WAGE))
            spent = after(day, draw.whole(2, 12))
            if draw.chance(0.12) and spent <= END:
                lines.append(_line(account, spent, -draw.whole(12_00, 640_00), payee, f"Reisekosten {told}", _EXPENSES))
    return lines


def _orders() -> list[Standing]:
    text = files("recon_kit.simulate").joinpath("data/standing.csv").read_text("utf-8")
    return [
        Standing(
            row["account"], Sort(row["code"], row["phenomenon"], row["gl_account"]), row["name"], row["text"],
            tuple(map(int, row["days"].split())), int(row["low"]), int(row["high"]),
        )
        for row in csv.DictReader(text.splitlines())
    ]  # fmt: skip


def _standing(draw: Draw, standing: Standing) -> list[Line]:
    account = ACCOUNTS[standing.account]
    payee = _payee(draw, _COUNTRY[account.currency], standing.name) if standing.name else Payee("", "")
    fixed = draw.whole(standing.low, standing.high) if standing.sort.phenomenon in ("rent", "loan") else None
    lines = []
    for month in _months(account.since):
        for wanted in standing.days:
            last = month_end(month)
            day = _back(last, 0) if wanted >= last.day else on_or_after(month.replace(day=wanted))
            if account.since <= day <= END:
                amount = fixed or draw.whole(standing.low, standing.high)
                text = standing.text.replace("{m}", f"{month:%m/%Y}").replace("{n}", draw.digits(8))
                lines.append(_line(account, day, amount, payee, text, standing.sort))
    return lines


def _card_takings(draw: Draw) -> list[Line]:
    """The stores' card terminals: the acquirer pays each day's takings net, without a file."""
    account, payee = ACCOUNTS["stores"], _payee(draw, "DE", "Kartenhafen Acquiring GmbH")
    lines = []
    for day in business_days(account.since, END):
        sold = day - timedelta(days=3 if day.weekday() == 0 else 1)
        for store in STORES:
            text = f"Kartenumsatz Terminal 5512{store} vom {sold:%d.%m.%Y}"
            lines.append(_line(account, day, draw.whole(280_00, 2_900_00), payee, text, _TAKINGS))
    return lines


def _oddities(draw: Draw) -> list[Line]:
    lines = []
    for text, amount in _ODD:
        account = ACCOUNTS[draw.one(["main", "main", "alpen"])]
        day = on_or_after(draw.day(account.since, date(2026, 10, 28)))
        lines.append(_line(account, day, -amount, _payee(draw, "DE", names.company(draw, "DE", set())), text, _ONE_OFF))
    return lines


def _payee(draw: Draw, country: str, name: str) -> Payee:
    return Payee(name, iban(country, names.bban(draw, country)))


def _line(account: Account, day: date, amount: int, payee: Payee, text: str, sort: Sort) -> Line:
    part = Part("ledger_account", amount, account.currency, amount, gl_account=sort.gl_account)
    return Line(account, day, amount, payee.name, payee.number, text, sort.code, "non_customer", sort.phenomenon, [part])


def _months(since: date) -> list[date]:
    return [date(2026, month, 1) for month in range(since.month, END.month + 1)]


def _back(day: date, count: int) -> date:
    """The `count`-th day on which banks book before the last one that is not after `day`."""
    while day.weekday() > 4:
        day -= timedelta(days=1)
    for _ in range(count):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return day
