"""The one line that each return turns back: by the reference that both carry, or by a document that both quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Columns, plain_texts
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Line, Records
from recon_kit.matching.rules.return_charges import ASKED, SURE, takes_back
from recon_kit.matching.rules.return_words import SAID, said

_SHORTEST, _LONG = 3, 6


class Originals:
    """The lines that returns turn back, as far as something names them.

    Args:
        lines: the returns, in order. window: days that an original may be older than its return.
        quoting: numbers quoted in full, from both sides.
        allowed: which lines to be matched may be an original.
        posted: positions of the lines of history that paid something.

    Attributes:
        old: which lines of history were returns. taken_back: keys of the lines that those turned back.
        pairs: the original of each return, by the key of the return; no line is the original of two.
    """

    def __init__(
        self,
        records: Records,
        lines: Sequence[Line],
        window: int,
        quoting: Quoting,
        allowed: NDArray[np.bool_],
        posted: Collection[int],
    ) -> None:
        self._records, self._lines, self._window = records, lines, window
        self._quoting, self._allowed, self._posted = quoting, allowed, posted
        both = records.both
        self.old = _went_back(both) if lines else np.zeros(len(both.known), bool)
        self._originals = self._by_reference(~self.old)
        self.taken_back: set[tuple[str, str]] = set()
        for line in (records.line(at, known=True) for at in np.flatnonzero(self.old).tolist()):
            self.taken_back |= {found.key for found in (self._referred(line, SURE) or self._referred(line, ASKED))[:1]}
        self.pairs = self._paired()

    def refers(self, line: Line) -> bool:
        """Whether a return carries the reference of the line that it turns back."""
        original = self.pairs.get(line.key)
        return original is not None and original in (*self._referred(line, SURE), *self._referred(line, ASKED))

    def names_one(self, line: Line) -> bool:
        """Whether a return carries the reference of a payment that is there."""
        return any(self._originals[line.entity, key] for key in _references(line) if _is_long(key))

    def _paired(self) -> dict[tuple[str, str], Line]:
        """The one line that each return turns back: first what is sure, then the only one that leaves a small rest."""
        found: dict[tuple[str, str], Line] = {}
        taken: set[tuple[str, str]] = set()
        for least in (SURE, ASKED):
            for line in self._lines:
                if line.key in found or (least == ASKED and (self._referred(line, SURE) or self._quoted_alike(line, SURE))):
                    continue
                fits = [one for one in self._referred(line, least) or self._quoted_alike(line, least) if one.key not in taken]
                fits = [one for one in fits if not one.known or one.at in self._posted]
                if len(fits) > 1 and least == SURE:
                    fits = [one for one in fits if one.payer and one.payer == line.payer]
                if len(fits) == 1:
                    found[line.key] = fits[0]
                    taken.add(fits[0].key)
        return found

    def _by_reference(self, paid: NDArray[np.bool_]) -> dict[tuple[str, str], list[Line]]:
        """The lines that carry a reference of a return, by entity and reference; of history those that paid something."""
        wanted = {key for line in self._lines for key in _references(line)}
        found: dict[tuple[str, str], list[Line]] = defaultdict(list)
        if not wanted:
            return found
        keys = pa.array(sorted(wanted), pa.large_string())
        both = self._records.both
        for lines, known in ((both.known, True), (both.lines, False)):
            carries = np.zeros(len(lines), bool)
            for column in (lines.e2e, lines.reference):
                carries |= np.asarray(pc.is_in(plain_texts(column), value_set=keys))
            carries &= paid if known else self._allowed
            for at in np.flatnonzero(carries).tolist():
                line = self._records.line(at, known)
                for key in set(_references(line)) & wanted:
                    found[line.entity, key].append(line)
        return found

    def _referred(self, line: Line, level: int) -> list[Line]:
        """Lines whose reference the return carries, and that it takes back as well as that."""
        named = [(key, one) for key in _references(line) for one in self._originals[line.entity, key]]
        found = {one.key: one for key, one in named if _is_long(key) or (one.payer and one.payer == line.payer)}
        return [one for one in found.values() if self._turns_back(line, one, level)]

    def _quoted_alike(self, line: Line, level: int) -> list[Line]:
        """Lines that quote a document that the return quotes too, and that it takes back as well as that."""
        ats = sorted({at for item in self._quoting.items_of(line.at) for at in self._quoting.lines_of(item)})
        found = [self._records.line(at) for at in ats if self._allowed[at]]
        return [one for one in found if self._turns_back(line, one, level)]

    def _turns_back(self, line: Line, original: Line, level: int) -> bool:
        near = 0 <= (line.on - original.on).days <= self._window
        alike = original.entity == line.entity and original.currency == line.currency
        return near and alike and original.key not in self.taken_back and takes_back(line, original.amount) == level


def _references(line: Line) -> Iterable[str]:
    """What names a single payment: its end-to-end id, also where a return repeats it in its text."""
    for value in (line.e2e, line.reference):
        key = "".join(c for c in (value or "").upper() if c.isascii() and c.isalnum())
        if len(key) >= _SHORTEST:
            yield key


def _is_long(key: str) -> bool:
    """Whether a reference names one payment whoever paid; a shorter one does so among those of one account."""
    return len(key) >= _LONG and any(map(str.isdigit, key))


def _went_back(both: Columns) -> NDArray[np.bool_]:
    """Known lines that were returns: the bank said so, or they sounded like one and paid no document of their own sign."""
    posted = both.posted
    pays = (posted.line != NOTHING) & (posted.item != NOTHING) & posted.is_payment
    pays &= posted.allocated * both.items.amount[posted.item] > 0 if len(both.items) else False
    level = said(both.known)
    refunds = np.zeros(len(level), bool)
    refunds[posted.line[pays]] = True
    back: NDArray[np.bool_] = (level == SAID) | ((level > 0) & ~refunds)
    return back
