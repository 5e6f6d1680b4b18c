"""Lines that quote no number: what the payer's account, the amount and the day alone can propose, and never decide."""

from __future__ import annotations

from collections import defaultdict

from recon_kit.matching.book import Book, Draft, Part, Seen, plain_name, unexplained
from recon_kit.matching.sides import Item, Line
from recon_kit.matching.words import MOST_NAMED, money, named, numbers


class Silent:
    """What is open by amount, and who is known by account or name."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_amount: dict[tuple[str, str, int], list[Item]] = defaultdict(list)
        self._by_customer_name: dict[tuple[str, str], Item] = {}
        for item in book.sides.items:
            if item.open:
                self._by_amount[item.entity, item.currency, item.open].append(item)
            if item.customer_name:
                self._by_customer_name.setdefault((item.entity, plain_name(item.customer_name)), item)
        self._providers = {account.psp.casefold() for account in book.policy.accounts if account.psp}

    def draft(self, line: Line) -> Draft:
        """A proposal by payer's account or day and an amount that only one document has, or why there is none."""
        same = [i for i in self._by_amount[line.entity, line.currency, line.amount] if self._book.left[i.at] == line.amount]
        provider = line.kind == "payout" or any(name in (line.name or "").casefold() for name in self._providers)
        if line.kind == "cash_deposit" or provider:
            return self._by_window(line, same, "payout" if provider else "cash_deposit")
        customer = self._book.customer_of.get((line.entity, line.payer)) if line.payer else None
        if customer:
            return self._payer_amount(line, customer, [item for item in same if item.customer_id == customer])
        if line.amount < 0:
            return unexplained(line, "no_rule", f"{money(line)} left{named(line, 'to')}, and no rule says where it belongs.")
        known = self._by_customer_name.get((line.entity, plain_name(line.name))) if line.name else None
        if known:
            what = f"{money(line)} came{named(line)}, a customer by name, but its text names no open document."
            return unexplained(line, "no_item", what)
        return unexplained(line, "payer_unknown", f"{money(line)} came{named(line)}; neither payer nor text is known.")

    def _payer_amount(self, line: Line, customer: str, equal: list[Item]) -> Draft:
        name = next((item.customer_name for item in equal if item.customer_name), None) or line.name or customer
        who = name if name == customer else f"{name} ({customer})"
        if not equal:
            what = f"{money(line)} came from the account of {who}; no open document is of this amount."
            return unexplained(line, "no_item" if line.amount > 0 else "no_rule", what)
        if len(equal) > 1:
            what = f"{money(line)} came from the account of {who}; {numbers(equal)} are all of this amount."
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in equal[:MOST_NAMED])
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        seen = (
            Seen("reference", "missing"),
            Seen("amount", "only one", money(line)),
            Seen("payer", "known account", line.payer),
        )
        what = f"{money(line)} came from the account of {who}; only {equal[0].document_no} is of this amount."
        parts = (Part("payment", line.amount, equal[0], equal[0].customer_id),)
        return Draft(line, "payer_amount", parts, seen, False, "proposed", what)

    def _by_window(self, line: Line, same: list[Item], kind: str) -> Draft:
        """A payout or deposit without its number: proposed if one of this amount lies within the window."""
        days = getattr(self._book.policy.windows, "payout" if kind == "payout" else "deposit")
        near = [item for item in same if item.kind == kind and abs((line.on - (item.due_on or item.issued_on)).days) <= days]
        word = "payout" if kind == "payout" else "cash deposit"
        if len(near) == 1:
            seen = (Seen("reference", "missing"), Seen("amount", "only one", money(line)), Seen("date", f"within {days} days"))
            only = f"only {near[0].document_no} is a {word} of this amount near that day"
            what = f"{money(line)} came{named(line)} without a number; {only}."
            parts = (Part("payment", line.amount, near[0], near[0].customer_id),)
            return Draft(line, "amount_window", parts, seen, False, "proposed", what)
        if len(near) > 1:
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in near[:MOST_NAMED])
            what = f"{money(line)}{named(line)} fits several {word}s: {numbers(near)}."
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        reason = "payout_unknown" if kind == "payout" else "no_item"
        return unexplained(
            line, reason, f"{money(line)} came{named(line)} as a {word}, but no {word} of this amount is expected."
        )
