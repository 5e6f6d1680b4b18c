"""What lines quote by a document's number, asked of all lines at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Columns, Whole
from recon_kit.matching.evidence.quotes import GLUED, ORDERED, Quotes

Mask = NDArray[np.bool_]


class Quoted:
    """Lines by what they quote.

    Args:
        quotes: every quote of the run's lines.
    """

    def __init__(self, both: Columns, quotes: Quotes) -> None:
        self._both, self._quotes = both, quotes
        line, item = quotes.line, quotes.item
        self._own = both.items.entity[item] == both.lines.entity[line]
        self._alike = both.items.currency[item] == both.lines.currency[line]
        self._open = (quotes.strength >= GLUED) & (both.items.open[item] != 0)

    @property
    def quotes(self) -> Quotes:
        """Every quote."""
        return self._quotes

    def any_open(self) -> Mask:
        """Lines that quote an open document, whosever."""
        return self._lines(self._open)

    def open_here(self) -> Mask:
        """Lines that quote an open document of their own entity and currency."""
        return self._lines(self._open & self._own & self._alike)

    def elsewhere(self) -> Mask:
        """Lines that quote a sister company's document."""
        return self._lines((self._quotes.strength >= GLUED) & ~self._own)

    def paid_elsewhere(self) -> Mask:
        """Lines that quote a sister company's open document of their very amount."""
        whole = self._both.items.open[self._quotes.item] == self._both.lines.amount[self._quotes.line]
        return self._lines(self._open & ~self._own & self._alike & whole)

    def debtors(self) -> Whole:
        """Lines with the debtors of their own entity's documents that they quote, open or not; each pair as one `key`."""
        sure = (self._quotes.strength >= ORDERED) & self._own
        return np.unique(self.key(self._quotes.line[sure], self._both.items.debtor[self._quotes.item[sure]]))

    def key(self, line: Code, debtor: Code) -> Whole:
        """A line and a debtor as one number."""
        return line.astype(np.int64) * (int(self._both.items.debtor.max(initial=0)) + 2) + debtor + 1

    def of_any(self, items: Mask) -> Mask:
        """Lines that quote one of these documents, however faintly."""
        return self._lines(items[self._quotes.item])

    def _lines(self, rows: Mask) -> Mask:
        found = np.zeros(len(self._both.lines), bool)
        found[self._quotes.line[rows]] = True
        return found
