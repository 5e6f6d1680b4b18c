"""Everything that happened to the company, put together in one order: what the writers write and the truth tells."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from recon_kit.simulate import astray, costs, debits, late, ledger, people, settling, shop, stragglers, tills, trade, transfers
from recon_kit.simulate.company import ACCOUNTS, SNAPSHOTS, Account
from recon_kit.simulate.ledger import Ledger
from recon_kit.simulate.model import Book, Customer, Item, Line
from recon_kit.simulate.paying import Payer
from recon_kit.simulate.shop import Payout
from recon_kit.simulate.tills import Closing


@dataclass(frozen=True)
class World:
    """The company's customers, documents, bank lines, payouts, till closings and ledger.

    Args:
        items: the documents that the records tell of; the ledger knows all that came before them too.
    """

    customers: list[Customer]
    items: list[Item]
    book: Book
    payouts: list[Payout]
    closings: list[Closing]
    ledger: Ledger

    def lines_of(self, account: Account) -> list[Line]:
        """The account's lines in the order of the statement."""
        return [line for line in self.book.lines if line.account is account]


def happen(seed: int, scale: float) -> World:
    """Let the months pass."""
    customers = people.customers(seed, scale)
    documents = trade.documents(seed, scale, customers)
    book = Book()
    debits.collect(seed, customers, documents, book)
    by_customer: defaultdict[Customer, list[Item]] = defaultdict(list)
    for item in documents:
        if item.customer:
            by_customer[item.customer].append(item)
    for customer in customers:
        if not customer.mandate:
            Payer(seed, customer, by_customer[customer], book).run()
    astray.go_astray(seed, scale, documents, book)
    settling.settle(seed, documents, book)
    stragglers.settle_past(seed, documents, book)
    late.enter_late(documents, book)
    receivables = sorted([*documents, *book.items], key=lambda item: (item.issued_on, item.document_no, item.entity))
    payouts, closings = shop.payouts(seed, scale), tills.closings(seed, scale)
    shop.arrive(seed, payouts, book)
    closings = tills.deposit(seed, closings, book)
    book.lines += costs.costs(seed, scale)
    book.lines += transfers.transfers(seed)
    books = ledger.post(seed, scale, receivables, book)
    _order(book)
    return World(customers, _relevant(books, receivables, book), book, payouts, closings, books)


def _order(book: Book) -> None:
    """By account and day, within a day in an order that tells nothing; then the bank numbers its entries."""
    rank = {account.key: number for number, account in enumerate(ACCOUNTS.values())}
    book.lines.sort(key=lambda line: (rank[line.account.key], line.booked_on, _mixed(line)))
    numbers: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in book.lines:
        day = f"{line.booked_on:%Y%m%d}"
        numbers[line.account.key, day] += 1
        line.bank_reference = f"{day}{rank[line.account.key] + 1}{numbers[line.account.key, day]:05d}"


def _mixed(line: Line) -> str:
    told = f"{line.booked_on}|{line.amount}|{line.name}|{line.text}|{line.end_to_end_id}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _relevant(books: Ledger, items: list[Item], book: Book) -> list[Item]:
    """What a list shows, a line pays or the ledger settles; the rest was over before the company's records begin."""
    settled = [clearing.parts for clearing in book.clearings if clearing.on > SNAPSHOTS[0]]
    paid = {part.item for parts in [*(line.parts for line in book.lines), *settled] for part in parts if part.item}
    listed = {item for on in SNAPSHOTS for item, _ in books.open_on(on)}
    return [item for item in items if item in paid or item in listed]
