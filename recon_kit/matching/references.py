"""What a quoted number proves: one document, a group that sums exactly, a payout, a deposit, less an agreed discount."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations

from recon_kit.matching.book import Book, Draft, Part, Seen
from recon_kit.matching.numbers import Hit
from recon_kit.matching.sides import Item, Line, shown
from recon_kit.sentences import sentence

_MOST_DISCOUNTS = 10


def referenced(line: Line, book: Book) -> Draft | None:
    """The match that quoted numbers and the exact amount prove, or None."""
    hits = book.hits(line)
    if not hits:
        return _cut_payout(line, book)
    in_full = tuple(hit for hit in hits if hit.level != "shortened")
    readings = (in_full, hits) if len(in_full) < len(hits) else (hits,)
    return next((draft for reading in readings if (draft := _read(line, book, reading))), None)


def _read(line: Line, book: Book, hits: tuple[Hit, ...]) -> Draft | None:
    groups = open_groups(line, book, hits)
    if not groups:
        return None
    chosen = _resolved(line, book, groups)
    if chosen is None:
        return None
    draft = _one(line, book, chosen[0]) if len(chosen) == 1 else _several(line, book, chosen)
    return _in_time(draft, book) if draft else None


def open_groups(line: Line, book: Book, hits: Iterable[Hit]) -> list[tuple[Item, ...]]:
    """For each quoted number the open documents of the line's own entity and currency that carry it.

    A number of several documents says nothing new if another number already names one of them.
    """
    fitting = []
    for hit in hits:
        items = (book.sides.items[at] for at in hit.items)
        fits = tuple(i for i in items if i.entity == line.entity and i.currency == line.currency and book.left[i.at])
        if fits and fits not in fitting:
            fitting.append(fits)
    named = {group[0].at for group in fitting if len(group) == 1}
    return [group for group in fitting if len(group) == 1 or not any(item.at in named for item in group)]


def _resolved(line: Line, book: Book, groups: list[tuple[Item, ...]]) -> list[Item] | None:
    """The documents meant; where a number belongs to several, amount and customer together must decide."""
    customers = {group[0].customer_id for group in groups if len(group) == 1}
    if len(customers) == 1:
        groups = [tuple(item for item in group if item.customer_id in customers) or group for group in groups]
    if all(len(group) == 1 for group in groups):
        return sorted((group[0] for group in groups), key=lambda item: item.at)
    everything = sorted({item for group in groups for item in group}, key=lambda item: item.at)
    owners = {item.customer_id or together(item) for item in everything}
    one_customer = len(owners) == 1 and None not in owners
    if len(groups) == 1:
        equal = [item for item in everything if book.left[item.at] == line.amount]
        if len(equal) == 1 and (one_customer or book.agrees(line, equal[0])):
            return equal
        if equal:
            return None
    return everything if one_customer else None


def together(item: Item) -> str | None:
    """What stands in a customer's place: the parts of one bag or payout carry one number because they come as one."""
    return item.kind if item.kind in ("payout", "cash_deposit") else None


def _one(line: Line, book: Book, item: Item) -> Draft | None:
    left = book.left[item.at]
    if line.amount == left:
        return Draft(line, _rule([item], "reference_exact"), (_payment(item, left),), _seen(line, book, [item]))
    if left == item.amount and line.amount == left - item.discount and entitled(line, book, item):
        parts = (_payment(item, line.amount), Part("discount", item.discount, item, item.customer_id))
        seen = (*_seen(line, book, [item]), Seen("discount", "in time", _discount_text(item)))
        return Draft(line, "reference_discount", parts, seen)
    return None


def _several(line: Line, book: Book, items: list[Item]) -> Draft | None:
    short = sum(book.left[item.at] for item in items) - line.amount
    if short == 0:
        parts = tuple(_payment(item, book.left[item.at]) for item in items)
        return Draft(line, _rule(items, "quoted_group"), parts, _seen(line, book, items))
    granted = _discounts(short, [i for i in items if book.left[i.at] == i.amount and entitled(line, book, i)])
    if not granted:
        return None
    parts = tuple(_payment(item, book.left[item.at] - (item.discount if item in granted else 0)) for item in items)
    parts += tuple(Part("discount", item.discount, item, item.customer_id) for item in granted)
    seen = (*_seen(line, book, items), *(Seen(f"discount {i.document_no}", "in time", _discount_text(i)) for i in granted))
    return Draft(line, "quoted_group", parts, seen)


def _discounts(short: int, entitled_items: list[Item]) -> list[Item]:
    """The one choice of discounts that explains what is short; none if there is no such choice or a second one."""
    if sum(item.discount for item in entitled_items) == short:
        return entitled_items
    if len(entitled_items) > _MOST_DISCOUNTS:
        return []
    sizes = range(1, len(entitled_items))
    fits = [c for n in sizes for c in combinations(entitled_items, n) if sum(i.discount for i in c) == short]
    return list(fits[0]) if len(fits) == 1 else []


def entitled(line: Line, book: Book, item: Item) -> bool:
    """Whether the agreed discount may be granted without a person: in time, and not above the company's limit."""
    return in_time(line, book, item) and within_limit(book, item)


def in_time(line: Line, book: Book, item: Item) -> bool:
    """Whether the money came by the last day of the discount and the days of grace."""
    if not item.discount or item.discount_on is None:
        return False
    return line.paid_on <= item.discount_on + timedelta(days=book.policy.discount.grace_days)


def within_limit(book: Book, item: Item) -> bool:
    """Whether the agreed discount is at most the company's percentage of the gross amount."""
    return abs(item.discount) * 100 <= abs(item.amount) * book.policy.discount.max_percent and item.discount * item.amount > 0


def _cut_payout(line: Line, book: Book) -> Draft | None:
    found = book.numbers.cut_payouts(line.remittance) | book.numbers.cut_payouts(line.e2e)
    items = [book.sides.items[at] for at in sorted(found)]
    fits = [i for i in items if i.entity == line.entity and i.currency == line.currency and book.left[i.at] == line.amount]
    if len(fits) != 1 or not line.amount:
        return None
    seen = (Seen("reference", "cut", fits[0].document_no), *_seen(line, book, fits)[1:])
    return Draft(line, "payout_reference", (_payment(fits[0], line.amount),), seen)


def _in_time(draft: Draft, book: Book) -> Draft:
    """A document that was issued long after the money came, or was due very long before, needs a person."""
    windows = book.policy.windows
    for part in draft.parts:
        item = part.item
        if item is None:
            continue
        if item.issued_on - draft.line.on > timedelta(days=windows.before_issue):
            return draft.doubted("proposed", sentence("issued_after", document=item.document_no, on=item.issued_on))
        due = item.due_on or item.issued_on
        if draft.line.on - due > timedelta(days=windows.after_due):
            return draft.doubted("proposed", sentence("due_long_before", document=item.document_no, on=due))
    return draft


def _rule(items: list[Item], otherwise: str) -> str:
    kinds = {item.kind for item in items}
    return {frozenset({"payout"}): "payout_reference", frozenset({"cash_deposit"}): "deposit_reference"}.get(
        frozenset(kinds), otherwise
    )


def _payment(item: Item, allocated: int) -> Part:
    return Part("payment", allocated, item, item.customer_id)


def _seen(line: Line, book: Book, items: list[Item]) -> tuple[Seen, ...]:
    hits = book.hits(line)
    ats = {item.at for item in items}
    quoted = [hit for hit in hits if ats & set(hit.items)]
    levels = {hit.level for hit in quoted}
    level = "shortened" if "shortened" in levels else "without letters" if "bare" in levels else "exact"
    payer = "missing" if not (line.payer or line.name) else "agrees" if all(book.agrees(line, i) for i in items) else "unknown"
    return (
        Seen("reference", level, ", ".join(hit.written for hit in quoted) or None),
        Seen("amount", "exact", shown(line.amount, line.currency)),
        Seen("payer", payer, line.name),
    )


def _discount_text(item: Item) -> str:
    return f"{shown(item.discount, item.currency)} until {item.discount_on}"
