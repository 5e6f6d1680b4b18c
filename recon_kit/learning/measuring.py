"""What a model does on companies that it was not trained on: exact, straight through, false, calibrated, and how fast."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.learning.training import Case, right_sets
from recon_kit.matching.columns import NOTHING
from recon_kit.matching.model import Cut, Model, calibration_error
from recon_kit.matching.scoring.running import Outcome, run

_REACH = 0.001


def measured_on(case: Case, model: Model, cut: Cut) -> dict[str, Any]:
    """One row of figures; shares of the lines that pay documents.

    `exact`: the whole set is right; `through`: automatic and exact, also by money; `reach`: the most that any cut with .1 %
    false would let through; `false`: wrong ones of all automatic, also by money; links: pairs of line and document.
    """
    began = perf_counter()
    outcome = run(case.both, np.ones(len(case.both.lines), bool), model)
    seconds = perf_counter() - began
    right, links, hits = _right(case, outcome)
    line, said = outcome.chosen()
    has, chance = np.zeros(len(right), bool), np.zeros(len(right))
    has[line], chance[line] = True, said
    pays = np.bincount(case.line, minlength=len(right)) > 0
    auto, money = has & (chance >= cut.at), np.abs(case.both.lines.amount).astype(np.float64)
    return {
        "kind": case.kind,
        "lines": len(right),
        "pays": int(pays.sum()),
        "exact": (right & pays).sum() / pays.sum(),
        "through": (auto & right).sum() / pays.sum(),
        "through_money": money[auto & right].sum() / money[pays].sum(),
        "reach": _reach(chance[has], right[has]) / pays.sum(),
        "automatic": int(auto.sum()),
        "false": int((auto & ~right).sum()),
        "false_money": money[auto & ~right].sum() / max(money[auto].sum(), 1),
        "precision": hits / max(links, 1),
        "recall": hits / len(case.line),
        "ece": calibration_error(chance[has], right[has]),
        "seconds": seconds,
    }


def by_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """Means of each kind's rows; false ones as a share of all automatic ones together."""
    found = rows.groupby("kind", sort=False).mean(numeric_only=True)
    total = rows.groupby("kind", sort=False)[["automatic", "false"]].sum()
    return found.assign(automatic=total["automatic"], false=total["false"], false_share=total["false"] / total["automatic"])


def _right(case: Case, outcome: Outcome) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], int, int]:
    """Of each line whether its set is exactly right; links in all sets, and right ones of them."""
    right, links, hits, n = np.zeros(len(case.both.lines), bool), 0, 0, len(case.both.items)
    true = case.line.astype(np.int64) * n + case.item
    for number, look in enumerate(outcome.looks):
        mine = np.flatnonzero((outcome.look == number) & (outcome.look != NOTHING))
        chosen, sets = look.set[mine], look.seen.sets
        right[mine] = right_sets(look.seen, case.line, case.item)[chosen]
        size = np.diff(sets.start)[chosen]
        at = np.repeat(sets.start[chosen] - np.r_[0, np.cumsum(size)[:-1]], size) + np.arange(size.sum())
        links += int(size.sum())
        hits += int(np.isin(np.repeat(mine, size).astype(np.int64) * n + sets.items[at], true).sum())
    return right, links, hits


def _reach(chance: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> int:
    order = np.argsort(-chance, kind="stable")
    wrong = np.cumsum(~right[order])
    held = np.flatnonzero(wrong <= _REACH * np.arange(1, len(order) + 1))
    return int(right[order][: held[-1] + 1].sum()) if len(held) else 0
