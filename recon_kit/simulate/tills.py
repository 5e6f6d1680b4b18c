"""The stores' tills: a closing a day, and bags of cash that reach the bank one to five days later, sometimes short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recon_kit.simulate.company import ACCOUNTS, CASH_DIFFERENCE, END, STORES, after, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Item, Line, Part

_TILLS = {"01": 2, "02": 1, "03": 1}
_OPENS = date(2026, 7, 27)
_CASH = ((0.0, 90_00), (0.5, 420_00), (0.9, 980_00), (1.0, 1_900_00))
_SEVERAL_DAYS_SHARE = 0.3
_FIRST_Z = {"01": 4_412, "02": 3_090, "03": 2_871}


@dataclass(eq=False)
class Closing:
    """One till's closing of a day (its Z report) and the bag its cash went into."""

    store: str
    till: str
    z_number: int
    day: date
    expected: int
    counted: int
    card: int
    voucher: int
    tips: int
    bag: str
    item: Item


def closings(seed: int, scale: float) -> list[Closing]:
    """A closing a till and open day (Monday to Saturday), in the order of the days."""
    draw, made, bags = Draw(seed, "tills"), [], 0
    stores = list(STORES)[: max(1, round(len(STORES) * min(1.0, scale + 0.4)))]
    for store in stores:
        bag = ""
        for number, day in enumerate(_open_days()):
            if not bag or day.weekday() == 0 or not draw.chance(_SEVERAL_DAYS_SHARE):
                bags += 1
                bag = f"44{store}{10_000 + bags * 7}"
            for till in range(1, _TILLS[store] + 1):
                made.append(_closing(draw, store, till, _FIRST_Z[store] + number, day, bag))
    return sorted(made, key=lambda closing: (closing.day, closing.store, closing.till))


def _open_days() -> list[date]:
    days = (_OPENS + timedelta(days=n) for n in range((END - _OPENS).days + 1))
    return [day for day in days if day.weekday() < 6]


def _closing(draw: Draw, store: str, till: int, z_number: int, day: date, bag: str) -> Closing:
    expected = int(draw.quantile(_CASH)) // 5 * 5
    counted = expected
    if draw.chance(0.08):
        counted += draw.one([-20_00, -10_00, -5_00, -50, 50, 5_00, 10_00])
    voucher = draw.whole(1, 6) * 10_00 if draw.chance(0.25) else 0
    tips = draw.whole(1, 30) * 50 if draw.chance(0.2) else 0
    number = f"{store} {till} {z_number}"
    item = Item("NORD", number, "cash_deposit", bag, None, day, after(day, 5), counted, "EUR")
    return Closing(store, str(till), z_number, day, expected, counted, draw.whole(250_00, 2_800_00), voucher, tips, bag, item)


def deposit(seed: int, made: list[Closing], book: Book) -> list[Closing]:
    """The bags on the stores' account; a few are counted short or over by the bank, one is lost.

    Returns the closings without those whose bag the bank had before its first statement.
    """
    draw, account = Draw(seed, "deposits"), ACCOUNTS["stores"]
    bags: dict[str, list[Closing]] = {}
    for closing in made:
        bags.setdefault(closing.bag, []).append(closing)
    lost = next((bag for bag, rows in bags.items() if rows[0].day >= date(2026, 9, 22)), None)
    before = set[str]()
    for bag, rows in bags.items():
        last = max(row.day for row in rows)
        day = on_or_after(last + timedelta(days=draw.whole(1, 5)))
        if day < account.since:
            before.add(bag)
        if bag == lost or not account.since <= day <= END:
            continue
        parts = [Part("payment", row.counted, "EUR", row.counted, row.item) for row in rows]
        several = len({row.day for row in rows}) > 1
        phenomenon = "cash_several_days" if several else "cash_deposit"
        if draw.chance(0.05):
            phenomenon += "+" + _miscount(draw, parts)
        store = rows[0].store
        text = f"BAREINZAHLUNG SAFEBAG {bag} FILIALE {store}"
        line = Line(
            account, day, sum(part.of_line for part in parts), STORES[store], "", text, "083", "cash_deposit", phenomenon, parts
        )
        if day.month != last.month:
            line.phenomenon += "+cut_off"
        book.lines.append(line)
    return [closing for closing in made if closing.bag not in before]


def _miscount(draw: Draw, parts: list[Part]) -> str:
    difference = draw.one([5_00, 10_00, 20_00, 50_00])
    if draw.chance(0.5):
        parts.append(Part("ledger_account", difference, "EUR", difference, gl_account=CASH_DIFFERENCE))
        return "cash_over"
    first = parts[0]
    less = first.allocated - difference
    parts[0] = Part("payment", less, "EUR", less, first.item)
    return "cash_short"
