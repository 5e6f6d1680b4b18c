"""The last word on what was chosen: each line's set once more, against all that the others took in the end.

A pass judges a set before later ones have explained the rest. Here every document knows who took it, every payer is known by
all the other payments, and what is still open in the end is really left over; a line's own set is put back before it is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code
from recon_kit.matching.evidence.joins import among, different
from recon_kit.matching.evidence.payers import Links
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.competition import EXPLAINING
from recon_kit.matching.scoring.equals import how_many_of, twins
from recon_kit.matching.scoring.looks import Floats, Look, Matrix
from recon_kit.matching.scoring.seen import Column, log
from recon_kit.matching.scoring.settling import Ended, Settling, matrix

FINAL = "final"
"""Name of the pass that judges what the others chose."""
_LEAST_TAKEN = 0.5
_FLAT = 12.0


@dataclass(frozen=True)
class Final:
    """What the last word says of each line with a set: one element a line, ascending.

    Args:
        rows: features of the pass; odds: log-odds; probability: what they are worth.
        n_looks: number of looks that it judged; later ones stand for themselves.
    """

    line: Code
    rows: Matrix
    odds: Floats
    probability: Floats
    n_looks: int


@dataclass(frozen=True)
class _End:
    """How things stand in the end, one element a line unless said otherwise.

    Args:
        look, set: the last look that chose a set for a line, and the set's position in it; NOTHING without one.
        said: its calibrated log-odds, nought where none was chosen. chance: its probability, 0 where none was chosen.
        taker, taken: of each document the line that took it and with what probability; NOTHING and 0 where nobody did.
    """

    look: Code
    set: Code
    said: Floats
    chance: Floats
    taker: Code
    taken: Floats


def final_rows(
    settling: Settling, looks: Sequence[Look], last: Code, names: Sequence[str]
) -> tuple[Code, Matrix, Links]:  # fmt: skip
    """Each line with a set, ascending, and its row of features; and who may have paid each line, by all payments.

    Args:
        last: of each line the number of the last look that chose a set for it, NOTHING without one.
        names: which features, of `named.SECOND` as the line's look had them, and of `named.IN_THE_END`.
    """
    end = _end(looks, last)
    line = np.flatnonzero(last != NOTHING).astype(np.int32)
    later = np.flatnonzero((last == len(looks) - 1) & (end.chance >= _LEAST_TAKEN) & settling.todo)
    now = settling.in_the_end(looks[-1].seen, looks[-1].set[later])
    rows = np.empty((len(line), len(names)), np.float32)
    claims = [_claims(look, end) for look in looks]
    most = np.maximum.reduce([each[0] for each in claims])
    many = np.sum([each[1] for each in claims], axis=0)
    for number, look in enumerate(looks):
        at = np.flatnonzero(last[line] == number)
        if len(at):
            chosen = look.set[line[at]]
            found = {name: look.rows[chosen, column] for column, name in enumerate(look.features)}
            found |= {**_said(look, number, chosen, end), **_left(look, chosen, now), **_payer(look, chosen, now)}
            found["claim_in_the_end"] = segments.most(*_of(look, chosen, most))
            found["wanted_in_vain"] = log(segments.most(*_of(look, chosen, many)))
            rows[at] = matrix(found, names)
    return line, rows, now.links


def _end(looks: Sequence[Look], last: Code) -> _End:
    n, n_items = len(last), len(looks[0].seen.items)
    chosen, chance = np.full(n, NOTHING, np.int32), np.zeros(n)
    taker, taken = np.full(n_items, NOTHING, np.int32), np.zeros(n_items)
    for number, look in enumerate(looks):
        mine = np.flatnonzero(last == number)
        chosen[mine] = look.set[mine]
        chance[mine] = look.probability[chosen[mine]]
        items, start = _of(look, chosen[mine], look.seen.sets.items, by_item=False)
        taker[items], taken[items] = mine[segments.rows(start)], chance[mine][segments.rows(start)]
    return _End(last, chosen, _log_odds(chance), chance, taker, taken)


def _of(look: Look, chosen: Code, values: Column, *, by_item: bool = True) -> tuple[Column, Column]:
    """What the chosen sets hold, one behind another, and where each begins: their documents' values."""
    at, start = segments.chosen(look.seen.sets.start, chosen)
    return (values[look.seen.sets.items[at]] if by_item else values[at]), start


def _log_odds(chance: Floats) -> Floats:
    inside = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.asarray(np.round(np.log(inside / (1 - inside)), 6), np.float64)


def _said(look: Look, number: int, chosen: Code, end: _End) -> dict[str, Column]:
    """What the pass itself said of each set and of its line's others, those apart that other lines took from."""
    sets, said = look.seen.sets, _log_odds(look.probability)
    line, other = sets.line, np.ones(len(sets), bool)
    other[chosen] = False
    mine = line[segments.rows(sets.start)]
    foreign = (end.taker[sets.items] != NOTHING) & (end.taker[sets.items] != mine)
    taken = segments.most(np.where(foreign, end.taken[sets.items], 0), sets.start)
    free = _best(line, np.where(taken < _LEAST_TAKEN, said, -_FLAT), other, len(end.set))
    lost = _best(line, np.where(taken < _LEAST_TAKEN, -_FLAT, said), other, len(end.set))
    by = np.zeros(len(end.set))
    np.maximum.at(by, line[other], np.where(said >= lost[line], taken, 0)[other])
    of = line[chosen]
    return {
        "pass": np.full(len(chosen), number, np.float32),
        "said": said[chosen],
        "ahead_of_free": np.where(free[of] <= -_FLAT, np.nan, said[chosen] - free[of]),
        "ahead_of_taken": np.where(lost[of] <= -_FLAT, np.nan, said[chosen] - lost[of]),
        "taken_by": np.where(lost[of] <= -_FLAT, np.nan, by[of]),
    }


def _best(line: Code, said: Floats, other: NDArray[np.bool_], n: int) -> Floats:
    found = np.full(n, -_FLAT)
    np.maximum.at(found, line[other], said[other])
    return found


def _claims(look: Look, end: _End) -> tuple[Floats, Floats]:
    """Of each document: the greatest chance that a line wanted it in this look and has nothing better in the end, and how
    many lines that ended without a set could have been explained exactly with it; the document's taker does not count."""
    sets, n = look.seen.sets, len(look.seen.items)
    of = segments.rows(sets.start)
    line = sets.line[of]
    foreign = end.taker[sets.items] != line
    wanted = look.probability[of] * (1 - end.chance[line])
    most = segments.most_by(sets.items[foreign], n, wanted[foreign])
    vain = foreign & (end.chance[line] < _LEAST_TAKEN) & np.isin(sets.how, EXPLAINING)[of]
    pair = np.unique(line[vain].astype(np.int64) * n + sets.items[vain])
    return most, segments.by(pair % n, n).astype(np.float64)


def _left(look: Look, chosen: Code, now: Ended) -> dict[str, Column]:
    """What of the debtor's documents nobody took in the end."""
    items, sets = now.items, look.seen.sets
    mine, start = _of(look, chosen, np.arange(len(items)))
    latest, earliest = segments.most(items.due[mine], start), segments.least(items.due[mine], start)
    debtor = np.where(sets.debtor[chosen] == NOTHING, NOTHING, sets.debtor[chosen])
    currency = items.currency[mine[start[:-1]]]
    still = np.flatnonzero(now.left != 0)
    wide = np.int64(items.currency.max(initial=0)) + 1
    key = items.debtor[still].astype(np.int64) * wide + items.currency[still]
    asked = debtor.astype(np.int64) * wide + currency
    by_due = np.sort(key * 2**32 + items.due[still])

    def until(day: Column) -> Column:
        return np.searchsorted(by_due, asked * 2**32 + day, "right")

    first = np.searchsorted(by_due, asked * 2**32 - 2**31, "left")
    open_again = segments.total(now.left[mine] != 0, start)
    older = np.maximum(until(latest) - first - open_again, 0)
    inside = np.maximum(until(latest) - until(earliest - 1) - open_again, 0)
    none = debtor == NOTHING
    left = look.seen.left[mine]
    known = different(now.left[still])
    same = how_many_of(np.sort(twins(key, now.left[still], known)), twins(np.repeat(asked, np.diff(start)), left, known))
    equal = same - (now.left[mine] == left)
    return {
        "older_in_the_end": np.where(none, np.nan, log(older)),
        "inside_in_the_end": np.where(none, np.nan, log(inside)),
        "same_in_the_end": log(segments.most(np.maximum(equal, 0), start)),
    }


def _payer(look: Look, chosen: Code, now: Ended) -> dict[str, Column]:
    """How the payer is known by all other payments, and how usual the delays are among them."""
    links, sets, debtors = now.links, look.seen.sets, int(now.items.debtor.max(initial=0)) + 1
    line, debtor = sets.line[chosen], sets.debtor[chosen]
    known = links.line.astype(np.int64) * debtors + links.debtor
    order = np.argsort(known, kind="stable")
    asked = line.astype(np.int64) * debtors + debtor
    at = np.minimum(np.searchsorted(known[order], asked), max(len(known) - 1, 0))
    row = order[at] if len(known) else np.zeros(len(asked), np.int64)
    linked = (known[row] == asked) & (debtor != NOTHING) if len(known) else np.zeros(len(asked), bool)
    best = segments.most_by(links.line, len(now.lines), links.kind.astype(np.int64))

    def of(values: Column) -> Column:
        return np.where(linked, values[row], 0) if len(known) else np.zeros(len(asked))

    mine, start = _of(look, chosen, np.arange(len(now.items)))
    delay = now.lines.paid_on[line][segments.rows(start)] - now.items.due[mine]
    n = len(now.items)
    own = among(line[segments.rows(start)].astype(np.int64) * n + mine, now.line.astype(np.int64) * n + now.item)
    likely = now.habits.likelihood(now.items.debtor[mine], delay, own)
    return {
        "link_in_the_end": of(links.kind),
        "account_in_the_end": of(links.account),
        "proof_in_the_end": log(of(links.proof)),
        "better_link_in_the_end": np.maximum(best[line] - of(links.kind), 0),
        "delay_in_the_end": segments.mean(likely, start),
    }
