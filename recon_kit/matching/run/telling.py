"""The last step: every line accounted for, and a reason for each that stays open."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.decision.open_lines import OpenLines
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.decision.standing import Standing
from recon_kit.matching.evidence.quoting import Quoting
from recon_kit.matching.records import Line
from recon_kit.matching.result import MatchResult, result
from recon_kit.matching.rules.drafts import Draft, unexplained
from recon_kit.matching.rules.returns import Returns
from recon_kit.matching.run.ground import Course, Ground


def told(ground: Ground, course: Course, chosen: Decided, returns: Returns) -> MatchResult:
    """The four tables of a run.

    Args:
        chosen: what the model chose, with what rules of the company refuse of it.
    """
    decided, records, lines = course.decided, ground.records, ground.both.lines
    left = course.still_open(ground)
    standing = Standing(records, decided.bets.line, decided.rows, course.every_draft, ~decided.sure)
    open_lines = OpenLines(
        records, ground.policy, standing, left, Quoting(ground.settling.quotes, 1), course.outcome.links
    )  # fmt: skip
    otherwise = dict([*_paid_already(ground, decided, open_lines), *_sisters(ground, decided, open_lines)])
    decided = decided.without(np.array([line.at for line in otherwise], np.int32))
    refused = ground.refused(chosen)
    never = zip(chosen.bets.line[refused].tolist(), chosen.rule[refused].tolist(), strict=True)
    drafts = [*course.every_draft, *otherwise.values(), *(ground.never(at, rule) for at, rule in never)]
    known = np.zeros(len(lines), bool)
    known[[draft.line.at for draft in drafts]] = True
    known[decided.bets.line] = True
    shown = Standing(records, decided.bets.line, decided.rows, drafts, ~decided.sure)
    chances = dict(zip(decided.bets.line.tolist(), decided.probability.tolist(), strict=True))
    for at in np.flatnonzero((lines.amount != 0) & ~known).tolist():
        line, is_return = records.line(at), bool(course.ruled.returns[at])
        waits = returns.waiting(line, shown.parts_of, chances) if is_return else None
        drafts.append(waits or open_lines.why(line, is_return))
    return result(records, ground.policy, ground.model, decided, course.outcome.final, course.look, drafts, left)


def _paid_already(ground: Ground, decided: Decided, open_lines: OpenLines) -> list[tuple[Line, Draft]]:
    """Proposals of other documents for a line that only quotes documents that are closed: to another amount, or though the
    line is a payment of those again."""
    closed, exact = decided.only_closed()
    doubtful = np.flatnonzero(closed & ~decided.sure)
    lines = [ground.records.line(int(at)) for at in decided.bets.line[doubtful]]
    fits = zip(lines, exact[doubtful].tolist(), strict=True)
    drafts = [(line, open_lines.why(line, is_return=False), fit) for line, fit in fits]
    return [(line, draft) for line, draft, fit in drafts if not fit or draft.reason == "possible_duplicate"]


def _sisters(ground: Ground, decided: Decided, open_lines: OpenLines) -> list[tuple[Line, Draft]]:
    """Proposals whose line quotes a sister company's document of its very amount: that is what it pays."""
    doubtful = decided.bets.line[~decided.sure]
    lines = [ground.records.line(at) for at in doubtful[ground.quoted.elsewhere()[doubtful]].tolist()]
    named = [(line, open_lines.sister(line)) for line in lines]
    return [(line, unexplained(line, "other_entity", what)) for line, what in named if what]
