"""What the model sees: the passes of a run, and looks once more for lines whose documents stand otherwise by then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recon_kit.matching.columns import NOTHING, Code, Whole
from recon_kit.matching.decision.outcome import Decided, Marked, decide
from recon_kit.matching.run.ground import Course, Ground, Mask, Ruled
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.scoring.running import Outcome, look_at, run_on


def looked(ground: Ground, ruled: Ruled, held: Mask) -> Course:
    """The passes, over all lines that rules left; then the first one for lines that a return takes back, as they came first."""
    opened = ground.both.items.open
    outcome = run_on(ground.settling.beside(ruled.left & ~held, opened), ground.model)
    looks, look = outcome.looks, outcome.look.copy()
    if held.any():
        looks, look = _again(ground, outcome, looks, look, held, opened, looks[0].name)
    decided = _decided(ground, ruled, held, outcome, looks, look)
    return Course(ruled, held, outcome, looks, look, decided, ruled.drafts, ruled.left)


def looked_again(ground: Ground, course: Course, opened: Whole, reopened: Mask) -> Course:
    """Documents that are open again, offered to the lines that are still without one.

    Args:
        opened: minor units open of each document. reopened: documents of which more is open than before.
    """
    todo = _may_pay(ground, course, reopened) & course.left
    todo[course.decided.bets.line[course.decided.sure]] = False
    if not todo.any():
        return course
    last = course.outcome.looks[-1].name
    looks, look = _again(ground, course.outcome, course.looks, course.look, todo, opened, last)
    look = np.where(_touches(looks[-1], look, len(looks) - 1, reopened), look, course.look)
    decided = _decided(ground, course.ruled, course.held, course.outcome, looks, look)
    return replace(course, looks=looks, look=look, decided=decided)


def _again(
    ground: Ground, outcome: Outcome, looks: tuple[Look, ...], look: Code, todo: Mask, opened: Whole, name: str
) -> tuple[tuple[Look, ...], Code]:
    """One more look for some lines, as a pass looks, at documents as they stand then."""
    seen = look_at(outcome.settling.beside(todo, opened), ground.model, name)
    look = look.copy()
    look[todo] = np.where(seen.set[todo] != NOTHING, len(looks), NOTHING)
    return (*looks, seen), look


def _decided(
    ground: Ground, ruled: Ruled, held: Mask, outcome: Outcome, looks: tuple[Look, ...], look: Code
) -> Decided:  # fmt: skip
    marked = Marked(ruled.shown, held, ground.quoted, ground.limits.spent, outcome.final)
    return decide(ground.both, looks, look, ground.model, ground.policy, marked)


def _may_pay(ground: Ground, course: Course, items: Mask) -> Mask:
    """Lines that quote one of these documents, or whose payer may owe one."""
    found, links = ground.quoted.of_any(items), course.outcome.links
    found[links.line[np.isin(links.debtor, ground.both.items.debtor[items])]] = True
    return found


def _touches(look: Look, chosen: Code, number: int, items: Mask) -> Mask:
    """Lines for which this look chose a set with one of these documents."""
    sets = look.seen.sets
    holds = segments.most(items[sets.items].astype(np.int8), sets.start) > 0
    found: Mask = np.asarray(chosen == number)
    found[found] = holds[look.set[found]]
    return found
