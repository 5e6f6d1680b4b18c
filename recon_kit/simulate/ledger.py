"""The receivables ledger as it lags behind the bank: when a receipt is posted, and what its lists show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from recon_kit.simulate.company import CLEAN, START, after, month_end
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Item, Line, Part

_PAST_AT_ONCE_SHARE = 0.26
_AT_ONCE_SHARE = 0.52
"""Of the receipts whose documents stood in the last list; with them about a quarter is posted within the month."""
_MONTH_LATE_SHARE = 0.015
_MISPOSTED = 6
_NEVER_LISTED = 8


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
    draw, past = Draw(seed, "ledger"), Draw(seed, "ledger", "past")
    ledger = Ledger(items)
    posted: dict[Item, date] = {}
    earlier = sorted(book.earlier, key=lambda line: line.booked_on)
    for line in earlier:
        line.posted_on = _earlier_day(past, line.booked_on)
        _keep_order(line, posted)
    touching = sorted((line for line in book.lines if _touches(line)), key=lambda line: line.booked_on)
    never = {
        id(line) for line in draw.some([x for x in touching if _may_never_be_listed(x)], max(1, round(_NEVER_LISTED * scale)))
    }
    for line in touching:
        if id(line) in never:
            line.posted_on = month_end(line.booked_on)
            line.phenomenon += "+never_listed"
        else:
            line.posted_on = _posting_day(past if _is_past(line) else draw, line)
        _keep_order(line, posted)
    _post_wrongly(draw, scale, touching, ledger)
    for line in [*earlier, *touching]:
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


def _is_past(line: Line) -> bool:
    """Whether it touches documents of the past alone; those are drawn apart."""
    items = [part.item for part in line.parts if part.item] + ([line.brings] if line.brings else [])
    return all(item.is_past for item in items)


def _may_never_be_listed(line: Line) -> bool:
    """Issued and paid within one month: posted at once, its document stands in no list."""
    if line.booked_on < START or line.brings or line.phenomenon != "plain" or not line.parts[0].item:
        return False
    item = line.parts[0].item
    return item.issued_on.replace(day=1) == line.booked_on.replace(day=1) and item.left == 0


def _earlier_day(draw: Draw, booked: date) -> date:
    """As in the months that the records tell of, but at once in the last month before the opening position."""
    end = month_end(booked)
    if booked >= CLEAN:
        return min(after(booked, 1), end)
    return min(after(booked, draw.whole(1, 3)), end) if draw.chance(_PAST_AT_ONCE_SHARE) else after(end, draw.whole(2, 6))


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
    plain = [line for line in plain if not _is_past(line)]
    for line in draw.some(plain, max(1, round(_MISPOSTED * scale))):
        ledger.misposted[line] = draw.one([90_00, 45_00, 9_00, 18_00])
        line.phenomenon = "plain+ledger_differs"


def _post(ledger: Ledger, on: date, parts: list[Part], short: int) -> None:
    for number, part in enumerate(parts):
        if part.item and part.item.customer:
            ledger.postings[part.item].append((on, part.allocated - (short if number == 0 else 0)))
