"""The receivables ledger as it lags behind the bank: when a receipt is posted, what its lists show, what its accounts hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from recon_kit.simulate.company import ACCOUNTS, CASH_IN_TRANSIT, PSP_CLEARING, RECEIVABLES, SNAPSHOTS, START, after, month_end
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Item, Line, Part
from recon_kit.simulate.shop import Payout
from recon_kit.simulate.tills import Closing

_AT_ONCE_SHARE = 0.52
"""Of the receipts whose documents stood in the last list; with them about a quarter is posted within the month."""
_MONTH_LATE_SHARE = 0.015
_MISPOSTED = 6
_NEVER_LISTED = 8
_BALANCE_ERROR = ("main", date(2026, 8, 31), -1_250_00)
"""The one difference between a bank account's ledger balance and its statement; gone a month later."""


@dataclass
class Ledger:
    """What the lists are made of: each item, what reduced it and when, and what was posted wrongly."""

    items: list[Item]
    postings: dict[Item, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    misposted: dict[Line, int] = field(default_factory=dict)

    def open_on(self, on: date) -> list[tuple[Item, int]]:
        """The items of the list of that day with what the ledger believes to be open, in the order of their entries."""
        found = []
        for item in self.items:
            if (item.listed_from or item.issued_on) <= on and (left := self.left(item, on)):
                found.append((item, left))
        return found

    def left(self, item: Item, on: date) -> int:
        """What the ledger believes to be open."""
        return item.amount - sum(amount for posted, amount in self.postings[item] if posted <= on)


def post(seed: int, scale: float, items: list[Item], book: Book) -> Ledger:
    """Decide when the ledger takes notice of each line, and post it."""
    draw = Draw(seed, "ledger")
    ledger = Ledger(items)
    touching = sorted((line for line in book.lines if _touches(line)), key=lambda line: line.booked_on)
    never = {
        id(line) for line in draw.some([x for x in touching if _may_never_be_listed(x)], max(1, round(_NEVER_LISTED * scale)))
    }
    posted: dict[Item, date] = {}
    for line in touching:
        if id(line) in never:
            line.posted_on = month_end(line.booked_on)
            line.phenomenon += "+never_listed"
        else:
            line.posted_on = _posting_day(draw, line)
        _keep_order(line, posted)
    _post_wrongly(draw, scale, touching, ledger)
    for line in touching:
        _post(ledger, line.posted_on or line.booked_on, line.parts, ledger.misposted.get(line, 0))
    for clearing in book.clearings:
        _post(ledger, clearing.on, list(clearing.parts), 0)
    return ledger


def _keep_order(line: Line, posted: dict[Item, date]) -> None:
    """A document's movements are posted in their order: a return never before what it returns."""
    items = [part.item for part in line.parts if part.item and part.item.customer]
    line.posted_on = max([line.posted_on or line.booked_on, *(posted[item] for item in items if item in posted)])
    if line.brings:
        line.brings.listed_from = line.posted_on
        items.append(line.brings)
    posted.update(dict.fromkeys(items, line.posted_on))


def _touches(line: Line) -> bool:
    return line.brings is not None or any(part.item and part.item.customer for part in line.parts)


def _may_never_be_listed(line: Line) -> bool:
    """Issued and paid within one month: posted at once, its document stands in no list."""
    if line.booked_on < START or line.brings or line.phenomenon != "plain" or not line.parts[0].item:
        return False
    item = line.parts[0].item
    return item.issued_on.replace(day=1) == line.booked_on.replace(day=1) and item.left == 0


def _posting_day(draw: Draw, line: Line) -> date:
    booked, end = line.booked_on, month_end(line.booked_on)
    following = after(end, draw.whole(2, 6))
    if booked < START:
        return following if draw.chance(0.02) else min(after(booked, 1), end)
    issued = [part.item.listed_from or part.item.issued_on for part in line.parts if part.item]
    listed = all(day < booked.replace(day=1) for day in issued)
    if listed and draw.chance(_AT_ONCE_SHARE):
        return min(after(booked, draw.whole(1, 3)), end)
    if draw.chance(_MONTH_LATE_SHARE):
        line.phenomenon += "+posted_late"
        return after(month_end(following), 3)
    return following


def _post_wrongly(draw: Draw, scale: float, lines: list[Line], ledger: Ledger) -> None:
    """A few receipts enter the ledger with a wrong amount, so that its list shows a rest that does not exist."""
    plain = [x for x in lines if START <= x.booked_on < date(2026, 10, 1) and x.phenomenon == "plain" and x.amount > 200_00]
    for line in draw.some(plain, max(1, round(_MISPOSTED * scale))):
        ledger.misposted[line] = draw.one([90_00, 45_00, 9_00, 18_00])
        line.phenomenon = "plain+ledger_differs"


def _post(ledger: Ledger, on: date, parts: list[Part], short: int) -> None:
    for number, part in enumerate(parts):
        if part.item and part.item.customer:
            ledger.postings[part.item].append((on, part.allocated - (short if number == 0 else 0)))


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
    found = []
    for on in SNAPSHOTS:
        for account in ACCOUNTS.values():
            amount = account.opening + sum(x.amount for x in book.lines if x.account is account and x.booked_on <= on)
            if (account.key, on) == _BALANCE_ERROR[:2]:
                amount += _BALANCE_ERROR[2]
            found.append(Balance(account.entity, account.gl_account, "bank", on, amount, account.currency))
        sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        for item, left in ledger.open_on(on):
            sums[item.entity, item.currency] += left
        found += [Balance(e, gl, "receivables", on, sums[e, currency], currency) for (e, currency), gl in RECEIVABLES.items()]
        found += [
            Balance(e, PSP_CLEARING, "psp_clearing", on, _clearing(book, payouts, e, on), "EUR") for e in ("NORD", "ALPEN")
        ]
        found.append(Balance("NORD", CASH_IN_TRANSIT, "cash_in_transit", on, _in_transit(book, closings, on), "EUR"))
    return found


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


@dataclass(frozen=True)
class Posting:
    """A movement of a receivables account: debit positive."""

    entity: str
    gl_account: str
    customer_id: str
    document_no: str
    kind: str
    posted_on: date
    document_on: date
    amount: int
    currency: str


def movements(ledger: Ledger, book: Book) -> list[Posting]:
    """Everything that moved the receivables accounts, so that each list's sum follows from the one before."""
    made = [
        _posting(item, item.document_no, item.kind, item.issued_on, item.issued_on, item.amount)
        for item in ledger.items
        if item.kind in ("invoice", "credit_note")
    ]
    number = 0
    for line in sorted((x for x in book.lines if x.posted_on), key=lambda x: (x.posted_on, x.source_file, x.source_line)):
        number += 1
        made += _receipt(line, f"ZE{number:06d}", ledger.misposted.get(line, 0))
    for clearing in book.clearings:
        if sum(part.allocated for part in clearing.parts):
            number += 1
            made += _postings(list(clearing.parts), f"ZE{number:06d}", clearing.on, clearing.on, 0)
    return sorted(made, key=lambda x: (x.entity, x.posted_on, x.document_no, x.kind, x.gl_account))


def _receipt(line: Line, number: str, short: int) -> list[Posting]:
    made = _postings(line.parts, number, line.posted_on or line.booked_on, line.booked_on, short)
    if line.brings:
        made.append(
            _posting(
                line.brings, number, "payment_on_account", line.posted_on or line.booked_on, line.booked_on, line.brings.amount
            )
        )
    return made


def _postings(parts: list[Part], number: str, posted: date, document: date, short: int) -> list[Posting]:
    sums: defaultdict[str, int] = defaultdict(int)
    first: Item | None = None
    customers = set()
    for at, part in enumerate(parts):
        if part.item and part.item.customer:
            first = first or part.item
            customers.add(part.item.customer.ledger_id)
            kind = {"payment": "receipt", "discount": "discount", "write_off": "write_off"}.get(part.kind, "other")
            sums[kind] -= part.allocated - (short if at == 0 else 0)
    if not first:
        return []
    made = [_posting(first, number, kind, posted, document, amount) for kind, amount in sums.items() if amount]
    if len(customers) > 1:
        made = [Posting(**{**posting.__dict__, "customer_id": ""}) for posting in made]
    return made


def _posting(item: Item, number: str, kind: str, posted: date, document: date, amount: int) -> Posting:
    customer = item.customer.ledger_id if item.customer else ""
    gl_account = RECEIVABLES[item.entity, item.currency]
    return Posting(item.entity, gl_account, customer, number, kind, posted, document, amount, item.currency)
