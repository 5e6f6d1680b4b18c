"""Ways of finding a set that share as little evidence as possible: by the text, by the payer, by the amount alone.

The families of guesses are not such ways themselves: most of them look among a payer's documents, and the payer may be known
only because the text quotes one of them. So a structural guess counts for the way by which its payer was known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.evidence.payers import LEDGER, NUMBER, PROVEN, QUOTED, SAME_NAME, SILENT, SIMILAR_NAME
from recon_kit.matching.scoring.seen import Seen
from recon_kit.matching.sets import BIT, FAMILIES

WAYS = ("text", "payer", "amount")
"""By documents or customer numbers in the text; by the payer's account or name, and amounts and days; by an amount that one
open document alone has, whoever owes it."""
_BY_TEXT = ("quoted", "quoted_one", "quoted_part", "quoted_plus", "quoted_run", "tails", "tails_plus")
_IN_TEXT = 1 << QUOTED | 1 << NUMBER
_OF_PAYER = 1 << LEDGER | 1 << PROVEN | 1 << SAME_NAME | 1 << SIMILAR_NAME | 1 << SILENT

Whole = NDArray[np.int64]


def ways(seen: Seen, sets: Whole) -> NDArray[np.bool_]:
    """Which ways lead to each of these proposed sets (by position): bool[sets, ways]."""
    families = seen.sets.families[sets]
    told = int(sum(int(BIT[name]) for name in _BY_TEXT))
    structural = families & int(sum(int(BIT[f.name]) for f in FAMILIES if f.name not in (*_BY_TEXT, "rare"))) != 0
    kinds = _kinds(seen, sets)
    by_text = (families & told != 0) | structural & (kinds & _IN_TEXT != 0)
    return np.stack([by_text, structural & (kinds & _OF_PAYER != 0), _lonely(seen, sets)], axis=1)


def _kinds(seen: Seen, sets: Whole) -> Whole:
    """All kinds of evidence that link each set's line with its debtor; 0 for a set of several debtors."""
    known, width = seen.links, int(max(seen.items.debtor.max(initial=0), 0)) + 1
    key = known.line.astype(np.int64) * width + known.debtor
    order = np.argsort(key, kind="stable")
    debtor = seen.sets.debtor[sets].astype(np.int64)
    asked = np.where(debtor == NOTHING, -1, seen.sets.line[sets].astype(np.int64) * width + debtor)
    at = np.minimum(np.searchsorted(key[order], asked), max(len(key) - 1, 0))
    there = key[order][at] == asked if len(key) else np.zeros(len(sets), bool)
    return np.where(there, known.kinds[order][at].astype(np.int64) if len(key) else 0, 0)


def _lonely(seen: Seen, sets: Whole) -> NDArray[np.bool_]:
    """Sets of one document that has the line's amount, and no other open document of its entity and currency has it."""
    size, first = np.diff(seen.sets.start)[sets], seen.sets.items[seen.sets.start[:-1][sets]]
    items, left = seen.items, seen.left
    _, place, counts = np.unique(
        np.stack([items.entity.astype(np.int64), items.currency.astype(np.int64), left]), axis=1,
        return_inverse=True, return_counts=True,
    )  # fmt: skip
    same = left[first] == seen.lines.amount[seen.sets.line[sets]]
    alone: NDArray[np.bool_] = (size == 1) & same & (counts[np.ravel(place)][first] == 1)
    return alone
