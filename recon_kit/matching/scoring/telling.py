"""What the line itself tells of a set: which documents its text quotes, and which debtor its payer is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.evidence.closeness import closeness
from recon_kit.matching.evidence.joins import among, packed
from recon_kit.matching.evidence.payers import SILENT
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.seen import WHOLE_NUMBER, Column, Seen, bits, log

_QUOTED_TAIL = 13


def pair_strength(seen: Seen) -> Column:
    """The strength with which each document of each set is quoted by the set's line, 0 for not at all; one a set's element."""
    quotes, n = seen.quotes, len(seen.items)
    known = quotes.line.astype(np.int64) * n + quotes.item
    asked = seen.line[segments.rows(seen.sets.start)].astype(np.int64) * n + seen.sets.items
    if not len(known):
        return np.zeros(len(asked), np.int8)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[at] == asked, quotes.strength[at], 0).astype(np.int8)


def of_text(seen: Seen) -> dict[str, Column]:
    """How surely the text quotes the set's documents, and what else it holds."""
    sets, line, quotes = seen.sets, seen.line, seen.quotes
    strength, n = pair_strength(seen), len(seen.lines)
    fully = (quotes.strength >= WHOLE_NUMBER) & ~_of_a_sister(seen)
    is_open = seen.left[quotes.item] != 0
    here = segments.total(strength >= WHOLE_NUMBER, sets.start)
    size = np.diff(sets.start)
    return {
        "strongest": segments.most(strength, sets.start),
        "weakest": segments.least(strength, sets.start),
        "quoted_fully": here / size,
        "quoted": segments.total(strength > 0, sets.start) / size,
        **_closeness(seen, strength == 0),
        "quoted_elsewhere": np.minimum(segments.by(quotes.line[fully & is_open], n)[line] - here, 20),
        "quoted_closed": np.minimum(segments.by(quotes.line[fully & ~is_open], n)[line], 20),
        "quotes": log(segments.by(quotes.line, n)[line]),
        "long_numbers": quotes.n_long[line],
        "unknown_numbers": quotes.n_unknown[line],
        "crowded_numbers": quotes.n_crowded[line],
        "text_length": log(np.diff(quotes.text.start)[line]),
    }


def _of_a_sister(seen: Seen) -> NDArray[np.bool_]:
    """Quotes of another company's document where one of the line's own has the very same number."""
    quotes = seen.quotes
    own = seen.items.entity[quotes.item] == seen.lines.entity[quotes.line]
    if own.all():
        return np.zeros(len(own), bool)
    place = packed(quotes.line, quotes.at)
    return np.asarray(~own & among(place, place[own]))


def _closeness(seen: Seen, silent: NDArray[np.bool_]) -> dict[str, Column]:
    """How near the text comes to those documents of a set that it does not quote."""
    sets = seen.sets
    asked = np.flatnonzero(silent)
    found = closeness(seen.quotes, seen.line[segments.rows(sets.start)][asked], sets.items[asked])
    tail, slip = np.full(len(silent), _QUOTED_TAIL, np.int16), np.zeros(len(silent), np.int16)
    tail[asked], slip[asked] = found.tail, found.slip
    n = segments.total(silent, sets.start)
    of = np.maximum(n, 1)
    return {
        "tail_least": segments.least(tail, sets.start),
        "tail_mean": np.where(n > 0, (segments.total(tail * silent, sets.start)) / of, np.nan),
        "slip": np.where(n > 0, segments.total(slip, sets.start) / of, np.nan),
    }


def of_payer(seen: Seen) -> dict[str, Column]:
    """How the payer is known to be the set's debtor."""
    links, sets, line = seen.links, seen.sets, seen.line
    debtors = int(seen.items.debtor.max(initial=0)) + 1
    known = links.line.astype(np.int64) * debtors + links.debtor
    order = np.argsort(known, kind="stable")
    known = known[order]
    asked = line.astype(np.int64) * debtors + sets.debtor
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    linked = (known[at] == asked) & (sets.debtor != NOTHING) if len(known) else np.zeros(len(asked), bool)

    def of(values: Column, otherwise: float) -> Column:
        return np.where(linked, values[order][at], otherwise) if len(known) else np.full(len(asked), otherwise)

    kind = of(links.kind, 0)
    best = segments.most_by(links.line, len(seen.lines), links.kind.astype(np.int64))
    similarity, begins = of(links.likeness, np.nan), of(links.begins, np.nan)
    kinds = of(links.kinds, 0).astype(np.int64)
    return {
        "link": kind,
        "similarity": np.where(similarity < 0, np.nan, similarity),
        "name_letters": log(of(links.letters, 0)),
        "name_share": np.where(begins < 0, np.nan, begins),
        "account": of(links.account, 0),
        "proof": log(of(links.proof, 0)),
        "shares": log(of(links.shares, 0)),
        "links": bits(kinds),
        "silent": (kinds >> SILENT) & 1,
        "debtors": segments.by(links.line, len(seen.lines))[line],
        "mixed": sets.debtor == NOTHING,
        "better_link": np.maximum(best[line] - kind, 0),
    }
