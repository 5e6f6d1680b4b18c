"""Why a line stays open: what it quotes and cannot pay, whose account it came from, or that nothing of it is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Whole
from recon_kit.matching.decision.standing import Standing
from recon_kit.matching.evidence.joins import RowsBy, span
from recon_kit.matching.evidence.payers import LEDGER, PROVEN, SAME_NAME, Links
from recon_kit.matching.evidence.quotes import ORDERED
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.drafts import Draft, unexplained
from recon_kit.matching.sets.draft import MOST_ITEMS
from recon_kit.matching.words import MOST_NAMED, about, money, numbers, size
from recon_kit.policy import Policy
from recon_kit.sentences import Sentence, sentence


class OpenLines:
    """Says the reason for one line after the other.

    Args:
        left: what is open of each document after this run, minor units.
        quoting: all quotes. links: who may have paid each line.
    """

    def __init__(
        self, records: Records, policy: Policy, standing: Standing, left: Whole, quoting: Quoting, links: Links
    ) -> None:
        self._records, self._policy, self._standing, self._left = records, policy, standing, left
        self._quoting, self._links = quoting, links
        self._first = np.searchsorted(links.line, np.arange(len(records.both.lines) + 1))
        self._providers = {account.psp.casefold() for account in policy.accounts if account.psp}
        items = records.both.items
        self._posted = RowsBy(records.both.posted.item)
        is_open = np.flatnonzero(left)
        self._by_amount = is_open[np.argsort(left[is_open], kind="stable")]
        self._amounts = left[self._by_amount]
        _, self._first_of = np.unique(items.debtor, return_index=True)
        self._n_open = np.bincount(items.debtor[is_open], minlength=len(self._first_of))

    def why(self, line: Line, is_return: bool) -> Draft:
        """A draft without parts that says why the line stays open."""
        if is_return:
            told = "came_back" if line.amount > 0 else "went_back"
            return unexplained(line, "return_unmatched", sentence(told, **about(line)))
        quoted = [(self._records.item(item), strength) for item, strength, _ in self._quoting.rows_of(line.at)]
        if quoted and (draft := self._quoted(line, quoted)):
            return draft
        return self._silent(line)

    def sister(self, line: Line) -> Sentence | None:
        """What a sister company's quoted documents say, if they fit this line better than anything here."""
        return self._sister(line, [self._records.item(at) for at in self._quoting.items_of(line.at)])

    def _quoted(self, line: Line, quoted: Sequence[tuple[Item, int]]) -> Draft | None:
        items = [item for item, _ in quoted]
        if sister := self._sister(line, items):
            return unexplained(line, "other_entity", sister)
        own = [item for item in items if item.entity == line.entity]
        alike = [item for item in own if item.currency == line.currency]
        still = [item for item in alike if self._left[item.at]]
        named = [item for item, strength in quoted if strength >= ORDERED and item.entity == line.entity]
        sure = [item for item in named if item.currency == line.currency]
        if again := self._paid_again(line, [*sure, *(item for item in named if item not in sure)]):
            return again
        if still:
            return self._still_open(line, still)
        if foreign := [item for item in own if item.currency != line.currency and self._left[item.at]]:
            what = sentence("quotes", **about(line), documents=self._with_left(foreign))
            return unexplained(line, "other_currency", what)
        sure = sure or named
        return self._paid_before(line, sure) if sure and (line.amount > 0) == (sure[0].amount > 0) else None

    def _still_open(self, line: Line, items: list[Item]) -> Draft:
        left = sum(int(self._left[item.at]) for item in items)
        if left * line.amount < 0:
            what = sentence("other_way", documents=numbers(items), left=(left, line.currency), amount=money(line))
        else:
            what = sentence("quotes_but_not_pays", **about(line), documents=self._with_left(items))
        return unexplained(line, "no_item", what)

    def _sister(self, line: Line, items: list[Item]) -> Sentence | None:
        theirs = [i for i in items if i.entity != line.entity and i.currency == line.currency and self._left[i.at]]
        equal = [item for item in theirs if self._left[item.at] == line.amount]
        here = [item for item in items if item.entity == line.entity]
        if not theirs or (here and not equal):
            return None
        meant = equal or theirs
        owners = [sentence("of_entity", entity=i.entity, customer=i.customer_name or None) for i in meant]
        return sentence("quotes", **about(line), documents=self._with_left(meant), owners=owners)

    def _with_left(self, items: list[Item]) -> list[Sentence]:
        return [sentence("open_with", document=i.document_no, left=(int(self._left[i.at]), i.currency)) for i in items]

    def _paid_before(self, line: Line, closed: list[Item]) -> Draft:
        return unexplained(line, "item_closed", sentence("nothing_open", **about(line), documents=numbers(closed)))

    def _paid_again(self, line: Line, items: list[Item]) -> Draft | None:
        """A payment of the same amount for the same document, before or in this run, surely or as proposed."""
        window = timedelta(days=self._policy.windows.duplicate)
        for item in items:
            for earlier, allocated in self._payments(item):
                if abs(line.on - earlier.on) <= window and _as_much(line, item, earlier, allocated):
                    before = {"on": earlier.on, "before": earlier.name or None}
                    name = "pays_again" if self._standing.is_sure(earlier) else "claimed_too"
                    what = sentence(name, **about(line), document=item.document_no, **before)
                    return unexplained(line, "possible_duplicate", what)
        return None

    def _payments(self, item: Item) -> list[tuple[Line, int]]:
        """Lines that paid a document, before or in this run, with what each paid."""
        posted = self._records.both.posted
        rows = [row for row in self._posted.of(item.at).tolist() if posted.line[row] >= 0 and posted.is_payment[row]]
        found = [(self._records.line(int(posted.line[row]), known=True), int(posted.allocated[row])) for row in rows]
        for line in self._standing.payers(item.at):
            parts = (p for p in self._standing.parts_of(line) if p.item is not None and p.item.at == item.at)
            found.append((line, sum(part.allocated for part in parts if part.kind == "payment")))
        return found

    def _silent(self, line: Line) -> Draft:
        provider = line.kind == "payout" or any(name in (line.name or "").casefold() for name in self._providers)
        if line.kind == "cash_deposit" or provider:
            reason = "payout_unknown" if provider else "no_item"
            return unexplained(line, reason, sentence("payout_none" if provider else "deposit_none", **about(line)))
        debtor, kind = self._payer(line)
        if debtor is not None and kind in (LEDGER, PROVEN):
            return self._known_account(line, debtor)
        if line.amount < 0:
            return unexplained(line, "no_rule", sentence("no_rule", amount=size(line), name=line.name or None))
        if debtor is not None and kind == SAME_NAME:
            what = {"amount": size(line), "name": line.name or None, **self._too_many(debtor)}
            return unexplained(line, "no_item", sentence("names_no_document", **what))
        return unexplained(line, "payer_unknown", sentence("payer_unknown", amount=size(line), name=line.name or None))

    def _payer(self, line: Line) -> tuple[int | None, int]:
        first = self._first[line.at]
        if first == self._first[line.at + 1]:
            return None, 0
        return int(self._links.debtor[first]), int(self._links.kind[first])

    def _known_account(self, line: Line, debtor: int) -> Draft:
        items = self._records.both.items
        of_amount = self._of_amount(line)
        equal = of_amount[items.debtor[of_amount] == debtor]
        one = self._records.item(int(self._first_of[debtor]))
        name = one.customer_name or line.name or one.customer_id or ""
        who = name if not one.customer_id or name == one.customer_id else f"{name} ({one.customer_id})"
        account, known = "account" if line.amount > 0 else "to_account", {"amount": size(line), "who": who}
        if len(equal) > 1:
            some = [self._records.item(at) for at in equal[:MOST_NAMED].tolist()]
            what = sentence(f"{account}_several_of_amount", **known, documents=numbers(some))
            return unexplained(line, "ambiguous", what)
        what = sentence(f"{account}_none_of_amount", **known, **self._too_many(debtor))
        return unexplained(line, "no_item" if line.amount > 0 else "no_rule", what)

    def _too_many(self, debtor: int) -> dict[str, int | None]:
        """What is told of a customer with more open documents than are weighed together."""
        n = int(self._n_open[debtor])
        return {"n": n, "most": MOST_ITEMS} if n > MOST_ITEMS else {"n": None, "most": None}

    def _of_amount(self, line: Line) -> NDArray[np.int64]:
        entity, currency = self._records.both.lines.entity[line.at], self._records.both.lines.currency[line.at]
        items, found = self._records.both.items, self._by_amount[span(self._amounts, line.amount)]
        alike = (items.entity[found] == entity) & (items.currency[found] == currency)
        return np.sort(found[alike])


def _as_much(line: Line, item: Item, earlier: Line, allocated: int) -> bool:
    """Whether a line brings what another brought, or what that paid of a document, in the currency of either."""
    told = abs(line.instructed or 0), line.instructed_currency
    brings = {(line.amount, line.currency), (told[0] if line.amount > 0 else -told[0], told[1])}
    return bool(brings & {(allocated, item.currency), (earlier.amount, earlier.currency)})
