"""Payers learned without a single reference: one payer and one debtor that agree on several different exact amounts.

An amount that k documents share counts 1/k for each. A payer belongs to the debtor that holds more than half of the weight
of all the payer's amounts and agrees on at least two different ones.

Source: the field's measurement: such links are right in .996-.999 of cases, .975 where references are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Whole
from recon_kit.matching.evidence.joins import among, different, heads, how_many, joined, packed

LEAST_AMOUNTS = 2
"""Different amounts on which a payer and a debtor must agree."""
MOST_EQUAL = 40
"""An amount that more open documents share says nothing."""

_HALF = 0.5
_AHEAD = 10


@dataclass(frozen=True)
class SilentLinks:
    """Learned payers.

    Args:
        line, debtor: one row per line of a learned payer, sorted; all lines without references of that payer.
        amounts: different amounts that agree. others: without the one that only this very line brings.
        weight: the debtor's part of the weight of all the payer's amounts, 0..1.
        proof_line, proof_item: the pairs of equal amount that the links rest on, sorted.
    """

    line: Code
    debtor: Code
    amounts: NDArray[np.int32]
    others: NDArray[np.int32]
    weight: NDArray[np.float32]
    proof_line: Code
    proof_item: Code


def silent_links(lines: Lines, items: Items, left: Whole, todo: NDArray[np.bool_], name_key: NDArray[np.int64]) -> SilentLinks:
    """Debtors of payers whose lines quote nothing.

    Args:
        left: what is open of each item now. todo: which lines are without references and not yet explained.
        name_key: for each name code what is equal for equal words, -1 for none (`KnownPayers.name_key`); it stands for a
            payer whose account the bank does not tell.
    """
    payer = _payers(lines, todo, name_key)
    line = np.flatnonzero(payer >= 0)
    found, item = _equal_amounts(lines, items, left, line)
    at, who = line[found], payer[line[found]]
    debtor = items.debtor[item].astype(np.int64)
    _, amount = np.unique(lines.amount[at], return_inverse=True)
    agreeing = _agreements(who, amount, debtor, item)
    learned_payer, learned_debtor, amounts, weight = _learned(*agreeing)
    mine, which = joined(payer[line], learned_payer)
    proved = among(_key(who, debtor), _key(learned_payer, learned_debtor))
    own = _only_here(who[proved], amount[proved], at[proved])
    others = amounts[which] - among(line[mine], own)
    order = np.lexsort((item[proved], at[proved]))
    return SilentLinks(
        line[mine].astype(np.int32), learned_debtor[which].astype(np.int32), amounts[which].astype(np.int32),
        others.astype(np.int32), weight[which].astype(np.float32), at[proved][order].astype(np.int32),
        item[proved][order].astype(np.int32),
    )  # fmt: skip


def _key(who: NDArray[np.int64], debtor: NDArray[np.int64]) -> NDArray[np.int64]:
    return who * (1 << 31) + debtor


def _payers(lines: Lines, todo: NDArray[np.bool_], name_key: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number per (entity, account) or, without account, (entity, name); -1 where neither is known."""
    name = name_key[lines.name]
    width = int(max(lines.payer.max(initial=0), name.max(initial=0))) + 1
    who = np.where(lines.payer >= 0, lines.payer, np.where(name >= 0, width + name, -1))
    return np.where((who < 0) | ~todo, -1, lines.entity.astype(np.int64) * (2 * width) + who)


def _equal_amounts(
    lines: Lines, items: Items, left: Whole, line: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions in `line` and items of equal entity, currency and amount, where few documents share it."""
    amounts = different(lines.amount[line])
    some = np.flatnonzero((left != 0) & among(left, amounts) & ~items.hub)
    key = packed(items.entity[some], items.currency[some] + 1, np.searchsorted(amounts, left[some]))
    order = np.argsort(key, kind="stable")
    few = how_many(key[order]) <= MOST_EQUAL
    some = some[order][few]
    sizes = (max(int(x.max(initial=0)), 0) + 2 for x in (items.currency, lines.currency))
    width = max(sizes)

    def whole(entity: Code, currency: Code, amount: Whole) -> NDArray[np.int64]:
        return (entity.astype(np.int64) * width + currency + 1) * len(amounts) + np.searchsorted(amounts, amount)

    left_key = whole(lines.entity[line], lines.currency[line], lines.amount[line])
    at, which = joined(left_key, whole(items.entity[some], items.currency[some], left[some]))
    item = some[which]
    early = items.issued[item] <= lines.paid_on[line[at]] + _AHEAD
    return at[early], item[early]


def _agreements(
    who: NDArray[np.int64], amount: NDArray[np.int64], debtor: NDArray[np.int64], item: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    """Each payer's amount with each debtor: payer, amount, debtor, how many of the amount's documents are the debtor's."""
    rows = np.lexsort((item, debtor, amount, who))
    who, amount, debtor, item = who[rows], amount[rows], debtor[rows], item[rows]
    fresh = np.ones(len(who), np.bool_)
    fresh[1:] = (np.diff(who) != 0) | (np.diff(amount) != 0) | (np.diff(debtor) != 0) | (np.diff(item) != 0)
    who, amount, debtor = who[fresh], amount[fresh], debtor[fresh]
    new = np.ones(len(who), np.bool_)
    new[1:] = (np.diff(who) != 0) | (np.diff(amount) != 0) | (np.diff(debtor) != 0)
    start = np.flatnonzero(new)
    return who[start], amount[start], debtor[start], np.diff(np.append(start, len(who)))


def _learned(
    who: NDArray[np.int64], amount: NDArray[np.int64], debtor: NDArray[np.int64], count: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Payer, debtor, different amounts, part of the weight."""
    if not len(who):
        none = np.zeros(0, np.int64)
        return none, none, none, np.zeros(0)
    new = np.ones(len(who), np.bool_)
    new[1:] = (np.diff(who) != 0) | (np.diff(amount) != 0)
    start = np.flatnonzero(new)
    weight = count / np.repeat(np.add.reduceat(count, start), np.diff(np.append(start, len(who))))
    of_payer = heads(who)
    total = np.repeat(np.add.reduceat(weight, of_payer), np.diff(np.append(of_payer, len(who))))
    order = np.lexsort((amount, debtor, who))
    who, debtor, weight, total = who[order], debtor[order], weight[order], total[order]
    start = heads(_key(who, debtor))
    amounts = np.diff(np.append(start, len(who)))
    part = np.add.reduceat(weight, start) / np.maximum(total[start], 1e-9)
    kept = (amounts >= LEAST_AMOUNTS) & (part > _HALF + 1e-9)
    return who[start][kept], debtor[start][kept], amounts[kept], part[kept]


def _only_here(who: NDArray[np.int64], amount: NDArray[np.int64], line: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lines that alone bring their amount to their payer's proof."""
    once = np.lexsort((line, amount, who))
    who, amount, line = who[once], amount[once], line[once]
    new = np.ones(len(who), np.bool_)
    new[1:] = (np.diff(who) != 0) | (np.diff(amount) != 0) | (np.diff(line) != 0)
    who, amount, line = who[new], amount[new], line[new]
    first = np.ones(len(who), np.bool_)
    first[1:] = (np.diff(who) != 0) | (np.diff(amount) != 0)
    start = np.flatnonzero(first)
    size = np.diff(np.append(start, len(who)))
    return np.asarray(line[np.repeat(size, size) == 1])
