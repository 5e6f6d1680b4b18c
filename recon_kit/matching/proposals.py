"""What is left after the sure rules: the best proposal for a line, or the coded reason why there is none."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from recon_kit.matching.book import Book, Draft, Part, Seen, unexplained
from recon_kit.matching.references import in_time, open_groups, referenced, together, within_limit
from recon_kit.matching.returns import is_return
from recon_kit.matching.sides import Item, Line, shown
from recon_kit.matching.silent import Silent
from recon_kit.matching.words import MOST_NAMED, about, money, numbers
from recon_kit.sentences import Sentence, sentence

_DIFFERS = {"payout": "payout_differs", "cash_deposit": "deposit_differs"}


class Proposals:
    """Looks at each line that is still open; what it proposes is taken out of what is left, in order of date."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._silent = Silent(book)

    def draft(self, line: Line) -> Draft:
        """A proposal with its reason, or a draft without parts that only says why the line stays open."""
        if is_return(line):
            return unexplained(
                line, "return_unmatched", sentence("came_back" if line.amount > 0 else "went_back", **about(line))
            )
        hits = self._book.hits(line)
        again = referenced(line, self._book)
        if again:
            paid = [part.item for part in again.parts if part.item is not None and part.kind == "payment"]
            return again.doubted("proposed", sentence("after_proposals", **about(line), documents=numbers(paid)))
        groups = open_groups(line, self._book, hits)
        if groups:
            return self._quoted(line, groups)
        if hits and (told := self._not_open(line, {at for hit in hits for at in hit.items})):
            return told
        return self._silent.draft(line)

    def _quoted(self, line: Line, groups: list[tuple[Item, ...]]) -> Draft:
        groups = [part for group in groups for part in ([(i,) for i in group] if all(map(together, group)) else [group])]
        if any(len(group) > 1 for group in groups):
            return self._ambiguous(line, [item for group in groups for item in group])
        items = [group[0] for group in groups]
        left = sum(self._book.left[item.at] for item in items)
        if sister := self._sister(line, {at for hit in self._book.hits(line) for at in hit.items}):
            return unexplained(line, "other_entity", sister)
        if left * line.amount <= 0:
            quoted = {"documents": numbers(items), "left": (left, line.currency), "amount": money(line)}
            return unexplained(line, "no_item", sentence("other_way", **quoted))
        return self._short(line, items, left) if abs(line.amount) < abs(left) else self._over(line, items, left)

    def _short(self, line: Line, items: list[Item], left: int) -> Draft:
        reason, why = self._short_reason(line, items, left)
        parts = self._oldest_first(line, items)
        what = _came_differently(line, items, left, why)
        if not parts:
            return unexplained(line, reason, what)
        return Draft(line, "short_payment", parts, self._seen(line, items), False, reason, what)

    def _short_reason(self, line: Line, items: list[Item], left: int) -> tuple[str, Sentence]:
        short = left - line.amount
        told = partial(sentence, amount=(short, line.currency))
        kinds = {item.kind for item in items}
        if len(kinds) == 1 and (reason := _DIFFERS.get(next(iter(kinds)))):
            return reason, told("less")
        if line.kind == "direct_debit" and len(items) > 1:
            return "batch_unresolved", told("not_in_batch")
        if short == sum(item.discount for item in items) and all(item.discount for item in items):
            if not all(in_time(line, self._book, item) for item in items):
                last = (
                    min(item.discount_on for item in items if item.discount_on) if any(i.discount_on for i in items) else None
                )
                return "discount_late", told("discount_late", last=last)
            if not all(within_limit(self._book, item) for item in items):
                return "discount_too_high", told("discount_above_limit")
        if (
            any(item.discount and short > item.discount > 0 for item in items)
            and short * 100 <= left * 2 * self._book.policy.discount.max_percent
        ):
            return "discount_too_high", told("discount_too_high")
        return "short_payment", told("less")

    def _oldest_first(self, line: Line, items: list[Item]) -> tuple[Part, ...]:
        """Pay documents of one sign by due date until the money is used up; nothing where signs are mixed."""
        left = self._book.left
        if any(left[item.at] * line.amount <= 0 for item in items):
            return ()
        rest, parts = abs(line.amount), []
        for item in sorted(items, key=lambda item: (item.due_on or item.issued_on, item.id)):
            if use := min(rest, abs(left[item.at])):
                parts.append(Part("payment", use if line.amount > 0 else -use, item, item.customer_id))
                rest -= use
        return tuple(parts)

    def _over(self, line: Line, items: list[Item], left: int) -> Draft:
        kinds = {item.kind for item in items}
        reason = _DIFFERS.get(next(iter(kinds)), "overpayment") if len(kinds) == 1 else "overpayment"
        if line.kind == "direct_debit" and len(line.remittance.splitlines() if line.remittance else ()) > len(items):
            reason = "batch_unresolved"
        over = line.amount - left
        parts = [Part("payment", self._book.left[item.at], item, item.customer_id) for item in items]
        customers = {item.customer_id for item in items}
        if reason == "overpayment" and len(customers) == 1 and (customer := next(iter(customers))):
            parts.append(Part("on_account", over, customer_id=customer))
        what = _came_differently(line, items, left, sentence("more", amount=(over, line.currency)))
        return Draft(line, "overpayment", tuple(parts), self._seen(line, items), False, reason, what)

    def _ambiguous(self, line: Line, items: list[Item]) -> Draft:
        fits = [item for item in dict.fromkeys(items) if self._book.left[item.at] == line.amount] or list(dict.fromkeys(items))
        owned = [sentence("owned", document=i.document_no, owner=i.customer_name or i.customer_id) for i in fits]
        what = sentence("several_carry", **about(line), documents=owned)
        others = tuple((part,) for item in fits[:MOST_NAMED] if (part := self._part(line, item)))
        return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)

    def _part(self, line: Line, item: Item) -> Part | None:
        left = self._book.left[item.at]
        if left * line.amount <= 0:
            return None
        return Part("payment", min(left, line.amount, key=abs), item, item.customer_id)

    def _not_open(self, line: Line, ats: set[int]) -> Draft | None:
        """Numbers were quoted, but nothing that carries them is open here: closed, a sister's, another currency's."""
        items = [self._book.sides.items[at] for at in sorted(ats)]
        if sister := self._sister(line, ats):
            return unexplained(line, "other_entity", sister)
        own = [item for item in items if item.entity == line.entity]
        foreign = [item for item in own if item.currency != line.currency and self._book.left[item.at]]
        if foreign:
            what = sentence("quotes", **about(line), documents=_still_open(foreign, self._book))
            return unexplained(line, "other_currency", what)
        closed = [item for item in own if item.currency == line.currency]
        if closed and line.amount * closed[0].amount > 0:
            return self._paid_before(line, closed)
        return None

    def _sister(self, line: Line, ats: set[int]) -> Sentence | None:
        """What a sister company's quoted documents say, if they fit this line better than anything here."""
        items = [self._book.sides.items[at] for at in sorted(ats)]
        theirs = [i for i in items if i.entity != line.entity and i.currency == line.currency and self._book.left[i.at]]
        equal = [item for item in theirs if self._book.left[item.at] == line.amount]
        here = [item for item in items if item.entity == line.entity]
        if not theirs or (here and not equal):
            return None
        meant = equal or theirs
        owners = [sentence("of_entity", entity=i.entity, customer=i.customer_name or None) for i in meant]
        return sentence("quotes", **about(line), documents=_still_open(meant, self._book), owners=owners)

    def _paid_before(self, line: Line, closed: list[Item]) -> Draft:
        window = timedelta(days=self._book.policy.windows.duplicate)
        for item in closed:
            for earlier, allocated in self._book.payers[item.at]:
                if abs(line.on - earlier.on) <= window and line.amount in (allocated, earlier.amount):
                    before = {"on": earlier.on, "before": earlier.name or None}
                    what = sentence("pays_again", **about(line), document=item.document_no, **before)
                    return unexplained(line, "possible_duplicate", what)
        what = sentence("nothing_open", **about(line), documents=numbers(closed))
        return unexplained(line, "item_closed", what)

    def _seen(self, line: Line, items: list[Item]) -> tuple[Seen, ...]:
        return (
            Seen("reference", "exact", ", ".join(numbers(items))),
            Seen("amount", "differs", shown(*money(line))),
            Seen("payer", "agrees" if all(self._book.agrees(line, item) for item in items) else "unknown", line.name),
        )


def _came_differently(line: Line, items: list[Item], left: int, why: Sentence) -> Sentence:
    quoted = {"documents": numbers(items), "left": (left, line.currency), "amount": money(line)}
    return sentence("came_differently", **quoted, why=why)


def _still_open(items: list[Item], book: Book) -> list[Sentence]:
    return [sentence("open_with", document=i.document_no, left=(book.left[i.at], i.currency)) for i in items]
