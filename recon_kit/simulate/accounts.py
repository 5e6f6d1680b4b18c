"""What the ledger's accounts hold at each month's end: banks, receivables, payouts and cash on their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from recon_kit.simulate.company import ACCOUNTS, CASH_IN_TRANSIT, LEDGER_SINCE, PSP_CLEARING, RECEIVABLES, SNAPSHOTS, month_ends
from recon_kit.simulate.ledger import Ledger
from recon_kit.simulate.model import Book
from recon_kit.simulate.shop import Payout
from recon_kit.simulate.tills import Closing

PAST = tuple(month_ends(LEDGER_SINCE - timedelta(days=1), SNAPSHOTS[0])[:-1])
"""Month's ends before the opening position: of them the ledger tells the receivables alone."""
_BALANCE_ERROR = ("main", date(2026, 8, 31), -1_250_00)
"""The one difference between a bank account's ledger balance and its statement; gone a month later."""


@dataclass(frozen=True)
class Balance:
    """A ledger account on a day."""

    entity: str
    gl_account: str
    role: str
    on: date
    amount: int
    currency: str


def balances(ledger: Ledger, book: Book, payouts: list[Payout], closings: list[Closing]) -> list[Balance]:
    """The accounts that reconciliation ties to, at each month's end."""
    found = [balance for on in PAST for balance in _receivables(ledger, on)]
    for on in SNAPSHOTS:
        found += _banks(book, on)
        found += _receivables(ledger, on)
        found += [
            Balance(e, PSP_CLEARING, "psp_clearing", on, _clearing(book, payouts, e, on), "EUR") for e in ("NORD", "ALPEN")
        ]
        found.append(Balance("NORD", CASH_IN_TRANSIT, "cash_in_transit", on, _in_transit(book, closings, on), "EUR"))
    return found


def _banks(book: Book, on: date) -> Iterator[Balance]:
    for account in ACCOUNTS.values():
        amount = account.opening + sum(x.amount for x in book.lines if x.account is account and x.booked_on <= on)
        if (account.key, on) == _BALANCE_ERROR[:2]:
            amount += _BALANCE_ERROR[2]
        yield Balance(account.entity, account.gl_account, "bank", on, amount, account.currency)


def _receivables(ledger: Ledger, on: date) -> list[Balance]:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for item, left in ledger.open_on(on):
        sums[item.entity, item.currency] += left
    return [Balance(e, gl, "receivables", on, sums[e, currency], currency) for (e, currency), gl in RECEIVABLES.items()]


def _clearing(book: Book, payouts: list[Payout], entity: str, on: date) -> int:
    """Paid out by the provider, not on the bank yet; what came without a report stands against it."""
    expected = sum(
        p.amount for p in payouts if p.entity == entity and p.created_on <= on and (not p.arrived_on or p.arrived_on > on)
    )
    unexplained = sum(
        part.allocated
        for line in book.lines
        for part in line.parts
        if part.gl_account == PSP_CLEARING and line.account.entity == entity and line.booked_on <= on
    )
    return expected - unexplained


def _in_transit(book: Book, closings: list[Closing], on: date) -> int:
    counted = sum(closing.counted for closing in closings if closing.day <= on)
    items = {closing.item for closing in closings}
    return counted - sum(
        part.allocated for line in book.lines if line.booked_on <= on for part in line.parts if part.item in items
    )
