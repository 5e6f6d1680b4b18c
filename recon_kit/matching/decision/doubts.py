"""Whether a chosen set may stand without a person: the floor, the margin, a second kind of evidence, days and ceilings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import GATHERED, NOTHING, Code, Columns, Whole
from recon_kit.matching.decision.bets import FEE, WRITE_OFF, Bets, Rows
from recon_kit.matching.decision.gathered import from_their_source
from recon_kit.matching.decision.left_out import LeftOut, found_by_chance
from recon_kit.matching.decision.patterns import item_kinds
from recon_kit.matching.evidence.quotes import GLUED
from recon_kit.matching.model import Model
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import LESS, MORE
from recon_kit.policy import Policy

Mask = NDArray[np.bool_]

(
    SURE, RULE_SHOWS, TIED, NO_MARGIN, UNSURE, DIFFERS, WHICH_SHORT, NAMES_OTHERS, ON_ACCOUNT, AMOUNT_ALONE,
    REST_HOMELESS, CHARGES_HIGH, ISSUED_AFTER, DUE_LONG_BEFORE, NO_CEILING, ABOVE, USED_UP, CREDIT_NOTE, TWIN, TAIL,
    FOREIGN,
) = range(21)  # fmt: skip
"""Why a person has to look; the first that holds is said."""
LAWS = 62
"""Bit of `Doubts.against` for what would break a law or count on what is not sure itself; it is said as UNSURE."""

_ADVANCE = (
    r"(?:[aà][ -]?[ck]onto|acconto|acompte|anticipos?|anzahlung|vorauszahlung|vorkasse|voorschot|aanbetaling|vooruitbetaling"
    r"|op rekening|on account|advance payment|payment in advance|prepayment|down ?payment|a cuenta|przedp[lł]at[ay]"
    r"|zaliczk[aię]|na poczet|adiantamento|por conta|avans|ennakko\w*|el[oő]leg|z[aá]loh[ay]|f[oö]rskott|forskud\w*|kapora)"
)
_PART = r"abschlag\w*"
"""Words by which payers say that money is for no document yet; of the last kind they also call an instalment that is billed."""
_SLIP, _BY_QUOTE = 1, 3
"""A number that is a document's but for a slip, and a payer known by a quoted document alone: neither is a second evidence."""
_RETURNED = 0.99
"""Enough for a line that comes back in full: with its return it leaves every document as it was."""


@dataclass(frozen=True)
class Stands:
    """How each bet stands, one element a bet.

    Args:
        chance: its probability. rival: of the line's best other set, 0 without one. tied: that one is like it in all that is
            known.
        shown: a rule of the company wants a person to see the line. returned: a return of this run takes the line back.
        accepted: a rule of the company asks for no floor of probability.
        elsewhere: the line names another document: of its bet's debtor, or a sister company's of the line's very amount.
        foreign: the text holds what looks like a document's number and is none that is known.
        left_out: asks for documents that a bet leaves out. rows: what the bets pay, and what of it is charges and write-offs.
    """

    chance: NDArray[np.float64]
    rival: NDArray[np.float64]
    tied: Mask
    shown: Mask
    returned: Mask
    accepted: Mask
    elsewhere: Mask
    foreign: Mask
    left_out: LeftOut
    rows: Rows


@dataclass(frozen=True)
class Doubts:
    """One element a bet: what stands against it first (SURE: nothing), and all that does (bit n: doubt n); a document beside it
    of which CREDIT_NOTE, TWIN or TAIL speaks, else NOTHING; the probability from which on it could be automatic; whether the
    only reason why it may be is that a rule of the company accepts less."""

    why: NDArray[np.int8]
    against: NDArray[np.int64]
    beside: Code
    needed: float
    lifted: Mask


def doubts(
    both: Columns, looks: tuple[Look, ...], bets: Bets, stands: Stands, model: Model, policy: Policy
) -> Doubts:  # fmt: skip
    """What stands against each bet, ceilings aside."""
    needed = model.automatic(policy.matching.floor).at
    how, customer = bets.of_sets(looks, "how"), _customer(both, looks, bets)
    issued, due = _days(both, looks, bets)
    on, windows = both.lines.on[bets.line].astype(np.int64), policy.windows
    strongest, left_out = bets.feature(looks, "strongest"), stands.left_out
    unquoted = strongest == 0
    credit, tail = left_out.credit(), left_out.tail(strongest < GLUED)
    twin = left_out.twin(unquoted & (bets.feature(looks, "size") > 1) & found_by_chance(bets.of_sets(looks, "families")))
    gathered = np.isin(item_kinds(both, looks, bets), GATHERED)
    link = bets.feature(looks, "link")
    told = (strongest > _SLIP) | (link > 0) & (link != _BY_QUOTE)
    told = np.where(gathered, from_their_source(both, looks, bets, strongest) | ~unquoted, told)
    unsure = stands.chance < np.where(stands.returned, min(needed, _RETURNED), needed)
    charges, written_off = (_total(stands.rows, kind, len(bets)) for kind in (FEE, WRITE_OFF))
    short = (how == LESS) & (written_off == 0)
    conditions: list[tuple[Mask, int]] = [
        (stands.shown, RULE_SHOWS),
        (stands.tied, TIED),
        (stands.chance - stands.rival < policy.matching.margin, NO_MARGIN),
        (credit != NOTHING, CREDIT_NOTE),
        (unsure & ~stands.accepted, UNSURE),
        (np.isin(how, [LESS, MORE]) & gathered, DIFFERS),
        (short & ((bets.feature(looks, "size") > 1) | (bets.feature(looks, "quoted_elsewhere") > 0)), WHICH_SHORT),
        (unquoted & (bets.feature(looks, "quoted_elsewhere") > 0) & (bets.feature(looks, "size") > 1), NAMES_OTHERS),
        (unquoted & stands.elsewhere, NAMES_OTHERS),
        ((strongest <= _SLIP) & stands.foreign, FOREIGN),
        (unquoted & _on_account(both, bets.line, np.isin(how, [LESS, MORE])), ON_ACCOUNT),
        (tail != NOTHING, TAIL),
        (twin != NOTHING, TWIN),
        (~told, AMOUNT_ALONE),
        ((how == MORE) & (customer == NOTHING), REST_HOMELESS),
        (np.abs(charges) > _most_charges(both, policy)[both.lines.currency[bets.line]], CHARGES_HIGH),
        (issued - on > windows.before_issue, ISSUED_AFTER),
        (on - due > windows.after_due, DUE_LONG_BEFORE),
    ]
    why = np.select([mask for mask, _ in conditions], [reason for _, reason in conditions], SURE)
    against = np.bitwise_or.reduce([mask.astype(np.int64) << reason for mask, reason in conditions])
    beside = np.select([why == CREDIT_NOTE, why == TWIN, why == TAIL], [credit, twin, tail], NOTHING).astype(np.int32)
    return Doubts(why.astype(np.int8), against, beside, needed, unsure & stands.accepted)


def over_ceilings(both: Columns, line: Code, sure: Mask, policy: Policy, spent: Mapping[str, int]) -> NDArray[np.int8]:
    """For matches that could be automatic, in order of lines: SURE, or the ceiling that stands against each.

    A run's ceiling is used up in the order of the lines; a match that is too large for what is left uses nothing of it.

    Args:
        spent: what rules, transfers and returns of this run used up already, minor units by currency.
    """
    why = np.zeros(len(line), np.int8)
    amount = np.abs(both.lines.amount[line])
    for code, currency in enumerate(both.names.currencies.to_pylist()):
        mine = sure & (both.lines.currency[line] == code)
        most, run = policy.ceilings.per_match.get(currency), policy.ceilings.per_run.get(currency)
        if most is None:
            why[mine] = NO_CEILING
            continue
        why[mine & (amount > most)] = ABOVE
        if run is not None:
            within = np.flatnonzero(mine & (amount <= most))
            why[within[~_within_run(amount[within].tolist(), run - spent.get(currency, 0))]] = USED_UP
    return why


def _total(rows: Rows, kind: int, n: int) -> Whole:
    """What each bet's rows of one kind sum to, minor units."""
    found, mine = np.zeros(n, np.int64), rows.kind == kind
    np.add.at(found, rows.bet[mine], rows.allocated[mine])
    return found


def _most_charges(both: Columns, policy: Policy) -> Whole:
    return np.array([policy.ceilings.most_charges(name) for name in both.names.currencies.to_pylist()] + [0], np.int64)


def _on_account(both: Columns, line: Code, differs: Mask) -> Mask:
    """Whether the text says that the money is paid in advance or on account, and not for a document.

    Args:
        differs: bets whose documents do not sum to the line; of the others words for a billed instalment say nothing.
    """
    texts = pc.fill_null(both.lines.texts.take(pa.array(line)), "")
    said, part = (np.asarray(pc.match_substring_regex(texts, rf"(?i)\b{words}\b")) for words in (_ADVANCE, _PART))
    return np.asarray(said | part & differs)


def _within_run(amounts: list[int], ceiling: int) -> Mask:
    found, spent = np.zeros(len(amounts), bool), 0
    for at, amount in enumerate(amounts):
        if spent + amount <= ceiling:
            found[at] = True
            spent += amount
    return found


def _customer(both: Columns, looks: tuple[Look, ...], bets: Bets) -> Code:
    """The one customer of each bet's documents, NOTHING if there is none or several."""
    found = np.full(len(bets), NOTHING, np.int32)
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        first = both.items.customer[sets.items[sets.start[:-1][bets.set[rows]]]]
        found[rows] = np.where(sets.debtor[bets.set[rows]] == NOTHING, NOTHING, first)
    return found


def _days(both: Columns, looks: tuple[Look, ...], bets: Bets) -> tuple[NDArray[Any], NDArray[Any]]:
    """Latest day of issue of what each bet pays (a credit note may come later), and latest day due of its documents."""
    issued, due = np.zeros(len(bets), np.int64), np.zeros(len(bets), np.int64)
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        at, start = segments.chosen(sets.start, bets.set[rows])
        items, line = sets.items[at], bets.line[rows[segments.rows(start)]]
        pays = np.sign(both.items.amount[items]) == np.sign(both.lines.amount[line])
        issued[rows] = segments.most(np.where(pays, both.items.issued[items], 0), start)
        due[rows] = segments.most(both.items.due[items], start)
    return issued, due
