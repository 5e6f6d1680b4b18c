"""Returns: money that goes back the way it came, and takes back what the original line had paid.

A return and its original are found first and the original is kept out of the passes: between the two of them no document
moves, so whoever pays the document again finds it open. A return of one part of a collective line comes last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.evidence.joins import RowsBy
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.drafts import Draft, Part, Seen, cash
from recon_kit.matching.rules.originals import Originals
from recon_kit.matching.rules.return_by_payer import Likely, likely_originals
from recon_kit.matching.rules.return_charges import ASKED, SURE, takes_back
from recon_kit.matching.rules.return_words import PHRASED, said
from recon_kit.matching.words import shown
from recon_kit.policy import Policy
from recon_kit.sentences import Sentence, sentence
from recon_kit.tables import ITEM_ALLOCATIONS

PartsOf = Callable[[Line], list[Part]]
"""What stands for a line to be matched."""
Payers = Callable[[int], list[Line]]
"""The lines of this run that pay a document."""


class Returns:
    """The returns of a run, each with the line that it turns back in full, as far as that is sure.

    Args:
        quoting: numbers quoted in full, from both sides.
        returns: which lines to be matched are returns; those that are `allowed` too only sound like one.
        allowed: which lines to be matched may be an original.
    """

    def __init__(
        self, records: Records, policy: Policy, quoting: Quoting, returns: NDArray[np.bool_], allowed: NDArray[np.bool_]
    ) -> None:
        self._records, self._window = records, policy.windows.return_after
        both = records.both
        self._lines = [records.line(at) for at in np.flatnonzero(returns & ~allowed).tolist()]
        self._quoting = quoting
        self._returns, self._allowed = returns, allowed
        posted = both.posted
        self._posted = RowsBy(posted.item)
        touches = (posted.item != NOTHING) & np.isin(posted.kind, ITEM_ALLOCATIONS)
        self._standing = np.bincount(posted.item[touches], posted.allocated[touches], len(both.items)).astype(np.int64)
        self._before = _by_line(posted.line)
        self.originals = Originals(records, self._lines, self._window, quoting, allowed, self._before)
        self._told_back: set[tuple[tuple[str, str], int]] = set()

    @property
    def pairs(self) -> dict[tuple[str, str], Line]:
        """The line that each return turns back in full, by the key of the return."""
        return self.originals.pairs

    @property
    def held(self) -> list[int]:
        """Positions of the lines to be matched that a return of this run surely turns back in full."""
        sure = [original for line, original in self._each_pair() if takes_back(line, original.amount) == SURE]
        sure += [one.original for one in self.likely.values() if one.doubt is None]
        return sorted(original.at for original in sure if not original.known)

    @cached_property
    def likely(self) -> dict[tuple[str, str], Likely]:
        """The payments of the same payers that returns seem to turn back which name no payment."""
        left = [line for line in self._lines if line.key not in self.pairs and not self.originals.names_one(line)]
        if not left:
            return {}
        both = self._records.both
        paid = ~self.originals.old & np.isin(np.arange(len(both.known)), list(self._before))
        taken = self.originals.taken_back | {original.key for original in self.pairs.values()}
        may = self._allowed & ~self._returns, paid
        return likely_originals(self._records, left, said(both.lines) >= PHRASED, may, taken, self._window)

    def may_take_back(self, line: Line) -> bool:
        """Whether a return turns back a line, or may turn back what was paid, or is paid in this run, for one it quotes."""
        if line.key in self.pairs:
            return True
        for item in self._own_quoted(line):
            alike = item.currency == line.currency
            if alike and item.open * line.amount < 0 and takes_back(line, item.open):
                return True
            if any(self._turned(line, parts, item, least) for _, parts in self._earlier(line, item) for least in (SURE, ASKED)):
                return True
        return False

    def drafts(self, parts_of: PartsOf, payers: Payers) -> list[Draft]:
        """What each return takes back, surely or as a proposal; those are left out that nothing is found for.

        Args:
            parts_of: what is sure of a line of this run. payers: the lines of this run that surely pay a document.
        """
        found: dict[tuple[str, str], Draft] = {}
        for least in (SURE, ASKED):
            for line in self._lines:
                if line.key not in found:
                    draft = self._of_pair(line, least, parts_of) or self._part_of_batch(line, least, parts_of, payers)
                    found |= {line.key: draft} if draft else {}
        for line in self._lines:
            if line.key not in found:
                draft = self._of_likely(line, parts_of)
                found |= {line.key: draft} if draft else {}
        return [found[line.key] for line in self._lines if line.key in found]

    def waiting(self, line: Line, parts_of: PartsOf, chances: Mapping[int, float]) -> Draft | None:
        """What a return would take back of a payment that is itself only proposed.

        Args:
            parts_of: what is sure or proposed of a line of this run.
            chances: probability of what the model chose, by the position of its line.
        """
        likely = self.likely.get(line.key)
        original = likely.original if likely else self.pairs.get(line.key)
        if original is None or original.known:
            return None
        parts = parts_of(original)
        if not parts or cash(parts, line.currency) != original.amount:
            return None
        rule = "return_of_same_payer" if likely else "return_of_known_line"
        draft = self._draft(line, original, parts, rule, sentence("return_waits", on=original.on))
        return draft and replace(draft, rests_on=chances.get(original.at, 1.0))

    def _of_likely(self, line: Line, parts_of: PartsOf) -> Draft | None:
        """The payment of the same payer; a person is asked if the return quotes documents, but none that it paid."""
        likely = self.likely.get(line.key)
        if likely is None:
            return None
        original = likely.original
        parts = self._parts(original, parts_of)
        if cash(parts, line.currency) != original.amount:
            return None
        quoted = {item.at for item in self._own_quoted(line)}
        if quoted and quoted.isdisjoint(part.item.at for part in parts if part.item is not None):
            likely = Likely(original, likely.doubt or sentence("return_by_payer", on=original.on))
        return self._draft(line, original, parts, "return_of_same_payer", likely.doubt)

    def _each_pair(self) -> Iterator[tuple[Line, Line]]:
        return ((line, self.pairs[line.key]) for line in self._lines if line.key in self.pairs)

    def _parts(self, original: Line, parts_of: PartsOf) -> list[Part]:
        """What an original paid, posted before or in this run."""
        return self._posted_parts(original) if original.known else parts_of(original)

    def _posted_parts(self, line: Line) -> list[Part]:
        posted = self._records.both.posted
        return [
            Part(str(posted.kind[row]), int(posted.allocated[row]), self._item(posted.item[row]), posted.customer[row],
                 posted.gl_account[row])
            for row in self._before.get(line.at, [])
        ]  # fmt: skip

    def _item(self, at: Any) -> Item | None:
        return None if at == NOTHING else self._records.item(int(at))

    def _of_pair(self, line: Line, level: int, parts_of: PartsOf) -> Draft | None:
        original = self.pairs.get(line.key)
        if original is None or takes_back(line, original.amount) != level:
            return None
        parts = self._parts(original, parts_of)
        return self._draft(line, original, parts) if parts else None

    def _part_of_batch(self, line: Line, level: int, parts_of: PartsOf, payers: Payers) -> Draft | None:
        """One document of a collective entry, or a payment found by the document that the return quotes."""
        fits: dict[tuple[tuple[str, str], tuple[Part, ...]], tuple[Line, list[Part]]] = {}
        for item in self._own_quoted(line):
            fresh = ((original, parts_of(original)) for original in payers(item.at))
            for original, every in (*self._earlier(line, item), *fresh):
                if self._may_be(line, original):
                    parts = self._turned(line, every, item, level)
                    if parts:
                        fits[original.key, tuple(parts)] = original, parts
        if len(fits) != 1:
            return None
        ((original, parts),) = fits.values()
        return self._draft(line, original, parts)

    def _own_quoted(self, line: Line) -> list[Item]:
        quoted = [self._records.item(at) for at in self._quoting.items_of(line.at)]
        return [item for item in quoted if item.entity == line.entity]

    def _earlier(self, line: Line, item: Item) -> list[tuple[Line, list[Part]]]:
        """What lines of history paid, a document among it, that a return may turn back."""
        posted = self._records.both.posted
        lines = [int(at) for at in posted.line[self._posted.of(item.at)] if at != NOTHING]
        found = [self._records.line(at, known=True) for at in lines]
        return [(one, self._posted_parts(one)) for one in found if self._may_be(line, one)]

    def _may_be(self, line: Line, original: Line) -> bool:
        """Whether a return may turn back a part of a line."""
        near = 0 <= (line.on - original.on).days <= self._window
        return near and original.currency == line.currency and original.amount * line.amount < 0

    def _turned(self, line: Line, every: list[Part], item: Item, level: int) -> list[Part]:
        for parts in (every, [part for part in every if part.item is not None and part.item.at == item.at]):
            if parts and takes_back(line, cash(parts, line.currency)) == level:
                return parts
        return []

    def _draft(
        self, line: Line, original: Line, parts: list[Part], rule: str = "return_of_known_line", doubt: Sentence | None = None
    ) -> Draft | None:
        """The parts turned round, if what they turn back stands: posted before, or paid in this run; each once."""
        fresh = {} if original.known else {part.item.at: part.allocated for part in parts if part.item is not None}
        told = {(original.key, NOTHING if part.item is None else part.item.at) for part in parts}
        for part in parts:
            if part.item is not None:
                stands = self._standing[part.item.at] + fresh.get(part.item.at, 0)
                if stands * part.allocated <= 0:
                    return None
        if told & self._told_back:
            return None
        self._told_back |= told
        back = [Part(p.kind, -p.allocated, p.item, p.customer_id, p.gl_account) for p in parts]
        if rest := line.amount - cash(back, line.currency):
            back.append(Part("charge", rest))
        seen = (
            Seen("original line", "exact", f"{original.on} {shown(original.amount, original.currency)}"),
            Seen("amount", "exact" if not rest else "exact less charges", shown(line.amount, line.currency)),
            Seen("return reason", "given" if line.return_reason else "missing", line.return_reason),
        )
        draft = Draft(line, rule, tuple(back), seen)
        if doubt is not None:
            return draft.doubted("proposed", doubt)
        if takes_back(line, cash(parts, line.currency)) == SURE:
            for part in back:
                if part.item is not None and original.known:
                    self._standing[part.item.at] += part.allocated
            return draft
        known = {"original": (abs(cash(parts, line.currency)), line.currency), "rest": (abs(rest), line.currency)}
        return draft.doubted("proposed", sentence("return_rest", **known))


def _by_line(lines: Any) -> dict[int, list[int]]:
    """Rows of what was posted, by position of the known line."""
    found: dict[int, list[int]] = defaultdict(list)
    for row, line in enumerate(lines.tolist()):
        if line != NOTHING:
            found[line].append(row)
    return dict(found)
