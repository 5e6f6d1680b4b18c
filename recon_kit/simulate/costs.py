"""The third of every account that is no receivable: wages, tax, rent, suppliers, fees, interest and loans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recon_kit.simulate import names
from recon_kit.simulate.company import (
    ACCOUNTS,
    BANK_FEES,
    CARD_TAKINGS,
    END,
    STORES,
    after,
    business_days,
    iban,
    month_end,
    on_or_after,
)
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Account, Line, Part

_SUPPLIERS = {"main": (64, 22, (1, 4)), "alpen": (38, 24, (2,)), "chf": (9, 6, (3,)), "gbp": (8, 5, (3,))}
"""Account -> number of suppliers, payments a run, weekdays of the payment runs."""
_STAFF = {"main": 50, "alpen": 21}
_SUPPLIER_AMOUNTS = ((0.0, 40_00), (0.5, 640_00), (0.9, 4_900_00), (1.0, 24_000_00))
_WAGES = ((0.0, 1_150_00), (0.5, 2_150_00), (0.9, 3_400_00), (1.0, 5_600_00))
_COUNTRY = {"EUR": "DE", "CHF": "CH", "GBP": "GB"}


@dataclass(frozen=True)
class Standing:
    """Something paid again and again.

    Args:
        days: days of the month on which it is booked; negative amounts leave the account.
        text: may hold {m} for the month as 08/2026 and {n} for a number.
    """

    account: str
    phenomenon: str
    gl_account: str
    name: str
    text: str
    code: str
    days: tuple[int, ...]
    low: int
    high: int


_WEEKLY = (4, 11, 18, 25)
STANDING = (
    *(Standing("main", "social_security", "3740", f"{fund} Krankenkasse", "Sozialversicherung Beitrag {m} Betriebsnr 99887712", "116", (26,), -9_800_00, -1_900_00) for fund in ("Nordwind", "Deichland", "Hansekraft", "Meeresbrise", "Fördewerk", "Inselruh")),
    *(Standing("alpen", "social_security", "3740", f"{fund} Krankenkasse", "Sozialversicherung Beitrag {m} Betriebsnr 99887745", "116", (26,), -6_200_00, -1_400_00) for fund in ("Nordwind", "Gipfelblick", "Talgrund")),
    Standing("main", "tax", "3820", "Finanzamt Küstenstadt", "Umsatzsteuer {m} StNr 99/123/45678", "116", (10,), -61_000_00, -38_000_00),
    Standing("main", "tax", "3730", "Finanzamt Küstenstadt", "Lohnsteuer {m} StNr 99/123/45678", "116", (10,), -19_500_00, -14_000_00),
    Standing("alpen", "tax", "3820", "Finanzamt Bergstadt", "Umsatzsteuer {m} StNr 98/456/11223", "116", (10,), -29_000_00, -17_000_00),
    Standing("alpen", "tax", "3730", "Finanzamt Bergstadt", "Lohnsteuer {m} StNr 98/456/11223", "116", (10,), -8_900_00, -6_100_00),
    Standing("main", "rent", "6310", "Hafenquartier Grundbesitz GmbH", "Miete Zentrale und Lager {m}", "116", (1,), -18_400_00, -18_400_00),
    *(Standing("stores", "rent", "6310", "Fördeblick Immobilien KG", f"Miete Filiale {town} {{m}}", "116", (1,), -6_900_00, -3_100_00) for town in STORES.values()),
    Standing("alpen", "rent", "6310", "Talgrund Liegenschaften GmbH", "Miete Halle 4 {m}", "116", (1,), -7_250_00, -7_250_00),
    Standing("main", "loan", "3150", "Nordische Landbank", "Darlehen 4400123 Rate {m} Tilgung und Zins", "116", (30,), -12_500_00, -12_500_00),
    Standing("alpen", "loan", "3150", "Nordische Landbank", "Darlehen 4400871 Rate {m} Tilgung und Zins", "116", (30,), -4_800_00, -4_800_00),
    Standing("main", "insurance", "6400", "Leuchtturm Versicherung AG", "Versicherungsbeitrag VS-Nr 77-{n}", "105", (3,), -1_900_00, -650_00),
    Standing("alpen", "insurance", "6400", "Leuchtturm Versicherung AG", "Versicherungsbeitrag VS-Nr 78-{n}", "105", (3,), -980_00, -420_00),
    Standing("main", "energy", "6325", "Windpark Energie GmbH", "Strom Abschlag {m} Vertrag {n}", "105", (8,), -3_900_00, -3_100_00),
    *(Standing("stores", "energy", "6325", "Windpark Energie GmbH", f"Strom Abschlag {{m}} Filiale {town}", "105", (8,), -890_00, -510_00) for town in STORES.values()),
    Standing("alpen", "energy", "6325", "Gletscher Energie GmbH", "Strom Abschlag {m} Vertrag {n}", "105", (8,), -1_250_00, -1_250_00),
    Standing("main", "telephone", "6805", "Funkfeld Telekom GmbH", "Mobilfunk Rechnung {n}", "105", (16,), -780_00, -430_00),
    Standing("alpen", "telephone", "6805", "Funkfeld Telekom GmbH", "Mobilfunk Rechnung {n}", "105", (16,), -310_00, -190_00),
    Standing("stores", "telephone", "6805", "Funkfeld Telekom GmbH", "Telefon und Internet Filialen {n}", "105", (16,), -240_00, -190_00),
    Standing("main", "leasing", "6835", "Mobilwerk Leasing GmbH", "Leasingrate Fuhrpark {m}", "105", (5, 20), -2_480_00, -1_190_00),
    Standing("alpen", "leasing", "6835", "Mobilwerk Leasing GmbH", "Leasingrate Stapler {m}", "105", (5,), -640_00, -640_00),
    Standing("main", "software", "6837", "Wolkenkontor Software GmbH", "Lizenz Abo {n}", "105", (2, 12), -1_480_00, -290_00),
    Standing("alpen", "software", "6837", "Wolkenkontor Software GmbH", "Lizenz Abo {n}", "105", (12,), -390_00, -120_00),
    Standing("main", "freight", "6740", "Schnellboot Paketdienst GmbH", "Frachtabrechnung {n}", "105", _WEEKLY, -4_900_00, -1_700_00),
    Standing("main", "freight", "6740", "Küstenfracht Spedition GmbH", "Frachtabrechnung {n}", "105", (7, 14, 21, 28), -3_900_00, -800_00),
    Standing("alpen", "freight", "6740", "Passstraße Spedition GmbH", "Frachtabrechnung {n}", "105", _WEEKLY, -2_900_00, -600_00),
    Standing("main", "advertising", "6600", "Suchfeuer Online Werbung Ltd", "Werbung Kampagne {n}", "105", (1, 8, 15, 22, 29), -3_400_00, -900_00),
    Standing("alpen", "advertising", "6600", "Suchfeuer Online Werbung Ltd", "Werbung Kampagne {n}", "105", (8, 22), -1_100_00, -300_00),
    Standing("main", "fuel_cards", "6530", "Rastpunkt Tankkarten GmbH", "Tankkarte Abrechnung {n}", "105", (6, 13, 20, 27), -1_300_00, -350_00),
    Standing("main", "credit_card", "3610", "Seestern Kartenservice", "Kreditkartenabrechnung {m}", "105", (9,), -5_600_00, -2_100_00),
    Standing("alpen", "credit_card", "3610", "Seestern Kartenservice", "Kreditkartenabrechnung {m}", "105", (9,), -1_900_00, -700_00),
    Standing("stores", "cash_service", "6855", "Tresorring Geldlogistik GmbH", "Geldbearbeitung und Abholung {n}", "105", _WEEKLY, -310_00, -140_00),
    Standing("stores", "change_money", "1600", "", "Muenzgeld Bestellung Wechselgeld", "083", _WEEKLY, -400_00, -100_00),
    *(Standing(key, "bank_fee", BANK_FEES, "", "Entgelt Kontofuehrung {m}", "808", (31,), -96_00, -18_00) for key in ACCOUNTS),
    *(Standing(key, "bank_fee", BANK_FEES, "", "Entgelt Buchungsposten {m}", "808", (31,), -240_00, -30_00) for key in ("main", "alpen", "stores")),
    Standing("main", "interest", "7110", "", "Habenzinsen {m}", "814", (31,), 80_00, 310_00),
    Standing("stores", "negative_interest", "7310", "", "Verwahrentgelt Negativzins {m}", "814", (31,), -75_00, -21_00),
    Standing("alpen", "interest", "7310", "", "Sollzinsen Kontokorrent {m}", "814", (31,), -190_00, -40_00),
    Standing("gbp", "interest", "7110", "", "Credit interest {m}", "814", (31,), 12_00, 45_00),
)  # fmt: skip

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
    for standing in STANDING:
        lines += _standing(draw, standing)
    lines += _card_takings(draw)
    lines += _oddities(draw)
    return lines


def _payment_runs(draw: Draw, account: Account, scale: float) -> list[Line]:
    if account.key not in _SUPPLIERS:
        return []
    number, per_run, weekdays = _SUPPLIERS[account.key]
    country, taken = _COUNTRY[account.currency], set[str]()
    suppliers = [(names.company(draw, country, taken), iban(country, names.bban(draw, country))) for _ in range(number)]
    per_run = max(2, round(per_run * scale))
    lines = []
    for day in business_days(account.since, END):
        if day.weekday() in weekdays and (account.currency == "EUR" or day.day <= 14):
            for name, number_of in draw.some(suppliers, draw.whole(per_run - 2, per_run + 2)):
                amount = -int(draw.quantile(_SUPPLIER_AMOUNTS))
                text = f"Zahllauf {day:%Y-%m%d} Rg {draw.digits(7)}"
                lines.append(_line(account, day, amount, name, number_of, text, "116", "supplier", "3300"))
        if account.currency == "EUR" and draw.chance(0.06):
            name, number_of = draw.one(suppliers)
            amount, text = draw.whole(30_00, 900_00), f"Lieferantengutschrift Erstattung Kd {draw.digits(6)}"
            lines.append(_line(account, day, amount, name, number_of, text, "166", "supplier_refund", "3300"))
    return lines


def _wages(draw: Draw, account: Account, scale: float) -> list[Line]:
    staff = [
        (names.person(draw), iban("DE", names.bban(draw, "DE")), int(draw.quantile(_WAGES)), draw.digits(4))
        for _ in range(round(_STAFF.get(account.key, 0) * max(scale, 0.1)))
    ]
    lines = []
    for month in _months(account.since):
        day = _back(month_end(month), 2)
        for name, number, wage, personnel in staff:
            text = f"Lohn/Gehalt {day:%m/%Y} PersNr {personnel}"
            lines.append(_line(account, day, -wage - draw.whole(0, 60_00), name, number, text, "153", "wages", "6020"))
            if draw.chance(0.12):
                spent = after(day, draw.whole(2, 12))
                if spent <= END:
                    text = f"Reisekosten {month:%m/%Y} PersNr {personnel}"
                    lines.append(
                        _line(account, spent, -draw.whole(12_00, 640_00), name, number, text, "116", "expenses", "6650")
                    )
    return lines


def _standing(draw: Draw, standing: Standing) -> list[Line]:
    account = ACCOUNTS[standing.account]
    number = iban(_COUNTRY[account.currency], names.bban(draw, _COUNTRY[account.currency])) if standing.name else ""
    fixed = draw.whole(standing.low, standing.high)
    lines = []
    for month in _months(account.since):
        for wanted in standing.days:
            last = month_end(month)
            day = _back(last, 0) if wanted >= last.day else on_or_after(month.replace(day=wanted))
            if not account.since <= day <= END:
                continue
            amount = (
                fixed
                if standing.code == "116" and standing.phenomenon in ("rent", "loan")
                else draw.whole(standing.low, standing.high)
            )
            text = standing.text.replace("{m}", f"{month:%m/%Y}").replace("{n}", draw.digits(8))
            lines.append(
                _line(
                    account, day, amount, standing.name, number, text, standing.code, standing.phenomenon, standing.gl_account
                )
            )
    return lines


def _card_takings(draw: Draw) -> list[Line]:
    """The stores' card terminals: the acquirer pays each day's takings net, without a file."""
    account, lines = ACCOUNTS["stores"], []
    number = iban("DE", names.bban(draw, "DE"))
    for day in business_days(account.since, END):
        for store in STORES:
            text = f"Kartenumsatz Terminal 5512{store} vom {day - timedelta(days=3 if day.weekday() == 0 else 1):%d.%m.%Y}"
            amount = draw.whole(280_00, 2_900_00)
            lines.append(
                _line(account, day, amount, "Kartenhafen Acquiring GmbH", number, text, "166", "card_takings", CARD_TAKINGS)
            )
    return lines


def _oddities(draw: Draw) -> list[Line]:
    lines = []
    for text, amount in _ODD:
        account = ACCOUNTS[draw.one(["main", "main", "alpen"])]
        day = on_or_after(draw.day(account.since, date(2026, 10, 28)))
        name = names.company(draw, "DE", set())
        lines.append(_line(account, day, -amount, name, iban("DE", names.bban(draw, "DE")), text, "116", "one_off", "6300"))
    return lines


def _line(
    account: Account, day: date, amount: int, name: str, number: str, text: str, code: str, phenomenon: str, gl: str
) -> Line:
    part = Part("ledger_account", amount, account.currency, amount, gl_account=gl)
    return Line(account, day, amount, name, number, text, code, "non_customer", phenomenon, [part])


def _months(since: date) -> list[date]:
    return [date(2026, month, 1) for month in range(since.month, END.month + 1)]


def _back(day: date, count: int) -> date:
    """The `count`-th day on which banks book before the last one that is not after `day`."""
    while day.weekday() > 4:
        day -= timedelta(days=1)
    for _ in range(count):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return day
