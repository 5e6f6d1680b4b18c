"""What a payer's text says was deducted: a coded reason for paying less, in the words of `deducted.toml`.

Most texts name none of them, so a look at how each word begins comes before the patterns, one a code.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import pyarrow as pa

from recon_kit.matching.evidence.texts import folded
from recon_kit.money import money_text
from recon_kit.sentences import sentence

_CHARGES, _LESS = "charges_deducted", "less"
_NEAR = 16
"""How many characters may stand between a word that needs one and the word that says "less"."""
_HEAD = 4
"""By how many letters a word is looked up; no entry that goes on is shorter."""
_WORDS = re.compile(r"[^\W\d_]+")
_SPELT = {"Ä": ("A", "AE"), "Ö": ("O", "OE"), "Ü": ("U", "UE"), "Å": ("A", "AA"), "Ø": ("O", "OE"), "Æ": ("AE",), "Œ": ("OE",),
          "ß": ("SS",), "ẞ": ("SS",), "Ł": ("L",), "Đ": ("D",), "ı": ("I",)}  # fmt: skip
"""Letters that payers write in more than one way, or that carry no accent to drop."""


@dataclass(frozen=True, slots=True)
class Deducted:
    """A coded reason of `tables.REASONS`, and the payer's own words for it."""

    reason: str
    words: str

    @property
    def values(self) -> dict[str, Any]:
        """What a sentence says of it."""
        return {"what": sentence(f"deducts_{self.reason}"), "words": self.words}


@dataclass(frozen=True)
class _Words:
    """The words of all codes; `sure` say it by themselves, `beside` only near one of `less`; heads are how they begin."""

    sure: dict[str, re.Pattern[str]]
    beside: dict[str, re.Pattern[str]]
    less: re.Pattern[str]
    heads: dict[str, frozenset[str]]


def deducted(text: str | None, missing: int, currency: str, charges: int) -> Deducted | None:
    """What a text says was deducted; None where it names nothing.

    Args:
        missing: what was paid less, minor units. charges: up to which of it bank charges can be what is missing.

    >>> deducted("RE 4711 abz. Transportschaden", 1200, "EUR", 0)
    Deducted(reason='damaged_goods', words='Transportschaden')
    >>> deducted("RE 4711, Spedition Bruchmühl", 1200, "EUR", 0)
    """
    if not text:
        return None
    found = _found(text, missing, currency, charges)
    if found is None and "\n" in text:
        found = _found(text.replace("\r", "").replace("\n", ""), missing, currency, charges)
    return found


def _found(text: str, missing: int, currency: str, charges: int) -> Deducted | None:
    plain, starts = _plain(text)
    words = _words()
    heads = {word[:_HEAD] for word in _WORDS.findall(plain)}
    for reason, sure in words.sure.items():
        if heads.isdisjoint(words.heads[reason]) or (reason == _CHARGES and missing > charges):
            continue
        hit = sure.search(plain) or _beside(plain, words, reason, missing, currency)
        if hit:
            first, last = (hit.start(), hit.end()) if starts is None else (starts[hit.start()], starts[hit.end()])
            return Deducted(reason, " ".join(text[first:last].split()))
    return None


def _beside(plain: str, words: _Words, reason: str, missing: int, currency: str) -> re.Match[str] | None:
    """A word that needs it near one that says "less", or in a text that states the missing amount."""
    for hit in words.beside[reason].finditer(plain):
        near = plain[max(hit.start() - _NEAR, 0) : hit.end() + _NEAR]
        if words.less.search(near) or _states(plain, missing, currency):
            return hit
    return None


def _states(plain: str, missing: int, currency: str) -> bool:
    whole, _, decimals = money_text(missing, currency).partition(".")
    return bool(decimals and re.search(rf"(?<![\d.,]){whole}[.,]{decimals}(?!\d)", plain))


def _plain(text: str) -> tuple[str, list[int] | None]:
    """A text in plain capitals, and where each of its characters stands in the text (None: at the same place)."""
    if text.isascii():
        return text.upper(), None
    pieces = [_letter(letter) for letter in text]
    starts = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*starts, len(text)]


@cache
def _letter(letter: str) -> str:
    """One character as `folded` has it."""
    spelt = _SPELT.get(letter) if letter in "ßẞı" else _SPELT.get(letter.upper())
    return spelt[0] if spelt else str(folded(pa.array([letter], pa.large_string()))[0].as_py())


@cache
def _words() -> _Words:
    told = tomllib.loads(files(__package__).joinpath("deducted.toml").read_text("utf-8"))
    forms = {
        code: [form for words in of.values() for word in words.split("|") for form in _forms(word)] for code, of in told.items()
    }
    less = _pattern(forms.pop(_LESS)).pattern
    sure = {code: _pattern([form for form in some if form[-1] != "?"]) for code, some in forms.items()}
    beside = {code: _pattern([form[:-1] for form in some if form[-1] == "?"]) for code, some in forms.items()}
    heads = {code: frozenset(_WORDS.findall(form)[0][:_HEAD] for form in some) for code, some in forms.items()}
    return _Words(sure, beside, re.compile(rf"{less}|\d\s?%"), heads)


def _forms(entry: str) -> list[str]:
    """An entry in each way it may be written in plain capitals.

    >>> _forms("kürz*")
    ['KURZ*', 'KUERZ*']
    """
    letters = [_SPELT.get(letter.upper() if letter != "ß" else letter) or (_letter(letter),) for letter in entry]
    return ["".join(form) for form in product(*letters)]


def _pattern(forms: list[str]) -> re.Pattern[str]:
    """Any of these at a word's start; only those that end in * go on to the end of a longer word."""
    told = [r"[\W_]{1,3}".join(form.removesuffix("*").split()) + r"[^\W\d_]*" * (form[-1] == "*") for form in forms]
    some = "|".join(sorted(set(told), key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<![^\W\d_])(?:{some or '(?!)'})(?![^\W\d_])")


__all__ = ["Deducted", "deducted"]
