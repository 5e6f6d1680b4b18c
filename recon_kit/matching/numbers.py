"""Document numbers in payment texts: found whole, at word boundaries, however they are blanked, cased or cut by a bank."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from recon_kit.matching.sides import Item

_RUN = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_LABELS = tuple("RECHNUNGSNR RECHNUNG FACTUUR FAKTURA INVOICE BELEG RENR RGNR INV RNR RE RG NR NO".split())
_GOES_WITH = re.compile(r"\s*(?:[-+,;&/|]\s*){1,4}|\s")
_JOINS = re.compile(r"[-/._#: ]{1,3}")
_GOES_ON = re.compile(r"[-.]\d{1,2}(?!\d)|,\d{1,2}(?!\d)(?!\.\d)")
_GOES_BEFORE = re.compile(r"\d[-.,]$|[+]$")
_LONG = 12
_BARE_DIGITS = 6
_CUTS = (28, 36)
_NOT_NUMBERS = re.compile(
    r"""
    \b[A-Z]{2}\d{2}(?:\ ?[A-Z0-9]{4}){3,7}(?:\ ?[A-Z0-9]{1,3})?\b               # IBAN
    | (?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d) | (?<!\d)\d{4}-\d\d-\d\d(?!\d)   # date
    | (?<![\d.,])\d{1,3}(?:[.,'’ ]\d{3})*[.,]\d\d(?![\d])                         # amount
    | (?<!\d)\d+(?:[.,]\d\d)?\s?(?:EUR|CHF|GBP|USD|€|£|\$)(?!\w) | (?:\b(?:EUR|CHF|GBP|USD)|[€£$])\s?\d+
    | \+\d[\d\ ()/-]{7,} | \b(?:TEL|TELEFON|FON|PHONE|FAX|MOBIL|MOBILE)\W{0,3}\d[\d\ /()-]+   # telephone
    | \b(?:KTO|KONTO|BLZ|BIC|MREF|CRED|MANDAT\w*|GLÄUBIGER\w*|KUNDENN\w*|KD\W?NR|CUSTOMER(?:\W?N\w)?)\W{0,3}[A-Z0-9]+
    """,
    re.VERBOSE,
)


def plain(text: str) -> str:
    """Letters and digits only, upper case, one form of each character.

    >>> plain("Re. 2026-08123 "), plain("re202608123")
    ('RE202608123', 'RE202608123')
    """
    return "".join(_RUN.findall(_upper(text)))


def _upper(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True, slots=True)
class Hit:
    """A number that a text quotes.

    Args:
        written: as it stands in the text.
        items: positions of all documents that carry it, in any entity; ascending.
        level: what of the document it is: "document", "reference", "order", "bare" (document without its letters), or
            "shortened" (only the last digits, behind another one of its series: RE-2026-08123, 124).
    """

    written: str
    items: tuple[int, ...]
    level: str


@dataclass(slots=True)
class _Key:
    items: set[int] = field(default_factory=set)
    joints: set[int] = field(default_factory=set)
    level: str = "bare"


class Numbers:
    """Every number that the items themselves carry, to be found again in texts.

    A number is looked for with the joints that documents of its shape show: RE-2026-08123 is also found as
    "RE 2026 08123" and "re202608123", and across a line break, but 10 0001 is not 100001. A number of digits only needs
    five of them and may not be part of a date, an amount, an IBAN or a telephone number.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._keys: dict[str, _Key] = {}
        self._payouts: dict[str, set[int]] = {}
        for item in items:
            self._learn(item)
        self._heads = {key[:3] for key in self._keys}
        self._longest = max(map(len, self._keys), default=0)
        self._sorted_payouts = sorted(self._payouts)
        self._seen: dict[str, tuple[Hit, ...]] = {}

    def _learn(self, item: Item) -> None:
        for level, value in (("document", item.document_no), ("reference", item.reference), ("order", item.order_no)):
            if value and _usable(key := plain(value)):
                self._add(key, item.at, _joints(value), level)
                if item.kind == "payout":
                    self._payouts.setdefault(key, set()).add(item.at)
        parts = _PARTS.findall(_upper(item.document_no))
        digits = "".join(parts[1:])
        if parts and parts[0].isalpha() and digits.isdigit() and len(digits) >= _BARE_DIGITS:
            self._add(digits, item.at, {joint - len(parts[0]) for joint in _joints(item.document_no)}, "bare")

    def _add(self, key: str, at: int, joints: set[int], level: str) -> None:
        known = self._keys.setdefault(key, _Key())
        known.items.add(at)
        known.joints |= joints
        known.level = min(known.level, level, key=("document", "reference", "order", "bare").index)

    def quoted(self, text: str | None, *fields: str | None) -> tuple[Hit, ...]:
        """Each number quoted in the text or in a field once, in order of appearance; a field may also be one as a whole."""
        whole = [hit for field in fields if field for hit in self._whole(field)]
        hits = {hit.items: hit for text in (*reversed(fields), text) if text for hit in reversed(self._in(text))}
        hits |= {hit.items: hit for hit in whole}
        return tuple(reversed(hits.values()))

    def cut_payouts(self, text: str | None) -> set[int]:
        """Payouts whose id begins with a piece of the text of six characters or more, if only one begins so."""
        found: set[int] = set()
        if not self._payouts:
            return found
        words = _RUN.findall(_upper(text or ""))
        for start in range(len(words)):
            joined = ""
            for word in words[start : start + 4]:
                joined += word
                if len(joined) >= 6 and any(map(str.isdigit, joined)):
                    found |= self._payout_beginning(joined)
        return found

    def _payout_beginning(self, piece: str) -> set[int]:
        first = bisect_left(self._sorted_payouts, piece)
        fits = [key for key in self._sorted_payouts[first : first + 2] if key.startswith(piece)]
        return self._payouts[fits[0]] if len(fits) == 1 else set()

    def _in(self, text: str) -> tuple[Hit, ...]:
        if text not in self._seen:
            self._seen[text] = tuple(self._scan(_upper(text)))
        return self._seen[text]

    def _whole(self, field: str) -> tuple[Hit, ...]:
        key = self._keys.get(plain(field))
        return (Hit(field.strip(), tuple(sorted(key.items)), key.level),) if key else ()

    def _scan(self, text: str) -> Iterable[Hit]:
        runs = [found.span() for found in _RUN.finditer(text)]
        start, last = 0, ""
        while start < len(runs):
            key, after = self._longest_at(text, runs, start)
            level = ""
            if not key and last and (key := self._next_of_series(text, runs, start, last)):
                after, level = start + 1, "shortened"
            if key:
                found = self._keys[key]
                yield Hit(_written(text, runs[start:after]), tuple(sorted(found.items)), level or found.level)
            start, last = after, key

    def _longest_at(self, text: str, runs: list[tuple[int, int]], start: int) -> tuple[str, int]:
        """The longest number that begins with this run, and the run after it; "" and the next run if there is none."""
        joined, best = "", ("", start + 1)
        ends: list[int] = []
        for end in range(start, len(runs)):
            joined += text[slice(*runs[end])]
            if len(joined) > self._longest or (len(joined) >= 3 and joined[:3] not in self._heads):
                break
            key = self._keys.get(joined)
            if (
                key
                and _fits(joined, key, text, runs[start : end + 1], ends)
                and _free(joined, text, runs[start][0], runs[end][1])
            ):
                best = (joined, end + 1)
            ends.append(len(joined))
        return best if best[0] else (self._labelled(text[slice(*runs[start])]), start + 1)

    def _labelled(self, run: str) -> str:
        """The number in a run that has a word for invoice glued before it."""
        if not run[-1].isdigit() or not run.startswith(_LABELS):
            return ""
        rests = (run.removeprefix(label) for label in _LABELS if run.startswith(label))
        return next((rest for rest in rests if rest in self._keys), "")

    def _next_of_series(self, text: str, runs: list[tuple[int, int]], at: int, last: str) -> str:
        """The number that these last digits stand for, right behind another one of its series."""
        left, right = runs[at]
        digits, tail = text[left:right], len(last) - len(last.rstrip("0123456789"))
        if not (3 <= len(digits) <= tail and digits.isdigit() and _GOES_WITH.fullmatch(text[runs[at - 1][1] : left])):
            return ""
        key = last[: -len(digits)] + digits
        return key if key in self._keys and key != last and _free(digits, text, left, right, series=True) else ""


def _written(text: str, runs: list[tuple[int, int]]) -> str:
    return " ".join(text[runs[0][0] : runs[-1][1]].split())


def _usable(key: str) -> bool:
    digits = sum(map(str.isdigit, key))
    return digits >= 5 if digits == len(key) else digits >= 1 and len(key) >= 4


def _joints(value: str) -> set[int]:
    """Where a number may be written apart: at its own marks, and between letters and digits."""
    joints, length = set(), 0
    for part in _PARTS.findall(_upper(value)):
        length += len(part)
        joints.add(length)
    return joints


def _fits(joined: str, key: _Key, text: str, runs: list[tuple[int, int]], ends: list[int]) -> bool:
    """Whether each gap inside the quoted number stands where the number has a joint, or where a bank cut the line."""
    for (_, left), (right, _), length in zip(runs, runs[1:], ends, strict=False):
        gap = text[left:right]
        cut = "\n" in gap or (gap == " " and any(left % width == width - 1 for width in _CUTS))
        if not cut and not (_JOINS.fullmatch(gap) and (length in key.joints or len(joined) >= _LONG)):
            return False
    return True


def _free(joined: str, text: str, left: int, right: int, series: bool = False) -> bool:
    """Whether the number ends where it seems to end, and is no part of something that only looks like a number."""
    if _GOES_ON.match(text, right):
        return False
    if not joined.isdigit():
        return True
    if not series and _GOES_BEFORE.search(text[max(0, left - 2) : left]):
        return False
    return not any(found.start() < right and left < found.end() for found in _NOT_NUMBERS.finditer(text))
