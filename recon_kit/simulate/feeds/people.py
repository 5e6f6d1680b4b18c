"""Customers, who pays for them, and the habits that each payer keeps through the whole feed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, Whole, named, quantiles, texts
from recon_kit.simulate.feeds.checks import iban
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.profiles import Profile
from recon_kit.simulate.feeds.words import Words, syllables, words

_LETTERED = {"GB": (4, 14), "IE": (4, 14), "NL": (4, 10), "IT": (1, 22), "RO": (4, 16)}
_DIGITS = {"DE": 18, "AT": 16, "CH": 17, "FR": 23, "BE": 12, "LU": 16, "ES": 20, "PL": 24, "PT": 21, "CZ": 20, "SK": 20,
           "SE": 20, "DK": 14, "FI": 14}  # fmt: skip
_MEDIAN = ((0.0, -26.0), (0.05, -12), (0.14, -3), (0.3, 0), (0.62, 0), (0.78, 2), (0.92, 9), (0.98, 24), (1.0, 45))
_ALTERED = {"same": 34.0, "upper": 22, "plain": 8, "upper_cut": 8, "no_form": 9, "address": 9, "cut": 5, "first_last": 5}
_AGENTS = ("Factoring", "Factor", "Inkasso", "Treasury", "Finance", "Payments", "Shared Services", "Marketplace", "Pay")


@dataclass(frozen=True)
class People:
    """`customers` (one row each) and `payers`: the customers in the same order, then those who only pay for others."""

    customers: pd.DataFrame
    payers: pd.DataFrame


def draw_people(company: Company, n_customers: int, n_channels: int) -> People:
    """All customers and payers; the last `n_channels` customers are payment providers' and tills' channels."""
    rng = company.rng("people")
    profile = company.profile
    n_agents = max(2, n_customers // 400)
    total = n_customers + n_agents
    language = named(rng, company.languages, total)
    business = rng.random(total) < profile.business
    business[n_customers - n_channels :] = True
    names = draw_names(company, "names", language, business)
    for at in range(n_customers - n_channels, n_customers):
        names[at] = f"Store {at % 997}" if at % 2 == 0 else f"{names[at].split(' ')[0]} Payments"
    agents = rng.integers(0, len(_AGENTS), n_agents).tolist()
    names[n_customers:] = [f"{name.split(' ')[0]} {_AGENTS[at]}" for name, at in zip(names[n_customers:], agents, strict=True)]
    payers = _habits(company, rng, total)
    payers["language"], payers["is_business"], payers["name"] = language, business, names
    country = _countries(rng, company, language)
    payers["account"] = draw_accounts(rng, country)
    payers["account_2"] = draw_accounts(rng, country)
    payers["two_accounts"] = rng.random(total) < 0.12
    channel = np.zeros(total, dtype=bool)
    channel[n_customers - n_channels : n_customers] = True
    payers["channel"] = channel
    payers["shown"] = shown_names(company, rng, names, business, language, payers["altered"].to_numpy(object))
    payers.loc[channel & (np.arange(total) % 2 == 0), ["shown", "account"]] = None
    customers = payers.iloc[:n_customers][["name", "language", "is_business", "account", "channel"]].copy()
    customers["weight"] = np.exp(profile.spread * rng.standard_normal(n_customers))
    _large_ones(profile, rng, customers["weight"].to_numpy(), payers, n_customers)
    customers["payer"], customers["payer_is"] = _who_pays(company, rng, customers, total)
    customers["known"] = rng.random(n_customers) < company.known
    customers["customer_no"] = _numbers(rng, company, n_customers)
    return People(customers, payers)


def _who_pays(company: Company, rng: np.random.Generator, customers: pd.DataFrame, total: int) -> tuple[Whole, Texts]:
    n = len(customers)
    payer, is_a = np.arange(n), texts(["self"] * n)
    others = np.flatnonzero((rng.random(n) < company.profile.other_payer) & ~customers["channel"].to_numpy())
    kind = named(rng, {"parent": 5.0, "factor": 3, "relative": 1 if company.profile.business > 0.5 else 8}, len(others))
    heads = np.setdiff1d(np.flatnonzero(~customers["channel"].to_numpy()), others)
    few = heads[rng.integers(0, max(1, len(heads)), max(1, len(others) // 3))]
    for chosen, pool in (("parent", few), ("factor", np.arange(n, total)), ("relative", heads)):
        at = others[kind == chosen]
        payer[at] = pool[rng.integers(0, len(pool), len(at))]
        is_a[at] = chosen
    return payer, is_a


def _habits(company: Company, rng: np.random.Generator, total: int) -> pd.DataFrame:
    profile = company.profile
    swift = rng.random(total) < profile.swift
    median = np.where(swift, -99, np.rint(quantiles(rng, _MEDIAN, total)))
    group = np.where(rng.random(total) < profile.in_runs, quantiles(rng, profile.group_size, total), 1.0)
    return pd.DataFrame(
        {
            "median": median.astype(np.int64),
            "aims_at": group,
            "whims": rng.integers(0, 2**31, total),
            "by_statement": rng.random(total) < 0.08,
            "weekday": rng.integers(0, 5, total),
            "phase": rng.random(total),
            "quoting": named(rng, company.quoting, total),
            "has_discount": rng.random(total) < profile.discounts,
            "takes_discount": rng.random(total) < 0.65,
            "takes_late": rng.random(total) < 0.12,
            "debited": rng.random(total) < profile.debits,
            "bad": rng.random(total) < profile.bad_payers,
            "orderly": rng.random(total) < 0.7,
            "altered": named(rng, _ALTERED, total),
            "hides_account": rng.random(total) < profile.no_account,
            "upper": rng.random(total) < 0.25,
        }
    )


def _large_ones(profile: Profile, rng: np.random.Generator, weight: np.ndarray, payers: pd.DataFrame, size: int) -> None:
    """Large customers pay by runs more often than small ones, and are not those who never pay; changes `payers`."""
    large = np.flatnonzero(weight > 2.5)
    grouping = large[rng.random(len(large)) < 1.15 * profile.in_runs]
    aims = np.maximum(payers["aims_at"].to_numpy(copy=True), 1.0)
    alone = grouping[aims[grouping] <= 1.0]
    aims[alone] = quantiles(rng, profile.group_size, len(alone))
    payers["aims_at"] = aims
    bad = payers["bad"].to_numpy(copy=True)
    bad[:size] &= weight < 2.5
    payers["bad"] = bad


def _numbers(rng: np.random.Generator, company: Company, size: int) -> list[str]:
    prefix, width = company.customer_digits
    width = max(width, len(str(size)) + 1)
    start = int(rng.integers(10 ** (width - 1), 4 * 10 ** (width - 1)))
    steps = np.cumsum(rng.integers(1, 4, size))
    drawn = (start + rng.permutation(steps)).tolist()
    return [f"{prefix}{value}" for value in drawn]


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


def _countries(rng: np.random.Generator, company: Company, language: Texts) -> Texts:
    u = rng.random(len(language))
    lists = {name: told["countries"] for name, told in words(company.dialect).items()}
    drawn = [lists[name][int(share * len(lists[name]))] for name, share in zip(language.tolist(), u.tolist(), strict=True)]
    home = next(iter(company.languages))
    made = texts(drawn)
    made[(language == home) & (u < 0.85)] = company.country
    return made


def _towns(rng: np.random.Generator, company: Company, language: Texts) -> list[str]:
    picks = rng.random((len(language), 3)).tolist()
    told = words(company.dialect)
    return [
        f"{_pick(told[name]['street'], a)} {int(c * 180) + 1} {int(c * 89999) + 10000} {_pick(told[name]['town'], b)}"
        for name, (a, b, c) in zip(language.tolist(), picks, strict=True)
    ]


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


def one_time_payers(company: Company, purpose: str, language: Texts, business: np.ndarray) -> tuple[Texts, Texts]:
    """Names and accounts of people who pay once."""
    rng = company.rng(purpose)
    names = draw_names(company, f"{purpose}/names", language, business)
    shown = shown_names(company, rng, names, business, language, named(rng, _ALTERED, len(names)))
    return shown, draw_accounts(rng, _countries(rng, company, language))


def office_names(company: Company, rng: np.random.Generator, size: int) -> Texts:
    """Tax offices and the like, of the company's own country."""
    told = words(company.dialect)[next(iter(company.languages))]
    picks = rng.random((size, 2)).tolist()
    return texts([_pick(told["office"], a).replace("{t}", _pick(told["town"], b)) for a, b in picks])
