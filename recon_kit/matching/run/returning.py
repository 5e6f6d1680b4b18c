"""What comes back: returns of what stands, and the documents that they open again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recon_kit.matching.decision.standing import Standing
from recon_kit.matching.rules.company import assigned
from recon_kit.matching.rules.drafts import Draft
from recon_kit.matching.rules.returns import Returns
from recon_kit.matching.run.ground import Course, Ground, Mask, Ruled
from recon_kit.matching.run.looking import looked_again


def returns_of(ground: Ground, ruled: Ruled) -> tuple[Returns, Mask]:
    """The returns of a run, and the lines that they surely turn back in full."""
    returns = Returns(ground.records, ground.policy, ground.quoting, ruled.returns, ruled.left)
    held = np.zeros(len(ruled.left), bool)
    held[returns.held] = True
    return returns, held


def returned(ground: Ground, course: Course, returns: Returns) -> Course:
    """With what returns take back; documents of which they open a part are offered once more to lines that are open."""
    back = _drafts(ground, course, returns)
    before = course.still_open(ground)
    after = replace(course, back=back)
    left = after.still_open(ground)
    reopened = np.abs(left) > np.abs(before)
    return looked_again(ground, after, left, reopened) if reopened.any() else after


def _drafts(ground: Ground, course: Course, returns: Returns) -> tuple[Draft, ...]:
    """Returns of what stands; those that a rule of the company gives to an account; the rest stays open."""
    decided = course.decided
    standing = Standing(ground.records, decided.bets.line, decided.sure_rows(), list(course.drafts))
    found = [ground.limits.applied(draft) for draft in returns.drafts(standing.parts_of, standing.payers)]
    known = {draft.line.at for draft in found}
    given = ((ground.records.line(at), rule) for at, rule in course.ruled.given.items() if at not in known)
    return (*found, *(ground.limits.applied(assigned(line, rule)) for line, rule in given))
