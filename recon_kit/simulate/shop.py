"""The web shops at their payment provider: payments, refunds, chargebacks, fees, reserve, and the payouts that sum them up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from recon_kit.simulate import names
from recon_kit.simulate.company import ACCOUNTS, END, PSP_ACCOUNTS, PSP_CLEARING, START, after, business_days, iban, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Item, Line, Part

_OPENS = date(2026, 7, 28)
"""First day of shop payments; the payouts of the last July days are on their way when the period begins."""
_PER_DAY = {"NORD": (6, 11), "ALPEN": (2, 4)}
_BASKETS = ((0.0, 9_90), (0.5, 62_00), (0.85, 149_00), (0.97, 420_00), (1.0, 1_650_00))
_METHODS = {
    "NORD": {
        "N002 VISA": 26, "N001 MASTERCARD": 20, "N021 IDEAL": 14, "N086 KLARNA": 18, "N094 MISTERCASH": 8, "N085 AMEX": 4,
        "N105 Riverty": 6, "N098 COUPON": 4,
    },
    "ALPEN": {"N002 VISA": 35, "N001 MASTERCARD": 25, "N103 EPS": 25, "N086 KLARNA": 15},
}  # fmt: skip
_FEES = {"N002": (25, 14), "N001": (25, 14), "N085": (25, 24), "N086": (40, 29), "N105": (40, 32), "N098": (20, 10)}
"""Fixed cents and tenths of a percent."""
_RESERVE_DAYS, _RESERVE_PERCENT = 28, 5
_REFUND_SHARE = 0.055
_PLANTED = {"partial_capture": 0.006, "split_shipment": 0.006, "tip": 0.008, "currency_conversion": 0.004}
_CARDS = ("N001", "N002", "N085")
_CHARGEBACK_SHARE = 0.035
_CHARGEBACK_FEE = 15_00


@dataclass(frozen=True)
class Movement:
    """One row of the provider's report; `amount` is its effect on our balance there."""

    at: datetime
    psp_id: str
    amount: int
    code: str
    method: str
    text: str
    order_no: str = ""
    sub_id: str = ""
    sub_text: str = ""
    note: str = ""
    phenomenon: str = ""


@dataclass(eq=False)
class Payout:
    """One payout: its report, and when it reached the bank (None: never, or after the period)."""

    entity: str
    payout_id: str
    created_on: date
    first_on: date
    movements: list[Movement]
    item: Item
    arrived_on: date | None = None

    @property
    def amount(self) -> int:
        """What the provider sends."""
        return sum(movement.amount for movement in self.movements)


@dataclass
class Shop:
    """One merchant account through the months."""

    entity: str
    draw: Draw
    movements: list[Movement] = field(default_factory=list)
    number: int = 0

    def run(self, scale: float) -> None:
        """Every movement up to the last payout."""
        low, high = _PER_DAY[self.entity]
        for offset in range((END - _OPENS).days + 1):
            day = _OPENS + timedelta(days=offset)
            count = self.draw.whole(max(1, round(low * scale)), max(1, round(high * scale)))
            for _ in range(count):
                self._sale(day)
        for last in (date(2026, 8, 31), date(2026, 9, 30)):
            self._sale(last, time(23, 41, self.draw.whole(0, 59)))
        self.movements.sort(key=lambda movement: (movement.at, movement.psp_id, -movement.amount))

    def _sale(self, day: date, clock: time | None = None) -> None:
        at = datetime.combine(day, clock or time(self.draw.whole(7, 22), self.draw.whole(0, 59), self.draw.whole(0, 59)))
        method = self.draw.of(_METHODS[self.entity])
        code, _, name = method.partition(" ")
        self.number += 1
        order = f"{'W' if self.entity == 'NORD' else 'WA'}{10_260_000 + self.number}"
        planted = self.draw.of({"": 1 - sum(_PLANTED.values()), **_PLANTED})
        amount = int(self.draw.quantile(_BASKETS))
        phenomenon = planted or ("gift_card" if code == "N098" else "pay_later" if code in ("N086", "N105") else "")
        if clock:
            phenomenon = "cut_off"
        sale = Movement(at, self._id(), amount, code, name, f"Order {order}", order, phenomenon=phenomenon)
        if planted == "tip":
            tip = self.draw.whole(1, 5) * 100
            sale = Movement(at, sale.psp_id, amount + tip, code, name, sale.text, order, note=f"tip={tip}", phenomenon="tip")
        self.movements.append(sale)
        if planted == "partial_capture":
            self._later(
                sale,
                0,
                -amount * self.draw.whole(15, 45) // 100,
                code,
                name,
                "Partial capture: rest of the authorisation",
                "partial_capture",
            )
        elif planted == "split_shipment":
            second = at + timedelta(days=2)
            self.movements.append(
                Movement(
                    second, self._id(), amount // 2, code, name, f"Order {order} shipment 2", order, phenomenon="split_shipment"
                )
            )
        elif planted == "currency_conversion":
            self._later(
                sale,
                0,
                -max(20, amount // 60),
                "N093",
                "CURRENCY CONVERSION",
                "Currency conversion GBP EUR",
                "currency_conversion",
            )
        if self.draw.chance(_REFUND_SHARE):
            self._refund(sale)
        elif code in _CARDS and self.draw.chance(_CHARGEBACK_SHARE):
            self._chargeback(sale)

    def _refund(self, sale: Movement) -> None:
        partial = self.draw.chance(0.4)
        amount = -sale.amount * self.draw.whole(20, 70) // 100 if partial else -sale.amount
        days = self.draw.whole(2, 16)
        self._later(sale, days, amount, "N097", "Refund", f"Refund {sale.order_no}", "partial_refund" if partial else "refund")
        if self.draw.chance(0.2):
            self._later(
                sale, days + 3, -amount, "N097", "Refund", f"Refund failed {sale.order_no}, account closed", "failed_refund"
            )

    def _chargeback(self, sale: Movement) -> None:
        days = self.draw.whole(5, 18)
        self._disputed(sale, days, "chargeback")
        if self.draw.chance(0.6):
            days += self.draw.whole(7, 18)
            self._later(
                sale, days, sale.amount, "N095", "CHARGEBACK", f"Chargeback reversal {sale.order_no}", "chargeback_reversal"
            )
            if self.draw.chance(0.5):
                self._disputed(sale, days + self.draw.whole(6, 14), "second_chargeback")

    def _disputed(self, sale: Movement, days: int, phenomenon: str) -> None:
        reason = self.draw.one(["10.4", "13.1", "13.3", "4837", "4853"])
        self._later(sale, days, -sale.amount, "N095", "CHARGEBACK", f"Chargeback {sale.order_no} reason {reason}", phenomenon)
        self._later(sale, days, -_CHARGEBACK_FEE, "N913", "FEE", f"Chargeback fee {sale.order_no}", "chargeback_fee")

    def _later(self, sale: Movement, days: int, amount: int, code: str, method: str, text: str, phenomenon: str) -> None:
        at = sale.at + timedelta(days=days, minutes=7 * (days + 1))
        self.movements.append(
            Movement(at, self._id(), amount, code, method, text, sale.order_no, sale.psp_id, phenomenon=phenomenon)
        )

    def _id(self) -> str:
        return f"{self.draw.digits(3)}{70_000_000 + len(self.movements) * 31}"


def payouts(seed: int, scale: float) -> list[Payout]:
    """Every payout with its report: each business day in the first company, each Monday in the second."""
    made = []
    for number, entity in enumerate(PSP_ACCOUNTS):
        shop = Shop(entity, Draw(seed, "shop", entity))
        shop.run(scale)
        days = [day for day in business_days(_OPENS + timedelta(days=2), END) if entity == "NORD" or day.weekday() == 0]
        first, held = _OPENS, dict[date, int]()
        for count, day in enumerate(days):
            due = [movement for movement in shop.movements if first <= movement.at.date() < day]
            if not due:
                continue
            payout_id = f"{918_400_117 + 5_000_000 * number + 1_019 * count}"
            rows = [*due, *_fees(entity, due, day, payout_id)]
            if entity == "ALPEN":
                rows += _reserve(rows, day, payout_id, held)
            made.append(_payout(entity, payout_id, day, first, rows))
            first = day
    return made


def _payout(entity: str, payout_id: str, day: date, first: date, rows: list[Movement]) -> Payout:
    amount = sum(row.amount for row in rows)
    item = Item(entity, payout_item_id(entity, payout_id), "payout", payout_id, None, day, after(day, 3), amount, "EUR")
    return Payout(entity, payout_id, day, first, rows, item)


def payout_item_id(entity: str, payout_id: str) -> str:
    """The identity that an expected payout has as an open item."""
    return f"payout:multisafepay:{PSP_ACCOUNTS[entity]}:{payout_id}:EUR"


def _fees(entity: str, due: list[Movement], day: date, payout_id: str) -> Iterator[Movement]:
    """Fees as rows of their own: one a method and payout in the first company, one a payment in the second."""
    at = datetime.combine(day, time(5, 30))
    paid = [row for row in due if row.amount > 0 and row.code in _FEES]
    if entity == "ALPEN":
        for row in paid:
            yield Movement(
                at, row.psp_id, -_fee(row), "N913", "FEE", f"Transaction fee {row.order_no}", row.order_no, row.psp_id
            )
        return
    for code in sorted({row.code for row in paid}):
        rows = [row for row in paid if row.code == code]
        total = sum(_fee(row) for row in rows)
        yield Movement(at, f"{payout_id}{code[1:]}", -total, "N913", "FEE", f"Fees {rows[0].method} {len(rows)} transactions")


def _fee(row: Movement) -> int:
    fixed, permille = _FEES[row.code]
    return fixed + row.amount * permille // 1000


def _reserve(rows: list[Movement], day: date, payout_id: str, held: dict[date, int]) -> Iterator[Movement]:
    """A share of the sales is held back, and released four weeks later."""
    at = datetime.combine(day, time(5, 45))
    sales = sum(row.amount for row in rows if row.amount > 0)
    held[day] = sales * _RESERVE_PERCENT // 100
    if held[day]:
        yield Movement(
            at,
            f"{payout_id}1",
            -held[day],
            "",
            "RESERVE",
            f"Rolling reserve {_RESERVE_PERCENT}% held",
            phenomenon="reserve_hold",
        )
    if released := held.get(day - timedelta(days=_RESERVE_DAYS), 0):
        yield Movement(at, f"{payout_id}2", released, "", "RESERVE", "Rolling reserve released", phenomenon="reserve_release")


def arrive(seed: int, made: list[Payout], book: Book) -> None:
    """The payouts on the bank: a day or three later, some ids cut off, two in one line, one lost, one that no report knows."""
    draw = Draw(seed, "payouts")
    number = iban("NL", names.bban(draw, "NL"))
    waiting: Payout | None = None
    missing = next(payout for payout in made if payout.entity == "NORD" and payout.created_on >= date(2026, 9, 16))
    for payout in made:
        account = ACCOUNTS["main" if payout.entity == "NORD" else "alpen"]
        day = max(after(payout.created_on, draw.of({1: 55, 2: 30, 3: 15})), on_or_after(START))
        text, phenomenon = f"MultiSafepay Payout {payout.payout_id} MID {PSP_ACCOUNTS[payout.entity]}", "payout"
        if payout is missing or day > END or day < account.since:
            continue
        members = [payout]
        if waiting and waiting.entity == payout.entity:
            members, phenomenon = [waiting, payout], "payout_merged"
            text = f"MultiSafepay Payout {waiting.payout_id} + {payout.payout_id}"
            waiting = None
        elif payout.entity == "NORD" and not waiting and draw.chance(0.09) and payout.created_on < date(2026, 10, 26):
            waiting = payout
            continue
        elif draw.chance(0.06):
            text, phenomenon = f"MULTISAFEPAY PAYOUT {payout.payout_id[:6]}", "payout_id_cut"
        elif day.month != payout.created_on.month:
            phenomenon = "payout+cut_off"
        line = Line(account, day, 0, "MultiSafepay B.V.", number, text, "166", "payout", phenomenon)
        line.parts = [Part("payment", member.amount, "EUR", member.amount, member.item) for member in members]
        line.amount = sum(part.of_line for part in line.parts)
        for member in members:
            member.arrived_on = day
        book.lines.append(line)
    book.lines.append(_manual(number))


def _manual(number: str) -> Line:
    """A payout somebody asked for by hand: a round sum that no report itemises."""
    account, amount, text = ACCOUNTS["alpen"], 1_500_00, "MultiSafepay manual payout on request"
    line = Line(account, date(2026, 9, 9), amount, "MultiSafepay B.V.", number, text, "166", "payout", "manual_payout")
    line.parts = [Part("ledger_account", amount, "EUR", amount, gl_account=PSP_CLEARING)]
    return line
