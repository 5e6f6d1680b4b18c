"""Evidence of payers before it is put together: one row per (line, debtor, kind of evidence), by any of the means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns, Items, Lines
from recon_kit.matching.evidence.customer_numbers import MOST_QUOTED, quoted_customers
from recon_kit.matching.evidence.joins import distinct, heads, how_many, joined, packed
from recon_kit.tables import ITEM_KINDS, LINE_KINDS

GATHERING, SIMILAR_NAME, SAME_NAME, QUOTED, NUMBER, PROVEN, LEDGER = range(7)
"""Kinds of links, weakest first: documents gathered by kind; a name like the debtor's; the same name, or one that has paid
for it; owner of a quoted document; customer number in the text; account proven by settled payments; account by the ledger."""
SILENT = 7
"""Bit in `Links.kinds` of a link learned from equal amounts without references (its kind is SAME_NAME)."""
MOST_SHARING = 32
"""An account or name that more debtors share links none of them by itself."""
SURE_QUOTE = 5
"""From this strength on a quote is of a full number."""
MISSING = np.float32(-1)
"""Likeness where a name is missing."""

_FEW_OWNERS = 4


@dataclass(frozen=True)
class Rows:
    """Evidence before it is put together, one row per (line, debtor, kind) or more."""

    line: NDArray[np.int64]
    debtor: NDArray[np.int64]
    kind: NDArray[np.int64]
    shares: NDArray[np.int64]
    proof: NDArray[np.int64]
    likeness: NDArray[np.float32]
    quoted: NDArray[np.int64]


def rows_of(
    line: NDArray[np.int64] | Code, debtor: NDArray[np.int64] | Code, kind: int, shares: object, **more: object
) -> Rows:
    """Rows of one kind; shares, and in `more` proof, likeness and quoted, each one value or one per row."""
    n = len(line)

    def column(value: object) -> NDArray[np.int64]:
        return np.broadcast_to(np.asarray(value), (n,)).astype(np.int64)

    like = np.broadcast_to(np.asarray(more.get("likeness", MISSING)), (n,)).astype(np.float32)
    proof_of, quoted = column(more.get("proof", 0)), column(more.get("quoted", 0))
    return Rows(column(line), column(debtor), column(kind), column(shares), proof_of, like, quoted)


def together(parts: list[Rows]) -> Rows:
    """All rows, one part behind the other."""
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__dataclass_fields__))


def taken(rows: Rows, at: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
    """Some of the rows."""
    return Rows(*(getattr(rows, name)[at] for name in Rows.__dataclass_fields__))


def known_pairs(key: Code, debtor: Code) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each different key >= 0 with each of its debtors."""
    some = key >= 0
    found = distinct(key[some], debtor[some])
    return found[0], found[1]


def within(entity: NDArray[np.int64] | Code, key: NDArray[np.int64] | Code, width: int) -> NDArray[np.int64]:
    """Entity and key as one number; -1 where the key is missing."""
    return np.where(key < 0, -1, entity.astype(np.int64) * width + key)


def by_account(lines: Lines, accounts: tuple[NDArray[np.int64], NDArray[np.int64]], entity_of: Code) -> Rows:
    """Debtors to whom the ledger writes the payer's account."""
    width = max(int(lines.payer.max(initial=0)), int(accounts[0].max(initial=0))) + 1
    key = within(entity_of[accounts[1]], accounts[0], width)
    order = np.argsort(key, kind="stable")
    key, debtor = key[order], accounts[1][order]
    shares = how_many(key)
    few = shares <= MOST_SHARING
    line, at = joined(within(lines.entity, lines.payer, width), key[few])
    return rows_of(line, debtor[few][at], LEDGER, shares[few][at])


def by_number(both: Columns) -> Rows:
    """Debtors whose customer number stands in the text."""
    lines, items = both.lines, both.items
    line, customer = quoted_customers(
        [lines.texts, lines.reference, lines.e2e], both.names.customers, [items.document, items.reference, items.order]
    )
    known = (items.customer >= 0) & ~items.hub
    entity, code, debtor = distinct(items.entity[known], items.customer[known], items.debtor[known])
    width = len(both.names.customers) + 1
    at, right = joined(within(lines.entity[line], customer, width), within(entity, code, width))
    line = line[at]
    shares = how_many(line)
    few = shares <= MOST_QUOTED
    return rows_of(line[few], debtor[right][few], NUMBER, shares[few])


def by_kind(lines: Lines, items: Items) -> Rows:
    """Payouts and cash deposits go to what is gathered of their kind."""
    entity, kind, debtor = distinct(items.entity[items.hub], items.kind[items.hub], items.debtor[items.hub])
    width = len(ITEM_KINDS)
    wanted = np.full(len(LINE_KINDS) + 1, -1)
    for word in ("payout", "cash_deposit"):
        wanted[LINE_KINDS.index(word)] = ITEM_KINDS.index(word)
    line, at = joined(within(lines.entity, wanted[lines.kind], width), within(entity, kind, width))
    return rows_of(line, debtor[at], GATHERING, 1)


def by_quote(both: Columns, line: Code, item: Code, strength: NDArray[np.int8]) -> Rows:
    """Owners of quoted documents: of full numbers each, of weaker quotes only where they name few debtors."""
    ours = both.lines.entity[line] == both.items.entity[item]
    line, debtor, strength = line[ours], both.items.debtor[item[ours]], strength[ours]
    key = packed(line, debtor)
    order = np.lexsort((-strength.astype(np.int64), key))
    start = heads(key[order])
    first = order[start]
    line, debtor, best = line[first], debtor[first], strength[first]
    owners = how_many(line)
    kept = (best >= SURE_QUOTE) | (owners <= _FEW_OWNERS)
    return rows_of(line[kept], debtor[kept], QUOTED, owners[kept], quoted=best[kept])


def unexplained(lines: Lines, items: Items, linked: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Rows:
    """Wanted lines that nothing links could be of any gathering of their entity: banks seldom say that it is a payout."""
    entity, debtor = distinct(items.entity[items.hub], items.debtor[items.hub])
    free = wanted.copy()
    free[linked] = False
    line = np.flatnonzero(free)
    at, which = joined(lines.entity[line].astype(np.int64), entity)
    return rows_of(line[at], debtor[which], GATHERING, 1)
