"""For each bank line the sets of open items that it may pay: proposed generously, judged elsewhere.

Lines are searched in blocks by threads that share nothing but what they read, and blocks are joined in order: the number of
threads changes nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Items, Lines, Whole
from recon_kit.matching.sets.draft import CAPPED, N_SETS, Draft, new_draft
from recon_kit.matching.sets.given import Given, Linked, Quoted, Runs, given
from recon_kit.matching.sets.line import search_line
from recon_kit.matching.sets.output import SET, keep, line_of, with_room
from recon_kit.matching.sets.pools import Pools, pools

BLOCK = 4096


@dataclass(frozen=True)
class Hypotheses:
    """Sets of items that a line may pay: one element per set, in order of line, then key.

    Args:
        line, debtor: positions; debtor is NOTHING for a set of several debtors.
        start: where each set's items begin in `items`; one element more than sets.
        items: positions, ascending within a set; no item twice in one.
        key: names the set, equal for equal sets whatever the run.
        families: bit n says that FAMILIES[n] proposed the set.
        how: position in HOW: how its sum stands to the line.
        difference: minor units, line less the sum of what its items have left.
        capped: one element per *line*: which limits were hit (bits of draft.py); 0 means the search was complete.
    """

    line: Code
    debtor: Code
    start: Whole
    items: Code
    key: NDArray[np.uint64]
    families: Whole
    how: NDArray[np.int8]
    difference: Whole
    capped: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.line)


def search(
    lines: Lines, items: Items, left: Whole, todo: NDArray[Any], quotes: Quoted, links: Linked, runs: Runs | None = None,
    counting: Whole | None = None, digits: NDArray[np.int8] | None = None, grace: int = 0, threads: int = 2,
) -> Hypotheses:  # fmt: skip
    """Sets for the lines to do, at most forty each.

    Args:
        left: minor units still open, one element per item.
        todo: positions of lines in ascending order, or one truth value per line.
        quotes, links: which items the texts quote, and which debtors may have paid; see given.py.
        runs, counting, digits: digit runs of the texts and counting parts of the document numbers, to look up short ends.
        grace: days after the last day of a discount on which taking it still counts as in time.
    """
    todo = np.flatnonzero(todo) if todo.dtype == np.bool_ else np.asarray(todo, np.int64)
    return search_pools(pools(items, left, counting, digits), given(lines, quotes, links, runs), todo, grace, threads)


def search_pools(pooled: Pools, evidence: Given, todo: Whole, grace: int = 0, threads: int = 2) -> Hypotheses:
    """The same over pools and evidence that stand already."""
    blocks = [todo[at : at + BLOCK] for at in range(0, max(len(todo), 1), BLOCK)]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        found = list(pool.map(lambda block: search_block(pooled, evidence, new_draft(), block, grace), blocks))
    sets = np.concatenate([each[0] for each in found])
    capped = np.zeros(len(evidence.lines) - 1, np.uint8)
    capped[todo] = np.concatenate([each[2] for each in found])
    return Hypotheses(
        sets["line"].copy(), sets["debtor"].copy(), np.concatenate([[0], np.cumsum(sets["size"])]).astype(np.int64),
        np.concatenate([each[1] for each in found]), sets["key"].copy().view(np.uint64), sets["families"].copy(),
        sets["how"].astype(np.int8), sets["difference"].copy(), capped,
    )  # fmt: skip


def built_from() -> str:
    """A hash of this package's sources: compiled code on disk is used only for the sources that it was made from."""
    return sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()


def _compiled(sources: str) -> Any:
    """The search of one block, compiled once with all it calls; its cache on disk carries the hash of the sources."""

    @njit(cache=True, nogil=True)
    def search_block(pools: Pools, given: Given, draft: Draft, todo: Whole, grace: int) -> tuple[NDArray[Any], ...]:
        assert len(sources) > 0
        sets, items, capped = (
            np.empty(16 * len(todo) + 64, SET),
            np.empty(64 * len(todo) + 4096, np.int32),
            todo.astype(np.uint8),
        )
        n, m = np.int64(0), np.int64(0)
        for k in range(len(todo)):
            line = line_of(given, todo[k], grace)
            search_line(pools, given, line, draft)
            count = draft.state[N_SETS]
            sets, items = with_room(sets, n + count), with_room(items, m + draft.start[count])
            n, m = keep(pools, line, draft, sets, items, n, m)
            capped[k] = draft.state[CAPPED]
        return sets[:n].copy(), items[:m].copy(), capped

    return search_block


search_block = _compiled(built_from())
