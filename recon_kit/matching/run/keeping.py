"""The laws kept: no document changes sign, and nothing automatic rests on what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recon_kit.matching.columns import Whole
from recon_kit.matching.run.ground import Course, Ground, Mask


def lawful(ground: Ground, course: Course) -> Course:
    """What would make a document change sign is shown to a person, and what then is too much is left open."""
    decided, items = course.decided, ground.both.items
    decided = decided.without(decided.bets.line[ground.refused(decided)])
    while (sand := decided.on_sand(items.open, len(course.outcome.looks))).any():
        decided = decided.doubted(sand)
    left = replace(course, decided=decided).still_open(ground)
    decided = decided.doubted(decided.touching(_beyond(left, items.amount)))
    left = replace(course, decided=decided).still_open(ground)
    return replace(course, decided=decided.without(decided.too_much(left, items.amount)))


def _beyond(left: Whole, amount: Whole) -> Mask:
    """Documents of which more than all is gone."""
    return np.asarray(np.sign(left) * np.sign(amount) < 0)
