"""What moves the receivables accounts: a row a posting, the tax in it, and the document that cleared it once all is settled.

A document is cleared when what was posted about it sums to nothing; the posting that brings that about gives its number to
all of them, so that the rows of a clearing sum to nothing for each customer. A receipt that settles one document whole and
another in part has a row for each, numbered `ZE000123` and `ZE000123-2`: rows never change, they only get cleared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from recon_kit.simulate import vat
from recon_kit.simulate.company import RECEIVABLES
from recon_kit.simulate.ledger import Ledger
from recon_kit.simulate.model import Book, Clearing, Item, Line, Part

_KINDS = {"payment": "receipt", "discount": "discount", "write_off": "write_off"}
_BY_CODE = {"109": "return", "116": "refund", "159": "refund"}
"""The bank's business code -> what a payment is then: a debit that came back, money sent back and its return."""
_TAXED = ("invoice", "credit_note", "discount", "write_off")


@dataclass(frozen=True)
class Cleared:
    """The document that cleared a posting, its posting day, and the day it was entered, before which no export knows it."""

    number: str
    on: date
    entered_on: date


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
    tax: int | None
    currency: str
    entered_on: date
    cleared: Cleared | None


@dataclass(frozen=True)
class _Document:
    number: str
    posted_on: date
    document_on: date
    entered_on: date


@dataclass(eq=False)
class _Share:
    """What one posting moves of one item."""

    item: Item
    document: _Document
    kind: str
    amount: int
    cleared: Cleared | None = field(default=None)


def movements(ledger: Ledger, book: Book) -> list[Posting]:
    """Everything that moved the receivables accounts, so that each list's sum follows from the one before."""
    shares = [*_issued(ledger), *_settled(ledger, book)]
    _clear(shares)
    rows: defaultdict[tuple[str, ...], list[_Share]] = defaultdict(list)
    for share in shares:
        rows[(*_row(share), share.cleared.number if share.cleared else "")].append(share)
    made, counts = [], defaultdict[tuple[str, ...], int](int)
    for key, of in sorted(rows.items(), key=lambda pair: (pair[0][:-1], pair[0][-1] == "", pair[0][-1])):
        if sum(share.amount for share in of):
            counts[key[:-1]] += 1
            made.append(_posting(of, counts[key[:-1]]))
    return sorted(made, key=lambda x: (x.entity, x.posted_on, x.document_no, x.kind, x.gl_account, x.customer_id))


def _issued(ledger: Ledger) -> Iterator[_Share]:
    for item in ledger.items:
        if item.kind in ("invoice", "credit_note"):
            entered = item.listed_from or item.issued_on
            yield _Share(item, _Document(item.document_no, item.issued_on, item.issued_on, entered), item.kind, item.amount)


def _settled(ledger: Ledger, book: Book) -> Iterator[_Share]:
    """What lines and the ledger's own clearings moved, numbered in the order in which they were entered."""
    happened: list[tuple[date, Line | Clearing]] = [
        *((line.posted_on, line) for line in [*book.earlier, *book.lines] if line.posted_on),
        *((clearing.on, clearing) for clearing in book.clearings),
    ]
    for number, (entered, one) in enumerate(sorted(happened, key=lambda pair: pair[0]), 1):
        if isinstance(one, Line):
            document = _Document(f"ZE{number:06d}", entered, one.booked_on, entered)
            yield from _of_line(one, document, ledger.misposted.get(one, 0))
        else:
            letters = "AB" if one.parts[0].kind == "write_off" else "AG"
            posted = one.posted_on or one.on
            document = _Document(f"{letters}{number:06d}", posted, posted, entered)
            yield from _of_parts(one.parts, document, {} if letters == "AB" else {"payment": "other"}, 0)


def _of_line(line: Line, document: _Document, short: int) -> Iterator[_Share]:
    yield from _of_parts(line.parts, document, {"payment": _BY_CODE.get(line.code, "receipt")}, short)
    if line.brings:
        yield _Share(line.brings, document, "payment_on_account", line.brings.amount)


def _of_parts(parts: Iterable[Part], document: _Document, kinds: dict[str, str], short: int) -> Iterator[_Share]:
    for at, part in enumerate(parts):
        if part.item and part.item.customer:
            kind = kinds.get(part.kind) or _KINDS.get(part.kind, "other")
            yield _Share(part.item, document, kind, (short if at == 0 else 0) - part.allocated)


def _clear(shares: Iterable[_Share]) -> None:
    """Name the clearing document of what is settled, item by item; what comes after a settlement begins anew."""
    of: defaultdict[Item, list[_Share]] = defaultdict(list)
    for share in shares:
        of[share.item].append(share)
    for item, all_of in of.items():
        waiting: list[_Share] = []
        left = 0
        for share in sorted(all_of, key=lambda share: (share.document.entered_on, share.kind != item.kind)):
            waiting.append(share)
            left += share.amount
            if not left:
                for one in waiting:
                    one.cleared = Cleared(share.document.number, share.document.posted_on, share.document.entered_on)
                waiting = []


def _row(share: _Share) -> tuple[str, ...]:
    customer = share.item.customer
    gl_account = RECEIVABLES[share.item.entity, share.item.currency]
    return share.item.entity, gl_account, share.document.number, share.kind, customer.ledger_id if customer else ""


def _posting(of: list[_Share], number: int) -> Posting:
    first = of[0]
    entity, gl_account, document_no, kind, customer_id = _row(first)
    document, amount = first.document, sum(share.amount for share in of)
    return Posting(
        entity, gl_account, customer_id, document_no if number == 1 else f"{document_no}-{number}", kind, document.posted_on,
        document.document_on, amount, _tax(of), first.item.currency, document.entered_on, first.cleared,
    )  # fmt: skip


def _tax(of: list[_Share]) -> int | None:
    """The tax in what was sold, credited, deducted as discount or given up; money received has none."""
    if of[0].kind not in _TAXED:
        return None
    return sum(vat.tax_in(share.item, share.amount) for share in of)
