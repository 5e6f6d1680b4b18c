"""Sentences about an open question: kept as a name and values, told when somebody reads them, in the reader's language."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from recon_kit.money import money_text

MOST_LISTED = 5
"""How many documents a sentence names before it says "and 3 more"."""

MINUS = "\N{MINUS SIGN}"
_POINT = {"de": ","}
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"{(\w+)(?::(\w+))?}")


class Figures(Protocol):
    """How amounts, days and numbers are written for one reader."""

    @property
    def language(self) -> str:
        """ "en" or "de"."""

    def money(self, minor: Any, currency: str, *, code: bool = False) -> str:
        """An amount of minor units."""

    def day(self, value: Any) -> str:
        """A day."""

    def count(self, number: Any) -> str:
        """A whole number."""

    def percent(self, share: str) -> str:
        """A share in percent, given with its decimals."""

    def account(self, number: Any) -> str:
        """An account's number."""


class Plain:
    """Figures as data has them: English, days as 2026-10-31."""

    language = "en"

    def money(self, minor: Any, currency: str, *, code: bool = False) -> str:
        """As "1,190.00 EUR", with a true minus."""
        text = money_text(int(minor), currency, group=",", minus=MINUS)
        return f"{text} {currency}" if code else text

    def day(self, value: Any) -> str:
        """As 2026-10-31."""
        return str(value)

    def count(self, number: Any) -> str:
        """As 1,190."""
        return f"{number:,}"

    def percent(self, share: str) -> str:
        """As 99.5%."""
        return f"{share}%"

    def account(self, number: Any) -> str:
        """In full."""
        return str(number)


_PLAIN = Plain()


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said: the name of a sentence, and the values that stand in it, as `sentence` makes them."""

    name: str
    values: Mapping[str, Any]

    @property
    def facts(self) -> str:
        """The sentence as canonical JSON, for `told`."""
        return json.dumps({"say": self.name, **self.values}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def columns(self) -> dict[str, str]:
        """The two columns that a row of BREAKS has for it."""
        return {"detail": str(self), "facts": self.facts}

    def __str__(self) -> str:
        """In English, as data has it."""
        return _told({"say": self.name, **self.values}, _PLAIN)


def sentence(name: str, /, **values: Any) -> Sentence:
    """A sentence by its name in `sentences.toml`.

    Args:
        values: texts, whole numbers, days, (minor units, currency), sentences, and lists of texts or sentences; a value of
            None is not known, and the part of the sentence that it stands in falls away.
    Raises:
        KeyError: there is no such sentence, or a value that it needs is missing.

    >>> str(sentence("payer_unknown", amount=(-119000, "EUR"), name=None))
    '−1,190.00 EUR came; neither payer nor text is known.'
    """
    made = Sentence(name, {key: _kept(value) for key, value in values.items() if value is not None})
    if missing := _needed(name) - made.values.keys():
        raise KeyError(f"sentence {name} needs {', '.join(sorted(missing))}")
    return made


@cache
def _needed(name: str) -> frozenset[str]:
    return frozenset(found[1] for found in _PLACE.finditer(_OPTIONAL.sub("", _book()["sentence"][name]["en"])))


def told(facts: str, figures: Figures) -> str:
    """A sentence from its facts, for one reader."""
    return _told(json.loads(facts), figures)


def rule_name(rule: str, language: str) -> str:
    """A rule in words; a rule of the company keeps its own name."""
    known = _book()["rule"].get(rule)
    return known[language] if known else rule


def _kept(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Sentence):
        return {"say": value.name, **value.values}
    if isinstance(value, date):
        return value.isoformat()[:10]
    return [_kept(part) for part in value] if isinstance(value, list | tuple) else value


def _told(facts: Mapping[str, Any], figures: Figures) -> str:
    return _filled(_book()["sentence"][facts["say"]][figures.language], facts, figures)


def _filled(text: str, values: Mapping[str, Any], figures: Figures) -> str:
    said = []
    for names, pieces in _parts(text):
        if names is None or all(name in values for name in names):
            said += [piece if kind is None else _figure(values[piece], kind, figures) for piece, kind in pieces]
    return "".join(said)


@cache
def _parts(text: str) -> list[tuple[list[str] | None, list[tuple[str, str | None]]]]:
    """A sentence taken apart: what is always said (None) and what is said if all these values are known; in it texts (None)
    and places with their kind ("" for a plain one)."""
    found: list[tuple[list[str] | None, list[tuple[str, str | None]]]] = []
    for at, part in enumerate(_OPTIONAL.split(text)):
        cut = _PLACE.split(part)
        pieces: list[tuple[str, str | None]] = [(cut[0], None)]
        for name, kind, after in zip(cut[1::3], cut[2::3], cut[3::3], strict=True):
            pieces += [(name, kind or ""), (after, None)]
        found.append(([name for name, kind in pieces if kind is not None] if at % 2 else None, pieces))
    return found


def _figure(value: Any, kind: str, figures: Figures) -> str:
    if kind == "money":
        return figures.money(value[0], value[1], code=True)
    if kind == "decimal":
        return str(value).replace(".", _POINT.get(figures.language, "."))
    if kind == "list":
        return _listed(value, figures)
    if kind == "said":
        return _told(value, figures)
    if kind == "rule":
        return _filled(_book()["part"]["rule"][figures.language], {"name": rule_name(value, figures.language)}, figures)
    return str(getattr(figures, kind)(value)) if kind else str(value)


def _listed(values: Iterable[Any], figures: Figures) -> str:
    names = list(dict.fromkeys(_told(one, figures) if isinstance(one, Mapping) else str(one) for one in values))
    listed = ", ".join(names[:MOST_LISTED])
    if len(names) <= MOST_LISTED:
        return listed
    return _filled(_book()["part"]["and_more"][figures.language], {"listed": listed, "n": len(names) - MOST_LISTED}, figures)


@cache
def _book() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("recon_kit").joinpath("sentences.toml").read_text("utf-8"))
