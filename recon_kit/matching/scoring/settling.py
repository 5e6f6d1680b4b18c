"""Settling in passes: what is sure is taken out first, because what is already paid is the key to what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns, Whole
from recon_kit.matching.evidence.habits import habits
from recon_kit.matching.evidence.payers import Pairs, known_payers, links
from recon_kit.matching.evidence.quotes import ORDERED, quotes
from recon_kit.matching.evidence.silent_links import silent_links
from recon_kit.matching.model import Feature
from recon_kit.matching.scoring.allocation import Parts, parts
from recon_kit.matching.scoring.competition import of_odds, of_rivals
from recon_kit.matching.scoring.features import Column, Seen, of_the_set
from recon_kit.matching.scoring.named import FIRST, OF_ODDS
from recon_kit.matching.scoring.pools import pools
from recon_kit.matching.sets.families import MORE
from recon_kit.matching.sets.search import search

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Settled:
    """What one pass took: its sets and what they pay, by position in the pass's proposals."""

    seen: Seen
    chosen: Code
    parts: Parts


class Settling:
    """The state of one run: what is left of each document, which lines are still open, and which pairs are proven."""

    def __init__(self, columns: Columns, todo: NDArray[np.bool_], grace_days: int = 3) -> None:
        self.columns, self.todo, self.grace_days = columns, todo.copy(), grace_days
        self.left: Whole = columns.items.open.copy()
        self.quotes = quotes(columns.lines, columns.items)
        self._payers = known_payers(columns)
        self._quoting = np.zeros(len(columns.lines), bool)
        self._quoting[self.quotes.line[self.quotes.strength >= ORDERED]] = True
        self._line, self._item = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        self.settled: list[Settled] = []

    @property
    def proven(self) -> tuple[Code, Code]:
        """(line, document) of everything that earlier passes took."""
        return np.concatenate(self._line), np.concatenate(self._item)

    def proposed(self) -> Seen:
        """The sets that what is left offers the lines that are still open, with all that is known of them."""
        lines, items = self.columns.lines, self.columns.items
        line, item = self.proven
        told, quiet = self.quotes, silent_links(lines, items, self.left, self.todo & ~self._quoting, self._payers.name_key)
        quoted = (told.line, told.item, told.strength)
        known = links(self._payers, quoted, Pairs(line, item), (quiet.line, quiet.debtor, quiet.others))
        usual = habits(self.columns, line, item, quoted)
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
        line = seen.line[chosen]
        self.todo[line] = False
        proves = (seen.sets.how[chosen] != MORE) & (seen.sets.debtor[chosen] != NOTHING)
        sure = np.isin(found.set, chosen[proves])
        self._line.append(seen.line[found.set[sure]])
        self._item.append(found.item[sure])


def first_matrix(seen: Seen) -> Matrix:
    """The features of `named.FIRST`, one row a set."""
    return _matrix({**of_the_set(seen), **of_rivals(seen)}, FIRST)


def second_matrix(seen: Seen, first: Matrix, odds: Column) -> Matrix:
    """The features of `named.SECOND`, one row a set, from the first stage's log-odds."""
    return np.hstack([first, _matrix(of_odds(seen, odds), OF_ODDS)])


def _matrix(columns: dict[str, Column], features: tuple[Feature, ...]) -> Matrix:
    rows = len(next(iter(columns.values())))
    built = np.empty((rows, len(features)), np.float32)
    for at, feature in enumerate(features):
        built[:, at] = columns[feature.name]
    return built
