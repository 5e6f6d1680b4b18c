"""`match`: which line paid what. Rules of the company, transfers and returns first; then the learned engine; then reasons."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.coding import columns
from recon_kit.matching.decision.fitting import fitting
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.history import History
from recon_kit.matching.model import Model
from recon_kit.matching.model.registry import load_default
from recon_kit.matching.result import MatchResult
from recon_kit.matching.run.exchanging import Foreign, beside_exchanges, exchanged
from recon_kit.matching.run.ground import Ground
from recon_kit.matching.run.keeping import lawful
from recon_kit.matching.run.looking import looked
from recon_kit.matching.run.returning import returned, returns_of
from recon_kit.matching.run.ruling import ruled
from recon_kit.matching.run.telling import told
from recon_kit.matching.scoring.named import IN_THE_END, SECOND
from recon_kit.matching.sets import compile_meanwhile
from recon_kit.policy import Policy

_EXPECTED = {
    "bank_lines": "a pandas DataFrame", "open_items": "a pandas DataFrame", "policy": "a Policy, or None",
    "history": "a History, or None", "as_of": "a date, or None", "model": "a trained model, or None",
}  # fmt: skip
KNOWN = (*SECOND, *IN_THE_END)
"""Features that this engine computes."""


def match(
    bank_lines: pd.DataFrame,
    open_items: pd.DataFrame,
    policy: Policy | None = None,
    model: Model | None = None,
    history: History | None = None,
    as_of: date | None = None,
) -> MatchResult:
    """Allocate bank lines to open items, own accounts and ledger accounts as far as the evidence carries.

    What decides, in this order: a rule of the company that says `never`; own transfers; the company's rules for money out,
    and for money in that quotes no open document; returns; for all else the model, which weighs for each line the sets of
    documents that it may pay. What it is sure of is automatic, within the policy's floor, margin and ceilings; the rest is
    proposed with what else was possible, or left open with a coded reason. Rules on the evidence of what it chose accept
    less than the floor, ask for a person, or leave the line open. A line that the model leaves to a person may pay documents
    of another currency, at the bank's word or, as a proposal, at the rate of the day. The result is the same for any order of
    rows and any number of threads.

    Args:
        bank_lines: BANK_LINES; columns that may be null can be left out, as in all frames here.
        open_items: OPEN_ITEMS, one row per item, `open_amount` = what is open now.
        policy: accounts, rules, discounts, windows, floor, ceilings; the defaults if None.
        model: a trained model; the one that ships with the package if None.
        history: what was posted before; lines that it has explained are not matched again, and it teaches who pays for whom.
        as_of: the day on which a transfer's other side counts as missing; the last booking date if None.
    Raises:
        TableError: a frame breaks its declared table, or an item occurs twice.
        ParameterError: an argument is of another type. ModelError: it asks for features that this engine does not know.
    """
    return _run(_ground(bank_lines, open_items, Policy() if policy is None else policy, model, history, as_of))[0]


def match_with_rules(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy, model: Model | None = None,
    history: History | None = None, as_of: date | None = None,
) -> tuple[MatchResult, pd.DataFrame]:  # fmt: skip
    """As `match`, and which rules of the company fit which lines (`decision.fitting`)."""
    ground = _ground(bank_lines, open_items, policy, model, history, as_of)
    found, chosen = _run(ground)
    return found, fitting(ground.both, chosen, found.allocations, policy)


def _ground(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy, model: Model | None, history: History | None,
    as_of: date | None,
) -> Ground:  # fmt: skip
    _require_types(bank_lines=(bank_lines, pd.DataFrame), open_items=(open_items, pd.DataFrame), policy=(policy, Policy),
                   history=(history, History | None), as_of=(as_of, date | None), model=(model, Model | None))  # fmt: skip
    both = columns(bank_lines, open_items, policy, history)
    usable = _usable(model)
    compile_meanwhile()
    return Ground.of(both, policy, usable, as_of)


def _run(ground: Ground) -> tuple[MatchResult, Decided]:
    """The tables of a run, and what the model chose before rules of the company refused some of it."""
    first = ruled(ground)
    returns, held = returns_of(ground, first)
    foreign = Foreign.of(ground, first)
    course = exchanged(foreign, looked(ground, first, held))
    course = returned(ground, course, returns)
    chosen = course.decided
    course = beside_exchanges(ground, exchanged(foreign, lawful(ground, course)))
    return told(ground, course, chosen, returns), chosen


def _require_types(**given: tuple[Any, Any]) -> None:
    faults = [
        Fault(_EXPECTED[name], field=name, found=type(value).__name__)
        for name, (value, wanted) in given.items()
        if not isinstance(value, wanted)
    ]
    if faults:
        raise ParameterError("match", faults)


def _usable(model: Model | None) -> Model:
    if model is None:
        return _shipped()
    model.require_known(feature.name for feature in KNOWN)
    return model


@cache
def _shipped() -> Model:
    return load_default(feature.name for feature in KNOWN)
