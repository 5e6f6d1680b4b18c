"""Which debtors a bank line could come from, by every kind of evidence apart and together.

`known_payers` reads once what does not change within a run (ledger accounts, names, customer numbers); `links` adds what
quotes and settled payments say and may be called again after each pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns, Items, Lines
from recon_kit.matching.evidence.customer_numbers import MOST_QUOTED, quoted_customers
from recon_kit.matching.evidence.folding import Folded, folded
from recon_kit.matching.evidence.joins import distinct, heads, how_many, joined, packed, steps
from recon_kit.matching.evidence.names import graded, likeness, similar
from recon_kit.matching.evidence.proofs import Settled, proof, settled
from recon_kit.tables import ITEM_KINDS, LINE_KINDS

GATHERING, SIMILAR_NAME, SAME_NAME, QUOTED, NUMBER, PROVEN, LEDGER = range(7)
"""Kinds of links, weakest first: documents gathered by kind; a name like the debtor's; the same name, or one that has paid
for it; owner of a quoted document; customer number in the text; account proven by settled payments; account by the ledger."""
SILENT = 7
"""Bit in `Links.kinds` of a link learned from equal amounts without references (its kind is SAME_NAME)."""
MOST_LINKS = 8
"""How many debtors a line is linked with at most."""

_MOST_SHARING = 32
_MOST_BY_NAME = 12
_SURE_QUOTE = 5
_FEW_OWNERS = 4
_MISSING = np.float32(-1)
_GRADE, _NEAR = 0.025, 0.09


@dataclass(frozen=True)
class Links:
    """One row per (line, debtor), by line, strongest first; at most MOST_LINKS a line.

    Args:
        kind: the strongest kind; kinds: a bit for every kind that says so (1 << kind, and 1 << SILENT).
        proof: settled payments of this payer (by account, else by name) for this debtor, the line itself never among them.
        likeness: of the payer's name and the debtor's, 0..1; -1 where one has none.
        shares: debtors that the key of the strongest kind fits alike (name, account, number; debtors quoted in the text).
        account: 1 the payer's account is one of the debtor's, -1 only others are known, 0 nothing is known.
        quoted: strength of the strongest quote of a document of this debtor; 0 none.
        dropped: for each line whether links were left out.
    """

    line: Code
    debtor: Code
    kind: NDArray[np.int8]
    kinds: NDArray[np.uint8]
    proof: NDArray[np.int32]
    likeness: NDArray[np.float32]
    shares: NDArray[np.int32]
    account: NDArray[np.int8]
    quoted: NDArray[np.int8]
    dropped: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.line)


@dataclass(frozen=True)
class Pairs:
    """Sure or learned pairs of positions."""

    line: Code
    item: Code


@dataclass(frozen=True)
class _Rows:
    """Evidence before it is put together, one row per (line, debtor, kind) or more."""

    line: NDArray[np.int64]
    debtor: NDArray[np.int64]
    kind: NDArray[np.int64]
    shares: NDArray[np.int64]
    proof: NDArray[np.int64]
    likeness: NDArray[np.float32]
    quoted: NDArray[np.int64]


@dataclass(frozen=True)
class KnownPayers:
    """What a run knows of payers before any match; made by `known_payers`."""

    both: Columns
    names: Folded
    name_key: NDArray[np.int64]
    debtor_name: Code
    entity_of: Code
    rows: _Rows
    accounts: tuple[NDArray[np.int64], NDArray[np.int64]]


def known_payers(both: Columns) -> KnownPayers:
    """Links by the ledger's accounts, by names and by customers' numbers."""
    lines, items = both.lines, both.items
    names = folded(both.names.names)
    _, key = np.unique(names.key, return_inverse=True)
    name_key = np.where(names.key == 0, -1, key).astype(np.int64)
    size = int(items.debtor.max(initial=-1)) + 1
    entity_of, debtor_name = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    entity_of[items.debtor] = items.entity
    debtor_name[items.debtor[::-1]] = items.name[::-1]
    accounts = _different(items.account, items.debtor)
    rows = _together([
        _by_account(lines, accounts, entity_of), _by_name(lines, items, names, name_key, entity_of),
        _by_number(both), _by_kind(lines, items),
    ])  # fmt: skip
    return KnownPayers(both, names, name_key, debtor_name, entity_of, rows, accounts)


def links(
    known: KnownPayers,
    quotes: tuple[Code, Code, NDArray[np.int8]],
    sure: Pairs | None = None,
    learned: tuple[Code, Code, NDArray[np.int32]] | None = None,
) -> Links:
    """Every line's debtors, strongest first.

    Args:
        quotes: line, item and strength of each quote.
        sure: settled pairs of this run; together with what was posted they prove accounts and names.
        learned: line, debtor and proof count of silent payer links.
    """
    both = known.both
    none = np.zeros(0, np.int32)
    pairs = sure or Pairs(none, none)
    paid = settled(both.lines, both.items, both.known, both.posted, pairs.line, pairs.item)
    rows = [known.rows, _by_quote(both, *quotes), *_by_proof(known, paid)]
    if learned is not None:
        rows.append(_rows(learned[0], learned[1], SILENT, 1, proof=learned[2]))
    return _finished(known, _without_namesakes(known, _merged(_together(rows))), paid)


def _rows(line: NDArray[np.int64] | Code, debtor: NDArray[np.int64] | Code, kind: int, shares: object, **more: object) -> _Rows:
    n = len(line)

    def column(value: object) -> NDArray[np.int64]:
        return np.broadcast_to(np.asarray(value), (n,)).astype(np.int64)

    like = np.broadcast_to(np.asarray(more.get("likeness", _MISSING)), (n,)).astype(np.float32)
    proof_of, quoted = column(more.get("proof", 0)), column(more.get("quoted", 0))
    return _Rows(column(line), column(debtor), column(kind), column(shares), proof_of, like, quoted)


def _together(parts: list[_Rows]) -> _Rows:
    return _Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Rows.__dataclass_fields__))


def _different(key: Code, debtor: Code) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    some = key >= 0
    found = distinct(key[some], debtor[some])
    return found[0], found[1]


def _at(entity: NDArray[np.int64] | Code, key: NDArray[np.int64] | Code, width: int) -> NDArray[np.int64]:
    """Entity and key as one number; -1 where the key is missing."""
    return np.where(key < 0, -1, entity.astype(np.int64) * width + key)


def _by_account(lines: Lines, accounts: tuple[NDArray[np.int64], NDArray[np.int64]], entity_of: Code) -> _Rows:
    width = max(int(lines.payer.max(initial=0)), int(accounts[0].max(initial=0))) + 1
    key = _at(entity_of[accounts[1]], accounts[0], width)
    order = np.argsort(key, kind="stable")
    key, debtor = key[order], accounts[1][order]
    shares = how_many(key)
    few = shares <= _MOST_SHARING
    line, at = joined(_at(lines.entity, lines.payer, width), key[few])
    return _rows(line, debtor[few][at], LEDGER, shares[few][at])


def _by_name(lines: Lines, items: Items, names: Folded, name_key: NDArray[np.int64], entity_of: Code) -> _Rows:
    """The same words in any order; where no debtor of the entity has them, the most similar names."""
    width = len(name_key) + 1
    name, debtor = _different(items.name, items.debtor)
    key = _at(entity_of[debtor], name_key[name], width)
    party, line_party = np.unique(_at(lines.entity, lines.name, width), return_inverse=True)
    entity, code = np.divmod(np.maximum(party, 0), width)
    wanted = np.where(party < 0, -1, _at(entity, name_key[code], width))
    order = np.argsort(key, kind="stable")
    shares = np.empty(len(key), np.int64)
    shares[order] = how_many(key[order])
    few = (shares <= _MOST_SHARING) & (key >= 0)
    at, right = joined(wanted, key[few])
    like = graded(names, code[at], names, name[few][right])
    same = _best_of(at, debtor[few][right], like, _GRADE)
    many = _among_many(
        lines, items, np.where(np.isin(wanted, key[shares > _MOST_SHARING]), wanted, -1)[line_party], name_key, width
    )
    unmatched = np.flatnonzero((party >= 0) & (wanted >= 0) & ~np.isin(wanted, key))
    similar_ones = _best_of(*_similar(entity, code, unmatched, name, debtor, names, entity_of), _NEAR)
    rows = [many]
    for kind, (part, found, alike, count) in ((SAME_NAME, same), (SIMILAR_NAME, similar_ones)):
        line, which = joined(line_party, part)
        rows.append(_rows(line, found[which], kind, count[which], likeness=alike[which]))
    return _together(rows)


def _among_many(lines: Lines, items: Items, wanted: NDArray[np.int64], name_key: NDArray[np.int64], width: int) -> _Rows:
    """Of a name that very many debtors have, those that owe exactly the line's amount."""
    line = np.flatnonzero(wanted >= 0)
    names, amounts = np.unique(wanted[line]), np.unique(lines.amount[line])
    owned = _at(items.entity, np.where(items.name < 0, -1, name_key[items.name]), width)
    item = np.flatnonzero((items.open != 0) & np.isin(owned, names) & np.isin(items.open, amounts))
    wide = int(max(items.currency.max(initial=0), lines.currency.max(initial=0))) + 2

    def key(who: NDArray[np.int64], currency: Code, amount: NDArray[np.int64]) -> NDArray[np.int64]:
        return (np.searchsorted(names, who) * wide + currency + 1) * (len(amounts) + 1) + np.searchsorted(amounts, amount)

    theirs, debtor = distinct(key(owned[item], items.currency[item], items.open[item]), items.debtor[item])
    few = how_many(theirs) <= _MOST_SHARING
    at, right = joined(key(wanted[line], lines.currency[line], lines.amount[line]), theirs[few])
    return _rows(line[at], debtor[few][right], SAME_NAME, _MOST_SHARING + 1)


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
    payers, debtors = np.unique(code[unmatched]), np.unique(name)
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


def _by_number(both: Columns) -> _Rows:
    lines, items = both.lines, both.items
    line, customer = quoted_customers(
        [lines.texts, lines.reference, lines.e2e], both.names.customers, [items.document, items.reference, items.order]
    )
    known = (items.customer >= 0) & ~items.hub
    entity, code, debtor = distinct(items.entity[known], items.customer[known], items.debtor[known])
    width = len(both.names.customers) + 1
    at, right = joined(_at(lines.entity[line], customer, width), _at(entity, code, width))
    line = line[at]
    shares = how_many(line)
    few = shares <= MOST_QUOTED
    return _rows(line[few], debtor[right][few], NUMBER, shares[few])


def _by_kind(lines: Lines, items: Items) -> _Rows:
    """Payouts and cash deposits go to what is gathered of their kind."""
    entity, kind, debtor = distinct(items.entity[items.hub], items.kind[items.hub], items.debtor[items.hub])
    width = len(ITEM_KINDS)
    wanted = np.full(len(LINE_KINDS) + 1, -1)
    for word in ("payout", "cash_deposit"):
        wanted[LINE_KINDS.index(word)] = ITEM_KINDS.index(word)
    line, at = joined(_at(lines.entity, wanted[lines.kind], width), _at(entity, kind, width))
    return _rows(line, debtor[at], GATHERING, 1)


def _by_quote(both: Columns, line: Code, item: Code, strength: NDArray[np.int8]) -> _Rows:
    """Owners of quoted documents: of full numbers each, of weaker quotes only where they name few debtors."""
    ours = both.lines.entity[line] == both.items.entity[item]
    line, debtor, strength = line[ours], both.items.debtor[item[ours]], strength[ours]
    key = packed(line, debtor)
    order = np.lexsort((-strength.astype(np.int64), key))
    start = heads(key[order])
    first = order[start]
    line, debtor, best = line[first], debtor[first], strength[first]
    owners = how_many(line)
    kept = (best >= _SURE_QUOTE) | (owners <= _FEW_OWNERS)
    return _rows(line[kept], debtor[kept], QUOTED, owners[kept], quoted=best[kept])


def _by_proof(known: KnownPayers, paid: Settled) -> list[_Rows]:
    """Accounts and names that have paid for a debtor, a line's own payment not counted."""
    lines = known.both.lines
    rows = []
    own_name = np.where(paid.name < 0, -1, known.name_key[paid.name])
    line_name = np.where(lines.name < 0, -1, known.name_key[lines.name])
    by_account, by_name = (PROVEN, paid.payer, lines.payer, _MOST_SHARING), (SAME_NAME, own_name, line_name, _MOST_BY_NAME)
    for kind, theirs, ours, most in (by_account, by_name):
        found = proof(paid.entity, theirs.astype(np.int64), paid.debtor)
        width = max(int(theirs.max(initial=0)), int(ours.max(initial=0))) + 1
        few = found.debtors <= most
        key = _at(found.entity, found.key, width)[few]
        line, at = joined(_at(lines.entity, ours, width), key)
        debtor = found.debtor[few][at]
        count = found.payments[few][at] - _is_own(line, debtor, paid)
        some = count > 0
        rows.append(_rows(line[some], debtor[some], kind, found.debtors[few][at][some], proof=count[some]))
    return rows


def _is_own(line: NDArray[np.int64], debtor: NDArray[np.int64], paid: Settled) -> NDArray[np.bool_]:
    """Whether a settled payment is this very line's for this debtor."""
    ours = paid.line >= 0
    width = max(int(debtor.max(initial=0)), int(paid.debtor.max(initial=0))) + 1
    found: NDArray[np.bool_] = np.isin(line * width + debtor, paid.line[ours].astype(np.int64) * width + paid.debtor[ours])
    return found


def _merged(rows: _Rows) -> _Rows:
    """One row per (line, debtor); `kind` becomes the mask of all kinds, `shares` that of the strongest."""
    key = packed(rows.line, rows.debtor)
    order = np.argsort(key, kind="stable")
    start = heads(key[order])
    if not len(start):
        return rows

    def best(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.maximum.reduceat(values[order], start)

    rank = np.where(rows.kind == SILENT, SAME_NAME, rows.kind)
    most = 1 << 20
    shares = most - 1 - best(rank * most + (most - 1 - np.minimum(rows.shares, most - 1))) % most
    kinds = np.bitwise_or.reduceat((1 << rows.kind)[order], start)
    first = order[start]
    like = np.maximum.reduceat(rows.likeness[order], start)
    return _Rows(rows.line[first], rows.debtor[first], kinds, shares, best(rows.proof), like, best(rows.quoted))


def _without_namesakes(known: KnownPayers, rows: _Rows) -> _Rows:
    """Without debtors who only have the payer's name, where a better sign tells which of that name it is."""
    by_name = 1 << SAME_NAME | 1 << SIMILAR_NAME
    told = (rows.kind & by_name > 0) & (
        (rows.kind & (1 << LEDGER | 1 << PROVEN | 1 << NUMBER) > 0) | (rows.quoted >= _SURE_QUOTE)
    )
    name, theirs = known.both.lines.name[rows.line], known.debtor_name[rows.debtor]
    namesake = (name >= 0) & (theirs >= 0)
    namesake[namesake] = known.name_key[name[namesake]] == known.name_key[theirs[namesake]]
    only = (rows.kind & ~by_name == 0) & ((rows.proof == 0) | namesake)
    explained = np.zeros(int(rows.line.max(initial=0)) + 1, np.bool_)
    explained[rows.line[told]] = True
    return _taken(rows, ~(only & explained[rows.line]))


def _taken(rows: _Rows, at: NDArray[np.bool_] | NDArray[np.int64]) -> _Rows:
    return _Rows(*(getattr(rows, name)[at] for name in _Rows.__dataclass_fields__))


def _finished(known: KnownPayers, rows: _Rows, paid: Settled) -> Links:
    lines = known.both.lines
    silent = (rows.kind >> SILENT) & 1
    strongest = np.log2(np.maximum((rows.kind & (2**SILENT - 1)) | silent << SAME_NAME, 1)).astype(np.int64)
    fits = _fits_amount(known, rows)
    near = rows.kind & (1 << QUOTED | 1 << NUMBER | 1 << LEDGER) > 0
    rank = ((strongest * 2 + near) * 2 + fits) * 256 + np.minimum(rows.proof, 255)
    rank = rank * 1001 + np.maximum(rows.likeness * 1000, 0).astype(np.int64)
    rank = rank * 1024 + (1023 - np.minimum(rows.shares, 1023))
    order = np.lexsort((rows.debtor, -rank, rows.line))
    line = rows.line[order]
    place = steps(np.diff(np.append(heads(line), len(line))))
    dropped = np.zeros(len(lines), np.bool_)
    dropped[line[place >= MOST_LINKS]] = True
    order = order[place < MOST_LINKS]
    kept = _taken(rows, order)
    return Links(
        kept.line.astype(np.int32), kept.debtor.astype(np.int32), strongest[order].astype(np.int8), kept.kind.astype(np.uint8),
        kept.proof.astype(np.int32), _names_alike(known, kept), kept.shares.astype(np.int32), _account(known, kept, paid),
        kept.quoted.astype(np.int8), dropped,
    )  # fmt: skip


def _fits_amount(known: KnownPayers, rows: _Rows) -> NDArray[np.bool_]:
    """Whether the debtor has an open document of exactly the line's amount, asked only where links are to be dropped."""
    lines, items = known.both.lines, known.both.items
    found = np.zeros(len(rows.line), np.bool_)
    count = np.bincount(rows.line, minlength=len(lines))
    asked = np.flatnonzero(count[rows.line] > MOST_LINKS)
    if not len(asked):
        return found
    amounts = np.unique(lines.amount[rows.line[asked]])
    few = np.flatnonzero(np.isin(items.open, amounts) & (items.open != 0))
    width, wide = len(amounts), len(known.both.names.currencies) + 1
    have = (items.debtor[few].astype(np.int64) * wide + items.currency[few] + 1) * width
    have = have + np.searchsorted(amounts, items.open[few])
    line = rows.line[asked]
    want = (rows.debtor[asked] * wide + lines.currency[line] + 1) * width + np.searchsorted(amounts, lines.amount[line])
    found[asked] = np.isin(want, have)
    return found


def _names_alike(known: KnownPayers, rows: _Rows) -> NDArray[np.float32]:
    """Likeness of payer's and debtor's name where no link by name told it."""
    theirs, ours = known.debtor_name[rows.debtor], known.both.lines.name[rows.line]
    found = rows.likeness.copy()
    asked = np.flatnonzero((theirs >= 0) & (ours >= 0) & (found < 0))
    asked = asked[(known.name_key[theirs[asked]] >= 0) & (known.name_key[ours[asked]] >= 0)]
    found[asked] = likeness(known.names, ours[asked].astype(np.int64), known.names, theirs[asked].astype(np.int64))
    return found


def _account(known: KnownPayers, rows: _Rows, paid: Settled) -> NDArray[np.int8]:
    """Whether the payer's account is one the ledger or other settled payments know of this debtor."""
    payer = known.both.lines.payer[rows.line]
    agrees = (rows.kind & (1 << LEDGER | 1 << PROVEN)) > 0
    size = len(known.entity_of)
    of_ledger = np.bincount(known.accounts[1], minlength=size)
    by_payment = np.bincount(paid.debtor[paid.payer >= 0], minlength=size)
    others = of_ledger[rows.debtor] + by_payment[rows.debtor] - _is_own(rows.line, rows.debtor, paid)
    return np.where(payer < 0, 0, np.where(agrees, 1, np.where(others > 0, -1, 0))).astype(np.int8)
