"""The few words that every sentence about a line or a document is made of."""

from __future__ import annotations

from collections.abc import Sequence

from recon_kit.matching.sides import Item, Line, shown

MOST_NAMED = 5
"""How many documents a sentence or a list of alternatives names."""


def money(line: Line) -> str:
    """The line's amount with its currency."""
    return shown(line.amount, line.currency)


def named(line: Line, word: str = "from") -> str:
    """The other side with the word before it; nothing if the bank does not name it."""
    return f" {word} {line.name}" if line.name else ""


def numbers(items: Sequence[Item]) -> str:
    """The documents' numbers, each once, the first few of many."""
    names = list(dict.fromkeys(item.document_no for item in items))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
