"""The few values that every sentence about a line or a document is made of."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any

from recon_kit.matching.records import Item, Line
from recon_kit.money import money_text

CERTAIN = 0.9999
"""Nothing is called surer than this."""
MOST_NAMED = 5
"""How many documents a list of alternatives names."""


def money(line: Line) -> tuple[int, str]:
    """The line's amount with its currency."""
    return line.amount, line.currency


def size(line: Line) -> tuple[int, str]:
    """The same without its sign, where the sentence says which way it went."""
    return abs(line.amount), line.currency


def about(line: Line) -> dict[str, Any]:
    """The line's amount and its other side: who paid it, or whom it was paid to; None if the bank does not name it."""
    name = line.name or None
    return {"amount": size(line), "payer": name if line.amount >= 0 else None, "payee": name if line.amount < 0 else None}


def numbers(items: Sequence[Item]) -> list[str]:
    """The documents' numbers, each once."""
    return list(dict.fromkeys(item.document_no for item in items))


def percent(chance: float) -> str:
    """A probability in percent with two decimals, rounded down; none is called certain.

    >>> percent(0.87256), percent(1.0)
    ('87.25', '99.99')
    """
    return f"{floor(1e4 * min(float(chance), CERTAIN)) / 100:.2f}"


def shown(amount: int, currency: str) -> str:
    """An amount for a piece of evidence, as "1,190.00 EUR"."""
    return f"{money_text(amount, currency, group=',')} {currency}"
