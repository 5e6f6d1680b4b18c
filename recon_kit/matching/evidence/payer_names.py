"""Links by names: the same words, the most similar ones, and of very common names those that owe the amount."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines
from recon_kit.matching.evidence.folding import Folded
from recon_kit.matching.evidence.joins import among, different, distinct, heads, how_many, joined, packed, steps
from recon_kit.matching.evidence.names import graded, similar
from recon_kit.matching.evidence.payer_rows import (
    MOST_SHARING,
    SAME_NAME,
    SIMILAR_NAME,
    Rows,
    known_pairs,
    rows_of,
    together,
    within,
)

_GRADE, _NEAR = 0.025, 0.09


def by_name(lines: Lines, items: Items, names: Folded, name_key: NDArray[np.int64], entity_of: Code) -> Rows:
    """The same words in any order; where no debtor of the entity has them, the most similar names."""
    width = len(name_key) + 1
    name, debtor = known_pairs(items.name, items.debtor)
    key = within(entity_of[debtor], name_key[name], width)
    party, line_party = np.unique(within(lines.entity, lines.name, width), return_inverse=True)
    entity, code = np.divmod(np.maximum(party, 0), width)
    wanted = np.where(party < 0, -1, within(entity, name_key[code], width))
    order = np.argsort(key, kind="stable")
    shares = np.empty(len(key), np.int64)
    shares[order] = how_many(key[order])
    few = (shares <= MOST_SHARING) & (key >= 0)
    at, right = joined(wanted, key[few])
    like = graded(names, code[at], names, name[few][right])
    same = _best_of(at, debtor[few][right], like, _GRADE)
    many = _among_many(
        lines, items, np.where(among(wanted, key[shares > MOST_SHARING]), wanted, -1)[line_party], name_key, width
    )
    unmatched = np.flatnonzero((party >= 0) & (wanted >= 0) & ~among(wanted, key))
    similar_ones = _best_of(*_similar(entity, code, unmatched, name, debtor, names, entity_of), _NEAR)
    rows = [many]
    for kind, (part, found, alike, count) in ((SAME_NAME, same), (SIMILAR_NAME, similar_ones)):
        line, which = joined(line_party, part)
        rows.append(rows_of(line, found[which], kind, count[which], likeness=alike[which]))
    return together(rows)


def _among_many(lines: Lines, items: Items, wanted: NDArray[np.int64], name_key: NDArray[np.int64], width: int) -> Rows:
    """Of a name that very many debtors have, those that owe exactly the line's amount."""
    line = np.flatnonzero(wanted >= 0)
    names, amounts = different(wanted[line]), different(lines.amount[line])
    owned = within(items.entity, name_key[items.name], width)
    item = np.flatnonzero((items.open != 0) & among(owned, names) & among(items.open, amounts))
    wide = int(max(items.currency.max(initial=0), lines.currency.max(initial=0))) + 2

    def key(who: NDArray[np.int64], currency: Code, amount: NDArray[np.int64]) -> NDArray[np.int64]:
        return (np.searchsorted(names, who) * wide + currency + 1) * (len(amounts) + 1) + np.searchsorted(amounts, amount)

    theirs, debtor = distinct(key(owned[item], items.currency[item], items.open[item]), items.debtor[item])
    few = how_many(theirs) <= MOST_SHARING
    at, right = joined(key(wanted[line], lines.currency[line], lines.amount[line]), theirs[few])
    return rows_of(line[at], debtor[few][right], SAME_NAME, MOST_SHARING + 1)


def _best_of(
    party: NDArray[np.int64], debtor: NDArray[np.int64], like: NDArray[np.float32], within: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Each party's debtors nearly as alike as its best one: party, debtor, likeness, how many they are."""
    order = np.lexsort((-like, debtor, party))
    first = order[heads(packed(party, debtor)[order])] if len(order) else order
    party, debtor, like = party[first], debtor[first], like[first]
    start = heads(party)
    best = np.repeat(np.maximum.reduceat(like, start), np.diff(np.append(start, len(party)))) if len(start) else like
    kept = like >= best - np.float32(within)
    return party[kept], debtor[kept], like[kept], how_many(party[kept])


def _similar(
    entity: NDArray[np.int64], code: NDArray[np.int64], unmatched: NDArray[np.int64], name: NDArray[np.int64],
    debtor: NDArray[np.int64], names: Folded, entity_of: Code,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
    """Party, debtor, likeness."""
    payers, debtors = different(code[unmatched]), different(name)
    found = similar(_some(names, payers), _some(names, debtors))
    payer, other = payers[found.payer], debtors[found.debtor]
    at, hit = joined(code[unmatched], payer)
    row, who = joined(other[hit], name)
    party, owner, like = unmatched[at[row]], debtor[who], found.likeness[hit[row]]
    ours = entity_of[owner] == entity[party]
    return party[ours], owner[ours], like[ours]


def _some(names: Folded, at: NDArray[np.int64]) -> Folded:
    """Some of the names."""
    length = names.place[at + 1] - names.place[at]
    place = np.concatenate(([0], np.cumsum(length)))
    text = names.text[np.repeat(names.place[at], length) + steps(length)]
    return Folded(
        names.key[at], names.ordered[at], names.form[at], names.words[at], names.lead[at], names.n_words[at], text, place
    )
