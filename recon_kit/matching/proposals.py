"""What is left after the sure rules: the best proposal for a line, or the coded reason why there is none."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from recon_kit.matching.book import Book, Draft, Part, Seen, same_name
from recon_kit.matching.references import in_time, open_groups, referenced, within_limit
from recon_kit.matching.returns import is_return
from recon_kit.matching.sides import Item, Line, shown

_MOST_OTHERS = 5
_DIFFERS = {"payout": "payout_differs", "cash_deposit": "deposit_differs"}


class Proposals:
    """Looks at each line that is still open; what it proposes is taken out of what is left, in order of date."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_amount: dict[tuple[str, str, int], list[Item]] = defaultdict(list)
        self._by_customer_name: dict[tuple[str, str], Item] = {}
        for item in book.sides.items:
            if item.open:
                self._by_amount[item.entity, item.currency, item.open].append(item)
            if item.customer_name:
                self._by_customer_name.setdefault((item.entity, _key(item.customer_name)), item)
        self._providers = {account.psp.casefold() for account in book.policy.accounts if account.psp}

    def draft(self, line: Line) -> Draft:
        """A proposal with its reason, or a draft without parts that only says why the line stays open."""
        if is_return(line):
            return self._open(
                line, "return_unmatched", f"{_money(line)} came back{_named(line)}; the original payment is not known."
            )
        hits = self._book.hits(line)
        again = referenced(line, self._book)
        if again:
            return again.doubted("proposed", _sentence(again))
        groups = open_groups(line, self._book, hits)
        if groups:
            return self._quoted(line, groups)
        if hits and (told := self._not_open(line, {at for hit in hits for at in hit.items})):
            return told
        return self._silent(line)

    def _quoted(self, line: Line, groups: list[tuple[Item, ...]]) -> Draft:
        if any(len(group) > 1 for group in groups):
            return self._ambiguous(line, [item for group in groups for item in group])
        items = [group[0] for group in groups]
        left = sum(self._book.left[item.at] for item in items)
        if sister := self._sister(line, {at for hit in self._book.hits(line) for at in hit.items}):
            return self._open(line, "other_entity", sister)
        if left * line.amount <= 0:
            what = f"{_numbers(items)} is quoted, open {shown(left, line.currency)}, but {_money(line)} runs the other way."
            return self._open(line, "no_item", what)
        return self._short(line, items, left) if abs(line.amount) < abs(left) else self._over(line, items, left)

    def _short(self, line: Line, items: list[Item], left: int) -> Draft:
        reason, why = self._short_reason(line, items, left)
        parts = self._oldest_first(line, items)
        what = f"{_numbers(items)} is open with {shown(left, line.currency)}, {_money(line)} came: {why}"
        if not parts:
            return self._open(line, reason, what)
        return Draft(line, "short_payment", parts, self._seen(line, items), False, reason, what)

    def _short_reason(self, line: Line, items: list[Item], left: int) -> tuple[str, str]:
        short = left - line.amount
        kinds = {item.kind for item in items}
        if len(kinds) == 1 and (reason := _DIFFERS.get(next(iter(kinds)))):
            return reason, f"{shown(short, line.currency)} less."
        if line.kind == "direct_debit" and len(items) > 1:
            return "batch_unresolved", f"{shown(short, line.currency)} of its parts are not in it."
        if short == sum(item.discount for item in items) and all(item.discount for item in items):
            if not all(in_time(line, self._book, item) for item in items):
                last = (
                    min(item.discount_on for item in items if item.discount_on) if any(i.discount_on for i in items) else None
                )
                return "discount_late", f"the discount of {shown(short, line.currency)} was to be taken by {last}."
            if not all(within_limit(self._book, item) for item in items):
                return "discount_too_high", f"the discount of {shown(short, line.currency)} is above the agreed limit."
        if (
            any(item.discount and short > item.discount > 0 for item in items)
            and short * 100 <= left * 2 * self._book.policy.discount.max_percent
        ):
            return "discount_too_high", f"{shown(short, line.currency)} less, more than the discount agreed."
        return "short_payment", f"{shown(short, line.currency)} less."

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
        what = f"{_numbers(items)} is open with {shown(left, line.currency)}, {_money(line)} came: {shown(over, line.currency)} more."
        return Draft(line, "overpayment", tuple(parts), self._seen(line, items), False, reason, what)

    def _ambiguous(self, line: Line, items: list[Item]) -> Draft:
        fits = [item for item in dict.fromkeys(items) if self._book.left[item.at] == line.amount] or list(dict.fromkeys(items))
        what = f"{_money(line)}{_named(line)} quotes a number that several documents carry: {_numbers(fits)}."
        others = tuple((part,) for item in fits[:_MOST_OTHERS] if (part := self._part(line, item)))
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
            return self._open(line, "other_entity", sister)
        own = [item for item in items if item.entity == line.entity]
        foreign = [item for item in own if item.currency != line.currency and self._book.left[item.at]]
        if foreign:
            what = f"{_money(line)}{_named(line)} quotes {_open_texts(foreign, self._book)}."
            return self._open(line, "other_currency", what)
        closed = [item for item in own if item.currency == line.currency]
        if closed and line.amount * closed[0].amount > 0:
            return self._paid_before(line, closed)
        return None

    def _sister(self, line: Line, ats: set[int]) -> str | None:
        """What a sister company's quoted documents say, if they fit this line better than anything here."""
        items = [self._book.sides.items[at] for at in sorted(ats)]
        theirs = [i for i in items if i.entity != line.entity and i.currency == line.currency and self._book.left[i.at]]
        equal = [item for item in theirs if self._book.left[item.at] == line.amount]
        here = [item for item in items if item.entity == line.entity]
        if not theirs or (here and not equal):
            return None
        told = ", ".join(f"{i.entity} ({i.customer_name or 'no customer'})" for i in (equal or theirs)[:_MOST_OTHERS])
        return f"{_money(line)}{_named(line)} quotes {_open_texts(equal or theirs, self._book)}, of {told}."

    def _paid_before(self, line: Line, closed: list[Item]) -> Draft:
        window = timedelta(days=self._book.policy.windows.duplicate)
        for item in closed:
            for earlier, allocated in self._book.payers[item.at]:
                if abs(line.on - earlier.on) <= window and line.amount in (allocated, earlier.amount):
                    what = f"{_money(line)}{_named(line)} pays {item.document_no} again; it was paid on {earlier.on}{_named(earlier)}."
                    return self._open(line, "possible_duplicate", what)
        what = f"{_money(line)}{_named(line)} quotes {_numbers(closed)}, of which nothing is open any more."
        return self._open(line, "item_closed", what)

    def _silent(self, line: Line) -> Draft:
        """No number that helps: the payer's account and an amount that only one document has, at most as a proposal."""
        same = [i for i in self._by_amount[line.entity, line.currency, line.amount] if self._book.left[i.at] == line.amount]
        provider = line.kind == "payout" or any(name in (line.name or "").casefold() for name in self._providers)
        if line.kind == "cash_deposit" or provider:
            return self._by_window(line, same, "payout" if provider else "cash_deposit")
        customer = self._book.customer_of.get((line.entity, line.payer)) if line.payer else None
        if customer:
            return self._payer_amount(line, customer, [item for item in same if item.customer_id == customer])
        if line.amount < 0:
            return self._open(line, "no_rule", f"{_money(line)} left{_named(line, 'to')}, and no rule says where it belongs.")
        known = self._by_customer_name.get((line.entity, _key(line.name))) if line.name else None
        if known:
            what = f"{_money(line)} came{_named(line)}, a customer by name, but its text names no open document."
            return self._open(line, "no_item", what)
        return self._open(line, "payer_unknown", f"{_money(line)} came{_named(line)}; neither payer nor text is known.")

    def _payer_amount(self, line: Line, customer: str, equal: list[Item]) -> Draft:
        name = next((item.customer_name for item in equal if item.customer_name), None) or line.name or customer
        if not equal:
            what = f"{_money(line)} came from the account of {name} ({customer}); no open document is of this amount."
            return self._open(line, "no_item" if line.amount > 0 else "no_rule", what)
        if len(equal) > 1:
            what = f"{_money(line)} came from the account of {name} ({customer}); {_numbers(equal)} are all of this amount."
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in equal[:_MOST_OTHERS])
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        seen = (
            Seen("reference", "missing"),
            Seen("amount", "only one", _money(line)),
            Seen("payer", "known account", line.payer),
        )
        what = f"{_money(line)} came from the account of {name} ({customer}); only {equal[0].document_no} is of this amount."
        parts = (Part("payment", line.amount, equal[0], equal[0].customer_id),)
        return Draft(line, "payer_amount", parts, seen, False, "proposed", what)

    def _by_window(self, line: Line, same: list[Item], kind: str) -> Draft:
        """A payout or deposit without its number: proposed if one of this amount lies within the window."""
        days = getattr(self._book.policy.windows, "payout" if kind == "payout" else "deposit")
        near = [item for item in same if item.kind == kind and abs((line.on - (item.due_on or item.issued_on)).days) <= days]
        word = "payout" if kind == "payout" else "cash deposit"
        if len(near) == 1:
            seen = (Seen("reference", "missing"), Seen("amount", "only one", _money(line)), Seen("date", f"within {days} days"))
            what = f"{_money(line)} came{_named(line)} without a number; only {near[0].document_no} is a {word} of this amount near that day."
            parts = (Part("payment", line.amount, near[0], near[0].customer_id),)
            return Draft(line, "amount_window", parts, seen, False, "proposed", what)
        if len(near) > 1:
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in near[:_MOST_OTHERS])
            what = f"{_money(line)}{_named(line)} fits several {word}s: {_numbers(near)}."
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        reason = "payout_unknown" if kind == "payout" else "no_item"
        return self._open(
            line, reason, f"{_money(line)} came{_named(line)} as a {word}, but no {word} of this amount is expected."
        )

    def _seen(self, line: Line, items: list[Item]) -> tuple[Seen, ...]:
        return (
            Seen("reference", "exact", _numbers(items)),
            Seen("amount", "differs", _money(line)),
            Seen("payer", "agrees" if all(self._book.agrees(line, item) for item in items) else "unknown", line.name),
        )

    def _open(self, line: Line, reason: str, detail: str) -> Draft:
        return Draft(line, reason, (), (), False, reason, detail)


def _sentence(draft: Draft) -> str:
    paid = [part.item for part in draft.parts if part.item is not None and part.kind == "payment"]
    return f"{_money(draft.line)}{_named(draft.line)} fits {_numbers(paid)}, after what is proposed for it already."


def _money(line: Line) -> str:
    return shown(line.amount, line.currency)


def _named(line: Line, word: str = "from") -> str:
    return f" {word} {line.name}" if line.name else ""


def _numbers(items: list[Item]) -> str:
    names = [item.document_no for item in items[:_MOST_OTHERS]]
    more = f" and {len(items) - _MOST_OTHERS} more" if len(items) > _MOST_OTHERS else ""
    return ", ".join(names) + more


def _open_texts(items: list[Item], book: Book) -> str:
    return ", ".join(f"{i.document_no} open with {shown(book.left[i.at], i.currency)}" for i in items[:_MOST_OTHERS])


def _key(name: str | None) -> str:
    return "".join(c for c in (name or "").casefold() if c.isalnum())
