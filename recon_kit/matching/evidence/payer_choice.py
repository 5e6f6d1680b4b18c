"""All evidence of a line put together: one row per debtor, the strongest first, namesakes left out where another sign tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns
from recon_kit.matching.evidence.beginnings import Called, agreeing
from recon_kit.matching.evidence.folding import Folded
from recon_kit.matching.evidence.joins import among, different, heads, joined, packed, steps
from recon_kit.matching.evidence.names import likeness
from recon_kit.matching.evidence.payer_rows import (
    LEDGER,
    MOST_SHARING,
    NUMBER,
    PROVEN,
    QUOTED,
    SAME_NAME,
    SILENT,
    SIMILAR_NAME,
    SURE_QUOTE,
    Rows,
    rows_of,
    taken,
    within,
)
from recon_kit.matching.evidence.proofs import Settled, proof

MOST_LINKS = 8
"""How many debtors a line is linked with at most."""

_MOST_BY_NAME = 12


@dataclass(frozen=True)
class Links:
    """One row per (line, debtor), by line, strongest first; at most MOST_LINKS a line.

    Args:
        kind: the strongest kind; kinds: a bit for every kind that says so (1 << kind, and 1 << SILENT).
        proof: settled payments of this payer (by account, else by name) for this debtor, the line itself never among them.
        likeness: of the payer's name and the debtor's, 0..1; -1 where one has none.
        letters, begins: letters of the words in which both begin alike (a line without a name by its text), and their share of
            the shorter; 0 and -1 where one has none.
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
    letters: NDArray[np.int16]
    begins: NDArray[np.float32]
    shares: NDArray[np.int32]
    account: NDArray[np.int8]
    quoted: NDArray[np.int8]
    dropped: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.line)


@dataclass(frozen=True)
class KnownPayers:
    """What a run knows of payers before any match; made by `known_payers`.

    Args:
        name_key: for each name code what is equal for equal words, -1 for none; one more at the end, so that -1 has none.
    """

    both: Columns
    names: Folded
    called: Called
    name_key: NDArray[np.int64]
    debtor_name: Code
    entity_of: Code
    rows: Rows
    accounts: tuple[NDArray[np.int64], NDArray[np.int64]]


def by_proof(known: KnownPayers, paid: Settled, wanted: NDArray[np.bool_]) -> list[Rows]:
    """Accounts and names of the wanted lines that have paid for a debtor, a line's own payment not counted."""
    lines, mine = known.both.lines, np.flatnonzero(wanted)
    rows = []
    own_name, line_name = known.name_key[paid.name], known.name_key[lines.name]
    account, name = (PROVEN, paid.payer, lines.payer, MOST_SHARING), (SAME_NAME, own_name, line_name, _MOST_BY_NAME)
    for kind, theirs, ours, most in (account, name):
        found = proof(paid.entity, theirs.astype(np.int64), paid.debtor)
        width = max(int(theirs.max(initial=0)), int(ours.max(initial=0))) + 1
        few = found.debtors <= most
        key = within(found.entity, found.key, width)[few]
        place, at = joined(within(lines.entity[mine], ours[mine], width), key)
        line = mine[place]
        debtor = found.debtor[few][at]
        count = found.payments[few][at] - is_own(line, debtor, paid)
        some = count > 0
        rows.append(rows_of(line[some], debtor[some], kind, found.debtors[few][at][some], proof=count[some]))
    return rows


def is_own(line: NDArray[np.int64], debtor: NDArray[np.int64], paid: Settled) -> NDArray[np.bool_]:
    """Whether a settled payment is this very line's for this debtor."""
    ours = paid.line >= 0
    width = max(int(debtor.max(initial=0)), int(paid.debtor.max(initial=0))) + 1
    found: NDArray[np.bool_] = among(line * width + debtor, paid.line[ours].astype(np.int64) * width + paid.debtor[ours])
    return found


def merged(rows: Rows) -> Rows:
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
    return Rows(rows.line[first], rows.debtor[first], kinds, shares, best(rows.proof), like, best(rows.quoted))


def without_namesakes(known: KnownPayers, rows: Rows) -> Rows:
    """Without debtors who only have the payer's name, where a better sign tells which of that name it is."""
    named = 1 << SAME_NAME | 1 << SIMILAR_NAME
    told = (rows.kind & named > 0) & ((rows.kind & (1 << LEDGER | 1 << PROVEN | 1 << NUMBER) > 0) | (rows.quoted >= SURE_QUOTE))
    name, theirs = known.both.lines.name[rows.line], known.debtor_name[rows.debtor]
    namesake = (name >= 0) & (theirs >= 0)
    namesake[namesake] = known.name_key[name[namesake]] == known.name_key[theirs[namesake]]
    only = (rows.kind & ~named == 0) & ((rows.proof == 0) | namesake)
    explained = np.zeros(int(rows.line.max(initial=0)) + 1, np.bool_)
    explained[rows.line[told]] = True
    return taken(rows, ~(only & explained[rows.line]))


def finished(known: KnownPayers, rows: Rows, paid: Settled) -> Links:
    """Strongest first within each line, at most MOST_LINKS of them."""
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
    kept = taken(rows, order)
    letters, begins = agreeing(known.called.names, known.called.line[kept.line], known.debtor_name[kept.debtor])
    return Links(
        kept.line.astype(np.int32), kept.debtor.astype(np.int32), strongest[order].astype(np.int8), kept.kind.astype(np.uint8),
        kept.proof.astype(np.int32), _names_alike(known, kept), letters, begins, kept.shares.astype(np.int32),
        _account(known, kept, paid), kept.quoted.astype(np.int8), dropped,
    )  # fmt: skip


def _fits_amount(known: KnownPayers, rows: Rows) -> NDArray[np.bool_]:
    """Whether the debtor has an open document of exactly the line's amount, asked only where links are to be dropped."""
    lines, items = known.both.lines, known.both.items
    found = np.zeros(len(rows.line), np.bool_)
    count = np.bincount(rows.line, minlength=len(lines))
    asked = np.flatnonzero(count[rows.line] > MOST_LINKS)
    if not len(asked):
        return found
    amounts = different(lines.amount[rows.line[asked]])
    few = np.flatnonzero(among(items.open, amounts) & (items.open != 0))
    width, wide = len(amounts), len(known.both.names.currencies) + 1
    have = (items.debtor[few].astype(np.int64) * wide + items.currency[few] + 1) * width
    have = have + np.searchsorted(amounts, items.open[few])
    line = rows.line[asked]
    want = (rows.debtor[asked] * wide + lines.currency[line] + 1) * width + np.searchsorted(amounts, lines.amount[line])
    found[asked] = among(want, have)
    return found


def _names_alike(known: KnownPayers, rows: Rows) -> NDArray[np.float32]:
    """Likeness of payer's and debtor's name where no link by name told it."""
    theirs, ours = known.debtor_name[rows.debtor], known.both.lines.name[rows.line]
    found = rows.likeness.copy()
    asked = np.flatnonzero((theirs >= 0) & (ours >= 0) & (found < 0))
    asked = asked[(known.name_key[theirs[asked]] >= 0) & (known.name_key[ours[asked]] >= 0)]
    found[asked] = likeness(known.names, ours[asked].astype(np.int64), known.names, theirs[asked].astype(np.int64))
    return found


def _account(known: KnownPayers, rows: Rows, paid: Settled) -> NDArray[np.int8]:
    """Whether the payer's account is one the ledger or other settled payments know of this debtor."""
    payer = known.both.lines.payer[rows.line]
    agrees = (rows.kind & (1 << LEDGER | 1 << PROVEN)) > 0
    size = len(known.entity_of)
    of_ledger = np.bincount(known.accounts[1], minlength=size)
    by_payment = np.bincount(paid.debtor[paid.payer >= 0], minlength=size)
    others = of_ledger[rows.debtor] + by_payment[rows.debtor] - is_own(rows.line, rows.debtor, paid)
    return np.where(payer < 0, 0, np.where(agrees, 1, np.where(others > 0, -1, 0))).astype(np.int8)
