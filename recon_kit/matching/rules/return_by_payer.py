"""Returns that name no payment: what the same payer had paid, of exactly the opposite amount.

One such payment alone, on the account that the return stands on, may be turned back without a person; of several the one
whose text is repeated, or else the latest, is shown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.records import Line, Records, plain
from recon_kit.sentences import Sentence, sentence

Mask = NDArray[np.bool_]
_SHORTEST = 6
_NUMBERS = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Likely:
    """The payment that a return seems to turn back, and why a person has to see it; no doubt, if none has to."""

    original: Line
    doubt: Sentence | None


def likely_originals(
    records: Records, returns: Sequence[Line], by_bank: Mask, may: tuple[Mask, Mask], taken: Iterable[tuple[str, str]],
    days: int,
) -> dict[tuple[str, str], Likely]:  # fmt: skip
    """The original of each return that has one, by the key of the return; each original once.

    Args:
        by_bank: of the lines of this run those that only a bank calls a return.
        may: which lines of this run and which known ones may be originals. taken: keys of those that have their return.
        days: how long after the original a return may come.
    """
    originals, used = _by_amount(records, returns, may), set(taken)
    fits = {line.key: [one for one in originals[_turned(line)] if _fits(line, one, days)] for line in returns}
    fits = {key: [one for one in found if one.key not in used] for key, found in fits.items()}
    claimed = Counter(one.key for found in fits.values() for one in found)
    found: dict[tuple[str, str], Likely] = {}
    for line in sorted(returns, key=lambda line: len(fits[line.key])):
        left = [one for one in fits[line.key] if one.key not in used]
        if left:
            best = max(left, key=partial(_likeness, line))
            alone = len(fits[line.key]) == 1 and claimed[best.key] == 1
            sure = by_bank[line.at] and line.account == best.account and not _contradicts(line, best)
            sure &= _same_account(line, best) or (_repeats(line, best) and not (line.payer and best.payer))
            doubt = sentence("return_by_payer" if alone else "return_of_several", on=best.on)
            found[line.key] = Likely(best, None if alone and sure else doubt)
            used.add(best.key)
    return found


def _by_amount(records: Records, returns: Sequence[Line], may: tuple[Mask, Mask]) -> dict[tuple[str, str, int], list[Line]]:
    amounts = np.array([-line.amount for line in returns], np.int64)
    found: dict[tuple[str, str, int], list[Line]] = defaultdict(list)
    for lines, mask, known in ((records.both.lines, may[0], False), (records.both.known, may[1], True)):
        for at in np.flatnonzero(mask & np.isin(lines.amount, amounts)).tolist():
            line = records.line(at, known)
            found[line.entity, line.currency, line.amount].append(line)
    return found


def _turned(line: Line) -> tuple[str, str, int]:
    return line.entity, line.currency, -line.amount


def _fits(line: Line, original: Line, days: int) -> bool:
    """Whether a payment is of the same payer, by account or by name, and not too old."""
    same = _same_account(line, original) or ("" != plain(line.name) == plain(original.name))
    return same and 0 <= (line.on - original.on).days <= days


def _likeness(line: Line, original: Line) -> tuple[bool, bool, bool, date, int]:
    """What tells payments of one amount apart: the text, the accounts, and then the day."""
    return (
        _repeats(line, original), original.account == line.account, _same_account(line, original), original.on, original.at,
    )  # fmt: skip


def _same_account(line: Line, original: Line) -> bool:
    return "" != line.payer == original.payer


def _contradicts(line: Line, original: Line) -> bool:
    """Whether both name a payment, or numbers in their texts, and not the same ones."""
    apart = bool(line.e2e and original.e2e and plain(line.e2e) != plain(original.e2e))
    told, before = (set(_NUMBERS.findall(one.remittance or "")) for one in (line, original))
    return apart or bool(told and before and not told & before)


def _repeats(line: Line, original: Line) -> bool:
    """Whether a return repeats the text of a payment, a number in it."""
    old = plain(original.remittance)
    return len(old) >= _SHORTEST and any(map(str.isdigit, old)) and old in plain(line.remittance)
