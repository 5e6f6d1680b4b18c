"""The documents of the period: who owes what, numbered in the order of issue, and what may be deducted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Floats, Texts, Whole, codes, running, texts, tokens
from recon_kit.simulate.feeds.checks import STRUCTURED
from recon_kit.simulate.feeds.company import RATES, Company
from recon_kit.simulate.feeds.numbering import number
from recon_kit.simulate.feeds.people import People

_ENDINGS = np.array([0, 90, 99, 50, 95, 49])
_ENDING_SHARES = (0.45, 0.2, 0.16, 0.1, 0.06, 0.03)
_FRACTION = 0.6


def draw_invoices(company: Company, people: People, size: int) -> pd.DataFrame:
    """Invoices (and what channels expect): customer, days since the start, amount, terms; no numbers yet."""
    rng = company.rng("documents")
    customers, profile = people.customers, company.profile
    weight = customers["weight"].to_numpy(copy=True)
    channel = customers["channel"].to_numpy()
    if channel.any():
        weight[channel] = profile.channels / (1 - profile.channels) * weight[~channel].sum() / channel.sum()
    who = np.sort(codes(rng, weight.tolist(), size))
    nth, count = running(who), np.bincount(who, minlength=len(customers))[who]
    recurring = ((rng.random(len(customers)) < profile.repeated) & ~channel)[who] & (count > 1)
    spread = np.where(channel[who], nth / count, -1.0)
    steps = _by_contract(company, rng, len(customers), who, np.where(recurring, nth, -1), spread)
    issued = _issued(company, rng, people, who, steps)
    payer = customers["payer"].to_numpy()[who]
    frame = pd.DataFrame({"customer": who, "payer": payer, "issued": issued, "recurring": recurring})
    frame["channel"] = channel[who]
    frame["currency"] = _currencies(company, rng, len(customers))[who]
    frame["amount"] = _amounts(company, rng, who, recurring, frame["currency"].to_numpy(object), len(customers))
    terms = np.array(company.terms)[rng.integers(0, len(company.terms), len(customers))][who]
    frame["due"] = issued + np.where(frame["channel"], 2, terms)
    granted = people.payers["has_discount"].to_numpy()[who] & ~frame["channel"].to_numpy() & (terms >= 14)
    rate, days = company.discount
    frame["discount"] = np.where(granted, np.rint(frame["amount"] * rate), 0).astype(np.int64)
    frame["discount_until"] = issued + days
    return frame


def _by_contract(company: Company, rng: np.random.Generator, customers: int, who: Whole, nth: Whole, others: Floats) -> Floats:
    """Share of the period at which each document of a contract falls, by its number; elsewhere what `others` says."""
    interval = rng.choice([0, 7, 14, 30, 30, 30, 30], customers)[who]
    first = (rng.random(customers) * company.days)[who]
    return np.where(nth >= 0, (first + nth * interval) % company.days / company.days, others)


def _issued(company: Company, rng: np.random.Generator, people: People, who: Whole, evenly: Floats) -> Whole:
    """Days since the start: any working day, the end of a month for some customers, evenly spaced for contracts."""
    day = rng.random(len(who)) * company.days
    phase = rng.random(len(people.customers))[who]
    monthly = (rng.random(len(people.customers)) < 0.1)[who]
    day = np.where(monthly, (np.floor(day / 30) + 1) * 30 - 1 - np.floor(phase * 3), day)
    day = np.where(evenly >= 0, (evenly + phase / 50) * company.days, day)
    return company.working(np.clip(day.astype(np.int64), 0, company.days - 1))


def _currencies(company: Company, rng: np.random.Generator, customers: int) -> Texts:
    return texts(list(company.currencies))[codes(rng, company.currencies, customers)]


def _amounts(
    company: Company, rng: np.random.Generator, who: Whole, recurring: Floats, currency: Texts, customers: int
) -> Whole:
    median, sigma = company.profile.amount
    level = np.log(median) + sigma * rng.standard_normal(customers) * 0.8
    free = np.exp(level[who] + 0.7 * sigma * rng.standard_normal(len(who)))
    usual = np.exp(level[:, None] + 0.6 * sigma * rng.standard_normal((customers, 3)))
    again = usual[who, rng.integers(0, 3, len(who))]
    amount = np.where(rng.random(len(who)) < 0.10, again, free)
    listed = np.exp(np.log(median) + sigma * rng.standard_normal(36))
    price = _ending(rng, listed)[rng.integers(0, 36, len(who))] * rng.choice([1, 1, 1, 1, 2, 3], len(who))
    amount = np.where(rng.random(len(who)) < 0.22, _ending(rng, amount), amount)
    amount = np.where(rng.random(len(who)) < company.profile.prices, price, amount)
    own = np.where(rng.random(customers) < company.profile.prices, listed[rng.integers(0, 36, customers)], usual[:, 0])
    fixed = _ending(rng, own)
    amount = np.where(recurring, fixed[who], amount)
    scale = np.array([RATES[code] ** 0.7 for code in currency.tolist()])
    scaled = np.where(recurring | (scale == 1), amount, amount * scale)
    return np.maximum(np.rint(scaled), 150).astype(np.int64)


def _ending(rng: np.random.Generator, amount: Floats) -> Floats:
    ending = _ENDINGS[codes(rng, _ENDING_SHARES, len(amount))]
    made: Floats = np.maximum(np.floor(amount / 100) * 100 + ending, 190)
    return made


def add_credit_notes(company: Company, invoices: pd.DataFrame, size: int) -> pd.DataFrame:
    """The invoices and `size` credit notes: each of part of an invoice, most of them netted in its payment.

    Needs the column `group` (-1 where unpaid) and `paid` (day); a credit note of its own has group -1.
    """
    rng = company.rng("credit notes")
    fit = np.flatnonzero(~invoices["channel"].to_numpy() & (invoices["amount"].to_numpy() > 1000))
    parent = rng.choice(fit, size, replace=size > len(fit))
    made = invoices.iloc[parent].reset_index(drop=True)
    share = np.where(rng.random(size) < 0.7, rng.uniform(0.02, 0.35, size), rng.uniform(0.35, _FRACTION, size))
    first = running(parent) == 0
    made["amount"] = -np.maximum(np.rint(made["amount"] * share), 100).astype(np.int64)
    netted = (rng.random(size) < 0.72) & (made["group"].to_numpy() >= 0) & first
    later = netted & (rng.random(size) < 0.2)
    span = np.clip(made["paid"].to_numpy() - made["issued"].to_numpy(), 1, 45)
    issued = made["issued"].to_numpy() + (rng.random(size) * span).astype(np.int64)
    made["issued"] = np.where(later, made["paid"] + rng.integers(1, 9, size), issued)
    made["due"] = made["issued"]
    made["discount"], made["discount_until"] = 0, made["issued"]
    made["group"] = np.where(netted, made["group"], -1)
    made["recurring"] = False
    made["netted_later"] = later
    invoices["netted_later"] = False
    return pd.concat([invoices, made], ignore_index=True)


def number_documents(company: Company, people: People, items: pd.DataFrame) -> pd.DataFrame:
    """Adds document numbers in the order of issue, what counts in them, order numbers and structured references ("": none)."""
    rng = company.rng("numbers")
    order = np.lexsort((rng.random(len(items)), items["issued"].to_numpy()))
    items = items.iloc[order].reset_index(drop=True)
    day = company.start + items["issued"].to_numpy()
    issued = texts([text[:4] + text[5:7] for text in np.datetime_as_string(day).tolist()])
    customer_no = people.customers["customer_no"].to_numpy(object)[items["customer"].to_numpy()]
    names, counted = texts([""] * len(items)), texts([""] * len(items))
    last = len(company.series) - 1
    which = rng.choice(last + 1, len(items), p=_shares(last + 1))
    which = np.where(items["amount"].to_numpy() < 0, last, which)
    for at, series in enumerate(company.series):
        rows = np.flatnonzero(which == at)
        names[rows], counted[rows] = number(rng, series, issued[rows], items["customer"].to_numpy()[rows], customer_no[rows])
    items["document_no"], items["counted"], items["customer_no"] = names, counted, customer_no
    _channels(rng, items)
    items["order_no"] = _orders(company, rng, items)
    items["reference"] = _references(company, rng, items, which)
    return items


def _shares(count: int) -> list[float]:
    return {1: [1.0], 2: [0.7, 0.3], 3: [0.55, 0.3, 0.15]}[count]


def _channels(rng: np.random.Generator, items: pd.DataFrame) -> None:
    """Numbers of payouts (by the provider) and of till closings (by the till); changes `items`."""
    at = np.flatnonzero(items["channel"].to_numpy())
    made = texts(tokens(rng, len(at), 9, "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
    till = items["customer"].to_numpy()[at] % 2 == 0
    closing = texts([str(row) for row in at.tolist()])
    items.loc[at, "document_no"] = np.where(till, "Z" + items["customer_no"].to_numpy(object)[at] + "-" + closing, "PO" + made)
    items.loc[at, "counted"] = np.where(till, closing, made)


def _orders(company: Company, rng: np.random.Generator, items: pd.DataFrame) -> Texts:
    """Order numbers, in their own run; one document in ten shares the order of the customer's document before it."""
    size = len(items)
    low = 10 ** (company.order_width - 1)
    counter = low + int(rng.integers(0, 4 * low)) + np.cumsum(rng.integers(1, 4, size))
    by_customer = np.argsort(items["customer"].to_numpy(), kind="stable")
    who = items["customer"].to_numpy()[by_customer]
    joins = np.r_[False, who[1:] == who[:-1]] & (rng.random(size) < 0.1)
    heads = np.maximum.accumulate(np.where(joins, 0, np.arange(size)))
    counter[by_customer] = counter[by_customer][heads]
    has = rng.random(size) < (0.9 if company.profile.business < 0.5 else 0.6)
    return texts(
        [f"{company.order_head}{value}" if flag else "" for value, flag in zip(counter.tolist(), has.tolist(), strict=True)]
    )


def _references(company: Company, rng: np.random.Generator, items: pd.DataFrame, which: Whole) -> Texts:
    made = texts([""] * len(items))
    if company.structured is None:
        return made
    rows = np.flatnonzero((which == 0) & ~items["channel"].to_numpy() & (items["amount"].to_numpy() > 0))
    base = int(rng.integers(1, 9_000)) * 10**7
    counter = base + rows * int(rng.choice([1, 1, 7, 13])) + int(rng.integers(1, 10**6))
    made[rows] = STRUCTURED[company.structured]([str(value) for value in counter.tolist()])
    return made
