"""`train`: a model from what people decided, never worse than the one it begins with as far as the decisions can tell.

Four models stand for choice, each judged on decisions that it was not learned from: the champion as it is; its last word
shifted; its last word with a few trees more; passes grown anew, for data unlike any that the champion has seen. Of those that
are surely better than the champion the best is taken, so some tens of decisions change little and thousands much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.errors import ParameterError
from recon_kit.learning.challengers import AS_IT_IS, Challenger, adjusted, as_it_is, corrected, cuts, grown, ran
from recon_kit.learning.championing import better
from recon_kit.learning.labels import labels
from recon_kit.learning.training import Case
from recon_kit.matching.coding import columns
from recon_kit.matching.model import Model, load_default
from recon_kit.policy import Policy

LEAST_DECISIONS = 20
"""Decided lines below which nothing is learned."""


def train(
    bank_lines: pd.DataFrame,
    open_items: pd.DataFrame,
    confirmed: pd.DataFrame,
    *,
    model: Model | None = None,
    policy: Policy | None = None,
) -> Model:
    """A model that learned from decisions, to be given to `match`; the same for any order of rows.

    Cuts for automatic matches are raised where more went wrong than chance explains, and lowered only as far as the decisions
    carry (a claim of 99.9 % takes 3,838 decided lines without an error); until then no more lines pass than the champion lets.

    Args:
        bank_lines, open_items: as they stood when the decisions were taken: `open_amount` before these payments. Lines that
            nobody decided compete for the documents, and teach nothing.
        confirmed: ALLOCATIONS rows that people decided, or pairs of line_id and item_id; see `labels`.
        model: the champion to begin with; the one that ships if None.
    Raises:
        ParameterError: fewer than 20 decided lines, or rows that name what is not there.
        TableError: a frame breaks its declared table.
    """
    both = columns(bank_lines, open_items, policy)
    found = labels(both, confirmed)
    case = Case("own", "own", both, found.line, found.item, found.decided)
    return trained([case], model or load_default())


def trained(cases: Sequence[Case], champion: Model, about: Mapping[str, Any] | None = None) -> Model:
    """The same on cases of one company, such as its months: the champion itself where nothing is surely better.

    Args:
        about: what the model is to say of where it comes from, besides champion, decisions and comparisons.
    """
    n = sum(int(case.known().sum()) for case in cases)
    if n < LEAST_DECISIONS:
        raise ParameterError("train", [f"at least {LEAST_DECISIONS} lines that somebody decided; there are {n}"])
    given = ran(cases, champion)
    comparable = len(np.unique(given.judged.group)) > 1
    best, told = as_it_is(given), []
    for challenger in (adjusted(given), corrected(given), grown(cases, given)) if comparable else ():
        if challenger is not None:
            found = better(given.judged.said, challenger.judged.said, np.ones(n, bool), given.judged.group)
            told.append([challenger.name, str(found)])
            if found.replace and _score(challenger) > _score(best):
                best = challenger
    found_cuts = cuts(best, given)
    if best.name == AS_IT_IS and found_cuts == dict(champion.cuts):
        return champion
    history = {"champion": champion.sha256, "learned": best.name, "decisions": n, "compared": told, **(about or {})}
    return replace(best.model, cuts=found_cuts, about={**best.model.about, **history})


def _score(challenger: Challenger) -> float:
    return float(np.log(challenger.judged.said).mean())
