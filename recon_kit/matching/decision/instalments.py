"""Whether a payment that is less than its documents is one part of several, or is short: they are told and measured apart."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recon_kit.matching.columns import Columns
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.deducted import deducted
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.looks import Look
from recon_kit.matching.sets.families import LESS

DEDUCTION = 0.1
"""What a payment leaves of a document is short up to this share of it; more than that is the rest of an instalment."""

_PART = re.compile(
    r"(?<![^\W_])(?:teil(?:zahlung|betrag|rechnungsbetrag|überweisung|leistung)?|(?:schluss|monats)?rate|ratenzahlung|abschlag(?:szahlung)?"
    r"|part(?:ial)?[ -]?(?:payment|pmt)|instal?lments?|in part"
    r"|paiement partiel|versement partiel|règlement partiel|acompte|mensualité|deelbetaling|termijn(?:betaling)?"
    r"|pagamento parziale|acconto|rata|pago parcial|pagamento parcial|cuota|plata parțială|plată parțială"
    r"|częściowa|zapłata częściowa|splátka|částečná|delbetalning|delbetaling|avbetalning)(?![^\W_])",
    re.IGNORECASE,
)
"""Words by which payers say that more is to come; each stands alone."""


def part_payments(both: Columns, looks: tuple[Look, ...], bets: Bets) -> NDArray[np.bool_]:
    """Which bets pay a part of their documents: the text says so, or they leave more than `DEDUCTION` of them without naming a
    deduction; what is missing otherwise is a short payment."""
    found = np.zeros(len(bets), bool)
    short = np.flatnonzero(bets.of_sets(looks, "how") == LESS)
    if not len(short):
        return found
    some = bets.take(short)
    lines, missing = both.lines, np.abs(some.of_sets(looks, "difference"))
    large = missing > DEDUCTION * _worth(both, looks, some)
    texts = lines.texts.take(pa.array(some.line)).to_pylist()
    currencies = both.names.currencies.to_pylist()
    for at, text in enumerate(texts):
        if _PART.search(text or ""):
            found[short[at]] = True
        elif large[at]:
            currency = currencies[lines.currency[some.line[at]]]
            found[short[at]] = lines.amount[some.line[at]] < 0 or deducted(text, int(missing[at]), currency, 0) is None
    return found


def _worth(both: Columns, looks: tuple[Look, ...], bets: Bets) -> NDArray[Any]:
    """What the documents of each bet were issued for: those that go the line's way."""
    worth = np.zeros(len(bets))
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        at, start = segments.chosen(sets.start, bets.set[rows])
        way = np.sign(both.lines.amount[bets.line[rows[segments.rows(start)]]])
        worth[rows] = segments.total(np.maximum(both.items.amount[sets.items[at]] * way, 0), start)
    return worth
