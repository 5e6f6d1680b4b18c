"""The words, numbers and dates of a report in the reader's language; the only place where language is known."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.measures.exact import half_up
from recon_kit.money import exponent, money_text
from recon_kit.sentences import rule_name, told

LANGUAGES = ("en", "de")
MINUS = "\N{MINUS SIGN}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_HARD = "\N{NO-BREAK SPACE}"
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


BOOKS = ("words.toml", "collection.toml")
"""The files of words; a section may stand in several, a key only in one."""


@cache
def _book() -> dict[str, dict[str, dict[str, str]]]:
    made: dict[str, dict[str, dict[str, str]]] = {}
    for name in BOOKS:
        for section, texts in book(name).items():
            made.setdefault(section, {}).update(texts)
    return made


def book(name: str) -> dict[str, dict[str, dict[str, str]]]:
    """One of `BOOKS`: section -> name -> language -> text."""
    return tomllib.loads(files("recon_kit.report").joinpath(name).read_text("utf-8"))


def keys() -> list[str]:
    """Every key as "section.name"."""
    return [f"{section}.{name}" for section, names in _book().items() for name in names]


@dataclass(frozen=True)
class Words:
    """Text and figures in one language.

    Args:
        language: "en" or "de".
    Raises:
        ParameterError: another language; names the nearest right one.
    """

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            hint = nearest(self.language, LANGUAGES)
            raise ParameterError("report", [Fault(f"en or de{hint}", field="language", found=self.language)])

    def __call__(self, key: str, n: int | None = None, /, **values: object) -> Markup:
        """The text of a key with its {names} filled in and escaped; `n` picks the singular or the plural of "one|many"."""
        section, _, name = key.partition(".")
        text = _book()[section][name][self.language]
        if "|" in text:
            singular, plural = text.split("|")
            text = singular if n == 1 else plural
        if n is not None:
            values = {"n": self.count(n), **values}
            if "{word}" in text or "{Word}" in text:
                values |= {"word": self.spelled(n), "Word": _capital(self.spelled(n))}
        return Markup(text).format(**values)  # noqa: S704 (our own text; the values are escaped by `format`)

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        section, _, name = key.partition(".")
        return name in _book()[section]

    def keys_of(self, section: str) -> list[str]:
        """Every key of a section, in order."""
        return [f"{section}.{name}" for name in _book()[section]]

    def known(self, section: str, name: object) -> str:
        """The text of a coded name, or the code itself with blanks where there is no word for it."""
        found = _book()[section].get(str(name))
        return found[self.language] if found else str(name).replace("_", " ")

    @property
    def marks(self) -> tuple[str, str]:
        """Decimal mark and thousands mark."""
        return (",", ".") if self.language == "de" else (".", ",")

    def money(self, minor: Any, currency: str, *, code: bool = False) -> str:
        """An amount in full, with a real minus; with its currency code behind it if asked. Null is "n/a"."""
        if minor is None or pd.isna(minor):
            return str(self("number.na"))
        mark, group = self.marks
        text = money_text(int(minor), currency, decimal_mark=mark, group=group, minus=MINUS)
        return f"{text}{_HARD}{currency}" if code else text

    def whole_money(self, minor: Any, currency: str) -> str:
        """An amount rounded to whole units of its currency, with its code, for headings. Null is "n/a"."""
        if minor is None or pd.isna(minor):
            return str(self("number.na"))
        scale: int = 10 ** exponent(currency)
        return f"{self.count(half_up(Fraction(int(minor), scale)))}{_HARD}{currency}"

    def thousands(self, major: float) -> str:
        """Thousands with one decimal, for labels in charts."""
        text = f"{abs(major) / 1000:,.1f}"
        if self.language == "de":
            text = text.translate(str.maketrans(",.", ".,"))
        return MINUS + text if major < 0 and text.strip("0.,") else text

    def decimal(self, number: Decimal, places: int = 1) -> str:
        """A number with a fixed number of decimals and a real minus."""
        text = f"{number:,.{places}f}".replace("-", MINUS)
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text

    def count(self, number: Any) -> str:
        """A whole number with thousands marks. Null is "n/a"."""
        if number is None or pd.isna(number):
            return str(self("number.na"))
        return f"{int(number):,}".replace(",", self.marks[1]).replace("-", MINUS)

    def spelled(self, number: int) -> str:
        """A small number as a word, larger ones in digits."""
        words = str(self("number.words")).split()
        return words[number] if 0 < number < len(words) else self.count(number)

    def percent(self, share: str) -> str:
        """A share as `measures.share` gives it, with its sign; "n/a" stays."""
        if share == "n/a":
            return str(self("number.na"))
        return f"{share.replace('.', self.marks[0]).replace('-', MINUS)}{_HARD}%"

    def day(self, value: Any) -> str:
        """A day as people write it: 31 Oct 2026, 31.10.2026. Null is "n/a"."""
        if value is None or pd.isna(value):
            return str(self("number.na"))
        on = pd.Timestamp(value)
        if self.language == "de":
            return f"{on:%d.%m.%Y}"
        return f"{on.day}{_HARD}{self._month(on.month, short=True)}{_HARD}{on.year}"

    def day_short(self, value: Any) -> str:
        """A day without its year."""
        on = pd.Timestamp(value)
        return f"{on:%d.%m.}" if self.language == "de" else f"{on.day}{_HARD}{self._month(on.month, short=True)}"

    def span(self, first: Any, last: Any) -> str:
        """Two days as a span."""
        if pd.isna(first) or pd.isna(last):
            return str(self("number.na"))
        if pd.Timestamp(first) == pd.Timestamp(last):
            return self.day(last)
        return f"{self.day_short(first)}{_NARROW}–{_NARROW}{self.day(last)}"

    def account(self, number: Any) -> str:
        """An account's number with its middle hidden."""
        return masked(number)

    def sentence(self, detail: Any, facts: Any) -> str:
        """What is said of an open question: from its facts, else the English sentence to those who read English."""
        if isinstance(facts, str):
            return told(facts, self)
        return plain(detail, 400) if self.language == "en" else ""

    def basis(self, basis: Any) -> str:
        """What a match rests on: our rules and the model's patterns in words, a rule of the company by its own name."""
        kind, _, rule = str(basis).partition(":")
        return rule_name(rule, self.language) if kind in ("rule", "model") and rule else self.known("basis", basis)

    def age(self, days: Any) -> str:
        """An age in days."""
        return str(self("number.na")) if days is None or pd.isna(days) else str(self("number.days", n=self.count(days)))

    def period(self, name: str, first: pd.Timestamp, last: pd.Timestamp) -> str:
        """A period's name as people say it: "October 2026" for a calendar month, else its code and days."""
        if re.fullmatch(r"\d{4}-\d\d", name) and first.day == 1 and (last + pd.Timedelta(days=1)).day == 1:
            return f"{self._month(first.month)} {first.year}"
        return f"{name} ({self.span(first, last)})"

    def period_short(self, name: str) -> str:
        """A period named briefly: "Sep" for 2026-09, else its code."""
        found = re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", name)
        return self._month(int(found[1]), short=True) if found else name

    def period_with_year(self, name: str) -> str:
        """A period of another year named briefly: "Oct 2025" for 2025-10, else its code."""
        short = self.period_short(name)
        return f"{short} {name[:4]}" if short != name else name

    def _month(self, number: int, *, short: bool = False) -> str:
        return str(self("number.months_short" if short else "number.months")).split()[number - 1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain(text: Any, length: int = 120) -> str:
    """Foreign text made harmless to read: no control or direction marks, one line, cut with an ellipsis."""
    if text is None or pd.isna(text):
        return ""
    clean = " ".join(_UNSEEN.sub(" ", str(text)).split())
    return clean if len(clean) <= length else clean[: length - 1].rstrip() + "…"


def masked(account: Any) -> str:
    """An account number with its middle hidden: "DE89 •••• 3000"; short numbers keep their last digits only.

    >>> masked("DE89370400440532013000").split(), masked("4711").split()
    (['DE89', '••••', '3000'], ['••', '11'])
    """
    text = re.sub(r"[^0-9A-Za-z]", "", plain(account, 60)).upper()
    if re.fullmatch(r"[A-Z]{2}\d\d[0-9A-Z]{8,30}", text):
        return f"{text[:4]}{_HARD}••••{_HARD}{text[-4:]}"
    if len(text) <= 6:
        return f"••{_HARD}{text[-2:]}" if text else ""
    return f"••••{_HARD}{text[-4:]}"
