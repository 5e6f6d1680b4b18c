"""Returns: money that goes back the way it came, and takes back what the original line had paid."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from recon_kit.matching.book import Book, Draft, Part, Seen
from recon_kit.matching.numbers import plain
from recon_kit.matching.sides import Item, Line, shown

_WORDS = re.compile(
    r"\b(?:R(?:Ü|UE)CKLASTSCHRIFT\w*|R(?:Ü|UE)CKBUCHUNG|R(?:Ü|UE)CK(?:Ü|UE)BERWEISUNG\w*|R(?:Ü|UE)CKGABE|RETOURE|R-TRANSACTION|RTRN"
    r"|RETURNED|RETURN OF|DIRECT DEBIT RETURN|UNPAID|STORNIERT|STORNO|REVERSAL|STORNERING|RIMBORSO INSOLUTO|REJET)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?:AC0[146]|AC13|AM0[459]|MD0[167]|MS0[23]|SL01|BE05|RC01|RR0[1-4]|AG0[12]|CNOR|DNOR)\b")


class Returns:
    """The lines of this run and of history, to be found again by what a return carries of them."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_reference: dict[tuple[str, str], list[Line]] = defaultdict(list)
        self._taken_back: set[tuple[str, str]] = set()
        lines = {(line.entity, line.id): line for line in (*book.sides.known_lines, *book.sides.lines)}
        for line in sorted(lines.values(), key=lambda line: (line.on, line.entity, line.account, line.id)):
            if not is_return(line):
                for key in _references(line):
                    self._by_reference[line.entity, key].append(line)
        for line in book.sides.known_lines:
            if is_return(line):
                self._taken_back |= {(found.entity, found.id) for found in self._originals(line)[:1]}

    def matched(self, line: Line) -> Draft | None:
        """What takes back the original line, or one document's part of a collective one; None if it is not sure which."""
        whole = [(original, self._book.parts_of(original)) for original in self._originals(line)]
        whole = [(original, parts) for original, parts in whole if parts]
        if len(whole) == 1:
            original, parts = whole[0]
            return self._draft(line, original, parts)
        return None if whole else self._part_of_batch(line)

    def known(self, line: Line) -> Line | None:
        """The original line, where it is known but nothing stands for it."""
        return next(iter(self._originals(line)), None)

    def _originals(self, line: Line) -> list[Line]:
        """Lines that the return names and that it turns back in full, charges aside."""
        found: dict[str, Line] = {}
        for key in _references(line):
            for original in self._by_reference[line.entity, key]:
                days = (line.on - original.on).days
                known = (original.entity, original.id) in self._taken_back
                near = 0 <= days <= self._book.policy.windows.return_after
                if near and not known and original.currency == line.currency and -original.amount in _amounts(line):
                    found[original.id] = original
        return list(found.values())

    def _part_of_batch(self, line: Line) -> Draft | None:
        """One document of a collective entry, or a payment found by the document that the return quotes."""
        ats = sorted({at for hit in self._book.hits(line) for at in hit.items})
        quoted = [self._book.sides.items[at] for at in ats]
        found = [
            (original, item)
            for item in quoted
            if item.entity == line.entity and item.currency == line.currency
            for original, allocated in self._book.payers[item.at]
            if original.on <= line.on and (line.on - original.on).days <= self._book.policy.windows.return_after
            if allocated * original.amount > 0 and self._standing(item) * allocated > 0
        ]
        fits = [(original, parts) for original, item in dict.fromkeys(found) if (parts := self._turned(line, original, item))]
        if len(fits) != 1:
            return None
        return self._draft(line, *fits[0])

    def _turned(self, line: Line, original: Line, item: Item) -> list[Part]:
        every = self._book.parts_of(original)
        for parts in (every, [part for part in every if part.item is not None and part.item.at == item.at]):
            if parts and -_cash(parts) in _amounts(line):
                return parts
        return []

    def _standing(self, item: Item) -> int:
        return self._book.net[item.at]

    def _draft(self, line: Line, original: Line, parts: list[Part]) -> Draft | None:
        if any(part.item is not None and self._standing(part.item) * part.allocated <= 0 for part in parts):
            return None
        back = [Part(p.kind, -p.allocated, p.item, p.customer_id, p.gl_account) for p in parts]
        if charges := line.amount - _cash(back):
            back.append(Part("charge", charges))
        if len(parts) == len(self._book.parts_of(original)):
            self._taken_back.add((original.entity, original.id))
        seen = (
            Seen("original line", "exact", f"{original.on} {shown(original.amount, original.currency)}"),
            Seen("amount", "exact" if not charges else "exact less charges", shown(line.amount, line.currency)),
            Seen("return reason", "given" if line.return_reason else "missing", line.return_reason),
        )
        return Draft(line, "return_of_known_line", tuple(back), seen)


def is_return(line: Line) -> bool:
    """Whether the bank, a reason code or the text says that money comes back."""
    if line.kind == "return" or line.return_reason:
        return True
    text = line.remittance or ""
    return line.amount < 0 and bool(_WORDS.search(text) or (_CODE.search(text) and "RETOUR" in text.upper()))


def _references(line: Line) -> Iterable[str]:
    """What names a single payment: its end-to-end id, also where a return repeats it in its text."""
    for value in (line.e2e, line.reference):
        key = plain(value or "")
        if len(key) >= 6 and any(map(str.isdigit, key)):
            yield key


def _amounts(line: Line) -> set[int]:
    """The amounts that the original may have had, turned round: as booked, less charges, as instructed."""
    found = {line.amount}
    if line.charges:
        found.add(line.amount - line.charges)
    if line.instructed and abs(line.instructed) <= abs(line.amount):
        found.add(-abs(line.instructed) if line.amount < 0 else abs(line.instructed))
    return found


def _cash(parts: Iterable[Part]) -> int:
    return sum(part.allocated for part in parts if part.kind not in ("discount", "fee", "write_off", "fx_difference"))
