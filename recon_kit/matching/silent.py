"""Lines that quote no number: what the payer's account, the amount and the day alone can propose, and never decide."""

from __future__ import annotations

from collections import defaultdict

from recon_kit.matching.book import Book, Draft, Part, Seen, plain_name, unexplained
from recon_kit.matching.sides import Item, Line, shown
from recon_kit.matching.words import MOST_NAMED, about, money, numbers, size
from recon_kit.sentences import sentence


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
            return unexplained(line, "no_rule", sentence("no_rule", amount=size(line), name=line.name or None))
        known = self._by_customer_name.get((line.entity, plain_name(line.name))) if line.name else None
        if known:
            return unexplained(line, "no_item", sentence("names_no_document", amount=size(line), name=line.name))
        return unexplained(line, "payer_unknown", sentence("payer_unknown", amount=size(line), name=line.name or None))

    def _payer_amount(self, line: Line, customer: str, equal: list[Item]) -> Draft:
        name = next((item.customer_name for item in equal if item.customer_name), None) or line.name or customer
        who = name if name == customer else f"{name} ({customer})"
        account = "account" if line.amount > 0 else "to_account"
        known = {"amount": size(line), "who": who}
        if not equal:
            what = sentence(f"{account}_none_of_amount", **known)
            return unexplained(line, "no_item" if line.amount > 0 else "no_rule", what)
        if len(equal) > 1:
            what = sentence(f"{account}_several_of_amount", **known, documents=numbers(equal))
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in equal[:MOST_NAMED])
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        seen = (
            Seen("reference", "missing"),
            Seen("amount", "only one", shown(*money(line))),
            Seen("payer", "known account", line.payer),
        )
        what = sentence(f"{account}_one_of_amount", **known, document=equal[0].document_no)
        parts = (Part("payment", line.amount, equal[0], equal[0].customer_id),)
        return Draft(line, "payer_amount", parts, seen, False, "proposed", what)

    def _by_window(self, line: Line, same: list[Item], kind: str) -> Draft:
        """A payout or deposit without its number: proposed if one of this amount lies within the window."""
        days = getattr(self._book.policy.windows, "payout" if kind == "payout" else "deposit")
        near = [item for item in same if item.kind == kind and abs((line.on - (item.due_on or item.issued_on)).days) <= days]
        word = "payout" if kind == "payout" else "deposit"
        if len(near) == 1:
            amount = Seen("amount", "only one", shown(*money(line)))
            seen = (Seen("reference", "missing"), amount, Seen("date", f"within {days} days"))
            what = sentence(f"{word}_one", **about(line), document=near[0].document_no)
            parts = (Part("payment", line.amount, near[0], near[0].customer_id),)
            return Draft(line, "amount_window", parts, seen, False, "proposed", what)
        if len(near) > 1:
            others = tuple((Part("payment", line.amount, item, item.customer_id),) for item in near[:MOST_NAMED])
            what = sentence(f"{word}_several", **about(line), documents=numbers(near))
            return Draft(line, "ambiguous", (), (), False, "ambiguous", what, others)
        reason = "payout_unknown" if kind == "payout" else "no_item"
        return unexplained(line, reason, sentence(f"{word}_none", **about(line)))
