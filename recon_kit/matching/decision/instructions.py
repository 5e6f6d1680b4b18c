"""rules.toml after the model: which rule, if any, fits the set that was chosen for a line; the first that fits decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.patterns import PATTERNS
from recon_kit.matching.rules.company import fits_lines
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.looks import Look
from recon_kit.policy import Policy, Rule

Mask = NDArray[np.bool_]

_REFERENCE = ("missing", "part", "part", "digits", "order_number", "number", "number", "check_digits", "some")
"""By strength of the weakest quote; last, where some of the documents are quoted and others not."""
_PAYER = ("unknown", "similar_name", "same_name", "quoted_document", "customer_number", "proven_account", "ledger_account",
          "provider_or_till")  # fmt: skip
"""By kind of link; last, for what gathers payouts or deposits."""
_AMOUNT = ("exact", "discount", "short", "over", "discount", "charges", "discount")
"""As `families.HOW`."""


class Chosen:
    """The chosen sets as rules ask about them; what a model does not know of a set fits no condition.

    Args:
        pattern: position in PATTERNS, one element a bet.
    """

    def __init__(self, both: Columns, looks: tuple[Look, ...], bets: Bets, pattern: NDArray[np.int8]) -> None:
        self._both, self._looks, self._bets, self._pattern = both, looks, bets, pattern
        weakest, strongest = bets.feature(looks, "weakest"), bets.feature(looks, "strongest")
        self._reference = np.where((weakest == 0) & (strongest > 0), len(_REFERENCE) - 1, _code(weakest))
        hub = bets.feature(looks, "hub") > 0
        self._payer = np.where(hub, len(_PAYER) - 1, _code(bets.feature(looks, "link")))
        self._size, self._how = bets.feature(looks, "size"), bets.of_sets(looks, "how")

    def fits(self, rule: Rule) -> Mask:
        """Whether every condition of the rule holds, on the line and on its set."""
        found = np.ones(len(self._bets), bool)
        for holds in self._conditions(rule):
            if found.any():
                found &= holds()
        return found

    def _conditions(self, rule: Rule) -> Iterator[Callable[[], Mask]]:
        if rule.pattern:
            yield lambda: _among(rule.pattern, PATTERNS, self._pattern)
        if rule.reference:
            yield lambda: _among(rule.reference, _REFERENCE, self._reference)
        if rule.payer:
            yield lambda: _among(rule.payer, _PAYER, self._payer)
        if rule.amount:
            yield lambda: _among(rule.amount, _AMOUNT, self._how)
        most = rule.documents_at_most
        if most is not None:
            yield lambda: np.asarray(self._size <= most)
        if rule.customer:
            yield lambda: self._theirs(rule.customer, every=rule.then == "accept")
        yield lambda: fits_lines(rule, self._both)[self._bets.line]

    def _theirs(self, customers: Sequence[str], *, every: bool) -> Mask:
        """Whether every document, or any, is of one of these customers."""
        wanted = pa.array(list(customers), pa.large_string())
        known = np.append(np.asarray(pc.is_in(self._both.names.customers, value_set=wanted)), False)  # the last is for NOTHING
        theirs, found = known[self._both.items.customer], np.zeros(len(self._bets), bool)
        summed = np.logical_and if every else np.logical_or
        for look, rows in self._bets.of_looks(self._looks):
            at, start = segments.chosen(look.seen.sets.start, self._bets.set[rows])
            found[rows] = summed.reduceat(theirs[look.seen.sets.items[at]], start[:-1])
        return found


def instructed(chosen: Chosen, shown: Code, policy: Policy) -> Code:
    """For each bet the position of the rule that decides what becomes of it, NOTHING without one.

    Args:
        shown: position of the rule that wants a person to see the bet's line whatever is chosen, NOTHING without one.
    """
    none = len(policy.rules.rule)
    found = np.where(shown == NOTHING, none, shown).astype(np.int32)
    for at, rule in enumerate(policy.rules.rule):
        if rule.after_model and (found > at).any():
            found[chosen.fits(rule) & (found > at)] = at
    return np.where(found == none, NOTHING, found).astype(np.int32)


def says(policy: Policy, rule: Code, *then: str) -> Mask:
    """Whether these rules, by position (NOTHING: none), are ones that end in one of these words."""
    ends = np.array([one.then in then for one in policy.rules.rule] + [False])  # the last is for NOTHING
    found: Mask = ends[rule]
    return found


def _code(feature: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.nan_to_num(feature, nan=NOTHING).astype(np.int64)


def _among(wanted: Sequence[str], names: Sequence[str], code: NDArray[Any]) -> Mask:
    fitting = np.array([name in wanted for name in names] + [False])  # the last is for what is not known
    holds: Mask = fitting[code]
    return holds
