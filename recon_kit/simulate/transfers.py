"""Money between the company's own accounts, and between the two companies: both sides, some a day or a month end apart."""

from __future__ import annotations

from datetime import date

from recon_kit.simulate import exchange
from recon_kit.simulate.company import ACCOUNTS, END, INTERCOMPANY, NAMES, START, after, business_days
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Line, Part


def transfers(seed: int) -> list[Line]:
    """Weekly sweeps of the stores, monthly sales of francs and pounds, the companies' mutual charges."""
    draw = Draw(seed, "transfers")
    lines: list[Line] = []
    for day in business_days(START, END):
        if day.weekday() == 4:
            lines += _transfer("stores", "main", day, draw.whole(11, 17) * 1_000_00, "Umbuchung Filialkasse", draw.chance(0.3))
        if day == after(day.replace(day=5), 0 if day.replace(day=5).weekday() < 5 else 1):
            lines += _exchange(draw, "chf", "main", day)
            lines += _exchange(draw, "gbp", "alpen", day)
    lines += _transfer("stores", "main", date(2026, 8, 31), 6_000_00, "Umbuchung Filialkasse", late=True)
    lines += _transfer("main", "stores", date(2026, 9, 30), 2_500_00, "Umbuchung Wechselgeld", late=True)
    for month in (8, 9, 10):
        lines += _between_companies(draw, date(2026, month, 14), month)
    return lines


def _transfer(source: str, target: str, day: date, amount: int, text: str, late: bool) -> list[Line]:
    arrives = after(day, 1) if late else day
    if arrives > END:
        arrives = day
    crossing = "+cut_off" if arrives.month != day.month else ""
    told = f"{text} {day:%d.%m.%Y}"
    return [
        _side(source, target, day, -amount, told, f"own_transfer{crossing}"),
        _side(target, source, arrives, amount, told, f"own_transfer{crossing}"),
    ]


def _side(key: str, other: str, day: date, amount: int, text: str, phenomenon: str) -> Line:
    account, there = ACCOUNTS[key], ACCOUNTS[other]
    code = "116" if amount < 0 else "166"
    line = Line(account, day, amount, NAMES[there.entity], there.iban, text, code, "non_customer", phenomenon)
    line.parts = [Part("own_transfer", amount, account.currency, amount)]
    return line


def _exchange(draw: Draw, source: str, target: str, day: date) -> list[Line]:
    """Francs or pounds sold: out of the one account, a day later in euro on the other at the bank's rate."""
    currency = ACCOUNTS[source].currency
    sold = draw.whole(40, 105) * 1_000_00
    text = f"Devisenverkauf {currency} {sold // 100},00 Kurs {exchange.rate_text(currency, day)}"
    out = _side(source, target, day, -sold, text, "own_transfer+own_transfer_fx")
    back = _side(target, source, after(day, 1), exchange.in_euro(sold, currency, day), text, "own_transfer+own_transfer_fx")
    back.instructed, back.rate = (sold, currency), exchange.rate_text(currency, day)
    return [out, back]


def _between_companies(draw: Draw, day: date, month: int) -> list[Line]:
    """Group charges, invoiced between the companies: not receivables of either trade, but a clearing account of both."""
    made = []
    for payer, payee, text in (("alpen", "main", "Konzernumlage"), ("main", "alpen", "Verrechnung Lagerkosten")):
        amount = draw.whole(24, 61) * 100_00
        for key, other, signed in ((payer, payee, -amount), (payee, payer, amount)):
            line = _side(key, other, day, signed, f"{text} {month:02d}/2026", "intercompany")
            line.parts = [Part("ledger_account", signed, "EUR", signed, gl_account=INTERCOMPANY)]
            made.append(line)
    return made
