"""The words of a dialect: what is everybody's, what only training companies and what only test companies meet."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

Words = dict[str, list[str]]
LANGUAGES = {
    "train": ("de", "en", "fr", "nl", "it", "es", "pl", "pt", "ro"),
    "test": ("de", "en", "fr", "nl", "it", "es", "cs", "sv", "da"),
}
_DISJOINT = ("first", "last", "trade", "town", "street", "stem")
_COMMON = ("countries", "month", "and", "ending")
_SYLLABLES = {
    "train": "al ber cor dan el fer gal hen in kor lum mar nor ol pra qui ras sol tor ul ven wil zan tec max ex on a".split(),
    "test": "ar bri cel dom er fin gro hal is jun kra lin mo nex or pol ri sem tal ur vi wes yor zed tek plus um io".split(),
}


@cache
def words(dialect: str) -> dict[str, Words]:
    """By language: its lists of words, as far as companies of this dialect know them."""
    told = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    return {
        language: {name: _share(name, text.split("|"), dialect) for name, text in told[language].items()}
        for language in LANGUAGES[dialect]
    }


def syllables(dialect: str) -> list[str]:
    """What invented brand names are made of."""
    return _SYLLABLES[dialect]


def _share(name: str, entries: list[str], dialect: str) -> list[str]:
    """This dialect's part of a list: all of it, its half, or the two first and its half of the rest."""
    if name in _COMMON:
        return entries
    parity = 0 if dialect == "train" else 1
    if name in _DISJOINT:
        return entries[parity::2]
    return entries[:2] + entries[2 + parity :: 2]
