"""Why a match was made, in the reader's language: one sentence made of what was found, never of raw keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from recon_kit.errors import ReconError
from recon_kit.money import minor_units
from recon_kit.report.words import Words, masked, plain

ORDER = (
    "rule of the company", "original line", "other account", "other side", "reference", "amount", "rate", "payer", "proof",
    "date", "other open documents", "rivals", "return reason",
)  # fmt: skip
"""Kinds of evidence in the order in which a sentence tells them; what stands for none of them is not said."""

_NUMBER = re.compile(r"-?\d+")
_OF_A_PAYMENT = re.compile(r"(\d{4}-\d\d-\d\d) (-?[\d,.]+) ([A-Z]{3})")
_OF_A_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\S+)")
_DAY = re.compile(r"(?<=\s)\d{4}-\d\d-\d\d(?=;|$)")
_NO_NOTE = re.compile(r"ledger account \S+|own transfer")
_UNSAID = ("amount any", "other open documents not asked")
_LONGEST, _LONGEST_NOTE = 60, 160


@cache
def key_of(feature: str, level: str) -> str:
    """The key in words.toml of what was found of a kind of evidence.

    >>> key_of("reference", "number, written otherwise")
    'because.reference_number_written_otherwise'
    """
    return "because." + re.sub(r"\W+", "_", f"{feature} {level}").strip("_")


@lru_cache(maxsize=1 << 16)
def clause(words: Words, feature: str, level: str, value: str | None, n_documents: int = 1, rule: str = "") -> str:
    """One piece of evidence as a clause without a full stop; "" for what says nothing.

    Args:
        feature, level, value: as EVIDENCE has them.
        n_documents: how many documents the match pays.
        rule: of the company, that decided.
    """
    if f"{feature} {level}" in _UNSAID:
        return ""
    if feature == "date":
        return _date(words, value)
    if feature == "rule of the company":
        note = plain(value, _LONGEST_NOTE).rstrip(".")
        what = "fits" if not note or _NO_NOTE.fullmatch(note) else "says"
        return str(words(f"because.rule_of_the_company_{what}", rule=plain(rule, _LONGEST), note=note).unescape())
    key = key_of(feature, level)
    if not words.has(key):
        return ": ".join(filter(None, [words.known("evidence", feature), plain(level, _LONGEST)]))
    counted = _count(value) if feature in ("other open documents", "rivals") else n_documents
    return str(words(key, counted, value=_value(words, feature, level, value)).unescape())


def sentence_of(words: Words, rows: Iterable[Mapping[str, Any]], rule: str = "") -> str:
    """Why a match was made: what was found of each kind of evidence, in one sentence; "" where nothing was.

    Args:
        rows: of EVIDENCE, of one match.
        rule: of the company, that decided.
    """
    found = {str(row["feature"]): row for row in rows}
    amount = found.get("amount")
    n_documents = _count(amount["value"]) if amount is not None else 1
    said = [
        clause(words, name, str(found[name]["level"]), _told(name, found[name]["value"]), n_documents, rule)
        for name in sorted(found, key=_place)
        if name not in ("prior", "score")
    ]
    told = "; ".join(filter(None, said))
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _place(feature: str) -> tuple[int, str]:
    return (ORDER.index(feature) if feature in ORDER else len(ORDER), feature)


def _told(feature: str, value: Any) -> str | None:
    """A value, where the clause of its kind of evidence says it."""
    return value if isinstance(value, str) and feature not in ("amount", "payer") else None


def _count(value: Any) -> int:
    """The number that a value begins with, as in "3 documents"; one where it begins with none."""
    found = _NUMBER.match(value) if isinstance(value, str) else None
    return int(found[0]) if found else 1


def _date(words: Words, value: str | None) -> str:
    days = _count(value or "0")
    if not days:
        return str(words("because.date_on"))
    return str(words("because.date_before" if days < 0 else "because.date_after", abs(days)))


def _value(words: Words, feature: str, level: str, value: str | None) -> str:
    """A value as the reader writes it: days and amounts in their form, account numbers with their middle hidden."""
    text = plain(value, _LONGEST)
    if feature == "original line" and (found := _OF_A_PAYMENT.fullmatch(text)):
        day, amount, currency = found.groups()
        try:
            units = minor_units(amount.replace(",", ""), currency, ".")
        except ReconError:
            return text
        return f"{words.day(day)}, {words.money(units, currency, code=True)}"
    if feature == "other side" and (found := _OF_A_LINE.fullmatch(text)):
        return f"{words.day(found[1])}, {masked(found[2])}"
    if feature == "proof":
        return _DAY.sub(lambda found: words.day(found[0]), plain(value, 3 * _LONGEST)).replace("; ", ", ")
    if feature == "rate":
        return text.replace(".", words.marks[0])
    return masked(text) if feature == "other account" and level == "own" else text
