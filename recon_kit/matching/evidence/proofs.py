"""What settled payments prove: whose debtor an account or a name pays for, and how many payments said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Posted
from recon_kit.matching.evidence.joins import distinct, heads, packed, unpacked


@dataclass(frozen=True)
class Settled:
    """Payments that stand and whose debtors they paid, one row per different (payment, debtor), sorted.

    Args:
        line: position among the lines of this run; NOTHING for payments posted in earlier ones.
        entity, payer, name: of the payment; codes as in `Lines`. debtor: code as in `Items`.
    """

    line: Code
    entity: Code
    payer: Code
    name: Code
    debtor: Code


@dataclass(frozen=True)
class Proof:
    """One row per (entity, key, debtor) with how many different payments prove it, sorted by entity, key, debtor."""

    entity: NDArray[np.int64]
    key: NDArray[np.int64]
    debtor: NDArray[np.int64]
    payments: NDArray[np.int64]
    debtors: NDArray[np.int64]
    """How many debtors this key has paid for."""


def settled(lines: Lines, items: Items, known: Lines, posted: Posted, line: Code, item: Code) -> Settled:
    """Posted payments and sure pairs (line, item) of this run; a payment only proves what is of its own entity."""
    real = posted.is_payment & (posted.line >= 0) & (posted.item >= 0)
    before = distinct(posted.line[real], items.debtor[posted.item[real]])
    now = distinct(line, items.debtor[item])
    entity_of = np.zeros(int(items.debtor.max(initial=0)) + 1, np.int32)
    entity_of[items.debtor] = items.entity
    parts = []
    for side, (who, debtor), ours in ((known, before, False), (lines, now, True)):
        at = who[side.entity[who] == entity_of[debtor]]
        debtor = debtor[side.entity[who] == entity_of[debtor]]
        name = np.full(len(at), -1) if not ours else at
        parts.append((name, side.entity[at], side.payer[at], side.name[at], debtor))
    return Settled(*(np.concatenate(columns).astype(np.int32) for columns in zip(*parts, strict=True)))


def proof(entity: Code, key: NDArray[np.int64], debtor: Code) -> Proof:
    """How many rows (payments) each (entity, key, debtor) has; keys below 0 prove nothing."""
    some = key >= 0
    columns = (entity[some].astype(np.int64), key[some].astype(np.int64), debtor[some].astype(np.int64))
    if not some.any():
        none = np.zeros(0, np.int64)
        return Proof(none, none, none, none, none)
    sizes = [int(column.max()) + 1 for column in columns]
    whole = np.sort(packed(*columns))
    start = heads(whole)
    count = np.diff(np.append(start, len(whole)))
    entities, keys, debtors = unpacked(whole[start], *sizes)
    first = heads(packed(entities, keys))
    size = np.diff(np.append(first, len(entities)))
    return Proof(entities, keys, debtors, count, np.repeat(size, size))
