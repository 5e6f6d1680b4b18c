"""What a bank writes of an exchange into the payment text, where its file has no fields for it; taken only if it adds up."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import Lines
from recon_kit.matching.records import Line
from recon_kit.money import is_currency, minor_units

_ORIGINAL = r"\b(?:originalbetrag|ursprungsbetrag|auftragsbetrag|original amount|ocmt)\b[:/ ]*"
_AMOUNT = re.compile(_ORIGINAL + r"([a-z]{3}) ?(\d[\d.,]*)", re.IGNORECASE)
_RATE = re.compile(r"\b(?:(?:wechsel|umrechnungs|devisen)?kurs|exchange rate|exch)\b[:/ ]*(\d+[.,]\d+)", re.IGNORECASE)
_CHARGES = re.compile(
    r"\b(?:entgelt|geb(?:ü|ue)hr(?:en)?|spesen|charges|chgs)\b[:/ ]*(?:[a-z]{3} ?)?(\d[\d.,]*)", re.IGNORECASE
)


def told_in_text(lines: Lines) -> NDArray[np.bool_]:
    """Lines whose text may tell of an exchange."""
    found = pc.match_substring_regex(lines.texts, f"(?i){_ORIGINAL}")
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), bool)


def as_told(line: Line) -> Line:
    """The line with amount, rate and charges that its text tells, if its file tells none; else as it is."""
    text = line.remittance or ""
    amount, rate = _AMOUNT.search(text), _RATE.search(text)
    if line.instructed or line.rate or not amount or not rate or not line.amount:
        return line
    currency, charged = amount[1].upper(), _CHARGES.search(text)
    told = _units(amount[2], currency) if is_currency(currency) and currency != line.currency else None
    charge = _units(charged[1], line.currency) if charged else 0
    if not told or charge is None:
        return line
    sign = 1 if line.amount > 0 else -1
    return replace(
        line, instructed=sign * told, instructed_currency=currency, rate=rate[1].replace(",", "."),
        charges=line.charges if line.charges else (-charge or None), in_text=True,
    )  # fmt: skip


def _units(text: str, currency: str) -> int | None:
    kept = text.rstrip(".,")
    mark = max(",.", key=kept.rfind)
    try:
        return minor_units(kept, currency, mark)
    except ValueError:
        return None
