"""Equal documents that nothing in a payment tells apart: the older payment takes the older document, if the policy says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.decision.anew import UNKNOWN, judged_anew
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.model import Model
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.final import Final
from recon_kit.matching.scoring.looks import Floats, Look
from recon_kit.matching.sets.families import EXACT

_ONE = float(np.log1p(1))
_ALONE = {
    "rival": UNKNOWN, "gap": UNKNOWN, "total": 0.0, "strongest_claim": 0.0, "mean_claim": 0.0, "claims": 0.0,
    "exact_sets": _ONE, "exact_same_size": _ONE, "exact_of_debtor": _ONE, "same_amount_here": 0.0, "rank_among_same": 0.0,
    "ahead_of_free": UNKNOWN, "ahead_of_taken": UNKNOWN, "taken_by": UNKNOWN, "claim_in_the_end": 0.0,
    "wanted_in_vain": 0.0, "same_in_the_end": 0.0,
}  # fmt: skip
"""Features as they would be if a document had no equals, and nobody else asked for them."""


@dataclass(frozen=True)
class Exchanged:
    """One element a bet.

    Args:
        bets: the same bets, some with the set of an older document. equal: several equal documents fit the bet's line.
        chance: what the model would say of the document if it had no equals, or of all of them together if that is more.
        rival: probability of the line's best set that is none of them.
    """

    bets: Bets
    equal: NDArray[np.bool_]
    chance: Floats
    rival: Floats


@dataclass(frozen=True)
class _Plain:
    """Sets of one whole document that no text names, one element each: bet, set, document."""

    bet: NDArray[np.int64]
    set: NDArray[np.int64]
    item: Code


def oldest_first(
    both: Columns, looks: tuple[Look, ...], bets: Bets, clear: NDArray[np.bool_], model: Model, final: Final | None
) -> Exchanged:
    """Give equal documents of one debtor out by age: payments by day of booking, documents by day due, then of issue.

    Equal: of one debtor, currency and amount still open. Only where the bet is one such document, whole and not named by the
    text; a document that another line takes stays with that line.

    Args:
        clear: bets that need no such rule, because the model prefers their document clearly.
    """
    found = [_plain(both, look, bets, rows) for look, rows in bets.of_looks(looks)]
    plain = _Plain(*(np.concatenate([getattr(one, name) for one in found]) for name in _Plain.__dataclass_fields__))
    mine = np.full(len(bets), NOTHING, np.int32)
    own = plain.set == bets.set[plain.bet]
    mine[plain.bet[own]] = plain.item[own]
    fits = (mine[plain.bet] != NOTHING) & ~clear[plain.bet] & _alike(both, looks, bets, plain, mine)
    n = np.bincount(plain.bet[fits], minlength=len(bets))
    equal = n > 1
    kept = fits & equal[plain.bet]
    asks = _Plain(plain.bet[kept], plain.set[kept], plain.item[kept])
    given = _given_out(both, bets, asks, _held(both, looks, bets, equal))
    served = given != NOTHING
    exchanged = Bets(bets.line, bets.look, np.where(served, given, bets.set).astype(np.int32))
    chance = np.zeros(len(bets))
    chance[served] = judged_anew(exchanged.take(served), looks, _ALONE, model, final)
    chance = np.where(served, np.maximum(chance, _one_of_them(looks, bets, asks)), chance)
    return Exchanged(exchanged, served, chance, _rivals(looks, bets, plain, kept))


def _plain(both: Columns, look: Look, bets: Bets, rows: NDArray[np.int64]) -> _Plain:
    sets = look.seen.sets
    of_line = np.full(len(both.lines), NOTHING, np.int64)
    of_line[bets.line[rows]] = rows
    first = sets.items[sets.start[:-1]] if len(sets) else np.zeros(0, np.int32)
    fits = (np.diff(sets.start) == 1) & (sets.how == EXACT) & (of_line[sets.line] != NOTHING) & ~both.items.hub[first]
    fits &= look.rows[:, look.features.index("strongest")] == 0 if "strongest" in look.features else False
    at = np.flatnonzero(fits)
    return _Plain(of_line[sets.line[at]], at, first[at])


def _alike(both: Columns, looks: tuple[Look, ...], bets: Bets, plain: _Plain, mine: Code) -> NDArray[np.bool_]:
    """Whether each set's document equals the one that its line's bet chose."""
    items, chosen = both.items, mine[plain.bet]
    left = np.zeros(len(plain.bet), np.int64)
    theirs = np.zeros(len(plain.bet), np.int64)
    for number, look in enumerate(looks):
        here = bets.look[plain.bet] == number
        left[here], theirs[here] = look.seen.left[plain.item[here]], look.seen.left[chosen[here]]
    same = (items.debtor[plain.item] == items.debtor[chosen]) & (items.currency[plain.item] == items.currency[chosen])
    return np.asarray(same & (left == theirs))


def _held(both: Columns, looks: tuple[Look, ...], bets: Bets, equal: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Documents that bets take to which no equal ones are open."""
    found = np.zeros(len(both.items), bool)
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        found[sets.items[segments.chosen(sets.start, bets.set[rows[~equal[rows]]])[0]]] = True
    return found


def _given_out(both: Columns, bets: Bets, plain: _Plain, taken: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The set of each bet once the documents were given out by age; NOTHING for bets that none was left for."""
    items, lines = both.items, both.lines
    found = np.full(len(bets), NOTHING, np.int64)
    taken = taken.copy()
    on = lines.on[bets.line[plain.bet]]
    order = np.lexsort((plain.item, items.issued[plain.item], items.due[plain.item], plain.bet, on))
    for at in order.tolist():
        bet, item = int(plain.bet[at]), int(plain.item[at])
        if found[bet] == NOTHING and not taken[item]:
            taken[item] = True
            found[bet] = plain.set[at]
    return found


def _one_of_them(looks: tuple[Look, ...], bets: Bets, asks: _Plain) -> Floats:
    """That any of the equal documents is meant: their sets exclude each other, so their probabilities add up."""
    found = np.zeros(len(bets))
    for number, look in enumerate(looks):
        here = bets.look[asks.bet] == number
        np.add.at(found, asks.bet[here], look.probability[asks.set[here]])
    return np.minimum(found, 1.0)


def _rivals(looks: tuple[Look, ...], bets: Bets, plain: _Plain, kept: NDArray[np.bool_]) -> Floats:
    """The best probability of each line's sets that are none of the equal ones."""
    found = np.zeros(len(bets))
    for number, (look, rows) in enumerate(zip(looks, [np.flatnonzero(bets.look == n) for n in range(len(looks))], strict=True)):
        of_line = np.full(len(look.seen.lines), NOTHING, np.int64)
        of_line[bets.line[rows]] = rows
        others = np.ones(len(look.probability), bool)
        others[plain.set[kept & (bets.look[plain.bet] == number)]] = False
        bet = of_line[look.seen.sets.line]
        use = others & (bet != NOTHING)
        np.maximum.at(found, bet[use], look.probability[use])
    return found
