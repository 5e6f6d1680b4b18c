"""Why the model says so: what each kind of evidence adds to the log-odds of a set; the parts sum to its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recon_kit.matching.columns import GATHERED, Columns
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.patterns import item_kinds
from recon_kit.matching.decision.proven import ALIKE, OTHER_PAYMENTS, PROOF
from recon_kit.matching.evidence.joins import steps
from recon_kit.matching.evidence.payer_rows import SAME_NAME
from recon_kit.matching.evidence.quotes import Quotes
from recon_kit.matching.model import Model, Pass, Stage
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.final import FINAL, Final
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import HOW

Texts = NDArray[np.object_]

AMOUNT, DATE, OTHERS, PAYER, PRIOR, REFERENCE, RIVALS = range(7)
GROUPS = ("amount", "date", "other open documents", "payer", "prior", "reference", "rivals")
"""Kinds of evidence, in the order in which they are told; `prior` is what holds before any of it."""

_OF: dict[int, tuple[str, ...]] = {
    AMOUNT: (
        "exact", "discounted", "discounts", "short", "difference", "amount", "round", "charges", "size", "negative", "chance",
        "luck",
    ),
    DATE: ("after_", "off_habit", "delay", "in_discount", "days_since"),
    PAYER: (
        "hub", "outgoing", "link", "similarity", "account", "proof", "shares", "silent", "debtors", "mixed", "better_link",
        "name_", "habit_",
    ),
    REFERENCE: (
        "strongest", "weakest", "quote", "long_numbers", "unknown_numbers", "text_length", "crowded_numbers", "tail_", "slip",
        "by_text",
    ),
    OTHERS: ("pool", "older_", "inside_", "same_", "rank_", "equal_lines", "left_", "offered", "by_"),
    RIVALS: (
        "sets", "exact_sets", "exact_same", "exact_of", "claims", "capped", "found_by", "own", "rival", "gap", "total",
        "strongest_claim", "mean_claim", "crowded", "pass", "said", "ahead_", "taken_by", "claim_", "wanted_",
    ),
}  # fmt: skip
SCORE = "score"
"""The row beside them that holds the score itself, as the trees gave it: what the others have to sum to."""
_QUOTED = ("missing", "one slip, or cut off", "shortened", "its digits", "order number", "number, written otherwise",
           "number", "number with check digits")  # fmt: skip
_LINKED = ("unknown", "similar name", "same name", "named by the quoted document", "customer number",
           "account that paid before", "account by the ledger", "name that paid before",
           "equal amounts of this customer's")  # fmt: skip
_NAME_PROVEN, _BY_AMOUNTS = len(_LINKED) - 2, len(_LINKED) - 1
_SOME, _GATHERED = "some of them", "provider or till"
_DAYS = ("before it was due", "about when it was due", "after it was due")
_OLDER = ("not asked", "none due before it", "left open")
_OTHER_SETS = ("no other set fits", "other sets fit")
LEVELS = {
    GROUPS[AMOUNT]: HOW, GROUPS[DATE]: _DAYS, GROUPS[REFERENCE]: (*_QUOTED, _SOME), GROUPS[PAYER]: (*_LINKED, _GATHERED),
    GROUPS[OTHERS]: _OLDER, GROUPS[RIVALS]: _OTHER_SETS, GROUPS[PRIOR]: ("before any evidence",), SCORE: ("together",),
    PROOF: (OTHER_PAYMENTS,),
}  # fmt: skip
"""What can be found of each kind of evidence, from the one end of its ladder to the other."""
_AT_ONCE = 65_536


@dataclass(frozen=True)
class Told:
    """Evidence of bets: [n, len(GROUPS)] log-odds, levels and values (None: none).

    The log-odds of a row sum to its score, which stands beside them as the trees gave it.
    """

    log_odds: NDArray[np.float64]
    level: Texts
    value: Texts
    score: NDArray[np.float64]


def group_of(name: str) -> int:
    """The kind of evidence that a feature belongs to; the longest beginning decides.

    >>> GROUPS[group_of("exact")], GROUPS[group_of("exact_sets")]
    ('amount', 'rivals')
    """
    fits = [(len(head), group) for group, heads in _OF.items() for head in heads if name.startswith(head)]
    return max(fits)[1] if fits else RIVALS


def evidence(
    both: Columns, looks: tuple[Look, ...], bets: Bets, alone: NDArray[np.bool_], model: Model, final: Final | None
) -> Told:
    """What speaks for and against each bet.

    Args:
        alone: bets for which nothing but their amount speaks.
    """
    odds, score = np.zeros((len(bets), len(GROUPS))), bets.gather(looks, "odds")
    for number, look in enumerate(looks):
        rows = np.flatnonzero(bets.look == number)
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            odds[some] = _of_pass(model.of_pass(look.name), look, bets.set[some])
    if final is not None:
        mine, theirs = bets.judged_last(final)
        for first in range(0, len(mine), _AT_ONCE):
            of, at = mine[first : first + _AT_ONCE], theirs[first : first + _AT_ONCE]
            told, said = _summed(model.of_pass(FINAL).last, final.rows[at], "said")
            odds[of] = _shared(told, said, odds[of])
            score[of] = final.odds[at]
    level, value = _levels(both, looks, bets, alone)
    return Told(odds, level, value, score)


def _of_pass(part: Pass, look: Look, sets: Any) -> NDArray[np.float64]:
    """Contributions by kind to a pass's log-odds; what its first stage's score adds is shared out as that score is made."""
    rows = look.rows[sets]
    if part.second is None:
        return _summed(part.first, rows)[0]
    found, own = _summed(part.second, rows, "own")
    columns = [part.second.features.index(name) for name in part.first.features if name in part.second.features]
    if len(columns) < len(part.first.features):
        found[:, RIVALS] += own
        return found
    return _shared(found, own, _summed(part.first, rows[:, columns])[0])


def _shared(found: NDArray[np.float64], added: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a score added as one is shared out over the kinds that had pulled that score the same way, as far as each did.

    A share is never larger than the whole, as it would be in proportion to a score near nought. Where no kind pulled that way
    it stays with rivals.
    """
    pulled = np.maximum(parts * np.sign(added)[:, None], 0)
    pulled[:, PRIOR] = 0
    whole = pulled.sum(axis=1)
    shared = added[:, None] * pulled / np.where(whole > 0, whole, 1)[:, None]
    found = found + shared
    found[:, RIVALS] += added - shared.sum(axis=1)
    return found


def _summed(
    stage: Stage, rows: NDArray[np.float32], apart: str | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Contributions by kind, and apart from them what one feature adds."""
    by_feature, base = stage.trees.contributions(np.ascontiguousarray(rows))
    found, added = np.zeros((len(rows), len(GROUPS))), np.zeros(len(rows))
    for at, name in enumerate(stage.features):
        if name == apart:
            added = by_feature[:, at]
        else:
            found[:, group_of(name)] += by_feature[:, at]
    found[:, PRIOR] += base
    return found, added


def _levels(both: Columns, looks: tuple[Look, ...], bets: Bets, alone: NDArray[np.bool_]) -> tuple[Texts, Texts]:
    level, value = np.full((len(bets), len(GROUPS)), "", object), np.full((len(bets), len(GROUPS)), None, object)

    def seen(name: str) -> NDArray[Any]:
        return np.nan_to_num(bets.feature(looks, name))

    size, strongest, weakest = seen("size"), seen("strongest"), seen("weakest")
    level[:, AMOUNT] = np.array(HOW, object)[bets.of_sets(looks, "how")]
    value[:, AMOUNT] = _counted(size, "document")
    days = seen("after_last_due")
    level[:, DATE] = np.select([days < -3, days <= 14], _DAYS[:2], _DAYS[2])
    value[:, DATE] = _counted(days, "day")
    part = (strongest > 0) & (weakest == 0)
    level[:, REFERENCE] = np.where(part, _SOME, np.array(_QUOTED, object)[weakest.astype(np.int8)])
    value[:, REFERENCE] = _quoted(looks, bets, strongest)
    link, gathered = seen("link").astype(np.int8), np.isin(item_kinds(both, looks, bets), GATHERED)
    by_name = (link == SAME_NAME) & (seen("similarity") < ALIKE)
    linked = np.select([by_name & (seen("proof") > 0), by_name & (seen("silent") > 0)], [_NAME_PROVEN, _BY_AMOUNTS], link)
    level[:, PAYER] = np.where(gathered, np.where(alone, _LINKED[0], _GATHERED), np.array(_LINKED, object)[linked])
    names = np.array([*both.names.names.to_pylist(), None], object)
    value[:, PAYER] = names[both.lines.name[bets.line]]
    older = np.expm1(seen("older_left")).round()
    level[:, OTHERS] = np.where(seen("pool") == 0, _OLDER[0], np.where(older == 0, _OLDER[1], _OLDER[2]))
    value[:, OTHERS] = _where(older > 0, _counted(older, "document"))
    others = np.expm1(seen("sets")).round() - 1
    level[:, RIVALS] = np.where(others <= 0, *_OTHER_SETS)
    value[:, RIVALS] = _where(others > 0, _counted(others, "set"))
    level[:, PRIOR] = LEVELS[GROUPS[PRIOR]][0]
    return level, value


def _where(told: NDArray[np.bool_], texts: Texts) -> Texts:
    """The texts where they are to be told, None elsewhere."""
    return np.array([text if tell else None for text, tell in zip(texts.tolist(), told.tolist(), strict=True)], object)


def _counted(numbers: NDArray[Any], noun: str) -> Texts:
    """Each number with its noun: one text for each distinct number."""
    distinct, at = np.unique(numbers.astype(np.int64), return_inverse=True)
    texts = [f"{number} {noun}" + ("" if abs(number) == 1 else "s") for number in distinct.tolist()]
    return np.array(texts, object)[at] if texts else np.zeros(0, object)


def _quoted(looks: tuple[Look, ...], bets: Bets, strongest: NDArray[np.float32]) -> Texts:
    """The strongest quote of each set, as it stands in the text; None where nothing is quoted."""
    found: Texts = np.full(len(bets), None, object)
    for look, rows in bets.of_looks(looks):
        quotes, sets = look.seen.quotes, look.seen.sets
        rows = rows[strongest[rows] > 0]
        if not len(rows):
            continue
        place, begins = segments.chosen(sets.start, bets.set[rows])
        n = len(look.seen.items)
        asked = bets.line[rows[segments.rows(begins)]].astype(np.int64) * n + sets.items[place]
        known = quotes.line.astype(np.int64) * n + quotes.item
        at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        strength = np.where(known[at] == asked, quotes.strength[at].astype(np.int64), -1)
        best = np.maximum.reduceat(strength * 2**40 + (2**40 - 1 - at), begins[:-1])
        found[rows] = _written(quotes, 2**40 - 1 - best % 2**40)
    return found


def _written(quotes: Quotes, row: NDArray[np.int64]) -> list[str]:
    """Quotes as they stand in the folded texts, all at once."""
    length = quotes.length[row].astype(np.int64)
    start = quotes.text.start[quotes.line[row]] + quotes.at[row]
    flat = quotes.text.buffer[np.repeat(start, length) + steps(length)]
    ends = np.append(0, np.cumsum(length))
    found = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(row), [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(flat))]
    )
    return [" ".join(text.decode("utf-8", "replace").split()) for text in found.to_pylist()]
