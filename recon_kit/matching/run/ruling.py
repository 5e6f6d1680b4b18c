"""The first step: what rules of the company and of the house say of lines before the model looks at them."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.columns import NOTHING
from recon_kit.matching.rules.company import assigned, first_rules
from recon_kit.matching.rules.refunds import only_unmatched, returns_and_refunds
from recon_kit.matching.rules.transfers import Transfers
from recon_kit.matching.run.ground import Ground, Mask, Ruled
from recon_kit.tables import LINE_KINDS

_OWN = [LINE_KINDS.index(kind) for kind in ("fee", "interest")]


def ruled(ground: Ground) -> Ruled:
    """What is never matched, own transfers, what a rule gives to an account; and what comes back."""
    both, policy, rules = ground.both, ground.policy, ground.policy.rules.rule
    lines, records = both.lines, ground.records
    left = lines.amount != 0
    first = first_rules(both, policy)
    then = np.array([rule.then for rule in rules] + [""], object)[first]
    drafts = [ground.never(at, int(first[at])) for at in np.flatnonzero(left & (then == "never")).tolist()]
    left &= then != "never"
    sounds, refunds = returns_and_refunds(records, policy, ground.quoting, left)
    returns = sounds & ~refunds
    left &= ~returns
    transfers = Transfers(records, policy, left, ground.quoted.any_open(), ground.as_of)
    for draft in transfers.drafts():
        drafts.append(ground.limits.applied(draft))
        left[draft.line.at] = False
    gives = np.isin(then, ["ledger_account", "own_transfer"])
    mine = gives & left & ((lines.amount < 0) | ~ground.quoted.open_here())
    named = ((at, rules[first[at]]) for at in np.flatnonzero(mine).tolist())
    drafts += [ground.limits.applied(assigned(records.line(at), rule)) for at, rule in named]
    shown = np.where(then == "propose", first, NOTHING).astype(np.int32)
    given = {at: rules[first[at]] for at in np.flatnonzero(gives & returns).tolist()}
    left &= ~mine & ~_of_the_bank(ground)
    returns |= only_unmatched(records, ground.quoting, refunds & left)
    return Ruled(tuple(drafts), left, shown, returns, given, transfers)


def _of_the_bank(ground: Ground) -> Mask:
    """Fees and interest without another party: the bank's own, unless they quote an open document."""
    lines = ground.both.lines
    nobody = (lines.name == NOTHING) & (lines.payer == NOTHING)
    return np.asarray(np.isin(lines.kind, _OWN) & nobody & ~ground.quoted.any_open())
