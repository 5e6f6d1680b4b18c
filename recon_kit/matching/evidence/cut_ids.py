"""Payouts whose id a bank has cut: a long id, of which the text keeps the beginning, and only one begins so.

Asked only for lines of a payout's very amount that quote no payout: an id's beginning alone proves little.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Items, Lines
from recon_kit.matching.evidence.quotes import NEAR, Quotes
from recon_kit.tables import ITEM_KINDS

_PAYOUT = ITEM_KINDS.index("payout")
_WORD = re.compile(rb"[0-9A-Z]+")
_SHORTEST, _MOST_WORDS = 6, 4


def with_cut_ids(quotes: Quotes, lines: Lines, items: Items) -> Quotes:
    """The quotes, and with strength NEAR the payouts that a line names by the beginning of their id."""
    payouts = np.flatnonzero((items.kind == _PAYOUT) & (items.open != 0))
    if not len(payouts):
        return quotes
    named = np.zeros(len(lines), bool)
    named[quotes.line[items.kind[quotes.item] == _PAYOUT]] = True
    asked = np.flatnonzero(np.isin(lines.amount, items.open[payouts]) & ~named)
    ids = sorted((_plain(items.document[at].as_py()), int(at)) for at in payouts.tolist())
    rows = [row for line in asked.tolist() for row in _found(quotes, line, ids)]
    return _joined(quotes, np.array(rows, np.int64).reshape(-1, 4)) if rows else quotes


def _plain(text: str | None) -> bytes:
    return b"".join(_WORD.findall((text or "").upper().encode("ascii", "ignore")))


def _found(quotes: Quotes, line: int, ids: list[tuple[bytes, int]]) -> list[tuple[int, int, int, int]]:
    """(line, payout, place, length) of each id's beginning in a line's text, the longest of each."""
    start, end = quotes.text.start[line], quotes.text.start[line + 1]
    words = list(_WORD.finditer(bytes(quotes.text.buffer[start:end])))
    best: dict[int, tuple[int, int]] = {}
    for first, word in enumerate(words):
        joined = b""
        for last in words[first : first + _MOST_WORDS]:
            joined += last[0]
            if len(joined) >= _SHORTEST and any(48 <= byte <= 57 for byte in joined):
                at = bisect_left(ids, (joined,))
                fits = [item for number, item in ids[at : at + 2] if number.startswith(joined)]
                if len(fits) == 1:
                    best[fits[0]] = max(best.get(fits[0], (0, 0)), (last.end() - word.start(), word.start()))
    return [(line, item, place, length) for item, (length, place) in best.items()]


def _joined(quotes: Quotes, rows: NDArray[np.int64]) -> Quotes:
    old = {name: getattr(quotes, name) for name in ("line", "item", "strength", "at", "length")}
    new = dict(zip(("line", "item", "at", "length"), rows.T, strict=True)) | {"strength": np.full(len(rows), NEAR)}
    both = {name: np.concatenate([old[name], new[name].astype(old[name].dtype)]) for name in old}
    order = np.lexsort((both["item"], both["line"]))
    line, item, strength, at, length = (column[order] for column in both.values())
    return replace(quotes, line=line, item=item, strength=strength, at=at, length=length)
