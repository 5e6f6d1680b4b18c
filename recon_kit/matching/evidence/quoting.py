"""Quotes looked up one by one: which documents a line quotes, and which lines quote a document."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.joins import RowsBy, span
from recon_kit.matching.evidence.quotes import Quotes


class Quoting:
    """The quotes of at least one strength, from both sides."""

    def __init__(self, quotes: Quotes, least: int) -> None:
        kept = quotes.strength >= least
        self._line, self._item = quotes.line[kept], quotes.item[kept]
        self._strength, self._row = quotes.strength[kept], np.flatnonzero(kept)
        self._by_item = RowsBy(self._item)

    def items_of(self, line: int) -> list[int]:
        """Positions of the documents that a line quotes, ascending."""
        found: list[int] = self._item[span(self._line, line)].tolist()
        return found

    def rows_of(self, line: int) -> list[tuple[int, int, int]]:
        """(document, strength, row in Quotes) of a line, by document."""
        rows = span(self._line, line)
        return list(zip(self._item[rows].tolist(), self._strength[rows].tolist(), self._row[rows].tolist(), strict=True))

    def lines_of(self, item: int) -> list[int]:
        """Positions of the lines that quote a document, ascending."""
        found: list[int] = self._line[self._by_item.of(item)].tolist()
        return found
