"""The words of a posting: what a bookkeeper reads beside the amount, without anything that a text could smuggle in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from recon_kit.book.parts import Part

LONGEST = 60
"""Characters of a posting text, as DATEV takes them."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "discount": "Skonto", "fee": "Bankspesen", "write_off": "Ausbuchung", "fx_difference": "Kursdifferenz",
        "charge": "Bankspesen", "on_account": "Akonto", "own_transfer": "Geldtransit", "exchange": "Währungstausch",
        "clearing": "Verrechnung", "assumed": "Satz angenommen", "reversal": "Storno",
    },
    "en": {
        "discount": "Discount", "fee": "Bank charge", "write_off": "Write-off", "fx_difference": "Exchange difference",
        "charge": "Bank charge", "on_account": "On account", "own_transfer": "Own transfer", "exchange": "Exchange",
        "clearing": "Clearing", "assumed": "rate assumed", "reversal": "Reversal",
    },
}  # fmt: skip


def posting_text(part: Part, language: str, *, assumed: bool = False) -> str | None:
    """At most 60 characters: the kind's word, the document, the payer, and for money without a document its payment text.

    Args:
        assumed: whether the rate of tax is the company's default and not the document's own.
    """
    words = _WORDS[language]
    kind = "clearing" if part.grouped and part.kind == "payment" else part.kind
    said = [words.get(kind), f"({words['assumed']})" if assumed else None, part.document_no, part.payer]
    if part.item_id is None:
        said.append(part.remittance)
    return cut(plain(" ".join(text for text in said if text))) or None


def reversal_text(text: str | None, language: str) -> str:
    """The text of a posting that takes another back."""
    return cut(f"{_WORDS[language]['reversal']} {text or ''}".strip())


def plain(text: str) -> str:
    """A text on one line, without control, formatting and private characters (marks of direction among them)."""
    kept = (" " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())


def cut(text: str) -> str:
    """A text of at most 60 characters; where something is left out, its last one is an ellipsis.

    >>> len(cut("x" * 61)), cut("x" * 61)[-2:]
    (60, 'x…')
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
