"""Which debtors a bank line could come from, by every kind of evidence apart and together.

`known_payers` reads once what does not change within a run (ledger accounts, names, customer numbers); `links` adds what
quotes and settled payments say and may be called again after each pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns
from recon_kit.matching.evidence.beginnings import by_beginning, called
from recon_kit.matching.evidence.folding import folded
from recon_kit.matching.evidence.payer_choice import (
    MOST_LINKS,
    KnownPayers,
    Links,
    by_proof,
    finished,
    merged,
    without_namesakes,
)
from recon_kit.matching.evidence.payer_names import by_name
from recon_kit.matching.evidence.payer_rows import (
    GATHERING,
    LEDGER,
    NUMBER,
    PROVEN,
    QUOTED,
    SAME_NAME,
    SILENT,
    SIMILAR_NAME,
    by_account,
    by_kind,
    by_number,
    by_quote,
    known_pairs,
    rows_of,
    taken,
    together,
    unexplained,
)
from recon_kit.matching.evidence.proofs import settled

__all__ = [
    "GATHERING", "LEDGER", "MOST_LINKS", "NUMBER", "PROVEN", "QUOTED", "SAME_NAME", "SILENT", "SIMILAR_NAME",
    "KnownPayers", "Links", "Pairs", "known_payers", "links",
]  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Sure or learned pairs of positions."""

    line: Code
    item: Code


def known_payers(both: Columns) -> KnownPayers:
    """Links by the ledger's accounts, by names and by customers' numbers."""
    lines, items = both.lines, both.items
    names = folded(both.names.names)
    _, key = np.unique(names.key, return_inverse=True)
    name_key = np.append(np.where(names.key == 0, -1, key), -1).astype(np.int64)
    size = int(items.debtor.max(initial=-1)) + 1
    entity_of, debtor_name = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    entity_of[items.debtor] = items.entity
    debtor_name[items.debtor[::-1]] = items.name[::-1]
    accounts = known_pairs(items.account, items.debtor)
    rows = together([
        by_account(lines, accounts, entity_of), by_name(lines, items, names, name_key, entity_of),
        by_number(both), by_kind(lines, items),
    ])  # fmt: skip
    known = called(lines, both.names.names)
    rows = together([rows, by_beginning(lines, items, known, rows)])
    return KnownPayers(both, names, known, name_key, debtor_name, entity_of, rows, accounts)


def links(
    known: KnownPayers,
    quotes: tuple[Code, Code, NDArray[np.int8]],
    sure: Pairs | None = None,
    learned: tuple[Code, Code, NDArray[np.int32]] | None = None,
    asked: NDArray[np.bool_] | None = None,
) -> Links:
    """The debtors of each line, strongest first.

    Args:
        quotes: line, item and strength of each quote.
        sure: settled pairs of this run; together with what was posted they prove accounts and names.
        learned: line, debtor and proof count of silent payer links.
        asked: which lines' debtors are wanted; all without it. What other lines prove counts all the same.
    """
    both = known.both
    none = np.zeros(0, np.int32)
    pairs = sure or Pairs(none, none)
    paid = settled(both.lines, both.items, both.known, both.posted, pairs.line, pairs.item)
    wanted = np.ones(len(both.lines), bool) if asked is None else asked
    line, item, strength = (part[wanted[quotes[0]]] for part in quotes)
    quoted = by_quote(both, line, item, strength.astype(np.int8))
    rows = [taken(known.rows, wanted[known.rows.line]), quoted, *by_proof(known, paid, wanted)]
    if learned is not None:
        rows.append(rows_of(learned[0], learned[1], SILENT, 1, proof=learned[2]))
    found = without_namesakes(known, merged(together(rows)))
    free = unexplained(both.lines, both.items, found.line, wanted)
    return finished(known, together([found, merged(free)]), paid)
