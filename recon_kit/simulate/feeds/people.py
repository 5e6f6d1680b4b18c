"""Customers, who pays for them, and the habits that each payer keeps through the whole feed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, Whole, named, quantiles, texts
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.names import draw_accounts, draw_names, shown_names
from recon_kit.simulate.feeds.profiles import Profile
from recon_kit.simulate.feeds.words import words

_MEDIAN = ((0.0, -26.0), (0.05, -12), (0.14, -3), (0.3, 0), (0.62, 0), (0.78, 2), (0.92, 9), (0.97, 22), (0.988, 50), (1.0, 95))
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


def _countries(rng: np.random.Generator, company: Company, language: Texts) -> Texts:
    u = rng.random(len(language))
    lists = {name: told["countries"] for name, told in words(company.dialect).items()}
    drawn = [lists[name][int(share * len(lists[name]))] for name, share in zip(language.tolist(), u.tolist(), strict=True)]
    home = next(iter(company.languages))
    made = texts(drawn)
    made[(language == home) & (u < 0.85)] = company.country
    return made


def one_time_payers(company: Company, purpose: str, language: Texts, business: np.ndarray) -> tuple[Texts, Texts]:
    """Names and accounts of people who pay once."""
    rng = company.rng(purpose)
    names = draw_names(company, f"{purpose}/names", language, business)
    shown = shown_names(company, rng, names, business, language, named(rng, _ALTERED, len(names)))
    return shown, draw_accounts(rng, _countries(rng, company, language))
