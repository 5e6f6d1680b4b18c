"""Which lines may pay documents of another currency: those that nothing else surely explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Columns
from recon_kit.matching.decision.bets import Rows
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.decision.standing import fallen
from recon_kit.matching.evidence.joins import among
from recon_kit.matching.evidence.quotes import ORDERED, Quotes
from recon_kit.matching.rules.drafts import Draft
from recon_kit.matching.rules.told_rates import told_in_text

Mask = NDArray[np.bool_]


def tell_of_another(both: Columns, quotes: Quotes) -> Mask:
    """Lines whose bank tells an amount of another currency, or that quote an open document of their company in one."""
    lines, items = both.lines, both.items
    found = (lines.instructed != 0) & (lines.instructed_currency != NOTHING) & (lines.instructed_currency != lines.currency)
    found |= told_in_text(lines)
    foreign = (items.currency[quotes.item] != lines.currency[quotes.line]) & (items.open[quotes.item] != 0)
    foreign &= items.entity[quotes.item] == lines.entity[quotes.line]
    found[quotes.line[foreign]] = True
    return np.asarray(found)


def still_to_explain(may: Mask, decided: Decided, drafts: Sequence[Draft], told: Rows) -> NDArray[np.int64]:
    """Those of the lines that nothing automatic, no rule, and no proposal of documents that they quote explains.

    Args:
        told: what is proposed on a quote, as `claims` has it.
    """
    left = may.copy()
    left[decided.bets.line[decided.sure]] = False
    left[decided.bets.line[told.bet]] = False
    left[[draft.line.at for draft in drafts]] = False
    return np.flatnonzero(left)


def claims(both: Columns, quotes: Quotes, decided: Decided) -> Rows:
    """What lines are proposed to pay of documents that they quote."""
    rows, size = decided.rows, len(both.items) + 1
    sure = quotes.strength >= ORDERED
    key = decided.bets.line[rows.bet].astype(np.int64) * size + rows.item
    quoted = among(key, np.unique(quotes.line[sure].astype(np.int64) * size + quotes.item[sure]))
    return rows.take((rows.item != NOTHING) & ~decided.sure[rows.bet] & quoted)


def beside(both: Columns, decided: Decided, drafts: Sequence[Draft]) -> Decided:
    """The same without proposals that ask for more of a document than exchanges, also proposed ones, leave of it."""
    every = [replace(draft, sure=True) if draft.exchanged else draft for draft in drafts]
    left = both.items.open - fallen(len(both.items), decided.sure_rows(), every)
    return decided.without(decided.too_much(left, both.items.amount))
