"""Names of people, companies and offices, as a ledger writes them and as banks pass them on; and invented accounts."""

from __future__ import annotations

import numpy as np

from recon_kit.simulate.feeds.chance import Texts, texts
from recon_kit.simulate.feeds.checks import iban
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.words import Words, syllables, words

_LETTERED = {"GB": (4, 14), "IE": (4, 14), "NL": (4, 10), "IT": (1, 22), "RO": (4, 16)}
_DIGITS = {"DE": 18, "AT": 16, "CH": 17, "FR": 23, "BE": 12, "LU": 16, "ES": 20, "PL": 24, "PT": 21, "CZ": 20, "SK": 20,
           "SE": 20, "DK": 14, "FI": 14}  # fmt: skip


def draw_names(company: Company, purpose: str, language: Texts, business: np.ndarray) -> Texts:
    """One name a row, as a ledger would write it."""
    rng = company.rng(purpose)
    told = words(company.dialect)
    made = syllables(company.dialect)
    picks = rng.random((len(language), 8)).tolist()
    return texts(
        [
            _company_name(told[name], made, u) if firm else _private_name(told[name], u)
            for name, firm, u in zip(language.tolist(), business.tolist(), picks, strict=True)
        ]
    )


def _pick(choices: list[str], share: float) -> str:
    return choices[int(share * len(choices))]


def _company_name(told: Words, made: list[str], u: list[float]) -> str:
    legal, trade, last = _pick(told["legal"], u[1]), _pick(told["trade"], u[2]), _last(told, u[3], u[6])
    brand = "".join(_pick(made, share) for share in u[4 : 6 + (u[7] < 0.6)]).capitalize()
    if u[0] < 0.3:
        return f"{last} {trade} {legal}"
    if u[0] < 0.62:
        return f"{brand} {trade} {legal}"
    if u[0] < 0.74:
        return f"{trade} {last} {legal}"
    if u[0] < 0.82:
        return f"{last} & {_last(told, u[4], u[7])} {legal}"
    if u[0] < 0.9:
        return f"{trade} {_pick(told['town'], u[5])} {legal}"
    return f"{brand} {legal}" if u[0] < 0.97 else f"{brand[:3].upper()} {trade} {_pick(told['town'], u[5])} {legal}"


def _private_name(told: Words, u: list[float]) -> str:
    first, last, second = _pick(told["first"], u[1]), _last(told, u[2], u[6]), _pick(told["first"], u[7])
    if u[5] < 0.07:
        last = f"{last}-{_last(told, u[4], u[3])}"
    if u[5] > 0.93 and second != first:
        first = f"{first} {second}"
    if u[0] < 0.6:
        return f"{first} {last}"
    if u[0] < 0.85:
        return f"{last}, {first}"
    if u[0] < 0.93:
        return f"{_pick(told['title'], u[3])} {first} {last}"
    return f"{first}{_pick(told['and'], u[3])}{_pick(told['first'], u[4])} {last}"


def _last(told: Words, u: float, v: float) -> str:
    """A family name: one of the common ones, or one made like them."""
    if v < 0.35:
        return _pick(told["last"], u)
    return _pick(told["stem"], u) + _pick(told["ending"], (v - 0.35) / 0.65)


_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "é": "e", "è": "e", "ç": "c", "ł": "l",
     "ø": "o", "å": "a", "ñ": "n", "É": "E", "Ł": "L", "ó": "o", "á": "a", "í": "i", "ã": "a", "õ": "o", "ę": "e", "ą": "a",
     "ś": "s", "ż": "z", "ź": "z", "ń": "n", "ć": "c", "ř": "r", "š": "s", "č": "c", "ž": "z", "ý": "y", "ě": "e", "ů": "u",
     "ú": "u", "æ": "ae", "Ø": "O", "Å": "A", "ı": "i", "ê": "e", "ï": "i", "ë": "e", "î": "i", "ș": "s", "ț": "t", "ă": "a",
     "Ș": "S", "Ț": "T", "Š": "S", "Č": "C", "ò": "o", "ù": "u", "à": "a", "ì": "i", "ª": "a", "º": "o", "°": "o"}
)  # fmt: skip


def plain(text: str) -> str:
    """The text in the letters that old bank systems know."""
    return text.translate(_PLAIN)


def shown_names(
    company: Company, rng: np.random.Generator, names: Texts, business: np.ndarray, language: Texts, how: Texts
) -> Texts:
    """The names as the payers' banks pass them on."""
    told = words(company.dialect)
    legal = {name: tuple(f" {form}" for form in told[name]["legal"]) for name in told}
    towns = _towns(rng, company, language)
    return texts(
        [
            _shown(name, way, town, legal[speaks] if firm else ())
            for name, way, town, speaks, firm in zip(
                names.tolist(), how.tolist(), towns, language.tolist(), business.tolist(), strict=True
            )
        ]
    )


def _shown(name: str, how: str, address: str, legal: tuple[str, ...]) -> str:
    if how == "upper":
        return plain(name).upper()
    if how == "plain":
        return plain(name)
    if how == "upper_cut":
        return plain(name).upper()[:27].rstrip()
    if how == "cut":
        return name[:20].rstrip(" &,")
    if how == "address":
        return f"{name}, {address}"[:70]
    if how == "no_form":
        return next((name[: -len(form)] for form in legal if name.endswith(form)), name)
    if how == "first_last" and not legal:
        last, comma, first = name.partition(", ")
        return f"{first} {last}" if comma else f"{name.split(' ', 1)[-1]} {name.split(' ')[0]}"
    return name.upper() if how == "first_last" else name


def _towns(rng: np.random.Generator, company: Company, language: Texts) -> list[str]:
    picks = rng.random((len(language), 3)).tolist()
    told = words(company.dialect)
    return [
        f"{_pick(told[name]['street'], a)} {int(c * 180) + 1} {int(c * 89999) + 10000} {_pick(told[name]['town'], b)}"
        for name, (a, b, c) in zip(language.tolist(), picks, strict=True)
    ]


def draw_accounts(rng: np.random.Generator, country: Texts) -> Texts:
    """One invented account a row; German and Austrian bank codes begin with 9, which none does in life."""
    made = texts([""] * len(country))
    for code in dict.fromkeys(country.tolist()):
        at = np.flatnonzero(country == code)
        letters, digits = _LETTERED.get(code, (0, _DIGITS.get(code, 18)))
        body = rng.integers(48, 58, (len(at), digits), dtype=np.uint8)
        if not letters:
            body[:, 0] = 57
        head = rng.integers(0, 26, (40, max(letters, 1)), dtype=np.uint8) + 65
        banks = head[rng.integers(0, 40, len(at))]
        raw = np.hstack([banks, body]) if letters else body
        made[at] = iban(code, raw.astype(np.uint8).view(f"S{raw.shape[1]}").ravel().astype(str).tolist())
    return made


def office_names(company: Company, rng: np.random.Generator, size: int) -> Texts:
    """Tax offices and the like, of the company's own country."""
    told = words(company.dialect)[next(iter(company.languages))]
    picks = rng.random((size, 2)).tolist()
    return texts([_pick(told["office"], a).replace("{t}", _pick(told["town"], b)) for a, b in picks])
