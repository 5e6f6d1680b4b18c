"""Returns: money that goes back the way it came, and takes back what the original line had paid.

A return and its original are found first and the original is kept out of the passes: between the two of them no document
moves, so whoever pays the document again finds it open. A return of one part of a collective line comes last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Lines, plain_texts
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Item, Line, Records
from recon_kit.matching.rules.drafts import Draft, Part, Seen, cash
from recon_kit.matching.words import shown
from recon_kit.policy import Policy
from recon_kit.tables import ITEM_ALLOCATIONS, LINE_KINDS

PartsOf = Callable[[Line], list[Part]]
"""What stands for a line to be matched."""
Payers = Callable[[int], list[Line]]
"""The lines of this run that pay a document."""

_WORDS = (
    r"(?i)\b(?:R(?:Ü|UE)CKLASTSCHRIFT\w*|R(?:Ü|UE)CKBUCHUNG|R(?:Ü|UE)CK(?:Ü|UE)BERWEISUNG\w*|R(?:Ü|UE)CKGABE|RETOURE|R-TRANSACTION"
    r"|RTRN|RETURNED|RETURN OF|DIRECT DEBIT RETURN|UNPAID|STORNIERT|STORNO|REVERSAL|STORNERING|RIMBORSO INSOLUTO|REJET)\b"
)
_CODE = r"\b(?:AC0[146]|AC13|AM0[459]|MD0[167]|MS0[23]|SL01|BE05|RC01|RR0[1-4]|AG0[12]|CNOR|DNOR)\b"
_SHORTEST = 6


def are_returns(lines: Lines) -> NDArray[np.bool_]:
    """Whether the bank, a reason code or the text says of each line that money comes back."""
    said: NDArray[np.bool_] = (lines.kind == LINE_KINDS.index("return")) | np.asarray(pc.is_valid(lines.reason))
    out = np.flatnonzero((lines.amount < 0) & ~said)
    texts = pc.fill_null(lines.texts.take(pa.array(out)), "")
    coded = pc.and_(pc.match_substring_regex(texts, _CODE), pc.match_substring(texts, "RETOUR", ignore_case=True))
    said[out[np.asarray(pc.or_(pc.match_substring_regex(texts, _WORDS), coded))]] = True
    return said


class Returns:
    """The returns of a run, each with the line that it turns back in full, as far as that is sure.

    Args:
        quoting: numbers quoted in full, from both sides.
        returns: which lines to be matched are returns.
        allowed: which lines to be matched may be an original.
    """

    def __init__(
        self, records: Records, policy: Policy, quoting: Quoting, returns: NDArray[np.bool_], allowed: NDArray[np.bool_]
    ) -> None:
        self._records, self._window = records, policy.windows.return_after
        both = records.both
        self._lines = [records.line(at) for at in np.flatnonzero(returns).tolist()]
        self._quoting = quoting
        self._allowed = allowed & ~returns
        posted = both.posted
        touches = (posted.item != NOTHING) & np.isin(posted.kind, ITEM_ALLOCATIONS)
        self._standing = np.bincount(posted.item[touches], posted.allocated[touches], len(both.items)).astype(np.int64)
        self._before = _by_line(posted.line)
        self._originals = self._by_reference()
        self._taken_back: set[tuple[str, str]] = set()
        if self._lines:
            old = np.flatnonzero(are_returns(both.known)).tolist()
            for line in (records.line(at, known=True) for at in old):
                self._taken_back |= {found.key for found in self._referred(line)[:1]}
        self.pairs = self._paired()

    @property
    def held(self) -> list[int]:
        """Positions of the lines to be matched that a return of this run turns back in full."""
        return sorted(original.at for original in self.pairs.values() if not original.known)

    def drafts(self, parts_of: PartsOf, payers: Payers) -> list[Draft]:
        """What each return takes back; those are left out of which that is not sure.

        Args:
            parts_of: what is sure of a line of this run. payers: the lines of this run that surely pay a document.
        """
        found = []
        for line in self._lines:
            original = self.pairs.get(line.key)
            parts = self._parts(original, parts_of) if original else []
            draft = self._draft(line, original, parts, parts_of) if original and parts else None
            draft = draft or self._part_of_batch(line, parts_of, payers)
            if draft:
                found.append(draft)
        return found

    def _paired(self) -> dict[tuple[str, str], Line]:
        found: dict[tuple[str, str], Line] = {}
        taken: set[tuple[str, str]] = set()
        for line in self._lines:
            fits = [one for one in self._referred(line) or self._quoted_alike(line) if one.key not in taken]
            fits = [one for one in fits if not one.known or one.at in self._before]
            if len(fits) > 1:
                fits = [one for one in fits if one.payer and one.payer == line.payer]
            if len(fits) == 1:
                found[line.key] = fits[0]
                taken.add(fits[0].key)
        return found

    def _by_reference(self) -> dict[tuple[str, str], list[Line]]:
        """The lines that carry a reference of a return, or a return of history does, by entity and reference."""
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
            carries &= ~are_returns(lines) if known else self._allowed
            for at in np.flatnonzero(carries).tolist():
                line = self._records.line(at, known)
                for key in set(_references(line)) & wanted:
                    found[line.entity, key].append(line)
        return found

    def _referred(self, line: Line) -> list[Line]:
        """Lines whose reference the return carries, and that it turns back in full, charges aside."""
        found = {one.key: one for key in _references(line) for one in self._originals[line.entity, key]}
        return [one for one in found.values() if self._turns_back(line, one)]

    def _quoted_alike(self, line: Line) -> list[Line]:
        """Lines that quote a document that the return quotes too, and that it turns back in full."""
        ats = sorted({at for item in self._quoting.items_of(line.at) for at in self._quoting.lines_of(item)})
        found = [self._records.line(at) for at in ats if self._allowed[at]]
        return [one for one in found if self._turns_back(line, one)]

    def _turns_back(self, line: Line, original: Line) -> bool:
        near = 0 <= (line.on - original.on).days <= self._window
        alike = original.entity == line.entity and original.currency == line.currency
        return near and alike and original.key not in self._taken_back and -original.amount in _amounts(line)

    def _parts(self, line: Line, parts_of: PartsOf) -> list[Part]:
        if not line.known:
            return parts_of(line)
        posted = self._records.both.posted
        return [
            Part(str(posted.kind[row]), int(posted.allocated[row]), self._item(posted.item[row]), posted.customer[row],
                 posted.gl_account[row])
            for row in self._before.get(line.at, [])
        ]  # fmt: skip

    def _item(self, at: Any) -> Item | None:
        return None if at == NOTHING else self._records.item(int(at))

    def _part_of_batch(self, line: Line, parts_of: PartsOf, payers: Payers) -> Draft | None:
        """One document of a collective entry, or a payment found by the document that the return quotes."""
        posted = self._records.both.posted
        fits: dict[tuple[tuple[str, str], tuple[Part, ...]], tuple[Line, list[Part]]] = {}
        for at in self._quoting.items_of(line.at):
            item = self._records.item(at)
            if (item.entity, item.currency) != (line.entity, line.currency):
                continue
            rows = np.flatnonzero((posted.item == at) & (posted.line != NOTHING)).tolist()
            earlier = [self._records.line(int(posted.line[row]), known=True) for row in rows]
            for original in (*earlier, *payers(at)):
                if 0 <= (line.on - original.on).days <= self._window and original.amount * line.amount < 0:
                    parts = self._turned(line, self._parts(original, parts_of), item)
                    if parts:
                        fits[original.key, tuple(parts)] = original, parts
        if len(fits) != 1:
            return None
        ((original, parts),) = fits.values()
        return self._draft(line, original, parts, parts_of)

    def _turned(self, line: Line, every: list[Part], item: Item) -> list[Part]:
        for parts in (every, [part for part in every if part.item is not None and part.item.at == item.at]):
            if parts and -cash(parts) in _amounts(line):
                return parts
        return []

    def _draft(self, line: Line, original: Line, parts: list[Part], parts_of: PartsOf) -> Draft | None:
        """The parts turned round, if what they turn back stands: posted before, or paid in this run."""
        fresh = {} if original.known else {part.item.at: part.allocated for part in parts if part.item is not None}
        for part in parts:
            if part.item is not None:
                stands = self._standing[part.item.at] + fresh.get(part.item.at, 0)
                if stands * part.allocated <= 0:
                    return None
        back = [Part(p.kind, -p.allocated, p.item, p.customer_id, p.gl_account) for p in parts]
        if charges := line.amount - cash(back):
            back.append(Part("charge", charges))
        for part in back:
            if part.item is not None and original.known:
                self._standing[part.item.at] += part.allocated
        if len(parts) == len(self._parts(original, parts_of)):
            self._taken_back.add(original.key)
        seen = (
            Seen("original line", "exact", f"{original.on} {shown(original.amount, original.currency)}"),
            Seen("amount", "exact" if not charges else "exact less charges", shown(line.amount, line.currency)),
            Seen("return reason", "given" if line.return_reason else "missing", line.return_reason),
        )
        return Draft(line, "return_of_known_line", tuple(back), seen)


def _references(line: Line) -> Iterable[str]:
    """What names a single payment: its end-to-end id, also where a return repeats it in its text."""
    for value in (line.e2e, line.reference):
        key = "".join(c for c in (value or "").upper() if c.isascii() and c.isalnum())
        if len(key) >= _SHORTEST and any(map(str.isdigit, key)):
            yield key


def _amounts(line: Line) -> set[int]:
    """The amounts that the original may have had, turned round: as booked, less charges, as instructed."""
    found = {line.amount}
    if line.charges:
        found.add(line.amount - line.charges)
    if line.instructed and abs(line.instructed) <= abs(line.amount):
        found.add(-abs(line.instructed) if line.amount < 0 else abs(line.instructed))
    return found


def _by_line(lines: Any) -> dict[int, list[int]]:
    """Rows of what was posted, by position of the known line."""
    found: dict[int, list[int]] = defaultdict(list)
    for row, line in enumerate(lines.tolist()):
        if line != NOTHING:
            found[line].append(row)
    return dict(found)
