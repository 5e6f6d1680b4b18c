"""Settling in passes: what is sure is taken out first, because what is already paid is the key to what is left."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import Fault, ModelError, nearest
from recon_kit.matching.columns import NOTHING, Code, Columns, Items, Lines, Whole
from recon_kit.matching.evidence.cut_ids import with_cut_ids
from recon_kit.matching.evidence.habits import Habits, habits
from recon_kit.matching.evidence.payers import Links, Pairs, known_payers, links
from recon_kit.matching.evidence.quotes import ORDERED, quotes
from recon_kit.matching.evidence.silent_links import silent_links
from recon_kit.matching.scoring.allocation import Parts, parts
from recon_kit.matching.scoring.competition import of_odds, of_rivals
from recon_kit.matching.scoring.features import of_the_set
from recon_kit.matching.scoring.looks import Matrix
from recon_kit.matching.scoring.pools import pools
from recon_kit.matching.scoring.seen import Column, Seen
from recon_kit.matching.sets.families import MORE
from recon_kit.matching.sets.first_use import compiled_by_now
from recon_kit.matching.sets.search import search


@dataclass(frozen=True)
class Settled:
    """What one pass took: its sets and what they pay, by position in the pass's proposals."""

    seen: Seen
    chosen: Code
    parts: Parts


@dataclass(frozen=True)
class Ended:
    """How a run would end: what would be left of each document, and what the payments so far (line, item) prove."""

    lines: Lines
    items: Items
    left: Whole
    links: Links
    habits: Habits
    line: Code
    item: Code


class Settling:
    """The state of one run: what is left of each document, which lines are still open, and which pairs are proven."""

    def __init__(self, columns: Columns, todo: NDArray[np.bool_], grace_days: int = 3) -> None:
        self.columns, self.todo, self.grace_days = columns, todo.copy(), grace_days
        self.left: Whole = columns.items.open.copy()
        self._asked = todo.copy()
        self.quotes = with_cut_ids(quotes(columns.lines, columns.items), columns.lines, columns.items)
        self._payers = known_payers(columns)
        self._quoting = np.zeros(len(columns.lines), bool)
        self._quoting[self.quotes.line[self.quotes.strength >= ORDERED]] = True
        self._line, self._item = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        self.settled: list[Settled] = []

    @property
    def proven(self) -> tuple[Code, Code]:
        """(line, document) of everything that earlier passes took."""
        return np.concatenate(self._line), np.concatenate(self._item)

    def beside(self, todo: NDArray[np.bool_], left: Whole) -> Settling:
        """A state of its own with the same evidence and proofs, for other lines and for documents as they stand then."""
        other = copy(self)
        other.todo, other._asked, other.left = todo.copy(), todo.copy(), left.copy()
        other._line, other._item, other.settled = list(self._line), list(self._item), []
        return other

    def proposed(self) -> Seen:
        """The sets that what is left offers the lines that are still open, with all that is known of them."""
        lines, items = self.columns.lines, self.columns.items
        told, (known, usual) = self.quotes, self._learned(*self.proven, self.left, self.todo)
        compiled_by_now()
        found = search(
            lines, items, self.left, self.todo, told, known, told, told.counting, told.counting_digits, self.grace_days
        )
        return Seen(lines, items, self.left.copy(), pools(items, self.left), self.quotes, known, usual, found)

    def take(self, seen: Seen, chosen: Code) -> None:
        """Take sets: their documents fall by what they pay, and their lines are settled."""
        chosen = np.sort(chosen)
        found = parts(seen.lines, seen.items, self.left, seen.sets, chosen, self.grace_days)
        self.settled.append(Settled(seen, chosen, found))
        np.subtract.at(self.left, found.item, found.falls())
        self.todo[seen.line[chosen]] = False
        line, item = _proves(seen, chosen, found)
        self._line.append(line)
        self._item.append(item)

    def in_the_end(self, seen: Seen, chosen: Code) -> Ended:
        """How things would stand if these sets were taken too; nothing is taken."""
        lines, items = self.columns.lines, self.columns.items
        found = parts(lines, items, self.left, seen.sets, np.sort(chosen), self.grace_days)
        left = self.left.copy()
        np.subtract.at(left, found.item, found.falls())
        both = zip(self.proven, _proves(seen, np.sort(chosen), found), strict=True)
        line, item = (np.concatenate(each) for each in both)
        known, usual = self._learned(line, item, items.open, self._asked)
        return Ended(lines, items, left, known, usual, line, item)

    def payers(self) -> Links:
        """Who may have paid each line that was asked for, by all that is proven so far."""
        return self._learned(*self.proven, self.columns.items.open, self._asked)[0]

    def _learned(self, line: Code, item: Code, left: Whole, todo: NDArray[np.bool_]) -> tuple[Links, Habits]:
        """What these pairs prove of the payers of some lines and of habits, with what equal amounts tell of those who quote
        nothing."""
        lines, items, told = self.columns.lines, self.columns.items, self.quotes
        quiet = silent_links(lines, items, left, todo & ~self._quoting, self._payers.name_key)
        quoted = (told.line, told.item, told.strength)
        known = links(self._payers, quoted, Pairs(line, item), (quiet.line, quiet.debtor, quiet.others), todo)
        return known, habits(self.columns, line, item, quoted)


def first_columns(seen: Seen) -> dict[str, Column]:
    """The features of `named.FIRST` by name, one element a set."""
    return {**of_the_set(seen), **of_rivals(seen)}


def second_columns(seen: Seen, first: dict[str, Column], odds: Column) -> dict[str, Column]:
    """The features of `named.SECOND` by name, one element a set, from the first stage's log-odds."""
    return {**first, **of_odds(seen, odds)}


def matrix(columns: dict[str, Column], names: Sequence[str]) -> Matrix:
    """Columns of these names side by side, each in one run of memory.

    Raises:
        ModelError: one of them is not computed here.
    """
    if missing := [name for name in names if name not in columns]:
        faults = [Fault(f"a feature this engine knows{nearest(name, columns)}", None, "feature", name) for name in missing]
        raise ModelError("model", faults)
    built = np.empty((len(next(iter(columns.values()))), len(names)), np.float32, order="F")
    for at, name in enumerate(names):
        built[:, at] = columns[name]
    return built


def _proves(seen: Seen, chosen: Code, found: Parts) -> tuple[Code, Code]:
    """(line, document) of those sets that prove whose payer it is: of one debtor, and not too much."""
    proves = (seen.sets.how[chosen] != MORE) & (seen.sets.debtor[chosen] != NOTHING)
    sure = np.isin(found.set, chosen[proves])
    return seen.line[found.set[sure]], found.item[sure]
