"""What was decided of the lines of this run, looked up one by one: for returns, for reasons, and for what was paid before."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Whole
from recon_kit.matching.decision.bets import KINDS, Rows
from recon_kit.matching.evidence.joins import RowsBy
from recon_kit.matching.records import Line, Records
from recon_kit.matching.rules.drafts import Draft, Part
from recon_kit.tables import ITEM_ALLOCATIONS


class Standing:
    """Parts by line and lines by document.

    Args:
        line: the line of each bet; rows: what those bets pay that count here.
        drafts: what rules decided. shown: bets of which a person is only asked; if given, exchanges that are only proposed
            count too.
    """

    def __init__(
        self, records: Records, line: Code, rows: Rows, drafts: list[Draft], shown: NDArray[np.bool_] | None = None
    ) -> None:
        self._records, self._rows = records, rows
        self._shown = set() if shown is None else set(line[shown].tolist())
        self._line = line[rows.bet]
        self._by_line, self._by_item = RowsBy(self._line), RowsBy(rows.item)
        counts = [draft for draft in drafts if not draft.line.known and (draft.sure or (shown is not None and draft.exchanged))]
        self._ruled = {draft.line.at: list(draft.parts) for draft in counts}
        self._shown |= {draft.line.at for draft in counts if not draft.sure}
        self._exchanged: dict[int, set[int]] = defaultdict(set)
        for draft in counts:
            for part in draft.parts if draft.exchanged else ():
                if part.item is not None and draft.line.amount * part.item.amount > 0:
                    self._exchanged[part.item.at].add(draft.line.at)

    def is_sure(self, line: Line) -> bool:
        """Whether what a line pays stands without a person's word."""
        return line.known or line.at not in self._shown

    def parts_of(self, line: Line) -> list[Part]:
        """What counts of a line of this run; empty if nothing does."""
        if line.at in self._ruled:
            return self._ruled[line.at]
        return [self._part(row) for row in self._by_line.of(line.at).tolist()]

    def payers(self, item: int) -> list[Line]:
        """The lines that pay a document."""
        lines = set(self._line[self._by_item.of(item)].tolist()) | self._exchanged.get(item, set())
        return [self._records.line(at) for at in sorted(lines)]

    def _part(self, row: int) -> Part:
        rows, names = self._rows, self._records.both.names
        at, customer = int(rows.item[row]), int(rows.customer[row])
        whose = None if customer == NOTHING else names.customers[customer].as_py()
        item = None if at == NOTHING else self._records.item(at)
        return Part(KINDS[int(rows.kind[row])], int(rows.allocated[row]), item, whose)


def fallen(n_items: int, rows: Rows, drafts: list[Draft]) -> Whole:
    """By how much each document falls through these bets and drafts, minor units."""
    touches = rows.item != NOTHING
    found = np.zeros(n_items, np.int64)
    np.add.at(found, rows.item[touches], rows.allocated[touches])
    for draft in drafts:
        for part in draft.parts:
            if draft.sure and part.item is not None and part.kind in ITEM_ALLOCATIONS:
                found[part.item.at] += part.allocated
    return found
